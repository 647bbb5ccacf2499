"""Traffic that took place, as a scenario: who, to whom, when, which act; no words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import yaml

from schemas.acts import Act, Terms
from schemas.catalogue import KINDS
from schemas.envelope import Outer
from schemas.exchange import InviteMediator
from schemas.hotline import (
    AcknowledgeMessage,
    AttachTranslation,
    CancelMessage,
    Confirmation,
    CorrectMessage,
    MessageOuter,
    RelayMessage,
    ReplyToMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
)
from schemas.lines import LineCommand
from schemas.parties import nation_of
from schemas.receipts import CommandRefused

REMOVED = "Removed."
PLACE = "Somewhere"
_CONFIRMS: Mapping[type[Confirmation], str] = {
    ReportReceived: "open",
    AcknowledgeMessage: "acknowledge",
    ReportDeliveredToPrincipal: "principal",
    RelayMessage: "relay",
}


class NothingRecorded(Exception):
    """There is nothing to make a scenario of. It says what was looked for."""


def recorded(entries: Sequence[Any], name: str) -> dict[str, Any]:
    """Ledger entries as a scenario, to be written as YAML and completed by hand.

    The ledger holds outer parts alone, so no word that was said can be in it. Nations get
    fictional codes in the order of theirs; desks and officers keep the names of their roles.
    Raises NothingRecorded.
    """
    if not entries:
        raise NothingRecorded("the ledger holds nothing of these matters")
    return _Recorder(sorted(entries, key=lambda each: each.received_at), name).scenario()


class _Plain(yaml.SafeDumper):
    """Everything written out: scenarios have no references."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - YAML's signature.
        """Always."""
        return True


def as_yaml(scenario: dict[str, Any]) -> str:
    """A scenario's text."""
    return yaml.dump(scenario, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=96)


