"""How a process is, for operators: health and metrics, on loopback only."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import uvicorn
from prometheus_client import CollectorRegistry, make_asgi_app
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route


def pages(ready: Callable[[], bool], registry: CollectorRegistry) -> Starlette:
    """The three pages as an application."""

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"live": True})

    async def is_ready(_: Request) -> JSONResponse:
        return JSONResponse({"ready": ready()}, status_code=200 if ready() else 503)

    return Starlette(
        routes=[
            Route("/health/live", live),
            Route("/health/ready", is_ready),
            Mount("/metrics", make_asgi_app(registry)),
        ]
    )


async def serve(port: int, ready: Callable[[], bool], registry: CollectorRegistry) -> None:
    """Answer on loopback until cancelled."""
    server = uvicorn.Server(
        uvicorn.Config(
            pages(ready, registry),
            host="127.0.0.1",
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
        )
    )
    try:
        await server._serve()  # noqa: SLF001 - `serve` would take over the process's signal handlers.
    except asyncio.CancelledError:
        await server.shutdown()
        raise
