"""Each kind of expectation holds and fails where it should, and says what was seen."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.rehearsal.format.patterns import PATTERNS
from services.rehearsal.outcome.finding import FINDS
from services.rehearsal.outcome.judging import Judge
from services.rehearsal.outcome.record import Alarm, Record
from services.rehearsal.outcome.sentences import SENTENCES
from services.rehearsal.rehearsing import rehearse, told
from tests.kit.rehearsals import crisis

HOLD_AND_FAIL = {
    "accepted": ("{step: stop}", "{step: wrong}", "refused by the DESK: FarFromPlace"),
    "refused": (
        "{step: wrong, with: FarFromPlace}", "{step: stop, with: FarFromPlace}", "accepted"
    ),
    "delivered": (
        "{message: stop, desk: xbb-ghq}",
        "{message: stop, desk: xbb-mfa}",
        "never seen; instead",
    ),
    "received": (
        "{message: stop, desk: xbb-ghq}",
        "{message: unheard, desk: xbb-mfa}",
        "never seen",
    ),
    "acknowledged": (
        "{message: stop, desk: xbb-ghq, officer: duty-1}",
        "{message: stop, desk: xbb-ghq, officer: duty-2}",
        "MessageAcknowledged xbb-ghq duty-1 at 12:03Z",
    ),
    "with_principal": (
        "{message: stop, desk: xbb-ghq}",
        "{message: word, desk: xbb-ghq}",
        "MessageAcknowledged",
    ),
    "replied": ("{message: stop, by: xbb-ghq}", "{message: stop, by: xbb-mfa}", "MessageReplied"),
    "unanswered": (
        "{message: stop, nation: XBB}",
        "{message: stop, nation: XAA}",
        "AnswerOverdue XBB at 12:06Z",
    ),
    "overdue": (
        "{message: unheard, desk: xbb-ghq}",
        "{message: stop, desk: xbb-ghq}",
        "MessageAcknowledged",
    ),
    "told": (
        "{desk: xaa-ghq, notice: AcknowledgementOverdue, about: unheard}",
        "{desk: xaa-ghq, notice: AcknowledgementOverdue, about: stop}",
        "MessageReplied",
    ),
    "flagged": (
        "{message: many-words, desk: xaa-ghq, flag: OverWordCeiling}",
        "{message: stop, desk: xbb-ghq, flag: OverWordCeiling}",
        "no flag",
    ),
    "alarmed": (None, "{desk: xbb-ghq, code: BadSignature}", "instead: nothing"),
    "message": (
        "{message: concern, is: SUPERSEDED}",
        "{message: stop, is: CANCELLED}",
        "STANDING at 12:01Z",
    ),
    "leg": (
        "{message: stop, desk: xbb-ghq, is: WITH_PRINCIPAL}",
        "{message: word, desk: xbb-ghq, is: WITH_PRINCIPAL}",
        "ACKNOWLEDGED at 12:17Z",
    ),
    "exchange": (
        "{between: [XAA, XBB], is: CONCERN_RAISED, matter: tanks}",
        "{between: [XAA, XBB], is: AGREED, matter: tanks}",
        "CONCERN_RAISED at 12:24Z",
    ),
    "undertaking": (
        "{message: word, is: IN_EFFECT}",
        "{message: word, is: COLLAPSED}",
        "IN_EFFECT at 12:20Z",
    ),
    "contact": (
        "{request: call, is: NO_RESPONSE}",
        "{request: call, is: DECLINED}",
        "NO_RESPONSE at 12:30Z",
    ),
    "line": (
        "{line: hl-one, is: OPERATIONAL}",
        "{line: hl-one, is: SUSPENDED}",
        "OPERATIONAL",
    ),
    "record": ("{of: question, is: OPEN}", "{of: question, is: CLOSED}", "OPEN at 12:55Z"),
    "prompted": (
        "{desk: xaa-ghq, about: word, is: PROMPTED}",
        "{desk: xaa-ghq, about: word, is: SETTLED}",
        "PROMPTED at 12:53Z",
    ),
    "corroboration": (
        "{of: missile, desk: xaa-ghq, is: UNCORROBORATED}",
        "{of: missile, desk: xaa-ghq, is: CORROBORATED}",
        "UNCORROBORATED at 12:57Z",
    ),
    "recorded": (
        "{event: ExchangeMoved, matter: tanks, where: {phase: CONCERN_RAISED}}",
        "{event: ExchangeMoved, matter: tanks, where: {phase: AGREED}}",
        "ExchangeMoved CONCERN_RAISED at 12:24Z",
    ),
    "happened": ("{step: dawn}", "{step: wrong}", "send at 12:02Z"),
}  # fmt: skip
KNOWN_REFUSAL = "  - {refused: {step: wrong, with: FarFromPlace}}\n"


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The small crisis, once for all: what is expected of it changes nothing in it."""
    return rehearse(crisis(tmp_path_factory.mktemp("crisis")).scenario).record


