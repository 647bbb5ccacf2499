"""Visits on paper: forms, what is said of them, and a request played in a court by the day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.contacts import ContactCommand, register_of
from schemas.envelope import Outer
from schemas.parties import Classification, Function, Lane, nation_of
from schemas.visit_forms import (
    Agency,
    Aircraft,
    AircraftForm,
    Certification,
    Contactable,
    Facility,
    Initiative,
    LegForm,
    NamedPerson,
    Pertains,
    Pertinence,
    PlaceAndTime,
    PointOfContact,
    Prompting,
    Ship,
    ShipForm,
    Sponsor,
    VisitForm,
    Visitor,
)
from schemas.visit_terms import Access, Answer, End, HostTerms, VisitDecision, VisitType
from schemas.visits import (
    LANE,
    BeginReview,
    CertifyRequest,
    ConcurInVisit,
    DecideRequest,
    OfRequest,
    OfVersion,
    TransmitRequest,
    VisitStanding,
)
from services.bus.gate import Gate
from services.bus.judge import Decided, Outcome
from services.bus.keyring import Keyring
from services.bus.ledger import Ledger
from services.bus.topics import Realm
from services.desk.inner.outside import KINDS, fields_of
from services.visits.service import Matter, visits
from services.visits.state import Visit
from tests.kit import paper
from tests.kit.court import Court, digest_of

MATTER = "visit-xaa-26-0001"
SALT = "0123456789abcdef" * 2
NOW = datetime(2026, 1, 5, 12, 0, 1, tzinfo=UTC)
"""A Monday."""
FIRST, LAST = date(2026, 2, 9), date(2026, 2, 11)
"""Five weeks later."""
FUNCTIONS = {
    "xaa-ghq": (Function.MILITARY,),
    "xaa-mfa": (Function.FOREIGN_MINISTRY,),
    "xaa-nsa": (Function.SECURITY_AUTHORITY,),
    "xaa-dip": (Function.CLEARANCE_AUTHORITY,),
    "xbb-ghq": (Function.MILITARY,),
    "xbb-mfa": (Function.FOREIGN_MINISTRY,),
    "xbb-nsa": (Function.SECURITY_AUTHORITY,),
    "xbb-dip": (Function.CLEARANCE_AUTHORITY,),
    "xbb-yard": (Function.FACILITY,),
    "xbb-lab": (Function.FACILITY,),
    "xcc-mfa": (Function.FOREIGN_MINISTRY,),
    "xcc-nsa": (Function.SECURITY_AUTHORITY,),
}
OURS, OUR_NSA, THEIR_NSA, YARD = "xaa-ghq", "xaa-nsa", "xbb-nsa", "xbb-yard"
CANARY = "CANARY"
"""Stands in every inner field, and may stand nowhere else. What twins share a Kafka with it
must not say it: their canaries are other birds."""


def canary(what: str) -> str:
    """A word that is nowhere but where it was written."""
    return f"{CANARY} {what}"


def visitor(number: int = 1, **fields: Any) -> Visitor:
    """A visitor, sound unless the fields make it otherwise."""
    filled: dict[str, Any] = {
        "family_name": canary(f"family {number}"), "forename": canary("forename"),
        "rank": canary("rank"), "born": date(1980, 1, number), "birthplace": canary("birthplace"),
        "nationality": "XAA", "clearance": Classification.SECRET,
        "document": canary(f"P{number:07d}"), "position": canary("position"),
        "organisation": canary("organisation"),
    }  # fmt: skip
    return Visitor(**(filled | fields))


def facility(name: str = "yard", **fields: Any) -> Facility:
    """A facility of XBB with a desk of its own."""
    filled: dict[str, Any] = {
        "name": canary(name), "country": "XBB", "address": canary("address"),
        "contact": canary("contact"), "security_officer": canary("security officer"),
        "phone": canary("phone"), "desk": f"xbb-{name}",
    }  # fmt: skip
    return Facility(**(filled | fields))


def visit_form(**fields: Any) -> VisitForm:
    """A one-time visit of two to a yard of XBB, sound unless the fields make it otherwise."""
    emergency = fields.get("type") is VisitType.EMERGENCY
    filled: dict[str, Any] = {
        "type": VisitType.ONE_TIME, "access": Access.CONFIDENTIAL_OR_ABOVE, "host": "XBB",
        "requester": canary("requester"), "authority_reference": canary("reference"),
        "dated": NOW.date(),
        "agency": Agency(
            name=canary("agency"), address=canary("agency address"), email=canary("email"),
            phone=canary("agency phone"),
        ),
        "facilities": (facility(),), "first_day": FIRST, "last_day": LAST,
        "initiative": Initiative(of=Sponsor.GOVERNMENT, prompted=Prompting.BY_REQUESTING),
        "pertinent_to": Pertinence(to=Pertains.OTHER, name=canary("the frigate programme")),
        "subject": canary("talks on the refit"), "level": Classification.SECRET,
        "visitors": (visitor(1), visitor(2)),
        "security_officer": Contactable(name=canary("officer"), phone=canary("officer phone")),
        "government_contact":
            Contactable(name=canary("host contact"), phone=canary("host phone"))
            if emergency else None,
        "remarks": canary("cannot wait") if emergency else None,
    }  # fmt: skip
    return VisitForm(**(filled | fields))


def place(name: str, by: End, at: datetime) -> PlaceAndTime:
    return PlaceAndTime(by=by, name=name, at=at)


DEPARTS = datetime(2026, 1, 19, 8, 0, tzinfo=UTC)


def aircraft_form(**fields: Any) -> AircraftForm:
    """A transport from XAA by way of XCC to an airfield of XBB, and back."""
    hours = [DEPARTS + timedelta(hours=n) for n in range(6)]
    legs = (
        LegForm(state="XAA", entry=place("HOME", End.AIRFIELD, hours[0]), route="DIRECT",
                exit=place("NORVA", End.POINT, hours[1])),
        LegForm(state="XCC", entry=place("NORVA", End.POINT, hours[1]), route="UL 12",
                exit=place("SULBA", End.POINT, hours[2])),
        LegForm(state="XBB", entry=place("SULBA", End.POINT, hours[2]), route="DIRECT",
                exit=place("KALTMOOR", End.AIRFIELD, hours[3])),
        LegForm(state="XBB", entry=place("KALTMOOR", End.AIRFIELD, hours[4]), route="DIRECT",
                exit=place("SULBA", End.POINT, hours[5])),
    )  # fmt: skip
    filled: dict[str, Any] = {
        "host": "XBB", "answer": Answer.REQUEST, "lands": True, "flight_rules": "I",
        "aircraft_type": "CANARY C130",
        "aircraft": (
            Aircraft(call_sign="CANARY1", registration="XA-CANARY1"),
            Aircraft(call_sign="CANARY2", registration="XA-CANARY2", spare=True),
        ),
        "crew": 5, "pilot": NamedPerson(rank="MAJOR", name=canary("PILOT")),
        "photographic_sensors": False, "armament": False, "electronic_warfare": False,
        "dated": NOW.date(), "purpose": canary("PURPOSE"), "departure": "CANARY HOME",
        "destinations": ("CANARY KALTMOOR",), "passengers": 12,
        "vips": (NamedPerson(rank="MINISTER", name=canary("VIP")),),
        "contact": PointOfContact(
            rank="CAPTAIN", name=canary("POC"), phone="1", email="canary@xaa.example"
        ),
        "itinerary": legs,
    }  # fmt: skip
    return AircraftForm(**(filled | fields))


def ship_form(**fields: Any) -> ShipForm:
    """A frigate's call at a port of XBB, three weeks ahead."""
    filled: dict[str, Any] = {
        "host": "XBB", "answer": Answer.REQUEST,
        "ships": (
            Ship(name=canary("ship"), ship_class=canary("class"), pennant="F-CANARY",
                 call_sign="CANARY9", displacement_t=4000.0, length_m=120.0, beam_m=15.0,
                 draft_m=5.0, commander=NamedPerson(rank="COMMANDER", name=canary("commander"))),
        ),
        "port": canary("port"), "arrives": NOW + timedelta(days=21),
        "leaves": NOW + timedelta(days=24), "purpose": canary("purpose"), "dated": NOW.date(),
        "frequencies": (canary("frequency"),), "pilot_needed": True, "tugs_needed": 1,
        "officers": 20, "enlisted": 150, "liberty_party": 60,
        "contact": PointOfContact(
            rank="LIEUTENANT", name=canary("contact"), phone="1", email="canary@xaa.example"
        ),
    }  # fmt: skip
    return ShipForm(**(filled | fields))


