"""Plays as they went in memory, what their ledgers hold, and the recordings of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.bus.topics import Realm
from services.rehearsal.format.checking import load
from services.rehearsal.outcome.record import Record
from services.rehearsal.play.conductor import PROLOGUE, Conductor
from services.rehearsal.play.pace import VirtualPace
from services.rehearsal.recording.recorder import Recording, recorded
from services.rehearsal.rehearsing import recorded as record_of
from services.rehearsal.stage import loop as virtual
from services.rehearsal.stage.ledgers import Traffic, read
from services.rehearsal.stage.stage import in_memory

PLAYS = Path(__file__).parent.parent / "plays"
"""Everything that can be said, with CANARY in every text and name, and a place that is nowhere."""


@dataclass
class Played:
    """A play as it went, what its ledgers hold, and the recording of it."""

    record: Record
    traffic: Traffic
    recording: Recording


@cache
def played(name: str, folder: Path = PLAYS) -> Played:
    """Once for all tests."""
    scenario = load(folder / f"{name}.scenario.yaml").scenario

    async def play(loop: virtual.VirtualLoop) -> tuple[Record, Traffic]:
        async with in_memory(scenario, loop) as stage:
            conductor = Conductor(stage, VirtualPace(loop), lambda _: None)
            await conductor.play()
            record = await record_of(conductor)
            bus, matters = stage.bus("recorder"), {each.matter for each in record.events}
            chosen = stage.settings
            found = await read(bus, stage.directory(bus), chosen, matters, Realm.EXERCISE)
            return record, found

    record, traffic = virtual.run(scenario.earliest - PROLOGUE, play)
    return Played(record, traffic, recorded(traffic, "again"))
