"""Whatever is said of alerts and requests: the rules answer, and a replay is the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.alerts import (
    AckAlert,
    AcknowledgeAlert,
    AlertPhase,
    CancelAlert,
    ClearAlert,
    ContradictAlert,
    CorrectAlert,
    CorroborateAlert,
    ErrorAlert,
    IssueAlert,
    LinkThreads,
    RecipientCommand,
    SourceCommand,
    UpdateAlert,
)
from schemas.cap import CapAlert, CapArea, CapBlock, CapCircle, MsgType, Named, Scope
from schemas.concerns import (
    AnswerHosting,
    AskClarification,
    Clarify,
    CloseHazard,
    CloseRequest,
    ConcernPhase,
    HazardPhase,
    HostingPhase,
    JudgeReply,
    OfferHosting,
    Quality,
    RecordMeeting,
    ReplyToRequest,
    ReportHazard,
    ReportMeeting,
    RequestExplanation,
    RequestMeeting,
    UpdateRequest,
    WithdrawHosting,
)
from schemas.notices import (
    AcknowledgeNotice,
    AmendNotice,
    CancelNotice,
    ConfirmNotice,
    ContinueExercise,
    EndNotice,
    LinkDetection,
    NoticePhase,
    NotifyExercise,
    NotifyLaunch,
)
from schemas.places import Point, Polygon
from services.alerts import views
from services.alerts.chain import rules as chain
from services.alerts.notices import rules as notices
from services.alerts.refusals import REFUSALS as OWN
from services.alerts.risk import rules as risk
from services.bus import wire
from services.bus.ledger import Ledger
from services.bus.refusals import REFUSALS as BUS
from services.bus.refusals import Refusal
from services.bus.rulebook import Row, Table
from services.desk.alerts.cap_xml import from_xml, to_xml
from tests.kit.alerts import CHAIN, CONCERN, DESKS, AlertCourt, cap_alert, cap_info, source
from tests.kit.notices import EXERCISE, FINAL, LAUNCH, WIDE

TABLES: tuple[tuple[Table, Any, Any, Any], ...] = (
    (chain.TABLE, AlertPhase, chain.Role, chain.COMMANDS | chain.OWN_COMMANDS),
    (risk.CONCERN_TABLE, ConcernPhase, risk.Role, {*risk.CONCERN, *risk.OWN_COMMANDS}),
    (risk.HAZARD_TABLE, HazardPhase, risk.Role, {*risk.HAZARD, *risk.OWN_COMMANDS}),
    (risk.HOSTING_TABLE, HostingPhase, risk.Role, {*risk.HOSTING, *risk.OWN_COMMANDS}),
    (notices.LAUNCH_TABLE, NoticePhase, notices.Role, {*notices.LAUNCH, *notices.OWN_COMMANDS}),
    (notices.EXERCISE_TABLE, NoticePhase, notices.Role,
     {*notices.EXERCISE, *notices.OWN_COMMANDS}),
)  # fmt: skip
CELLS = [
    (table, phase, kind, role)
    for table, phases, roles, kinds in TABLES
    for phase in phases
    for kind in sorted(kinds, key=lambda each: each.__name__)
    for role in roles
]


@pytest.mark.parametrize(
    ("table", "phase", "kind", "role"), CELLS, ids=lambda x: getattr(x, "__name__", str(x))[:20]
)
def test_every_cell_is_a_row_or_a_refusal(table: Table, phase: Any, kind: Any, role: Any) -> None:
    cell = table.cell(phase, kind, role)
    assert isinstance(cell, Row | Refusal)
    if isinstance(cell, Refusal):
        assert cell.code in OWN | BUS and cell.reason


def test_no_command_is_out_of_reach() -> None:
    for table, _, _, kinds in TABLES:
        assert {row.command for row in table} == set(kinds)


def test_our_refusals_are_not_those_of_the_bus() -> None:
    assert not set(OWN) & set(BUS)


@dataclass(frozen=True)
class Say:
    """Something that somebody tries, after some time in which the clock spoke."""

    kind: type[Any]
    sender: str
    wait_s: int
    right: bool
    alone: bool
    expires_s: int | None


SAYINGS = st.builds(
    Say,
    kind=st.sampled_from(
        (UpdateAlert, UpdateAlert, CorrectAlert, CancelAlert, ClearAlert, AckAlert, ErrorAlert,
         *(AcknowledgeAlert,) * 6, LinkThreads, IssueAlert, CorroborateAlert, ContradictAlert)
    ),
    sender=st.sampled_from(("xaa-ghq",) * 3 + DESKS),
    wait_s=st.sampled_from((0, 0, 60, 200, 700, 4000)),
    right=st.sampled_from((True, True, True, False)),
    alone=st.booleans(),
    expires_s=st.sampled_from((None, 600, 7200)),
)  # fmt: skip
HISTORIES = st.lists(SAYINGS, max_size=16)


def play(history: list[Say]) -> AlertCourt:
    court = AlertCourt()
    court.done(IssueAlert)
    for number, said in enumerate(history):
        court.pass_until(court.now + timedelta(seconds=said.wait_s))
        fields: dict[str, Any] = {}
        if "identifier" in said.kind.model_fields and said.kind is not IssueAlert:
            fields["identifier"] = f"{said.sender}-{number}"
        if "references" in said.kind.model_fields:
            fields["references"] = court.newest() if said.right else ("0" * 32,)
        if said.kind is UpdateAlert:
            fields["addressed"] = ("XAA",) if said.sender.startswith("xbb") else ("XBB",)
        if said.kind is UpdateAlert and said.expires_s:
            fields["expires"] = court.now + timedelta(seconds=said.expires_s)
        if "drafter" in said.kind.model_fields:
            fields["drafter"] = "duty-2" if said.alone else "duty-1"
        if issubclass(said.kind, SourceCommand):
            fields["source"] = source("XBB", f"radar-{said.wait_s % 7}")
            fields["lane"] = court.chain.newest.lane
        sender = said.sender
        if issubclass(said.kind, RecipientCommand) and sender == "xaa-ghq":
            sender = "xbb-ghq"
        if said.kind is not IssueAlert or sender == "xaa-ghq":
            court.tell(said.kind, sender, **fields)
    return court


@given(HISTORIES)
@settings(max_examples=30, deadline=None)
def test_whoever_had_the_alert_is_listed_until_it_has_the_newest_word(history: list[Say]) -> None:
    court = play(history)
    had: dict[str, int] = {}
    heard: dict[str, int] = {}
    for entry, payload in court.entries:
        assert len(payload) < 128 * 1024
        for tell in entry.tells:
            if tell.notice.kind == "AlertTold" and tell.encloses and tell.to != "xaa-ghq":
                had.setdefault(tell.to, tell.notice.standing.number)
        for event in entry.events:
            if event.kind == "AlertAcknowledged":
                for desk in (event.desk, event.by):
                    heard[desk] = max(heard.get(desk, 0), event.number)
            if event.kind in ("AlertCapAcked", "AlertCapErrored"):
                heard[event.desk] = max(heard.get(event.desk, 0), event.number)
    newest = court.chain.newest.number
    lacking = {d for d, first in had.items() if first < newest and heard.get(d, 0) < newest}
    assert {each.desk for each in court.chain.uncorrected} == lacking
    assert {each.desk for each in views.uncorrected({CHAIN: court.of()})} == lacking
    if court.chain.phase is AlertPhase.ACTIVE:
        assert not lacking


@given(HISTORIES)
@settings(max_examples=20, deadline=None)
def test_only_caps_own_words_make_a_recipient_acked_or_errored(history: list[Say]) -> None:
    court = play(history)
    answered = {
        (event.desk, event.number)
        for entry, _ in court.entries
        for event in entry.events
        if event.kind in ("AlertCapAcked", "AlertCapErrored")
    }
    number = court.chain.newest.number
    for desk, recipient in court.chain.recipients.items():
        is_answered = recipient.phase(number).value in ("ACKED", "ERRORED")
        assert is_answered == ((desk, number) in answered)


@given(HISTORIES)
@settings(max_examples=30, deadline=None)
def test_an_alert_is_corroborated_only_by_sources_that_differ(history: list[Say]) -> None:
    """Counted again from the ledger's events alone: the last word of each source stands."""
    court = play(history)
    last: dict[tuple[str, str], str] = {}
    for entry, _ in court.entries:
        for event in entry.events:
            if event.kind in ("AlertCorroborated", "AlertContradicted"):
                last[event.source.same] = event.kind
    out = sum(kind == "AlertCorroborated" for kind in last.values())
    against = len(last) - out
    expected = {
        (True, False): "CORROBORATED", (False, False): "UNCORROBORATED",
        (True, True): "DISPUTED", (False, True): "CONTRADICTED",
    }[out > 0, against > 0]  # fmt: skip
    (shown,) = views.chains({CHAIN: court.of()})
    assert shown.corroboration == expected


