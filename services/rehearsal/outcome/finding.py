"""Where each kind of expectation is looked for: one row a kind. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.acts import Act
from schemas.alerts import AlertTold
from schemas.exchange import ContactPhase, ExchangePhase, UndertakingPhase
from schemas.parties import Precedence
from schemas.sources import Weight, corroboration_of
from services.rehearsal.format.patterns import (
    Accepted,
    Alarmed,
    AtDesk,
    Flagged,
    OfContact,
    OfCorroboration,
    OfExchange,
    OfHappening,
    OfLedger,
    OfLeg,
    OfLine,
    OfMessage,
    OfPrompt,
    OfRecord,
    OfUndertaking,
    Refused,
    Replied,
    Told,
    Unanswered,
)
from services.rehearsal.outcome.record import Event, Notice, Record
from services.rehearsal.outcome.standing import phase_in


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that was seen, and when. Of a state, how it stood from then on."""

    at: datetime
    what: str
    fits: bool = True
    """Whether it is what was asked for; what is near it is told where that was never seen."""


Find = Callable[[Record, Any], Iterator[Sighting]]


def _said(event: Event | Notice, *names: str) -> str:
    values = [str(event.fields[name]) for name in names if event.fields.get(name) is not None]
    return " ".join([event.name, *values])


def _of(record: Record, step: str) -> Iterator[Event]:
    identity = record.identity(step)
    if identity is not None:
        yield from (each for each in record.events if each.about == identity)


def _way(event_name: str) -> Find:
    """Events of one kind on a message's way to a desk; others on that way are near it."""

    def find(record: Record, asked: AtDesk) -> Iterator[Sighting]:
        for each in _of(record, asked.message):
            if each.fields.get("desk", asked.desk) != asked.desk:
                continue
            by = asked.officer in (None, each.fields.get("officer"))
            fits = each.name == event_name and each.fields.get("desk") == asked.desk and by
            yield Sighting(each.at, _said(each, "rung", "by", "officer"), fits)

    return find


def _accepted(record: Record, asked: Accepted) -> Iterator[Sighting]:
    identity = record.identity(asked.step)
    for each in record.notices:
        if identity is not None and identity == each.encloses and _is_own(record, asked.step, each):
            yield Sighting(each.at, each.name)
    for event in _of(record, asked.step):
        if event.name == "MessageAccepted":
            yield Sighting(event.at, event.name)
    yield from (_near(s) for s in _refusals(record, asked.step))


def _is_own(record: Record, step: str, notice: Notice) -> bool:
    return any(t.called == step and t.desk == notice.desk for t in record.taken)


def _near(sighting: Sighting) -> Sighting:
    return Sighting(sighting.at, sighting.what, fits=False)


def _refusals(record: Record, step: str) -> Iterator[Sighting]:
    for each in record.taken:
        if each.called == step and each.codes:
            said = f"refused by the {each.refused_by}: {', '.join(each.codes)}"
            yield Sighting(each.refused_at or each.at, said)


def _refused(record: Record, asked: Refused) -> Iterator[Sighting]:
    for each in record.taken:
        if each.called != asked.step or not each.codes:
            continue
        fits = asked.code in each.codes and asked.by in (None, each.refused_by)
        said = f"refused by the {each.refused_by}: {', '.join(each.codes)}"
        yield Sighting(each.refused_at or each.at, said, fits)
    for event in _of(record, asked.step):
        if event.name == "MessageAccepted":
            yield Sighting(event.at, "accepted", fits=False)


def _replied(record: Record, asked: Replied) -> Iterator[Sighting]:
    for each in _of(record, asked.message):
        fits = each.name == "MessageReplied" and asked.by in (None, each.fields["by"])
        yield Sighting(each.at, _said(each, "desk", "by"), fits)


def _unanswered(record: Record, asked: Unanswered) -> Iterator[Sighting]:
    for each in _of(record, asked.message):
        fits = each.name == "AnswerOverdue" and each.fields["nation"] == asked.nation
        if fits or each.name in ("AnswerGiven", "AnswerOverdue"):
            yield Sighting(each.at, _said(each, "nation"), fits)


