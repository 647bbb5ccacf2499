"""What each verb of a scenario does, through the desk library: one row a verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from schemas.acts import Terms
from schemas.hearsay import HeardElsewhere
from schemas.hotline import MessageOuter, Quote
from schemas.line_record import End, LineRecord, Schedule
from schemas.particulars import CONTRACTS
from schemas.parties import Label, MessageType, Precedence, nation_of
from services.bus import seal, topics, wire
from services.bus.topics import Realm
from services.bus.transport import Outgoing
from services.desk.desk import Desk
from services.desk.draft import Draft
from services.desk.inner.read_back import to_read_back
from services.desk.reading import open_record
from services.desk.store.records import Out
from services.desk.trouble import DeskTrouble, explained
from services.rehearsal.format.cast import Marking
from services.rehearsal.format.forms import Book, FormWrong
from services.rehearsal.format.library import LIBRARIES, Owed, Saying, marked, method_of, words_of
from services.rehearsal.format.scenario import AnyStep, Exact, Scenario
from services.rehearsal.format.times import span
from services.rehearsal.format.verbs import (
    Acknowledge,
    Fault,
    Invite,
    Leak,
    LineStep,
    Of,
    OfLine,
    Release,
    Says,
    Send,
    Translate,
)
from services.rehearsal.stage.bus import LiveTopicForbidden
from services.rehearsal.stage.stage import Stage

FORGOTTEN = "FORGOTTEN"
UNKNOWN_IDENTITY = "f" * 32


@dataclass(slots=True)
class Done:
    """A step that was taken, and what came of it at once."""

    number: int
    step: AnyStep
    at: datetime
    identity: str | None = None
    """Of what it said, where it said something."""
    refused_by: str | None = None
    """DESK or BUS, where it went no further."""
    codes: tuple[str, ...] = ()
    said: str = ""

    @property
    def called(self) -> str | None:
        """Its name."""
        return self.step.called


@dataclass(slots=True)
class Hand:
    """Who does what a scenario says, on a stage."""

    stage: Stage
    scenario: Scenario
    at: Exact
    identities: dict[str, str] = field(default_factory=dict)
    """By a step's name, what the bus calls what it said."""
    drafts: dict[str, int] = field(default_factory=dict)
    after_repair: Callable[[], None] = lambda: None

    async def do(self, number: int, step: AnyStep) -> Done:
        """Take a step. What is refused is a result; what cannot be is a mistake, and raised."""
        done = Done(number, step, self.stage.clock.now())
        try:
            with explained():
                done.identity = await DOES[step.verb](self, step, step.content)
        except DeskTrouble as trouble:
            done.refused_by, done.said = "DESK", str(trouble)
            done.codes = trouble.codes or ("DeskTrouble",)
        except FormWrong as trouble:
            done.refused_by, done.codes, done.said = "DESK", ("FormWrong",), str(trouble)
        except LiveTopicForbidden as trouble:
            done.refused_by, done.codes = "BUS", (type(trouble).__name__,)
            done.said = str(trouble)
        if done.identity is not None and step.called is not None:
            self.identities[step.called] = done.identity
        return done

    # What stands for what.

    def desk(self, step: AnyStep) -> Desk:
        """The desk that does it."""
        assert step.desk is not None, "the contract asks for it"
        return self.stage.desks[step.desk]

    def officer(self, step: AnyStep, number: int = 0) -> str:
        """Who does it: as the step names them, else the desk's officers in their order."""
        assert step.desk is not None, "the contract asks for it"
        named = step.officers or self.scenario.desks[step.desk].officers
        return named[min(number, len(named) - 1)]

    def message(self, name: str) -> str:
        """A message by its step's name; one that never went out has no identity."""
        return self.identities.get(name, UNKNOWN_IDENTITY)

    @property
    def book(self) -> Book:
        """For the tables of acts and services."""
        return Book(self.at, self.scenario.places, self._identity)

    def saying(self, desk: Desk) -> Saying:
        """For what a desk says to services that keep records."""
        label = self.label(self.scenario.label)

        def owed(asked: Owed) -> str:
            found = (each.opened for _, each in desk.agreements.obligations())
            wanted = (desk.name, asked.protocol, asked.step, asked.regards)
            return next(
                (e.obligation for e in found if (e.owner, e.protocol, e.step, e.regards) == wanted),
                UNKNOWN_IDENTITY,
            )

        return Saying(self.book, self._matter, self.scenario.exercise_name, label, owed)

    def _matter(self, name: str) -> str:
        """The matter of what a step said; else the name is that of a matter."""
        identity = self.identities.get(name)
        outs = (desk.store.out(identity) for desk in self.stage.desks.values() if identity)
        return next((out.matter for out in outs if out is not None), name)

    def _identity(self, name: str) -> str:
        self.scenario.called(name)  # A step that never spoke is named all the same.
        return self.message(name)

    def followed(self, send: Send) -> Draft | MessageOuter | None:
        """The message that one follows: answers, corrects or cancels."""
        name = send.answers or send.corrects or send.cancels
        if name is None:
            return None
        for desk in self.stage.desks.values():
            given, made = desk.store.identities(self.message(name))
            if made:
                return desk.sent(made[0]).outer
            if given:
                return desk.letter(given[0]).outer
        return None

    def draft(self, step: AnyStep, send: Send) -> Draft:
        """What a step says, as the desk's library takes it."""
        first = self.followed(send)
        to = send.to if send.to is not None else self._addressed(step, send, first)
        named = [name for name in (send.answers, send.corrects, send.cancels) if name]
        precedence = send.precedence or (first.precedence if first else Precedence.ROUTINE)
        contract = CONTRACTS.get(send.act)
        bare = send.cancels is not None or contract is None or not send.particulars
        book = self.book
        table = {"act": send.act.value, **send.particulars}
        matter = send.matter or (first.matter if first else self.scenario.matter_name)
        said = send.text if send.unmarked else marked(send.text, self.scenario.exercise_name)
        return Draft(
            matter=matter,
            precedence=precedence,
            action=to,
            info=send.info or (first.info if first and (send.corrects or send.cancels) else ()),
            label=self.label(send.label or self.scenario.label),
            subject=send.subject or (f"Re: {named[0]}" if named else send.act.replace("_", " ")),
            text=said,
            language=send.language,
            act=send.act,
            terms=book.form(Terms, send.terms) if send.terms else None,
            particulars=None if bare or contract is None else book.form(contract, table),
            message_type=MessageType.EXERCISE,
            exercise=self.scenario.exercise_name,
            references=tuple(map(self.message, send.references)),
            quotes=tuple(
                Quote(message=self.message(name), label=self.label(self.scenario.label))
                for name in send.quotes
            ),
            in_reply_to=self.message(send.answers) if send.answers else None,
            corrects=self.message(send.corrects) if send.corrects else None,
            cancels=self.message(send.cancels) if send.cancels else None,
            reply_by=self.at(send.reply_by) if send.reply_by else None,
            expires_at=self.at(send.expires_at) if send.expires_at else None,
            rests_on=send.rests_on,
            heard=tuple(book.form(HeardElsewhere, each) for each in send.heard),
        )

    def _addressed(
        self, step: AnyStep, send: Send, first: Draft | MessageOuter | None
    ) -> tuple[str, ...]:
        if first is None:
            return (step.desk or "",)
        if send.answers and isinstance(first, MessageOuter):
            return (first.sender,)
        return first.action

    def label(self, marking: Marking) -> Label:
        """The confidentiality label that is meant."""
        return Label(
            policy=marking.policy,
            classification=marking.classification,
            releasable_to=tuple(sorted(marking.releasable_to or self.scenario.cast)),
        )


