"""Agreements, in memory and on Kafka: into force, a protocol fires, what is owed is met."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schemas.acts import Act
from schemas.agreement_acts import Instrument, InstrumentAction, SuspensionBasis
from schemas.alerts import IssueAlert, chain_of
from services.desk.agreements.prefill import PREFILLED
from services.desk.trouble import DeskTrouble
from tests.kit import paper
from tests.kit.agreements import CONSULT, DEPOSITARY, MINISTER
from tests.kit.alerts import saying
from tests.kit.house import House, breathe
from tests.kit.particulars import SAMPLES
from tests.kit.treaties import DESKS, accepted, founded, in_force, known, notice

A = InstrumentAction


async def test_an_agreement_in_force_fires_on_a_notice_and_what_is_owed_is_met(
    house: House,
) -> None:
    await founded(house)
    name = (await in_force(house)).agreement
    matter, message = await notice(house)

    (owed,) = await known(
        house, "xbb-ghq", name,
        lambda view: [o for o in view.obligations.values() if o.opened.owner == "xbb-ghq"],
    )  # fmt: skip
    theirs = house.desks["xbb-ghq"]
    assert (owed.opened.thread, owed.opened.regards) == (matter, message)
    assert owed.opened.to == ("xaa-ghq",)

    # A draft waits for a human, and only a human's word makes it a message.
    (kept,) = [each for each in theirs.drafts() if each.drafter == PREFILLED]
    assert (kept.draft.act, kept.draft.matter) == (Act.CLARIFICATION_REQUEST, matter)
    with pytest.raises(DeskTrouble, match="takes it over"):
        theirs.release(kept.number, by="duty-1")
    number = theirs.agreements.take(
        owed.opened.obligation, by="duty-1", particulars=SAMPLES[Act.CLARIFICATION_REQUEST]
    )
    assert [each.number for each in theirs.drafts()] == [number]
    sent = theirs.release(number, by="duty-2")

    def met(view: Any) -> Any:
        each = view.obligations.get(owed.opened.obligation)
        return each if each and each.phase == "MET" else None

    for desk in DESKS:
        assert (await known(house, desk, name, met)).met_by == sent
    for desk in DESKS:
        assert not house.desks[desk].alarms()
    entries = await house.entries(f"agreement-{name}")
    assert all(b"consultation" not in entry.signed.payload for entry in entries)


async def test_a_suspended_agreement_does_not_fire(house: House) -> None:
    await founded(house)
    name = (await in_force(house, suspension=True)).agreement
    ours, depositary = house.desks["xaa-mfa"], house.desks[DEPOSITARY]
    instrument = Instrument(
        action=A.SUSPENSION, state="XAA", dated=house.clock.now(), authority=MINISTER,
        basis=SuspensionBasis.TREATY_TERMS,
    )  # fmt: skip
    identity = await accepted(
        house, ours, ours.agreements.instrument(name, instrument, by="duty-1")
    )
    await known(house, DEPOSITARY, name, lambda view: identity in view.waiting)
    await accepted(house, depositary, depositary.agreements.record(name, identity, by="duty-2"))
    await known(house, "xaa-mfa", name, lambda view: view.phase == "SUSPENDED")
    _, message = await notice(house)
    (why,) = await known(house, "xaa-mfa", name, lambda view: view.activations)
    assert why.message == message
    assert (why.kind, why.why) == ("ProtocolNotActivated", "SUSPENDED")
    assert house.desks["xbb-ghq"].agreements.one(name).obligations == {}


async def let_pass(house: House, seconds: float, step_s: float = 1.0) -> None:
    for _ in range(int(seconds / step_s)):
        house.clock.advance(step_s)  # type: ignore[attr-defined]  # memory's own clock
        await breathe()


async def test_what_was_told_while_the_service_was_away_fires_when_it_is_back(
    memory_house: House,
) -> None:
    house = memory_house
    await founded(house)
    name = (await in_force(house)).agreement
    (live,) = [each for each in house.services if each._service.name == "agreements"]
    for task in live._tasks:
        task.cancel()
    await breathe()
    assert live._reader is not None
    await live._reader.close()
    house.services.remove(live)
    _, message = await notice(house)
    await let_pass(house, 30)
    assert house.desks["xbb-ghq"].agreements.obligations() == []

    await house.start(instance="2", service="agreements")
    (fired,) = await house.until(
        "xbb-ghq", lambda: house.desks["xbb-ghq"].agreements.one(name).activations or None,
        step_s=0.3,
    )  # fmt: skip
    assert (fired.kind, fired.message) == ("ProtocolActivated", message)
    owed = house.desks["xbb-ghq"].agreements.obligations()
    due = min(each.opened.due for _, each in owed)
    told_at = due - timedelta(seconds=3600)
    assert told_at < fired.at, "its clock runs from the notice, not from when it was heard"


async def test_a_second_instance_hears_nothing_twice(memory_house: House) -> None:
    house = memory_house
    await founded(house)
    await house.start(instance="2", service="agreements")
    first = (await in_force(house)).agreement
    second = (await in_force(house)).agreement
    await notice(house)
    await let_pass(house, 5, step_s=0.25)
    await house.start(instance="3", service="agreements")
    await let_pass(house, 5, step_s=0.25)
    for name in (first, second):
        entries = await house.entries(f"agreement-{name}")
        events = [event.kind for entry in entries for event in entry.events]
        assert events.count("ProtocolActivated") == 1
        assert events.count("ObligationOpened") == 2
        assert events.count("CommandRefused") == 0


async def test_what_is_owed_becomes_overdue_and_survives_a_restart(memory_house: House) -> None:
    house = memory_house
    await founded(house)
    name = (await in_force(house)).agreement
    await notice(house)
    await house.until(
        "xbb-ghq", lambda: house.desks["xbb-ghq"].agreements.obligations() or None, step_s=0.3
    )
    (live,) = [each for each in house.services if each._service.name == "agreements"]
    await live.stop()
    house.services.remove(live)
    await let_pass(house, 3700, step_s=100)
    await house.start(instance="2", service="agreements")
    found = await house.until(
        "xbb-ghq",
        lambda: (
            [
                each
                for _, each in house.desks["xbb-ghq"].agreements.obligations()
                if each.phase == "OVERDUE"
            ]
            or None
        ),
        step_s=0.3,
    )
    assert [each.opened.owner for each in found] == ["xbb-ghq"]
    assert house.desks["xaa-mfa"].agreements.one(name).phase == "IN_FORCE"


async def test_an_alert_fires_a_protocol_and_a_desk_that_gave_none_owes_the_question(
    house: House,
) -> None:
    await founded(house)
    trigger = CONSULT.trigger.model_copy(update={"events": ("ACCIDENTAL_LAUNCH",)})
    protocol = CONSULT.model_copy(update={"trigger": trigger})
    name = (await in_force(house, protocols=(protocol,))).agreement
    identifier = house.matter("launch")
    chain = chain_of("xaa-ghq", identifier)
    now = house.clock.now()
    alert = saying(
        IssueAlert, identifier=identifier, matter=chain, sent_at=now, event_at=now,
        message_id=paper.identity((identifier, str(now))),
    )  # fmt: skip
    await house.put_signed(alert, b"")
    (fired,) = await known(house, "xbb-ghq", name, lambda view: view.activations)
    assert (fired.kind, fired.code, fired.by) == ("ProtocolActivated", "ACCIDENTAL_LAUNCH", "XAA")
    assert fired.source.topic == "alerts.ledger.v1"
    assert fired.thread.startswith("incident-")
    owners = {each.opened.owner for _, each in house.desks["xbb-ghq"].agreements.obligations()
              if each.opened.activation == fired.activation}  # fmt: skip
    assert owners == {"xaa-ghq", "xbb-ghq"}
