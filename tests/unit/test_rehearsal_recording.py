"""Traffic that took place becomes a scenario without a word of what was said."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from schemas.catalogue import KINDS
from schemas.envelope import Outer
from schemas.particulars import CONTRACTS
from schemas.parties import Lane, MessageType
from schemas.receipts import Position
from schemas.redelivery import RedeliverRecord
from services.rehearsal.format.checking import load
from services.rehearsal.outcome.standing import standings
from services.rehearsal.recording.names import Names
from services.rehearsal.recording.recorder import NothingRecorded, recorded
from services.rehearsal.recording.removed import PARTICULARS
from services.rehearsal.rehearsing import rehearse, told
from services.rehearsal.stage.ledgers import Traffic
from tests.kit.recordings import Played, played
from tests.kit.rehearsals import written

(ORDER,) = [kind for kind, contract in KINDS.items() if contract is RedeliverRecord]

WITH_THE_BUS = sorted(
    (Path(__file__).parent.parent / "scenarios").glob("*.with-the-bus.scenario.yaml")
)


@pytest.fixture(params=("hotline", "alerts", "notices", "visits", "agreements"))
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


@pytest.mark.parametrize("file", WITH_THE_BUS, ids=lambda file: file.name.split("-")[0])
def test_the_recording_of_a_crisis_ends_as_that_crisis_ended(file: Path, tmp_path: Path) -> None:
    crisis = played(file.name.removesuffix(".scenario.yaml"), file.parent)
    again = load(written(tmp_path, crisis.recording.yaml, "again"))
    outcome = rehearse(again.scenario)
    assert outcome.holds, told(outcome, again)
    names = crisis.recording.names
    before = standings(crisis.record, lambda what, name: renamed(names, what, name))
    assert standings(outcome.record) == before


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


def test_a_custodians_order_is_no_desks_word_and_is_counted() -> None:
    whole = played("notices")
    last = max(whole.traffic.entries, key=lambda each: each.received_at)
    said = KINDS[last.signed.payload_type].model_validate_json(last.signed.payload)
    assert isinstance(said, Outer)
    place = Position(topic="exercise.alerts.quarantine.v1", partition=0, offset=1)
    order = RedeliverRecord(
        message_id="a" * 32, matter=last.matter, sender="xqa-custodian-1", sequence=1,
        sent_at=last.received_at, message_type=MessageType.EXERCISE, exercise="CANARY 26",
        lane=Lane.PRIORITY, inside=said.inside, quarantined=place, digest="b" * 64, origin=place,
    )  # fmt: skip
    signed = last.signed.model_copy(
        update={
            "payload_type": ORDER,
            "payload": order.model_dump_json().encode(),
        }
    )
    more = last.model_copy(update={"signed": signed, "events": (), "tells": ()})
    traffic = Traffic((*whole.traffic.entries, more), whole.traffic.desks)
    found = recorded(traffic, "ordered")
    assert found.scenario["timeline"] == whole.recording.scenario["timeline"]
    assert found.by_itself == whole.recording.by_itself
    assert found.told == ["Left out: 1 of RedeliverRecord: no verb of a scenario says it"]


def test_what_a_desk_owes_is_named_by_what_it_follows_from() -> None:
    steps = played("agreements").recording.scenario["timeline"]
    (met,) = [s["agreement"] for s in steps if s.get("agreement", {}).get("says") == "meet"]
    notice = next(s["called"] for s in steps if s.get("send", {}).get("act") == "FACT_NOTICE")
    owed = met["with"]["obligation"]
    assert owed == {"protocol": "protocol-1", "step": 1, "regards": notice}


def test_what_was_detected_is_explained_by_the_same_notice_and_no_other() -> None:
    recording = played("notices").recording.scenario
    said = [each["notice"] for each in recording["timeline"]]
    places = [
        each["with"]["form"]["launch"]["impact_areas"][0]["circle"][0]["centre"]
        for each in said
        if each["says"] == "give" and "launch" in each["with"]["form"]
    ]
    assert len(places) == len(set(places)) == 3
    (seen,) = [each["with"]["form"]["points"] for each in said if each["says"] == "detected"]
    assert seen == [places[1]]
    assert set(places) < set(recording["places"])


def test_templates_and_lines_come_with_what_needs_them() -> None:
    whole = played("alerts")
    matters = {each.matter for each in whole.traffic.entries}
    assert "alert-templates-xqa-canary" in matters


def test_every_act_that_has_particulars_gets_some_in_their_place() -> None:
    assert set(PARTICULARS) == set(CONTRACTS)


def test_of_nothing_no_scenario_is_made() -> None:
    with pytest.raises(NothingRecorded):
        recorded(Traffic((), {}), "nothing")
