"""What each verb of a scenario does, through the desk library: one row a verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

from schemas.hotline import MessageOuter
from schemas.parties import MessageType
from services.bus import seal, topics, wire
from services.bus.topics import Realm
from services.bus.transport import Outgoing
from services.desk.inner.read_back import to_read_back
from services.desk.reading import open_record
from services.desk.store.records import Out
from services.desk.trouble import DeskTrouble, explained
from services.rehearsal.format.forms import FormWrong
from services.rehearsal.format.library import LIBRARIES, method_of, words_of
from services.rehearsal.format.scenario import AnyStep
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
from services.rehearsal.play.hand import Done, Hand
from services.rehearsal.play.lines import line_record
from services.rehearsal.stage.bus import LiveTopicForbidden

FORGOTTEN = "FORGOTTEN"


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


async def do(hand: Hand, number: int, step: AnyStep) -> Done:
    """Take a step. What is refused is a result; what cannot be is a mistake, and raised."""
    done = Done(number, step, hand.stage.clock.now())
    try:
        with explained():
            done.identity = await DOES[step.verb](hand, step, step.content)
    except DeskTrouble as trouble:
        done.refused_by, done.said = "DESK", str(trouble)
        done.codes = trouble.codes or ("DeskTrouble",)
    except FormWrong as trouble:
        done.refused_by, done.codes, done.said = "DESK", ("FormWrong",), str(trouble)
    except LiveTopicForbidden as trouble:
        done.refused_by, done.codes = "BUS", (type(trouble).__name__,)
        done.said = str(trouble)
    if done.identity is not None and step.called is not None:
        hand.identities[step.called] = done.identity
    return done
