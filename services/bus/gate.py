"""Whether a record that is truly its sender's belongs here, and now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from schemas.directory import HolderKind
from schemas.envelope import Outer
from schemas.redelivery import RedeliverRecord
from services.bus.refusals import (
    ExerciseOnLive,
    FromTheFuture,
    InvalidField,
    LiveInExercise,
    NotForService,
    NotItsLane,
    OthersMatter,
    OthersQuarantine,
    Refusal,
    WrongLane,
    WrongPartition,
)
from services.bus.seal import Checked
from services.bus.service import Service
from services.bus.topics import (
    Realm,
    custodians_matter,
    is_custodians,
    lane_of,
    partition_of,
    quarantine,
    service_of,
)
from services.bus.transport import Record

NO_MATTER = "no-matter"
"""The matter of a refusal of something whose own matter could not be believed."""


@dataclass(frozen=True, slots=True)
class Gate:
    """What a service admits."""

    service: Service
    realm: Realm
    partitions: int
    skew_s: float

    def admit(self, checked: Checked, record: Record) -> Refusal | None:
        """None where it may go on to the rules."""
        outer, holder = checked.outer, checked.holder
        if holder.kind is HolderKind.CUSTODIAN:
            return NotForService("custodians order redeliveries, and nothing else")
        own = holder.kind is HolderKind.SERVICE and holder.name == self.service.name
        allowed = self.service.own_commands if own else self.service.commands
        if type(outer) not in allowed:
            return NotForService(type(outer).__name__)
        if wrong := self._realm(outer):
            return wrong
        if outer.matter == NO_MATTER or is_custodians(outer.matter):
            return InvalidField(f"matter: {outer.matter} is reserved")
        if (owner := service_of(outer.matter)) != self.service.name:
            return OthersMatter(f"{outer.matter} is a matter of {owner}")
        key = outer.matter.encode()
        if record.key != key or record.partition != partition_of(key, self.partitions):
            return WrongPartition()
        if lane_of(record.topic).rank < outer.lane.rank:
            return WrongLane(f"{outer.lane} on {lane_of(record.topic)}")
        return self._ahead(outer, record)

    def admit_order(self, order: RedeliverRecord, record: Record) -> Refusal | None:
        """None where what custodians order is about this service's quarantine, and lies where it
        belongs: then its record can be looked up without asking for another's.
        """
        if wrong := self._realm(order):
            return wrong
        if order.quarantined.topic != quarantine(self.service.name, self.realm):
            return OthersQuarantine(f"this is {quarantine(self.service.name, self.realm)}")
        if order.origin.topic != record.topic or order.lane is not lane_of(record.topic):
            return NotItsLane(order.origin.topic)
        matter = custodians_matter(self.service.name, record.partition, self.partitions)
        places = {order.quarantined.partition, order.origin.partition, record.partition}
        if order.matter != matter or record.key != matter.encode() or len(places) > 1:
            return WrongPartition(f"orders of partition {record.partition} are kept in {matter}")
        return self._ahead(order, record)

    def _realm(self, outer: Outer) -> Refusal | None:
        if outer.message_type.is_exercise and self.realm is Realm.LIVE:
            return ExerciseOnLive()
        if not outer.message_type.is_exercise and self.realm is Realm.EXERCISE:
            return LiveInExercise()
        return None

    def _ahead(self, outer: Outer, record: Record) -> Refusal | None:
        if outer.sent_at > record.appended_at + timedelta(seconds=self.skew_s):
            return FromTheFuture(f"more than {self.skew_s:g} s ahead")
        return None
