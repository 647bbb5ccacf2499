"""What is sent because of an entry."""

from __future__ import annotations

from typing import Any

from schemas.hotline import ReleaseMessage
from schemas.parties import Alternate, Ladder, Rung
from services.bus import wire
from services.bus.effects import Effects
from services.bus.judge import Decided
from services.bus.memory import MemoryBus, MemoryLog, VirtualClock
from services.bus.refusals import Refusal
from services.bus.topics import Realm
from tests.kit import paper
from tests.kit.court import Court
from tests.kit.paper import keyring_of, outer, record_of, signed, vouched


async def deliveries(court: Court, outcome: Decided, record: Any) -> list[bytes]:
    effects = Effects(
        court.service, MemoryBus(MemoryLog(VirtualClock())), paper.hand_of("hotline"), Realm.LIVE
    )
    return [each.value for each in await effects.of_entry(record, outcome.entry)]


async def test_the_same_entry_gives_the_same_bytes() -> None:
    court, command = Court(), outer()
    record = record_of(signed(command), command)
    outcome = court.hear(record)
    assert isinstance(outcome, Decided)
    assert await deliveries(court, outcome, record) == await deliveries(court, outcome, record)


def crowded() -> tuple[Court, ReleaseMessage]:
    """As many addressees as a message may have, each with a full ladder."""
    statements = [vouched("hotline"), vouched("xaa-ghq")]
    named = []
    for number in range(16):
        desk = f"xbb-joint-operations-centre-{number:02d}"
        alternates = [f"xbb-alternate-of-the-centre-{number:02d}{rung}" for rung in range(4)]
        ladder = Ladder(
            alternates=tuple(
                Alternate(rung=rung, desk=alternate)
                for rung, alternate in zip(Rung, alternates, strict=True)
            )
        )
        statements += [vouched(each) for each in alternates]
        statements.append(vouched(desk, ladder=ladder))
        named.append(desk)
    informed = [f"xcc-joint-operations-centre-{number:02d}" for number in range(16)]
    statements += [vouched(desk) for desk in informed]
    return Court(keyring_of(statements)), outer(action=tuple(named), info=tuple(informed))


async def test_a_sender_of_many_learns_that_it_was_accepted() -> None:
    court, command = crowded()
    record = record_of(signed(command), command)
    outcome = court.hear(record)
    assert isinstance(outcome, Decided) and outcome.refused is None
    for value in await deliveries(court, outcome, record):
        found = wire.read(value)
        assert not isinstance(found, Refusal), found
