"""A desk's whole store, and how an officer's shorthand finds a message in it."""

from __future__ import annotations

from services.desk.store.addresses import AddressBook
from services.desk.store.alarms import Alarms
from services.desk.store.drafts import Drafts
from services.desk.store.facts import OwnFacts
from services.desk.store.inbox import Inbox
from services.desk.store.outbox import Outbox
from services.desk.store.positions import Positions
from services.desk.store.traces import Traces

IDENTITY_LENGTH = 32


class Store(Drafts, Outbox, Inbox, Alarms, AddressBook, OwnFacts, Positions, Traces):
    """Everything that a desk keeps, in one file, so that one transaction may touch all of it."""

    def identities(self, ending: str) -> tuple[list[str], list[str]]:
        """Messages in inbox and outbox whose identity ends so."""
        letters_only = "".join(each for each in ending if each.isalnum())
        # A whole identity is found by index; only an officer's shorthand needs a scan.
        how, sought = (
            ("= ?", ending) if len(ending) == IDENTITY_LENGTH else ("LIKE ?", f"%{letters_only}")
        )
        messages = "SELECT DISTINCT about FROM inbox WHERE kind = 'CarriedMessage' AND about "
        given = self._db.execute(messages + how, (sought,))
        released = "SELECT message FROM outbox WHERE about IS NULL AND message "
        made = self._db.execute(released + how, (sought,))
        return [row[0] for row in given], [row[0] for row in made]
