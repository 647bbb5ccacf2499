"""What agreements hear in others' ledgers, and that the ear loses and repeats nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from schemas.agreements import HearEvent
from schemas.alerts import IssueAlert, UpdateAlert
from schemas.cap import Status
from schemas.catalogue import KINDS
from schemas.concerns import AskClarification, ReportHazard, RequestExplanation
from schemas.crisis import EventCode
from schemas.envelope import Outer
from schemas.receipts import Position
from services.agreements.hearing import hear_alerts
from services.agreements.service import agreements
from services.bus import wire
from services.bus.memory import MemoryBus
from services.bus.overhearing import Ear
from services.bus.topics import Realm
from services.bus.transport import Record, Unreachable
from tests.kit.agreements import CONSULT, AgreementCourt, record
from tests.kit.alerts import AlertCourt
from tests.kit.house import House, in_memory

WHERE = Position(topic="alerts.ledger.v1", partition=0, offset=5)
EVENTS = ("ACCIDENTAL_LAUNCH", "UNUSUAL_MILITARY_ACTIVITY", "HAZARDOUS_INCIDENT")


@pytest.fixture
def court() -> AgreementCourt:
    """An agreement whose protocol waits for what the alerts of these tests tell of."""
    protocol = CONSULT.model_copy(
        update={"trigger": CONSULT.trigger.model_copy(update={"events": EVENTS})}
    )
    opened = AgreementCourt().opened(record(protocols=(protocol,)))
    early = replace(opened.of(), proposed_at=opened.of().proposed_at.replace(year=2025))
    opened.early = {  # type: ignore[attr-defined]  # the states as of which it is heard
        opened.matter: replace(opened.family, agreements={early.name: early})
    }
    return opened


def heard(court: Any, entry: Any) -> Sequence[HearEvent]:
    return hear_alerts(entry, WHERE, court.early)


def test_an_alert_is_heard_with_the_states_that_it_concerns(court: AgreementCourt) -> None:
    alerts = AlertCourt()
    entry = alerts.done(IssueAlert, threads=("border-1",))
    (command,) = heard(court, entry)
    event = command.event
    assert (event.code, event.by, event.nations) == (
        EventCode.ACCIDENTAL_LAUNCH, "XAA", ("XAA", "XBB"),
    )  # fmt: skip
    assert (event.thread, event.geocodes, event.severity) == ("border-1", ("XBB-04",), "Extreme")
    assert (event.told_at, command.source) == (entry.received_at, WHERE)
    assert heard(court, entry) == [command], "the same entry gives the same bytes"


def test_risk_reduction_is_heard_too(court: AgreementCourt) -> None:
    for kind, by in ((RequestExplanation, "XAA"), (AskClarification, "XAA")):
        (command,) = heard(court, AlertCourt().done(kind, "xaa-mfa"))
        assert (command.event.by, command.event.nations) == (by, ("XAA", "XBB"))
        assert command.event.thread.startswith("incident-")
    (command,) = heard(court, AlertCourt().done(ReportHazard, "xbb-mfa"))
    assert command.event.by == "XBB"


def test_an_alerts_update_leads_to_the_same_activation(court: AgreementCourt) -> None:
    alerts = AlertCourt()
    (first,) = heard(court, alerts.done(IssueAlert))
    newer = alerts.done(UpdateAlert, identifier="launch-1-b", references=alerts.newest())
    (second,) = heard(court, newer)
    assert first.event.matter == second.event.matter
    assert first.event.message != second.event.message


@pytest.mark.parametrize("status", [Status.TEST, Status.SYSTEM, Status.DRAFT])
def test_what_is_no_event_of_the_world_is_not_heard(court: AgreementCourt, status: Status) -> None:
    entry = AlertCourt().done(IssueAlert)
    issued = entry.events[0].model_copy(update={"status": status})
    assert heard(court, entry.model_copy(update={"events": (issued,)})) == []


def test_what_was_told_before_the_record_is_not_heard(court: AgreementCourt) -> None:
    entry = AlertCourt().done(IssueAlert)
    agreement = court.of()
    late = replace(agreement, proposed_at=entry.received_at.replace(year=2027))
    states = {court.matter: replace(court.family, agreements={late.name: late})}
    assert hear_alerts(entry, WHERE, states) == []


class _Faltering(MemoryBus):
    """A log that is away for one read in the middle."""

    fails_at = -1
    reads = 0

    async def read(
        self, topic: str, partition: int, start: int, stop: int | None = None
    ) -> Sequence[Record]:
        if "ledger" in topic:
            self.reads += 1
            if self.reads == self.fails_at:
                raise Unreachable("away for a moment")
        return await super().read(topic, partition, start, stop)


def _every(entry: Any, position: Position, _: Any) -> Sequence[Outer]:
    """One word an entry, under its command's identity."""
    assert position.topic == "hotline.ledger.v1"
    contract: Any = KINDS[entry.signed.payload_type]
    command = wire.decode(contract, entry.signed.payload)
    assert isinstance(command, Outer), "the ledger holds what was signed"
    return [command]


async def _listening(house: House, bus: MemoryBus) -> tuple[Ear, dict[int, Any]]:
    """An ear for one agreement, whose ledger one instance holds."""
    service = replace(
        agreements(),
        overhears=tuple(
            replace(each, hear=_every) for each in agreements().overhears if each.name == "hotline"
        ),
    )
    ear = Ear(service, bus, house.directory(bus), Realm.LIVE, house.settings.partitions)
    return ear, {0: AgreementCourt().opened().ledger}


@pytest.mark.parametrize("fails_at", [1, 2, 3, 4])
async def test_nothing_is_lost_when_the_log_goes_away_in_the_middle(
    tmp_path: Path, fails_at: int
) -> None:
    house = await in_memory(tmp_path)
    await house.start()
    sent = [
        await house.accepted("xaa-ghq", house.draft(house.matter("m", partition)))
        for partition in range(house.settings.partitions)
    ]
    assert house.log is not None
    bus = _Faltering(house.log)
    ear, ledgers = await _listening(house, bus)
    bus.fails_at = fails_at
    found: list[Any] = []
    with pytest.raises(Unreachable):
        await ear.commands(ledgers)
    found += [each.message_id for each in await ear.commands(ledgers)]
    assert set(sent) <= set(found)
    assert await ear.commands(ledgers) == [], "nothing new, nothing heard"
    await house.close()
