"""Whether what is inside an alert says what its outside says.

Checked before release and on receipt. Services decide by the outer part, people by the CAP message
inside: where the two differ, a desk that acts on one is misled by the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel

from schemas.alerts import (
    AckAlert,
    AlertContent,
    AlertMessage,
    ApproveTemplates,
    CancelAlert,
    CapAnswer,
    ClearAlert,
    CorrectAlert,
    FollowUp,
    Purpose,
    SenderCommand,
    TemplatePair,
)
from schemas.cap import CapAlert, MsgType, ResponseType, instant
from schemas.concerns import Explanation, ReplyToRequest
from schemas.parties import MessageType
from services.desk.inner.flaw import Flaw
from services.desk.inner.words import EXERCISE_MARK, LIVE_PHRASES, of_characters, strings_in

CODE_NAME = "DETENTE"
"""Under this name the outer part's event code and geocodes stand in CAP."""
APART = timedelta(minutes=2)
"""How far CAP's `sent` may lie from the release: as far as clocks may differ."""


def of_alert(content: AlertContent, outer: SenderCommand) -> Sequence[Flaw]:
    """What is wrong with what a sender says."""
    return [*_of_alert(content, outer), *of_characters(*strings_in(content))]


def _of_alert(content: AlertContent, outer: SenderCommand) -> Iterator[Flaw]:
    cap = content.cap
    differing = [
        *_named(cap, outer, outer.msg_type),
        *(_event(cap, outer) if isinstance(outer, AlertMessage) else ()),
    ]
    if differing:
        yield _differs(differing)
    yield from _exercise(content, outer)
    if isinstance(outer, AlertMessage):
        yield from _whole(content, outer)
    if isinstance(outer, FollowUp):
        yield from _from_template(content, outer)
    if isinstance(outer, ClearAlert) and not all(
        ResponseType.ALL_CLEAR in info.response_type for info in cap.info
    ):
        yield Flaw("NotAllClear", "An all clear has AllClear as its response type.")


def _differs(names: Sequence[str]) -> Flaw:
    return Flaw(
        "CapDiffers",
        f"The CAP message and its envelope differ in {', '.join(names)}. Release it again.",
    )


def _named(cap: CapAlert, outer: Any, msg_type: MsgType) -> Iterator[str]:
    if cap.identifier != outer.identifier:
        yield "identifier"
    if cap.sender != outer.sender:
        yield "sender"
    if cap.msg_type is not msg_type:
        yield "msgType"
    if abs(instant(cap.sent) - outer.sent_at) > APART:
        yield "sent"


def _event(cap: CapAlert, outer: AlertMessage) -> Iterator[str]:
    if cap.status is not outer.status:
        yield "status"
    for info in cap.info:
        if outer.event_code not in _codes(info.event_code):
            yield "eventCode"
        for name in ("urgency", "severity", "certainty"):
            if getattr(info, name) is not getattr(outer, name):
                yield name
        for name in ("onset", "effective", "expires"):
            if _moment(getattr(info, name)) != getattr(outer, name):
                yield name
        found = {code for area in info.area for code in _codes(area.geocode)}
        if not set(outer.geocodes) <= found:
            yield "geocode"
    if (outer.incident is not None) != (outer.incident in cap.incidents):
        yield "incidents"


def _codes(named: Sequence[Any]) -> list[str]:
    return [each.value for each in named if each.value_name == CODE_NAME]


def _moment(written: str | None) -> datetime | None:
    return instant(written) if written else None


def _whole(content: AlertContent, outer: AlertMessage) -> Iterator[Flaw]:
    """An alert brings its attribution and both templates, which the envelope names by digest."""
    if content.attribution is None or content.attribution.confidence is not outer.confidence:
        yield Flaw("AttributionDiffers", "The attribution inside is not as sure as outside.")
    both, named = content.templates, outer.templates
    if both is None:
        yield Flaw("TemplateMissing", "It does not bring its cancel and correction templates.")
    elif named is not None and (both.cancel.digest, both.correction.digest) != (
        named.cancel,
        named.correction,
    ):
        yield Flaw("TemplateDiffers", "The templates inside are not those that were approved.")
    if both is not None and both.cancel.event_code is not outer.event_code:
        yield Flaw("TemplateDiffers", "The templates are for another kind of alert.")


def _from_template(content: AlertContent, outer: FollowUp) -> Iterator[Flaw]:
    """What one officer sends is the approved text, word for word."""
    used = content.used
    if (used.digest if used else None) != outer.template:
        yield Flaw("TemplateDiffers", "The template inside is not the one named outside.")
        return
    if used is None:
        return
    purpose = {CancelAlert: Purpose.CANCEL, CorrectAlert: Purpose.CORRECTION}.get(type(outer))
    said = [(info.headline, info.description, info.instruction) for info in content.cap.info]
    if used.purpose is not purpose:
        yield Flaw("TemplateDiffers", "The template was approved for another purpose.")
    if said != [(used.headline, used.description, used.instruction)] or (
        content.cap.note != used.note
    ):
        yield Flaw("NotTheTemplate", "The words are not those of the approved template.")


def _exercise(content: BaseModel, outer: Any) -> Iterator[Flaw]:
    """What is said in an exercise says so itself; what is said in earnest never does."""
    whole = " ".join(" ".join(part.upper().split()) for part in strings_in(content))
    if outer.message_type is MessageType.OPERATION:
        if EXERCISE_MARK in whole or "THIS IS A DRILL" in whole:
            yield Flaw("ExercisePhrase", "A live alert says that it is an exercise.")
        return
    if outer.message_type.is_exercise:
        cap = getattr(content, "cap", None)
        if cap is not None and outer.exercise not in (cap.note or ""):
            yield Flaw("ExerciseMark", "The note of an exercise's message names the exercise.")
        if any(phrase in whole for phrase in LIVE_PHRASES):
            yield Flaw("LivePhrase", "An exercise uses words that are kept for the real world.")


def of_answer(content: CapAnswer, outer: Any) -> Sequence[Flaw]:
    """What is wrong with CAP's Ack or Error."""
    wanted = MsgType.ACK if isinstance(outer, AckAlert) else MsgType.ERROR
    differing = list(_named(content.cap, outer, wanted))
    flaws = [_differs(differing)] if differing else []
    return [*flaws, *_exercise(content, outer), *of_characters(*strings_in(content))]


def of_templates(content: TemplatePair, outer: ApproveTemplates) -> Sequence[Flaw]:
    """What is wrong with templates that are approved."""
    named = (outer.event_code, outer.cancel, outer.correction)
    held = (content.cancel.event_code, content.cancel.digest, content.correction.digest)
    differs = [Flaw("TemplateDiffers", "The templates inside are not those named outside.")]
    return [*(differs if named != held else ()), *of_characters(*strings_in(content))]


def of_explanation(content: Explanation, outer: ReplyToRequest) -> Sequence[Flaw]:
    """Whether a reply contains what its outside says that it contains."""
    flaws = of_risk(content, outer)
    if content.items == tuple(dict.fromkeys(outer.items)):
        return flaws
    return [Flaw("ItemsDiffer", "The reply does not contain the items named outside."), *flaws]


def of_risk(content: BaseModel, outer: Any) -> Sequence[Flaw]:
    """What is wrong with the words of what is said in risk reduction."""
    return [*_exercise(content, outer), *of_characters(*strings_in(content))]
