"""R7 and R8: menus that do not cross, and what one officer sends with few words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cyclopts import App

from schemas.acts import Act, Confidence, Terms
from schemas.particulars import TEXT_ALONE, CeaseAction, Fact, FactNotice
from schemas.parties import Classification, Precedence
from schemas.places import Compass, Offset
from services.desk.commands.app import app, exercise_app
from services.desk.commands.steps.outcome import DONE, TROUBLE, WRONG_USAGE
from services.desk.commands.typed.acts import BEGINNING, FOLLOWING
from services.desk.commands.typed.besides import Besides
from services.desk.commands.typed.times import point
from services.desk.commands.typed.urgent import NOWHERE, Ceased, Noticed, Urgent, Where
from services.desk.commands.typed.usage import WrongUsage
from services.desk.draft import flaws_of, refuse_one_officer
from services.desk.inner.words import EXERCISE_MARK
from tests.kit.house import House
from tests.kit.paper import NOON
from tests.kit.typed import message

URGENT = Urgent(matter="border-1", to=("xbb-ghq",))
KALTMOOR = Where(where="47.12,9.58", place="Kaltmoor", place_at="47.12,9.58")
LAUNCH = Noticed(
    fact=Fact.LAUNCH, at="2026-01-01T12:00Z", by_accident=True, weapon_class="Cruise missile",
    direction=Compass.WNW,
)  # fmt: skip
STOP = Ceased(what="Artillery fire", harmed="The people of the village", place=KALTMOOR)


# R8: templates.


def test_R8_a_notice_needs_time_kind_way_and_whether_it_was_meant() -> None:
    draft = LAUNCH.draft("xaa-ghq", URGENT)
    assert (draft.act, draft.precedence) == (Act.FACT_NOTICE, Precedence.FLASH)
    assert draft.subject == draft.text[:-1] == "LAUNCH, by accident; details follow"
    assert draft.label.classification is Classification.RESTRICTED
    assert draft.label.releasable_to == ("XAA", "XBB")
    said = draft.particulars
    assert isinstance(said, FactNotice)
    assert (said.by_accident, said.details_follow, said.where) == (True, True, None)
    assert flaws_of(draft, "xaa-ghq", NOON) == []
    refuse_one_officer(draft, "duty-1", "duty-1")


def test_R8_a_cry_to_stop_says_what_where_and_who_is_harmed() -> None:
    draft = STOP.draft("xaa-ghq", URGENT)
    assert (draft.act, draft.precedence) == (Act.CEASE_ACTION, Precedence.FLASH)
    assert draft.subject == "CEASE ACTION: Kaltmoor"
    assert draft.text == ("Stop: Artillery fire, Kaltmoor. It harms: The people of the village.")
    assert isinstance(draft.particulars, CeaseAction)
    assert flaws_of(draft, "xaa-ghq", NOON) == []
    refuse_one_officer(draft, "duty-1", "duty-1")


@pytest.mark.parametrize("how", ["corrects", "cancels"])
def test_R8_one_officer_corrects_and_cancels(how: str) -> None:
    draft = LAUNCH.draft("xaa-ghq", URGENT).model_copy(update={how: "0" * 32})
    refuse_one_officer(draft.model_copy(update={"act": Act.CONCERN}), "duty-1", "duty-1")


async def test_R8_both_go_out_by_one_officers_hand(memory_house: House) -> None:
    house = memory_house
    for said in (LAUNCH, STOP):
        draft = said.draft("xaa-ghq", Urgent(matter=house.matter(), to=("xbb-ghq",)))
        sent = await house.accepted("xaa-ghq", draft, drafter="duty-1", releaser="duty-1")
        assert (await house.given("xbb-ghq", sent)).flags == ()


def test_an_offset_is_typed_as_it_is_said() -> None:
    where = Where(where="47.2009,9.58", place="K", place_at="47.12,9.58", offset="9 km N").location
    assert where is not None
    assert where.place.offset == Offset(km=9, direction=Compass.N)
    with_area = Where(where="1,1", place="K", place_at="1,1", radius_km=2.0).location
    assert with_area is not None and with_area.area is not None
    assert NOWHERE.location is None


@pytest.mark.parametrize(
    "half",
    [
        {"where": "1,1"},
        {"where": "1,1", "place": "K"},
        {"where": "1", "place": "K", "place_at": "1,1"},
        {"where": "121,25", "place": "K", "place_at": "1,1"},
        {"where": "1,1", "place": "K", "place_at": "1,1", "offset": "nine km N"},
        {"where": "1,1", "place": "K", "place_at": "1,1", "offset": "9 km NEN"},
    ],
)
def test_half_a_place_is_wrong_usage(half: dict[str, Any]) -> None:
    with pytest.raises(WrongUsage):
        _ = Where(**half).location
    with pytest.raises(WrongUsage):
        Ceased(what="x", harmed="y", place=Where(**half)).draft("xaa-ghq", URGENT)


def test_a_notice_is_not_both_by_accident_and_meant() -> None:
    both = Noticed(fact=Fact.INCIDENT, at="2026-01-01T12:00Z", by_accident=True, on_purpose=True)
    with pytest.raises(WrongUsage, match="--by-accident or --on-purpose"):
        both.draft("xaa-ghq", URGENT)


@pytest.mark.parametrize("written", ["47.12", "47.12;9.58", "a,b", "1,2,3", "91,0"])
def test_a_position_is_two_numbers_on_earth(written: str) -> None:
    with pytest.raises(WrongUsage):
        point(written)


# Terms.


def test_terms_are_typed_as_options() -> None:
    typed = Besides(
        effective_at="2026-01-01T12:00Z", expires="none", review_at="2026-01-02T12:00Z",
        confidence=Confidence.HIGH, via="xcc-ghq", event="crash-1",
    )  # fmt: skip
    terms = typed.terms(regards="0" * 32)
    assert terms is not None
    assert terms.named() == {
        "effective_at", "expires", "review_at", "confidence", "via", "event", "regards",
    }  # fmt: skip
    assert terms.expires == "NONE"
    assert Besides().terms() is None
    draft = message("border-1", besides=Besides(breaks_into="STEADY 26")).draft("xaa-ghq")
    assert draft.terms == Terms(breaks_into="STEADY 26")
    for wrong in (Besides(expires="soon"), Besides(via="not a desk"), Besides(regards="x")):
        with pytest.raises(WrongUsage):
            wrong.terms()


# R7: menus and wording.


def menu(desks: App) -> set[str]:
    return {name for name in desks if not name.startswith("-")}


def test_R7_every_act_has_its_command_on_both_desks() -> None:
    named = {row.act for row in (*BEGINNING, *FOLLOWING)}
    assert named == set(Act) - {Act.FREE_TEXT, Act.FACT_NOTICE, Act.CEASE_ACTION}
    assert named >= TEXT_ALONE - {Act.FREE_TEXT}
    for desks in (app, exercise_app):
        assert menu(desks["act"]) >= {row.name for row in (*BEGINNING, *FOLLOWING)}
        assert menu(desks) >= {"fact-notice", "cease-action", "template", "accounts", "translate"}


NOTICE = (
    *("fact-notice", "--matter", "border-1", "--to", "xbb-ghq", "--fact", "incident"),
    *("--at", "2026-01-01T12:00Z", "--by", "duty-1"),
)
PROTEST = (
    *("act", "protest", "--matter", "border-1", "--to", "xbb-ghq", "--subject", "s", "--text", "t"),
    *("--precedence", "routine", "--classification", "secret", "--by", "duty-1"),
)


@pytest.mark.parametrize("words", [NOTICE, PROTEST], ids=["fact-notice", "protest"])
def test_R7_the_live_desk_takes_no_exercises_name_and_the_other_needs_it(
    words: tuple[str, ...],
) -> None:
    for desks, typed in ((app, (*words, "--exercise", "STEADY 26")), (exercise_app, words)):
        with pytest.raises(SystemExit) as ended:
            desks(list(typed), result_action="return_value")
        assert ended.value.code == WRONG_USAGE


def test_R7_an_exercise_cry_stands_between_its_marks_and_no_live_one_does() -> None:
    for said in (LAUNCH, STOP):
        play = said.draft("xaa-ghq", URGENT, "STEADY 26")
        assert play.exercise == "STEADY 26"
        assert play.text.startswith(EXERCISE_MARK) and play.text.endswith("STEADY 26")
        assert flaws_of(play, "xaa-ghq", NOON) == []
        assert EXERCISE_MARK not in said.draft("xaa-ghq", URGENT).text


def test_R7_live_words_in_an_exercise_cry_are_refused() -> None:
    urgent = Urgent(matter="ex-1", to=("xbb-ghq",), text="This is not a drill.")
    play = STOP.draft("xaa-ghq", urgent, "STEADY 26")
    assert [flaw.code for flaw in flaws_of(play, "xaa-ghq", NOON)] == ["LivePhrase"]


# On the desk's own disk.


@pytest.fixture
def home(tmp_path: Path) -> Path:
    words = ["init", "xaa-ghq", "--officer", "duty-1", "--home", str(tmp_path / "xaa-ghq")]
    assert app(words, result_action="return_value") == DONE
    return tmp_path / "xaa-ghq"


def test_a_template_is_printed_and_taken_as_a_file(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert app(["template", "protest"], result_action="return_value") == DONE
    skeleton = capsys.readouterr().out
    file = tmp_path / "protest.toml"
    draft = ["draft", *PROTEST[2:], "--act", "protest", "--particulars-file", str(file)]
    draft += ["--home", str(home)]
    file.write_text(skeleton)
    assert app(draft, result_action="return_value") == WRONG_USAGE
    file.write_text(skeleton.replace('""', '"Words"'))
    assert app(draft, result_action="return_value") == DONE
    capsys.readouterr()
    app(["drafts", "--home", str(home)], result_action="return_value")
    shown = capsys.readouterr().out
    assert "act PROTEST" in shown and "demand: Words" in shown


def test_an_act_without_its_file_is_told_where_to_get_it(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draft = ["draft", *PROTEST[2:], "--act", "protest", "--home", str(home)]
    assert app(draft, result_action="return_value") == TROUBLE
    assert "detente desk template PROTEST" in " ".join(capsys.readouterr().err.split())


def test_accounts_of_a_matter_of_which_nothing_is_held(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["accounts", "border-1", "--home", str(home)]
    assert app(words, result_action="return_value") == DONE
    assert "no accounts" in capsys.readouterr().out
