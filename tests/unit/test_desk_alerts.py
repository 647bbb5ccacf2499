"""Alerts and requests as an officer types and sees them: forms, commands, screens, exit codes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from rich.console import Console

from schemas.alerts import Attribution
from schemas.concerns import Explanation
from schemas.crisis import Confidence
from services.desk.alerts.cap_xml import from_xml, to_xml
from services.desk.alerts.forms import AlertForm, TemplatesForm, WordsForm
from services.desk.commands.app import app, exercise_app
from services.desk.commands.steps.alerts import (
    alert_of,
    alerts_of,
    exported,
    form_of,
    imported,
    incidents_of,
    risk_of,
    risks_of,
    templates_of,
)
from services.desk.commands.typed.forms import form_in
from services.desk.commands.typed.usage import WrongUsage
from services.desk.home import Home
from services.desk.skeleton import skeleton
from services.desk.trouble import DeskTrouble
from tests.kit import paper
from tests.kit.alert_forms import concern_form, templates_form
from tests.kit.alerts import cap_alert
from tests.kit.house import House
from tests.twins.test_alerts import MILITARY, SENDER, accepted, alerting, issued, knows, told


def screen(shown: Any) -> str:
    console = Console(width=120, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(shown)
    return captured.get()


async def test_an_officer_sees_who_still_holds_the_uncorrected_alert(memory_house: House) -> None:
    house = memory_house
    matter = await issued(house)
    ours, theirs = await house.open(SENDER), await house.open(MILITARY)
    await accepted(house, SENDER, ours.alerts.correct(matter, by="duty-3"))
    await told(house, SENDER, matter, lambda x: x.standing.holding_uncorrected == 2)
    await told(house, MILITARY, matter, lambda x: x.standing.false_alert)

    seen = screen(alert_of(ours, matter).screen)
    assert "2 still hold an earlier word: xbb-ghq, xbb-mfa" in seen
    assert "FALSE ALERT" in seen and "no CAP answer" in seen
    assert "not everybody who had it has the newest word yet" in screen(alerts_of(ours).screen)
    document = alert_of(theirs, matter).document
    assert document["standing"]["phase"] == "UPDATED"
    assert {x["desk"] for x in document["standing"]["recipients"]} == {"xbb-ghq", "xbb-mfa"}
    assert json.dumps(document)


async def test_an_incident_holds_alerts_requests_and_threads(memory_house: House) -> None:
    house = memory_house
    matter = await issued(house, incident="launch-2026", threads=("border-9",))
    ours = await house.open("xaa-mfa")
    form = concern_form(house.clock.now(), incident="launch-2026")
    await accepted(house, "xaa-mfa", ours.risk.request("one", form, by="duty-1"))
    theirs = await house.open("xbb-mfa")
    await knows(house, "xbb-mfa", "alert-concern-one", lambda x: x.asked)
    (found,) = incidents_of(theirs, None).document["incidents"]
    assert found == {
        "incident": "launch-2026", "alerts": [matter], "requests": ["alert-concern-one"],
        "threads": ["border-9"],
    }  # fmt: skip
    shown = screen(incidents_of(theirs, "launch-2026").screen)
    assert matter in shown and "border-9" in shown


async def test_a_request_is_shown_with_what_is_due_from_whom(memory_house: House) -> None:
    house = memory_house
    await alerting(house)
    ours, theirs = await house.open("xaa-mfa"), await house.open("xbb-mfa")
    form = concern_form(house.clock.now())
    await accepted(house, "xaa-mfa", ours.risk.request("two", form, by="duty-1"))
    await knows(house, "xbb-mfa", "alert-concern-two", lambda x: x.asked)
    assert "REPLY due from XBB" in screen(risks_of(theirs).screen)
    await accepted(house, "xbb-mfa", theirs.risk.reply("two", Explanation(), by="duty-1"))
    view = await knows(house, "xaa-mfa", "alert-concern-two", lambda x: x.replies)
    shown = screen(risk_of(ours, view.matter).screen)
    assert "NOTHING OF WHAT WAS ASKED" in shown and "Troop concentration" in shown
    assert not view.happened[-1].flags


async def test_an_alert_is_changed_by_its_own_form_and_told_again(
    memory_house: House, tmp_path: Path
) -> None:
    house = memory_house
    matter = await issued(house)
    ours = await house.open(SENDER)
    form_of(ours, matter, tmp_path / "form.yaml")
    form = form_in(tmp_path / "form.yaml", AlertForm)
    assert form == ours.alerts.form(matter)
    changed = form.model_copy(update={"concerned": ("XBB", "XCC")})
    await accepted(
        house, SENDER, ours.alerts.update(matter, changed, drafter="duty-1", by="duty-2")
    )
    view = await told(house, SENDER, matter, lambda x: x.standing.number == 2)
    assert exported(ours, matter, None, None).document["identifier"].endswith(".2")
    assert view.whole is not None and not view.whole.flags
    with pytest.raises(DeskTrouble, match="messages 1 to 2"):
        exported(ours, matter, 7, None)
    assert "ACCIDENTAL_LAUNCH" in screen(templates_of(ours).screen)


async def test_only_its_sender_is_let_change_an_alert(memory_house: House) -> None:
    matter = await issued(memory_house)
    theirs = await memory_house.open(MILITARY)
    with pytest.raises(DeskTrouble, match="only it changes it"):
        theirs.alerts.cancel(matter, by="duty-1")
    with pytest.raises(DeskTrouble, match="no alert nothing"):
        theirs.alerts.one("nothing")


async def test_other_words_than_the_templates_need_two_officers(memory_house: House) -> None:
    matter = await issued(memory_house)
    ours = await memory_house.open(SENDER)
    words = WordsForm(language="en", headline="Wrong area", description="East of it.", note="Area.")
    said = ours.alerts.correct(
        matter, by="duty-2", drafter="duty-1", words=words, false_alert=False
    )
    await accepted(memory_house, SENDER, said)
    identity = ours.alerts.clear(matter, drafter="duty-1", by="duty-2")
    await accepted(memory_house, SENDER, identity)
    view = await told(memory_house, MILITARY, matter, lambda x: x.standing.phase == "ALL_CLEAR")
    assert not any(each.flags for each in view.messages)


def test_a_cap_file_becomes_a_form_and_says_what_is_open(tmp_path: Path) -> None:
    (tmp_path / "in.xml").write_bytes(to_xml(cap_alert()))
    outcome = imported(tmp_path / "in.xml", tmp_path / "form.yaml")
    form = yaml.safe_load((tmp_path / "form.yaml").read_text())
    assert form["event_code"] == "ACCIDENTAL_LAUNCH" and form["geocodes"] == ["XBB-04"]
    assert form["source"].startswith("CAP xaa-ghq,launch-1,") and outcome.document["form"]
    form |= {
        "addressed": ["XBB"], "concerned": [], "event_at": "2026-01-01T12:00:00Z",
        "label": paper.LABEL.model_dump(mode="json"),
    }  # fmt: skip
    (tmp_path / "filled.yaml").write_text(yaml.safe_dump(form))
    assert form_in(tmp_path / "filled.yaml", AlertForm).info == cap_alert().info
    with pytest.raises(WrongUsage, match="cannot be read"):
        imported(tmp_path / "none.xml", None)


@pytest.mark.parametrize("contract", [AlertForm, TemplatesForm, WordsForm])
def test_an_empty_form_is_refused(contract: Any, tmp_path: Path) -> None:
    (tmp_path / "form.yaml").write_text(skeleton(contract))
    with pytest.raises(WrongUsage, match="not complete or not right"):
        form_in(tmp_path / "form.yaml", contract)


@pytest.mark.parametrize(("menu", "kind"), [("alert", "templates"), ("concern", "request")])
def test_forms_are_written_by_a_command(
    menu: str, kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Home(tmp_path / "xaa-ghq").create("xaa-ghq", paper.OFFICERS)
    out = tmp_path / "form.yaml"
    with pytest.raises(SystemExit) as ended:
        app([menu, "form", kind, "--out", str(out), "--home", str(tmp_path / "xaa-ghq"), "--json"])
    assert ended.value.code == 0
    assert out.read_text().startswith("#")
    assert json.loads(capsys.readouterr().out)["file"] == str(out)


def test_an_alert_that_is_not_known_ends_with_trouble_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "xaa-ghq"
    Home(home).create("xaa-ghq", paper.OFFICERS)
    with pytest.raises(SystemExit) as ended:
        app(["alert", "show", "nothing", "--home", str(home)])
    assert ended.value.code == 1
    assert "this desk was told of no alert nothing" in capsys.readouterr().err


def test_both_desks_have_both_menus() -> None:
    for each in (app, exercise_app):
        assert "issue" in each["alert"] and "request" in each["concern"]
    assert templates_form().pair.cancel.purpose == "CANCEL"
    assert from_xml(to_xml(cap_alert())) == cap_alert()
    assert Attribution().confidence is Confidence.UNKNOWN
