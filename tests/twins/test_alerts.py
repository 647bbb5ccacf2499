"""Alerts from template to correction, and requests to their closing, in memory and on Kafka."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from schemas.alerts import (
    AlertPhase,
    Attribution,
    RecipientPhase,
)
from schemas.concerns import (
    ConcernPhase,
    Explanation,
    HazardPhase,
    HazardWords,
    HostingAnswer,
    HostingPhase,
    HostingProgramme,
    HostingStanding,
    MeetingScope,
    ProgrammeItem,
    Quality,
)
from schemas.crisis import Confidence
from schemas.parties import Function
from services.bus.memory import VirtualClock
from services.bus.topics import Realm
from services.desk.alerts.cap_xml import from_xml, to_xml
from services.desk.alerts.view import AlertView
from services.desk.risk.view import RiskView
from services.desk.submissions import Submitted, submitted
from services.desk.trouble import DeskTrouble
from tests.kit import alerts as kit
from tests.kit import paper
from tests.kit.alert_forms import alert_form, concern_form, hazard_form, templates_form
from tests.kit.house import WITHIN_S, House

SENDER, MILITARY, MINISTRY = "xaa-alerts", "xbb-ghq", "xbb-mfa"


async def alerting(house: House) -> str:
    """Desks with functions, and the alerts service, once for a house; a name of one's own."""
    for desk, function in (
        (SENDER, Function.MILITARY),
        (MINISTRY, Function.FOREIGN_MINISTRY), ("xaa-mfa", Function.FOREIGN_MINISTRY),
        ("xcc-mfa", Function.FOREIGN_MINISTRY),
    ):  # fmt: skip
        await house.add_desk(desk, functions=(function,))
    for realm in Realm:
        await house.start(realm, service="alerts")
    return house.matter("alert-n").removeprefix("alert-")


async def accepted(house: House, desk: str, identity: str, realm: Realm = Realm.LIVE) -> None:
    """The service answered, and did not refuse it."""
    reader = await house.open(desk, realm)

    def answered() -> Submitted | None:
        found = submitted(reader.store, identity)
        return found if found.out.state in ("ACCEPTED", "REFUSED") else None

    found = await reader.until(answered, WITHIN_S)
    assert found is not None, submitted(reader.store, identity)
    assert found.out.state == "ACCEPTED", found.refusal


async def told(
    house: House, desk: str, matter: str, found: Callable[[AlertView], Any],
    realm: Realm = Realm.LIVE,
) -> AlertView:  # fmt: skip
    """An alert as a desk knows it, as soon as it is as it should be."""
    reader = await house.open(desk, realm)

    def look() -> AlertView | None:
        for each in reader.alerts.all():
            if each.matter == matter and found(each):
                return each
        return None

    result = await reader.until(look, WITHIN_S)
    assert result is not None, [x.standing for x in reader.alerts.all()]
    return result


async def knows(house: House, desk: str, matter: str, found: Callable[[RiskView], Any]) -> RiskView:
    reader = await house.open(desk)

    def look() -> RiskView | None:
        return next((x for x in reader.risk.all() if x.matter == matter and found(x)), None)

    result = await reader.until(look, WITHIN_S)
    assert result is not None, [x.standing for x in reader.risk.all()]
    return result


async def issued(house: House, **fields: Any) -> str:
    """An alert that stands, and is in the hands of both desks of XBB; its matter."""
    name = await alerting(house)
    ours = await house.open(SENDER)
    if fields.get("event_code") not in ours.alerts.templates():
        await accepted(
            house, SENDER, ours.alerts.approve(templates_form(), drafter="duty-1", by="duty-2")
        )
        await ours.until(lambda: ours.alerts.templates() or None, WITHIN_S)
    form = alert_form(identifier=name, event_at=house.clock.now(), **fields)
    identity = ours.alerts.issue(form, drafter="duty-1", by="duty-2")
    await accepted(house, SENDER, identity)
    matter = str(submitted(ours.store, identity).out.matter)
    for desk in (SENDER, MILITARY, MINISTRY):
        await told(house, desk, matter, lambda view: view.newest)
    return matter