Doer = Callable[[Hand, AnyStep, Any], Awaitable[str | None]]


# What the verbs do.


async def _send(hand: Hand, step: AnyStep, send: Send) -> str:
    return hand.desk(step).send(
        hand.draft(step, send),
        drafter=hand.officer(step),
        releaser=hand.officer(step, 1),
    )


async def _draft(hand: Hand, step: AnyStep, send: Send) -> None:
    number = hand.desk(step).draft(hand.draft(step, send), by=hand.officer(step))
    if step.called is not None:
        hand.drafts[step.called] = number


async def _release(hand: Hand, step: AnyStep, release: Release) -> str:
    number = hand.drafts.get(release.draft, 0)
    return hand.desk(step).release(number, by=hand.officer(step), precedence=release.precedence)


async def _open(hand: Hand, step: AnyStep, of: Of) -> None:
    hand.desk(step).show(hand.message(of.message), by=hand.officer(step))


async def _acknowledge(hand: Hand, step: AnyStep, said: Acknowledge) -> str:
    desk, message = hand.desk(step), hand.message(said.message)
    if said.read_back is None:
        place = to_read_back(desk.letter(message).text)
        read_back = place.point if place else None
    elif said.read_back == FORGOTTEN:
        read_back = None
    else:
        read_back = hand.book.point(said.read_back)
    officer = hand.officer(step)
    desk.show(message, by=officer)
    return desk.acknowledge(
        message, by=officer, passed_to=said.passed_to, remark=said.remark, read_back=read_back
    )