RISKS = st.lists(
    st.tuples(
        st.sampled_from(
            (RequestExplanation, UpdateRequest, ReplyToRequest, ReplyToRequest, JudgeReply,
             RequestMeeting, RequestMeeting, RecordMeeting, RecordMeeting, ReportMeeting,
             CloseRequest, ReportHazard, AskClarification, Clarify, CloseHazard, OfferHosting,
             AnswerHosting, WithdrawHosting)
        ),
        st.sampled_from(("xaa-mfa", "xaa-mfa", "xbb-mfa", "xbb-mfa", "xcc-mfa", "xbb-ghq")),
        st.sampled_from((0, 0, 3600, 90_000, 180_000)),
        st.booleans(),
    ),
    max_size=18,
)  # fmt: skip


def play_risk(history: list[Any]) -> AlertCourt:
    court = AlertCourt()
    court.done(RequestExplanation, "xaa-mfa")
    for kind, sender, wait_s, came in history:
        court.pass_until(court.now + timedelta(seconds=wait_s))
        replies = court.risk().concern.replies  # type: ignore[union-attr]  # a request stands
        fields: dict[type[Any], dict[str, Any]] = {
            JudgeReply: {
                "reply": replies[-1] if replies else "0" * 32, "quality": Quality.IRRELEVANT,
            },
            RecordMeeting: {
                "held_at": court.now, "attended": ("XAA", "XBB") if came else ("XAA", "XCC"),
            },
            RequestExplanation: {"sender": "xaa-mfa"},
            ReportHazard: {"sender": "xbb-mfa"},
            AskClarification: {"sender": "xaa-mfa"},
            OfferHosting: {"sender": "xaa-mfa"},
        }  # fmt: skip
        chosen = {"sender": sender, **fields.get(kind, {})}
        court.tell(kind, **chosen)
    return court


