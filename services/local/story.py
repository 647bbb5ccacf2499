"""The demo's story: a crisis between two nations, told through a third's eyes as well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from schemas.acts import Act
from schemas.particulars import AnswerTo, CeaseAction, ClarificationRequest, Explanation
from schemas.parties import Classification, Label, Precedence
from schemas.places import Location, Place, Point
from services.desk.desk import Desk
from services.desk.draft import Draft
from services.desk.letters import Received, Sent
from services.local.stage import Stage

T = TypeVar("T")

CEILINGS_S = {
    Precedence.OVERRIDE: 5.0,
    Precedence.FLASH: 5.0,
    Precedence.IMMEDIATE: 15.0,
    Precedence.PRIORITY: 60.0,
    Precedence.ROUTINE: 600.0,
}
"""The demo's clock: a FLASH has 5 s instead of 10 min, so that silence can be watched."""
LABEL = Label(
    policy="KALTMOOR LINE",
    classification=Classification.RESTRICTED,
    releasable_to=("XAA", "XBB", "XCC"),
)
VILLAGE = Point(latitude=47.12, longitude=9.58)
KALTMOOR = Location(point=VILLAGE, place=Place(name="Kaltmoor", point=VILLAGE))
WITHIN_S = 30.0


class StoryBroke(Exception):
    """Something that the story needs did not happen in time. It says what."""


