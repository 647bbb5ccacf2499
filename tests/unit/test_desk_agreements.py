"""What an officer types and sees of agreements, and what operators see."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.agreement_acts import InstrumentAction, Office
from schemas.agreement_facts import AgreementPhase, ObligationPhase, PartyPhase
from services.agreements import views
from services.bus.showing import document, shown
from services.bus.topics import Realm
from services.desk.agreements.forms import InstrumentForm, ProposalForm
from services.desk.commands.agreements import MENU, ExerciseAgreements, LiveAgreements
from services.desk.commands.app import app, exercise_app
from services.desk.commands.steps.agreements import (
    agreement_of,
    agreements_of,
    obligations_of,
    participants_of,
    submitted,
)
from services.desk.commands.steps.outcome import DONE, REFUSED
from services.desk.commands.typed.authority import InOffice
from services.desk.commands.typed.forms import form_in
from services.desk.commands.typed.usage import WrongUsage
from services.desk.home import Home
from services.desk.screen.agreements import OWED, PARTIES, PHASES
from services.desk.skeleton import skeleton
from services.desk.trouble import DeskTrouble
from tests.kit import paper
from tests.kit.agreements import MINISTER, AgreementCourt, powers, record
from tests.kit.house import House
from tests.kit.screens import printed
from tests.kit.treaties import TEXT, founded, in_force, known, notice


def test_every_state_has_plain_words() -> None:
    assert set(PHASES) == set(AgreementPhase)
    assert set(PARTIES) == set(PartyPhase)
    assert set(OWED) == set(ObligationPhase)


@pytest.mark.parametrize("group", [LiveAgreements, ExerciseAgreements])
def test_every_command_of_the_menu_is_there(group: type[Any]) -> None:
    for name in MENU:
        assert callable(getattr(group, name.replace("-", "_")))


async def test_screens_show_who_is_bound_what_is_owed_and_what_comes_next(
    memory_house: House,
) -> None:
    house = memory_house
    await founded(house)
    name = (await in_force(house, review_on=house.clock.now() + timedelta(days=365))).agreement
    await notice(house)
    await known(house, "xbb-ghq", name, lambda view: view.obligations)
    desk = house.desks["xbb-ghq"]

    listed = agreements_of(desk)
    text = printed(listed.screen)
    for words in (name, "IN_FORCE: in force", TEXT.title, "next:", "(in ", " ago)"):
        assert words in text
    (told,) = listed.document["agreements"]
    assert (told["phase"], told["title"]) == ("IN_FORCE", TEXT.title)

    since = desk.agreements.one(name).in_force_since
    assert since is not None
    then = participants_of(desk, name, since - timedelta(days=1))
    assert [row["phase"] for row in then.document["participants"]] == ["NONE", "NONE"]
    now = participants_of(desk, name, None)
    assert [row["phase"] for row in now.document["participants"]] == ["PARTY", "PARTY"]
    assert "RATIFICATION" in printed(now.screen)

    owed = obligations_of(desk)
    text = printed(owed.screen)
    assert "(this" in text and "OPEN" in text
    assert {each["owner"] for each in owed.document["obligations"]} == {"xaa-ghq", "xbb-ghq"}
    one = printed(agreement_of(desk, name, 30).screen)
    for words in ("protocol activated", "C.N.", "article 5(1)", "depositary xaa-dep"):
        assert words in one
    json.dumps([listed.document, owed.document, agreement_of(desk, name, 30).document])
    with pytest.raises(DeskTrouble, match="told of no agreement"):
        desk.agreements.one("none-such")
    with pytest.raises(DeskTrouble, match="owes nothing"):
        desk.agreements.take("ffff", by="duty-1")


async def test_a_refusal_is_told_with_its_reason_and_exit_code(memory_house: House) -> None:
    house = memory_house
    await founded(house)
    desk = house.desks["xaa-mfa"]
    made = record(agreement=house.matter("dca"))
    accepted = await submitted(
        desk, desk.agreements.propose(made, TEXT, MINISTER, by="duty-1"), "a proposal", 5
    )
    assert accepted.code == DONE
    again = await submitted(
        desk, desk.agreements.adopt(made.agreement, MINISTER, by="duty-1"), "an adoption", 5
    )
    assert again.code == REFUSED
    assert "StepTakenAlready" in printed(again.screen)
    with pytest.raises(DeskTrouble, match="no officer"):
        desk.agreements.adopt(made.agreement, MINISTER, by="nobody")


def test_office_and_full_powers_as_they_are_typed() -> None:
    assert InOffice(office=Office.FOREIGN_MINISTER).authority == MINISTER
    typed = InOffice(
        office=Office.PLENIPOTENTIARY, powers_by=Office.HEAD_OF_STATE,
        powers_dated="2026-01-01T12:00Z", powers_document="a" * 64,
    )  # fmt: skip
    assert typed.authority == powers()
    with pytest.raises(WrongUsage, match="full powers"):
        _ = InOffice(office=Office.OTHER, powers_by=Office.HEAD_OF_STATE).authority


def test_a_proposal_comes_from_a_form_in_json_or_yaml(tmp_path: Path) -> None:
    form = ProposalForm(authority=MINISTER, record=record(), text=TEXT)
    file = tmp_path / "dca.json"
    file.write_text(form.model_dump_json())
    assert form_in(file, ProposalForm) == form
    written = tmp_path / "signature.yaml"
    written.write_text(
        "instrument:\n  action: SIGNATURE\n  state: XAA\n  dated: 2026-01-01T12:00:00Z\n"
        "  authority:\n    office: FOREIGN_MINISTER\nwords:\n  text: Done at the capital.\n"
    )
    found = form_in(written, InstrumentForm)
    assert (found.instrument.action, found.words.language) == (InstrumentAction.SIGNATURE, "en")
    for contract in (ProposalForm, InstrumentForm):
        assert "authority" in skeleton(contract)


@pytest.mark.parametrize(("menu", "realm"), [(app, Realm.LIVE), (exercise_app, Realm.EXERCISE)])
def test_typed_at_a_desk_that_has_nothing(
    menu: Any, realm: Realm, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Home(tmp_path / "xaa-mfa").create("xaa-mfa", paper.OFFICERS)
    home = ["--home", str(tmp_path / "xaa-mfa")]
    assert menu(["agreement", "list", *home, "--json"], result_action="return_value") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["realm"], told["desk"], told["agreements"]) == (realm.value, "xaa-mfa", [])
    assert menu(["agreement", "obligations", *home], result_action="return_value") == 0
    assert "nothing is owed" in capsys.readouterr().out
    assert menu(["agreement", "show", "none", *home], result_action="return_value") == 1
    assert menu(["agreement", "form", "proposal"], result_action="return_value") == 0
    assert "record:" in capsys.readouterr().out


def test_operators_see_who_and_when_and_never_what() -> None:
    court = AgreementCourt().in_force(record(expires_on=AgreementCourt().now + timedelta(days=400)))
    matters = {court.matter: court.family}
    (row,) = views.agreements(matters)
    assert (row.phase, row.parties) == ("IN_FORCE", ("XAA", "XBB"))
    before = court.of().proposed_at - timedelta(days=1)
    standing = [
        [each.standing for each in views.participants(matters, row.agreement, at)]
        for at in (before, court.now)
    ]
    assert standing == [["NONE", "NONE"], ["PARTY", "PARTY"]]
    lapsing = views.lapsing(matters)
    assert [each.what for each in lapsing] == ["LAPSE_AHEAD", "EXPIRY"]
    assert views.obligations(matters) == [] and views.activations(matters) == []
    for rows in ([row], lapsing, views.participants(matters, row.agreement, court.now)):
        json.dumps([document(each) for each in rows])
        assert printed(shown(rows, court.now, Realm.LIVE))
