"""From ledgers' entries to a scenario, and what of them could not be turned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from schemas.agreement_facts import ObligationOpened
from schemas.catalogue import KINDS
from schemas.envelope import Outer, Submission
from schemas.hotline import (
    LadderClimbed,
    MessageAccepted,
    MessageDelivered,
    MessageOuter,
    ReportDelivered,
)
from schemas.lines import EstablishLine, LineCommand
from schemas.parties import nation_of
from schemas.receipts import MovedToLowerLane, SequenceSkipped
from schemas.redelivery import RedeliverRecord
from services.rehearsal.recording import hotline, services
from services.rehearsal.recording.names import Names
from services.rehearsal.recording.outcome import ends, expected, refused
from services.rehearsal.recording.spoken import Spoken
from services.rehearsal.stage.ledgers import Traffic

ELSEWHERE = "about something that is not in the recording"
NO_VERB = "no verb of a scenario says it"


class NothingRecorded(Exception):
    """There is nothing to make a scenario of. It says what was looked for."""


@dataclass(frozen=True, slots=True)
class Recording:
    """A scenario, and what it does not hold."""

    scenario: Mapping[str, Any]
    names: Names
    left_out: Mapping[str, int]
    """By kind and reason, how much of the traffic could not be turned."""
    by_itself: int
    """What the bus and the desks' libraries say without anybody's doing, and so say again."""

    @property
    def yaml(self) -> str:
        """The file: what is removed and what is left out stands at its head."""
        told = [
            "Recorded traffic. Every name in it is made up, every text and position is removed:",
            'they read "Removed." and "Somewhere". Complete what the exercise needs, by hand.',
            f"{self.by_itself} records of clocks and deliveries are not here: they come again.",
            *(self.told or ["Everything else that these ledgers hold is here."]),
        ]
        text = yaml.dump(
            self.scenario, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=96
        )
        return "".join(f"# {line}\n" for line in told) + text

    @property
    def told(self) -> list[str]:
        """What is left out, a line each."""
        return [f"Left out: {count} of {what}" for what, count in sorted(self.left_out.items())]


class _Plain(yaml.SafeDumper):
    """Everything written out: scenarios have no references."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - YAML's signature.
        """Always."""
        return True


def recorded(traffic: Traffic, name: str) -> Recording:
    """Ledger entries as a scenario, to be written as YAML and completed by hand.

    No word that was said can be in it, since the ledgers hold outer parts alone; of these, names
    are replaced and what is not known to be harmless is removed. Raises NothingRecorded, TooMany.
    """
    entries = sorted(traffic.entries, key=lambda each: (each.received_at, each.sequence))
    spoken = [(each, _command(each)) for each in entries]
    said = [(entry, each) for entry, each in spoken if _is_a_desks(each)]
    if not said:
        raise NothingRecorded("the ledgers hold nothing that a desk said in these matters")
    begins = said[0][0].received_at.replace(second=0, microsecond=0)
    names = Names(begins, traffic.desks)
    orders = sum(isinstance(each, RedeliverRecord) for _, each in spoken)
    left_out = Counter({f"{RedeliverRecord.__name__}: {NO_VERB}": orders} if orders else {})
    by_itself = len(spoken) - len(said) - orders
    return _Recorder(name, entries, said, names, by_itself, left_out).recording()


def _command(entry: Any) -> Outer:
    contract = KINDS[entry.signed.payload_type]
    outer = contract.model_validate_json(entry.signed.payload)
    assert isinstance(outer, Outer), "a ledger holds commands"
    return outer


def _is_a_desks(command: Outer) -> bool:
    return "-" in command.sender and not isinstance(command, ReportDelivered | RedeliverRecord)


