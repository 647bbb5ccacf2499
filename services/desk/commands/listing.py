"""The commands that list what a desk holds."""

from __future__ import annotations

from dataclasses import dataclass

from rich.text import Text as Shown

from schemas.acts import Act
from services.desk.commands.runner import Runner
from services.desk.commands.steps.listing import (
    accounts_of,
    alarms_of,
    drafts_of,
    inbox_of,
    outbox_of,
    particulars_of,
)
from services.desk.commands.steps.outcome import Outcome
from services.desk.commands.typed.place import HERE, Place
from services.desk.desk import Desk
from services.desk.template import template


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

    def accounts(self, matter: str, *, place: Place = HERE) -> int:
        """Show the accounts of each event of a matter side by side, with their corrections.

        Parameters
        ----------
        matter
            The conversation.
        """
        return self.runner.on_disk(place, lambda desk: accounts_of(desk, matter))

    def template(self, act: Act, *, of: str | None = None, place: Place = HERE) -> int:
        """Print the skeleton of an act's particulars, for --particulars-file.

        Parameters
        ----------
        act
            Which act.
        of
            A message, or the end of its identity: print its particulars instead, to correct them.
        """

        def into_file(skeleton: str) -> Outcome | None:
            if place.json:
                return Outcome({"act": act.value, "template": skeleton}, Shown(skeleton))
            # Neither wrapped nor framed.
            print(skeleton)
            return None

        async def blank() -> Outcome | None:
            return into_file(template(act))

        async def held(desk: Desk) -> Outcome | None:
            return into_file(particulars_of(desk, act, of or ""))

        begin = blank if of is None else self.runner.on_desk(place, held, linked=False)
        return self.runner.end(place, begin)

    def alarms(self, *, place: Place = HERE) -> int:
        """List lines that are silent, and what this desk refused to believe: forged or altered."""
        return self.runner.on_disk(place, alarms_of)
