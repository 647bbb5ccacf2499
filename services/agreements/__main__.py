"""What `detente agreements` can be asked for."""

from __future__ import annotations

from cyclopts import App

from services.agreements.service import agreements
from services.agreements.showing import (
    activations,
    lapsing,
    list_agreements,
    obligations,
    participants,
)
from services.bus import process

app = App(name="agreements", help="Agreements: run the service, and see how they stand.")
app.command(list_agreements, name="list")
for show in (participants, obligations, lapsing, activations):
    app.command(show)


app.command(process.command(lambda _: agreements()), name="run")


if __name__ == "__main__":
    app()
