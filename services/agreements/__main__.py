"""What `detente agreements` can be asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.agreements.service import agreements
from services.agreements.showing import (
    activations,
    lapsing,
    list_agreements,
    obligations,
    participants,
)
from services.bus import process
from services.bus.settings import settings
from services.bus.topics import Realm

app = App(name="agreements", help="Agreements: run the service, and see how they stand.")
app.command(list_agreements, name="list")
for show in (participants, obligations, lapsing, activations):
    app.command(show)


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
        The service's private key; <state>/services/agreements.key by default.
    """
    process.run(agreements(), settings(), realm, key)


if __name__ == "__main__":
    app()
