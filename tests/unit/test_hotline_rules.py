"""What the hotline's rules decide, record by record."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from schemas.hotline import (
    AcknowledgeMessage,
    CancelMessage,
    CarriedMessage,
    CorrectMessage,
    ReleaseMessage,
    ReplyToMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
    Step,
)
from schemas.parties import MessageType, Precedence
from services.bus import wire
from services.bus.judge import Decided, Outcome
from services.bus.refusals import Refusal
from services.bus.topics import Realm
from services.hotline.matter import Phase
from tests.kit import paper
from tests.kit.court import Court, code, confirming, passing
from tests.kit.paper import outer


def heard_late(court: Court, command: Any) -> Outcome:
    return court.say(command, at=command.sent_at + timedelta(seconds=1))


def test_a_message_goes_its_way_in_order() -> None:
    court, message = Court(), outer()
    court.accept(message)
    phases = []
    for number, kind in enumerate(
        (ReportDelivered, ReportReceived, AcknowledgeMessage, ReportDeliveredToPrincipal), 1
    ):
        entry = court.accept(confirming(message, kind, sequence=number))
        assert [tell.to for tell in entry.tells] == ["xaa-ghq"]
        phases.append(court.matter().messages[message.message_id].ways["xbb-ghq"].phase)
    assert phases == [Phase.DELIVERED, Phase.RECEIVED, Phase.ACKNOWLEDGED, Phase.WITH_PRINCIPAL]


def test_it_is_not_with_the_principal_before_somebody_took_it_over() -> None:
    court, message = Court(), outer()
    court.accept(message)
    assert code(court.say(confirming(message, ReportDeliveredToPrincipal))) == "OutOfOrder"


def test_a_late_report_takes_nothing_back() -> None:
    court, message = Court(), outer()
    court.accept(message)
    court.accept(confirming(message, AcknowledgeMessage, sequence=1))
    court.accept(confirming(message, ReportReceived, sequence=2))
    way = court.matter().messages[message.message_id].ways["xbb-ghq"]
    assert way.phase is Phase.ACKNOWLEDGED


def test_a_stranger_cannot_acknowledge() -> None:
    court, message = Court(), outer()
    court.accept(message)
    assert code(court.say(confirming(message, sender="xcc-ghq"))) == "NotAddressed"


def test_its_originator_cannot_acknowledge() -> None:
    court, message = Court(), outer()
    court.accept(message)
    assert code(court.say(confirming(message, sender="xaa-ghq", sequence=2))) == "NotAddressed"


def test_nobody_acknowledges_what_was_never_said() -> None:
    court = Court()
    assert code(court.say(confirming(outer()))) == "NoSuchMessage"


def test_a_confirmation_names_the_very_message() -> None:
    court, message = Court(), outer()
    court.accept(message)
    other = confirming(message).model_copy(update={"message_digest": "0" * 64})
    assert code(court.say(other)) == "InvalidField"


def test_an_officer_who_acknowledges_is_one_of_the_desks_roles() -> None:
    court, message = Court(), outer()
    court.accept(message)
    assert code(court.say(confirming(message, officer="duty-9"))) == "UnknownOfficer"


def test_a_reply_reaches_whom_it_answers() -> None:
    court, message = Court(), outer()
    court.accept(message)
    fields = {"sender": "xbb-ghq", "in_reply_to": message.message_id}
    elsewhere = outer(ReplyToMessage, action=("xcc-ghq",), **fields)
    assert code(court.say(elsewhere)) == "LeavesOutRecipient"
    entry = court.accept(outer(ReplyToMessage, action=("xaa-ghq",), sequence=2, **fields))
    assert [event.kind for event in entry.events] == ["MessageAccepted", "MessageReplied"]


def test_a_reference_is_to_this_matter() -> None:
    court, message = Court(), outer()
    court.accept(message)
    fine = outer(sequence=2, references=(message.message_id,))
    assert code(court.say(fine)) == "accepted"
    across = outer(matter="other-1", references=(message.message_id,))
    assert code(court.say(across)) == "ReferenceAcross"


@pytest.mark.parametrize("kind", [CorrectMessage, CancelMessage])
def test_a_change_may_not_widen_the_label(kind: type[Any]) -> None:
    court = Court()
    narrow = paper.LABEL.model_copy(update={"releasable_to": ("XAA", "XBB")})
    message = outer(label=narrow)
    court.accept(message)
    change = outer(kind, obsoletes=message.message_id, sequence=2)
    assert code(court.say(change)) == "LabelWidened"
    fine = outer(kind, obsoletes=message.message_id, sequence=3, label=narrow)
    assert code(court.say(fine)) == "accepted"


def test_silence_climbs_no_further_for_what_was_withdrawn() -> None:
    court, message = Court(), outer()
    court.accept(message)
    court.accept(outer(CancelMessage, obsoletes=message.message_id, sequence=2))
    assert code(heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))) == "NoLongerDue"
    assert not court.matter().messages[message.message_id].ways["xbb-ghq"].steps_left


def test_an_alternates_word_settles_the_silent_desks_way() -> None:
    court, message = Court(), outer()
    court.accept(message)
    entry = heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))
    assert isinstance(entry, Decided)
    assert [tell.to for tell in entry.entry.tells] == ["xaa-ghq", "xbb-alt"]
    court.accept(confirming(message, sender="xbb-alt"))
    ways = court.matter().messages[message.message_id].ways
    assert ways["xbb-ghq"].acknowledged_by == "xbb-alt"
    assert ways["xbb-ghq"].phase is ways["xbb-alt"].phase is Phase.ACKNOWLEDGED
    assert not court.ledger.deadlines


def test_deferred_has_no_ceiling() -> None:
    court = Court()
    court.accept(outer(precedence=Precedence.DEFERRED))
    assert not court.ledger.deadlines


def test_an_alternate_that_the_directory_does_not_know_is_not_waited_for() -> None:
    ring = paper.keyring().learn(90, paper.vouched("xbb-alt", serial=2, key=None))
    court, message = Court(ring), outer()
    court.accept(message)
    outcome = heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))
    assert isinstance(outcome, Decided)
    assert outcome.entry.events[0].to is None


def test_an_alternate_that_was_informed_is_told_that_it_stands_in() -> None:
    court, message = Court(), outer(info=("xbb-alt",))
    court.accept(message)
    outcome = heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))
    assert isinstance(outcome, Decided)
    assert outcome.entry.events[0].to == "xbb-alt"
    assert "xbb-alt" in [tell.to for tell in outcome.entry.tells]
    court.accept(confirming(message, sender="xbb-alt"))
    assert court.matter().messages[message.message_id].ways["xbb-ghq"].acknowledged_by == "xbb-alt"


def test_silence_never_climbs_to_the_originator() -> None:
    court, message = Court(), outer(sender="xbb-alt")
    court.accept(message)
    outcome = heard_late(court, passing(message, Step.ALTERNATE_TERMINAL))
    assert isinstance(outcome, Decided)
    assert not any(isinstance(tell.notice, CarriedMessage) for tell in outcome.entry.tells)


# Labels and exercises.


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda label: label.pop("policy"), "MissingField"),
        (lambda label: label.update(releasable_to=[]), "InvalidField"),
        (lambda label: label.update(releasable_to=["XA"]), "InvalidField"),
        (lambda label: label.update(classification="VERY SECRET"), "InvalidField"),
        (lambda label: label.update(categories=["EYES ONLY"]), "UnknownField"),
        (lambda label: label.clear(), "MissingField"),
    ],
)
def test_a_bad_label_is_refused_with_its_reason(change: Any, code: str) -> None:
    said = json.loads(wire.encode(outer()))
    change(said["label"])
    refused = wire.decode(ReleaseMessage, json.dumps(said, separators=(",", ":")).encode())
    assert isinstance(refused, Refusal)
    assert refused.code == code
    assert "label" in refused.detail


def test_R7_a_reference_never_crosses_between_live_and_exercise() -> None:
    live, play = Court(), Court(realm=Realm.EXERCISE)
    exercise: dict[str, Any] = {
        "message_type": MessageType.EXERCISE,
        "exercise": "NORTHERN LIGHT",
    }
    told = play.accept(outer(**exercise)).command
    real = live.accept(outer()).command
    assert code(live.say(outer(sequence=2, references=(told,)))) == "ReferenceAcross"
    assert code(play.say(outer(sequence=2, references=(real,), **exercise))) == "ReferenceAcross"
    answer = outer(ReplyToMessage, sender="xbb-ghq", action=("xaa-ghq",), in_reply_to=told)
    assert code(live.say(answer)) == "NoSuchMessage"