def judged(played: Record, folder: Path, expectation: str) -> tuple[bool, str]:
    """Whether one expectation of the crisis holds, and what was seen."""
    more = f"expectations:\n{KNOWN_REFUSAL}  - {expectation}\n"
    scenario = crisis(folder, more).scenario
    record = Record(**{**{n: getattr(played, n) for n in Record.__slots__}, "scenario": scenario})
    verdicts = Judge(record).verdicts()
    assert verdicts[0].holds, verdicts[0]
    assert len(verdicts) == 2, verdicts
    return verdicts[1].holds, verdicts[1].seen


def test_every_kind_is_tried_here_and_looked_for_somewhere() -> None:
    assert set(HOLD_AND_FAIL) == set(PATTERNS) == set(FINDS) == set(SENTENCES)


@pytest.mark.parametrize("kind", [k for k, (good, _, _) in HOLD_AND_FAIL.items() if good])
def test_a_right_expectation_holds(kind: str, played: Record, tmp_path: Path) -> None:
    good, _, _ = HOLD_AND_FAIL[kind]
    assert judged(played, tmp_path, f"{{{kind}: {good}}}")[0]


@pytest.mark.parametrize("kind", HOLD_AND_FAIL)
def test_a_wrong_expectation_fails_and_says_what_was_seen_instead(
    kind: str, played: Record, tmp_path: Path
) -> None:
    _, bad, instead = HOLD_AND_FAIL[kind]
    holds, seen = judged(played, tmp_path, f"{{{kind}: {bad}}}")
    assert not holds
    assert instead in seen, seen


@pytest.mark.parametrize("kind", [k for k, (good, _, _) in HOLD_AND_FAIL.items() if good])
def test_never_fails_where_it_was_seen(kind: str, played: Record, tmp_path: Path) -> None:
    good, _, _ = HOLD_AND_FAIL[kind]
    holds, seen = judged(played, tmp_path, f"{{never: {{{kind}: {good}}}}}")
    assert not holds
    assert seen.startswith("seen "), seen


@pytest.mark.parametrize("kind", [k for k, each in PATTERNS.items() if each.lasts])
def test_a_wrong_end_fails_and_says_how_it_stands(
    kind: str, played: Record, tmp_path: Path
) -> None:
    _, bad, _ = HOLD_AND_FAIL[kind]
    holds, seen = judged(played, tmp_path, f"{{ends: {{{kind}: {bad}}}}}")
    assert not holds
    assert " since " in seen, seen


