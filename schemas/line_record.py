"""A line's registry record: between whom, on what basis, over which paths, tested when."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.parties import Contract, DeskId, Nation, OfficerId, nation_of

MATTER_PREFIX = "line-"
"""A line's record lives in a matter of its own; no message is ever sent in one."""
PATHS_MIN = TERMINALS_MIN = 2
DAY_S = 24 * 3600
LineId = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9-]{2,58}$", description="A line's name. hl-xaa-xbb-01."),
]
PathId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$", description="One path.")]
TerminalId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")]
AgreementId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{2,63}$")]
TimeOfDay = Annotated[
    str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM, UTC.")
]


def matter_of(line: str) -> str:
    """The matter in which a line's record lives."""
    return f"{MATTER_PREFIX}{line}"


class Scope(StrEnum):
    """What the line is for; what counts as an emergency is for its legal basis to say."""

    CRISIS = "CRISIS"
    MARITIME = "MARITIME"
    AIR = "AIR"
    GROUND = "GROUND"
    CYBER = "CYBER"
    LAUNCH_NOTIFICATION = "LAUNCH_NOTIFICATION"
    DISASTER = "DISASTER"
    NUCLEAR_RISK = "NUCLEAR_RISK"


class Level(StrEnum):
    """Between whom it speaks in the end."""

    HEAD_OF_GOVERNMENT = "HEAD_OF_GOVERNMENT"
    MINISTER = "MINISTER"
    CHIEF_OF_DEFENCE = "CHIEF_OF_DEFENCE"
    DGMO = "DGMO"
    OPERATIONS_CENTRE = "OPERATIONS_CENTRE"
    SENIOR_OFFICIAL_MFA = "SENIOR_OFFICIAL_MFA"


class Medium(StrEnum):
    """What carries a path. Two paths may share a medium: two satellite systems, as in 1971."""

    WIRE = "WIRE"
    FIBRE = "FIBRE"
    RADIO = "RADIO"
    SATELLITE = "SATELLITE"
    NETWORK = "NETWORK"


class Cadence(StrEnum):
    """How often a line is tested."""

    HOURLY = "HOURLY"
    TWICE_DAILY = "TWICE_DAILY"
    WEEKDAYS = "WEEKDAYS"
    """Monday to Friday, once or twice a day."""
    WEEKLY = "WEEKLY"


