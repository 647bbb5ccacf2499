"""A scenario's file: what is wrong is told with file, line and what was meant."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest

from services.desk.commands.typed import forms
from services.rehearsal.format import times
from services.rehearsal.format.checking import load
from services.rehearsal.format.library import LIBRARIES, words_of
from services.rehearsal.format.reading import ScenarioWrong, files_in
from services.rehearsal.format.schema import PUBLISHED, schema
from services.rehearsal.format.starting import started
from services.rehearsal.format.verbs import VERBS
from services.rehearsal.play.doing import DOES
from tests.kit.recordings import PLAYS
from tests.kit.rehearsals import CRISIS, written

SCENARIOS = Path(__file__).parent.parent / "scenarios"
EXPECTS = "expectations:\n  - {acknowledged: {message: stop, desk: xbb-ghq}}\n"
FAULTS = [
    # What stands there, what is written instead, and what is told of it.
    ("precedence: FLASH", "precedense: FLASH",
     "precedense: there is no such field here; did you mean precedence?"),
    ("desk: xaa-ghq\n    send:\n      to: [xbb-ghq]\n      precedence: FLASH\n      act: CEASE",
     "desk: xaa-ghk\n    send:\n      to: [xbb-ghq]\n      precedence: FLASH\n      act: CEASE",
     "timeline.0.desk: there is no desk xaa-ghk; did you mean xaa-ghq?"),
    ("to: [xbb-ghq]", "to: [xbb-gqh]", "there is no desk xbb-gqh; did you mean xbb-ghq?"),
    ("by: duty-1\n", "by: duty-9\n", "duty-9 is no officer of xaa-ghq; did you mean duty-3?"),
    ("{message: stop}", "{message: stob}", "no step is called stob; did you mean stop?"),
    ("{message: stop, desk", "{message: halt, desk", "no step is called halt; there are "),
    ("answers: stop", "answers: stopt", "no step is called stopt; did you mean stop?"),
    ('reply_by: "12:06"', "reply_by: 6 minutes", "write a time in UTC as 12:40"),
    ('at: "12:15"', 'at: "25:15"', "write a time in UTC as 12:40"),
    ('at: "12:15"', "at: stoped + 5m", "no step is called 'stoped'; did you mean stopped?"),
    ('at: "12:15"', "at: word + 5m", "word → word: these wait for each other"),
    ('at: "12:15"', 'at: "11:15"', "11:15 lies before the beginning"),
    ("within: 2m", "within: two minutes", "is no span of time: write 90s, 10m, 2h 30m or 1d"),
    ("act: CONCERN\n      text: Tanks", "act: CONCERT\n      text: Tanks",
     "act: there is no CONCERT here; did you mean CONCERN?"),
    ("precedence: FLASH", "precedence: FLAHS", "there is no FLAHS here; did you mean FLASH?"),
    ("precedence: FLASH", "precedence: QUICK",
     "there is no QUICK here; there are DEFERRED, ROUTINE, PRIORITY, IMMEDIATE, FLASH, OVERRIDE"),
    ("scenario: kaltmoor", "scenario: Kaltmoor 1",
     "'Kaltmoor 1' does not fit: 3 to 59 small letters, digits and hyphens"),
    ("where: Kaltmoor, harmed", "where: Kaltmor, harmed",
     "is neither LATITUDE,LONGITUDE nor a place of this scenario; did you mean Kaltmoor?"),
    ("expires: NONE", "expire: NONE", "expire: there is no such field here; did you mean expires?"),
    ("called: word\n", "called: stop\n", "another step is called stop too"),
    ("says: request", "says: requst", "risks do not say requst; did you mean request?"),
    ("name: tanks", "nam: tanks", "request takes no nam; did you mean name?"),
    ("requested: XBB", "requestet: XBB", "requestet: there is no such field here"),
    ("between: [xaa-ghq, xbb-ghq]}", "between: [xaa-ghq, xbb-gh]}", "there is no desk xbb-gh"),
    ("happens: The sun rises.", "happens: The sun rises., desk: xaa-ghq",
     "`happens` is done by no desk"),
    ("principal: {message: stop}", "principal: {message: stop}, open: {message: stop}",
     "and not open and principal at once"),
    ("  XBB:\n", "  XB:\n", "a fictional nation's code, XAA to XZZ"),
    ("title: A small", "titel: A small", "titel: there is no such field here; did you mean title?"),
    ('text: "Is anybody there?"}', "text: Is anybody there?}", "put texts in quotes"),
    ("desk: xbb-ghq\n    send: {answers", "desk: xbb-mfa\n    send: {answer",
     "answer: there is no such field here; did you mean answers?"),
]  # fmt: skip


@pytest.mark.parametrize(("there", "instead", "said"), FAULTS)
def test_a_fault_is_told_with_its_file_its_line_and_what_was_meant(
    there: str, instead: str, said: str, tmp_path: Path
) -> None:
    text = (CRISIS + EXPECTS).replace(there, instead, 1)
    file = written(tmp_path, text)
    with pytest.raises(ScenarioWrong) as wrong:
        load(file)
    told = str(wrong.value)
    assert said in told, told
    assert f"{file}: line " in told
    line = next(
        number
        for number, (was, now) in enumerate(
            zip((CRISIS + EXPECTS).splitlines(), text.splitlines(), strict=False), 1
        )
        if was != now
    )
    lines = [
        int(each.split("line ")[1].split(":")[0]) for each in told.splitlines() if "line " in each
    ]
    assert any(abs(each - line) <= 2 for each in lines) or "happens" in there, (line, told)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it is empty; `detente rehearse new` begins a scenario"),
        ("- a\n- b\n", "`detente rehearse new` begins a scenario"),
        (CRISIS.replace("  XAA:", "\tXAA:"), "indent with spaces, not with tabs"),
        (CRISIS.replace("timeline:", "timeline"), "a colon is missing there or in the line before"),
        (CRISIS.replace("ends:", "title: Again\nends:", 1), "title stands there twice"),
    ],
    ids=("empty", "list", "tab", "colon", "twice"),
)
def test_a_file_that_is_no_table_is_told_with_what_was_probably_meant(
    text: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ScenarioWrong) as wrong:
        load(written(tmp_path, text))
    assert said in str(wrong.value), wrong.value
    assert "line " in str(wrong.value) or text == "" or text.startswith("-")


def test_what_merely_follows_from_another_fault_is_not_told(tmp_path: Path) -> None:
    with pytest.raises(ScenarioWrong) as wrong:
        load(written(tmp_path, started("one-fault").replace("precedence: FLASH", "act: NOTHING")))
    assert len(wrong.value.faults) == 1, wrong.value


def test_a_file_that_is_not_there_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(ScenarioWrong, match="there is no such file"):
        load(tmp_path / "nothing.scenario.yaml")


def test_a_line_that_nobody_at_one_end_may_release_on_is_told(tmp_path: Path) -> None:
    text = CRISIS.replace(
        "between: [xaa-ghq, xbb-ghq]}", "between: [xaa-ghq, xbb-ghq], release_authority: [chief]}"
    )
    with pytest.raises(ScenarioWrong, match="nobody at xaa-ghq may release on it; officers there"):
        load(written(tmp_path, text))


def test_a_desk_that_is_unmanned_does_nothing(tmp_path: Path) -> None:
    text = CRISIS.replace('{at: "12:04", called: known', '{at: "12:45", called: known')
    with pytest.raises(ScenarioWrong, match="xbb-ghq is unmanned then"):
        load(written(tmp_path, text))


def test_a_notice_that_no_service_gives_is_no_expectation(tmp_path: Path) -> None:
    more = "expectations:\n  - {told: {desk: xaa-ghq, notice: LadderClimb}}\n"
    with pytest.raises(ScenarioWrong, match="did you mean LadderClimbed"):
        load(written(tmp_path, CRISIS + more))


def test_what_a_desk_owes_is_named_whole(tmp_path: Path) -> None:
    play = (PLAYS / "agreements.scenario.yaml").read_text()
    file = written(tmp_path, play.replace("step: 1, regards: notice", "step: 1, regards: notise"))
    with pytest.raises(ScenarioWrong, match="no step is called notise"):
        load(file)
    file = written(tmp_path, play.replace("step: 1, regards: notice", "regards: notice"))
    with pytest.raises(ScenarioWrong, match="step: it is missing"):
        load(file)


def test_a_case_names_its_source_and_its_history(tmp_path: Path) -> None:
    text = CRISIS.replace("begins:", "version: WITH_THE_BUS\nbegins:", 1)
    with pytest.raises(ScenarioWrong, match="names its case, its source, and its history"):
        load(written(tmp_path, text))


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        ("12:40", datetime(2026, 1, 31, 12, 40, tzinfo=UTC)),
        ("12:40:30Z", datetime(2026, 1, 31, 12, 40, 30, tzinfo=UTC)),
        ("2026-02-02 06:00", datetime(2026, 2, 2, 6, tzinfo=UTC)),
        ("2026-02-02T06:00Z", datetime(2026, 2, 2, 6, tzinfo=UTC)),
        ("+10m", datetime(2026, 1, 31, 12, 10, tzinfo=UTC)),
        ("stop + 1h 30m", datetime(2026, 1, 31, 13, 31, tzinfo=UTC)),
        ("stop - 30s", datetime(2026, 1, 31, 12, 0, 30, tzinfo=UTC)),
        ("stop", datetime(2026, 1, 31, 12, 1, tzinfo=UTC)),
    ],
)
def test_times_are_a_clocks_a_dates_or_after_something(when: str, moment: datetime) -> None:
    begins = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert times.moment(when, begins, times.moments({"stop": "12:01"}, begins)) == moment


@pytest.mark.parametrize(
    ("apart", "told"),
    [(40, "40s"), (1620, "27m"), (3900, "1h 05m"), (183600, "2d 03h"), (-90, "-1m 30s")],
)
def test_spans_are_told_as_they_are_read(apart: float, told: str) -> None:
    assert times.length(timedelta(seconds=apart)) == told


def test_the_published_schema_is_that_of_the_contract() -> None:
    assert json.loads(PUBLISHED.read_text()) == json.loads(json.dumps(schema())), (
        "write it anew: detente rehearse schema > services/rehearsal/format/scenario.schema.json"
    )


@pytest.mark.parametrize("file", files_in([SCENARIOS]), ids=lambda file: file.name)
def test_every_scenario_is_one_by_the_published_schema(file: Path) -> None:
    value, _ = forms.read(forms.written_in(file))
    jsonschema.validate(value, json.loads(PUBLISHED.read_text()))


def test_every_verb_is_done_somewhere_and_takes_the_desks_whole_library() -> None:
    assert set(VERBS) == set(DOES)
    assert {len(words_of(verb)) > 0 for verb in LIBRARIES} == {True}
    assert {"issue", "cancel", "correct", "acknowledge"} <= set(words_of("alert"))
    assert {"propose", "instrument", "record", "notify"} <= set(words_of("agreement"))
    assert {"request", "certify", "decide", "report"} <= set(words_of("visit"))


def test_all_fifteen_cases_are_there_in_both_versions() -> None:
    cases: dict[str, set[str]] = {}
    for file in files_in([SCENARIOS]):
        scenario = load(file).scenario
        assert scenario.case is not None
        cases.setdefault(scenario.case.split()[0], set()).add(scenario.version.value)
    wanted = {f"S{n}" for n in (1, 3, 4, 5, 6, 7, 8, 10, 14, 15, 16, 17, 18, 21, 22)}
    assert set(cases) == wanted
    assert all(each == {"AS_IT_HAPPENED", "WITH_THE_BUS"} for each in cases.values())
