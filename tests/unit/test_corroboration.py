"""S14: what rests on one source alone says so, until a second, independent one speaks."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.alerts import (
    CancelAlert,
    ContradictAlert,
    CorroborateAlert,
    IssueAlert,
    UpdateAlert,
)
from schemas.cap import Severity, Status, Urgency
from schemas.crisis import EventCode
from schemas.parties import Precedence
from schemas.sources import FINDINGS_MAX, Corroboration, Source, SourceKind
from services.alerts import views
from services.desk.alerts.composing import marked
from services.desk.commands.steps.alerts import alert_of, alerts_of, exported
from services.desk.screen.alerts import happened_words
from tests.kit.alerts import CHAIN, AlertCourt, approved, source
from tests.kit.court import code
from tests.kit.house import House
from tests.twins.test_alerts import MILITARY, MINISTRY, SENDER, accepted, issued, told
from tests.unit.test_desk_alerts import screen

SATELLITE = source("XAA", "satellite-3", SourceKind.SATELLITE)
RADAR = source("XBB", "radar-7")
SLOW: dict[str, Any] = {
    "urgency": Urgency.EXPECTED, "severity": Severity.SEVERE, "precedence": Precedence.PRIORITY,
}  # fmt: skip


def resting_on(*sources: Source, **fields: Any) -> AlertCourt:
    court = AlertCourt()
    court.done(IssueAlert, sources=sources or None, **fields)
    return court


def says(court: AlertCourt, kind: type[Any], sender: str = "xbb-ghq", **fields: Any) -> Any:
    fields = {"source": RADAR, "references": court.newest(), "lane": court.chain.newest.lane,
              **fields}  # fmt: skip
    return court.tell(kind, sender, **fields)


def mark(court: AlertCourt) -> str | None:
    """As operators see it."""
    (shown,) = views.chains({CHAIN: court.of()})
    return shown.corroboration


def test_a_flash_of_one_source_or_of_none_that_is_named_is_uncorroborated() -> None:
    assert mark(resting_on(SATELLITE)) == "UNCORROBORATED"
    assert mark(resting_on()) == "UNCORROBORATED"
    assert mark(resting_on(SATELLITE, RADAR)) == "CORROBORATED"


def test_what_travels_more_slowly_is_not_asked_until_another_source_speaks() -> None:
    court = resting_on(SATELLITE, **SLOW)
    assert mark(court) == "-"
    assert code(says(court, ContradictAlert)) == "accepted"
    assert mark(court) == "CONTRADICTED"


def test_a_second_source_is_told_to_all_who_had_the_alert() -> None:
    court = resting_on(SATELLITE)
    says(court, CorroborateAlert)
    entry = court.entries[-1][0]
    assert {each.to for each in entry.tells} == {"xaa-ghq", "xbb-ghq", "xbb-mfa"}
    for each in entry.tells:
        assert each.notice.standing.corroboration is Corroboration.CORROBORATED


def test_the_sender_may_bring_a_second_source_itself() -> None:
    court = resting_on(SATELLITE)
    again = says(court, CorroborateAlert, "xaa-ghq", source=SATELLITE)
    assert code(again) == "SameSource"
    other = source("XAA", "radar-1")
    assert code(says(court, CorroborateAlert, "xaa-ghq", source=other)) == "accepted"
    assert mark(court) == "CORROBORATED"


def test_a_source_counts_once_whoever_passes_its_word_on() -> None:
    court = resting_on(SATELLITE)
    assert code(says(court, CorroborateAlert, source=SATELLITE)) == "SameSource"
    renamed = source("XAA", "satellite-3", SourceKind.REPORT)
    assert code(says(court, CorroborateAlert, source=renamed)) == "SameSource"
    assert code(says(court, CorroborateAlert)) == "accepted"
    assert code(says(court, CorroborateAlert)) == "AnsweredAlready"
    assert code(says(court, ContradictAlert, "xbb-mfa")) == "SameSource"


def test_a_desk_takes_back_what_its_own_source_said() -> None:
    court = resting_on(SATELLITE)
    says(court, CorroborateAlert)
    assert code(says(court, ContradictAlert)) == "accepted"
    assert mark(court) == "CONTRADICTED"


def test_sources_that_differ_leave_it_disputed() -> None:
    court = resting_on(SATELLITE)
    says(court, CorroborateAlert)
    says(court, ContradictAlert, "xbb-mfa", source=source("XBB", "post-2", SourceKind.OBSERVER))
    assert mark(court) == "DISPUTED"


def test_what_an_update_takes_over_as_its_own_counts_once() -> None:
    court = resting_on(SATELLITE)
    says(court, CorroborateAlert)
    court.done(UpdateAlert, identifier="launch-1.2", references=court.newest(), sources=(RADAR,))
    assert mark(court) == "UNCORROBORATED"
    late = says(
        court, CorroborateAlert, source=SATELLITE, references=(court.chain.words[0].message,)
    )
    assert code(late) == "EventChanged"
    assert code(says(court, CorroborateAlert, source=SATELLITE)) == "accepted"
    assert mark(court) == "CORROBORATED"


def test_an_update_that_names_no_source_rests_on_what_was_named() -> None:
    court = resting_on(SATELLITE, RADAR)
    court.done(UpdateAlert, identifier="launch-1.2", references=court.newest())
    assert mark(court) == "CORROBORATED"


def test_what_bore_out_another_kind_of_event_bears_out_nothing_of_this_one() -> None:
    court = resting_on(SATELLITE)
    says(court, CorroborateAlert)
    court.done(
        UpdateAlert, identifier="launch-1.2", references=court.newest(),
        event_code=EventCode.UNIDENTIFIED_OBJECT, templates=approved(EventCode.UNIDENTIFIED_OBJECT),
    )  # fmt: skip
    assert mark(court) == "UNCORROBORATED"


def test_a_warning_that_was_withdrawn_can_still_be_borne_out() -> None:
    court = resting_on(SATELLITE)
    court.done(CancelAlert, references=court.newest())
    assert code(says(court, CorroborateAlert)) == "accepted"


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"references": ()}, "ReferenceMissing"),
        ({"references": ("0" * 32, "1" * 32)}, "AmbiguousReference"),
        ({"references": ("0" * 32,)}, "UnknownReference"),
        ({"officer": "nobody-9"}, "UnknownOfficer"),
        ({"sender": "xcc-ghq"}, "NotGivenAlert"),
    ],
)
def test_a_word_that_is_not_whole_counts_for_nothing(fields: dict[str, Any], refusal: str) -> None:
    court = resting_on(SATELLITE)
    sender = fields.pop("sender", "xbb-ghq")
    assert code(says(court, CorroborateAlert, sender, **fields)) == refusal
    assert mark(court) == "UNCORROBORATED"


def test_no_more_sources_speak_than_a_chain_carries() -> None:
    court = resting_on(SATELLITE)
    for number in range(FINDINGS_MAX):
        each = source("XBB", f"radar-{number}")
        assert code(says(court, CorroborateAlert, source=each)) == "accepted"
    assert code(says(court, CorroborateAlert, source=source("XBB", "more"))) == "TooManySources"


def test_sources_that_are_named_twice_or_not_as_names_are_refused_before_anything() -> None:
    with pytest.raises(ValidationError, match="each source stands once"):
        resting_on(SATELLITE, SATELLITE)
    with pytest.raises(ValidationError):
        source("XAA", "Radar at 30N 72E")
    with pytest.raises(ValidationError):
        resting_on(*(source("XAA", f"radar-{each}") for each in range(5)))


async def test_a_desk_sees_the_mark_in_words_in_json_and_in_what_it_exports(
    memory_house: House,
) -> None:
    house = memory_house
    matter = await issued(house, sources=(SATELLITE,))
    theirs = await house.open(MILITARY)
    seen = screen(alerts_of(theirs).screen)
    assert "UNCORROBORATED: no second, independent source has borne it out" in seen
    assert "rests on XAA satellite satellite-3" in seen
    assert alert_of(theirs, matter).document["weight"]["corroboration"] == "UNCORROBORATED"
    assert "UNCORROBORATED as of" in exported(theirs, matter, None, None).document["cap"]

    ministry = await house.open(MINISTRY)
    await accepted(house, MINISTRY, ministry.alerts.corroborate(matter, RADAR, by="duty-1"))
    view = await told(house, MILITARY, matter, lambda x: x.standing.corroboration == "CORROBORATED")
    shown = screen(alert_of(theirs, matter).screen)
    assert "CORROBORATED: borne out by more than one source" in shown
    assert "XBB radar radar-7 bears it out, says xbb-mfa" in shown
    assert happened_words(view.happened[-1]) == "borne out by XBB radar radar-7, says xbb-mfa"
    assert "UNCORROBORATED" not in exported(theirs, matter, None, None).document["cap"]

    ours = await house.open(SENDER)
    own = source("XAA", "radar-1")
    await accepted(house, SENDER, ours.alerts.contradict(matter, own, by="duty-1", remark="Empty."))
    view = await told(house, MILITARY, matter, lambda x: x.standing.corroboration == "DISPUTED")
    assert view.standing.weight is not None and view.standing.weight.contradicting == 1
    assert "DISPUTED" in screen(alerts_of(theirs).screen)
    assert ours.alerts.form(matter).sources == (SATELLITE,)


async def test_an_alert_of_an_older_desk_is_shown_as_resting_on_nothing_that_is_known(
    memory_house: House,
) -> None:
    matter = await issued(memory_house)
    theirs = await memory_house.open(MILITARY)
    assert "its sender named no source" in screen(alert_of(theirs, matter).screen)
    view = theirs.alerts.one(matter)
    assert view.standing.weight is None
    assert view.newest is not None and view.newest.cap is not None
    assert view.newest.cap.status is Status.ACTUAL
    note = marked(view.newest.cap, view, memory_house.clock.now()).note
    assert note is not None and "UNCORROBORATED" in note