class Weekday(StrEnum):
    """A day of the week, in UTC."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


_TIMES_OF = {
    Cadence.HOURLY: (1, 1),
    Cadence.TWICE_DAILY: (2, 2),
    Cadence.WEEKDAYS: (1, 2),
    Cadence.WEEKLY: (1, 1),
}


class Schedule(Contract):
    """When the line is tested, and how much silence is borne. Initiators take turns."""

    cadence: Cadence
    times: tuple[TimeOfDay, ...] = Field(
        description="UTC, in order. HOURLY: one, 00:MM, the minute of every hour."
    )
    weekday: Weekday | None = Field(default=None, description="For WEEKLY, and for nothing else.")
    tolerance_s: int = Field(
        ge=1, lt=DAY_S, description="How long before and after its time a test may take place."
    )
    misses_to_outage: int | None = Field(
        default=None, ge=2, le=100, description="In a row; None for the customary number."
    )

    @property
    def misses_borne(self) -> int:
        """How many misses in a row make an outage; by custom 3 where hourly, else 2."""
        return self.misses_to_outage or (3 if self.cadence is Cadence.HOURLY else 2)

    @model_validator(mode="after")
    def _times_fit(self) -> Self:
        least, most = _TIMES_OF[self.cadence]
        if not least <= len(self.times) <= most or list(self.times) != sorted(set(self.times)):
            raise ValueError(f"{self.cadence} has {least} to {most} times, different, in order")
        if self.cadence is Cadence.HOURLY and not self.times[0].startswith("00:"):
            raise ValueError("an hourly schedule names the minute only: 00:MM")
        if (self.weekday is not None) != (self.cadence is Cadence.WEEKLY):
            raise ValueError("a weekday is named for WEEKLY, and for nothing else")
        if 2 * self.tolerance_s >= self._closest_s():
            raise ValueError("tolerance_s is under half of the time between two tests")
        return self

    def _closest_s(self) -> int:
        """The shortest time between two tests, in seconds."""
        if self.cadence is Cadence.HOURLY:
            return 3600
        minutes = [int(each[:2]) * 60 + int(each[3:]) for each in self.times]
        after = [*minutes[1:], minutes[0] + DAY_S // 60]
        return 60 * min(late - early for early, late in zip(minutes, after, strict=True))


class Path(Contract):
    """One physical way between the parties."""

    path: PathId
    medium: Medium
    rank: int = Field(ge=1, le=8, description="1 is the primary, the others are fallbacks.")


class End(Contract):
    """One party's end of the line."""

    nation: Nation
    desk: DeskId = Field(description="Mans the end, day and night.")
    alternates: tuple[DeskId, ...] = Field(default=(), max_length=4)
    terminals: tuple[TerminalId, ...] = Field(max_length=8, description="At least two.")
    language: str = Field(
        pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$",
        description="BCP 47. Each side writes its own; the receiver translates.",
    )
    release_authority: tuple[OfficerId, ...] = Field(
        min_length=1, max_length=16, description="Roles that may release what is substantive."
    )

    @property
    def desks(self) -> tuple[DeskId, ...]:
        """Every desk that may speak for this end."""
        return (self.desk, *self.alternates)

    @model_validator(mode="after")
    def _is_one_nations(self) -> Self:
        if any(nation_of(desk) != self.nation for desk in self.desks):
            raise ValueError("the desks of an end are of its own nation")
        if len(set(self.desks)) != len(self.desks):
            raise ValueError("an end names each desk once")
        if len(set(self.terminals)) < TERMINALS_MIN:
            raise ValueError("each nation has two different terminals at least")
        return self


class LineRecord(Contract):
    """What all parties declare the same before a line is used.

    Field by field after domain's hotline channel; the rule of two terminals is that of 1971.
    """

    line: LineId
    legal_basis: AgreementId = Field(description="The agreement that the line rests on.")
    scope: tuple[Scope, ...] = Field(min_length=1)
    level: Level
    ends: tuple[End, ...] = Field(max_length=8, description="One a party, by nation's code.")
    paths: tuple[Path, ...] = Field(max_length=8, description="At least two.")
    schedule: Schedule
    review_due: date = Field(description="Parties review it once a year by custom.")

    @property
    def digest(self) -> str:
        """SHA-256 of its one encoding, by which parties adopt it."""
        return sha256(self.model_dump_json().encode()).hexdigest()

    @property
    def parties(self) -> tuple[Nation, ...]:
        """The nations, in the order of their codes; no party comes before another."""
        return tuple(end.nation for end in self.ends)

    @property
    def primary(self) -> PathId:
        """The path that is used first."""
        return next(each.path for each in self.paths if each.rank == 1)

    def end_at(self, desk: str) -> End | None:
        """The end for which a desk may speak; None for a stranger."""
        return next((end for end in self.ends if desk in end.desks), None)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if len(self.ends) < 2 or list(self.parties) != sorted(set(self.parties)):  # noqa: PLR2004 - a line has two ends.
            raise ValueError("a line has two parties at least, each once, in alphabetical order")
        names = {each.path for each in self.paths}
        if len(names) < PATHS_MIN:
            raise ValueError("a line has two different paths at least")
        if sorted(each.rank for each in self.paths) != list(range(1, len(names) + 1)):
            raise ValueError("paths are ranked 1, 2 and so on, each rank once")
        if list(self.scope) != [each for each in Scope if each in self.scope]:
            raise ValueError("scope names each purpose once, in the contract's order")
        return self
