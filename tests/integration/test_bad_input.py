"""Everything that may come instead of a good message: refused aloud, kept, and passed by."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from schemas.catalogue import payload_type
from schemas.envelope import Cover, Signature
from schemas.hotline import CorrectMessage, ReplyToMessage
from schemas.parties import Lane, MessageType, Precedence
from schemas.receipts import CommandRefused
from services.bus import seal, topics, wire
from services.bus.topics import Realm
from services.bus.transport import Record
from services.desk.reading import unfold
from tests.kit.house import WITHIN_S, House, label
from tests.kit.paper import identity


@dataclass
class Bad:
    """A record that was put onto the bus, and what should come of it."""

    value: bytes
    matter: str
    told: str = "xaa-ghq"
    message: str | None = None
    lane: Lane = Lane.ROUTINE
    realm: Realm = Realm.LIVE


Case = Callable[[House], Awaitable[Bad]]
CASES: list[Any] = []


def case(code: str) -> Callable[[Case], Case]:
    def add(function: Case) -> Case:
        name = (function.__doc__ or "").rstrip(".")
        CASES.append(pytest.param(code, function, id=name))
        return function

    return add


def matter_in(house: House) -> str:
    """All in one partition: tests/twins/test_troubles.py says what happens otherwise."""
    return house.matter("bad", partition=0)


async def put(house: House, command: Any, value: bytes, **bad: Any) -> Bad:
    """Put a value where the command that it comes from belongs."""
    realm = bad.get("realm", Realm.LIVE)
    await house.put(
        value, matter=command.matter, sender=bad.get("told", command.sender),
        message=command.message_id, lane=command.lane, realm=realm,
    )  # fmt: skip
    return Bad(value, command.matter, message=command.message_id, lane=command.lane, **bad)


async def sign_and_put(house: House, *, by: str | None = None, **fields: Any) -> Bad:
    fields.setdefault("matter", matter_in(house))
    command, inner = house.command(**fields)
    value = seal.sign(command, inner, house.hands[by or command.sender])
    return await put(house, command, value, told=by or command.sender)


def repack(
    house: House, command: Any, inner: bytes, change: Callable[[dict[str, Any]], Any]
) -> bytes:
    """The outer part changed as JSON and then signed properly, as a faulty client would."""
    fields = json.loads(wire.encode(command))
    changed = change(fields)
    payload = (
        changed
        if isinstance(changed, bytes)
        else json.dumps(changed or fields, separators=(",", ":"), ensure_ascii=False).encode()
    )
    kind = payload_type("hotline.release-message.v1")
    hand = house.hands[command.sender]
    signature = hand.key.sign(wire.pae(kind, payload))
    return wire.encode(
        Cover(
            payloadType=kind,
            payload=payload,
            inner=inner,
            signatures=(Signature(keyid=hand.keyid, sig=signature),),
        )
    )


async def repacked(house: House, change: Callable[[dict[str, Any]], Any]) -> Bad:
    command, inner = house.command(matter=matter_in(house))
    return await put(house, command, repack(house, command, inner, change))


@case("Unsigned")
async def unsigned(house: House) -> Bad:
    """no signature."""
    command, inner = house.command(matter=matter_in(house))
    cover = Cover.model_validate_json(seal.sign(command, inner, house.hands["xaa-ghq"]))
    return await put(house, command, wire.encode(cover.model_copy(update={"signatures": ()})))


@case("BadSignature")
async def wrongly_signed(house: House) -> Bad:
    """a signature of other bytes."""
    command, inner = house.command(matter=matter_in(house))
    other = command.model_copy(update={"releaser": "duty-3"})
    ours, theirs = (
        Cover.model_validate_json(seal.sign(each, inner, house.hands["xaa-ghq"]))
        for each in (command, other)
    )
    swapped = ours.model_copy(update={"signatures": theirs.signatures})
    return await put(house, command, wire.encode(swapped))


@case("InnerAltered")
async def inner_exchanged(house: House) -> Bad:
    """another text under the same signature."""
    command, inner = house.command(matter=matter_in(house))
    cover = Cover.model_validate_json(seal.sign(command, inner, house.hands["xaa-ghq"]))
    value = wire.encode(cover.model_copy(update={"inner": inner.replace(b"noon", b"dusk")}))
    return await put(house, command, value)


@case("SpeaksForAnother")
async def another_nations_name(house: House) -> Bad:
    """another nation's name."""
    return await sign_and_put(house, by="xcc-ghq", sender="xaa-ghq")


