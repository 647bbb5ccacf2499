"""Whether a record belongs here: what the gate lets in, with ledger and rules behind it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from schemas.hotline import Step
from schemas.parties import Lane, MessageType, Precedence
from services.bus.gate import NO_MATTER
from services.bus.topics import Realm
from tests.kit import paper
from tests.kit.court import Court, carrying, code, passing
from tests.kit.paper import NOON, outer, record_of, signed


def test_what_belongs_here_is_admitted() -> None:
    assert code(Court().say(outer())) == "accepted"


@pytest.mark.parametrize(
    ("realm", "kind", "ends"),
    [
        (Realm.LIVE, MessageType.OPERATION, "accepted"),
        (Realm.LIVE, MessageType.PROJECT, "accepted"),
        (Realm.LIVE, MessageType.EXERCISE, "ExerciseOnLive"),
        (Realm.LIVE, MessageType.DRILL, "ExerciseOnLive"),
        (Realm.EXERCISE, MessageType.OPERATION, "LiveInExercise"),
        (Realm.EXERCISE, MessageType.PROJECT, "LiveInExercise"),
        (Realm.EXERCISE, MessageType.EXERCISE, "accepted"),
        (Realm.EXERCISE, MessageType.DRILL, "accepted"),
    ],
)
def test_exercise_and_world_never_meet(realm: Realm, kind: MessageType, ends: str) -> None:
    exercise = "NORTHERN LIGHT" if kind.is_exercise else None
    assert code(Court(realm=realm).say(outer(message_type=kind, exercise=exercise))) == ends


def test_a_record_lies_where_its_matter_belongs() -> None:
    court, command = Court(), outer()
    good = record_of(signed(command), command)
    assert code(court.hear(replace(good, key=b"other"))) == "WrongPartition"
    assert code(court.hear(replace(good, key=b""))) == "WrongPartition"
    assert code(court.hear(replace(good, partition=1))) == "WrongPartition"


@pytest.mark.parametrize("lane", list(Lane))
def test_no_message_goes_faster_than_its_precedence(lane: Lane) -> None:
    outcome = Court().say(outer(precedence=Precedence.PRIORITY), lane=lane)
    faster = lane.rank < Lane.PRIORITY.rank
    assert code(outcome) == ("WrongLane" if faster else "accepted")


def test_clocks_may_differ_and_not_by_more() -> None:
    command = outer()
    behind = NOON - timedelta(seconds=120)
    assert code(Court().say(command, at=behind)) == "accepted"
    assert code(Court().say(command, at=behind - timedelta(milliseconds=1))) == "FromTheFuture"


def test_what_comes_late_is_late_and_not_lost() -> None:
    assert code(Court().say(outer(), at=NOON + timedelta(days=400))) == "accepted"


def test_the_matter_of_refusals_is_nobodys() -> None:
    assert code(Court().say(outer(matter=NO_MATTER))) == "InvalidField"


def test_desks_do_not_say_what_services_say() -> None:
    court, message = Court(), outer()
    court.accept(message)
    forged = passing(message, Step.OVERDUE).model_copy(update={"sender": "xaa-ghq"})
    assert code(court.say(forged, at=NOON + timedelta(days=2))) == "NotForService"
    assert code(court.say(carrying(message, sender="xaa-ghq"))) == "NotForService"


@pytest.mark.parametrize("kind", ["statement", "entry"])
def test_a_desk_that_signs_a_statement_or_an_entry_is_refused(kind: str) -> None:
    court = Court()
    value: Any = court.accept(outer())
    if kind == "statement":
        value = paper.statement("xaa-ghq")
    record = record_of(signed(value, by="xaa-ghq"), outer(sequence=2))
    assert code(court.hear(record)) == "NotForService"


def test_a_command_that_no_delivery_could_enclose_is_refused() -> None:
    inner = b"x" * 80 * 1024
    assert code(Court().say(outer(inner=inner), inner)) == "Oversize"
