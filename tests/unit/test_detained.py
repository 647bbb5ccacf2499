"""S6: of people who are held, how they are and who may see them are owed, each by its clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from schemas.acts import Act, DetaineeItem, Terms
from schemas.hotline import CorrectMessage
from schemas.particulars import DetainedPersonnelReply
from services.desk.inner.whole import flaws
from services.desk.screen.inbox import letter_flags
from services.desk.screen.outbox import outbox_screen
from services.desk.trouble import DeskTrouble
from services.hotline import views
from tests.kit import paper
from tests.kit.house import House, label
from tests.kit.particulars import SAMPLES
from tests.kit.talk import Talk, kinds
from tests.unit.test_own_facts import screen

A, B = "xaa-ghq", "xbb-ghq"
WELFARE, ACCESS = DetaineeItem.WELFARE, DetaineeItem.ACCESS
CLOCKS: dict[str, Any] = {
    "welfare_by": paper.NOON + timedelta(hours=12),
    "access_by": paper.NOON + timedelta(hours=36),
}


def answers(talk: Talk, asked: str, *items: DetaineeItem, desk: str = B, **fields: Any) -> str:
    terms = {"regards": asked, "items": items}
    return talk.say(desk, Act.DETAINED_PERSONNEL_REPLY, terms=terms, **fields)[1]


def overdue(talk: Talk) -> list[tuple[str, str]]:
    found = views.overdue({"border-1": talk.court.matter()})
    return [(each.what, each.of) for each in found if each.what in ("WELFARE", "ACCESS")]


def test_S6_each_of_the_two_is_owed_by_a_clock_of_its_own() -> None:
    talk = Talk()
    asked = talk.said(A, Act.DETAINED_PERSONNEL, terms=CLOCKS)
    assert answers(talk, asked.message_id, ACCESS) == "accepted"
    told = {each.to for each in talk.court.entries[-1][0].tells
            if each.notice.kind == "DetaineesAnswered"}  # fmt: skip
    assert told == {A, B}
    events = [x for x in talk.until(paper.NOON + timedelta(days=4)) if "Detainees" in x.kind]
    assert [(each.item, each.nation, each.due) for each in events] == [
        (WELFARE, "XBB", CLOCKS["welfare_by"])
    ]
    assert overdue(talk) == [("WELFARE", "XBB")]
    assert answers(talk, asked.message_id, WELFARE) == "accepted", "a late word counts"
    assert overdue(talk) == []
    assert answers(talk, asked.message_id, WELFARE) == "accepted", "said again as it changes"
    assert "DetaineesAnswered" not in kinds(list(talk.court.entries[-1][0].events))


@pytest.mark.parametrize("missing", list(CLOCKS))
def test_S6_neither_of_the_two_can_be_left_out(missing: str) -> None:
    terms = {name: at for name, at in CLOCKS.items() if name != missing}
    assert Talk().say(A, Act.DETAINED_PERSONNEL, terms=terms)[1] == "TermMissing"
    late = {**CLOCKS, missing: paper.NOON}
    assert Talk().say(A, Act.DETAINED_PERSONNEL, terms=late)[1] == "TermOutOfPlace"
    assert Talk().say(A, Act.CONCERN, terms=CLOCKS)[1] == "TermOutOfPlace"


def test_S6_only_whoever_was_asked_answers_and_only_what_was_asked() -> None:
    talk = Talk()
    asked = talk.said(A, Act.DETAINED_PERSONNEL, terms=CLOCKS)
    other = talk.said(A, Act.CONCERN)
    assert answers(talk, asked.message_id, WELFARE, desk=A) == "ActOutOfPlace"
    assert answers(talk, other.message_id, WELFARE) == "ActOutOfPlace"
    assert answers(talk, "f" * 32, WELFARE) == "NoSuchMessage"
    assert answers(talk, asked.message_id, WELFARE, WELFARE) == "TermOutOfPlace"
    lacking = talk.say(B, Act.DETAINED_PERSONNEL_REPLY, terms={"regards": asked.message_id})
    assert lacking[1] == "TermMissing"


def test_S6_a_corrected_question_has_the_clocks_of_its_correction() -> None:
    talk = Talk()
    first = talk.said(A, Act.DETAINED_PERSONNEL, terms=CLOCKS)
    talk.said(
        A, Act.DETAINED_PERSONNEL, terms=CLOCKS, kind=CorrectMessage, obsoletes=first.message_id
    )
    events = [x for x in talk.until(paper.NOON + timedelta(days=4)) if "Detainees" in x.kind]
    assert len(events) == 2 and first.message_id not in {each.message for each in events}


def test_S6_what_a_reply_says_outside_it_says_inside() -> None:
    outer = paper.outer(
        sender=B, action=(A,), act=Act.DETAINED_PERSONNEL_REPLY,
        terms=Terms(regards="f" * 32, items=(WELFARE, ACCESS)),
    )  # fmt: skip
    said = paper.TEXT.model_copy(update={"particulars": SAMPLES[Act.DETAINED_PERSONNEL_REPLY]})
    assert [each.code for each in flaws(said, outer)] == ["ItemsDiffer"]
    whole = DetainedPersonnelReply(welfare="Well.", access="Tomorrow.")
    said = said.model_copy(update={"particulars": whole})
    assert flaws(said, outer) == []
    with pytest.raises(ValueError, match="a reply says"):
        DetainedPersonnelReply()


async def test_S6_both_desks_see_what_is_owed_until_it_is_said(memory_house: House) -> None:
    house = memory_house
    matter, now = house.matter("crew"), house.clock.now()
    terms = Terms(welfare_by=now + timedelta(hours=12), access_by=now + timedelta(hours=36))
    asked = await house.accepted(A, house.draft(matter, act=Act.DETAINED_PERSONNEL, terms=terms))
    letter = await house.given(B, asked)
    flags = letter_flags(letter, (), now)
    assert [each.split(";")[0] for each in flags] == [
        "WELFARE of people held not answered by XBB", "ACCESS of people held not answered by XBB",
    ]  # fmt: skip
    reply = house.draft(
        matter, act=Act.DETAINED_PERSONNEL_REPLY, action=(A,), in_reply_to=asked,
        terms=Terms(regards=asked, items=(WELFARE,)),
    )  # fmt: skip
    await house.accepted(B, reply)
    await house.told(A, lambda x: "WELFARE ANSWERED" in {e.what for e in x.course}, asked)
    shown = screen(outbox_screen([house.desks[A].sent(asked)], now))
    assert "ACCESS of people held not answered by XBB" in shown
    assert "WELFARE of people held" not in shown


async def test_S6_a_version_that_its_reader_may_not_read_is_not_kept_as_a_draft(
    memory_house: House,
) -> None:
    """Wording is settled in versions: each is checked before a second officer looks at it."""
    house = memory_house
    ours = await house.open(A)
    regret = {"act": Act.REGRET, "label": label("XAA")}
    with pytest.raises(DeskTrouble) as refused:
        ours.draft(house.draft(house.matter("letter"), **regret), by="duty-1")
    assert refused.value.codes == ("NotReleasable",) and ours.drafts() == []
    first = ours.draft(house.draft(house.matter("letter"), act=Act.REGRET), by="duty-1")
    assert [each.number for each in ours.drafts()] == [first]
