"""The commands that list what a desk holds."""

from __future__ import annotations

from dataclasses import dataclass

from services.desk.commands.runner import Runner
from services.desk.commands.steps.listing import alarms_of, drafts_of, inbox_of, outbox_of
from services.desk.commands.typed.place import HERE, Place


@dataclass(frozen=True, slots=True)
class Listing:
    """Each reads the desk's own disk, and no more."""

    runner: Runner

    def drafts(self, *, place: Place = HERE) -> int:
        """List what waits for a releaser, with its whole text."""
        return self.runner.on_disk(place, drafts_of)

    def inbox(self, *, place: Place = HERE) -> int:
        """List everything received, oldest first, with all that must not be overlooked."""
        return self.runner.on_disk(place, inbox_of)

    def outbox(self, *, place: Place = HERE) -> int:
        """List everything released: how far it got, and what came back from each addressee."""
        return self.runner.on_disk(place, outbox_of)

    def alarms(self, *, place: Place = HERE) -> int:
        """List what this desk refused to believe: forged, altered, or a number used twice."""
        return self.runner.on_disk(place, alarms_of)
