"""A small watch that serves what it is given, by the contract in services/watch/README.md."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from sse_starlette.sse import AppStatus, EventSourceResponse
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from services.watch.figures import Figures, Happened
from services.watch.source import Prepared, Silent

NEWEST = 200


@dataclass
class WatchServer:
    """Figures, events and histories over HTTP, out of a prepared source."""

    prepared: Prepared
    figures: Figures
    histories: Mapping[str, Sequence[Happened]] = field(default_factory=dict)
    listeners: int = 0

    def app(self) -> Starlette:
        """What answers."""
        return Starlette(
            routes=[
                Route("/figures", self._now),
                Route("/figures/stream", self._figures),
                Route("/events", self._events),
                Route("/matters/{matter}", self._matter),
            ]
        )

    async def _now(self, _: Request) -> Response:
        return Response(self.figures.model_dump_json(), media_type="application/json")

    async def _figures(self, _: Request) -> Response:
        async def told() -> AsyncIterator[dict[str, str]]:
            self.listeners += 1
            try:
                async for each in self.prepared.figures():
                    yield {"event": "figures", "data": each.model_dump_json()}
            except Silent:
                return
            finally:
                self.listeners -= 1

        return EventSourceResponse(told())

    async def _events(self, _: Request) -> Response:
        async def told() -> AsyncIterator[dict[str, str]]:
            try:
                async for each in self.prepared.happened():
                    for event in each:
                        yield {"event": "happened", "data": event.model_dump_json()}
            except Silent:
                return

        return EventSourceResponse(told())

    async def _matter(self, request: Request) -> Response:
        found = self.histories.get(request.path_params["matter"])
        if found is None:
            return JSONResponse({}, status_code=404)
        return JSONResponse([each.model_dump(mode="json") for each in found])


@asynccontextmanager
async def serving(server: WatchServer, port: int) -> AsyncIterator[str]:
    """Answer on loopback; the address."""
    AppStatus.should_exit = False
    running = uvicorn.Server(
        uvicorn.Config(
            server.app(),
            host="127.0.0.1",
            port=port,
            log_config=None,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    task = asyncio.create_task(running._serve())
    while not running.started:
        await asyncio.sleep(0)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        running.should_exit = True
        await server.prepared.fall_silent("it ends")
        await task
