"""Alerts on paper: what is said in a chain or a request, and a court that keeps time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from schemas.alerts import (
    AckAlert,
    AlertContent,
    AlertMessage,
    ApproveTemplates,
    Attribution,
    CancelAlert,
    ChainCommand,
    CorrectAlert,
    ErrorAlert,
    FollowUp,
    LinkThreads,
    PreApproved,
    Purpose,
    RecipientCommand,
    SourceCommand,
    Template,
    TemplatePair,
    chain_of,
    templates_of,
)
from schemas.cap import (
    CapAlert,
    CapArea,
    CapBlock,
    CapCircle,
    Category,
    Certainty,
    MsgType,
    Named,
    Scope,
    Severity,
    Status,
    Urgency,
    cap_time,
)
from schemas.concerns import (
    CONCERN_PREFIX,
    HAZARD_PREFIX,
    HOSTING_PREFIX,
    LANE,
    AnswerHosting,
    ConcernCommand,
    HazardCommand,
    HazardOpening,
    HostingAnswer,
    HostingCommand,
    MeetingScope,
    OfferHosting,
    Opening,
    Quality,
    ReplyToRequest,
    RequestExplanation,
    RequestMeeting,
    RiskCommand,
)
from schemas.crisis import Confidence, EventCode
from schemas.envelope import Outer
from schemas.notices import NoticeCommand
from schemas.parties import Function, Lane, Precedence
from schemas.places import Point, Polygon
from schemas.sources import Source, SourceKind
from services.alerts.chain.state import Chain
from services.alerts.matter import Matter
from services.alerts.notices.state import Notice
from services.alerts.risk.state import Risk
from services.alerts.service import alerts
from services.bus import topics
from services.bus.gate import Gate
from services.bus.judge import Decided, Outcome
from services.bus.keyring import Keyring
from services.bus.ledger import Ledger
from services.bus.topics import Realm, partition_of
from services.bus.transport import Record
from tests.kit import paper
from tests.kit.court import WITHIN_S, Court
from tests.kit.notices import of_notice
from tests.kit.paper import NOON, outer

IDENTIFIER = "launch-1"
CHAIN = chain_of("xaa-ghq", IDENTIFIER)
CONCERN, HAZARD, HOSTING = f"{CONCERN_PREFIX}1", f"{HAZARD_PREFIX}1", f"{HOSTING_PREFIX}1"
FUNCTIONS = {
    "xaa-ghq": (Function.MILITARY,),
    "xaa-mfa": (Function.FOREIGN_MINISTRY,),
    "xbb-ghq": (Function.MILITARY,),
    "xbb-mfa": (Function.FOREIGN_MINISTRY,),
    "xcc-ghq": (Function.MILITARY,),
    "xcc-mfa": (Function.FOREIGN_MINISTRY,),
}
DESKS = (*FUNCTIONS, "xbb-alt", "xbb-chief")
MINISTRIES = ("xaa-mfa", "xbb-mfa", "xcc-mfa")
STATES = ("XAA", "XBB", "XCC")


def template(purpose: Purpose, code: EventCode = EventCode.ACCIDENTAL_LAUNCH) -> Template:
    """A text as it was approved."""
    return Template(
        event_code=code, purpose=purpose, language="en",
        headline=f"{purpose}: there is no missile threat",
        description="The alert was issued in error. Disregard it.", note="Approved text.",
    )  # fmt: skip


def pair(code: EventCode = EventCode.ACCIDENTAL_LAUNCH) -> TemplatePair:
    """Both texts of one kind of alert."""
    return TemplatePair(
        cancel=template(Purpose.CANCEL, code), correction=template(Purpose.CORRECTION, code)
    )


def approved(code: EventCode = EventCode.ACCIDENTAL_LAUNCH) -> PreApproved:
    """How an alert names them."""
    both = pair(code)
    return PreApproved(
        cancel=both.cancel.digest, correction=both.correction.digest, drafter="duty-1",
        approver="duty-2", approval=paper.identity("approval"),
    )  # fmt: skip


def source(of: str, name: str, kind: SourceKind = SourceKind.RADAR) -> Source:
    """Something that sees what flies."""
    return Source(of=of, kind=kind, name=name)


def facts(**fields: Any) -> dict[str, Any]:
    """An accidental launch, told at once."""
    filled: dict[str, Any] = {
        "event_code": EventCode.ACCIDENTAL_LAUNCH, "urgency": Urgency.IMMEDIATE,
        "severity": Severity.EXTREME, "certainty": Certainty.OBSERVED, "status": Status.ACTUAL,
        "concerned": ("XBB",), "geocodes": ("XBB-04",), "event_at": NOON, "incident": None,
    }  # fmt: skip
    return filled | fields


def of_concern(**fields: Any) -> dict[str, Any]:
    """An unusual activity, as far as services need it."""
    filled: dict[str, Any] = {
        "event_code": EventCode.UNUSUAL_MILITARY_ACTIVITY, "urgency": Urgency.EXPECTED,
        "severity": Severity.UNKNOWN, "certainty": Certainty.OBSERVED, "status": Status.ACTUAL,
        "concerned": ("XAA",), "geocodes": ("XBB-04",), "event_at": NOON, "incident": None,
        "participating": STATES, "label": paper.LABEL,
    }  # fmt: skip
    return filled | fields


def saying(kind: type[Outer], sender: str = "xaa-ghq", **fields: Any) -> Any:  # noqa: C901 - one case a kind.
    """What a desk says, sound unless the fields make it otherwise."""
    filled: dict[str, Any] = {"sender": sender, "officer": "duty-2"}
    if issubclass(kind, ChainCommand):
        filled |= {"matter": CHAIN, "lane": Lane.FLASH}
    if issubclass(kind, AlertMessage):
        filled |= facts() | {
            "addressed": ("XBB",), "onset": None, "effective": None, "expires": None,
            "threads": (), "confidence": Confidence.UNKNOWN, "templates": approved(),
            "label": paper.LABEL, "identifier": IDENTIFIER, "drafter": "duty-1",
            "precedence": Precedence.FLASH,
        }  # fmt: skip
    if issubclass(kind, FollowUp):
        both = approved()
        digest = {CancelAlert: both.cancel, CorrectAlert: both.correction}.get(kind)
        filled |= {
            "identifier": "launch-1-2", "drafter": "duty-1", "precedence": Precedence.FLASH,
            "template": digest,
        }  # fmt: skip
    if kind is CorrectAlert:
        filled |= {"false_alert": True}
    if issubclass(kind, RecipientCommand):
        filled |= {"sender": "xbb-ghq" if sender == "xaa-ghq" else sender}
    if kind in (AckAlert, ErrorAlert):
        filled |= {"identifier": "answer-1"}
    if issubclass(kind, SourceCommand):
        filled |= {"source": source("XBB", "radar-7")}
    if kind is LinkThreads:
        filled |= {"incident": "launch-2026", "threads": ("border-1",)}
    if kind is ApproveTemplates:
        both = approved()
        filled |= {
            "matter": templates_of(sender), "event_code": EventCode.ACCIDENTAL_LAUNCH,
            "cancel": both.cancel, "correction": both.correction, "drafter": "duty-1",
        }  # fmt: skip
    if issubclass(kind, RiskCommand):
        filled |= {"lane": LANE}
    filled |= _of_risk(kind, sender)
    if issubclass(kind, NoticeCommand):
        filled |= of_notice(kind, sender)
    if "precedence" in fields and "lane" not in fields:
        filled |= {"lane": fields["precedence"].lane}
    return outer(kind, **(filled | fields))


def _of_risk(kind: type[Outer], sender: str) -> dict[str, Any]:
    """What is particular to what is said in risk reduction."""
    filled: dict[str, Any] = {}
    for base, matter in (
        (ConcernCommand, CONCERN), (HazardCommand, HAZARD), (HostingCommand, HOSTING),
    ):  # fmt: skip
        if issubclass(kind, base):
            filled |= {"matter": matter}
    if issubclass(kind, Opening):
        filled |= of_concern()
    if kind is RequestExplanation:
        filled |= {"requested": "XBB"}
    if kind is ReplyToRequest:
        filled |= {"items": ()}
    if kind is RequestMeeting:
        filled |= {"scope": MeetingScope.ALL_STATES}
    if issubclass(kind, HazardOpening):
        filled |= {
            "event_code": EventCode.HAZARDOUS_INCIDENT, "involved": "XBB", "concerned": ("XAA",),
            "point_of_contact": sender,
        }  # fmt: skip
    if kind is OfferHosting:
        filled |= {
            "invited": ("XBB", "XCC"), "begins": date(2026, 1, 10), "ends": date(2026, 1, 12),
            "observers_max": 2, "answer_by": NOON + timedelta(days=3),
        }  # fmt: skip
    if kind is AnswerHosting:
        filled |= {"answer": HostingAnswer.ACCEPTED, "observers": 2}
    return filled


def judgement(reply: str, quality: Quality = Quality.INSUFFICIENT) -> dict[str, Any]:
    """What a requester makes of a reply."""
    return {"reply": reply, "quality": quality}


def keyring(without: Iterable[str] = (), **functions: tuple[Function, ...]) -> Keyring:
    """Everybody of the court, with their functions."""
    chosen = {**FUNCTIONS, **{k.replace("_", "-"): v for k, v in functions.items()}}
    return paper.keyring_of(
        [
            paper.vouched("alerts"),
            *(
                paper.vouched(desk, functions=chosen.get(desk))
                for desk in DESKS
                if desk not in without
            ),
        ]
    )


class AlertCourt(Court):
    """One partition of the alerts service, in which time passes."""

    def __init__(self, ring: Keyring | None = None, *, realm: Realm = Realm.LIVE) -> None:
        super().__init__(ring or keyring(), realm=realm)
        self.service = alerts(WITHIN_S)
        self.ledger = Ledger(self.service, {})
        self.gate = Gate(self.service, realm, partitions=1, skew_s=120)
        self.now = NOON + timedelta(seconds=1)
        self.numbers: dict[tuple[str, str, Lane], int] = {}

    def say(
        self, command: Outer, inner: bytes = b"", *, lane: Lane | None = None,
        at: datetime | None = None,
    ) -> Outcome:  # fmt: skip
        """Sign a command in its sender's name, and hear it at its service."""
        self.offset += 1
        carried = lane or command.lane
        key = command.matter.encode()
        return self.hear(
            Record(
                topic=topics.commands("alerts", carried, self.realm),
                partition=partition_of(key, 1),
                offset=self.offset,
                appended_at=at or self.now,
                key=key,
                value=paper.signed(command, inner),
                headers=(),
            )
        )

    def tell(self, kind: type[Outer], sender: str | None = None, **fields: Any) -> Outcome:
        """Say something now, with the next number."""
        made = saying(kind, **({"sender": sender} if sender else {}), sent_at=self.now, **fields)
        where = (made.sender, made.matter, made.lane)
        number = self.numbers[where] = self.numbers.get(where, 0) + 1
        named = {"message_id": paper.identity((kind.__name__, *where, number)), "sequence": number}
        return self.say(made.model_copy(update={**named, **_given(fields)}))

    def done(self, kind: type[Outer], sender: str | None = None, **fields: Any) -> Any:
        """Say it, and make sure that it was not refused; its entry."""
        outcome = self.tell(kind, sender, **fields)
        assert isinstance(outcome, Decided) and outcome.refused is None, outcome
        return outcome.entry

    def of(self, name: str = CHAIN) -> Matter:
        """A matter as it is."""
        book = self.ledger.book(name)
        return book.state if book else Matter()

    @property
    def chain(self) -> Chain:
        """The chain as it is."""
        return self.of().chain

    def risk(self, name: str = CONCERN) -> Risk:
        """A matter of risk reduction as it is."""
        return self.of(name).risk

    def notice(self, name: str) -> Notice:
        """A notice as it is."""
        return self.of(name).notice

    def newest(self) -> tuple[str, ...]:
        """How the newest message is referred to."""
        return (self.chain.newest.message,)

    def pass_until(self, moment: datetime) -> list[Any]:
        """Let time pass as the service's clock does: whatever falls due passes. The entries."""
        entries = []
        while due := [
            d for all_ in self.ledger.deadlines.values() for d in all_ if d.due <= moment
        ]:
            deadline = min(due, key=lambda each: each.due)
            self.now = max(self.now, deadline.due)
            outcome = self.say(deadline.command(), at=self.now)
            assert isinstance(outcome, Decided)
            entries.append(outcome.entry)
        self.now = max(self.now, moment)
        return entries


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in ("message_id", "sequence") if name in fields}


