"""Traffic that took place becomes a scenario without a word of what was said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from schemas.particulars import CONTRACTS
from services.rehearsal.format.checking import load
from services.rehearsal.outcome.standing import standings
from services.rehearsal.recording.names import Names
from services.rehearsal.recording.recorder import NothingRecorded, recorded
from services.rehearsal.recording.removed import PARTICULARS
from services.rehearsal.rehearsing import rehearse, told
from services.rehearsal.stage.ledgers import Traffic
from tests.kit.recordings import Played, played
from tests.kit.rehearsals import written


@pytest.fixture(params=("hotline", "alerts", "visits", "agreements"))
def play(request: pytest.FixtureRequest) -> Played:
    return played(request.param)


def renamed(names: Names, what: str, name: str) -> str:
    if what == "message":
        return names.sent.get(name, name)
    return str(getattr(names, what)(name))


def test_all_that_four_services_and_a_line_carry_ends_in_a_replay_as_it_ended(
    play: Played, tmp_path: Path
) -> None:
    file = load(written(tmp_path, play.recording.yaml, "again"))
    again = rehearse(file.scenario)
    assert again.holds, told(again, file)
    before = standings(play.record, lambda what, name: renamed(play.recording.names, what, name))
    assert standings(again.record) == before
    assert len(before) > 4


def test_no_word_no_name_and_no_position_is_in_a_recording(play: Played) -> None:
    text = play.recording.yaml
    assert "canary" not in text.lower()
    assert "12.34" not in text and "65.43" not in text
    assert not any(nation in text for nation in ("XQ", "xq", "Averna"))
    assert "Removed." in text


def test_what_is_in_a_ledger_and_in_no_step_is_counted(play: Played) -> None:
    steps = len(play.recording.scenario["timeline"])
    left = sum(
        count for what, count in play.recording.left_out.items()
        if "LineRecord" not in what and "reference" not in what
    )  # fmt: skip
    assert steps + left + play.recording.by_itself == len(play.traffic.entries)
    head = [line for line in play.recording.yaml.splitlines() if line.startswith("# ")]
    assert [line.removeprefix("# ") for line in head if "Left out" in line] == play.recording.told


def test_what_cannot_be_turned_is_said_with_its_number_and_why() -> None:
    whole = played("hotline")
    (first,) = [
        each for each in whole.traffic.entries
        if each.command == whole.record.identity("stop")
    ]  # fmt: skip
    rest = tuple(each for each in whole.traffic.entries if each is not first)
    cut = recorded(Traffic(rest, whole.traffic.desks), "cut")
    about = Counter(what.split(":")[0] for what in cut.left_out)
    for kind in ("ReportReceived", "AcknowledgeMessage", "AttachTranslation"):
        assert f"Left out: 1 of {kind}: about something that is not in the recording" in cut.told
        assert about[kind] == 1
    assert "Left out: 1 of AcknowledgeMessage" in cut.yaml


def test_templates_and_lines_come_with_what_needs_them() -> None:
    whole = played("alerts")
    matters = {each.matter for each in whole.traffic.entries}
    assert "alert-templates-xqa-canary" in matters


def test_every_act_that_has_particulars_gets_some_in_their_place() -> None:
    assert set(PARTICULARS) == set(CONTRACTS)


def test_of_nothing_no_scenario_is_made() -> None:
    with pytest.raises(NothingRecorded):
        recorded(Traffic((), {}), "nothing")
