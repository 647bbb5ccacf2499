"""The state of one host's register, and its clocks. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from schemas.contacts import (
    Contact,
    ContactChanged,
    ContactDeadline,
    ContactKind,
    ContactPhase,
    PassContactDeadline,
    register_of,
)
from schemas.parties import ExerciseId, Lane, MessageType, Nation
from services.bus.own_word import own_word
from services.bus.service import Deadline

REQUEST_BEFORE = timedelta(hours=36)
"""How long before the intended entry a request must come (VD 2011 ch. IX, as domain has it)."""
REPLY_WITHIN = timedelta(hours=24)
STAY_AT_MOST = timedelta(hours=48)
COUNTS = (
    ContactPhase.REQUESTED,
    ContactPhase.UNANSWERED,
    ContactPhase.ACCEPTED,
    ContactPhase.UNDER_WAY,
    ContactPhase.ENDED,
)
"""What stands against a quota: what was accepted, whatever came of it, and what waits."""
WAITING = (ContactPhase.REQUESTED, ContactPhase.UNANSWERED)
Due = tuple[ContactDeadline, datetime]


@dataclass(frozen=True, slots=True)
class Register:
    """All inspections, evaluations and contacts of a host."""

    host: Nation = ""
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    told: tuple[Nation, ...] = ()
    """Every nation that was told anything of it."""
    message_type: MessageType = MessageType.OPERATION
    exercise: ExerciseId | None = None

    def used(self, kind: ContactKind, year: int, by: Nation | None = None) -> int:
        """How many of a calendar year count, of all states or of one."""
        return sum(
            each.contact is kind
            and each.enters_at.year == year
            and each.phase in COUNTS
            and by in (None, each.by)
            for each in self.contacts.values()
        )


EMPTY = Register()


def evolve(register: Register, event: ContactChanged) -> Register:
    """The register after an event, which says itself how that contact stands."""
    return replace(
        register,
        host=event.host,
        contacts={**register.contacts, event.contact.contact_id: event.contact},
        told=tuple(sorted({*register.told, *event.told})),
        message_type=event.message_type,
        exercise=event.exercise,
    )


def deadlines(register: Register) -> Sequence[Deadline]:
    """A reply that is due, an entry, and the end of a stay."""
    return [
        Deadline(due, partial(_command, register, contact, what, due))
        for contact in register.contacts.values()
        for what, due in due_on(contact)
    ]


def due_on(contact: Contact) -> list[Due]:
    """Every deadline that stands on one of them."""
    found: list[Due] = []
    if contact.phase is ContactPhase.REQUESTED and contact.reply_due:
        found.append((ContactDeadline.REPLY, contact.reply_due))
    if contact.phase is ContactPhase.ACCEPTED and contact.enter_by:
        found.append((ContactDeadline.ENTRY, contact.enter_by))
    if contact.phase is ContactPhase.UNDER_WAY and contact.leave_by:
        found.append((ContactDeadline.STAY, contact.leave_by))
    return [each for each in found if each[0] not in contact.late]


def _command(
    register: Register, contact: Contact, what: ContactDeadline, due: datetime
) -> PassContactDeadline:
    return own_word(
        PassContactDeadline,
        register,
        service="visits",
        matter=register_of(register.host),
        lane=Lane.ROUTINE,
        at=due,
        identity=f"{register.host} {contact.contact_id} {what} {due.isoformat()}",
        host=register.host,
        copied_to=register.told[:60],
        contact_id=contact.contact_id,
        what=what,
        due=due,
    )
