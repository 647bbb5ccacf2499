"""The watch over HTTP and server-sent events, as a source of figures."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TypeVar
from urllib.parse import quote

import httpx
from pydantic import TypeAdapter, ValidationError

from schemas.parties import Contract
from services.watch.figures import Figures, Happened
from services.watch.source import Silent

ANSWER_WITHIN_S = 5.0
FIGURES_WITHIN_S = 20.0
"""Figures come every 10 s at least; where they do not, the watch is silent."""
EVENTS_WITHIN_S = 60.0
"""Between two signs of life of the stream of events."""

ContractT = TypeVar("ContractT", bound=Contract)
_HISTORY = TypeAdapter(tuple[Happened, ...])
_FOUND, _UNKNOWN = 200, 404


class WatchClient:
    """A watch at an address. See Source."""

    def __init__(self, url: str) -> None:
        self.name = url
        self._http = httpx.AsyncClient(
            base_url=url,
            timeout=httpx.Timeout(ANSWER_WITHIN_S),
            trust_env=False,  # It is on loopback: no proxy has a part in it.
        )

    async def figures_now(self) -> Figures:
        """The figures once. Raises Silent."""
        return _read(Figures, (await self._get("/figures")).text)

    async def figures(self) -> AsyncGenerator[Figures, None]:
        """The figures now, and whenever they change."""
        async with aclosing(self._listen("/figures/stream", "figures", FIGURES_WITHIN_S)) as stream:
            async for said in stream:
                # Of several that came together only the newest are the figures now.
                yield _read(Figures, said[-1])

    async def happened(self) -> AsyncGenerator[Sequence[Happened], None]:
        """The newest events and all that follow; what arrives together is given together."""
        async with aclosing(self._listen("/events", "happened", EVENTS_WITHIN_S)) as stream:
            async for said in stream:
                yield [_read(Happened, each) for each in said]

    async def history(self, matter: str) -> Sequence[Happened] | None:
        """A matter's events in order; None where it is unknown."""
        answer = await self._get(f"/matters/{quote(matter, safe='')}", _FOUND, _UNKNOWN)
        if answer.status_code == _UNKNOWN:
            return None
        try:
            return _HISTORY.validate_json(answer.content)
        except ValidationError as trouble:
            raise Silent("it answers what this release does not understand") from trouble

    async def _get(self, path: str, *expected: int) -> httpx.Response:
        try:
            answer = await self._http.get(path)
        except httpx.HTTPError as trouble:
            raise Silent(_why(trouble)) from trouble
        if answer.status_code not in (expected or (_FOUND,)):
            raise Silent(f"it answers {answer.status_code} to {path.split('/')[1]}")
        return answer

    async def _listen(
        self, path: str, event: str, within_s: float
    ) -> AsyncGenerator[list[str], None]:
        """The data of a stream's events of this name; those of one piece of the wire together."""
        timeout = httpx.Timeout(ANSWER_WITHIN_S, read=within_s)
        try:
            async with self._http.stream("GET", path, timeout=timeout) as answer:
                if answer.status_code != _FOUND:
                    raise Silent(f"it answers {answer.status_code} to {path.split('/')[1]}")
                lines = EventLines(event)
                async for piece in answer.aiter_text():
                    if whole := lines.take(piece):
                        yield whole
        except httpx.HTTPError as trouble:
            raise Silent(_why(trouble)) from trouble
        raise Silent("it ended the stream")

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()


class EventLines:
    """Server-sent events out of pieces of text, as the HTML standard has them parsed: lines end
    with CR LF, LF or CR; an empty line ends an event; a line that begins with a colon is none.
    """

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._rest = ""
        self._event = ""
        self._data: list[str] = []

    def take(self, piece: str) -> list[str]:
        """The data of every wanted event that ends in this piece."""
        text = self._rest + piece
        held = text.endswith("\r")  # Perhaps half of a CR LF.
        if held:
            text = text[:-1]
        *lines, rest = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        self._rest = rest + ("\r" if held else "")
        found = []
        for line in lines:
            if line:
                self._field(line)
            else:
                if self._data and self._event == self._wanted:
                    found.append("\n".join(self._data))
                self._event, self._data = "", []
        return found

    def _field(self, line: str) -> None:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._event = value
        elif name == "data":
            self._data.append(value)


def _read(contract: type[ContractT], said: str) -> ContractT:
    try:
        return contract.model_validate_json(said)
    except ValidationError as trouble:
        raise Silent("it answers what this release does not understand") from trouble


def _why(trouble: httpx.HTTPError) -> str:
    match trouble:
        case httpx.ConnectError() | httpx.ConnectTimeout():
            return "nothing listens there"
        case httpx.TimeoutException():
            return "it is there and says nothing"
        case _:
            return "the connection broke"