@given(RISKS)
@settings(max_examples=30, deadline=None)
def test_the_clock_alone_makes_a_request_unanswered_and_only_the_requester_closes_it(
    history: list[Any],
) -> None:
    court = play_risk(history)
    asked_at = court.entries[0][0].received_at
    for entry, _ in court.entries:
        for event in entry.events:
            if event.kind == "ConcernUnanswered":
                assert entry.sender == "alerts"
                assert event.due == asked_at + timedelta(hours=48)
            if event.kind in ("ConcernClosed", "ConcernReplyJudged", "ConcernMeetingRecorded"):
                assert event.nation == "XAA"
            if event.kind == "ConcernReplied":
                assert event.nation == "XBB"
            if entry.matter == CONCERN and event.kind != "CommandRefused":
                told = {tell.to for tell in entry.tells}
                assert told >= {"xaa-mfa", "xbb-mfa", "xcc-mfa"}


NOTICES = st.lists(
    st.tuples(
        st.sampled_from(
            (AcknowledgeNotice, AcknowledgeNotice, AmendNotice, ConfirmNotice, ConfirmNotice,
             ContinueExercise, ContinueExercise, CancelNotice, EndNotice, LinkDetection)
        ),
        st.sampled_from(("xaa-ghq", "xaa-ghq", "xbb-ghq", "xbb-mfa", "xbb-alt", "xcc-mfa")),
        st.sampled_from((0, 0, 3600, 12_000, 90_000, 300_000)),
        st.booleans(),
    ),
    max_size=18,
)  # fmt: skip


def play_notices(history: list[Any]) -> AlertCourt:
    court = AlertCourt()
    court.done(NotifyLaunch, ends=WIDE)
    court.done(NotifyExercise)
    for kind, sender, wait_s, exercise in history:
        court.pass_until(court.now + timedelta(seconds=wait_s))
        matter = EXERCISE if exercise or kind is ContinueExercise else LAUNCH
        notice = court.notice(matter)
        fields: dict[str, Any] = {"matter": matter}
        if kind in (AcknowledgeNotice, LinkDetection):
            fields["notice"] = notice.newest.message
        if kind is LinkDetection:
            fields["detected_at"] = court.now
        if kind is AmendNotice:
            window = notice.window
            fields |= {"begins": window.begins, "ends": window.ends - timedelta(hours=1),
                       "novelty": notice.told.novelty}  # fmt: skip
        if kind is ConfirmNotice:
            fields |= {"begins": court.now, "ends": court.now + timedelta(hours=2)}
        court.tell(kind, sender, **fields)
    return court


