"""A page in a headless Chromium, spoken to over its own protocol. No driver is needed for that."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
WITHIN_S = 30.0
PNG_BYTES_MAX = 64 * 1024 * 1024


def chromium() -> str:
    """The browser of this machine. Without one the test skips, but fails where CI says it is CI."""
    found = next((where for name in NAMES if (where := shutil.which(name))), None)
    if found is None:
        said = f"needs a browser: none of {', '.join(NAMES)} is installed (apt install chromium)"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(said, pytrace=False)
        pytest.skip(said)
    return found


@dataclass
class Page:
    """One open page."""

    socket: aiohttp.ClientWebSocketResponse
    events: list[dict[str, Any]] = field(default_factory=list)
    _numbers: Any = field(default_factory=lambda: count(1))

    async def ask(self, method: str, **given: Any) -> dict[str, Any]:
        """A command of the DevTools protocol, and what it answers."""
        number = next(self._numbers)
        await self.socket.send_json({"id": number, "method": method, "params": given})
        while True:
            said = await self._next()
            if said.get("id") == number:
                assert "error" not in said, (method, said["error"])
                return dict(said["result"])

    async def _next(self) -> dict[str, Any]:
        said: dict[str, Any] = await self.socket.receive_json(timeout=WITHIN_S)
        if "method" in said:
            self.events.append(said)
        return said

    async def until(self, method: str) -> dict[str, Any]:
        """An event, as soon as it comes."""
        while True:
            for said in self.events:
                if said["method"] == method:
                    self.events.remove(said)
                    return said
            await self._next()

    async def open(self, url: str) -> None:
        """A page, once all of it is there."""
        self.events.clear()
        await self.ask("Page.enable")
        await self.ask("Runtime.enable")
        await self.ask("Page.navigate", url=url)
        await self.until("Page.loadEventFired")

    async def run(self, script: str) -> Any:
        """What a script gives, in the page."""
        found = await self.ask(
            "Runtime.evaluate", expression=script, returnByValue=True, userGesture=True,
            awaitPromise=True,
        )  # fmt: skip
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def wide(self, width: int, *, dark: bool = False) -> None:
        """As a screen of that many pixels shows it."""
        await self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1,
            mobile=False,
        )  # fmt: skip
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.ask("Emulation.setEmulatedMedia", features=[scheme])

    async def picture(self) -> bytes:
        """All of the page, from top to bottom, as PNG."""
        found = await self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        return base64.b64decode(found["data"])

    async def printed(self) -> bytes:
        """As it comes out of a printer, as PDF."""
        found = await self.ask("Page.printToPDF", preferCSSPageSize=True)
        return base64.b64decode(found["data"])

    def faults(self) -> list[dict[str, Any]]:
        """What the page's scripts complained of."""
        return [each for each in self.events if each["method"] == "Runtime.exceptionThrown"]


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Page]:
    """A browser of this test's own, which saves what is downloaded into the folder."""
    profile = folder / "profile"
    browser = await asyncio.create_subprocess_exec(
        chromium(), "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run",
        "--hide-scrollbars", "--remote-debugging-port=0", f"--user-data-dir={profile}",
        "about:blank", stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        port = await _port(profile / "DevToolsActivePort")
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/json/list") as answer:
                pages = json.loads(await answer.text())
            where = next(each for each in pages if each["type"] == "page")["webSocketDebuggerUrl"]
            async with session.ws_connect(where, max_msg_size=PNG_BYTES_MAX) as socket:
                page = Page(socket)
                await page.ask(
                    "Browser.setDownloadBehavior", behavior="allow", downloadPath=str(folder),
                    eventsEnabled=True,
                )  # fmt: skip
                yield page
    finally:
        with suppress(ProcessLookupError):
            browser.terminate()
        await browser.wait()


async def _port(file: Path) -> int:
    async with asyncio.timeout(WITHIN_S):
        while not (told := _told(file)):
            await asyncio.sleep(0)  # The file tells nobody when it is written.
    return int(told[0])


def _told(file: Path) -> list[str]:
    return file.read_text().split() if file.exists() else []
