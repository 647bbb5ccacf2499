"""What a desk's library sees wrong with a form, what officers type, and what they are shown."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from rich.console import RenderableType

from schemas.contacts import ContactPhase, ContactStep
from schemas.envelope import Cover
from schemas.parties import Classification, MessageType
from schemas.visit_forms import DayObserved, DecisionWords, SealedVisit
from schemas.visit_terms import (
    Answer,
    VisitDecision,
    VisitPhase,
    VisitStep,
    VisitType,
)
from schemas.visits import DecideRequest
from services.bus import seal
from services.bus.effects import Effects
from services.bus.memory import MemoryBus, MemoryLog, VirtualClock
from services.bus.topics import Realm
from services.desk.commands.app import app, exercise_app
from services.desk.commands.steps.outcome import DONE, REFUSED, WRONG_USAGE
from services.desk.commands.steps.visits import contacts, listed, one, requested, spoken
from services.desk.commands.typed.forms import form_in
from services.desk.commands.typed.usage import WrongUsage
from services.desk.commands.typed.visits import (
    FORMS,
    Craft,
    cleared,
    filled,
    numbers_or_none,
    window_or_none,
)
from services.desk.home import Home
from services.desk.inner.outside import fields_of
from services.desk.inner.visits import decision_flaws, form_flaws, request_flaws
from services.desk.screen.visits import CONTACT_PHASES, PHASES, STEPS, clearance_time
from services.desk.skeleton import skeleton
from services.desk.visits.speaking import waits_for_us
from services.visits import views
from tests.kit import paper
from tests.kit.house import WITHIN_S, House
from tests.kit.screens import printed
from tests.kit.visits import (
    CANARY,
    CERTIFICATION,
    DEPARTS,
    FUNCTIONS,
    SALT,
    VisitCourt,
    aircraft_form,
    asking,
    facility,
    ship_form,
    visit_form,
    visitor,
)

BY: dict[str, Any] = {"by": "duty-1"}


def codes(form: Any) -> set[str]:
    return {flaw.code for flaw in form_flaws(form, "XAA") if flaw.refuses}


# What only a reader of the form can see.


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ({"type": VisitType.RECURRING, "subject": "Visits"}, "RecurringUnsaid"),
        ({"type": VisitType.EMERGENCY, "remarks": None}, "EmergencyUnjustified"),
        ({"type": VisitType.EMERGENCY, "government_contact": None}, "ContactMissing"),
        ({"visitors": (visitor(1, clearance=Classification.RESTRICTED),)}, "ClearanceTooLow"),
        ({"visitors": (visitor(1), visitor(1, document="P2"))}, "DuplicateVisitor"),
        (
            {"visitors": (visitor(1), visitor(2, document="canary p00 00001"))},
            "DuplicateVisitor",
        ),
        ({"facilities": (facility(country="XCC"),)}, "FacilityInThirdCountry"),
        ({"first_day": visit_form().last_day + timedelta(days=1)}, "EndsBeforeItBegins"),
        ({"last_day": visit_form().first_day + timedelta(days=400)}, "LongerThanAYear"),
        ({"host": "XAA"}, "SelfApproval"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_visits_form_is_refused_before_release_with_its_reason(
    fields: dict[str, Any], flaw: str
) -> None:
    found = form_flaws(visit_form(**fields), "XAA")
    assert flaw in {each.code for each in found if each.refuses}
    assert all(CANARY not in each.reason for each in found), "a reason quotes nobody"
    assert codes(visit_form()) == set()


def test_what_is_unusual_is_warned_of_and_not_refused() -> None:
    form = visit_form(last_day=visit_form().first_day + timedelta(days=60))
    found = {flaw.code: flaw.refuses for flaw in form_flaws(form, "XAA")}
    assert found == {"LongForOneTime": False}
    low = aircraft_form(purpose="transport of a delegation")
    assert ("NotInCapitals", False) in {(x.code, x.refuses) for x in form_flaws(low, "XAA")}


def test_a_clearances_form_is_refused_before_release_with_its_reason() -> None:
    legs = aircraft_form().itinerary
    apart = legs[1].entry.model_copy(update={"name": "ELSEWHERE"})
    broken = (legs[0], legs[1].model_copy(update={"entry": apart}), *legs[2:])
    twice = (aircraft_form().aircraft[0],) * 2
    spares = (aircraft_form().aircraft[1],)
    for fields, flaw in (
        ({"itinerary": broken}, "LegsApart"),
        ({"aircraft": twice}, "DuplicateCraft"),
        ({"aircraft": spares}, "OnlySpares"),
        ({"lands": False}, "LandingDiffers"),
        ({"exceptional": True}, "EmergencyUnjustified"),
    ):
        assert codes(aircraft_form(**fields)) == {flaw}
    assert codes(aircraft_form()) == set()
    assert codes(ship_form()) == set()
    assert codes(ship_form(liberty_party=500)) == {"LibertyPartyTooLarge"}
    assert codes(ship_form(leaves=ship_form().arrives)) == {"EndsBeforeItBegins"}


def test_an_outside_that_is_not_the_forms_is_flagged_on_receipt() -> None:
    form = visit_form()
    inner = SealedVisit(salt=SALT, form=form)
    assert request_flaws(inner, asking(form)) == []
    for outside in (
        {"lowest_clearance": Classification.TOP_SECRET},
        {"visitors": fields_of(form, SALT)["visitors"][:1]},
        {"level": Classification.RESTRICTED},
    ):
        found = request_flaws(inner, asking(form, **outside))
        assert [flaw.code for flaw in found] == ["OutsideDiffers"]


def test_a_limited_approval_says_its_limits() -> None:
    def outline(decision: VisitDecision, **fields: Any) -> Any:
        known: dict[str, Any] = {
            "decision": decision,
            "message_type": MessageType.OPERATION,
            **fields,
        }
        return DecideRequest.model_construct(None, **known)

    limited = VisitDecision.APPROVED_WITH_LIMITATIONS
    unsaid = decision_flaws(DecisionWords(), outline(limited))
    assert [flaw.code for flaw in unsaid] == ["LimitsUnsaid"]
    assert decision_flaws(DecisionWords(), outline(limited, sites=(1,))) == []
    placed = decision_flaws(DecisionWords(limitations="x"), outline(VisitDecision.APPROVED))
    assert [flaw.code for flaw in placed] == ["LimitsOutOfPlace"]


# What is typed.


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_form_is_printed_to_be_filled_in(name: str) -> None:
    assert skeleton(FORMS[name]).startswith("# ")


def test_a_form_in_yaml_or_json_is_taken_and_its_faults_never_repeat_it(tmp_path: Path) -> None:
    written = tmp_path / "visit.json"
    written.write_text(visit_form().model_dump_json())
    assert form_in(written, type(visit_form())) == visit_form()
    broken = json.loads(written.read_text())
    broken["visitors"][0]["born"] = f"{CANARY} yesterday"
    written.write_text(json.dumps(broken))
    with pytest.raises(WrongUsage, match=r"visitors\.0\.born") as trouble:
        form_in(written, type(visit_form()))
    assert CANARY not in str(trouble.value)


def test_a_request_and_a_notification_are_kept_apart(tmp_path: Path) -> None:
    written = tmp_path / "flight.json"
    written.write_text(aircraft_form().model_dump_json())
    assert cleared(written, Craft.AIRCRAFT, Answer.REQUEST) == aircraft_form()
    with pytest.raises(WrongUsage, match="submit it with `request`"):
        cleared(written, Craft.AIRCRAFT, Answer.NOTIFICATION)


def test_a_narrower_time_is_two_days_or_two_times() -> None:
    window = window_or_none("2026-02-10", "2026-02-10")
    assert window is not None and window.ends - window.begins == timedelta(days=1)
    assert window_or_none(None, None) is None
    for begins, ends in (("2026-02-10", None), ("2026-02-10", "2026-02-09"), ("soon", "later")):
        with pytest.raises(WrongUsage):
            window_or_none(begins, ends)
    assert numbers_or_none("2,1") == (1, 2)
    with pytest.raises(WrongUsage, match="with commas"):
        numbers_or_none("one")


def test_both_desks_have_every_command_and_live_and_exercise_stay_apart() -> None:
    for menu in ("visit", "clearance", "contact"):
        assert set(app[menu]) == set(exercise_app[menu])


# What is shown, and what comes of it, on a bus in memory.


def test_every_state_and_step_is_said_in_plain_words() -> None:
    assert set(PHASES) == set(VisitPhase)
    assert set(STEPS) == set(VisitStep)
    assert set(CONTACT_PHASES) == set(ContactPhase)
    assert set(ContactStep)
    assert clearance_time(DEPARTS) == "19 JAN 26, 0800 Z"


async def desks(house: House) -> None:
    for desk, functions in FUNCTIONS.items():
        if desk in house.hands:
            await house.vouch(desk, ladder=paper.LADDERS.get(desk), functions=functions)
        else:
            await house.add_desk(desk, functions=functions)
    await house.start(service="visits")
    for desk in ("xaa-ghq", "xaa-nsa", "xbb-nsa", "xbb-yard", "xbb-mfa"):
        await house.open(desk)


def shown(screen: RenderableType) -> str:
    return " ".join(printed(screen).split())


async def until(house: House, desk: str, found: Callable[[], Any]) -> Any:
    result = await house.desks[desk].until(lambda: found() or None, WITHIN_S)
    assert result is not None
    return result


async def test_an_officer_asks_and_reads_and_decides(memory_house: House) -> None:
    house = memory_house
    await desks(house)
    ours, nsa = house.desks["xaa-ghq"], house.desks["xaa-nsa"]
    first = house.clock.now().date() + timedelta(days=40)
    form = visit_form(first_day=first, last_day=first, info=("xbb-mfa",))
    outcome = await requested(ours, form, WITHIN_S, **BY, reference="visit-one")
    assert outcome.code == DONE
    assert "ACCEPTED: accepted by the service of visits" in shown(outcome.screen)

    again = await requested(ours, form, WITHIN_S, **BY, reference="visit-one")
    assert again.code == REFUSED
    assert again.document["refusal"]["code"] == "ReferenceTaken"

    await until(house, "xaa-nsa", nsa.visits.all)
    assert waits_for_us(nsa.visits.one("visit-one"), "xaa-nsa")
    page = shown(one(nsa, "visit-one").screen)
    for words in ("SUBMITTED: waits to be certified", f"{CANARY} family 1", "2 visitors, 1 sites"):
        assert words in page
    for identity in (
        nsa.visits.certify("visit-one", CERTIFICATION, **BY),
        nsa.visits.transmit("visit-one", **BY),
    ):
        assert (await spoken(nsa, identity, "visit-one", WITHIN_S)).code == DONE
    theirs, told = house.desks["xbb-nsa"], house.desks["xbb-mfa"]
    await until(house, "xbb-nsa", theirs.visits.all)
    assert "XBB is to decide by" in shown(listed(theirs, lambda _: True).screen)
    await until(house, "xbb-mfa", told.visits.all)
    outsider = one(told, "visit-one")
    assert CANARY not in json.dumps(outsider.document)
    assert "for the two authorities and the facilities to read" in shown(outsider.screen)
    whole = one(theirs, "visit-one").document
    assert whole["versions"]["1"]["form"]["visitors"][0]["family_name"] == f"{CANARY} family 1"
    assert whole["certifications"]["1"]["stamp"] == CERTIFICATION.stamp


async def test_nothing_is_shown_where_nothing_was_told(memory_house: House) -> None:
    ours = await memory_house.open("xaa-ghq")
    assert "told of no such request" in shown(listed(ours, lambda _: True).screen)
    assert "no inspection" in shown(contacts(ours).screen)


def typed(parse: Any, *words: str) -> int:
    try:
        found = parse(words, result_action="return_value")
    except SystemExit as ended:
        return int(ended.code or 0)
    return int(found or 0)


def test_the_commands_run_from_a_home_without_a_bus(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Home(tmp_path / "home").create("xaa-ghq", paper.OFFICERS)
    place = ("--home", str(tmp_path / "home"))
    assert typed(app, "visit", "list", *place, "--json") == 0
    assert json.loads(capsys.readouterr().out)["requests"] == []
    assert typed(app, "visit", "form") == 0
    assert "visitors:" in capsys.readouterr().out
    assert typed(app, "clearance", "form", "aircraft") == 0
    assert "armament:" in capsys.readouterr().out
    assert typed(app, "contact", "list", *place, "--json") == 0
    assert json.loads(capsys.readouterr().out)["contacts"] == []
    assert typed(app, "visit", "show", "visit-none", *place) == 1
    assert "told of no request" in capsys.readouterr().err


def test_a_form_is_asked_for_where_no_file_is_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(("CANARY1", "XA-CANARY1", ""))
    monkeypatch.setattr("builtins.input", lambda: next(answers))
    observed = filled(None, DayObserved)
    assert (observed.call_sign, observed.registration) == ("CANARY1", "XA-CANARY1")
    told = capsys.readouterr()
    assert told.out == "", "stdout is for the answer"
    assert "call_sign" in told.err
    monkeypatch.setattr("builtins.input", lambda: (_ for _ in ()).throw(EOFError))
    Home(tmp_path / "home").create("xaa-ghq", paper.OFFICERS)
    place = ("--home", str(tmp_path / "home"), "--by", "duty-1")
    assert typed(app, "visit", "certify", "visit-one", *place) == WRONG_USAGE
    assert "not filled in to its end" in capsys.readouterr().err


# What quarantine keeps of a service whose inner parts are for their addressees alone.


async def test_quarantine_keeps_only_what_is_surely_outer() -> None:
    court = VisitCourt()
    command = asking(visit_form(first_day=visit_form().first_day - timedelta(days=30)))
    inner = CANARY.encode()
    command = command.model_copy(update={"inside": seal.inside(inner)})
    value = paper.signed(command, inner)
    effects = Effects(
        court.service, MemoryBus(MemoryLog(VirtualClock())), paper.hand_of("visits"), Realm.LIVE
    )
    record = paper.record_of(value, command)
    kept = effects.quarantined(record, "InsideLeadTime")
    cover = Cover.model_validate_json(kept.value)
    assert (cover.inner, cover.payload) == (b"", Cover.model_validate_json(value).payload)
    assert ("detente-refusal", b"InsideLeadTime") in kept.headers
    for broken in (value[:-1], b"{}", value.replace(b".v1+json", b".v7+json")):
        hidden = effects.quarantined(paper.record_of(broken, command), "NotJson")
        assert (hidden.key, hidden.value) == (b"", b"")
        assert [name for name, _ in hidden.headers] == [
            "detente-refusal", "detente-position", "detente-digest",
        ]  # fmt: skip


# What operators see.


def test_operators_see_states_counts_and_ages() -> None:
    court = VisitCourt()
    court.transmitted(visit_form(agreement="agreement-dca"))
    found = {court.name: court.ledger.page.books[court.name].state}
    (row,) = views.requests(found)
    assert (row.between, row.state, row.of) == ("XAA to XBB", "TRANSMITTED", "1 sites, 2 visitors")
    assert row.rests_on == ("agreement-dca",)
    assert views.overdue(found) == [] == views.clearances(found)
    court.pass_until(court.standing.decision_due or court.now)
    found = {court.name: court.ledger.page.books[court.name].state}
    (late,) = views.overdue(found)
    assert (late.what, late.of) == ("DECISION", "XBB")
    assert CANARY not in repr(views.requests(found))
