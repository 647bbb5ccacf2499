"""Whether what was expected was seen, and what was gained against history. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.rehearsal.format.scenario import (
    AnyExpectation,
    AnyPattern,
    Exact,
    Milestone,
)
from services.rehearsal.format.times import length, written
from services.rehearsal.outcome.finding import Sighting, sightings
from services.rehearsal.outcome.record import Record
from services.rehearsal.outcome.sentences import sentence

NEAR_AT_MOST = 6
UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation, and whether it held."""

    number: int
    """Of the expectation, from 0; -1 for what nobody expected."""
    expects: str
    """In a sentence."""
    holds: bool
    seen: str
    """What was seen: what was expected, or what there was instead."""
    seen_at: datetime | None = None
    step: int | None = None
    """Of what nobody expected, the number of the step."""


@dataclass(frozen=True, slots=True)
class Gain:
    """One thing that history has a time of, beside the rehearsal's."""

    what: str
    history: datetime | None
    rehearsal: datetime | None

    @property
    def gained(self) -> timedelta | None:
        """How much earlier than in history; negative where later; None where either never was."""
        if self.history is None or self.rehearsal is None:
            return None
        return self.history - self.rehearsal


class Judge:
    """Judges one record. By `slack` later than named may something be seen, in real time."""

    def __init__(self, record: Record, slack: timedelta = timedelta()) -> None:
        self.record, self._slack = record, slack
        self._at = Exact(record.scenario)

    def verdicts(self) -> list[Verdict]:
        """One for each expectation, and one for each refusal that nobody expected."""
        found = [
            self._verdict(number, each) for number, each in enumerate(self.record.scenario.expects)
        ]
        return [*found, *self._unexpected()]

    def gains(self) -> list[Gain]:
        """One for each milestone."""
        return [self._gain(each) for each in self.record.scenario.milestones]

    def _verdict(self, number: int, expected: AnyExpectation) -> Verdict:
        asked = self._asked(expected)
        sentence = expected.says or self._sentence(expected)
        found = sightings(self.record, asked.kind, asked.content)
        by = self._at(expected.by) + self._slack if expected.by else None
        start = self._at(expected.not_before) if expected.not_before else None
        if expected.ends is not None:
            return self._ends(number, sentence, found, by)
        fitting = [each for each in found if each.fits]
        inside = [
            each
            for each in fitting
            if (start is None or each.at >= start) and (by is None or each.at <= by)
        ]
        if expected.never is not None:
            seen = f"seen {self._told(inside[:1])}" if inside else "never seen"
            return Verdict(number, sentence, not inside, seen, inside[0].at if inside else None)
        if inside:
            return Verdict(
                number, sentence, holds=True, seen=self._told(inside[:1]), seen_at=inside[0].at
            )
        early = [each for each in fitting if start is not None and each.at < start]
        late = [each for each in fitting if by is not None and each.at > by]
        if early and not late:
            return _failed(number, sentence, f"too early: {self._told(early[:1])}")
        if late:
            apart = length(late[0].at - (by - self._slack)) if by else ""
            return _failed(number, sentence, f"{apart} late: {self._told(late[:1])}")
        near = self._told([each for each in found if not each.fits][-NEAR_AT_MOST:])
        return _failed(number, sentence, f"never seen; instead: {near}")

    def _ends(
        self, number: int, sentence: str, found: list[Sighting], by: datetime | None
    ) -> Verdict:
        until = [each for each in found if by is None or each.at <= by]
        if not until:
            return _failed(number, sentence, "never seen; instead: nothing")
        last = until[-1]
        return Verdict(number, sentence, last.fits, f"{last.what} since {self._clock(last.at)}",
                       last.at)  # fmt: skip

    def _asked(self, expected: AnyExpectation) -> AnyPattern:
        asked = expected.never or expected.ends
        if asked is not None:
            return asked
        kind = expected.direct
        assert kind is not None, "the contract asks for it"
        return _Direct(kind, getattr(expected, kind))  # type: ignore[return-value]  # has what is read of one

    def _unexpected(self) -> list[Verdict]:
        """A step that was refused though nobody expected it: a scenario says what goes wrong."""
        expected = {
            asked.content.step
            for each in self.record.scenario.expects
            if (asked := self._asked(each)).kind == "refused"
        }
        return [
            _failed(
                -1,
                f"step {each.called or each.number + 1} ({each.desk} {each.verb}) is not refused",
                f"refused by the {each.refused_by} at {self._clock(each.at)}:"
                f" {', '.join(each.codes)} ({each.said.strip()})",
                each.number,
            )
            for each in self.record.taken
            if each.codes and each.called not in expected
        ]

    def _gain(self, milestone: Milestone) -> Gain:
        asked: AnyPattern = milestone.rehearsal
        found = [each for each in sightings(self.record, asked.kind, asked.content) if each.fits]
        history = self._at(milestone.history) if milestone.history else None
        return Gain(milestone.what, history, found[0].at if found else None)

    def _sentence(self, expected: AnyExpectation) -> str:
        asked = self._asked(expected)
        how = "never: " if expected.never else "in the end, " if expected.ends else ""
        since = f" not before {self._when(expected.not_before)}" if expected.not_before else ""
        by = f" by {self._when(expected.by)}" if expected.by else ""
        return f"{how}{sentence(asked.kind, asked.content)}{since}{by}"

    def _when(self, when: str) -> str:
        return self._clock(self._at(when))

    def _clock(self, moment: datetime) -> str:
        return written(moment, self.record.scenario.begins)

    def _told(self, found: list[Sighting]) -> str:
        if not found:
            return "nothing"
        return "; ".join(f"{each.what} at {self._clock(each.at)}" for each in found)


def _failed(number: int, expects: str, seen: str, step: int | None = None) -> Verdict:
    return Verdict(number, expects, holds=False, seen=seen, step=step)


@dataclass(frozen=True, slots=True)
class _Direct:
    kind: str
    content: object
