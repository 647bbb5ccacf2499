"""S1: what was replaced before it was read, and what was heard elsewhere than on the bus."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from pydantic import ValidationError
from rich.console import Console

from schemas.acts import Act, Terms
from schemas.hearsay import HEARD_TEXT_MAX, HeardElsewhere, Medium
from schemas.hotline import CorrectMessage, MessageSuperseded, ReportDelivered, ReportReceived, Text
from schemas.parties import Precedence
from services.desk.commands.steps.listing import inbox_of
from services.desk.commands.typed.besides import Besides
from services.desk.commands.typed.usage import WrongUsage
from services.desk.inner.times import SKEW
from services.desk.inner.whole import flaws
from services.desk.screen.inbox import letter_document, letter_flags, letter_screen
from services.desk.screen.notation import end_of
from services.desk.screen.outbox import outbox_screen, sent_document
from services.desk.trouble import DeskTrouble
from tests.kit import paper
from tests.kit.house import House
from tests.kit.talk import Talk

OURS, THEIRS = "xaa-ghq", "xbb-ghq"


def screen(shown: Any) -> str:
    console = Console(width=140, highlight=False, markup=False, emoji=False)
    with console.capture() as captured:
        console.print(shown)
    return captured.get()


async def replaced(house: House, matter: str, how: str = "corrects") -> list[str]:
    """A message, and what takes its place before the other desk is there."""
    fast = Precedence.IMMEDIATE
    first = await house.accepted(OURS, house.draft(matter, subject="First", precedence=fast))
    change: dict[str, Any] = {how: first}
    changed = house.draft(matter, subject="Second", precedence=fast, **change)
    return [first, await house.accepted(OURS, changed)]


@pytest.mark.parametrize(("how", "word"), [("corrects", "SUPERSEDED"), ("cancels", "CANCELLED")])
async def test_S1_what_was_replaced_before_it_was_read_asks_for_nothing(
    memory_house: House, how: str, word: str
) -> None:
    house = memory_house
    matter = house.matter("letter")
    first, second = await replaced(house, matter, how)
    await house.given(THEIRS, second)
    theirs = house.desks[THEIRS]
    old, now = theirs.letter(first), house.clock.now()
    assert old.withdrawn_unread and not old.waits
    (flag,) = [each for each in letter_flags(old, (), now) if word in each]
    assert flag == f"{word} BEFORE IT WAS READ: replaced by {end_of(second)}"
    shown = screen(inbox_of(theirs).screen)
    assert "First" not in shown and "on record" in shown and "Second" in shown
    assert "1 not acknowledged" in shown
    assert letter_document(old, (), now)["withdrawn_unread"]

    with pytest.raises(DeskTrouble, match=f"act on {second}") as refused:
        theirs.acknowledge(first, by="duty-1")
    assert refused.value.codes == ("WithdrawnUnread",)
    answer = house.draft(matter, action=(OURS,), in_reply_to=first)
    with pytest.raises(DeskTrouble) as refused:
        theirs.send(answer, drafter="duty-1", releaser="duty-2")
    assert refused.value.codes == ("WithdrawnUnread",)


async def test_S1_looking_it_up_on_record_is_no_reading(memory_house: House) -> None:
    house = memory_house
    first, second = await replaced(house, house.matter("letter"))
    await house.given(THEIRS, second)
    theirs = house.desks[THEIRS]
    theirs.show(first, by="duty-1")
    theirs.show(second, by="duty-1")
    theirs.acknowledge(second, by="duty-1")
    await house.told(OURS, lambda x: "ACKNOWLEDGED" in {a.what for a in x.answers}, second)
    sent = house.desks[OURS].sent(first)
    steps = {each.what for each in sent.answers}
    assert steps >= {"SUPERSEDED", "DELIVERED"} and "RECEIVED" not in steps
    assert "SUBJ: First" in screen(letter_screen(theirs.letter(first), (), house.clock.now()))
    (withdrawn,) = [x for x in sent.answers if x.what == "SUPERSEDED"]
    assert withdrawn.unread_by == (THEIRS,)
    assert f"before {THEIRS} read it" in screen(outbox_screen([sent], house.clock.now()))


async def test_S1_what_was_read_before_is_told_as_before(memory_house: House) -> None:
    house = memory_house
    matter = house.matter("letter")
    first = await house.accepted(OURS, house.draft(matter))
    await house.given(THEIRS, first)
    theirs = house.desks[THEIRS]
    theirs.show(first, by="duty-1")
    await house.told(OURS, lambda x: "RECEIVED" in {a.what for a in x.answers}, first)
    second = await house.accepted(OURS, house.draft(matter, corrects=first))
    await house.given(THEIRS, second)
    old = theirs.letter(first)
    assert old.withdrawn_by == second and not old.withdrawn_unread
    assert f"SUPERSEDED BY {end_of(second)}" in letter_flags(old, (), house.clock.now())
    sent = await house.told(
        OURS, lambda x: x if "SUPERSEDED" in {a.what for a in x.answers} else None, first
    )
    (withdrawn,) = [x for x in sent.answers if x.what == "SUPERSEDED"]
    assert withdrawn.unread_by == ()


def test_S1_a_faster_correction_replaces_a_slower_letter_and_its_clocks() -> None:
    """Whichever overtakes the other: silence climbs for the new one alone."""
    talk = Talk()
    first = talk.said(OURS, Act.CONCERN)
    talk.confirmed(ReportDelivered, first, THEIRS)
    second = talk.said(
        OURS, Act.CONCERN, kind=CorrectMessage, obsoletes=first.message_id,
        precedence=Precedence.FLASH,
    )  # fmt: skip
    (fact,) = [x for x in talk.court.entries[-1][0].events if isinstance(x, MessageSuperseded)]
    assert fact.unread_by == (THEIRS,)
    assert talk.confirmed(ReportReceived, first, THEIRS, officer="duty-1") == "accepted"
    events = talk.until(paper.NOON + timedelta(days=4))
    assert {event.message for event in events} == {second.message_id}


# Heard elsewhere.

RADIO = HeardElsewhere(
    medium=Medium.BROADCAST, source="Radio Belmark", heard_at=paper.NOON, text="We accept."
)


def quoting(*heard: HeardElsewhere) -> Text:
    return paper.TEXT.model_copy(update={"heard": heard})


def codes(text: Text, **fields: Any) -> list[str]:
    return [each.code for each in flaws(text, paper.outer(**fields))]


async def test_S1_what_was_heard_elsewhere_is_always_shown_as_unauthenticated(
    memory_house: House,
) -> None:
    house = memory_house
    heard = RADIO.model_copy(update={"heard_at": house.clock.now()})
    message = await house.accepted(OURS, house.draft(house.matter("radio"), heard=(heard,)))
    letter = await house.given(THEIRS, message)
    now = house.clock.now()
    shown = screen(letter_screen(letter, (), now))
    assert "UNAUTHENTICATED: BROADCAST of Radio Belmark, heard" in shown
    assert "« We accept. »" in shown and "nothing can answer it" in shown
    assert any("UNAUTHENTICATED" in each for each in letter_flags(letter, (), now))
    (document,) = letter_document(letter, (), now)["heard"]
    assert document["authenticated"] is False
    (document,) = sent_document(house.desks[OURS].sent(message))["heard"]
    assert document["authenticated"] is False


@pytest.mark.parametrize("act", [Act.ACCEPTANCE, Act.REJECTION, Act.CONTACT_ACCEPTANCE])
def test_S1_a_yes_or_no_answers_nothing_that_was_heard_elsewhere(act: Act) -> None:
    terms = Terms(regards="f" * 32)
    assert codes(quoting(RADIO), act=act, terms=terms) == ["AnswersHearsay"]
    assert codes(paper.TEXT, act=act, terms=terms) == []
    assert codes(quoting(RADIO)) == []


def test_S1_what_was_heard_is_named_whole() -> None:
    fields: dict[str, Any] = {"medium": Medium.PRESS, "source": "A paper", "heard_at": paper.NOON}
    digest = sha256(b"We accept.").hexdigest()
    assert HeardElsewhere(**fields, digest=digest).text is None
    assert HeardElsewhere(**fields, digest=digest, text="We accept.").digest == digest
    wrong: tuple[dict[str, Any], ...] = (
        {},
        {"digest": "0" * 64, "text": "We accept."},
        {"text": ""},
        {"text": "x" * (HEARD_TEXT_MAX + 1)},
        {"digest": "no digest"},
    )
    for each in wrong:
        with pytest.raises(ValidationError):
            HeardElsewhere(**fields, **each)


def test_S1_what_was_heard_lies_behind_and_shows_as_it_reads() -> None:
    ahead = RADIO.model_copy(update={"heard_at": paper.NOON + SKEW + timedelta(seconds=1)})
    assert codes(quoting(ahead)) == ["HappensLater"]
    turned = RADIO.model_copy(update={"text": "We \u202eaccept."})
    assert codes(quoting(turned)) == ["BidirectionalOverride"]


def test_S1_what_was_heard_is_typed_whole_or_not_at_all() -> None:
    assert Besides().heard == ()
    typed = Besides(heard_source="Radio", heard_at="2026-01-01T12:00Z", heard_text="We accept.")
    assert typed.heard[0].source == "Radio"
    for wrong in (
        Besides(heard_text="We accept."),
        Besides(heard_source="Radio", heard_at="2026-01-01T12:00Z"),
        Besides(heard_source="Radio", heard_text="We accept."),
    ):
        with pytest.raises(WrongUsage):
            assert wrong.heard
