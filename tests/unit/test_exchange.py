"""What acts lead to between two nations: the exchange, answers, contacts, crossings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas.acts import Act
from schemas.exchange import ContactPhase
from schemas.hotline import CorrectMessage
from schemas.parties import Precedence
from tests.kit import paper
from tests.kit.talk import HOLDS, UNDERTAKEN, Talk, kinds

A, B = "xaa-ghq", "xbb-ghq"


def agreed(talk: Talk) -> None:
    offer = talk.said(A, Act.PROPOSAL, terms=HOLDS)
    talk.said(B, Act.ACCEPTANCE, terms={"regards": offer.message_id})
    assert talk.phase() == "AGREED"


def test_a_concern_is_explained_and_the_matter_closed_by_both() -> None:
    talk = Talk()
    talk.said(A, Act.CONCERN)
    assert talk.phase() == "CONCERN_RAISED"
    talk.said(B, Act.EXPLANATION)
    assert talk.phase() == "EXPLAINED"
    talk.said(A, Act.CLOSING_STATEMENT)
    assert talk.phase() == "EXPLAINED"
    talk.said(B, Act.CLOSING_STATEMENT)
    assert talk.phase() == "CLOSED"
    _, ended = talk.say(A, Act.CONCERN)
    assert ended == "ActOutOfPlace"
    talk.said(A, Act.FREE_TEXT)


def test_an_acknowledgement_is_never_acceptance() -> None:
    talk = Talk()
    offer = talk.said(A, Act.PROPOSAL, terms=HOLDS)
    talk.acknowledged(offer, B)
    assert talk.phase() == "PROPOSED"


def test_who_proposed_cannot_accept() -> None:
    talk = Talk()
    offer = talk.said(A, Act.PROPOSAL, terms=HOLDS)
    _, ended = talk.say(A, Act.ACCEPTANCE, terms={"regards": offer.message_id})
    assert ended == "ActOutOfPlace"


def test_a_counter_proposal_turns_the_table() -> None:
    talk = Talk()
    offer = talk.said(A, Act.PROPOSAL, terms=HOLDS)
    counter = talk.said(B, Act.COUNTER_PROPOSAL, terms={**HOLDS, "regards": offer.message_id})
    assert talk.phase() == "COUNTERED"
    _, ended = talk.say(B, Act.ACCEPTANCE, terms={"regards": counter.message_id})
    assert ended == "ActOutOfPlace"
    talk.said(A, Act.ACCEPTANCE, terms={"regards": counter.message_id})
    assert talk.phase() == "AGREED"


def test_R5_a_request_meets_silence_and_the_clock_alone_says_unanswered() -> None:
    talk = Talk()
    asked = talk.said(A, Act.CLARIFICATION_REQUEST)
    assert talk.phase() == "CLARIFYING"
    due = asked.sent_at + timedelta(hours=48)
    assert "AnswerOverdue" not in kinds(talk.until(due - timedelta(seconds=1)))
    assert kinds(talk.until(due)) == ["AnswerOverdue", "ExchangeMoved"]
    assert talk.phase() == "UNANSWERED"
    talk.said(B, Act.EXPLANATION, terms={"regards": asked.message_id})
    assert talk.phase() == "EXPLAINED"


def test_R15_a_deadline_named_in_the_message_is_the_clock() -> None:
    talk = Talk()
    by = paper.NOON + timedelta(hours=2)
    asked = talk.said(A, Act.CLARIFICATION_REQUEST, reply_by=by)
    message = talk.court.matter().messages[asked.message_id]
    assert message.answer_by == by
    assert message.owed_by == {"XBB"}
    assert "AnswerOverdue" in kinds(talk.until(by))


def test_an_answer_in_time_meets_the_clock() -> None:
    talk = Talk()
    asked = talk.said(A, Act.CLARIFICATION_REQUEST)
    talk.said(B, Act.EXPLANATION, terms={"regards": asked.message_id})
    assert "AnswerOverdue" not in kinds(talk.until(asked.sent_at + timedelta(hours=49)))


def test_a_reply_to_what_was_corrected_is_flagged_and_moves_nothing() -> None:
    talk = Talk()
    offer = talk.said(A, Act.PROPOSAL, terms=HOLDS)
    better = talk.said(
        A, Act.PROPOSAL, terms=HOLDS, kind=CorrectMessage, obsoletes=offer.message_id
    )
    message, ended = talk.say(B, Act.ACCEPTANCE, terms={"regards": offer.message_id})
    assert ended == "accepted"
    assert talk.phase() == "PROPOSED"
    events = talk.court.entries[-1][0].events
    assert kinds(list(events)) == ["MessageAccepted", "MessageCrossed"]
    assert (events[1].crossing, events[1].message) == ("SUPERSEDED", message.message_id)
    talk.said(B, Act.ACCEPTANCE, terms={"regards": better.message_id})
    assert talk.phase() == "AGREED"


@pytest.mark.parametrize("act", [Act.PROPOSAL, Act.COMMITMENT])
def test_what_comes_after_its_own_time_is_flagged_and_not_carried_out(act: Act) -> None:
    talk = Talk()
    terms = UNDERTAKEN if act is Act.COMMITMENT else HOLDS
    talk.said(A, act, terms=terms, at=paper.NOON + timedelta(hours=2))
    assert talk.court.entries[-1][0].events[1].crossing == "LATE"
    assert talk.phase() == "OPEN"
    assert not talk.court.matter().conduct.undertakings


def test_an_offer_is_not_taken_up_after_its_time() -> None:
    talk = Talk()
    offer = talk.said(A, Act.PROPOSAL, terms=HOLDS)
    late = paper.NOON + timedelta(hours=2)
    talk.said(B, Act.ACCEPTANCE, terms={"regards": offer.message_id}, at=late)
    assert talk.phase() == "PROPOSED"


@pytest.mark.parametrize(
    ("act", "terms", "refusal"),
    [
        (Act.COMMITMENT, None, "TermMissing"),
        (Act.COMMITMENT, {k: UNDERTAKEN[k] for k in ("effective_at", "review_at")}, "TermMissing"),
        (Act.FREE_TEXT, HOLDS, "TermOutOfPlace"),
        (Act.ACCEPTANCE, {"regards": "0" * 32}, "NoSuchMessage"),
        (Act.ATTRIBUTION, {"event": "sinking-1"}, "TermMissing"),
    ],
)
def test_an_act_has_its_own_terms_and_no_others(act: Act, terms: object, refusal: str) -> None:
    assert Talk().say(A, act, terms=terms)[1] == refusal


def test_an_act_regards_what_it_can_answer() -> None:
    talk = Talk()
    word = talk.said(A, Act.FREE_TEXT)
    assert talk.say(B, Act.ACCEPTANCE, terms={"regards": word.message_id})[1] == "ActOutOfPlace"


def test_cease_action_is_never_slower_than_flash() -> None:
    assert Talk().say(A, Act.CEASE_ACTION)[1] == "PrecedenceTooLow"
    talk = Talk()
    stop = talk.said(A, Act.CEASE_ACTION, precedence=Precedence.FLASH, releaser="duty-1")
    assert talk.court.matter().messages[stop.message_id].owed_by == {"XBB"}


# Requests for contact.


def asked_for_contact(talk: Talk) -> str:
    request = talk.said(A, Act.REQUEST_FOR_CONTACT)
    return request.message_id


def at(hours: float) -> object:
    return paper.NOON + timedelta(hours=hours)


def contact(talk: Talk, request: str) -> tuple[ContactPhase, object]:
    found = talk.court.matter().conduct.contacts[request]
    return found.phase, found.contact_at


def test_R5_a_contact_that_nobody_answers_is_not_declined() -> None:
    talk = Talk()
    request = asked_for_contact(talk)
    assert "ContactMoved" in kinds(talk.until(paper.NOON + timedelta(hours=49)))
    assert contact(talk, request) == (ContactPhase.NO_RESPONSE, None)
    talk.said(B, Act.CONTACT_ACCEPTANCE, terms={"regards": request, "contact_at": at(60)})
    assert contact(talk, request) == (ContactPhase.ACCEPTED, at(60))


def test_a_contact_is_declined_with_a_word() -> None:
    talk = Talk()
    request = asked_for_contact(talk)
    talk.said(B, Act.CONTACT_DECLINE, terms={"regards": request})
    assert contact(talk, request) == (ContactPhase.DECLINED, None)
    _, ended = talk.say(B, Act.CONTACT_DECLINE, terms={"regards": request})
    assert ended == "ActOutOfPlace"


def test_a_contact_moves_only_when_both_agree() -> None:
    talk = Talk()
    request = asked_for_contact(talk)
    talk.said(B, Act.CONTACT_ACCEPTANCE, terms={"regards": request, "contact_at": at(6)})
    talk.said(A, Act.CONTACT_RESCHEDULING, terms={"regards": request, "contact_at": at(11)})
    assert contact(talk, request) == (ContactPhase.ACCEPTED, at(6))
    _, ended = talk.say(A, Act.CONTACT_ACCEPTANCE, terms={"regards": request, "contact_at": at(11)})
    assert ended == "ActOutOfPlace"
    talk.said(B, Act.CONTACT_ACCEPTANCE, terms={"regards": request, "contact_at": at(11)})
    assert contact(talk, request) == (ContactPhase.ACCEPTED, at(11))


def test_a_rescheduling_that_is_declined_leaves_the_contact_where_it_was() -> None:
    talk = Talk()
    request = asked_for_contact(talk)
    talk.said(B, Act.CONTACT_ACCEPTANCE, terms={"regards": request, "contact_at": at(6)})
    talk.said(A, Act.CONTACT_RESCHEDULING, terms={"regards": request, "contact_at": at(11)})
    talk.said(B, Act.CONTACT_DECLINE, terms={"regards": request})
    assert contact(talk, request) == (ContactPhase.ACCEPTED, at(6))
