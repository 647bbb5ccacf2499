"""The last mile, mediators, translations: who else has a part in a message."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.acts import Act
from schemas.exchange import Basis, Stage
from schemas.hotline import (
    AcknowledgeMessage,
    AttachTranslation,
    Capacity,
    CarriedMessage,
    CorrectMessage,
    RelayMessage,
)
from schemas.parties import Precedence
from tests.kit import paper
from tests.kit.court import confirming
from tests.kit.talk import Talk, kinds

A, B, M = "xaa-ghq", "xbb-ghq", "xcc-ghq"
FINAL = "xbb-chief"
TWO = paper.LABEL.model_copy(update={"releasable_to": ("XAA", "XBB")})


def told(talk: Talk) -> list[tuple[str, str]]:
    """Who was told what by the last entry."""
    return [(tell.to, type(tell.notice).__name__) for tell in talk.court.entries[-1][0].tells]


# The last mile.


def test_R3_only_the_final_consumers_own_word_clears_a_notice() -> None:
    talk = Talk()
    notice = talk.said(A, Act.FACT_NOTICE, terms={"final_consumer": FINAL})
    talk.acknowledged(notice, B)
    ways = talk.court.matter().messages[notice.message_id].ways
    assert ways[FINAL].capacity is Capacity.FINAL_CONSUMER
    assert (ways[B].steps_left, bool(ways[FINAL].steps_left)) == ((), True)
    assert "AcknowledgementOverdue" in kinds(talk.until(paper.NOON + timedelta(hours=25)))
    assert talk.court.matter().messages[notice.message_id].ways[FINAL].overdue


def test_R2_the_final_consumer_acknowledges_and_the_sender_sees_each_leg() -> None:
    talk = Talk()
    notice = talk.said(A, Act.FACT_NOTICE, terms={"final_consumer": FINAL})
    assert (FINAL, "CarriedMessage") in told(talk)
    talk.acknowledged(notice, B)
    assert told(talk) == [(A, "MessageAcknowledged")]
    talk.acknowledged(notice, FINAL)
    assert told(talk) == [(A, "MessageAcknowledged")]
    assert "AcknowledgementOverdue" not in kinds(talk.until(paper.NOON + timedelta(hours=25)))


def test_a_final_consumer_whom_the_directory_does_not_know_is_refused() -> None:
    terms = {"final_consumer": "xbb-radar"}
    assert Talk().say(A, Act.FACT_NOTICE, terms=terms)[1] == "UnknownAddressee"


def test_a_correction_reaches_the_final_consumer() -> None:
    talk = Talk()
    notice = talk.said(A, Act.FACT_NOTICE, terms={"final_consumer": FINAL})
    fields = {"kind": CorrectMessage, "obsoletes": notice.message_id}
    assert talk.say(A, Act.FACT_NOTICE, **fields)[1] == "LeavesOutRecipient"
    talk.said(A, Act.FACT_NOTICE, terms={"final_consumer": FINAL}, **fields)


# Mediators.


def mediated() -> Talk:
    talk = Talk()
    assert talk.invited(A, M, party="XBB", basis=Basis.INVITATION) == "accepted"
    assert talk.invited(B, M, party="XAA", basis=Basis.INVITATION) == "accepted"
    return talk


def test_a_mediator_relays_the_very_bytes_and_each_leg_has_its_receipts() -> None:
    talk = mediated()
    word = talk.said(A, Act.FREE_TEXT, terms={"via": M})
    assert told(talk) == [(A, "MessageAccepted"), (M, "RelayAsked")]
    assert talk.confirmed(AcknowledgeMessage, word, B) == "NotAddressed"
    assert talk.confirmed(AcknowledgeMessage, word, M) == "accepted"
    assert talk.confirmed(RelayMessage, word, M, officer="duty-1") == "accepted"
    entry = talk.court.entries[-1][0]
    carried = next(tell for tell in entry.tells if isinstance(tell.notice, CarriedMessage))
    original = talk.court.matter().messages[word.message_id]
    assert (carried.to, carried.enclosed_digest) == (B, original.digest)
    assert carried.encloses == original.position
    assert {(A, "MessageRelayed"), (B, "MessageRelayed")} <= set(told(talk))
    assert talk.confirmed(AcknowledgeMessage, word, B) == "accepted"


def test_a_relay_of_other_bytes_is_refused() -> None:
    talk = mediated()
    word = talk.said(A, Act.FREE_TEXT, terms={"via": M})
    altered = {"officer": "duty-1", "message_digest": "0" * 64}
    relay = confirming(word, RelayMessage, sender=M).model_copy(update=altered)
    assert "InvalidField" in str(talk.court.say(relay))


def test_a_mediator_reads_only_what_is_released_to_it() -> None:
    talk = mediated()
    talk.said(A, Act.FREE_TEXT, terms={"via": M}, label=TWO)
    (asked,) = [t for t in talk.court.entries[-1][0].tells if t.to == M]
    assert (asked.notice.sealed, asked.encloses) == (True, None)
    talk.said(A, Act.FREE_TEXT, terms={"via": M})
    (asked,) = [t for t in talk.court.entries[-1][0].tells if t.to == M]
    assert (asked.notice.sealed, asked.encloses is None) == (False, False)


def test_one_sides_invitation_is_not_enough() -> None:
    talk = Talk()
    assert talk.invited(A, M, party="XBB", basis=Basis.PROTECTING_POWER) == "accepted"
    assert talk.say(A, Act.FREE_TEXT, terms={"via": M})[1] == "MediatorNotInvited"


def test_a_party_is_no_mediator_of_its_own_matter() -> None:
    assert Talk().invited(A, "xbb-alt", party="XBB", basis=Basis.INVITATION) == "InvalidField"


def test_what_was_withdrawn_is_not_relayed() -> None:
    talk = mediated()
    word = talk.said(A, Act.FREE_TEXT, terms={"via": M})
    talk.said(A, Act.FREE_TEXT, terms={"via": M}, kind=CorrectMessage, obsoletes=word.message_id)
    assert talk.confirmed(RelayMessage, word, M, officer="duty-1") == "AlreadyWithdrawn"


def test_it_relays_once() -> None:
    talk = mediated()
    word = talk.said(A, Act.FREE_TEXT, terms={"via": M})
    assert talk.confirmed(RelayMessage, word, M, officer="duty-1") == "accepted"
    assert talk.confirmed(RelayMessage, word, M, officer="duty-1") == "OutOfOrder"


# Translations.


def test_R14_a_translation_stands_beside_the_original_for_all_who_may_read_it() -> None:
    talk = Talk()
    word = talk.said(A, Act.FREE_TEXT)
    fields = {"officer": "duty-1", "stage": Stage.SIGHT, "machine": False, "language": "fr"}
    assert talk.confirmed(AttachTranslation, word, B, **fields) == "accepted"
    assert told(talk) == [(A, "TranslationAttached"), (B, "TranslationAttached")]
    assert talk.court.matter().messages[word.message_id].standing == "STANDING"


def test_R14_a_machines_translation_is_never_official() -> None:
    word = Talk().said(A, Act.FREE_TEXT)
    fields = {"officer": "duty-1", "stage": Stage.OFFICIAL, "machine": True, "language": "fr"}
    with pytest.raises(ValueError, match="never OFFICIAL"):
        confirming(word, AttachTranslation, sender=B, **fields)


# Silence.


def test_R4_silence_climbs_the_ladder_in_order_and_the_sender_is_told_each_time() -> None:
    talk = Talk()
    talk.said(A, Act.CEASE_ACTION, precedence=Precedence.FLASH, releaser="duty-1")
    steps: list[str] = []
    for minute in range(2, 12):
        events = talk.until(paper.NOON + timedelta(minutes=1 + minute))
        steps += [getattr(event, "rung", None) or "OVERDUE" for event in events]
        if events:
            assert A in {to for to, _ in told(talk)}
    assert steps == [
        "ALTERNATE_TERMINAL", "ALTERNATE_DUTY_OFFICER", "SUPERVISOR", "OTHER_CHANNEL", "OVERDUE",
    ]  # fmt: skip


def test_R1_any_alternate_may_take_a_flash_over_in_time() -> None:
    talk = Talk()
    flash = talk.said(A, Act.FACT_NOTICE, precedence=Precedence.FLASH)
    talk.until(flash.sent_at + timedelta(minutes=7))
    talk.acknowledged(flash, FINAL)
    way = talk.court.matter().messages[flash.message_id].ways[B]
    assert (way.acknowledged_by, way.steps_left) == (FINAL, ())


def test_R10_whom_nobody_can_reach_is_refused_at_once() -> None:
    assert Talk().say(A, Act.FREE_TEXT, to="xbb-lost")[1] == "UnknownAddressee"
