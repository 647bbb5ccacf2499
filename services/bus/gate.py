"""Whether a record that is truly its sender's belongs here, and now. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from schemas.directory import HolderKind
from services.bus.refusals import (
    ExerciseOnLive,
    FromTheFuture,
    InvalidField,
    LiveInExercise,
    NotForService,
    OthersMatter,
    Refusal,
    WrongLane,
    WrongPartition,
)
from services.bus.seal import Checked
from services.bus.service import Service
from services.bus.topics import Realm, lane_of, partition_of, service_of
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
        own = holder.kind is HolderKind.SERVICE and holder.name == self.service.name
        allowed = self.service.own_commands if own else self.service.commands
        if type(outer) not in allowed:
            return NotForService(type(outer).__name__)
        if outer.message_type.is_exercise and self.realm is Realm.LIVE:
            return ExerciseOnLive()
        if not outer.message_type.is_exercise and self.realm is Realm.EXERCISE:
            return LiveInExercise()
        if outer.matter == NO_MATTER:
            return InvalidField(f"matter: {NO_MATTER} is reserved")
        if (owner := service_of(outer.matter)) != self.service.name:
            return OthersMatter(f"{outer.matter} is a matter of {owner}")
        key = outer.matter.encode()
        if record.key != key or record.partition != partition_of(key, self.partitions):
            return WrongPartition()
        if lane_of(record.topic).rank < outer.lane.rank:
            return WrongLane(f"{outer.lane} on {lane_of(record.topic)}")
        if outer.sent_at > record.appended_at + timedelta(seconds=self.skew_s):
            return FromTheFuture(f"more than {self.skew_s:g} s ahead")
        return None
