"""What a desk reported of the messages that it was given, and how far each report got."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.receipts import CommandRefused
from services.desk.reading import unfold
from services.desk.store.records import Out
from services.desk.store.store import Store


@dataclass(frozen=True, slots=True)
class Report:
    """What this desk reported of a message that it was given, and how far that got.

    A report goes no further than ON_BUS: the service answers only one that it refuses.
    """

    out: Out
    refusal: CommandRefused | None


def reports_on(store: Store, message: str) -> list[Report]:
    """What this desk reported of a message that it was given, oldest first."""
    return [Report(out, refusal_of(store, out.message)) for out in store.said_of(message)]


def refusal_of(store: Store, record: str) -> CommandRefused | None:
    """Why the service took no notice of a record; None where it has not said so."""
    notices = (unfold(found.value).outer.notice for found in store.heard_about(record))
    return next((each for each in notices if isinstance(each, CommandRefused)), None)
