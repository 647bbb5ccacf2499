"""Sheets, panes and the tail: what is shown of figures, line by line, without a screen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.bus.topics import Realm
from services.watch.figures import Figures, Health, ProcessFigures, Waiting
from services.watch.terminal import panes, standing
from services.watch.terminal.app import SHEETS
from services.watch.terminal.overview import overview
from services.watch.terminal.sheets import Column, Row, Sheet, Table, Tone, heading, line, widths
from services.watch.terminal.tail import KEPT, Tail
from services.watch.terminal.timeline import timeline
from tests.kit import nights
from tests.kit.nights import NOW, event, night, waiting

ROOM = {80: 78, 120: 118}
"""Columns of a terminal, less the cursor's."""


def text_of(sheet: Sheet, room: int = 200) -> str:
    return "\n".join(
        part
        for table in sheet
        for part in (
            table.title,
            heading(table, room),
            *(line(table, row, room) for row in table.rows),
            *(() if table.rows else (table.empty,)),
        )
    )


def every_sheet(figures: Figures) -> list[Sheet]:
    tail = Tail()
    tail.take(nights.history())
    return [
        *(pane(figures, NOW) for pane in SHEETS.values()),
        tail.sheet(NOW),
        timeline(nights.MATTER, nights.history(), NOW),
    ]


# Sheets.


@pytest.mark.parametrize("columns", [80, 120])
def test_no_pane_is_wider_than_the_terminal(columns: int) -> None:
    for sheet in every_sheet(night()):
        for table in sheet:
            shown = (Column("", 2), *table.columns) if table.marked else table.columns
            fitted = widths(shown, ROOM[columns])
            assert sum(fitted.values()) + len(fitted) - 1 <= ROOM[columns], table.title
            assert all(len(line(table, row, ROOM[columns])) == ROOM[columns] for row in table.rows)


def test_every_character_of_every_pane_is_ascii() -> None:
    assert all(text_of(sheet).isascii() for sheet in every_sheet(night()))


@given(st.text())
def test_no_cell_gives_a_terminal_an_order(said: str) -> None:
    shown = line(Table((Column("a", 8),), []), Row("key", (said,)), 40)
    assert len(shown) == 40
    assert all(" " <= each <= "~" for each in shown)


def test_a_cell_that_is_cut_says_so_at_the_end_that_is_missing() -> None:
    table = Table((Column("a", 6), Column("b", 6, ends=True)), [], marked=False)
    assert line(table, Row("key", ("kaltmoor-1", "kaltmoor-1")), 13) == "kaltm~ ~oor-1"


def test_columns_go_in_their_order_where_a_line_is_too_short() -> None:
    columns = (Column("a", 10), Column("b", 10, drop=1), Column("c", 10, drop=2))
    assert list(widths(columns, 32)) == [0, 1, 2]
    assert list(widths(columns, 31)) == [0, 1]
    assert list(widths(columns, 20)) == [0]


def test_every_tone_has_a_mark_of_its_own_so_that_colour_is_never_the_only_signal() -> None:
    assert len({tone.value for tone in Tone}) == len(Tone)


# Panes.


def test_what_is_overdue_stands_first_by_precedence_then_what_is_due_next() -> None:
    (table,) = panes.waiting(night(), NOW)
    assert [row.cells[0] for row in table.rows] == [
        "xcc-mfa", "xbb-ghq", "XCC", "xbb-deputy", "XBB", "xaa-mfa",
    ]  # fmt: skip
    assert [row.tone for row in table.rows] == [Tone.ALARM] * 3 + [Tone.PLAIN] * 3
    assert "SUPERVISOR" in table.rows[0].cells
    assert "OVERDUE" in table.rows[2].cells


def test_a_list_too_long_to_show_says_how_much_is_left_out() -> None:
    figures = night().model_copy(
        update={"waiting": tuple(waiting(matter=f"matter-{n}") for n in range(731))}
    )
    (table,) = panes.waiting(figures, NOW)
    assert len(table.rows) == panes.ROWS_MAX + 1
    assert "and 231 more" in table.rows[-1].cells


