"""The commands of own facts: `detente desk facts …`. On this disk alone."""

from __future__ import annotations

from dataclasses import dataclass

from services.desk.commands.runner import Runner
from services.desk.commands.steps.facts import facts_of, recorded
from services.desk.commands.typed.officers import By
from services.desk.commands.typed.place import HERE, Place
from services.desk.commands.typed.times import moment_or_none

MENU = ("list", "changed", "reaffirm", "rest")


@dataclass(frozen=True, slots=True)
class Facts:
    """The same for the live and the exercise desk."""

    runner: Runner

    def list(self, *, place: Place = HERE) -> int:
        """List own facts that changed, and what became of what that called for."""
        return self.runner.on_disk(place, facts_of)

    def changed(
        self, fact: str, *, what: str, since: str | None = None, by: By, place: Place = HERE
    ) -> int:
        """Record that an own fact changed: every own assurance that rests on it is prompted for.

        Parameters
        ----------
        fact
            Its kind and name: composition:…, posture:…, area:…, purpose:… or times:….
        what
            How it is now. It stays on this desk.
        since
            UTC. From when on it is so; by default now.
        """
        at = moment_or_none(since)
        return self.runner.on_disk(
            place,
            lambda desk: recorded(desk, desk.facts.changed(fact, what, by=by, since=at)),
        )

    def reaffirm(self, named: str, *, because: str, by: By, place: Place = HERE) -> int:
        """Say that an own word still holds as it stands, or that a matter needs no assurance.

        Parameters
        ----------
        named
            The message, or the end of its identity; or the matter.
        because
            Why. It stays on this desk.
        """
        return self.runner.on_disk(
            place,
            lambda desk: recorded(desk, desk.facts.reaffirm(named, by=by, because=because)),
        )

    def rest(self, message: str, fact: tuple[str, ...], *, by: By, place: Place = HERE) -> int:
        """Say on which facts an own assurance or undertaking rests, where --rests-on did not.

        Parameters
        ----------
        message
            The message, or the end of its identity.
        fact
            A fact's kind and name. May be given several times.
        """
        return self.runner.on_disk(
            place, lambda desk: recorded(desk, desk.facts.rest(message, fact, by=by))
        )
