"""The watch as JSON over HTTP and as server-sent events, on loopback only."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Protocol

from prometheus_client import CollectorRegistry
from pydantic import BaseModel
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from services.bus import pages
from services.bus.health import Condition
from services.watch.figures import Figures, Happened
from services.watch.tail import Filter, Tail

CHANGED_S, UNCHANGED_S = 1.0, 10.0
"""How often figures are sent: where something changed, and where nothing did."""
SHARE = 4
"""Figures are computed again after this many times as long as it took, at the soonest."""
HOST = "127.0.0.1"
WAITING_MOST = 500
"""Rows of what is owed that are sent each second: a flood must not choke who looks at it."""


class Served(Protocol):
    """What is shown."""

    @property
    def tail(self) -> Tail:
        """What happened last."""

    @property
    def changed(self) -> int:
        """Grows when something changed."""

    def figures(self) -> Figures:
        """All figures now."""

    async def history(self, matter: str) -> Sequence[Happened] | None:
        """A matter's, None where it is unknown."""


def bounded(figures: Figures, most: int = WAITING_MOST) -> Figures:
    """The same with so many rows of what is owed, the overdue first, and a count of the rest."""
    more = len(figures.waiting) - most
    if more <= 0:
        return figures
    return figures.model_copy(update={"waiting": figures.waiting[:most], "waiting_more": more})


class Newest:
    """The figures, computed at most so often that it takes a small share of the time."""

    def __init__(self, served: Served, now: Callable[[], float] = time.monotonic) -> None:
        self._served, self._now = served, now
        self._until, self._body = 0.0, b""

    def body(self) -> bytes:
        """As JSON, bounded."""
        begun = self._now()
        if begun >= self._until:
            self._body = bounded(self._served.figures()).model_dump_json().encode()
            ended = self._now()
            self._until = ended + SHARE * (ended - begun)
        return self._body


def app(served: Served, condition: Condition, registry: CollectorRegistry) -> Starlette:
    """The watch as an application."""
    newest = Newest(served)

    async def figures(request: Request) -> Response:
        whole = request.query_params.get("waiting") == "all"
        body = served.figures().model_dump_json().encode() if whole else newest.body()
        return Response(body, media_type="application/json")

    async def stream(_: Request) -> Response:
        return EventSourceResponse(_figures(served, newest), ping=15)

    async def events(request: Request) -> Response:
        wanted = _filter(request.query_params)
        return EventSourceResponse(_events(served, wanted), ping=15)

    async def matter(request: Request) -> Response:
        found = await served.history(request.path_params["matter"])
        if found is None:
            return JSONResponse({"error": "no such matter"}, status_code=404)
        return Response(_list(found), media_type="application/json")

    return Starlette(
        routes=[
            Route("/figures", figures),
            Route("/figures/stream", stream),
            Route("/events", events),
            Route("/matters/{matter}", matter),
            Mount("/", pages.pages(condition, registry)),
        ]
    )


def _filter(asked: Mapping[str, str]) -> Filter:
    """Of what is asked; an empty value asks for everything."""
    names = ("service", "nation", "precedence", "state", "matter")
    return Filter(**{name: asked[name] for name in names if asked.get(name)})


async def _figures(served: Served, newest: Newest) -> AsyncIterator[ServerSentEvent]:
    while True:
        sent = served.changed
        yield ServerSentEvent(newest.body().decode(), event="figures")
        for _ in range(round(UNCHANGED_S / CHANGED_S)):
            await asyncio.sleep(CHANGED_S)
            if served.changed != sent:
                break


async def _events(served: Served, wanted: Filter) -> AsyncIterator[ServerSentEvent]:
    async for some in served.tail.follow(wanted):
        for each in some:
            yield ServerSentEvent(each.model_dump_json(), event="happened")


def _list(found: Sequence[BaseModel]) -> bytes:
    return b"[" + b",".join(each.model_dump_json().encode() for each in found) + b"]"