def test_the_overview_begins_with_what_needs_somebody_the_loudest_first() -> None:
    needs, runs, _ = overview(night(), NOW)
    tones = [row.tone for row in needs.rows]
    assert tones == sorted(tones, key=[Tone.ALARM, Tone.CARE].index)
    assert tones.count(Tone.ALARM) == 6
    assert needs.rows[0].matter == "alert-20261122-0301"
    said = text_of((needs,))
    for each in (
        "OVERDUE ACKNOWLEDGEMENT", "LINE OUTAGE_UNEXPLAINED", "BROKER SILENT", "LANE NOT CARRIED",
        "SERVICE NOT READY", "QUARANTINE", "FIGURES BEHIND", "MAY BE ABOUT ONE EVENT",
    ):  # fmt: skip
        assert each in said
    assert [row.cells[0] for row in runs.rows][:2] == ["broker-2", "visits"]


def test_a_calm_house_says_that_nothing_needs_anybody() -> None:
    needs, *_ = overview(nights.empty(), NOW)
    assert not needs.rows
    assert needs.empty.startswith("ok")


def test_more_overdue_than_fits_is_counted() -> None:
    late = tuple(
        waiting(matter=f"late-{n}", overdue=True, due=NOW - timedelta(minutes=n)) for n in range(9)
    )
    needs, *_ = overview(nights.empty().model_copy(update={"waiting": late}), NOW)
    assert [row.matter for row in needs.rows[:5]] == [f"late-{n}" for n in (8, 7, 6, 5, 4)]
    assert needs.rows[5].cells[1] == "4 more"
    assert needs.rows[5].pane == "waiting"


def test_ages_tick_although_no_new_figures_came() -> None:
    figures = night()
    later = NOW + timedelta(seconds=30)
    assert "12m 00s" not in text_of(panes.waiting(figures, NOW))
    assert "11m 30s" in text_of(panes.waiting(figures, later))
    assert "13.4s" in text_of(panes.lanes(figures, NOW))
    assert "43.4s" in text_of(panes.lanes(figures, later))


def test_no_pane_guesses_why_somebody_is_silent() -> None:
    (table,) = panes.waiting(night(), NOW)
    assert "is not known" in table.title
    named = set(Waiting.model_fields) | set(Figures.model_fields)
    assert not named & {"intent", "score", "risk", "likely"}


# The lines above the panes.


def test_an_exercise_cannot_be_mistaken_for_the_real_thing() -> None:
    exercise = standing.name_line(Realm.EXERCISE, "here", NOW)
    live = standing.name_line(Realm.LIVE, "here", NOW)
    assert "EXERCISE EXERCISE EXERCISE" in exercise
    assert "LIVE" not in exercise
    assert "LIVE" in live
    assert "EXERCISE" not in live


def test_old_figures_are_called_old_even_while_the_watch_answers() -> None:
    figures = night()
    assert standing.trouble(None, figures, NOW) is None
    said = standing.trouble(None, figures, NOW + timedelta(minutes=2))
    assert said is not None
    assert "FIGURES ARE OLD" in said
    assert "03:14:06Z (2m 01s)" in said


def test_how_far_the_figures_are_behind_is_said_beside_their_age() -> None:
    assert standing.age_line(night(), NOW).endswith("BEHIND by hotline 240")
    assert standing.age_line(nights.empty(), NOW).endswith("all ledgers counted")


def test_the_tab_line_and_the_key_lines_fit_eighty_columns() -> None:
    many = night().model_copy(update={"waiting": (waiting(overdue=True),) * 99})
    for pane in standing.PANES:
        assert len(standing.tab_line(pane, many)) <= 80
        assert len(standing.key_line(pane)) <= 80
        assert f" {standing.PANES[pane]}" in standing.tab_line(pane, many)
    assert all(len(each) <= 78 for each in standing.help_lines())
    assert len(standing.help_lines()) <= 24


def test_a_broker_that_is_silent_is_an_alarm_and_one_not_ready_is_not() -> None:
    said = nights.empty().model_copy(
        update={
            "processes": (
                ProcessFigures(name="a", kind="BROKER", health=Health.SILENT),
                ProcessFigures(name="b", kind="SERVICE", health=Health.NOT_READY),
            )
        }
    )
    needs, *_ = overview(said, NOW)
    assert [row.tone for row in needs.rows] == [Tone.ALARM, Tone.CARE]


# The tail.


