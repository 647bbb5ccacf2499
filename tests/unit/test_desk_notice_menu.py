"""Notices as an officer types and sees them: forms, commands, screens, exit codes."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from schemas.crisis import EventCode
from schemas.notices import ExerciseTold, NoticePhase
from services.desk.alerts.forms import AlertForm
from services.desk.commands.app import app, exercise_app
from services.desk.commands.steps.alerts import alert_of, refuse_explained
from services.desk.commands.steps.notices import detecting, notice_of, notices_of
from services.desk.commands.typed.asking import asked
from services.desk.commands.typed.forms import form_in
from services.desk.commands.typed.usage import WrongUsage
from services.desk.home import Home
from services.desk.notices.forms import AmendForm, DetectionForm, ExerciseForm, LaunchForm
from services.desk.screen.notices import PHASES
from services.desk.skeleton import skeleton
from services.desk.submissions import submitted
from services.desk.trouble import DeskTrouble
from tests.kit import paper
from tests.kit.alert_forms import alert_form, templates_form
from tests.kit.alerts import cap_info
from tests.kit.house import House
from tests.kit.notices import (
    FINAL,
    ISLANDS,
    circle,
    detection,
    exercise_form,
    exercise_told,
    launch_form,
)
from tests.kit.screens import printed as screen
from tests.twins.test_alerts import MINISTRY, accepted, alerting, told
from tests.twins.test_alerts import SENDER as ALERTS
from tests.twins.test_notices import SENDER, given, knows

HOUR = timedelta(hours=1)


async def test_a_detection_is_known_for_what_it_is_before_anything_else(
    memory_house: House,
) -> None:
    house, now = memory_house, memory_house.clock.now()
    matter = await given(house, begins=now - HOUR, ends=now + HOUR)
    radar = await house.open(FINAL)
    outcome = await detecting(radar, detection(now), "duty-1", 5)
    shown = screen(outcome.screen)
    assert shown.lstrip().startswith(f"MATCHES NOTICE {matter} of XAA (xaa-ghq)")
    assert "HAS NOT TAKEN THE NOTICE OVER" in shown and "Three research rockets" in shown
    assert outcome.code == 0 and outcome.document["matches"][0]["matter"] == matter
    assert json.dumps(outcome.document)
    nothing = await detecting(radar, detection(now - 9 * HOUR), "duty-1", 5)
    assert "IT MATCHES NO NOTICE THAT THIS DESK HAS" in screen(nothing.screen)
    assert (nothing.code, nothing.document["matches"]) == (0, [])


async def test_a_notice_that_was_called_off_is_named_and_explains_nothing(
    memory_house: House,
) -> None:
    house, now = memory_house, memory_house.clock.now()
    matter = await given(house, begins=now - HOUR, ends=now + HOUR)
    ours, radar = await house.open(SENDER), await house.open(FINAL)
    await accepted(house, SENDER, ours.notices.cancel(matter, by="duty-1"))
    await knows(house, FINAL, matter, lambda x: x.standing.phase is NoticePhase.CANCELLED)
    outcome = await detecting(radar, detection(now), "duty-1", 5)
    shown = screen(outcome.screen)
    assert "NO NOTICE" in shown and "was CANCELLED" in shown
    with pytest.raises(DeskTrouble, match="no notice"):
        radar.notices.detected(detection(now), by="duty-1")


async def test_a_screen_says_for_whom_it_is_and_what_is_missing(memory_house: House) -> None:
    house = memory_house
    now = house.clock.now()
    matter = await given(house, begins=now + HOUR, ends=now + 80 * HOUR)
    ours = await house.open(SENDER)
    shown = screen(notice_of(ours, matter).screen)
    assert "FINAL CONSUMER" in shown and "LATE NOTICE, by 0 days 23 hours" in shown
    assert "CONFIRMATION due from its sender" in shown
    await house.until(
        SENDER, lambda: next((x for x in ours.notices.all() if x.standing.unconfirmed), None),
        step_s=600,
    )  # fmt: skip
    listed = screen(notices_of(ours).screen)
    assert "! UNCONFIRMED" in listed
    assert f"! OVERDUE: not taken over by {FINAL}" in listed
    assert json.dumps(notices_of(ours).document)


async def test_an_exercise_is_amended_continued_and_ended_by_its_sender(
    memory_house: House,
) -> None:
    house, now = memory_house, memory_house.clock.now()
    await alerting(house)
    ours = await house.open(SENDER)
    form = exercise_form(now, begins=now - HOUR, ends=now + 100 * HOUR)
    await accepted(house, SENDER, ours.notices.give("autumn", form, by="duty-1"))
    matter = "alert-notice-autumn"
    await knows(house, MINISTRY, matter, lambda x: x.told)
    changed = AmendForm(
        begins=form.begins, ends=now + 50 * HOUR, exercise=exercise_told(novel_elements="NONE")
    )
    await accepted(house, SENDER, ours.notices.amend("autumn", changed, by="duty-1"))
    said = ours.notices.continue_("autumn", by="duty-1", text="As announced.")
    await accepted(house, SENDER, said)
    view = await knows(house, MINISTRY, matter, lambda x: x.standing.phase == "COMMENCED")
    assert view.told is not None and view.told.exercise is not None
    assert view.told.exercise.novel_elements == "NONE", "what is amended takes the place of it"
    assert "novel elements: NONE" in screen(notice_of(await house.open(MINISTRY), matter).screen)
    await accepted(house, SENDER, ours.notices.end("autumn", by="duty-1"))
    await knows(house, MINISTRY, matter, lambda x: x.standing.phase == "ENDED")


def sighting(now: datetime, code: EventCode = EventCode.MISSILE_LAUNCH_DETECTED) -> AlertForm:
    """An alert of a track over the islands."""
    seen = cap_info(event_code=(), area=(circle(ISLANDS, 5),))
    return alert_form(event_at=now, event_code=code, info=(seen,))


async def test_an_alert_of_what_a_notice_explains_is_not_released_by_mistake(
    memory_house: House,
) -> None:
    house, now = memory_house, memory_house.clock.now()
    matter = await given(house, begins=now - HOUR, ends=now + HOUR)
    radar = await house.open(FINAL)
    with pytest.raises(DeskTrouble, match=f"MATCHES NOTICE {matter} of XAA") as trouble:
        refuse_explained(radar, sighting(now))
    assert trouble.value.codes == ("ExplainedByNotice",) and "--despite-notice" in str(
        trouble.value
    )
    refuse_explained(radar, sighting(now - 5 * HOUR))
    refuse_explained(radar, sighting(now, EventCode.INCIDENT_AT_SEA))
    ours = await house.open(SENDER)
    refuse_explained(ours, sighting(now))  # Its own notice tells its sender nothing new.


async def test_an_alert_that_came_is_shown_with_the_notice_that_explains_it(
    memory_house: House,
) -> None:
    house, now = memory_house, memory_house.clock.now()
    matter = await given(house, begins=now - HOUR, ends=now + HOUR)
    code = EventCode.UNIDENTIFIED_OBJECT
    sender = await house.open(ALERTS)
    both = templates_form().model_copy(update={"event_code": code})
    await accepted(house, ALERTS, sender.alerts.approve(both, drafter="duty-1", by="duty-2"))
    await sender.until(lambda: sender.alerts.templates() or None, 5)
    form = sighting(now, code)
    issued = sender.alerts.issue(form, drafter="duty-1", by="duty-2")
    await accepted(house, ALERTS, issued)
    chain = submitted(sender.store, issued).out.matter
    await told(house, MINISTRY, chain, lambda view: view.newest)
    outcome = alert_of(await house.open(MINISTRY), chain)
    assert screen(outcome.screen).startswith(f"MATCHES NOTICE {matter} of XAA")
    assert outcome.document["explained_by"][0]["matter"] == matter
    assert "explained_by" not in alert_of(sender, chain).document, "which was told of no notice"


async def test_a_notice_of_the_other_kind_is_not_amended(memory_house: House) -> None:
    matter = await given(memory_house)
    ours = await memory_house.open(SENDER)
    now = memory_house.clock.now()
    form = AmendForm(begins=now + HOUR, ends=now + 2 * HOUR, exercise=exercise_told())
    with pytest.raises(DeskTrouble, match="other kind"):
        ours.notices.amend(matter, form, by="duty-1")
    with pytest.raises(DeskTrouble, match="launch or of an exercise"):
        ours.notices.amend(matter, form.model_copy(update={"exercise": None}), by="duty-1")
    with pytest.raises(DeskTrouble, match="no notice nothing"):
        ours.notices.one("nothing")


@pytest.mark.parametrize("contract", [LaunchForm, ExerciseForm, DetectionForm])
def test_an_empty_form_is_refused(contract: Any, tmp_path: Path) -> None:
    (tmp_path / "form.yaml").write_text(skeleton(contract))
    with pytest.raises(WrongUsage, match="not complete or not right"):
        form_in(tmp_path / "form.yaml", contract)


@pytest.mark.parametrize("none", ["NONE", ["NONE"]])
def test_that_nothing_is_new_is_written_out(none: Any, tmp_path: Path) -> None:
    form = json.loads(exercise_form(paper.NOON).model_dump_json(exclude_none=True))
    form["exercise"]["novel_elements"] = none
    (tmp_path / "form.yaml").write_text(yaml.safe_dump(form))
    assert form_in(tmp_path / "form.yaml", ExerciseForm).exercise.novel_elements == "NONE"


def test_novel_elements_are_asked_for_line_by_line() -> None:
    said = iter(["Autumn", "To train.", "Here", "n", "y", "50", "4", "100", "n", "n", "", "",
                 "n", "NONE", "", *[""] * 20])  # fmt: skip
    form = asked(ExerciseTold, ask=lambda _: next(said), tell=lambda _: None)
    assert form.novel_elements == "NONE"


def typed(words: list[str], which: Any = app) -> int:
    with pytest.raises(SystemExit) as ended:
        which(words)
    return int(str(ended.value.code))


def test_a_notice_is_given_from_a_file_whose_faults_are_told_with_their_lines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "xaa-ghq"
    Home(home).create("xaa-ghq", paper.OFFICERS)
    form = json.loads(launch_form(paper.NOON).model_dump_json(exclude_none=True))
    del form["final_consumers"]
    file = tmp_path / "form.yaml"
    file.write_text(yaml.safe_dump(form))
    tail = ["--by", "duty-1", "--home", str(home), "--wait", "0.2"]
    for which, more in ((app, []), (exercise_app, ["--exercise", "NORTHERN LIGHT"])):
        words = ["notice", "give", "launch", "rocket", str(file), *more, *tail]
        assert typed(words, which) != 0
        assert "final_consumers: it is missing" in capsys.readouterr().err


def test_forms_are_written_and_both_desks_have_the_menu(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "xaa-ghq"
    Home(home).create("xaa-ghq", paper.OFFICERS)
    for kind in ("launch", "exercise", "amend", "detected"):
        out = tmp_path / f"{kind}.yaml"
        code = typed(["notice", "form", kind, "--out", str(out), "--home", str(home), "--json"])
        assert code == 0 and out.read_text().startswith("#")
    capsys.readouterr()
    for each in (app, exercise_app):
        assert {"give", "detected", "continue"} <= set(each["notice"])
    assert set(PHASES) == set(NoticePhase)
