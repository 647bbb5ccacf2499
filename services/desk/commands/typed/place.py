"""On which desk a command works, and how its answer is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Place:
    """Which desk, and for whom the answer is written.

    Parameters
    ----------
    home
        The desk's home.
    json
        Answer with one JSON document on stdout.
    """

    home: Annotated[Path, Parameter(env_var="DETENTE_HOME")] = Path()
    json: bool = False


HERE = Place()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Answering:
    """How long the service's answer is waited for, and where it is given.

    Parameters
    ----------
    wait
        Seconds to wait for the service's answer before showing it as it is.
    """

    wait: float = 5.0
    place: Place = HERE


SOON = Answering()
