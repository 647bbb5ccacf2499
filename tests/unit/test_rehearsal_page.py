"""A run's page in a browser: filled in and saved, kept, carried on; narrow, dark and printed."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from services.rehearsal.__main__ import app
from services.rehearsal.report.after_action import Lesson, beside, lessons_of
from tests.kit.browser import Page, opened
from tests.kit.rehearsals import CRISIS, written

pytestmark = [pytest.mark.timeout(120)]
SAID = 'Nobody read it back: "position" & <b>place</b>, ärgerlich\nEXERCISE'
FILL = """(() => {
  document.querySelector("#add").click();
  const row = document.querySelector(".lessons tbody").lastElementChild;
  const set = (name, value) => { row.querySelector(`[name=${name}]`).value = value; };
  set("observation", SAID); set("lesson", "Read it back."); set("owner", "Operations");
  set("due", "2026-12-01"); set("status", "LESSON_IDENTIFIED");
  document.querySelector("#save").click();
})()""".replace("SAID", json.dumps(SAID))


def typed(*words: str | Path) -> int:
    try:
        app([str(word) for word in words])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    file = written(tmp_path, CRISIS, "kaltmoor")
    typed("run", file, "--out", tmp_path / "runs", "--quiet")
    return file


def url(folder: Path) -> str:
    return (folder / "runs" / "kaltmoor.html").as_uri()


async def saved(page: Page, folder: Path) -> Path:
    """What the page has the browser download, once it is there."""
    begun = await page.until("Browser.downloadWillBegin")
    while (await page.until("Browser.downloadProgress"))["params"]["state"] != "completed":
        pass
    return folder / str(begun["params"]["suggestedFilename"])


async def test_what_is_filled_in_and_saved_is_kept_and_carried_into_the_next_runs_page(
    scenario: Path, tmp_path: Path
) -> None:
    downloads = tmp_path / "downloads"
    async with opened(downloads) as page:
        await page.open(url(tmp_path))
        await page.run(FILL)
        file = await saved(page, downloads)
        assert file.name == beside(scenario).name
        assert not page.faults()
        run = tmp_path / "runs" / "kaltmoor.json"
        assert typed("report", run, "--learnt", file) == 0
        (kept,) = lessons_of(scenario).lessons
        assert isinstance(kept, Lesson)
        assert (kept.observation, kept.lesson, kept.owner, str(kept.due), kept.status) == (
            SAID, "Read it back.", "Operations", "2026-12-01", "LESSON_IDENTIFIED"
        )  # fmt: skip
        for again in (("report", run), ("run", scenario, "--out", tmp_path / "runs", "--quiet")):
            await asyncio.to_thread(typed, *again)
            await page.open(url(tmp_path))
            shown = await page.run(
                "[...document.querySelectorAll('.lessons tbody tr')].map(row =>"
                " [...row.querySelectorAll('[name]')].map(field => field.value))"
            )
            assert shown == [[SAID, "Read it back.", "Operations", "2026-12-01",
                              "LESSON_IDENTIFIED"]]  # fmt: skip


async def test_a_row_that_is_left_empty_is_not_saved(scenario: Path, tmp_path: Path) -> None:
    async with opened(tmp_path / "downloads") as page:
        await page.open(url(tmp_path))
        await page.run('document.querySelector("#add").click()')
        await page.run('document.querySelector("#save").click()')
        file = await saved(page, tmp_path / "downloads")
        assert json.loads(file.read_text()) == {"lessons": []}


@pytest.mark.parametrize("width", [1280, 390])
async def test_nothing_is_wider_than_the_screen_and_a_message_can_be_followed_alone(
    width: int, scenario: Path, tmp_path: Path
) -> None:
    async with opened(tmp_path / "browser") as page:
        await page.open(url(tmp_path))
        await page.wide(width)
        assert await page.run("document.documentElement.scrollWidth") <= width
        assert (await page.picture()).startswith(b"\x89PNG")
        seen = "document.querySelectorAll('.chip:not(.dim)').length"
        every = await page.run(seen)
        await page.run("document.querySelector('.way button.of').click()")
        assert 0 < await page.run(seen) < every
        await page.run("document.querySelector('.way button.of').click()")
        assert await page.run(seen) == every
        assert not page.faults()


async def test_it_can_be_printed_without_what_is_only_for_a_screen(
    scenario: Path, tmp_path: Path
) -> None:
    async with opened(tmp_path / "browser") as page:
        await page.open(url(tmp_path))
        assert (await page.printed()).startswith(b"%PDF")
        await page.ask("Emulation.setEmulatedMedia", media="print")
        hidden = "getComputedStyle(document.querySelector('.actions')).display"
        assert await page.run(hidden) == "none"
        assert await page.run("getComputedStyle(document.body).backgroundColor") == (
            "rgb(255, 255, 255)"
        )