async def _principal(hand: Hand, step: AnyStep, of: Of) -> str:
    return hand.desk(step).report_with_principal(
        hand.message(of.message), by=hand.officer(step), remark=of.remark
    )


async def _translate(hand: Hand, step: AnyStep, said: Translate) -> str:
    return hand.desk(step).attach_translation(
        hand.message(said.message), by=hand.officer(step), stage=said.stage,
        machine=said.machine, language=said.language, subject=said.subject, text=said.text,
    )  # fmt: skip


async def _relay(hand: Hand, step: AnyStep, of: Of) -> str:
    return hand.desk(step).relay(hand.message(of.message), by=hand.officer(step))


async def _invite(hand: Hand, step: AnyStep, said: Invite) -> str:
    return hand.desk(step).invite_mediator(
        said.matter or hand.scenario.matter_name, said.mediator, said.party, said.basis,
        by=hand.officer(step), exercise=hand.scenario.exercise_name,
    )  # fmt: skip


async def _line(hand: Hand, step: AnyStep, said: OfLine) -> str | None:  # noqa: C901 - a case a word.
    lines, by, name = hand.desk(step).lines, hand.officer(step), said.line
    record = line_record(name, hand.scenario)
    match said.says:
        case LineStep.ESTABLISH:
            return lines.establish(
                record, by=by, legal_status=said.legal_status, remark=said.remark,
                exercise=hand.scenario.exercise_name,
            )  # fmt: skip
        case LineStep.ADOPT:
            return lines.adopt(record, by=by, legal_status=said.legal_status, remark=said.remark)
        case LineStep.SUSPEND:
            return lines.suspend(name, by=by, remark=said.remark)
        case LineStep.RESTORE:
            return lines.restore(name, by=by, remark=said.remark)
        case LineStep.CLOSE:
            return lines.close(name, by=by, remark=said.remark)
        case LineStep.CAUSE:
            return lines.declare_cause(name, said.cause, by=by, remark=said.remark)
        case LineStep.PATH_DOWN:
            path = said.path or record.primary
            return lines.report_path_down(name, path, by=by, remark=said.remark)
        case LineStep.MAINTENANCE:
            start = hand.at(said.start or step.at)
            end = hand.at(said.until) if said.until else start + timedelta(hours=1)
            return lines.agree_maintenance(name, start, end, by=by, remark=said.remark)
        case LineStep.REVIEW:
            next_due = hand.at(said.until) if said.until else hand.at(step.at) + timedelta(days=365)
            return lines.agree_review(name, next_due.date(), by=by, remark=said.remark)
        case LineStep.NOTE:
            return lines.note(name, said.note, by=by, remark=said.remark or "")
        case LineStep.TEST:
            return lines.test(name, said.path)
        case LineStep.ANSWER_TEST:
            return lines.answer(name, said.reading)


def _says(verb: str) -> Doer:
    """Says it as the desk library has it: its officers, its exercise, and what the step gives."""

    async def say(hand: Hand, step: AnyStep, said: Says) -> str | None:
        desk = hand.desk(step)
        library = getattr(desk, LIBRARIES[verb].attribute)
        takes = words_of(verb).get(said.says, {})
        arguments = hand.saying(desk).arguments(verb, said.says, said.given)
        two = "drafter" in takes and (takes["drafter"].required or len(step.officers) > 1)
        arguments["by"] = hand.officer(step, 1 if two else 0)
        if two:
            arguments["drafter"] = hand.officer(step)
        if "exercise" in takes:
            arguments["exercise"] = hand.scenario.exercise_name
        answer = getattr(library, method_of(verb, said.says))(**arguments)
        if isinstance(answer, int):
            if step.called is not None:
                hand.drafts[step.called] = answer
            return None
        return str(answer[1] if isinstance(answer, tuple) else answer)

    return say


