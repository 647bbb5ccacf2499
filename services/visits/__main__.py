"""What `detente visits` can be asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.bus import process
from services.bus.settings import settings
from services.bus.topics import Realm
from services.visits.service import visits
from services.visits.showing import clearances, contacts, lead_times, overdue, requests

app = App(name="visits", help="Visits and clearances: run the service, and see how they stand.")
for show in (requests, clearances, contacts, overdue):
    app.command(show)
app.command(lead_times, name="lead-times")


@app.command
def run(
    *, realm: Realm = Realm.LIVE, key: Annotated[Path | None, Parameter(name="--key")] = None
) -> None:
    """Run one instance until SIGTERM. Start as many as there are partitions, each with its own
    DETENTE_INSTANCE.

    Parameters
    ----------
    realm
        live, or exercise: the same rules on topics of their own.
    key
        The service's private key; <state>/services/visits.key by default.
    """
    chosen = settings()
    process.run(visits(chosen.visit_terms, chosen.visit_terms_otherwise), chosen, realm, key)


if __name__ == "__main__":
    app()
