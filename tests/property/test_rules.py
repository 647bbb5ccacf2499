"""Whatever the history: the rules answer, replay to the same, and never see a text."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.acts import Act, Confidence, Terms
from schemas.exchange import Basis, InviteMediator, PassTerm, Stage, Term
from schemas.hotline import (
    AcknowledgeMessage,
    AttachTranslation,
    CancelMessage,
    CorrectMessage,
    MessageOuter,
    PassDeadline,
    RelayMessage,
    ReleaseMessage,
    ReplyToMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
    Step,
)
from schemas.parties import Lane, Precedence
from schemas.receipts import Position
from services.bus import wire
from services.bus.budget import Allowance
from services.bus.judge import Decided, Outcome, Repeated
from services.bus.ledger import Ledger
from services.bus.refusals import REFUSALS, Refusal
from services.bus.rulebook import Decision, Heard, Row
from services.hotline import rules
from services.hotline.deadlines import deadlines, schedule
from services.hotline.matter import Phase
from services.hotline.rules import TABLE, Role
from tests.kit import paper
from tests.kit.court import WITHIN_S, Court, digest_of
from tests.kit.talk import HOLDS, UNDERTAKEN

KINDS = (
    ReleaseMessage, ReplyToMessage, CorrectMessage, CancelMessage, ReportDelivered,
    ReportReceived, AcknowledgeMessage, ReportDeliveredToPrincipal, AttachTranslation,
    RelayMessage, InviteMediator, PassDeadline, PassTerm,
)  # fmt: skip
TERMS: Sequence[dict[str, Any] | None] = (
    None,
    UNDERTAKEN,
    HOLDS,
    {"contact_at": paper.NOON + timedelta(days=9)},
    {"via": "xcc-ghq"},
    {"final_consumer": "xbb-chief"},
    {"event": "sinking-1", "confidence": Confidence.LOW},
)
LABELS = (
    paper.LABEL,
    paper.LABEL.model_copy(update={"releasable_to": ("XAA", "XBB")}),
)


@dataclass(frozen=True)
class Move:
    """Something that somebody tries: who, what, and about which of the messages so far."""

    kind: type[Any]
    sender: str
    about: int
    matter: str
    precedence: Precedence
    to: tuple[str, ...]
    info: tuple[str, ...]
    label: int
    skip: int
    twice: bool
    lower: bool
    step: Step
    true_digest: bool
    inner: bytes
    act: Act
    terms: int
    regards: bool
    term: Term


DESKS = st.sampled_from(paper.DESKS)
MOVES = st.builds(
    Move,
    kind=st.sampled_from((ReleaseMessage, *KINDS)),
    sender=DESKS,
    about=st.integers(0, 5),
    matter=st.sampled_from(("border-1", "border-1", "border-2")),
    precedence=st.sampled_from(Precedence),
    to=st.lists(DESKS, min_size=1, max_size=3, unique=True).map(tuple),
    info=st.lists(DESKS, max_size=2, unique=True).map(tuple),
    label=st.integers(0, 1),
    skip=st.sampled_from((0, 0, 0, 0, 1, 3, -1)),
    twice=st.booleans(),
    lower=st.integers(0, 5).map(lambda n: n == 0),
    step=st.sampled_from(Step),
    true_digest=st.integers(0, 9).map(bool),
    inner=st.binary(max_size=40),
    act=st.sampled_from((Act.FREE_TEXT, *Act)),
    terms=st.integers(0, len(TERMS) - 1),
    regards=st.booleans(),
    term=st.sampled_from(Term),
)
HISTORIES = st.lists(MOVES, max_size=16)


class Play:
    """Plays moves in a court, one second after the other."""

    def __init__(self, *, hide: bool = False) -> None:
        self.court = Court(allowances={Lane.FLASH: Allowance(1, 2)})
        self.said: list[MessageOuter] = []
        self.numbers: dict[tuple[str, str, Lane], int] = {}
        self.outcomes: list[Outcome] = []
        self.hide = hide

    def all(self, moves: Sequence[Move]) -> Play:
        for number, move in enumerate(moves):
            self.one(number, move)
        return self

    def one(self, number: int, move: Move) -> None:
        command, inner = self.command(number, move)
        lane = command.lane.next_lower or command.lane if move.lower else command.lane
        at = paper.NOON + timedelta(hours=30, seconds=number)
        self.court.offset = 10 * number
        for _ in range(1 + move.twice):
            self.outcomes.append(self.court.say(command, inner, lane=lane, at=at))
        if isinstance(command, MessageOuter):
            self.said.append(command)

    def command(self, number: int, move: Move) -> tuple[Any, bytes]:
        subject = self.said[-1 - move.about % len(self.said)] if self.said else None
        digest = digest_of(subject) if subject and move.true_digest else "0" * 64
        about = subject.message_id if subject else "0" * 32
        inner = bytes([number]) * 5 if self.hide else move.inner
        matter = subject.matter if subject and move.kind is not ReleaseMessage else move.matter
        fields: dict[str, Any] = {
            "message_id": paper.identity(number), "sender": move.sender, "matter": matter,
            "precedence": move.precedence, "lane": move.precedence.lane,
        }  # fmt: skip
        if issubclass(move.kind, MessageOuter):
            to = tuple(desk for desk in move.to if desk != move.sender) or (
                "xcc-ghq" if move.sender != "xcc-ghq" else "xaa-ghq",
            )
            info = tuple(desk for desk in move.info if desk not in (*to, move.sender))
            fields |= {"action": to, "info": info, "label": LABELS[move.label], "act": move.act}
            terms = {**(TERMS[move.terms] or {}), **({"regards": about} if move.regards else {})}
            fields |= {"terms": Terms(**terms)} if terms else {}
            if move.kind is ReplyToMessage:
                fields |= {"in_reply_to": about}
            if move.kind in (CorrectMessage, CancelMessage):
                fields |= {"obsoletes": about}
        elif move.kind is PassDeadline:
            desk = move.to[0]
            due = next(
                (s.due for s in schedule(subject.precedence, subject.sent_at, WITHIN_S)
                 if s.step is move.step), paper.NOON,
            ) if subject else paper.NOON  # fmt: skip
            fields |= {"sender": "hotline", "message": about, "desk": desk, "step": move.step,
                       "due": due}  # fmt: skip
            fields.pop("precedence")
        elif move.kind is InviteMediator:
            fields |= {"mediator": "xcc-ghq", "basis": Basis.INVITATION,
                       "party": "XBB" if move.sender.startswith("xaa") else "XAA"}  # fmt: skip
            fields.pop("precedence")
        elif move.kind is PassTerm:
            due = subject.sent_at if subject else paper.NOON
            fields |= {"sender": "hotline", "message": about, "term": move.term, "due": due,
                       "nation": "XBB" if move.term is Term.ANSWER else None}  # fmt: skip
            fields.pop("precedence")
        else:
            fields |= {"message": about, "message_digest": digest}
            fields.pop("precedence")
        if move.kind is AttachTranslation:
            fields |= {"stage": Stage.SIGHT, "machine": move.skip == 0, "language": "fr"}
        if "officer" in move.kind.model_fields:
            fields |= {"officer": "duty-2"}
        key = (fields["sender"], matter, fields["lane"])
        sequence = max(1, self.numbers.get(key, 0) + 1 + move.skip)
        self.numbers[key] = max(sequence, self.numbers.get(key, 0))
        return paper.outer(move.kind, inner=inner, sequence=sequence, **fields), inner


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("phase", Phase)
def test_every_cell_is_a_row_or_a_refusal(phase: Phase, kind: type[Any], role: Role) -> None:
    cell = TABLE.cell(phase, kind, role)
    assert isinstance(cell, Row | Refusal)
    if isinstance(cell, Refusal):
        assert cell.code in REFUSALS
        assert cell.reason


def test_no_row_is_out_of_reach() -> None:
    assert {row.command for row in TABLE} == set(KINDS)
    assert set(KINDS) == rules.COMMANDS | rules.OWN_COMMANDS


@given(HISTORIES, MOVES)
@settings(max_examples=80, deadline=None)
def test_whatever_is_said_is_answered(history: list[Move], last: Move) -> None:
    play = Play().all(history)
    court = play.court
    for name in ("border-1", "border-2"):
        matter = court.matter(name)
        for kind in KINDS:
            for sender in paper.DESKS:
                command, _ = play.command(200, replace(last, kind=kind, sender=sender))
                heard = Heard(
                    command=command,
                    digest=digest_of(command),
                    received_at=paper.NOON,
                    position=Position(topic="t", partition=0, offset=0),
                    directory=0,
                    desks={desk: standing for desk in paper.DESKS
                           if (standing := court.keyring.standing(desk))},
                )  # fmt: skip
                ruled = court.service.decide(matter, heard)
                assert isinstance(ruled, Decision | Refusal)
                again = court.service.decide(matter, heard)
                assert ruled == again
                if isinstance(ruled, Decision):
                    assert ruled.events
                    state = matter
                    for event in ruled.events:
                        state = court.service.evolve(state, event)
                    list(deadlines(state))


@given(HISTORIES)
@settings(max_examples=80, deadline=None)
def test_the_ledger_alone_gives_the_same_state(history: list[Move]) -> None:
    court = Play().all(history).court
    replayed = Ledger(court.service, court.ledger.allowances)
    for offset, (entry, payload) in enumerate(court.entries):
        read = wire.decode(court.service.entry, payload)
        assert read == entry
        assert replayed.fold(read, payload, offset)
    assert replayed.page == court.ledger.page
    assert dues(replayed) == dues(court.ledger)


def dues(ledger: Ledger) -> dict[str, Any]:
    """What falls due, by matter."""
    return {name: sorted(each.due for each in due) for name, due in ledger.deadlines.items()}


@given(HISTORIES)
@settings(max_examples=80, deadline=None)
def test_all_numbers_are_dense(history: list[Move]) -> None:
    court = Play().all(history).court
    entries: dict[str, int] = {}
    tells: dict[tuple[str, str, Lane], int] = {}
    for entry, payload in court.entries:
        assert entry.sequence == entries.get(entry.matter, 0) + 1
        entries[entry.matter] = entry.sequence
        assert len(payload) < 128 * 1024
        for tell in entry.tells:
            key = (entry.matter, tell.to, tell.lane)
            assert tell.sequence == tells.get(key, 0) + 1
            tells[key] = tell.sequence
    commands = [entry.command for entry, _ in court.entries]
    assert len(set(commands)) == len(commands), "nothing is decided twice"


@given(HISTORIES)
@settings(max_examples=80, deadline=None)
def test_nobody_is_told_of_what_he_has_no_part_in(history: list[Move]) -> None:
    court = Play().all(history).court
    for entry, _ in court.entries:
        matter = court.matter(entry.matter)
        for tell in entry.tells:
            message = matter.messages.get(getattr(tell.notice, "message", ""))
            if message is not None and tell.to != entry.sender:
                assert tell.to == message.originator or tell.to in message.ways
                assert message.label.lets_read(tell.to) or tell.encloses is None


@given(HISTORIES)
@settings(max_examples=60, deadline=None)
def test_a_repetition_changes_nothing(history: list[Move]) -> None:
    once = Play().all([replace(move, twice=False) for move in history])
    twice = Play().all([replace(move, twice=True) for move in history])
    assert twice.court.ledger.page.books == once.court.ledger.page.books
    assert len(twice.court.entries) == len(once.court.entries)


# Honesty.

_DIGESTS = frozenset({
    "command_digest", "message_digest", "previous", "enclosed_digest", "signed", "digest",
})  # fmt: skip


def without_digests(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: without_digests(v) for k, v in value.items() if k not in _DIGESTS}
    if isinstance(value, list):
        return [without_digests(each) for each in value]
    return value


def told(outcome: Outcome) -> Any:
    match outcome:
        case Decided(entry, refused):
            return without_digests(json.loads(wire.encode(entry))), refused
        case Repeated(_):
            return "repeated"
        case _:
            return outcome.refusal, outcome.answer_to


@given(HISTORIES)
@settings(max_examples=80, deadline=None)
def test_every_rule_decides_the_same_whatever_the_text(history: list[Move]) -> None:
    open_, hidden = Play().all(history), Play(hide=True).all(history)
    assert [told(each) for each in open_.outcomes] == [told(each) for each in hidden.outcomes]