@case("UnknownKey")
async def unknown_key(house: House) -> Bad:
    """a key that nobody vouched for."""
    command, inner = house.command(matter=matter_in(house))
    from tests.kit.paper import hand_of

    return await put(house, command, seal.sign(command, inner, hand_of("somebody")))


@case("UnknownVersion")
async def unknown_version(house: House) -> Bad:
    """a version that is not known."""
    command, inner = house.command(matter=matter_in(house))
    cover = Cover.model_validate_json(seal.sign(command, inner, house.hands["xaa-ghq"]))
    kind = cover.payloadType.replace(".v1+", ".v2+")
    return await put(house, command, wire.encode(cover.model_copy(update={"payloadType": kind})))


@case("Oversize")
async def oversize(house: House) -> Bad:
    """200 KiB."""
    command, _ = house.command(matter=matter_in(house))
    inner = b"x" * 150 * 1024
    value = seal.sign(command, inner, house.hands["xaa-ghq"])
    assert len(value) > 200 * 1024
    return await put(house, command, value)


@case("NotJson")
async def not_json(house: House) -> Bad:
    """not JSON."""
    command, _ = house.command(matter=matter_in(house))
    return await put(house, command, b"\x00\xffFLASH FLASH FLASH")


@case("NotJson")
async def empty(house: House) -> Bad:
    """nothing at all."""
    command, _ = house.command(matter=matter_in(house))
    return await put(house, command, b"")


@case("DuplicateKeys")
async def duplicate_keys(house: House) -> Bad:
    """a name that stands twice."""

    def twice(fields: dict[str, Any]) -> bytes:
        text = json.dumps(fields, separators=(",", ":")).encode()
        return text[:-1] + b',"drafter":"duty-2"}'

    return await repacked(house, twice)


@case("UnknownField")
async def unknown_field(house: House) -> Bad:
    """a field that is not known."""
    return await repacked(house, lambda fields: fields | {"urgent": True})


@case("WrongCase")
async def lower_case(house: House) -> Bad:
    """a precedence in small letters."""
    return await repacked(house, lambda fields: fields | {"precedence": "routine"})


@case("MissingLabel")
async def missing_label(house: House) -> Bad:
    """no label."""
    return await repacked(house, lambda fields: {k: v for k, v in fields.items() if k != "label"})


@case("InvalidField")
async def impossible_lane(house: House) -> Bad:
    """FLASH in the slow lane."""
    return await repacked(house, lambda fields: fields | {"precedence": "FLASH"})


@case("LabelWidened")
async def widened_label(house: House) -> Bad:
    """a reply that more may read than the message."""
    matter = matter_in(house)
    message = await house.accepted("xaa-ghq", house.draft(matter, label=label("XAA", "XBB")))
    return await sign_and_put(
        house, kind=ReplyToMessage, matter=matter, sender="xbb-ghq", action=("xaa-ghq",),
        # Beyond the numbers that the desk itself uses for its reports.
        in_reply_to=message, sequence=50,
    )  # fmt: skip


@case("LabelWidened")
async def widened_by_correction(house: House) -> Bad:
    """a correction that more may read than the message."""
    matter = matter_in(house)
    first, inner = house.command(matter=matter, label=label("XAA", "XBB"))
    await house.put_signed(first, inner)
    return await sign_and_put(
        house, kind=CorrectMessage, matter=matter, sequence=2, obsoletes=first.message_id
    )


@case("NotReleasable")
async def not_releasable(house: House) -> Bad:
    """an addressee who may not read it."""
    return await sign_and_put(house, label=label("XAA", "XCC"))


@case("UnknownAddressee")
async def unknown_addressee(house: House) -> Bad:
    """an addressee whom nobody knows."""
    return await sign_and_put(house, action=("xbb-ghq", "xzz-ghq"))


@case("IdReused")
async def same_identity(house: House) -> Bad:
    """an identity that stands for another text."""
    matter = matter_in(house)
    first, inner = house.command(matter=matter)
    await house.put_signed(first, inner)
    await house.given("xbb-ghq", first.message_id)
    return await sign_and_put(
        house, matter=matter, sequence=2, message_id=first.message_id,
        inner=inner.replace(b"noon", b"dusk"),
    )  # fmt: skip


