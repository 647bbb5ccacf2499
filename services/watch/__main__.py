"""`detente watch`: what operators see."""

from __future__ import annotations

from cyclopts import App

from services.bus.topics import Realm

app = App(name="watch", help="What operators see: traffic, ages and silence. Never a text.")


@app.command
def serve(*, realm: Realm = Realm.LIVE) -> None:
    """Fold the ledgers and serve the figures on loopback, until SIGTERM.

    Parameters
    ----------
    realm
        live, or exercise.
    """
    from services.watch import process  # noqa: PLC0415 - what needs Faust is loaded here alone.

    raise SystemExit(process.run(realm))


if __name__ == "__main__":
    app()