@dataclass
class _Recorder:
    name: str
    entries: Sequence[Any]
    said: Sequence[tuple[Any, Outer]]
    names: Names
    by_itself: int
    left_out: Counter[str] = field(default_factory=Counter)

    def recording(self) -> Recording:
        self.met = self._met()
        self.names.know(self.met, [])
        commands = [command for _, command in self.said]
        lines = hotline.lines_of(commands, self.names)
        self.names.lines = frozenset(lines)
        self._simplified(commands)
        self.names.owed = {
            event.obligation: event
            for entry in self.entries
            for event in entry.events
            if isinstance(event, ObligationOpened)
        }
        steps: list[dict[str, Any]] = []
        expectations: list[dict[str, Any]] = []
        for number, (entry, command) in enumerate(self.said, 1):
            step = self._step(number, entry, command)
            if step is not None:
                steps.append(step)
                expectations += refused(entry, step)
        for entry in self.entries:
            for event in entry.events:
                expectations += expected(entry, event, self.names)
        last = self.names.at(self.entries[-1].received_at)
        scenario = {
            "scenario": self.name,
            "title": f"Recorded traffic: {self.name}",
            "fictional": "Every name is made up. What was said is removed; times are those of the"
            " recording.",
            "begins": self.names.begins.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "ends": f"{last} 1s",
            "places": self.names.places,
            "cast": self._cast(bool(lines)),
            "strangers": sorted(
                self.names.desk(each) for each in self.met if each not in self.names.desks
            ),
            "lines": lines,
            "timeline": steps,
            "expectations": [*expectations, *ends(self.entries, self.names)],
        }
        if self.names.lost:
            self.left_out[f"a reference to something {ELSEWHERE}"] = len(self.names.lost)
        kept = {part: value for part, value in scenario.items() if value not in ([], {})}
        return Recording(kept, self.names, dict(self.left_out), self.by_itself)

    # Who.

    def _met(self) -> list[str]:
        """Every desk that is named anywhere, and the alternates of those that the directory has."""
        found: set[str] = set()
        for entry, command in self.said:
            found.add(command.sender)
            found |= {tell.to for tell in entry.tells}
            if isinstance(command, MessageOuter):
                found |= {*command.action, *command.info}
            if isinstance(command, EstablishLine):
                found |= {desk for end in command.record.ends for desk in end.desks}
        for desk in tuple(found):
            standing = self.names.desks.get(desk)
            found |= {each.desk for each in standing.ladder.alternates} if standing else set()
        return sorted(found)

    def _cast(self, lines: bool) -> dict[str, Any]:
        cast: dict[str, Any] = {}
        off = self._off()
        for desk in self.met:
            standing = self.names.desks.get(desk)
            if standing is None:
                continue
            named = self.names.nation(nation_of(desk))
            table: dict[str, Any] = {"officers": self.names.officers(desk)}
            if standing.functions:
                table["functions"] = [each.value for each in standing.functions]
            rungs = {e.rung.value: self.names.desk(e.desk) for e in standing.ladder.alternates}
            if rungs:
                table["ladder"] = rungs
            if desk in off:
                table["off"] = [{"from": "+0s"}]
            if lines:
                # Each test that took place is a step; none is made besides.
                table["misses_tests"] = [{"from": "+0s"}]
            known = cast.setdefault(named, {"name": f"Nation {named}", "desks": {}})
            known["desks"][self.names.desk(desk)] = table
        return dict(sorted(cast.items()))

    def _off(self) -> frozenset[str]:
        """Desks that were given messages, had none on their disk, and said nothing: their machines
        were off.
        """
        given: set[str] = set()
        awake = {command.sender for _, command in self.said}
        for entry in self.entries:
            for event in entry.events:
                match event:
                    case MessageAccepted():
                        given |= {leg.desk for leg in event.legs}
                    case LadderClimbed(to=str(alternate)):
                        given.add(alternate)
                    case MessageDelivered():
                        awake.add(event.desk)
                    case _:
                        pass
        return frozenset(given - awake)

    # What.

    def _step(self, number: int, entry: Any, command: Outer) -> dict[str, Any] | None:
        kind = type(command).__name__
        if isinstance(command, Submission):
            done = services.step_of(Spoken(command, entry.events, self.names))
        else:
            done = hotline.step_of(command, self.names)
        if done is None:
            has_verb = isinstance(command, LineCommand) or type(command) in hotline.CONFIRMS
            self.left_out[f"{kind}: {ELSEWHERE if has_verb else NO_VERB}"] += 1
            return None
        label = f"{'word' if isinstance(command, MessageOuter) else 'step'}-{number}"
        self.names.sent[command.message_id] = label
        officers = [
            self.names.officer(command.sender, found)
            for role in ("drafter", "releaser", "officer")
            if (found := getattr(command, role, None)) is not None
        ]
        return {
            "at": self.names.at(entry.received_at),
            "called": label,
            "desk": self.names.desk(command.sender),
            **({"by": list(dict.fromkeys(officers))} if officers else {}),
            **done,
        }

    def _simplified(self, commands: Sequence[Outer]) -> None:
        """What a scenario has no words for, though it has some for what it belongs to."""
        records = {each.record.digest: each.record for each in commands
                   if isinstance(each, EstablishLine)}  # fmt: skip
        again = len(records) - len(self.names.lines)
        if again:
            self.left_out["LineRecord: an earlier proposal, of another record"] = again
        if records:
            self.left_out["LineRecord: its terminals and languages"] = len(records)
        for entry in self.entries:
            for event in entry.events:
                if isinstance(event, MovedToLowerLane | SequenceSkipped):
                    self.left_out[f"{type(event).__name__}: it depends on all other traffic"] += 1
        for command in commands:
            terms = getattr(command, "terms", None)
            if terms is not None and terms.breaks_into is not None:
                self.left_out["Terms: a live word that breaks into an exercise"] += 1
            if terms is not None and terms.line and (
                self.names.line(terms.line) not in self.names.lines
            ):  # fmt: skip
                self.left_out["Terms: a line of which no proposal is in the recording"] += 1