CERTIFICATION = Certification(
    authority=canary("authority"), certifier=canary("certifier"), stamp=canary("stamp"),
    reference=canary("nsa reference"), certified_on=NOW.date(), statement=canary("statement"),
)  # fmt: skip


def keyring() -> Keyring:
    """Everybody with a part in visits, each with its function."""
    statements = [paper.vouched("visits")]
    statements += [
        paper.vouched(desk, functions=functions) for desk, functions in FUNCTIONS.items()
    ]
    return paper.keyring_of(statements)


def asking(form: Any, **fields: Any) -> Any:
    """A request with this form inside; its outside derived, unless the fields say otherwise."""
    kind, _ = KINDS[type(form)]
    filled = {"sender": OURS, "requesting": "XAA", "matter": MATTER, "lane": LANE,
              "officer": "duty-1", **fields_of(form, SALT)}  # fmt: skip
    return paper.outer(kind, **(filled | fields))


class VisitCourt(Court):
    """A court of the service of visits, with one request, in which time passes."""

    def __init__(self, terms: HostTerms | None = None, matter: str = MATTER) -> None:
        super().__init__(keyring())
        self.service = visits({"XBB": terms} if terms else {})
        self.ledger = Ledger(self.service, {})
        self.gate = Gate(self.service, Realm.LIVE, partitions=1, skew_s=120)
        self.now = NOW
        self.name = matter
        self.numbers: dict[tuple[str, str], int] = {}
        self.digests: dict[int, str] = {}

    def hear(self, record: Any) -> Outcome:
        moved = record.topic.replace("hotline.", "visits.")
        from dataclasses import replace

        return super().hear(replace(record, topic=moved))

    @property
    def visit(self) -> Visit:
        """The request as it is."""
        book = self.ledger.book(self.name)
        state = book.state if book else Matter()
        assert isinstance(state, Matter)
        return state.visit

    @property
    def standing(self) -> VisitStanding:
        return self.visit.on_record

    @property
    def phase(self) -> str:
        return self.standing.phase.value

    def next(self, sender: str) -> dict[str, Any]:
        """The numbers of what a desk says next."""
        number = self.numbers[sender, self.name] = self.numbers.get((sender, self.name), 0) + 1
        identity = paper.identity((sender, self.name, number))
        return {"sequence": number, "message_id": identity, "sent_at": self.now,
                "sender": sender, "matter": self.name}  # fmt: skip

    def ask(self, form: Any, sender: str = OURS, **fields: Any) -> Outcome:
        """Submit a form, now."""
        own = nation_of(sender)
        command = asking(form, **{"requesting": own, **self.next(sender), **fields})
        outcome = self.say(command, at=self.now)
        if isinstance(outcome, Decided) and outcome.refused is None:
            self.digests[outcome.entry.events[0].version] = digest_of(command)
        return outcome

    def tell(self, kind: type[Outer], sender: str, **fields: Any) -> Outcome:
        """Say something of the request, now; of its newest version unless another is named."""
        filled: dict[str, Any] = {**self.next(sender), "officer": "duty-1", "lane": Lane.ROUTINE}
        if issubclass(kind, OfVersion):
            version = fields.get("version", max(self.digests, default=1))
            filled |= {"version": version, "requesting": "XAA", "host": "XBB"}
            if issubclass(kind, OfRequest):
                filled |= {"request_digest": self.digests.get(version, "0" * 64)}
        if issubclass(kind, ContactCommand):
            filled |= {"host": "XBB", "matter": register_of("XBB")}
        if "decision" in fields:
            fields["decision"] = VisitDecision(fields["decision"])
        return self.say(paper.outer(kind, **(filled | fields)), at=self.now)

    def done(self, kind: type[Outer], sender: str, **fields: Any) -> Any:
        """Say it, and make sure that it was not refused; its entry."""
        outcome = self.tell(kind, sender, **fields)
        assert isinstance(outcome, Decided) and outcome.refused is None, outcome
        return outcome.entry

    def asked(self, form: Any, **fields: Any) -> Any:
        """Submit a form, and make sure that it was not refused; its entry."""
        outcome = self.ask(form, **fields)
        assert isinstance(outcome, Decided) and outcome.refused is None, outcome
        return outcome.entry

    def transmitted(self, form: Any | None = None, *, by: str = OUR_NSA, **fields: Any) -> Any:
        """Asked, certified and transmitted; the last entry."""
        self.asked(form or visit_form(), **fields)
        self.done(CertifyRequest, by)
        return self.done(TransmitRequest, by)

    def approved(self, form: Any | None = None, **decision: Any) -> Any:
        """All the way to a decision, an approval unless told otherwise; its entry."""
        form = form or visit_form()
        visit = isinstance(form, VisitForm)
        self.transmitted(form, by=OUR_NSA if visit else "xaa-dip")
        return self.decided(**decision)

    def decided(self, **decision: Any) -> Any:
        """Reviewed, concurred in by every facility, decided."""
        by = "xbb-dip" if self.standing.subject.is_clearance else THEIR_NSA
        self.done(BeginReview, by)
        pending = self.standing.pending
        for desk in pending.facilities if pending else self.standing.facilities:
            self.done(ConcurInVisit, desk, concurs=True)
        return self.done(DecideRequest, by, **{"decision": "APPROVED", **decision})

    def pass_until(self, moment: datetime) -> list[Any]:
        """Let time pass as the service's clock does: whatever falls due passes. The entries."""
        entries = []
        while due := [d for d in self.due() if d.due <= moment]:
            deadline = min(due, key=lambda each: each.due)
            self.now = max(self.now, deadline.due)
            outcome = self.say(deadline.command(), at=self.now)
            assert isinstance(outcome, Decided) and outcome.refused is None, outcome
            entries.append(outcome.entry)
        self.now = max(self.now, moment)
        return entries

    def due(self) -> Any:
        book = self.ledger.book(self.name)
        return self.service.deadlines(book.state) if book else ()