# CAP.


def cap_info(**fields: Any) -> CapBlock:
    """One language's account of it."""
    filled: dict[str, Any] = {
        "language": "en", "category": (Category.SECURITY,), "event": "Accidental launch",
        "urgency": Urgency.IMMEDIATE, "severity": Severity.EXTREME,
        "certainty": Certainty.OBSERVED,
        "event_code": (Named(value_name="DETENTE", value="ACCIDENTAL_LAUNCH"),),
        "headline": "Unarmed missile left its range", "area": (cap_area(),),
    }  # fmt: skip
    return CapBlock(**(filled | fields))


def cap_area(**fields: Any) -> CapArea:
    """Where it is, in every way that CAP has."""
    corners = [(30.0, 72.0), (30.5, 72.0), (30.5, 72.5), (30.0, 72.0)]
    filled: dict[str, Any] = {
        "area_desc": "Impact area",
        "polygon": (Polygon(corners=tuple(Point(latitude=a, longitude=b) for a, b in corners)),),
        "circle": (CapCircle(centre=Point(latitude=30.4, longitude=72.36), radius_km=9.5),),
        "geocode": (Named(value_name="DETENTE", value="XBB-04"),),
        "altitude": 0.0, "ceiling": 40_000.0,
    }  # fmt: skip
    return CapArea(**(filled | fields))


def cap_alert(**fields: Any) -> CapAlert:
    """A CAP message."""
    filled: dict[str, Any] = {
        "identifier": IDENTIFIER, "sender": "xaa-ghq", "sent": cap_time(NOON),
        "status": Status.ACTUAL, "msg_type": MsgType.ALERT, "scope": Scope.RESTRICTED,
        "restriction": "For the governments addressed", "info": (cap_info(),),
    }  # fmt: skip
    return CapAlert(**(filled | fields))


def content(**fields: Any) -> AlertContent:
    """What is inside an alert."""
    filled: dict[str, Any] = {
        "cap": cap_alert(), "attribution": Attribution(), "templates": pair(),
    }  # fmt: skip
    return AlertContent(**(filled | fields))