def test_a_stream_that_begins_again_is_not_counted_twice() -> None:
    tail = Tail()
    first = [event(n) for n in range(300)]
    assert tail.take(first) == 300
    assert tail.take([*first[-200:], event(300)]) == 1
    assert tail.counted == 301


def test_the_tail_keeps_within_bounds_and_loses_no_count() -> None:
    tail = Tail()
    for start in range(0, 3 * KEPT, 500):
        tail.take([event(n) for n in range(start, start + 500)])
    (table,) = tail.sheet(NOW)
    assert tail.counted == 3 * KEPT
    assert len(table.rows) == KEPT
    assert table.rows[-1].matter == f"storm-{3 * KEPT - 1:06d}"


@pytest.mark.parametrize("field", ["nation", "service", "precedence", "state"])
def test_each_filter_shows_what_it_names_and_nothing_else(field: str) -> None:
    tail = Tail()
    events = [event(n) for n in range(60)]
    tail.take(events)
    seen = set()
    while True:
        tail.turn(field)
        chosen = getattr(tail.filter, field)
        if chosen is None:
            break
        seen.add(chosen)
        (table,) = tail.sheet(NOW)
        wanted = [
            each.matter
            for each in events
            if (chosen in each.nations if field == "nation" else getattr(each, field) == chosen)
        ]
        assert [row.matter for row in table.rows] == wanted
        assert f"shows {field} {chosen}" in table.title
    assert len(seen) >= 2


def test_filters_narrow_each_other_and_all_go_at_once() -> None:
    tail = Tail()
    tail.take(event(n) for n in range(60))
    tail.turn("nation")
    tail.turn("precedence")
    tail.take(event(n) for n in range(60, 120))
    (table,) = tail.sheet(NOW)
    wanted = [
        each.matter
        for each in map(event, range(120))
        if "XAA" in each.nations and each.precedence == "FLASH"
    ]
    assert [row.matter for row in table.rows] == wanted
    tail.clear()
    assert len(tail.sheet(NOW)[0].rows) == 120


def test_what_happened_before_stands_before_though_its_ledger_told_it_later() -> None:
    tail = Tail()
    tail.take([event(n) for n in (7, 8, 9)])
    tail.take([event(3)])
    tail.turn("service")
    tail.take([event(n) for n in (11, 4)])
    for _ in range(3):
        (table,) = tail.sheet(NOW)
        matters = [str(row.matter) for row in table.rows]
        assert matters == sorted(matters)
        tail.turn("service")
    assert len(tail.sheet(NOW)[0].rows) == 6


def test_a_full_tail_keeps_the_newest_though_older_ones_come_last() -> None:
    tail = Tail()
    tail.take(event(n) for n in range(1000, 1000 + KEPT))
    tail.take(event(n) for n in range(1000))
    (table,) = tail.sheet(NOW)
    assert len(table.rows) == KEPT
    assert table.rows[0].matter == "storm-001000"


def test_a_paused_tail_stands_still_and_says_how_much_came_since() -> None:
    tail = Tail()
    tail.take(event(n) for n in range(10))
    tail.hold()
    tail.take(event(n) for n in range(10, 25))
    (table,) = tail.sheet(NOW)
    assert len(table.rows) == 10
    assert "PAUSED, 15 more since" in table.title
    assert "25 events seen" in table.title
    tail.follow()
    assert len(tail.sheet(NOW)[0].rows) == 25


def test_a_tail_that_was_cut_off_says_from_when_to_when() -> None:
    tail = Tail()
    tail.take([event(1)])
    tail.interrupted(NOW)
    tail.interrupted(NOW + timedelta(seconds=2))
    assert "GAP 03:14:07Z to now" in tail.sheet(NOW)[0].title
    tail.resumed(NOW + timedelta(seconds=9))
    tail.take([event(2)])
    assert "GAP 03:14:07Z to 03:14:16Z" in tail.sheet(NOW)[0].title


# A timeline.


def test_a_timeline_says_when_how_long_ago_and_how_long_after_the_one_before() -> None:
    (table,) = timeline(nights.MATTER, nights.history(), NOW)
    assert [row.cells[1] for row in table.rows][:3] == ["", "+1.0s", "+2m 01s"]
    assert table.rows[0].cells[0] == "03:00:05Z (14m 02s)"
    assert table.rows[-1].tone is Tone.ALARM
    assert "7 events" in table.title
    assert "XAA, XBB" in table.title
