"""One message from the wire to its effect. Read this first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from schemas.envelope import Outer
from schemas.ledger import Entry
from schemas.receipts import Position
from services.bus import seal, topics, tracing
from services.bus.clock import Clock
from services.bus.directory import Directory
from services.bus.effects import Effects
from services.bus.gate import Gate
from services.bus.health import Condition, Lack
from services.bus.judge import Decided, Judge, Outcome, Repeated, Unbelieved
from services.bus.ledger import Draft, Ledger, overdue, read_entry
from services.bus.log import log
from services.bus.meters import ServiceMeters
from services.bus.redelivery import Bench, Unread
from services.bus.refusals import Refusal, UnknownKey
from services.bus.seal import Signer
from services.bus.service import Service
from services.bus.settings import Settings
from services.bus.topics import Realm
from services.bus.trail import Trail
from services.bus.transport import Bus, Outgoing, Record, Unreachable, Unsettled

PAUSES_S = (0.1, 0.2, 0.5, *(1.0,) * 60)
"""Between tries while the log is away, about a minute; then the process stops. It never skips."""

FOLDED_AT_ONCE = 256
"""Ledger records folded before anybody else has a turn."""

T = TypeVar("T")


async def patiently(
    act: Callable[[], Awaitable[T]], away: Callable[[Exception | None], None] | None = None
) -> T:
    """Do it; while the log is away, do it again. After PAUSES_S the last trouble is raised.

    `away` is told of each trouble, and None when it was done.
    """
    for pause_s in PAUSES_S:
        try:
            done = await act()
        except (Unsettled, Unreachable) as trouble:
            log.warning("log.away", trouble=str(trouble))
            if away is not None:
                away(trouble)
            await asyncio.sleep(pause_s)
        else:
            if away is not None:
                away(None)
            return done
    return await act()


class Journey:
    """Carries the records of the partitions that this instance owns."""

    def __init__(
        self,
        service: Service,
        bus: Bus,
        signer: Signer,
        directory: Directory,
        clock: Clock,
        settings: Settings,
        realm: Realm,
        meters: ServiceMeters,
        condition: Condition,
    ) -> None:
        self.ledgers: dict[int, Ledger] = {}
        self._service, self._bus, self._signer = service, bus, signer
        self._directory, self._clock, self._settings = directory, clock, settings
        self._meters, self._condition = meters, condition
        self._ledger_topic = topics.ledger(service.name, realm)
        self._realm = realm
        self._gate = Gate(service, realm, settings.partitions, settings.skew_s)
        self._effects = Effects(service, bus, signer, realm)
        self._announced: dict[str, datetime] = {}

    async def decide(self, records: Sequence[Record]) -> Sequence[Outgoing]:
        """One batch of one partition: decide in order, append together. What is to be delivered.

        When it returns, the decisions are on the log. It raises rather than skip.
        """
        ledger = self.ledgers[records[0].partition]
        lying: dict[Position, Record | None] = {}
        trail = Trail(self._service.name)
        while True:
            draft = ledger.draft()
            judge = Judge(self._service, self._gate, self._directory.keyring)
            heard = [Bench(judge, lying).hear(record, draft) for record in records]
            unread = [each.places for each in heard if isinstance(each, Unread)]
            if unread:
                lying |= await self._lying([place for places in unread for place in places])
                continue
            outcomes = [each for each in heard if not isinstance(each, Unread)]
            if await self._strangers_met(outcomes):
                continue
            trail.carries(records, outcomes)
            if await self._append(records[0].partition, draft, trail):
                break
        entries = await self._entries_of(_repeated(outcomes), records[0].partition)
        return [
            outgoing
            for record, outcome in zip(records, outcomes, strict=True)
            for outgoing in trail.carried(
                record, outcome, await self._effects_of(record, outcome, entries)
            )
        ]

    async def deliver(self, outgoing: Sequence[Outgoing]) -> None:
        """Put it on the log; if need be again, with the same bytes: desks drop repetitions."""
        if outgoing:
            with tracing.sending(tracing.Name.DELIVER, self._service.name, outgoing) as marked:
                await patiently(lambda: self._bus.append(marked), self.away)

    def away(self, trouble: Exception | None) -> None:
        """The log was not reached, or None where it was."""
        if trouble is None:
            self._condition.has(Lack.BROKER)
            return
        self._meters.away()
        self._condition.lacks(
            Lack.BROKER,
            f"the brokers do not take or give records ({type(trouble).__name__}: {trouble}); "
            "what was accepted waits, nothing is lost",
        )

    async def _lying(self, places: Sequence[Position]) -> dict[Position, Record | None]:
        """What custodians' orders name, in topics of this service's own; and first the directory,
        so that no order rests on a key that was revoked before it was given.
        """
        await patiently(self._directory.refresh, self.away)
        found: dict[Position, Record | None] = {}
        for at in places:
            records = await patiently(
                partial(self._bus.read, at.topic, at.partition, at.offset, at.offset + 1), self.away
            )
            found[at] = next(iter(records), None)
        return found

    async def _strangers_met(self, outcomes: Sequence[Outcome]) -> bool:
        """Whether the directory has grown since a key was found to be unknown."""
        if not any(isinstance(_refusal_of(o), UnknownKey) for o in outcomes):
            return False
        before = self._directory.keyring.position
        refreshed = await patiently(self._directory.refresh, self.away)
        return refreshed.position > before

    async def _append(self, partition: int, draft: Draft, trail: Trail) -> bool:
        """Write the draft. False where it must be decided again, since somebody else wrote too.

        The offsets show it at no cost: if they are the next ones expected, nobody did.
        """
        ledger = self.ledgers[partition]
        if not draft.entries:
            return True
        outgoing = [
            Outgoing(
                self._ledger_topic,
                partition,
                entry.matter.encode(),
                seal.sign(entry, b"", self._signer),
            )
            for entry, _ in draft.entries
        ]
        entries = [entry for entry, _ in draft.entries]
        try:
            with trail.appends(entries, outgoing) as marked:
                offsets = await self._bus.append(marked)
        except Unsettled as trouble:
            log.warning("ledger.unsettled", partition=partition, trouble=str(trouble))
            offsets = ()
        if list(offsets) != list(range(ledger.next_offset, ledger.next_offset + len(outgoing))):
            await self.read_on(partition)
            return all(ledger.holds(entry, payload) for entry, payload in draft.entries)
        for (entry, payload), offset in zip(draft.entries, offsets, strict=True):
            counted = ledger.fold(entry, payload, offset)
            assert counted, "where nobody else wrote, an own entry counts"
        return True

    async def take_over(self, partition: int) -> None:
        """Own a partition from now on: fold its ledger to the end, and only then use it."""
        ledger = Ledger(self._service, self._settings.allowances)
        self._condition.lacks(
            Lack.LEDGER, f"the ledger of partition {partition} is being read from the log"
        )
        gained = await self._gained(partition, ledger)
        for start in range(0, len(gained), FOLDED_AT_ONCE):
            self._condition.lacks(
                Lack.LEDGER,
                f"the ledger of partition {partition} is being folded: "
                f"{start} of {len(gained)} records; wait",
            )
            # So that whoever asks how far it is is answered.
            await asyncio.sleep(0)
            await self._fold(partition, ledger, gained[start : start + FOLDED_AT_ONCE])
        self.ledgers[partition] = ledger
        await self.read_on(partition)
        self._condition.has(Lack.LEDGER)

    async def read_on(self, partition: int) -> None:
        """Fold what the log has gained, whoever wrote it."""
        ledger = self.ledgers[partition]
        await self._fold(partition, ledger, await self._gained(partition, ledger))

    async def _gained(self, partition: int, ledger: Ledger) -> Sequence[Record]:
        start = ledger.next_offset
        return await patiently(
            lambda: self._bus.read(self._ledger_topic, partition, start), self.away
        )

    async def _fold(self, partition: int, ledger: Ledger, gained: Sequence[Record]) -> None:
        read = [self._read_entry(record) for record in gained]
        if any(isinstance(found, UnknownKey) for found in read):
            # Another instance may have written them under a newer directory.
            await patiently(self._directory.refresh, self.away)
            read = [self._read_entry(record) for record in gained]
        for record, found in zip(gained, read, strict=True):
            if isinstance(found, Refusal):
                log.error("ledger.unreadable", partition=partition, offset=record.offset)
                ledger.pass_over(record.offset)
            else:
                ledger.fold(*found, record.offset)

    def _read_entry(self, record: Record) -> tuple[Entry[Any, Any], bytes] | Refusal:
        return read_entry(self._service, record.value, self._directory.keyring)

    async def _effects_of(
        self, record: Record, outcome: Outcome, entries: Mapping[str, Entry[Any, Any]]
    ) -> list[Outgoing]:
        match outcome:
            case Unbelieved():
                self._refused(outcome.refusal)
                position = self._directory.keyring.position
                return self._effects.of_unbelieved(record, outcome, position)
            case Repeated():
                self._meters.repeated()
                repeated = entries[outcome.command]
                again = await patiently(lambda: self._effects.of_entry(record, repeated), self.away)
                return again + await self._told_before(repeated, record.partition)
            case Decided(entry, refused):
                self._meters.decided(entry, self._clock.now())
                deliveries = await patiently(
                    lambda: self._effects.of_entry(record, entry), self.away
                )
                if entry.redelivery:
                    at = entry.redelivery.origin
                    log.info("record.redelivered", topic=at.topic, partition=at.partition,
                             offset=at.offset, code=refused.code if refused else None)  # fmt: skip
                if refused:
                    self._refused(refused)
                return deliveries + await self._told_before(entry, record.partition)

    async def _told_before(self, entry: Entry[Any, Any], partition: int) -> list[Outgoing]:
        """What an earlier entry told, where custodians ordered a record that it had decided."""
        if entry.redelivery is None or (command := entry.redelivery.decided) is None:
            return []
        found = (await self._entries_of([command], partition))[command]
        at = found.position
        (record,) = await patiently(
            lambda: self._bus.read(at.topic, at.partition, at.offset, at.offset + 1), self.away
        )
        return await patiently(lambda: self._effects.of_entry(record, found), self.away)

    def _refused(self, refusal: Refusal) -> None:
        self._meters.refused(refusal.code)

    async def _entries_of(
        self, repeated: Sequence[str], partition: int
    ) -> dict[str, Entry[Any, Any]]:
        """The entries of commands that the ledger knows: those at hand, the others in one read."""
        ledger = self.ledgers[partition]
        offsets = {command: ledger.page.known[command].offset for command in repeated}
        entries = {c: found for c, at in offsets.items() if (found := ledger.recent(at))}
        missing = {at for command, at in offsets.items() if command not in entries}
        if missing:
            records = await patiently(
                lambda: self._bus.read(
                    self._ledger_topic, partition, min(missing), max(missing) + 1
                ),
                self.away,
            )
            for record in records:
                if record.offset in missing:
                    read = self._read_entry(record)
                    assert not isinstance(read, Refusal), "what was folded can be read again"
                    # One entry may stand for two: a record, and the order that redelivered it.
                    entries |= {c: read[0] for c, at in offsets.items() if at == record.offset}
        return entries

    async def pass_deadlines(self, repeat_after_s: float = 10.0) -> int:
        """Send to oneself what has fallen due, as commands like any other; how many were sent.

        One that was sent and has had no effect yet is sent again after `repeat_after_s`.
        """
        now = self._clock.now()
        due = [
            deadline.command()
            for ledger in self.ledgers.values()
            for deadline in overdue(ledger, now)
        ]
        said = {each.message_id: self._announced.get(each.message_id) for each in due}
        fresh = [
            each
            for each in due
            if (at := said[each.message_id]) is None or (now - at).total_seconds() >= repeat_after_s
        ]
        await self.say_to_itself(fresh)
        self._announced = {identity: at for identity, at in said.items() if at}
        self._announced |= {each.message_id: now for each in fresh}
        return len(fresh)

    async def say_to_itself(self, commands: Sequence[Outer]) -> None:
        """Put commands of the service's own onto its own topics."""
        await self.deliver([self._to_itself(each) for each in commands])

    def _to_itself(self, command: Outer) -> Outgoing:
        topic = topics.commands(self._service.name, command.lane, self._realm)
        partition = topics.partition_of(command.matter.encode(), self._settings.partitions)
        return self._effects.signed(command, b"", topic, partition)


def _repeated(outcomes: Sequence[Outcome]) -> list[str]:
    return [each.command for each in outcomes if isinstance(each, Repeated)]


def _refusal_of(outcome: Outcome) -> Refusal | None:
    match outcome:
        case Unbelieved(refusal, _, _):
            return refusal
        case Decided(_, refused):
            return refused
        case Repeated():
            return None