@dataclass(frozen=True, slots=True)
class Story:
    """Plays on a stage; `tell` is given each turn of the story in words."""

    stage: Stage
    matter: str
    tell: Callable[[str], None]

    async def play(self) -> None:
        """All of it, in order. Raises StoryBroke."""
        first = await self.question()
        await self.correction_through_a_crash(first)
        await self.silence()
        await self.all_has_arrived()

    async def question(self) -> str:
        """A FLASH that is acknowledged and answered."""
        self.tell("Averna's radar sees two aircraft of Belmark 4 km inside. Two officers ask why.")
        averna, belmark = self.desk("xaa-ghq"), self.desk("xbb-ghq")
        asked = self.said(
            averna,
            Precedence.FLASH,
            "Two aircraft at 47.21 N 009.61 E",
            "At 01:12Z two of your aircraft crossed 4 km into our airspace near Kaltmoor. "
            "What is their purpose? We hold our fire.",
            act=Act.CLARIFICATION_REQUEST,
            particulars=ClarificationRequest(questions=("What is their purpose?",)),
            info=("xcc-mfa",),
            releaser="duty-2",
        )
        await self.taken_over(belmark, asked, passed_to="air operations centre")
        await self.answered(averna, asked, "ACKNOWLEDGED")
        self.tell("Belmark's duty officer has it, and its air operations centre answers.")
        reply = self.said(
            belmark,
            Precedence.IMMEDIATE,
            "Navigation error",
            "A training flight lost its way in weather. It turns back now. It is unarmed.",
            act=Act.EXPLANATION,
            particulars=Explanation(
                answers=(AnswerTo(question=1, answer="None: a training flight lost its way."),)
            ),
            action=("xaa-ghq",),
            in_reply_to=asked,
            releaser="supervisor",
        )
        await self.taken_over(averna, reply, by="duty-2", passed_to="the minister")
        averna.report_with_principal(reply, by="duty-2")
        await self.answered(belmark, reply, "DELIVERED TO PRINCIPAL")
        return asked

    async def correction_through_a_crash(self, first: str) -> None:
        """The hotline is killed; a correction waits for it, then reaches all who had the first."""
        averna, belmark, corvany = (self.desk(d) for d in ("xaa-ghq", "xbb-ghq", "xcc-mfa"))
        self.tell("The hotline service is killed with SIGKILL. Averna corrects its position now.")
        await self.stage.kill_hotline()
        correction = self.said(
            averna,
            Precedence.IMMEDIATE,
            "CORRECTED COPY: two aircraft at 47.12 N 009.61 E",
            "The position was wrong: 47.12 N, not 47.21 N. All else stands.",
            info=("xcc-mfa",),
            corrects=first,
        )
        waiting = averna.sent(correction)
        self.tell(f"The correction is {waiting.state}, and says so. The hotline starts again.")
        await self.stage.start_hotline()
        for desk in (belmark, corvany):
            await self.given(desk, correction)
            desk.show(correction, by="duty-1")
        belmark.acknowledge(correction, by="duty-1", passed_to="air operations centre")
        await self.answered(averna, correction, "ACKNOWLEDGED")
        self.tell("Both who had the first have the correction, and the first shows SUPERSEDED.")

    async def silence(self) -> None:
        """A FLASH that nobody takes: the ladder, the flag, and an answer by another channel."""
        averna, attache = self.desk("xaa-ghq"), self.desk("xbb-attache")
        self.tell("Shells fall on Kaltmoor. Averna: stop. At Belmark's headquarters nobody looks.")
        cease = self.said(
            averna,
            Precedence.FLASH,
            "CEASE FIRE: Kaltmoor",
            "Your artillery hits the village of Kaltmoor, 47.12 N 009.58 E. Stop now.",
            act=Act.CEASE_ACTION,
            particulars=CeaseAction(
                what="Artillery fire", where=KALTMOOR, harmed="The people of the village"
            ),
        )
        await self.answered(averna, cease, "OVERDUE")
        self.tell("The ceiling passed: OVERDUE. Why, nobody knows, and the bus does not guess.")
        await self.taken_over(
            attache,
            cease,
            by="duty-2",
            passed_to="the chief of defence, by telephone",
            read_back=KALTMOOR.point,
        )
        await self.answered(averna, cease, "ACKNOWLEDGED")
        self.tell("The attaché, last on the ladder, took it over. The guns fall silent.")

    async def all_has_arrived(self) -> None:
        """Wait until every desk's own report has come back to whom it concerns."""
        for desk in self.stage.desks.values():
            for letter in desk.outbox():
                message = letter.outer.message_id
                await self.until(
                    desk,
                    partial(_reported, desk, message),
                    f"every addressee of {message[-8:]} reports it",
                )

    def desk(self, name: str) -> Desk:
        """A desk of the stage."""
        return self.stage.desks[name]

    def said(
        self,
        desk: Desk,
        precedence: Precedence,
        subject: str,
        text: str,
        *,
        releaser: str = "duty-1",
        **fields: Any,
    ) -> str:
        """A message that its first duty officer drafts; in this matter and under the story's label,
        unless told otherwise.
        """
        usual = {"matter": self.matter, "label": LABEL, "action": ("xbb-ghq",)}
        draft = Draft(precedence=precedence, subject=subject, text=text, **{**usual, **fields})
        return desk.send(draft, drafter="duty-1", releaser=releaser)

    async def taken_over(
        self,
        desk: Desk,
        message: str,
        *,
        by: str = "duty-1",
        passed_to: str,
        read_back: Point | None = None,
    ) -> None:
        """Once the desk holds the message, an officer opens and acknowledges it."""
        await self.given(desk, message)
        desk.show(message, by=by)
        desk.acknowledge(message, by=by, passed_to=passed_to, read_back=read_back)

    async def given(self, desk: Desk, message: str) -> Received:
        """Once the desk holds the message."""

        def found() -> Received | None:
            letters = [each for each in desk.inbox() if each.outer.message_id == message]
            return letters[0] if letters else None

        return await self.until(desk, found, f"{desk.name} is given {message[-8:]}")

    async def answered(self, desk: Desk, message: str, what: str) -> Sent:
        """Once the desk is told this of a message that it sent."""

        def found() -> Sent | None:
            letter = desk.sent(message)
            return letter if any(answer.what == what for answer in letter.answers) else None

        return await self.until(desk, found, f"{desk.name} is told {what} of {message[-8:]}")

    async def until(self, desk: Desk, found: Callable[[], T | None], what: str) -> T:
        """What `found` gives, as soon as it gives anything; StoryBroke after WITHIN_S."""
        result = await desk.until(found, WITHIN_S)
        if result is None:
            raise StoryBroke(f"this did not happen within {WITHIN_S:g} s: {what}")
        return result


def _reported(desk: Desk, message: str) -> bool | None:
    """True once every addressee's own disk has reported the message."""
    letter = desk.sent(message)
    delivered = {answer.desk for answer in letter.answers if answer.what == "DELIVERED"}
    return True if {*letter.outer.action, *letter.outer.info} <= delivered else None
