"""Lines on paper: a record, what is said of it, and a line played in a court by the hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas.envelope import Outer
from schemas.line_record import (
    Cadence,
    End,
    Level,
    LineRecord,
    Medium,
    Path,
    Schedule,
    Scope,
    matter_of,
)
from schemas.lines import (
    LANE,
    AdoptLine,
    AnswerTest,
    Cause,
    EstablishLine,
    LegalStatus,
    LineCommand,
    LinePhase,
    LineStanding,
    OfficersCommand,
    Reading,
    SendTest,
)
from services.bus.judge import Decided, Outcome
from services.desk.lines.speaking import LineDesk
from services.hotline.lines.state import Line
from tests.kit import paper
from tests.kit.court import Court
from tests.kit.paper import outer

LINE = "hl-xaa-xbb-01"
MATTER = matter_of(LINE)
PATHS = (
    Path(path="satellite", medium=Medium.SATELLITE, rank=1),
    Path(path="cable", medium=Medium.FIBRE, rank=2),
)
HOURLY = Schedule(cadence=Cadence.HOURLY, times=("00:00",), tolerance_s=300)
LIAISON = Schedule(cadence=Cadence.WEEKDAYS, times=("00:00", "08:00"), tolerance_s=900)
"""As the inter-Korean liaison line: opening and closing call, working days (09:00, 17:00 KST)."""
MILITARY = Schedule(cadence=Cadence.TWICE_DAILY, times=("00:00", "07:00"), tolerance_s=900)
"""As the inter-Korean military lines: 09:00 and 16:00 KST, weekends too."""
FIRST = datetime(2026, 1, 1, 12, 0, 1, tzinfo=UTC)


def end_of(nation: str, **fields: Any) -> End:
    """A nation's end, sound unless the fields make it otherwise."""
    filled: dict[str, Any] = {
        "nation": nation, "desk": f"{nation.lower()}-ghq", "language": "en",
        "alternates": ("xbb-alt",) if nation == "XBB" else (),
        "terminals": ("main", "bunker"), "release_authority": ("duty-2",),
    }  # fmt: skip
    return End(**(filled | fields))


def record(*nations: str, **fields: Any) -> LineRecord:
    """A line between XAA and XBB, tested hourly, unless told otherwise."""
    filled: dict[str, Any] = {
        "line": LINE, "legal_basis": "mou-2026", "scope": (Scope.CRISIS, Scope.AIR),
        "level": Level.OPERATIONS_CENTRE, "ends": tuple(map(end_of, nations or ("XAA", "XBB"))),
        "paths": PATHS, "schedule": HOURLY, "review_due": date(2027, 1, 1),
    }  # fmt: skip
    return LineRecord(**(filled | fields))


def saying(kind: type[Outer], sender: str = "xaa-ghq", line: str = LINE, **fields: Any) -> Any:
    """What a desk says of a line."""
    filled: dict[str, Any] = {
        "sender": sender, "matter": matter_of(line), "lane": LANE,
    }  # fmt: skip
    if issubclass(kind, LineCommand):
        filled |= {"line": line}
    if issubclass(kind, OfficersCommand):
        filled |= {"officer": "duty-2"}
    if kind in (EstablishLine, AdoptLine):
        filled |= {"legal_status": LegalStatus.IN_FORCE}
    return outer(kind, **(filled | fields))


class LineCourt(Court):
    """A court with one line, in which time passes."""

    def __init__(self, record: LineRecord, at: datetime = FIRST) -> None:
        super().__init__()
        self.record, self.now = record, at
        self.numbers: dict[str, int] = {}

    @property
    def line(self) -> Line:
        """The line as it is."""
        return self.matter(matter_of(self.record.line)).line

    @property
    def standing(self) -> LineStanding:
        """How it stands."""
        assert self.line.standing is not None
        return self.line.standing

    def phase(self) -> LinePhase:
        """Its state."""
        return self.line.phase

    def cause(self) -> Cause | None:
        """What it suffers from."""
        return self.standing.cause

    def tell(self, kind: type[Outer], sender: str = "xaa-ghq", **fields: Any) -> Outcome:
        """Say something of the line, now."""
        number = self.numbers[sender] = self.numbers.get(sender, 0) + 1
        fields.setdefault("message_id", paper.identity((sender, number, "of a line")))
        command = saying(
            kind, sender, self.record.line, sequence=number, sent_at=self.now, **fields
        )
        return self.say(command, at=self.now)

    def done(self, kind: type[Outer], sender: str = "xaa-ghq", **fields: Any) -> Any:
        """Say it, and make sure that it was not refused; its entry."""
        outcome = self.tell(kind, sender, **fields)
        assert isinstance(outcome, Decided) and outcome.refused is None, outcome
        return outcome.entry

    def pass_until(self, moment: datetime) -> list[Any]:
        """Let time pass as the service's clock does: whatever falls due passes. The entries."""
        entries = []
        while due := [d for d in self._due() if d.due <= moment]:
            deadline = min(due, key=lambda each: each.due)
            self.now = max(self.now, deadline.due)
            outcome = self.say(deadline.command(), at=self.now)
            assert isinstance(outcome, Decided)
            entries.append(outcome.entry)
        self.now = max(self.now, moment)
        return entries

    def _due(self) -> Iterable[Any]:
        return self.ledger.deadlines.get(matter_of(self.record.line), ())

    def commission(self) -> LineCourt:
        """Established, adopted by all, tested on every path: OPERATIONAL."""
        ours, *others = self.desks
        self.done(EstablishLine, ours, record=self.record)
        for desk in others:
            self.done(AdoptLine, desk, record_digest=self.record.digest)
        for path in self.record.paths:
            self.test(ours, path.path)
        return self

    @property
    def desks(self) -> list[str]:
        """Every party's desk."""
        return [end.desk for end in self.record.ends]

    def test(self, by: str | None = None, path: str | None = None, **answers: Reading) -> Any:
        """A two-way test, now, by whoever's turn it is; the entry of its last answer."""
        if by is None:
            assert self.standing.expects is not None
            by = f"{self.standing.expects.initiator.lower()}-ghq"
        serial = self.standing.concluded + 1
        sent = self.done(SendTest, by, path=path or self.record.primary, serial=serial)
        for desk in self.desks:
            if desk != by:
                reading = answers.get(desk[:3], Reading.CLEAR)
                last = self.done(AnswerTest, desk, test=sent.command, reading=reading)
        return last

    def tested_until(self, moment: datetime) -> None:
        """Every scheduled test takes place on time, until then."""
        while self.standing.expects and self.standing.expects.due <= moment:
            self.now = self.standing.expects.due
            self.test()
        self.now = max(self.now, moment)


def hours(number: float) -> timedelta:
    """So many hours."""
    return timedelta(hours=number)


def is_told(lines: LineDesk, name: str, phase: LinePhase) -> bool:
    """Whether a desk was told that a line stands so; perhaps it was told of no such line yet."""
    return any(each.name == name and each.standing.phase is phase for each in lines.all())