def _told(record: Record, asked: Told) -> Iterator[Sighting]:
    about = record.identity(asked.about) if asked.about else None
    for each in record.notices:
        if each.desk != asked.desk or (asked.about and each.about != about):
            continue
        if asked.matter and each.matter != record.matter(asked.matter):
            continue
        fits = each.name == asked.notice and _holds(record, asked.where, each.fields)
        if fits or asked.about or each.name == asked.notice:
            yield Sighting(each.at, _said(each, *asked.where), fits)


def _holds(record: Record, wanted: Mapping[str, Any], fields: Mapping[str, Any]) -> bool:
    for name, value in wanted.items():
        found: Any = fields
        for part in name.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        plain = record.label(found) if isinstance(found, str) else None
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            if not _holds(record, value, found):
                return False
        elif value not in (found, plain) and str(value) != str(found):
            return False
    return True


def _flagged(record: Record, asked: Flagged) -> Iterator[Sighting]:
    identity = record.identity(asked.message)
    for each in record.notices:
        if each.desk != asked.desk or identity is None:
            continue
        if each.name == "CarriedMessage" and each.about == identity:
            flags = (*each.flags, *(() if each.flags else ("no flag",)))
        elif each.name == "MessageCrossed" and each.about == identity:
            flags = (f"{each.fields['crossing']}", "CROSSED")
        else:
            continue
        yield Sighting(each.at, ", ".join(flags), asked.flag in flags)


def _alarmed(record: Record, asked: Alarmed) -> Iterator[Sighting]:
    for each in record.alarms:
        if each.desk == asked.desk:
            yield Sighting(each.at, each.code, each.code == asked.code)


# States: every sighting is one, and holds until the next.


def _message(record: Record, asked: OfMessage) -> Iterator[Sighting]:
    phases = {
        "MessageAccepted": "STANDING",
        "MessageSuperseded": "SUPERSEDED",
        "MessageCancelled": "CANCELLED",
    }
    for each in _of(record, asked.message):
        if each.name in phases:
            phase = phases[each.name]
            yield Sighting(each.at, phase, phase == asked.phase)


_LEG_PHASES = {
    "MessageDelivered": "DELIVERED",
    "MessageReceived": "RECEIVED",
    "MessageAcknowledged": "ACKNOWLEDGED",
    "MessageDeliveredToPrincipal": "WITH_PRINCIPAL",
}


def _leg(record: Record, asked: OfLeg) -> Iterator[Sighting]:
    order = ["ACCEPTED", *_LEG_PHASES.values()]
    stands = -1
    for each in _of(record, asked.message):
        phase = None
        if each.name in ("MessageAccepted", "MessageRelayed"):
            given = [leg["desk"] for leg in each.fields["legs"]]
            phase = "ACCEPTED" if asked.desk in given else None
        elif each.name == "LadderClimbed" and each.fields["to"] == asked.desk:
            phase = "ACCEPTED"
        elif each.fields.get("desk") == asked.desk:
            phase = _LEG_PHASES.get(each.name)
        if phase is not None and order.index(phase) > stands:
            stands = order.index(phase)
            yield Sighting(each.at, phase, phase == asked.phase)


def _exchange(record: Record, asked: OfExchange) -> Iterator[Sighting]:
    pair = sorted(asked.between)
    matter = record.matter(asked.matter or record.scenario.matter_name)
    yield Sighting(record.began, ExchangePhase.OPEN.value, asked.phase is ExchangePhase.OPEN)
    for each in record.events:
        if each.name != "ExchangeMoved" or each.matter != matter:
            continue
        if sorted(each.fields["between"]) == pair:
            phase = each.fields["phase"]
            yield Sighting(each.at, phase, phase == asked.phase.value)


def _undertaking(record: Record, asked: OfUndertaking) -> Iterator[Sighting]:
    for each in _of(record, asked.message):
        match each.name:
            case "MessageAccepted":
                phase = UndertakingPhase.GIVEN.value
            case "UndertakingTookEffect":
                phase = UndertakingPhase.IN_EFFECT.value
            case "UndertakingHeldUp":
                phase = "HELD_UP"
            case "UndertakingEnded":
                phase = each.fields["phase"]
            case _:
                continue
        yield Sighting(each.at, phase, phase == str(asked.phase))