async def test_S14_what_rests_on_one_source_says_so_until_a_second_one_bears_it_out(
    house: House,
) -> None:
    matter = await issued(house, sources=(kit.source("XAA", "satellite-3"),))
    for desk in (SENDER, MILITARY, MINISTRY):
        await told(house, desk, matter, lambda x: x.standing.corroboration == "UNCORROBORATED")
    theirs = await house.open(MILITARY)
    radar = kit.source("XBB", "radar-7")
    await accepted(house, MILITARY, theirs.alerts.corroborate(matter, radar, by="duty-1"))
    for desk in (SENDER, MILITARY, MINISTRY):
        await told(house, desk, matter, lambda x: x.standing.corroboration == "CORROBORATED")
    await accepted(house, MILITARY, theirs.alerts.contradict(matter, radar, by="duty-1"))
    await told(house, SENDER, matter, lambda x: x.standing.corroboration == "CONTRADICTED")


async def test_S16_a_false_alert_is_corrected_by_one_officer_and_tracked_to_every_recipient(
    house: House,
) -> None:
    matter = await issued(house)
    ours = await house.open(SENDER)
    await accepted(house, SENDER, ours.alerts.correct(matter, by="duty-3"))
    await accepted(house, SENDER, ours.alerts.cancel(matter, by="duty-3"))

    both = await told(house, SENDER, matter, lambda x: x.standing.holding_uncorrected == 2)
    assert both.standing.phase is AlertPhase.CANCELLED and both.standing.false_alert
    for desk in (MILITARY, MINISTRY):
        theirs = await house.open(desk)
        view = await told(house, desk, matter, lambda x: x.standing.phase == "CANCELLED")
        assert view.newest and view.newest.cap and view.newest.cap.info[0].headline
        assert not any(each.flags for each in view.messages)
        await accepted(house, desk, theirs.alerts.acknowledge(matter, by="duty-1"))
    done = await told(house, SENDER, matter, lambda x: x.standing.holding_uncorrected == 0)
    assert all(each.taken_over for each in done.standing.recipients)
    assert {each.phase for each in done.standing.recipients} == {RecipientPhase.UNACKED}, (
        "an acknowledgement is never read as CAP's Ack"
    )
    assert not ours.alarms()


async def test_caps_ack_and_the_desks_acknowledgement_stay_two_things(house: House) -> None:
    matter = await issued(house)
    soldiers, ministry = await house.open(MILITARY), await house.open(MINISTRY)
    await accepted(house, MILITARY, soldiers.alerts.ack(matter, by="duty-1"))
    await accepted(house, MINISTRY, ministry.alerts.acknowledge(matter, by="duty-1"))
    view = await told(
        house, SENDER, matter,
        lambda x: any(y.taken_over for y in x.standing.recipients)
        and any(y.phase == "ACKED" for y in x.standing.recipients),
    )  # fmt: skip
    found = {x.desk: (x.phase.value, x.taken_over) for x in view.standing.recipients}
    assert found == {MILITARY: ("ACKED", False), MINISTRY: ("UNACKED", True)}


async def test_another_attribution_is_an_update_to_all_who_had_the_first(house: House) -> None:
    """Poland, November 2022: the first attribution was wrong."""
    first = Attribution(
        claimed_actor="XCC", confidence=Confidence.POSSIBLE, basis="The direction of flight."
    )
    matter = await issued(house, attribution=first)
    ours = await house.open(SENDER)
    second = Attribution(
        claimed_actor="XBB air defence", confidence=Confidence.PROBABLE, basis="The debris."
    )
    identity = ours.alerts.attribute(matter, second, drafter="duty-1", by="duty-2")
    await accepted(house, SENDER, identity)
    for desk in (MILITARY, MINISTRY):
        view = await told(house, desk, matter, lambda x: len(x.attributions) == 2)
        assert [each.attribution for each in view.attributions] == [first, second]
        assert view.standing.confidence is Confidence.PROBABLE
    for entry in await house.entries(matter):
        assert b"debris" not in entry.signed.payload, "the ledger holds outer parts only"


