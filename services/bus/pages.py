"""Health and metrics of a process, served on loopback."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from prometheus_client import CollectorRegistry, make_asgi_app
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from services.bus.health import Condition, PortTaken


def pages(condition: Condition, registry: CollectorRegistry) -> Starlette:
    """The three pages as an application."""

    async def live(_: Request) -> JSONResponse:
        return JSONResponse({"live": True, "process": condition.process})

    async def is_ready(_: Request) -> JSONResponse:
        said = condition.document()
        return JSONResponse(said, status_code=200 if said["ready"] else 503)

    return Starlette(
        routes=[
            Route("/health/live", live),
            Route("/health/ready", is_ready),
            Mount("/metrics", make_asgi_app(registry)),
        ]
    )


def listen(host: str, port: int, otherwise: str) -> socket.socket:
    """A socket that listens there. PortTaken, with what to do `otherwise`, where none can."""
    try:
        return socket.create_server((host, port))
    except OSError as trouble:
        raise PortTaken(
            f"cannot serve on {host}:{port} ({trouble.strerror}): {otherwise}"
        ) from trouble


async def answer(application: Starlette, listening: socket.socket) -> None:
    """Answer until cancelled; then whoever is being answered has a second more."""
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=1,
        )
    )
    try:
        await server._serve([listening])  # noqa: SLF001 - `serve` would take over the process's signal handlers.
    except asyncio.CancelledError:
        await server.shutdown([listening])
        raise


async def serve(port: int, host: str, condition: Condition, registry: CollectorRegistry) -> None:
    """Serve the three pages until cancelled, on loopback unless told otherwise. PortTaken."""
    otherwise = "set DETENTE_HEALTH_PORT to a port that is free, or to 0 for none"
    await answer(pages(condition, registry), listen(host, port, otherwise))
