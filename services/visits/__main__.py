"""What `detente visits` can be asked for."""

from __future__ import annotations

from cyclopts import App

from services.bus import process
from services.visits.service import visits
from services.visits.showing import clearances, contacts, lead_times, overdue, requests

app = App(name="visits", help="Visits and clearances: run the service, and see how they stand.")
for show in (requests, clearances, contacts, overdue):
    app.command(show)
app.command(lead_times, name="lead-times")


app.command(
    process.command(lambda chosen: visits(chosen.visit_terms, chosen.visit_terms_otherwise)),
    name="run",
)


if __name__ == "__main__":
    app()
