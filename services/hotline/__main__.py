"""What `detente hotline` can be asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from services.bus import process
from services.bus.settings import settings
from services.bus.topics import Realm
from services.hotline.service import hotline
from services.hotline.showing import line_tests, lines, overdue, threads, undertakings

app = App(name="hotline", help="The hotline: run it, and see how its traffic stands.")
for show in (lines, threads, undertakings, overdue):
    app.command(show)
app.command(line_tests, name="tests")


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
        The service's private key; <state>/services/hotline.key by default.
    """
    chosen = settings()
    process.run(hotline(chosen.acknowledge_within_s), chosen, realm, key)


if __name__ == "__main__":
    app()
