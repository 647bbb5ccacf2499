"""The command that makes a desk's home."""

from __future__ import annotations

from dataclasses import dataclass

from services.desk.commands.runner import Runner
from services.desk.commands.steps.founding import created
from services.desk.commands.steps.outcome import Outcome
from services.desk.commands.typed.place import HERE, Place


@dataclass(frozen=True, slots=True)
class Founding:
    """What comes before a desk can be asked for anything."""

    runner: Runner

    def init(self, desk: str, *, officer: tuple[str, ...], place: Place = HERE) -> int:
        """Make a desk's home: its name, its officers, its key.

        Parameters
        ----------
        desk
            Its name: the nation's code in lower case, a hyphen, its own. xaa-ghq.
        officer
            A role at the desk, never a person's name. Give at least two, each with --officer.
        """

        async def begin() -> Outcome:
            return created(place.home, desk, officer)

        return self.runner.end(place, begin)
