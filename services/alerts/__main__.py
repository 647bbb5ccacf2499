"""What `detente alerts` can be asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.alerts.service import alerts
from services.alerts.showing import chains, incidents, overdue, requests, templates, uncorrected
from services.bus import process
from services.bus.settings import settings
from services.bus.topics import Realm

app = App(name="alerts", help="Crisis alerts: run the service, and see how its traffic stands.")
for show in (chains, uncorrected, overdue, requests, incidents, templates):
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
        The service's private key; <state>/services/alerts.key by default.
    """
    chosen = settings()
    process.run(alerts(chosen.acknowledge_within_s), chosen, realm, key)


if __name__ == "__main__":
    app()