@case("FromTheFuture")
async def from_the_future(house: House) -> Bad:
    """a time beyond what clocks may differ."""
    ahead = house.clock.now() + timedelta(seconds=house.settings.skew_s + 60)
    return await sign_and_put(house, sent_at=ahead)


@case("SecondOfficerNeeded")
async def one_officer(house: House) -> Bad:
    """a FLASH that one officer released."""
    return await sign_and_put(
        house, precedence=Precedence.FLASH, drafter="duty-1", releaser="duty-1"
    )


@case("UnknownOfficer")
async def unknown_officer(house: House) -> Bad:
    """an officer whom the directory does not know."""
    return await sign_and_put(house, releaser="duty-9")


@case("ExerciseOnLive")
async def exercise_on_live(house: House) -> Bad:
    """an exercise on a live topic."""
    return await sign_and_put(house, message_type=MessageType.EXERCISE, exercise="NORTHERN LIGHT")


@case("LiveInExercise")
async def live_in_exercise(house: House) -> Bad:
    """the real world on an exercise topic."""
    command, inner = house.command(matter=matter_in(house))
    value = seal.sign(command, inner, house.hands["xaa-ghq"])
    return await put(house, command, value, realm=Realm.EXERCISE)


@case("WrongLane")
async def too_fast(house: House) -> Bad:
    """ROUTINE on the FLASH topic."""
    command, inner = house.command(matter=matter_in(house))
    value = seal.sign(command, inner, house.hands["xaa-ghq"])
    await house.put(
        value, matter=command.matter, sender="xaa-ghq", message=command.message_id, lane=Lane.FLASH
    )
    return Bad(value, command.matter, message=command.message_id, lane=Lane.FLASH)


@case("NotForService")
async def the_clocks_own_word(house: House) -> Bad:
    """a deadline that a desk declares passed."""
    from schemas.hotline import PassDeadline, Step

    return await sign_and_put(
        house, kind=PassDeadline, message=identity("any"), desk="xbb-ghq", step=Step.OVERDUE,
        due=house.clock.now(), inner=b"",
    )  # fmt: skip


def refusal_at(house: House, bad: Bad) -> CommandRefused | None:
    for found in house.heard(bad.told, "CommandRefused", bad.realm):
        notice = unfold(found.value).outer.notice
        if isinstance(notice, CommandRefused) and (notice.message or notice.claimed) == bad.message:
            return notice
    return None


async def quarantined(house: House, bad: Bad, notice: CommandRefused) -> list[Record]:
    """What is kept of the refused record. It is written together with the notice, to another
    partition, so either may be seen first.
    """
    where = notice.position
    origin = f"{where.topic}/{where.partition}/{where.offset}".encode()
    topic = topics.quarantine("hotline", bad.realm)
    async with asyncio.timeout(WITHIN_S):
        while True:
            kept = await house.bus.read(topic, where.partition, 0)
            if found := [x for x in kept if dict(x.headers).get("detente-position") == origin]:
                return found


@pytest.mark.parametrize(("code", "make"), CASES)
async def test_it_is_refused_aloud_kept_as_it_came_and_passed_by(
    house: House, code: str, make: Case
) -> None:
    for desk in ("xaa-ghq", "xbb-ghq", "xcc-ghq"):
        await house.open(desk)
    await house.open("xaa-ghq", Realm.EXERCISE)
    bad = await make(house)

    notice = await house.until(bad.told, lambda: refusal_at(house, bad))
    assert notice.code == code
    assert notice.reason
    assert notice.position.topic == topics.commands("hotline", bad.lane, bad.realm)

    (found,) = await quarantined(house, bad, notice)
    assert found.value == bad.value, "the bytes are kept as they came"
    assert dict(found.headers)["detente-refusal"] == code.encode()

    good, inner = house.command(
        matter=bad.matter, sequence=9, message_id=identity(("good", bad.matter))
    )
    value = seal.sign(good, inner, house.hands["xaa-ghq"])
    await house.put(value, matter=bad.matter)
    assert (await house.given("xbb-ghq", good.message_id)).state == "DELIVERED"


async def test_a_refused_message_is_shown_as_refused_by_its_desk(house: House) -> None:
    sent = await house.refused("xaa-ghq", house.draft(house.matter(), action=("xbb-nowhere",)))
    assert sent.state == "REFUSED"
    assert sent.refusal is not None
    assert sent.refusal.message == sent.outer.message_id
    assert "directory" in sent.refusal.reason
