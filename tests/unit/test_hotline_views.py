"""What operators see of the hotline: names, times and states."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

from rich.console import Console

from schemas.acts import Act
from schemas.parties import Precedence
from services.bus.showing import document, shown
from services.bus.topics import Realm
from services.hotline import views
from tests.kit import paper
from tests.kit.lines import LINE, MATTER, LineCourt, record
from tests.kit.talk import HOLDS, UNDERTAKEN, Talk

A, B = "xaa-ghq", "xbb-ghq"


def test_a_thread_shows_how_far_the_two_are_and_what_is_next() -> None:
    talk = Talk()
    offer = talk.said(A, Act.PROPOSAL, terms=HOLDS)
    (thread,) = views.threads({"border-1": talk.court.matter()})
    assert (thread.between, thread.phase, thread.messages) == (("XAA", "XBB"), "PROPOSED", 1)
    assert thread.last_at == offer.sent_at
    assert thread.next_due == offer.sent_at + timedelta(hours=24 * 0.2)


def test_an_undertaking_shows_what_it_waits_for() -> None:
    talk = Talk()
    talk.said(A, Act.COMMITMENT, terms=UNDERTAKEN)
    (given,) = views.undertakings({"border-1": talk.court.matter()})
    assert (given.phase, given.giver, given.acknowledged_by) == ("GIVEN", "XAA", ())
    assert given.expires is None


def test_all_that_is_overdue_is_listed_the_most_urgent_first() -> None:
    talk = Talk()
    talk.said(A, Act.COMMITMENT, terms=UNDERTAKEN)
    talk.said(B, Act.CEASE_ACTION, precedence=Precedence.FLASH)
    assert views.overdue({"border-1": talk.court.matter()}) == []
    talk.until(paper.NOON + timedelta(hours=2))
    rows = views.overdue({"border-1": talk.court.matter()})
    assert [(row.what, row.of) for row in rows] == [
        ("ACKNOWLEDGEMENT", A),
        ("ANSWER", "XAA"),
        ("EFFECT", "XBB"),
    ]


def test_what_has_ended_is_not_held_up_any_more() -> None:
    talk = Talk()
    given = talk.said(A, Act.COMMITMENT, terms=UNDERTAKEN)
    talk.until(paper.NOON + timedelta(hours=2))
    for desk in (A, B):
        talk.said(desk, Act.STAND_DOWN_CONFIRMATION, terms={"regards": given.message_id})
    matters = {"border-1": talk.court.matter()}
    (row,) = views.undertakings(matters)
    assert (row.phase, row.held_up) == ("STOOD_DOWN", False)
    assert [each.what for each in views.overdue(matters)] == []


def test_many_columns_stand_row_by_row_so_that_no_word_is_broken() -> None:
    talk = Talk()
    given = talk.said(A, Act.COMMITMENT, terms=UNDERTAKEN)
    rows = views.undertakings({"border-1": talk.court.matter()})
    words = shown(rows, paper.NOON, Realm.LIVE)
    assert isinstance(words, str)
    assert f"message           {given.message_id}" in words
    assert "held up           no" in words


def test_a_line_and_its_tests_show_how_they_stand() -> None:
    court = LineCourt(record()).commission()
    matters = {"line-x": court.matter(MATTER)}
    (line,) = views.lines(matters)
    assert (line.line, line.state, line.cause, line.unproved) == (LINE, "OPERATIONAL", None, ())
    (tested,) = views.line_tests(matters)
    expects = court.standing.expects
    assert expects is not None
    assert (tested.next_by, tested.next_due) == (expects.initiator, expects.due)
    court.pass_until(expects.closes)
    (line,), (tested,) = (
        views.lines({"x": court.matter(MATTER)}),
        views.line_tests({"x": court.matter(MATTER)}),
    )
    assert (line.state, tested.missed_in_a_row) == ("DEGRADED", 1)


def test_what_is_shown_names_the_realm_and_says_ages_beside_times() -> None:
    talk = Talk()
    talk.said(A, Act.CONCERN)
    rows = views.threads({"border-1": talk.court.matter()})
    out = StringIO()
    now = paper.NOON + timedelta(hours=3, minutes=1)
    Console(file=out, width=200).print(shown(rows, now, Realm.LIVE))
    assert "LIVE" in out.getvalue()
    assert "2026-01-01 12:01:00Z (3h 00m ago)" in out.getvalue()
    assert json.loads(json.dumps(document(rows[0])))["phase"] == "CONCERN_RAISED"
    assert shown([], now, Realm.EXERCISE) == "EXERCISE: nothing to show"