@pytest.mark.parametrize(
    ("expectation", "seen"),
    [
        ("{acknowledged: {message: stop, desk: xbb-ghq}, by: stop + 1m}", "1m late: Message"),
        ("{acknowledged: {message: stop, desk: xbb-ghq}, not_before: stop + 5m}", "too early"),
        (
            "{ends: {exchange: {between: [XAA, XBB], is: PROPOSED, matter: tanks}}, by: '12:20'}",
            "OPEN since 12:00Z",
        ),
    ],
)
def test_a_wrong_time_fails_and_says_by_how_much(
    expectation: str, seen: str, played: Record, tmp_path: Path
) -> None:
    holds, found = judged(played, tmp_path, expectation)
    assert not holds
    assert found.startswith(seen), found


def test_a_refusal_that_nobody_expected_fails_the_rehearsal(tmp_path: Path) -> None:
    outcome = rehearse(crisis(tmp_path).scenario)
    assert [each.number for each in outcome.failed] == [-1]
    assert "refused by the DESK at 12:02Z: FarFromPlace" in outcome.failed[0].seen


def test_a_failure_names_file_and_line(tmp_path: Path) -> None:
    more = f"expectations:\n{KNOWN_REFUSAL}  - {{overdue: {{message: stop, desk: xbb-ghq}}}}\n"
    file = crisis(tmp_path, more)
    said = told(rehearse(file.scenario), file)
    line = file.file.read_text().splitlines().index("  - {overdue: {message: stop, desk: xbb-ghq}}")
    assert f"{file.file}:{line + 1}, expectation 2; never seen; instead: " in said


def test_an_alarm_is_seen_where_one_was_raised(played: Record, tmp_path: Path) -> None:
    """No desk of a rehearsal can raise one by itself: everything there is honestly signed."""
    alarm = Alarm(datetime(2026, 1, 31, 12, 5, tzinfo=UTC), "xbb-ghq", "BadSignature")
    raised = Record(**{**{n: getattr(played, n) for n in Record.__slots__}, "alarms": [alarm]})
    expected = "{alarmed: {desk: xbb-ghq, code: BadSignature}, by: '12:05'}"
    assert judged(raised, tmp_path, expected) == (True, "BadSignature at 12:05Z")
    holds, seen = judged(raised, tmp_path, expected.replace("BadSignature", "SequenceReused"))
    assert (holds, seen) == (False, "never seen; instead: BadSignature at 12:05Z")
    for wrong, said in (
        (expected.replace("'12:05'", "'12:04'"), "1m late: BadSignature at 12:05Z"),
        (expected.replace("by: '12:05'", "not_before: '12:06'"), "too early: BadSignature at"),
    ):
        holds, seen = judged(raised, tmp_path, wrong)
        assert not holds and seen.startswith(said), seen


@pytest.mark.parametrize("kind", [k for k, (good, _, _) in HOLD_AND_FAIL.items() if good])
def test_each_kind_fails_by_a_time_before_it_and_not_before_a_time_after_it(
    kind: str, played: Record, tmp_path: Path
) -> None:
    good, _, _ = HOLD_AND_FAIL[kind]
    early, seen = judged(played, tmp_path, f"{{{kind}: {good}, by: -1d}}")
    assert not early and re.match(r"(\d+\w )+late: .* at ", seen), seen
    late, seen = judged(played, tmp_path, f"{{{kind}: {good}, not_before: +1d}}")
    assert not late and seen.startswith("too early: "), seen


@pytest.mark.parametrize("kind", HOLD_AND_FAIL)
def test_what_is_expected_is_told_in_a_sentence(kind: str, played: Record, tmp_path: Path) -> None:
    _, bad, _ = HOLD_AND_FAIL[kind]
    more = f"expectations:\n{KNOWN_REFUSAL}  - {{never: {{{kind}: {bad}}}, by: '13:00'}}\n"
    scenario = crisis(tmp_path, more).scenario
    record = Record(**{**{n: getattr(played, n) for n in Record.__slots__}, "scenario": scenario})
    said = Judge(record).verdicts()[1].expects
    assert said.startswith("never: ") and said.endswith(" by 13:00Z")
    assert not re.search(r"[{}()]|None", said), said