async def test_without_approved_templates_nothing_is_issued(house: House) -> None:
    await alerting(house)
    desk = await house.open("xcc-ghq")
    with pytest.raises(DeskTrouble, match="no cancel and correction templates"):
        desk.alerts.issue(alert_form(event_at=house.clock.now()), drafter="duty-1", by="duty-2")


async def test_what_a_desk_received_goes_out_as_valid_cap_and_comes_back(house: House) -> None:
    matter = await issued(house)
    theirs = await house.open(MILITARY)
    message = theirs.alerts.exported(matter)
    assert from_xml(to_xml(message)) == message
    assert message.sender == SENDER


async def test_alerts_and_threads_about_one_event_are_linked(house: House) -> None:
    matter = await issued(house)
    theirs = await house.open(MINISTRY)
    link = theirs.alerts.link(matter, "launch-2026", ("border-7",), by="duty-1")
    await accepted(house, MINISTRY, link)
    for desk in (SENDER, MILITARY, MINISTRY):
        view = await told(house, desk, matter, lambda x: x.standing.incident)
        assert (view.standing.incident, view.standing.threads) == ("launch-2026", ("border-7",))


async def test_an_exercise_alert_stays_on_the_exercise_bus(house: House) -> None:
    name = await alerting(house)
    ours = await house.open(SENDER, Realm.EXERCISE)
    drill = "NORTHERN LIGHT"
    both = templates_form(note=f"{drill} approved text.")
    await accepted(
        house, SENDER,
        ours.alerts.approve(both, drafter="duty-1", by="duty-2", exercise=drill), Realm.EXERCISE,
    )  # fmt: skip
    await ours.until(lambda: ours.alerts.templates() or None, WITHIN_S)
    form = alert_form(
        identifier=name, event_at=house.clock.now(), status="Exercise", note=f"Exercise {drill}."
    )
    identity = ours.alerts.issue(form, drafter="duty-1", by="duty-2", exercise=drill)
    await accepted(house, SENDER, identity, Realm.EXERCISE)
    matter = submitted(ours.store, identity).out.matter
    await told(house, MILITARY, matter, lambda x: x.newest, Realm.EXERCISE)
    live = await house.open(MILITARY)
    assert all(each.matter != matter for each in live.alerts.all())
    assert not live.alarms()


async def test_S17_a_request_is_copied_to_all_answered_judged_and_closed(house: House) -> None:
    name = await alerting(house)
    ours, theirs = await house.open("xaa-mfa"), await house.open(MINISTRY)
    request = ours.risk.request(name, concern_form(house.clock.now()), by="duty-1")
    await accepted(house, "xaa-mfa", request)
    matter = submitted(ours.store, request).out.matter
    for desk in (MINISTRY, "xcc-mfa"):
        view = await knows(house, desk, matter, lambda x: x.asked)
        assert view.standing.phase is ConcernPhase.OPEN
    reply = theirs.risk.reply(name, Explanation(text="No comment."), by="duty-2")
    await accepted(house, MINISTRY, reply)
    seen = await knows(house, "xcc-mfa", matter, lambda x: x.standing.phase == "ANSWERED")
    assert seen.happened[-1].notice.event.empty, "a reply without any item is flagged as empty"
    await knows(house, "xaa-mfa", matter, lambda x: x.replies)
    await accepted(house, "xaa-mfa", ours.risk.judge(name, Quality.INSUFFICIENT, by="duty-1"))
    call = ours.risk.call_meeting(name, MeetingScope.ALL_STATES, by="duty-1", place="The centre")
    await accepted(house, "xaa-mfa", call)
    met = ours.risk.record_meeting(name, house.clock.now(), ("XAA", "XCC"), by="duty-1")
    await accepted(house, "xaa-mfa", met)
    await knows(house, MINISTRY, matter, lambda x: x.standing.phase == "BOYCOTTED")
    report = ours.risk.report_meeting(name, by="duty-1", text="They did not come.")
    await accepted(house, "xaa-mfa", report)
    await accepted(house, "xaa-mfa", ours.risk.close(name, by="duty-1"))
    await knows(house, "xcc-mfa", matter, lambda x: x.standing.phase == "CLOSED")
    assert not theirs.alarms()


