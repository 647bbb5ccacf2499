"""What may not have happened in a round. Pure: from what was said, the ledger and the disks.

The house's own checker counts; here its findings are joined by checks that trust less: what the
harness itself noted is followed to every addressee's disk and back, byte for byte.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from schemas.envelope import Cover
from schemas.hotline import (
    CarriedMessage,
    MessageAccepted,
    MessageDelivered,
)
from schemas.receipts import SequenceSkipped
from services.bus import wire
from services.bus.redelivery import is_own
from services.bus.settings import Settings
from services.desk.reading import unfold
from services.desk.store.records import In, Out, OutState
from services.local.checker import AnyEntry, Count, Kept, count, counting
from services.local.services import SERVICES
from services.local.stage import Ledgers
from tests.chaos.records import Noted
from tests.chaos.workload import Said

SETTLED_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class History:
    """All that is known of a round."""

    said: Sequence[Said]
    ledgers: Ledgers
    kept: Sequence[Kept]
    noted: Sequence[Noted] = ()
    """What was submitted to the services that keep records."""
    untold: int = 0
    """Stories of such records that did not come to their end."""

    @property
    def entries(self) -> int:
        """How many stand in all ledgers, those that do not count included."""
        return sum(len(each) for partitions in self.ledgers.values() for each in partitions)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found. `anomalies` is empty in a good round."""

    count: Count
    anomalies: dict[str, tuple[str, ...]]
    ignored: int
    """Ledger entries that do not count, since another writer was first."""
    slowest_answer_s: float
    """From release until the sender's disk held that it is accepted."""
    slowest_settled_s: float
    """From release until the sender's disk held every addressee's report that it arrived."""
    settled_s: tuple[float, ...] = field(default=(), repr=False)

    @property
    def good(self) -> bool:
        """Whether nothing happened that may not."""
        return not self.anomalies


def check(history: History, within_s: float = SETTLED_WITHIN_S) -> Verdict:
    """All checks."""
    counted = [
        entry
        for name, partitions in history.ledgers.items()
        for entry in counting(SERVICES[name](Settings()), partitions)
    ]
    found = count(counted, history.kept)
    answered, settled = _times(history)
    anomalies: dict[str, list[str]] = {
        "lost": [*found.lost, *_lost(history, counted), *_records_lost(history, counted)],
        "duplicated": [*found.duplicated, *_duplicated(history), *_fired_twice(counted)],
        "reordered": [*found.reordered, *_reordered(history, counted)],
        "unsettled": [*found.unsettled, *_unreported(history), *_untold(history)],
        "late": [f"{name} {took:.1f} s" for name, took in settled.items() if took > within_s],
        "altered": [*_altered(history), *_records_altered(history)],
        "phantom": [*_phantoms(history, counted)],
        "refused": [*_refused(history)],
        "alarmed": [*_alarmed(history)],
    }
    return Verdict(
        count=found,
        anomalies={name: tuple(dict.fromkeys(each)) for name, each in anomalies.items() if each},
        ignored=history.entries - len(counted),
        slowest_answer_s=max(answered.values(), default=0.0),
        slowest_settled_s=max(settled.values(), default=0.0),
        settled_s=tuple(sorted(settled.values())),
    )


def _inboxes(history: History) -> dict[str, Sequence[In]]:
    return {each.desk: each.inbox for each in history.kept}


def _outs(history: History) -> dict[str, Out]:
    return {out.message: out for each in history.kept for out in each.outbox}


def _given(history: History) -> dict[str, list[In]]:
    """What each desk was given of what others said."""
    carried = CarriedMessage.__name__
    return {
        desk: [found for found in inbox if found.kind == carried]
        for desk, inbox in _inboxes(history).items()
    }


def _lost(history: History, counted: Sequence[AnyEntry]) -> Iterable[str]:
    outs, given = _outs(history), _given(history)
    ledgered = {
        event.message for entry in counted for event in entry.events
        if isinstance(event, MessageAccepted)
    }  # fmt: skip
    held = {(desk, found.about) for desk, inbox in given.items() for found in inbox}
    for said in history.said:
        if said.message not in outs:
            yield f"{said.sender} no longer has {said.message} that it released"
        elif outs[said.message].state is OutState.ACCEPTED and said.message not in ledgered:
            yield f"{said.message} is ACCEPTED and in no ledger"
        if said.message in ledgered:
            yield from (
                f"{desk} was never given {said.message}"
                for desk in said.to
                if (desk, said.message) not in held
            )


