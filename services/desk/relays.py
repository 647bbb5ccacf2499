"""What a mediator is asked to relay, read or unread, and who invited it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.catalogue import payload_type_of
from schemas.exchange import MediatorInvited, RelayAsked
from schemas.hotline import MessageOuter, RelayMessage, Text
from schemas.receipts import Delivery
from services.desk.reading import unfold
from services.desk.store.records import OutState
from services.desk.store.store import Store


@dataclass(frozen=True, slots=True)
class ToRelay:
    """A message that this desk is asked to pass on as it is."""

    delivery: Delivery
    asked: RelayAsked
    outer: MessageOuter | None
    """None where its label keeps it from the mediator's eyes."""
    text: Text | None
    delivered_at: datetime
    is_relayed: bool
    """Whether this desk passed it on, as far as its own disk knows."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One party asked a desk to mediate in a matter. It may, once both parties have."""

    matter: str
    invited: MediatorInvited
    at: datetime


def to_relay(store: Store) -> list[ToRelay]:
    """Everything that this desk was asked to relay, oldest first."""
    return [_to_relay(store, found.value, found.received_at) for found in store.ins("RelayAsked")]


def _to_relay(store: Store, value: bytes, received_at: datetime) -> ToRelay:
    unfolded = unfold(value)
    asked, enclosed = unfolded.outer.notice, unfolded.enclosed
    assert isinstance(asked, RelayAsked), "only such notices were asked for"
    # Sealed is sealed, whatever came with it.
    outer = enclosed.outer if enclosed and not asked.sealed else None
    content = enclosed.content if enclosed and not asked.sealed else None
    passed_on = payload_type_of(RelayMessage)
    return ToRelay(
        delivery=unfolded.outer,
        asked=asked,
        outer=outer if isinstance(outer, MessageOuter) else None,
        text=content if isinstance(content, Text) else None,
        delivered_at=received_at,
        is_relayed=any(
            out.kind == passed_on and out.state is not OutState.REFUSED
            for out in store.said_of(asked.message)
        ),
    )


def invitations(store: Store) -> list[Invitation]:
    """Every invitation to mediate that this desk was told of, oldest first."""
    found = []
    for each in store.ins("MediatorInvited"):
        outer = unfold(each.value).outer
        assert isinstance(outer.notice, MediatorInvited), "only such notices were asked for"
        found.append(Invitation(outer.matter, outer.notice, outer.sent_at))
    return found
