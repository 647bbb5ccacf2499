"""What followed from a message: exchanges, undertakings, contacts, relays. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.exchange import (
    AnswerGiven,
    AnswerOverdue,
    ContactMoved,
    Crossing,
    DetaineesAnswered,
    DetaineesUnanswered,
    ExchangeMoved,
    ExchangePhase,
    MessageCrossed,
    OrdersConfirmed,
    OrdersOverdue,
    PartySpokeForEnd,
    ReschedulingProposed,
    UndertakingEnded,
    UndertakingHeldUp,
    UndertakingReminder,
    UndertakingTookEffect,
)
from schemas.hotline import MessageRelayed
from services.desk.reading import Unfolded

CROSSINGS = {
    Crossing.SUPERSEDED: "it answers what a correction has replaced; not carried out",
    Crossing.CANCELLED: "it answers what was cancelled; not carried out",
    Crossing.LATE: "it came after the time that it names; not carried out",
}


ORDERS_CONFIRMED = "ORDERS CONFIRMED"


@dataclass(frozen=True, slots=True)
class Followed:
    """One thing that followed from a message."""

    what: str
    """In capitals, as it stands on a screen."""
    at: datetime
    """When the service recorded it."""
    said: str = ""
    moment: datetime | None = None
    """The time that it is about: when an answer was due, when a contact is to be."""
    message: str | None = None
    """The other message that it comes from."""
    alarming: bool = False
    """Whether an officer must not overlook it."""
    nation: str | None = None
    """Whose word it is: on orders to its units, on people whom it holds."""


def followed_in(unfolded: Unfolded, digest: str) -> Followed | None:  # noqa: C901, PLR0912 - one case a kind of notice.
    """A notice on a message with this digest as one line of what followed; None for others."""
    notice, at = unfolded.outer.notice, unfolded.outer.sent_at
    match notice:
        case ExchangeMoved():
            unexplained = notice.phase is ExchangePhase.UNANSWERED
            by = f"by {notice.by}" if notice.by else "by the clock alone"
            why = "; why is not known" if unexplained else ""
            between = " and ".join(notice.between)
            said = f"between {between}, {by}{why}"
            what = f"EXCHANGE {_words(notice.phase)}"
            return Followed(what, at, said, message=notice.message, alarming=unexplained)
        case PartySpokeForEnd():
            what = f"{notice.by} SPOKE FOR {_words(notice.end)}"
            return Followed(what, at, "it counts once both have", message=notice.message)
        case MessageCrossed():
            what = "LATE" if notice.crossing is Crossing.LATE else f"CROSSED, {notice.crossing}"
            said = CROSSINGS[notice.crossing]
            return Followed(what, at, said, message=notice.regards, alarming=True)
        case AnswerGiven():
            return Followed("ANSWERED", at, f"by {notice.nation}", message=notice.by)
        case AnswerOverdue():
            said = f"{notice.nation} owed an answer; why there is none is not known"
            return Followed("UNANSWERED", at, said, moment=notice.due, alarming=True)
        case UndertakingTookEffect():
            return Followed("IN EFFECT", at)
        case UndertakingHeldUp():
            said = f"it waits for {' and '.join(notice.lacking)}"
            return Followed("NOT IN EFFECT", at, said, alarming=True)
        case DetaineesAnswered():
            said = f"by {notice.nation}, of people who are held"
            what = f"{notice.item} ANSWERED"
            return Followed(what, at, said, message=notice.by, nation=notice.nation)
        case DetaineesUnanswered():
            said = f"{notice.nation} owed a word on people who are held; why there is none is not"
            return Followed(
                f"{notice.item} NOT ANSWERED", at, f"{said} known", moment=notice.due,
                alarming=True,
            )  # fmt: skip
        case OrdersConfirmed():
            said = f"{notice.nation}: all its units have their orders"
            return Followed(ORDERS_CONFIRMED, at, said, message=notice.by, nation=notice.nation)
        case OrdersOverdue():
            said = f"{notice.nation} owed its word; whether its units have them is not known"
            return Followed(
                "ORDERS NOT CONFIRMED", at, said, moment=notice.due, alarming=True,
                nation=notice.nation,
            )  # fmt: skip
        case UndertakingReminder():
            return Followed(_words(notice.term), at, moment=notice.at)
        case UndertakingEnded():
            return Followed(f"UNDERTAKING {_words(notice.phase)}", at, alarming=True)
        case ContactMoved():
            what = f"CONTACT {_words(notice.phase)}"
            return Followed(what, at, moment=notice.contact_at, message=notice.by)
        case ReschedulingProposed():
            said = f"by {notice.nation}; it stands at the old time until both agree"
            return Followed(
                "OTHER TIME PROPOSED", at, said, moment=notice.contact_at, message=notice.by
            )
        case MessageRelayed():
            altered = notice.message_digest != digest
            same = "other bytes than were given" if altered else "the same bytes"
            to = ", ".join(leg.desk for leg in notice.legs)
            said = f"{same}, by {notice.by} ({notice.officer}) to {to}"
            return Followed("RELAYED", at, said, alarming=altered)
        case _:
            return None


def _words(name: str) -> str:
    return name.replace("_", " ")
