"""`detente watch`: what operators see."""

from __future__ import annotations

import sys

from cyclopts import App

from services.bus.clock import SystemClock
from services.bus.settings import settings
from services.bus.topics import Realm

app = App(name="watch", help="What operators see: traffic, ages and silence. Never a text.")


@app.default
def view(*, realm: Realm = Realm.LIVE, url: str | None = None) -> int:
    """Open the full-screen view of a watch that runs; `q` ends it.

    Parameters
    ----------
    realm
        live, or exercise. A watch of the other realm is not shown.
    url
        Where the watch answers; on this machine at DETENTE_WATCH_PORT by default.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(
            "detente watch: this is no terminal; `detente watch figures` prints once",
            file=sys.stderr,
        )
        return 1
    # Textual takes half a second to load, which `serve` does not wait for.
    from services.watch.client import WatchClient
    from services.watch.terminal.app import WatchApp

    view_of = WatchApp(WatchClient(url or settings().watch_url), SystemClock(), realm)
    view_of.run()
    return view_of.return_code or 0


app.command(
    "services.watch.asking:show_figures", name="figures", help="Print one pane of the view once."
)


@app.command
def serve(*, realm: Realm = Realm.LIVE) -> int:
    """Fold the ledgers and serve the figures on loopback, until SIGTERM.

    Parameters
    ----------
    realm
        live, or exercise.
    """
    # What needs Faust is loaded here alone.
    from services.watch import process

    return process.run(realm)


if __name__ == "__main__":
    app()
