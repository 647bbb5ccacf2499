"""What must be on the log because of an outcome: deliveries, answers, quarantine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from schemas.catalogue import payload_type_of
from schemas.envelope import Outer
from schemas.ledger import Entry, Tell
from schemas.parties import MessageType
from schemas.receipts import CommandRefused, MovedToLowerLane
from services.bus import redelivery, seal, topics, wire
from services.bus.gate import NO_MATTER
from services.bus.judge import Unbelieved, notice_of, position_of
from services.bus.refusals import Refusal
from services.bus.seal import Signer
from services.bus.service import Service
from services.bus.settings import PARTITIONS_MAX
from services.bus.topics import Realm
from services.bus.transport import Bus, Outgoing, Record

STRETCH = 2**48
"""How many numbers outside matters a service has. A sequence may go up to 2**53."""


class Effects:
    """Turns outcomes into records. The same outcome gives the same bytes, always, so that
    whatever is sent again after a crash is known as a repetition.
    """

    def __init__(self, service: Service, bus: Bus, signer: Signer, realm: Realm) -> None:
        self._service, self._bus, self._signer, self._realm = service, bus, signer, realm

    async def of_entry(self, record: Record, entry: Entry[Any, Any]) -> list[Outgoing]:
        """What an entry has its service tell, and the record itself where it moves on or is
        refused. The same for an entry that is seen again.
        """
        if redelivery.is_order(record.value) and not redelivery.is_own(entry):
            # What is told and enclosed is the record that the order named.
            at = entry.position
            (record,) = await self._bus.read(at.topic, at.partition, at.offset, at.offset + 1)
        own_word = entry.sender == self._service.name or redelivery.is_own(entry)
        refused = [
            self.quarantined(record, event.code)
            for event in entry.events
            if isinstance(event, CommandRefused) and not own_word
        ]
        delivered = [
            await self._delivery(record, entry, number, tell)
            for number, tell in enumerate(entry.tells)
        ]
        moved = [
            self._relay(record, event)
            for event in entry.events
            if isinstance(event, MovedToLowerLane)
        ]
        return refused + delivered + moved

    def of_unbelieved(self, record: Record, outcome: Unbelieved, directory: int) -> list[Outgoing]:
        """Quarantine, and an answer outside any matter: its own matter is not believed."""
        kept = self.quarantined(record, outcome.refusal.code)
        if outcome.answer_to is None:
            return [kept]
        lane = topics.lane_of(record.topic)
        exercise = self._realm is Realm.EXERCISE
        outer = self._service.delivery(
            message_id=notice_of(record),
            sender=self._service.name,
            matter=NO_MATTER,
            lane=lane,
            sequence=_number_outside_matters(self._service.name, record),
            sent_at=record.appended_at,
            message_type=MessageType.EXERCISE if exercise else MessageType.OPERATION,
            exercise="UNKNOWN" if exercise else None,
            inside=seal.inside(b""),
            to=outcome.answer_to,
            directory=directory,
            encloses=None,
            notice=outcome.fact,
        )
        answer = self.signed(outer, b"", topics.inbox(outcome.answer_to, lane, self._realm))
        return [kept, answer]

    def quarantined(self, record: Record, code: str) -> Outgoing:
        """The bytes as they came, with where they came from and why they stay here.

        Where the service's inner parts are for their addressees alone, only what is surely outer
        is kept: no inner part, and nothing of a record whose outer part cannot be read, since
        nobody knows what its sender put there. The sender has it on its own disk.
        """
        keeps_all = self._service.keeps_inner_refused
        kept = record if keeps_all else _outer_only(record)
        origin = f"{record.topic}/{record.partition}/{record.offset}"
        came = wire.digest(record.value)
        return Outgoing(
            topic=topics.quarantine(self._service.name, self._realm),
            partition=record.partition,
            key=kept.key,
            value=kept.value,
            headers=(
                *kept.headers,
                (redelivery.REFUSAL_HEADER, code.encode()),
                (redelivery.POSITION_HEADER, origin.encode()),
                *(() if keeps_all else ((redelivery.DIGEST_HEADER, came.encode()),)),
            ),
        )

    def signed(self, outer: Outer, inner: bytes, topic: str, partition: int = 0) -> Outgoing:
        """A record of the service's own."""
        return Outgoing(
            topic=topic,
            partition=partition,
            key=outer.matter.encode(),
            value=seal.sign(outer, inner, self._signer),
            headers=wire.headers_of(outer, payload_type_of(type(outer))),
        )

    async def _delivery(
        self, record: Record, entry: Entry[Any, Any], number: int, tell: Tell[Any]
    ) -> Outgoing:
        enclosed = await self._enclosed(record, tell)
        outer = self._service.delivery(
            message_id=wire.digest(f"{entry.command} {number}".encode())[:32],
            sender=self._service.name,
            matter=entry.matter,
            lane=tell.lane,
            sequence=tell.sequence,
            sent_at=entry.received_at,
            message_type=entry.message_type,
            exercise=entry.exercise,
            inside=seal.inside(enclosed),
            to=tell.to,
            directory=entry.directory,
            encloses=tell.enclosed_digest,
            enclosed_directory=tell.enclosed_directory,
            notice=tell.notice,
        )
        return self.signed(outer, enclosed, topics.inbox(tell.to, tell.lane, self._realm))

    async def _enclosed(self, record: Record, tell: Tell[Any]) -> bytes:
        """The signed record that goes with a notice: this one, or an earlier one by its place.

        The ledger itself holds no inner part, so an earlier one is read from where it lies.
        """
        where = tell.encloses
        if where is None:
            return b""
        if where == position_of(record):
            return record.value
        found = await self._bus.read(where.topic, where.partition, where.offset, where.offset + 1)
        return found[0].value

    def _relay(self, record: Record, moved: MovedToLowerLane) -> Outgoing:
        topic = topics.commands(self._service.name, moved.to_lane, self._realm)
        return Outgoing(topic, record.partition, record.key, record.value, record.headers)


def _outer_only(record: Record) -> Record:
    """The record without its inner part; empty where its outer part is of no known contract."""
    found = wire.read(record.value)
    outer = (
        found if isinstance(found, Refusal) else wire.decode(found.contract, found.cover.payload)
    )
    if isinstance(found, Refusal) or not isinstance(outer, Outer):
        return replace(record, key=b"", value=b"", headers=())
    return replace(
        record,
        key=outer.matter.encode(),
        value=wire.encode(found.cover.model_copy(update={"inner": b""})),
        headers=tuple(wire.headers_of(outer, found.cover.payloadType)),
    )


def _number_outside_matters(service: str, record: Record) -> int:
    """Unique over the partitions of a lane, of which there are at most PARTITIONS_MAX, and over
    the services: a desk hears all of them in one inbox, and numbers what belongs to no matter
    together. Each service has a stretch of its own.
    """
    stretch = tuple(topics.LANES_OF_SERVICE).index(service) * STRETCH
    return stretch + record.offset * PARTITIONS_MAX + record.partition + 1
