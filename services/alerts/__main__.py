"""What `detente alerts` can be asked for."""

from __future__ import annotations

from cyclopts import App

from services.alerts.service import alerts
from services.alerts.showing import (
    chains,
    incidents,
    notices,
    overdue,
    requests,
    templates,
    uncorrected,
)
from services.bus import process

app = App(name="alerts", help="Crisis alerts: run the service, and see how its traffic stands.")
for show in (chains, uncorrected, overdue, requests, notices, incidents, templates):
    app.command(show)


app.command(process.command(lambda chosen: alerts(chosen.acknowledge_within_s)), name="run")


if __name__ == "__main__":
    app()
