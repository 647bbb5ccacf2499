"""Which officers act: who drafts, who releases, who does the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, TypedDict

from cyclopts import Parameter

from services.desk.commands.typed.usage import WrongUsage

By = Annotated[str, Parameter(help="The officer who does this.")]


class Officers(TypedDict):
    """Who signs for a message, both named."""

    drafter: str
    releaser: str


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Hands:
    """Who drafts and who releases.

    Parameters
    ----------
    drafter
        The officer who drafted it.
    releaser
        The officer who confirms text and precedence. From IMMEDIATE up another than the drafter.
    by
        One officer for both.
    """

    drafter: str | None = None
    releaser: str | None = None
    by: str | None = None

    @property
    def both(self) -> Officers:
        """Drafter and releaser. WrongUsage where one is not named."""
        drafter, releaser = self.drafter or self.by, self.releaser or self.by
        if drafter is None or releaser is None:
            raise WrongUsage("name --drafter and --releaser, or --by where one officer may do both")
        return Officers(drafter=drafter, releaser=releaser)


UNNAMED = Hands()
