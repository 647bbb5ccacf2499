"""One run as one page that needs nothing else: no network, no other file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from html import escape
from importlib.resources import files
from itertools import groupby
from pathlib import Path

from services.rehearsal.format.times import length, written
from services.rehearsal.report.after_action import Lesson, Status, beside
from services.rehearsal.report.report import BUS, Gained, Owed, Report, Row, Tone, Way

SIGNS = {Tone.SAID: "→", Tone.DONE: "✓", Tone.LATE: "!", Tone.WRONG: "✕", Tone.NEUTRAL: "·"}
LETTERS = {"FLASH": "Z", "IMMEDIATE": "O", "PRIORITY": "P", "ROUTINE": "R"}
"""As message headings have them; no letter where none is in general use."""
VERSIONS = {
    "AS_IT_HAPPENED": "As it happened",
    "WITH_THE_BUS": "With the bus",
    "EXERCISE": "An exercise",
}
GAP = timedelta(hours=1)
BEYOND = 2.0
"""A way is drawn up to so many times its ceiling; what takes longer is cut there, and says so."""


def page(report: Report) -> str:
    """The page, as HTML."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_t(report.title)} · {_t(VERSIONS[report.version])}</title>
<style>
{_own("page.css")}</style>
</head>
<body>
<div class="exercise">EXERCISE EXERCISE EXERCISE {_t(report.exercise)}</div>
<main>
{_head(report)}
{_gains(report)}
{_judged(report)}
{_ways(report)}
{_owed(report)}
{_timeline(report)}
{_lessons(report)}
</main>
<script>
{_own("page.js")}</script>
</body>
</html>
"""


def _own(name: str) -> str:
    return files(__package__ or "services.rehearsal.report").joinpath(name).read_text("utf-8")


def _t(said: object) -> str:
    return escape(str(said))


def _head(report: Report) -> str:
    failed = [each for each in report.judged if not each.holds]
    count = len(report.judged)
    verdict = (
        f'<p class="verdict fails">✕ {len(failed)} of {count} expectations did not hold</p>'
        if failed
        else f'<p class="verdict holds">✓ All {count} expectations hold</p>'
    )
    kind = " · ".join(filter(None, (report.case, VERSIONS[report.version])))
    told = [
        ("What happened", report.history),
        ("What catches it", report.caught_by),
        ("Source", report.source),
        ("Fictional", report.fictional),
        ("Played", f"{report.on}, in {report.took_s:g} s"),
        ("Scenario's time", f"{_day(report.began)} to {_day(report.ended)}"),
        ("Outcome hash", f"<code>{report.outcome_hash}</code>"),
    ]
    facts = "".join(
        f"<dt>{name}</dt><dd>{value if name == 'Outcome hash' else _t(value)}</dd>"
        for name, value in told
        if value
    )
    return (
        f'<p class="kind">{_t(kind)}</p><h1>{_t(report.title)}</h1>{verdict}'
        f'<dl class="facts">{facts}</dl>'
    )


def _gains(report: Report) -> str:
    if not report.gained:
        return ""
    rows = "".join(_gain(report, each) for each in report.gained)
    return f"<h2>Gained against history</h2>{rows}"


def _gain(report: Report, gain: Gained) -> str:
    known = [each for each in (gain.history, gain.rehearsal) if each is not None]
    whole = max(((each - report.began).total_seconds() for each in known), default=1.0) or 1.0
    if gain.minutes is None:
        told = "never then" if gain.history is None and gain.rehearsal else "not reached"
        if gain.history is None and gain.rehearsal is None:
            told = "never"
    elif abs(gain.minutes) < 1 / 60:
        told = "as then"
    else:
        apart = length(timedelta(minutes=abs(gain.minutes)))
        told = f"{apart} {'gained' if gain.minutes > 0 else 'later'}"

    def bar(kind: str, name: str, moment: datetime | None) -> str:
        share = (moment - report.began).total_seconds() / whole * 100 if moment else 100
        when = written(moment, report.began) if moment else "never"
        style = f"width:{max(0.0, share):.2f}%"
        shown = f'<i style="{style}"></i>' if moment else ""
        return f'<div class="bar {kind}">{shown}<b>{name}: {when}</b></div>'

    return (
        f'<div class="gain"><div>{_t(gain.what)}</div>'
        f"<div>{bar('history', 'history', gain.history)}"
        f"{bar('bus', 'this run', gain.rehearsal)}</div>"
        f'<div class="minutes">{told}</div></div>'
    )


def _judged(report: Report) -> str:
    rows = "".join(
        f'<tr><td class="mark"><span class="verdict {"holds" if each.holds else "fails"}"'
        f' style="margin:0">{"✓ holds" if each.holds else "✕ failed"}</span></td>'
        f"<td>{_t(each.expects)}</td><td>{_t(_plainly(each.seen))}</td></tr>"
        for each in sorted(report.judged, key=lambda each: each.holds)
    )
    return (
        '<h2>What was expected, and what was seen</h2><div class="wide"><table>'
        f"<tr><th></th><th>Expected</th><th>Seen</th></tr>{rows}</table></div>"
    )


def _plainly(seen: str) -> str:
    """What was seen, with the names of events and flaws as words."""
    return _NAME.sub(lambda found: re.sub(r"(?<!^)([A-Z])", r" \1", found[0]).lower(), seen)


_NAME = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")


def _precedence(name: str | None) -> str:
    if not name:
        return ""
    letter = f" {LETTERS[name]}" if name in LETTERS else ""
    return f'<span class="pre {name}">{name}{letter}</span>'


def _ways(report: Report) -> str:
    if not report.ways:
        return ""
    rows = "".join(_way(each) for each in report.ways)
    key = (
        '<div class="key"><span><i class="bar lying" style="background:repeating-linear-gradient('
        '45deg,var(--neutral) 0 2px,transparent 2px 6px)"></i>lies there unopened</span>'
        '<span><i style="background:var(--said);opacity:.55"></i>opened, not taken over</span>'
        '<span><i style="background:var(--done);width:4px"></i>acknowledged</span>'
        '<span><i style="border-left:2px dashed var(--late);width:0"></i>ceiling</span></div>'
    )
    return f"<h2>Each message's way to whoever had to act</h2>{key}{rows}"


def _way(way: Way) -> str:
    assert way.ceiling_s, "only ways with a ceiling are told"
    known = [each for each in (way.acknowledged_s, way.received_s, way.delivered_s) if each]
    scale = min(max([way.ceiling_s * 1.15, *known]), way.ceiling_s * BEYOND)

    def share(seconds: float) -> float:
        return max(0.0, min(100.0, seconds / scale * 100))

    marks = []
    opened = way.received_s if way.received_s is not None else way.acknowledged_s
    if way.delivered_s is not None:
        until = opened if opened is not None else scale
        marks.append(_mark("lying", share(way.delivered_s), share(until)))
    if way.received_s is not None:
        until = way.acknowledged_s if way.acknowledged_s is not None else scale
        marks.append(_mark("open", share(way.received_s), share(until)))
    if way.acknowledged_s is not None:
        marks.append(
            f'<i class="end" style="left:calc({share(way.acknowledged_s):.1f}% - 4px)"></i>'
        )
    marks.append(f'<i class="ceiling" style="left:{share(way.ceiling_s):.1f}%"></i>')
    return (
        f'<div class="way" data-of="{_t(way.message)}"><div><button class="of">{_t(way.message)}'
        f"</button> {_precedence(way.precedence)}<br><span class='soft'>{_t(way.sender)} →"
        f" {_t(way.desk)}</span></div><div class='track'>{''.join(marks)}</div>"
        f"<div>{_ended(way)}</div></div>"
    )


def _mark(kind: str, start: float, end: float) -> str:
    return f'<i class="{kind}" style="left:{start:.1f}%;width:{max(0.4, end - start):.1f}%"></i>'


def _ended(way: Way) -> str:
    ceiling = length(timedelta(seconds=way.ceiling_s or 0))
    if way.acknowledged_s is None:
        if way.withdrawn:
            return f"· {way.state}; another took its place"
        if not way.late:
            return f"· {way.state} when the rehearsal ended; its ceiling is {ceiling}"
        return f"<b>! never taken over</b>, {way.state}"
    took = length(timedelta(seconds=way.acknowledged_s))
    by = f" by {_t(way.by)}" if way.by != way.desk else ""
    late = f"<b>! late</b>, ceiling {ceiling}; " if way.late else "✓ "
    return f"{late}taken over after {took}{by}"


def _owed(report: Report) -> str:
    unread = [
        each
        for each in report.ways
        if each.acknowledged_s is None and each.late and not each.withdrawn
    ]
    late = [each for each in report.ways if each.late and each.acknowledged_s is not None]
    lines = [
        *(
            f"<li><b>Late:</b> {_t(each.message)} at {_t(each.desk)}, taken over after"
            f" {length(timedelta(seconds=each.acknowledged_s or 0))};"
            f" its ceiling was {length(timedelta(seconds=each.ceiling_s or 0))}.</li>"
            for each in late
        ),
        *(
            f"<li><b>Never taken over:</b> {_t(each.message)} at {_t(each.desk)}"
            f" ({each.state}).</li>"
            for each in unread
        ),
        *(_answer(report, each) for each in report.owed),
    ]
    told = f"<ul>{''.join(lines)}</ul>" if lines else "<p>Nothing was late and nothing is owed.</p>"
    return f"<h2>What was late, and what was never answered</h2>{told}"


def _answer(report: Report, owed: Owed) -> str:
    due = written(owed.due, report.began)
    if owed.answered is None:
        return (
            f"<li><b>Never answered:</b> {_t(owed.message)}, owed by {_t(owed.nation)}"
            f" until {due}.</li>"
        )
    apart = length(owed.answered - owed.due)
    return (
        f"<li><b>Answered late:</b> {_t(owed.message)}, owed by {_t(owed.nation)} until {due},"
        f" answered {apart} after that.</li>"
    )


def _timeline(report: Report) -> str:
    shown = [row for row in report.rows if not row.before]
    spoken = {row.lane for row in shown}
    lanes = [BUS, *(desk.desk for desk in report.desks if desk.desk in spoken)]
    names = {desk.desk: desk.name for desk in report.desks}
    heads = "".join(
        f"<th>{_t(lane)}"
        + (f"<br><span class='soft'>{_t(names[lane])}</span>" if names.get(lane) else "")
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
            yield f'<tr class="world">{when}<td colspan="{len(lanes)}">{_t(row.what)}</td></tr>'
        on_lanes = [each for each in together if each.lane]
        if on_lanes:
            cells = "".join(
                f"<td>{''.join(_chips(each for each in on_lanes if each.lane == lane))}</td>"
                for lane in lanes
            )
            yield f"<tr>{when}{cells}</tr>"


def _chips(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        of = f'<button class="of">{_t(row.message)}</button> ' if row.message else ""
        yield (
            f'<span class="chip {row.tone}" data-of="{_t(row.message or "")}">'
            f'<span class="sign">{SIGNS[row.tone]}</span>{of}{_precedence(row.precedence)}'
            f"{' ' if of or row.precedence else ''}{_t(row.what)}"
            f"{f'<q>{_t(row.words)}</q>' if row.words else ''}</span>"
        )


def _lessons(report: Report) -> str:
    rows = "".join(_lesson(each) for each in report.after_action.lessons)
    file = beside(Path(report.file)).name
    return (
        "<h2>After action</h2><p>What was observed, and what comes of it. Fill in, save, and put"
        f" <code>{_t(file)}</code> beside the scenario: the next run's page carries it on.</p>"
        '<div class="wide"><table class="lessons"><thead><tr><th style="width:34%">Observation</th>'
        '<th style="width:30%">Lesson</th><th>Owner</th><th>Due</th><th>Status</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
        '<div class="actions"><button id="add">Add a row</button>'
        f'<button id="save" data-file="{_t(file)}">Save as {_t(file)}</button></div>'
        f'<template id="lesson">{_lesson(None)}</template>'
    )


def _lesson(lesson: Lesson | None) -> str:
    observation = _t(lesson.observation) if lesson else ""
    learnt = _t(lesson.lesson) if lesson else ""
    owner = _t(lesson.owner) if lesson else ""
    due = lesson.due.isoformat() if lesson and lesson.due else ""
    chosen = lesson.status if lesson else Status.OBSERVED
    options = "".join(
        f'<option value="{each}"{" selected" if each is chosen else ""}>'
        f"{each.replace('_', ' ').lower()}</option>"
        for each in Status
    )
    return (
        f'<tr><td><textarea name="observation" aria-label="Observation">{observation}</textarea>'
        f'</td><td><textarea name="lesson" aria-label="Lesson">{learnt}</textarea></td>'
        f'<td><input name="owner" aria-label="Owner" value="{owner}"></td>'
        f'<td><input name="due" type="date" aria-label="Due" value="{due}"></td>'
        f'<td><select name="status" aria-label="Status">{options}</select></td></tr>'
    )


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%MZ")
