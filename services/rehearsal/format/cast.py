"""Who takes part: fictional nations, their desks, what people there do and leave undone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from schemas.line_record import Cadence, Level, Path, Scope, TerminalId, TimeOfDay, Weekday
from schemas.parties import (
    Classification,
    Contract,
    DeskId,
    Function,
    Nation,
    OfficerId,
    Rung,
)
from services.rehearsal.format.times import Span, When

FictionalNation = Annotated[
    str,
    Field(
        pattern=r"^X[A-Z]{2}$",
        description="A code from XAA to XZZ, which ISO 3166 leaves to its users.",
    ),
]
OFFICERS = ("duty-1", "duty-2", "duty-3")
SAID_MAX = 4000
Said = Annotated[str, Field(min_length=1, max_length=SAID_MAX)]


class Period(Contract):
    """From when until when; without `until` for the rest of the rehearsal."""

    start: When = Field(alias="from")
    until: When | None = None


def within(
    periods: Sequence[Period], moment: datetime, at: Callable[[str], datetime]
) -> Period | None:
    """The period in which a moment lies, if any; its end does not belong to it."""
    for each in periods:
        if at(each.start) <= moment and (each.until is None or moment < at(each.until)):
            return each
    return None


class Acknowledges(Contract):
    """A duty officer opens what comes for action, and takes it over."""

    within: Span = Field(default="2m", description="How long after it lies on the desk's disk.")
    by: OfficerId = OFFICERS[0]
    passed_to: str | None = Field(default=None, max_length=200)


class Opens(Contract):
    """A duty officer opens what comes, and does nothing more with it."""

    within: Span = "1m"
    by: OfficerId = OFFICERS[0]


class Refuses(Period):
    """An officer opens what comes and will not take it over, for so long."""

    officer: OfficerId = OFFICERS[0]
    because: str = Field(max_length=400, description="What was said; for the report.")


class MissesTests(Period):
    """The desk's end of a line is not manned: tests are neither begun nor answered."""

    line: str | None = Field(default=None, description="Of one line; left out, of all.")


class Desk(Contract):
    """One desk: its officers, what it is to its nation, its alternates, and its habits."""

    name: str | None = Field(default=None, max_length=120)
    officers: tuple[OfficerId, ...] = Field(default=OFFICERS, min_length=1, max_length=16)
    functions: tuple[Function, ...] = (Function.MILITARY,)
    ladder: Mapping[Rung, DeskId] = Field(
        default_factory=dict, description="Whom silence reaches, rung by rung."
    )
    acknowledges: Acknowledges | None = Field(
        default=None, description="Left out: nobody does, unless a step of the timeline says so."
    )
    opens: Opens | None = None
    unmanned: tuple[Period, ...] = Field(
        default=(), description="Nobody is there. What comes lies on the disk, DELIVERED."
    )
    refuses: tuple[Refuses, ...] = ()
    misses_tests: tuple[MissesTests, ...] = ()
    off: tuple[Period, ...] = Field(
        default=(), description="The desk's machine is off: not even its disk has what comes."
    )


class NationCast(Contract):
    """One nation and its desks."""

    name: str = Field(max_length=120, description="A name that no nation has.")
    desks: Mapping[DeskId, Desk] = Field(min_length=1)


class Marking(Contract):
    """The confidentiality label of whatever names no other."""

    policy: str = Field(default="REHEARSAL", pattern=r"^[A-Z0-9][A-Z0-9 /-]{1,63}$")
    classification: Classification = Classification.RESTRICTED
    releasable_to: tuple[Nation, ...] | None = Field(
        default=None, description="Left out: the whole cast."
    )


PATHS = (
    Path.model_validate_json('{"path": "satellite", "medium": "SATELLITE", "rank": 1}'),
    Path.model_validate_json('{"path": "cable", "medium": "FIBRE", "rank": 2}'),
)


class TestSchedule(Contract):
    """When a line is tested. Initiators take turns."""

    __test__ = False  # No class of tests, whatever pytest makes of its name.

    cadence: Cadence
    times: tuple[TimeOfDay, ...]
    weekday: Weekday | None = None
    tolerance: Span = "15m"
    misses_to_outage: int | None = Field(default=None, ge=2, le=100)


class LineInPlace(Contract):
    """A line that stands when the rehearsal begins: adopted by all, and tested on every path."""

    between: tuple[DeskId, ...] = Field(min_length=2, max_length=8, description="One a nation.")
    alternates: tuple[DeskId, ...] = Field(default=(), description="Desks that may speak too.")
    legal_basis: str = "memorandum-of-the-rehearsal"
    scope: tuple[Scope, ...] = (Scope.CRISIS,)
    level: Level = Level.OPERATIONS_CENTRE
    terminals: tuple[TerminalId, ...] = ("main", "bunker")
    release_authority: tuple[OfficerId, ...] = Field(
        default=OFFICERS, description="Roles that may release what is substantive on it."
    )
    paths: tuple[Path, ...] = PATHS
    tests: TestSchedule = TestSchedule(cadence=Cadence.HOURLY, times=("00:00",), tolerance="5m")
    is_new: bool = Field(
        default=False, description="True: nobody has proposed it yet; the timeline does."
    )
    review_due: date | None = Field(
        default=None, description="The day by which it is reviewed; left out, none that comes."
    )

    def released_at(self, officers: tuple[OfficerId, ...]) -> tuple[OfficerId, ...]:
        """Of those who may release, the ones who are officers at one end."""
        return tuple(each for each in self.release_authority if each in officers)
