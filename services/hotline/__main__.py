"""What `detente hotline` can be asked for."""

from __future__ import annotations

from cyclopts import App

from services.bus import process
from services.hotline.service import hotline
from services.hotline.showing import line_tests, lines, overdue, threads, undertakings

app = App(name="hotline", help="The hotline: run it, and see how its traffic stands.")
for show in (lines, threads, undertakings, overdue):
    app.command(show)
app.command(line_tests, name="tests")


app.command(process.command(lambda chosen: hotline(chosen.acknowledge_within_s)), name="run")


if __name__ == "__main__":
    app()