async def test_a_hazardous_incident_is_asked_about_before_it_is_reported(house: House) -> None:
    """BrahMos, March 2022: the state affected may ask, though nothing was notified."""
    name = await alerting(house)
    ours, theirs = await house.open("xaa-mfa"), await house.open(MINISTRY)
    ask = ours.risk.hazard(name, hazard_form(house.clock.now(), "xaa-mfa"), by="duty-1")
    await accepted(house, "xaa-mfa", ask)
    matter = submitted(ours.store, ask).out.matter
    await knows(house, MINISTRY, matter, lambda x: x.standing.phase is HazardPhase.ASKED)
    said = HazardWords(text="A technical malfunction.", measures="Launchers are secured.")
    await accepted(house, MINISTRY, theirs.risk.clarify(name, said, by="duty-1"))
    await knows(house, "xaa-mfa", matter, lambda x: x.standing.phase is HazardPhase.CLARIFIED)
    await accepted(house, "xaa-mfa", ours.risk.close(name, by="duty-1"))


async def test_a_state_hosts_others_to_dispel_their_concern(house: House) -> None:
    from services.desk.risk.forms import HostingForm

    name = await alerting(house)
    ours, theirs = await house.open("xaa-mfa"), await house.open("xcc-mfa")
    now = house.clock.now()
    base = concern_form(now).model_dump(exclude={"requested", "asked", "label"})
    day = (now + timedelta(days=10)).date()
    form = HostingForm(
        **base, label=paper.LABEL, invited=("XBB", "XCC"), begins=day, ends=day,
        observers_max=2, answer_by=now + timedelta(days=3),
        programme=HostingProgramme(
            purpose="To show that the exercise ends.", area=(kit.cap_area(),),
            programme=(ProgrammeItem(day=day, text="The camp."),),
        ),
    )  # fmt: skip
    offer = ours.risk.host(name, form, by="duty-1")
    await accepted(house, "xaa-mfa", offer)
    matter = submitted(ours.store, offer).out.matter
    await knows(house, "xcc-mfa", matter, lambda x: x.standing.phase is HostingPhase.INVITED)
    yes = theirs.risk.answer_invitation(name, HostingAnswer.ACCEPTED, observers=2, by="duty-1")
    await accepted(house, "xcc-mfa", yes)
    view = await knows(house, "xaa-mfa", matter, lambda x: getattr(x.standing, "accepted", ()))
    assert isinstance(view.standing, HostingStanding)
    assert (view.standing.accepted, view.standing.silent) == (("XCC",), ("XBB",))


async def test_deadlines_of_alerts_and_requests_survive_a_restart(memory_house: House) -> None:
    """In virtual time: the instance that set the clocks stops, and another passes them."""
    house = memory_house
    matter = await issued(house, expires=True)
    ours = await house.open("xaa-mfa")
    request = ours.risk.request("restart", concern_form(house.clock.now()), by="duty-1")
    await accepted(house, "xaa-mfa", request)
    for running in house.services[-2:]:
        await running.stop()
    del house.services[-2:]
    await house.start(service="alerts")
    assert isinstance(house.clock, VirtualClock)

    await house.until(SENDER, lambda: next(iter(house.heard(SENDER, "AlertTold")), None), step_s=0)

    def overdue() -> Any:
        view = house.desks[SENDER].alerts.one(matter)
        late = [x for x in view.standing.recipients if x.phase is RecipientPhase.OVERDUE]
        return view if len(late) == 2 else None

    await house.until(SENDER, overdue, step_s=30)

    def expired() -> Any:
        view = house.desks[SENDER].alerts.one(matter)
        return view if view.standing.phase is AlertPhase.EXPIRED else None

    await house.until(SENDER, expired, step_s=600)

    def unanswered() -> Any:
        view = house.desks["xaa-mfa"].risk.one("restart")
        return view if view.standing.phase is ConcernPhase.UNANSWERED else None

    view = await house.until("xaa-mfa", unanswered, step_s=3600)
    assert view.standing.since == view.opened.at + timedelta(hours=48)