@given(NOTICES)
@settings(max_examples=40, deadline=None)
def test_R2_R3_nobodys_word_but_the_final_consumers_own_settles_a_notice_for_it(
    history: list[Any],
) -> None:
    court = play_notices(history)
    own: dict[str, int] = {}
    for entry, payload in court.entries:
        assert len(payload) < 128 * 1024
        for event in entry.events:
            if event.kind == "NoticeAcknowledged" and entry.matter == LAUNCH and event.by == FINAL:
                own[FINAL] = max(own.get(FINAL, 0), event.number)
            if event.kind in ("NoticeUnconfirmed", "ExerciseWordMissing", "ExerciseEndMissing",
                              "NoticePassed", "NoticeOverdue"):  # fmt: skip
                assert entry.sender == "alerts", "the clock alone says what is missing"
            if event.kind in ("NoticeUnconfirmed", "ExerciseWordMissing", "ExerciseEndMissing"):
                assert {each.to for each in entry.tells} >= {"xaa-ghq", "xbb-ghq", "xbb-mfa"}
            if event.kind == "DetectionLinked":
                assert entry.command and event.by != "xaa-ghq"
    notice = court.notice(LAUNCH)
    assert notice.settled == (own.get(FINAL, 0) >= notice.newest.number)
    overdue = notice.recipients[FINAL].overdue
    assert not (overdue and notice.settled)


@given(NOTICES)
@settings(max_examples=30, deadline=None)
def test_time_alone_brings_every_notice_to_rest(history: list[Any]) -> None:
    court = play_notices(history)
    court.pass_until(court.now + timedelta(days=400))
    for matter in (LAUNCH, EXERCISE):
        assert not court.service.deadlines(court.of(matter)), "no clock runs for ever"


@given(HISTORIES, RISKS, NOTICES)
@settings(max_examples=20, deadline=None)
def test_the_ledger_alone_gives_the_same_state(
    history: list[Say], risks: list[Any], told: list[Any]
) -> None:
    for court in (play(history), play_risk(risks), play_notices(told)):
        replayed = Ledger(court.service, court.ledger.allowances)
        for offset, (entry, payload) in enumerate(court.entries):
            read = wire.decode(court.service.entry, payload)
            assert read == entry
            assert replayed.fold(read, payload, offset)
        assert replayed.page == court.ledger.page


# CAP.

WORDS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"
    ),
    min_size=1,
    max_size=40,
).filter(str.strip)
DEGREES = st.floats(-80, 80, allow_nan=False, allow_infinity=False)
POINTS = st.builds(Point, latitude=DEGREES, longitude=DEGREES)


@st.composite
def polygons(draw: Any) -> Polygon:
    corners = draw(st.lists(POINTS, min_size=3, max_size=6))
    return Polygon(corners=(*corners, corners[0]))


AREAS = st.builds(
    CapArea,
    area_desc=WORDS,
    polygon=st.tuples(polygons()),
    circle=st.tuples(
        st.builds(CapCircle, centre=POINTS, radius_km=st.floats(0, 2000, allow_nan=False))
    ),
    geocode=st.tuples(st.builds(Named, value_name=WORDS, value=WORDS)),
)
INFOS: st.SearchStrategy[CapBlock] = st.builds(
    lambda event, headline, area: cap_info(event=event, headline=headline, area=(area,)),
    WORDS, WORDS, AREAS,
)  # fmt: skip


@given(st.lists(INFOS, min_size=1, max_size=2), WORDS)
@settings(max_examples=30, deadline=None)
def test_whatever_a_contract_takes_is_valid_cap_and_comes_back_the_same(
    infos: list[CapBlock], note: str
) -> None:
    made: CapAlert = cap_alert(
        info=tuple(infos), note=note, scope=Scope.PUBLIC, restriction=None, msg_type=MsgType.ALERT
    )
    assert from_xml(to_xml(made)) == made


@given(st.binary(max_size=300))
@settings(max_examples=30, deadline=None)
def test_no_bytes_make_the_reader_fail_otherwise_than_with_a_reason(written: bytes) -> None:
    from services.desk.alerts.cap_xml import CapUnreadable

    with pytest.raises(CapUnreadable):
        from_xml(written)
