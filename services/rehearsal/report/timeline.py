"""A page's timeline by desk, and the section in which people write what they learnt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from services.rehearsal.format.times import length, written
from services.rehearsal.report.after_action import Lesson, Status, beside
from services.rehearsal.report.html import precedence, text
from services.rehearsal.report.parts import BUS, Row, Tone
from services.rehearsal.report.report import Report

SIGNS = {Tone.SAID: "→", Tone.DONE: "✓", Tone.LATE: "!", Tone.WRONG: "✕", Tone.NEUTRAL: "·"}
GAP = timedelta(hours=1)


def timeline(report: Report) -> str:
    """A lane a desk, a row a moment; where it is narrow, one below the other."""
    shown = [row for row in report.rows if not row.before]
    spoken = {row.lane for row in shown}
    lanes = [each for each in (BUS, *(desk.desk for desk in report.desks)) if each in spoken]
    names = {desk.desk: desk.name for desk in report.desks}
    heads = "".join(
        f"<th>{text(lane)}"
        + (f"<br><span class='soft'>{text(names[lane])}</span>" if names.get(lane) else "")
        + "</th>"
        for lane in lanes
    )
    body = "".join(_moments(report, shown, lanes))
    return (
        '<h2>Timeline by desk</h2><p class="soft filter">Choose a message to see its way alone;'
        " choose it again to see all.</p>"
        f'<div class="wide"><table class="timeline"><thead><tr><th class="when">UTC</th>{heads}'
        f"</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _moments(report: Report, rows: Sequence[Row], lanes: Sequence[str]) -> Iterator[str]:
    before: datetime | None = None
    for at, group in groupby(rows, key=lambda row: row.at):
        together = list(group)
        if before is not None and at - before >= GAP:
            yield (
                f'<tr class="gap"><td colspan="{len(lanes) + 1}">{length(at - before)} in which'
                " nothing happens on the bus</td></tr>"
            )
        before = at
        when = f'<td class="when">{written(at, report.began)}</td>'
        for row in (each for each in together if not each.lane):
            yield f'<tr class="world">{when}<td colspan="{len(lanes)}">{text(row.what)}</td></tr>'
        on_lanes = [each for each in together if each.lane]
        if on_lanes:
            cells = "".join(
                f'<td data-is="{text(lane)}">'
                f"{''.join(_chips(each for each in on_lanes if each.lane == lane))}</td>"
                for lane in lanes
            )
            yield f"<tr>{when}{cells}</tr>"


def _chips(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        of = f'<button class="of">{text(row.message)}</button> ' if row.message else ""
        yield (
            f'<span class="chip {row.tone}" data-of="{text(row.message or "")}">'
            f'<span class="sign">{SIGNS[row.tone]}</span>{of}{precedence(row.precedence)}'
            f"{' ' if of or row.precedence else ''}{text(row.what)}"
            f"{f'<q>{text(row.words)}</q>' if row.words else ''}</span>"
        )


def lessons(report: Report) -> str:
    """What was learnt so far, to be filled in and saved."""
    rows = "".join(_lesson(each) for each in report.after_action.lessons)
    file = beside(Path(report.file)).name
    return (
        "<h2>After action</h2><p>What was observed, and what comes of it. Fill in and save; the"
        f" file belongs beside the scenario, as <code>{text(file)}</code>, and"
        " <code>detente rehearse report RUN.json --learnt FILE</code> puts it there. Each later"
        " run's page carries it on.</p>"
        '<div class="wide"><table class="lessons"><thead><tr><th style="width:30%">Observation</th>'
        '<th style="width:30%">Lesson</th><th>Owner</th><th>Due</th>'
        '<th style="width:11rem">Status</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        '<div class="actions"><button id="add">Add a row</button>'
        f'<button id="save" data-file="{text(file)}">Save as {text(file)}</button></div>'
        f'<template id="lesson">{_lesson(None)}</template>'
    )


def _lesson(lesson: Lesson | None) -> str:
    observation = text(lesson.observation) if lesson else ""
    learnt = text(lesson.lesson) if lesson else ""
    owner = text(lesson.owner) if lesson else ""
    due = lesson.due.isoformat() if lesson and lesson.due else ""
    chosen = lesson.status if lesson else Status.OBSERVED
    options = "".join(
        f'<option value="{each}"{" selected" if each is chosen else ""}>'
        f"{each.replace('_', ' ').lower()}</option>"
        for each in Status
    )
    return (
        '<tr><td data-is="Observation"><textarea name="observation" aria-label="Observation">'
        f"{observation}</textarea></td>"
        f'<td data-is="Lesson"><textarea name="lesson" aria-label="Lesson">{learnt}</textarea></td>'
        f'<td data-is="Owner"><input name="owner" aria-label="Owner" value="{owner}"></td>'
        f'<td data-is="Due"><input name="due" type="date" aria-label="Due" value="{due}"></td>'
        f'<td data-is="Status"><select name="status" aria-label="Status">{options}</select></td>'
        "</tr>"
    )