def _records_lost(history: History, counted: Sequence[AnyEntry]) -> Iterable[str]:
    outs, ledgered = _outs(history), {entry.command for entry in counted}
    for noted in history.noted:
        if noted.identity not in outs:
            yield f"{noted.sender} no longer has {noted.identity} that it submitted"
        elif outs[noted.identity].state is OutState.ACCEPTED and noted.identity not in ledgered:
            yield f"{noted.identity} is ACCEPTED and in no ledger"


def _untold(history: History) -> Iterable[str]:
    if history.untold:
        yield f"{history.untold} stories of records did not come to their end"


def _fired_twice(counted: Sequence[AnyEntry]) -> Iterable[str]:
    """An alert fires each protocol once, however often it was overheard."""
    fired = Counter(
        (entry.matter, event.agreement, event.message)
        for entry in counted
        for event in entry.events
        if event.kind == "ProtocolActivated"
    )
    yield from (f"{' '.join(what)} fired {n} times" for what, n in fired.items() if n > 1)


def _duplicated(history: History) -> Iterable[str]:
    for desk, inbox in _inboxes(history).items():
        told = Counter((found.kind, found.about, _whose(found)) for found in inbox)
        yield from (
            f"{desk} was told {times} times {kind} of {about}"
            for (kind, about, _), times in told.items()
            if times > 1 and kind in (CarriedMessage.__name__, MessageAccepted.__name__,
                                      MessageDelivered.__name__)
        )  # fmt: skip


def _whose(found: In) -> str:
    """Which leg a report is about, else nothing."""
    if found.kind != MessageDelivered.__name__:
        return ""
    notice = unfold(found.value).outer.notice
    return notice.desk if isinstance(notice, MessageDelivered) else ""


def _reordered(history: History, counted: Sequence[AnyEntry]) -> Iterable[str]:
    """The ledger follows each sender's order; every disk follows the ledger's."""
    yield from _out_of_the_senders_order(counted)
    # What is in no ledger is lost or unsettled, and has no place in any order.
    rank = {entry.command: place for place, entry in enumerate(counted)}
    said = [
        ((each.sender, each.matter, each.precedence.lane.value), rank[each.message], each.message)
        for each in history.said
        if each.message in rank
    ]
    yield from (f"{name} was said after what it comes before" for name in _falling(said))
    for desk, inbox in _given(history).items():
        given = [
            ((found.matter, found.lane.value), rank[found.about], found.about)
            for found in inbox
            if found.about in rank
        ]
        yield from (f"{desk} was given {name} after its followers" for name in _falling(given))
    for desk, every in _inboxes(history).items():
        yield from (
            f"{desk} {it.matter} {it.lane}: {it.missing} missing before {it.sequence}"
            for it in every
            if it.missing
        )


def _out_of_the_senders_order(counted: Sequence[AnyEntry]) -> Iterable[str]:
    heard: dict[tuple[str, str, str], int] = defaultdict(int)
    for entry in counted:
        if entry.sender == entry.service or is_own(entry):
            continue  # Its own word and custodians' are known by identity, and have no number.
        road = (entry.sender, entry.matter, entry.sender_lane.value)
        if entry.sender_sequence != heard[road] + 1:
            yield f"{' '.join(road)}: {entry.sender_sequence} after {heard[road]}"
        heard[road] = max(heard[road], entry.sender_sequence)
        skipped = [event for event in entry.events if isinstance(event, SequenceSkipped)]
        yield from (f"{' '.join(road)}: {each.expected} skipped" for each in skipped)


def _falling(places: Iterable[tuple[tuple[str, ...], int, str]]) -> Iterable[str]:
    """What stands behind something of a higher place on the same road."""
    last: dict[tuple[str, ...], int] = {}
    for road, place, name in places:
        if place < last.get(road, -1):
            yield name
        last[road] = place


