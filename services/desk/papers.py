"""A desk's papers: what it received, released, drafted and refused, as its disk has it."""

from __future__ import annotations

from collections.abc import Sequence

from services.desk import letters
from services.desk.draft import Draft, KeptDraft
from services.desk.letters import Received, Sent
from services.desk.relays import Invitation, ToRelay, invitations, to_relay
from services.desk.reports import Report, reports_on
from services.desk.store.records import Address, Alarm, LinkState
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble


class Papers:
    """All that can be read without the bus, whichever process wrote it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        """What is on this desk's disk; for those who check it."""

    def inbox(self) -> list[Received]:
        """Every message that was received, oldest first."""
        return letters.received(self.store)

    def letter(self, message: str) -> Received:
        """One of them, by its identity or the end of it. DeskTrouble where there is none."""
        given, _ = self.store.identities(message)
        return letters.received_one(self.store, _the_only(given, message, "inbox"))

    def outbox(self) -> list[Sent]:
        """Every message that was released, oldest first, with all that came back."""
        return letters.sent(self.store)

    def sent(self, message: str) -> Sent:
        """One of them, by its identity or the end of it. DeskTrouble where there is none."""
        _, found = self.store.identities(message)
        made = [each for each in found if letters.is_message(self.store, each)]
        return letters.sent_one(self.store, _the_only(made, message, "outbox"))

    def to_relay(self) -> list[ToRelay]:
        """What this desk was asked to pass on as a mediator, oldest first."""
        return to_relay(self.store)

    def invitations(self) -> list[Invitation]:
        """Every invitation to mediate that this desk was told of, oldest first."""
        return invitations(self.store)

    def address_of(self, desk: str) -> Address:
        """How a desk is addressed, as far as this one learnt it from the directory."""
        return self.store.address(desk)

    def relay_of(self, message: str) -> ToRelay:
        """One message to relay, by its identity or the end of it. DeskTrouble where there is
        none.
        """
        asked = {each.asked.message: each for each in self.to_relay()}
        return asked[
            _the_only([name for name in asked if name.endswith(message)], message, "relays")
        ]

    def drafts(self) -> list[KeptDraft]:
        """What waits for a releaser, oldest first."""
        return [
            KeptDraft(number, drafter, drafted_at, Draft.model_validate_json(content))
            for number, drafter, drafted_at, content in self.store.drafts()
        ]

    def reports(self, message: str) -> list[Report]:
        """What this desk reported of a message that it was given, oldest first."""
        return reports_on(self.store, message)

    def alarms(self) -> list[Alarm]:
        """What was refused here: forged, altered, or a number used twice."""
        return self.store.alarms()

    def link_state(self) -> LinkState | None:
        """Whether the bus is reached; None before the first try."""
        return self.store.link()


def _the_only(found: Sequence[str], message: str, where: str) -> str:
    if not found:
        raise DeskTrouble(f"no message {message} in the {where}", "NoSuchMessage")
    if len(found) > 1:
        raise DeskTrouble(f"{message} is the end of {len(found)} identities; give more of it")
    return found[0]