def _contact(record: Record, asked: OfContact) -> Iterator[Sighting]:
    for each in _of(record, asked.request):
        if each.name == "MessageAccepted" and each.fields["act"] == Act.REQUEST_FOR_CONTACT:
            phase = ContactPhase.REQUESTED.value
        elif each.name == "ContactMoved":
            phase = each.fields["phase"]
        else:
            continue
        yield Sighting(each.at, phase, phase == asked.phase.value)


def _line(record: Record, asked: OfLine) -> Iterator[Sighting]:
    for each in record.events:
        if each.matter != f"line-{asked.line}" or each.name != "LineChanged":
            continue
        standing = each.fields["standing"]
        cause = asked.cause is None or standing["cause"] == asked.cause.value
        said = standing["phase"] + (f", cause {standing['cause']}" if standing["cause"] else "")
        yield Sighting(each.at, said, standing["phase"] == asked.phase.value and cause)


def _record(record: Record, asked: OfRecord) -> Iterator[Sighting]:
    """From what desks are told: each notice says how its record stands from then on."""
    matter, last = record.matter(asked.of), None
    for each in record.notices:
        if each.matter != matter:
            continue
        phase = phase_in(each.fields)
        if phase is not None and phase != last:
            last = phase
            yield Sighting(each.at, phase, phase == asked.phase)


def _prompted(record: Record, asked: OfPrompt) -> Iterator[Sighting]:
    matter = asked.matter or record.scenario.matter_name
    about = record.identity(asked.about) if asked.about else matter
    for each in record.prompts:
        if each.desk != asked.desk or each.about != about or asked.fact not in (None, each.fact):
            continue
        stands = [(each.at, "PROMPTED")]
        late = min(each.settled_at or record.ended, record.ended) > each.due
        stands += [(max(each.due, each.at), "OVERDUE")] if late else []
        stands += [(each.settled_at, "SETTLED")] if each.settled_at else []
        for at, phase in stands:
            if at <= record.ended:
                yield Sighting(at, phase, phase == asked.stands)


def _corroboration(record: Record, asked: OfCorroboration) -> Iterator[Sighting]:
    matter = record.matter(asked.of)
    for each in record.notices:
        if (each.matter, each.desk, each.name) != (matter, asked.desk, AlertTold.__name__):
            continue
        standing = each.fields["standing"]
        weight = Weight.model_validate(said) if (said := standing.get("weight")) else None
        mark = corroboration_of(weight, Precedence(standing["precedence"]))
        yield Sighting(each.at, mark or "not asked", mark is asked.mark)


def _recorded(record: Record, asked: OfLedger) -> Iterator[Sighting]:
    about = record.identity(asked.about) if asked.about else None
    for each in record.events:
        if (asked.about and each.about != about) or (
            asked.matter and each.matter != record.matter(asked.matter)
        ):
            continue
        fits = each.name == asked.event and _holds(record, asked.where, each.fields)
        if fits or each.name == asked.event:
            yield Sighting(each.at, _said(each, *asked.where), fits)


def _happened(record: Record, asked: OfHappening) -> Iterator[Sighting]:
    for each in record.taken:
        if each.called == asked.step:
            yield Sighting(each.at, each.verb, not each.codes)


FINDS: Mapping[str, Find] = {
    "accepted": _accepted,
    "refused": _refused,
    "delivered": _way("MessageDelivered"),
    "received": _way("MessageReceived"),
    "acknowledged": _way("MessageAcknowledged"),
    "with_principal": _way("MessageDeliveredToPrincipal"),
    "replied": _replied,
    "unanswered": _unanswered,
    "overdue": _way("AcknowledgementOverdue"),
    "told": _told,
    "flagged": _flagged,
    "alarmed": _alarmed,
    "message": _message,
    "leg": _leg,
    "exchange": _exchange,
    "undertaking": _undertaking,
    "contact": _contact,
    "line": _line,
    "record": _record,
    "prompted": _prompted,
    "corroboration": _corroboration,
    "recorded": _recorded,
    "happened": _happened,
}
"""By the kind's name in `format/patterns.py`, which says what it is given."""


def sightings(record: Record, kind: str, asked: Any) -> list[Sighting]:
    """Everything that was seen of it, and what is near it, in the order of time."""
    return sorted(FINDS[kind](record, asked), key=lambda each: each.at)