async def _leak(hand: Hand, step: AnyStep, said: Leak) -> str:
    """Puts a record where it does not belong, as somebody with a desk's key and a client could."""
    message = hand.message(said.message)
    signed = next(found for desk in hand.stage.desks.values() if (found := desk.store.out(message)))
    if said.onto == "LIVE":
        return await _onto(hand, signed, signed.value, Realm.LIVE, signed.message)
    first = open_record(signed.value)
    assert isinstance(first.outer, MessageOuter), "what is leaked is a message"
    identity = f"{step.called or 'leak'}".encode().hex().ljust(32, "0")[:32]
    outer = first.outer.model_copy(
        update={
            "message_id": identity, "message_type": MessageType.OPERATION, "exercise": None,
            "sequence": first.outer.sequence + 1, "sent_at": hand.stage.clock.now(),
        }
    )  # fmt: skip
    inner = seal.close(first.content, ())
    outer = outer.model_copy(update={"inside": seal.inside(inner)})
    value = seal.sign(outer, inner, hand.stage.hands[first.outer.sender])
    return await _onto(hand, signed, value, Realm.EXERCISE, identity)


async def _onto(hand: Hand, signed: Out, value: bytes, realm: Realm, identity: str) -> str:
    key = signed.matter.encode()
    bus = hand.stage.bus("leak")
    outgoing = Outgoing(
        topics.commands(topics.service_of(signed.matter), signed.lane, realm),
        topics.partition_of(key, hand.stage.settings.partitions),
        key,
        value,
        wire.headers_of(open_record(value).outer, signed.kind),
    )
    await bus.append([outgoing])
    return identity


async def _fault(hand: Hand, _step: AnyStep, fault: Fault) -> None:
    up = fault.state == "UP"
    if fault.service is not None:
        await (
            hand.stage.service_up(fault.service) if up else hand.stage.service_down(fault.service)
        )
    elif fault.desk is not None:
        hand.stage.desk_way(fault.desk, up=up)
    else:
        hand.stage.broker(up=up)
    if up:
        hand.after_repair()


async def _happens(_hand: Hand, _step: AnyStep, _said: str) -> None:
    """Nobody on the bus knows of it."""


DOES: Mapping[str, Doer] = {
    "send": _send,
    "draft": _draft,
    "release": _release,
    "open": _open,
    "acknowledge": _acknowledge,
    "principal": _principal,
    "translate": _translate,
    "relay": _relay,
    "invite": _invite,
    "line": _line,
    **{name: _says(name) for name in LIBRARIES},
    "leak": _leak,
    "fault": _fault,
    "happens": _happens,
}
"""By the verb's name in `format/verbs.py`, which says what it is given."""


def line_record(name: str, scenario: Scenario) -> LineRecord:
    """The record that all parties of a line in place have adopted. At each end those release who
    are officers there.
    """
    line = scenario.lines[name]
    tests = line.tests
    ends = [
        End(
            nation=nation_of(desk),
            desk=desk,
            alternates=tuple(a for a in line.alternates if nation_of(a) == nation_of(desk)),
            terminals=line.terminals,
            language="en",
            release_authority=line.released_at(scenario.desks[desk].officers),
        )
        for desk in sorted(line.between)
    ]
    return LineRecord(
        line=name,
        legal_basis=line.legal_basis,
        scope=line.scope,
        level=line.level,
        ends=tuple(ends),
        paths=line.paths,
        schedule=Schedule(
            cadence=tests.cadence,
            times=tests.times,
            weekday=tests.weekday,
            tolerance_s=round(span(tests.tolerance).total_seconds()),
            misses_to_outage=tests.misses_to_outage,
        ),
        review_due=line.review_due or REVIEW_DUE,
    )


REVIEW_DUE = datetime(2100, 1, 1).date()  # noqa: DTZ001 - a date, which has no zone.