def _unreported(history: History) -> Iterable[str]:
    """Accepted messages of which not every addressee's disk is reported to the sender."""
    outs, reported = _outs(history), defaultdict(set)
    for inbox in _inboxes(history).values():
        for found in inbox:
            if found.kind == MessageDelivered.__name__ and found.about:
                reported[found.about].add(_whose(found))
    for said in history.said:
        out = outs.get(said.message)
        if out is not None and out.state is OutState.ACCEPTED:
            missing = sorted(set(said.to) - reported[said.message])
            if missing:
                yield f"{said.message} is not reported by {', '.join(missing)}"


def _altered(history: History) -> Iterable[str]:
    """What a desk was given is, byte for byte, what was signed; and says what was said."""
    outs, said = _outs(history), {each.message: each for each in history.said}
    for desk, inbox in _given(history).items():
        for found in inbox:
            message = found.about or ""
            enclosed = unfold(found.value).enclosed
            if message not in said or message not in outs or enclosed is None:
                continue
            if Cover.model_validate_json(found.value).inner != outs[message].value:
                yield f"{desk} holds other bytes of {message} than its sender"
            if getattr(enclosed.content, "text", None) != said[message].text:
                yield f"{desk} reads another text in {message}"


def _records_altered(history: History) -> Iterable[str]:
    """Whatever record a notice encloses is, byte for byte, what its sender has."""
    outs, noted = _outs(history), {each.identity for each in history.noted}
    for desk, inbox in _inboxes(history).items():
        for found in inbox:
            enclosed = unfold(found.value).enclosed if noted else None
            if enclosed is None or enclosed.outer.message_id not in noted:
                continue
            record = outs.get(enclosed.outer.message_id)
            if record and Cover.model_validate_json(found.value).inner != record.value:
                yield f"{desk} holds other bytes of {enclosed.outer.message_id} than its sender"


def _phantoms(history: History, counted: Sequence[AnyEntry]) -> Iterable[str]:
    """What a desk holds although no entry that counts caused it, or nobody said it."""
    caused = {
        (tell.to, entry.matter, tell.lane, tell.sequence, tell.notice.kind,
         wire.digest(f"{entry.command} {number}".encode())[:32])
        for entry in counted
        for number, tell in enumerate(entry.tells)
    }  # fmt: skip
    said = {each.message: each for each in history.said}
    for desk, inbox in _inboxes(history).items():
        for it in inbox:
            if (desk, it.matter, it.lane, it.sequence, it.kind, it.message) not in caused:
                yield f"{desk} {it.matter} {it.lane} {it.sequence} {it.kind}: no entry caused it"
    for desk, inbox in _given(history).items():
        for it in inbox:
            if it.about not in said or desk not in said[it.about].to:
                yield f"{desk} was given {it.about}, which nobody said to it"


def _refused(history: History) -> Iterable[str]:
    """Nothing that the harness does deserves a refusal."""
    for each in history.kept:
        yield from (
            f"{each.desk} {out.message}" for out in each.outbox if out.state is OutState.REFUSED
        )
        for found in each.inbox:
            if found.kind == "CommandRefused":
                notice = unfold(found.value).outer.notice
                yield f"{each.desk} {getattr(notice, 'code', '')}: {getattr(notice, 'detail', '')}"


def _alarmed(history: History) -> Iterable[str]:
    for each in history.kept:
        if each.alarms:
            yield f"{each.desk} raised {each.alarms}"


def _times(history: History) -> tuple[dict[str, float], dict[str, float]]:
    """Seconds from release to ACCEPTED and to the last report, by the disks' own clock."""
    told = defaultdict(list)
    for inbox in _inboxes(history).values():
        for found in inbox:
            told[found.about, found.kind].append(found.received_at)
    answered, settled = {}, {}
    for said in history.said:
        accepted = told[said.message, MessageAccepted.__name__]
        reports = told[said.message, MessageDelivered.__name__]
        if accepted:
            answered[said.message] = (min(accepted) - said.at).total_seconds()
        if len(reports) >= len(said.to):
            settled[said.message] = (max(reports) - said.at).total_seconds()
    return answered, settled