@dataclass
class _Recorder:
    entries: Sequence[Any]
    name: str
    codes: dict[str, str] = field(default_factory=dict)
    desks: dict[str, dict[str, Any]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def scenario(self) -> dict[str, Any]:
        commands = [(each, _command(each)) for each in self.entries]
        spoken = [(e, c) for e, c in commands if not isinstance(c, ReportDelivered)]
        self.begins = min(c.sent_at for _, c in spoken).replace(second=0, microsecond=0)
        self._cast([c for _, c in spoken])
        steps, expectations = [], []
        for entry, command in spoken:
            step = self._step(command)
            if step is None:
                continue
            steps.append(step)
            expectations += list(self._refusal(entry, step))
        for entry in self.entries:
            for event in entry.events:
                expectations += list(self._expected(entry, event))
        nations: dict[str, Any] = {}
        for desk, table in self.desks.items():
            nation = nation_of(desk)
            known = nations.setdefault(nation, {"name": f"Nation {nation}", "desks": {}})
            known["desks"][desk] = table
        return {
            "scenario": self.name,
            "title": f"Recorded traffic: {self.name}",
            "fictional": "Nations have invented codes. What was said was removed; times are those"
            " of the recording.",
            "begins": self.begins.isoformat(timespec="seconds").replace("+00:00", "Z"),
            "places": {PLACE: {"latitude": 0.0, "longitude": 0.0}},
            "cast": dict(sorted(nations.items())),
            "timeline": steps,
            "expectations": expectations,
        }

    # Who.

    def _cast(self, commands: Sequence[Outer]) -> None:
        named: list[str] = []
        for command in commands:
            named.append(command.sender)
            if isinstance(command, MessageOuter):
                named += [*command.action, *command.info]
        for entry in self.entries:
            named += [tell.to for tell in entry.tells]
        real = sorted({desk for desk in named if "-" in desk})
        for number, nation in enumerate(sorted({nation_of(desk) for desk in real})):
            self.codes[nation] = f"X{chr(ord('A') + number) * 2}"
        for desk in real:
            self.desks[self._desk(desk)] = {"officers": []}
        for command in commands:
            self._officers(command)
        for table in self.desks.values():
            table["officers"] = table["officers"] or ["duty-1", "duty-2"]
        self._ladders()

    def _officers(self, command: Outer) -> None:
        table = self.desks.get(self._desk(command.sender))
        for name in ("drafter", "releaser", "officer"):
            officer = getattr(command, name, None)
            if table is not None and officer is not None and officer not in table["officers"]:
                table["officers"].append(officer)

    def _ladders(self) -> None:
        for entry in self.entries:
            for event in entry.events:
                for leg in getattr(event, "legs", ()):
                    rungs = {
                        each.rung.value: self._desk(each.desk) for each in leg.ladder.alternates
                    }
                    if rungs:
                        self.desks[self._desk(leg.desk)]["ladder"] = rungs
                        for desk in rungs.values():
                            self.desks.setdefault(desk, {"officers": ["duty-1", "duty-2"]})

    def _desk(self, desk: str) -> str:
        code = self.codes.get(nation_of(desk))
        if code is None:
            code = self.codes[nation_of(desk)] = f"X{chr(ord('A') + len(self.codes)) * 2}"
        return f"{code.lower()}{desk[3:]}"

    # What.

    def _step(self, command: Outer) -> dict[str, Any] | None:
        said: dict[str, Any] = {"at": self._at(command.sent_at)}
        match command:
            case MessageOuter():
                label = f"word-{len(self.labels) + 1}"
                self.labels[command.message_id] = label
                said |= {"called": label, "desk": self._desk(command.sender)}
                officers = [command.drafter, command.releaser]
                return said | {"by": list(dict.fromkeys(officers)), "send": self._send(command)}
            case AttachTranslation():
                words = {"message": self.labels[command.message], "stage": command.stage.value,
                         "language": command.language, "machine": command.machine,
                         "subject": REMOVED, "text": REMOVED}  # fmt: skip
                return self._by(said, command) | {"translate": words}
            case Confirmation():
                verb = _CONFIRMS.get(type(command))
                about = self.labels.get(command.message)
                if verb is None or about is None:
                    return None
                return self._by(said, command) | {verb: {"message": about}}
            case InviteMediator():
                asked = {"mediator": self._desk(command.mediator),
                         "party": self.codes[command.party], "basis": command.basis.value,
                         "matter": command.matter}  # fmt: skip
                return self._by(said, command) | {"invite": asked}
            case _ if "-" in command.sender and not isinstance(command, LineCommand):
                kind = type(command).__name__
                what = f"{self._desk(command.sender)} says {kind}; its form was removed."
                return said | {"happens": what}
            case _:
                # The clock's own words come by themselves; lines are put in place by hand.
                return None

    def _by(self, said: dict[str, Any], command: Any) -> dict[str, Any]:
        return said | {"desk": self._desk(command.sender), "by": command.officer}

    def _send(self, command: MessageOuter) -> dict[str, Any]:
        said: dict[str, Any] = {
            "to": [self._desk(each) for each in command.action],
            "info": [self._desk(each) for each in command.info],
            "precedence": command.precedence.value,
            "act": command.act.value,
            "subject": REMOVED,
            "text": REMOVED,
            "matter": command.matter,
        }
        match command:
            case ReplyToMessage():
                said["answers"] = self.labels.get(command.in_reply_to)
            case CorrectMessage():
                said["corrects"] = self.labels.get(command.obsoletes)
            case CancelMessage():
                said["cancels"] = self.labels.get(command.obsoletes)
            case _:
                pass
        said["references"] = [self.labels[m] for m in command.references if m in self.labels]
        said["reply_by"] = self._at(command.reply_by) if command.reply_by else None
        said["expires_at"] = self._at(command.expires_at) if command.expires_at else None
        said["terms"] = self._terms(command.terms)
        if command.act in PARTICULARS and not isinstance(command, CancelMessage):
            said["particulars"] = self._particulars(command)
        return {name: value for name, value in said.items() if value not in (None, [], {}, ())}

    def _terms(self, terms: Terms | None) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in (terms.model_dump() if terms else {}).items():
            if value is None or name in ("line", "line_state", "breaks_into"):
                continue
            if isinstance(value, datetime):
                found[name] = self._at(value)
            elif name == "regards":
                found[name] = self.labels.get(value)
            elif name in ("final_consumer", "via"):
                found[name] = self._desk(value)
            else:
                found[name] = getattr(value, "value", value)
        return found

    def _particulars(self, command: MessageOuter) -> dict[str, Any]:
        sides = [nation_of(command.sender), *(nation_of(each) for each in command.action)]
        own, other = (self.codes[each] for each in list(dict.fromkeys(sides))[:2])
        at = self._at(command.sent_at)
        later = self._at(command.sent_at + timedelta(hours=1))
        names = {
            "OWN": own, "OTHER": other, "NOW": at, "LATER": later, "NATIONS": sorted((own, other)),
        }  # fmt: skip
        said = PARTICULARS[command.act]
        return {name: _filled(value, names) for name, value in said.items()}

    def _at(self, moment: datetime) -> str:
        seconds = (moment - self.begins).total_seconds()
        days, rest = divmod(abs(seconds), 86400)
        parts = [f"{int(days)}d"] if days else []
        return ("-" if seconds < 0 else "+") + " ".join(
            [*parts, f"{rest:.3f}".rstrip("0").rstrip(".") + "s"]
        )

    # What came of it.

    def _refusal(self, entry: Any, step: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for event in entry.events:
            if isinstance(event, CommandRefused) and "called" in step:
                yield {"refused": {"step": step["called"], "with": event.code}}

    def _expected(self, entry: Any, event: Any) -> Iterator[dict[str, Any]]:
        label = self.labels.get(getattr(event, "message", ""))
        by = self._at(entry.received_at + timedelta(minutes=1))
        match type(event).__name__:
            case "MessageAcknowledged" if label:
                leg = {"message": label, "desk": self._desk(event.desk)}
                yield {"acknowledged": leg, "by": by}
            case "AcknowledgementOverdue" if label:
                yield {"overdue": {"message": label, "desk": self._desk(event.desk)}, "by": by}
            case "AnswerOverdue" if label:
                owed = {"message": label, "nation": self.codes[event.nation]}
                yield {"unanswered": owed, "by": by}
            case "ExchangeMoved":
                between = [self.codes[each] for each in event.between]
                stands = {"between": between, "is": event.phase.value, "matter": entry.matter}
                yield {"exchange": stands, "by": by}
            case _:
                return


def _command(entry: Any) -> Outer:
    contract = KINDS[entry.signed.payload_type]
    outer = contract.model_validate_json(entry.signed.payload)
    assert isinstance(outer, Outer), "a ledger holds commands"
    return outer


_SIDES = [{"by": "OWN", "what": REMOVED}, {"by": "OTHER", "what": REMOVED}]
_PROPOSED = {"steps": _SIDES, "sequence": "AT_ONCE", "area": PLACE, "verification": REMOVED}
_REFUGE = {"units": REMOVED, "route": [PLACE], "need": REMOVED}
PARTICULARS: Mapping[Act, Mapping[str, Any]] = {
    Act.FACT_NOTICE: {"fact": "INCIDENT", "at": "NOW", "where": PLACE, "details_follow": True},
    Act.CEASE_ACTION: {"what": REMOVED, "where": PLACE, "harmed": REMOVED},
    Act.ASSURANCE: {"action": REMOVED, "units": REMOVED, "area": PLACE, "begins": "NOW",
                    "sole_purpose": REMOVED, "is_not": REMOVED},
    Act.CONCERN: {"activity": REMOVED, "cause": REMOVED, "area": PLACE},
    Act.CLARIFICATION_REQUEST: {"questions": [REMOVED]},
    Act.EXPLANATION: {"answers": [{"question": 1, "answer": REMOVED}]},
    Act.SAFE_PASSAGE_REQUEST: _REFUGE,
    Act.SAFE_HARBOUR_REQUEST: _REFUGE,
    Act.SAR_COORDINATION: _REFUGE,
    Act.REQUEST_FOR_CONTACT: {"level": "DUTY_OFFICER", "topics": [REMOVED],
                              "window_begins": "NOW", "window_ends": "LATER"},
    Act.CONTACT_DECLINE: {"reason": REMOVED},
    Act.PROPOSAL: _PROPOSED,
    Act.COUNTER_PROPOSAL: _PROPOSED,
    Act.COMMITMENT: {"obligation": REMOVED, "area": PLACE, "domains": ["LAND"],
                     "authority": REMOVED, "on_violation": REMOVED},
    Act.UNDERSTANDING: {
        "obligations": [
            {"nation": side, "obligation": REMOVED, "authority": REMOVED}
            for side in ("OWN", "OTHER")
        ],
        "area": PLACE, "domains": ["LAND"], "on_violation": REMOVED, "liaison": REMOVED,
    },
    Act.DETAINED_PERSONNEL: {"who": REMOVED, "number": 1, "welfare": REMOVED, "access": REMOVED},
    Act.DETAINED_PERSONNEL_REPLY: {"welfare": REMOVED, "access": REMOVED},
    Act.ORDERS_CONFIRMATION: {"units": REMOVED, "confirmed_at": "NOW", "by": REMOVED},
    Act.STAND_DOWN_CONFIRMATION: {"done_at": "NOW", "by": REMOVED},
    Act.VIOLATION_REPORT: {
        "at": "NOW", "where": PLACE, "what": REMOVED, "evidence": REMOVED,
        "evidence_label": {"policy": "REHEARSAL", "classification": "RESTRICTED",
                           "releasable_to": "NATIONS"},
    },
    Act.REGRET: {"of": REMOVED},
    Act.PROTEST: {"facts": REMOVED, "demand": REMOVED},
    Act.COLLAPSE_STATEMENT: {"cause": REMOVED},
    Act.CLOSING_STATEMENT: {"outcome": REMOVED},
    Act.ACCOUNT: {"at": "NOW", "where": PLACE, "facts": REMOVED},
    Act.ATTRIBUTION: {"who": REMOVED, "why": REMOVED},
}  # fmt: skip
"""What stands in the place of an act's particulars, which the ledger never held."""


def _filled(value: Any, names: Mapping[str, Any]) -> Any:
    match value:
        case Mapping():
            return {name: _filled(each, names) for name, each in value.items()}
        case list():
            return [_filled(each, names) for each in value]
        case str():
            return names.get(value, value)
        case _:
            return value
