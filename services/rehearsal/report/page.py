"""One run as one page that needs nothing else: no network, no other file."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from importlib.resources import files

from services.rehearsal.format.times import length, written
from services.rehearsal.report.html import precedence, text
from services.rehearsal.report.parts import Owed, Way
from services.rehearsal.report.report import Gained, Report
from services.rehearsal.report.timeline import lessons, timeline

VERSIONS = {
    "AS_IT_HAPPENED": "As it happened",
    "WITH_THE_BUS": "With the bus",
    "EXERCISE": "An exercise",
}
BEYOND = 2.0
"""A way is drawn up to so many times its ceiling; what takes longer is cut there, and says so."""


def page(report: Report) -> str:
    """The page, as HTML."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(report.title)} · {text(VERSIONS[report.version])}</title>
<style>
{_own("page.css")}</style>
</head>
<body>
<div class="exercise">EXERCISE EXERCISE EXERCISE {text(report.exercise)}</div>
<main>
{_head(report)}
{_gains(report)}
{_judged(report)}
{_ways(report)}
{_owed(report)}
{timeline(report)}
{lessons(report)}
</main>
<script>
{_own("page.js")}</script>
</body>
</html>
"""


def _own(name: str) -> str:
    return files(__package__ or "services.rehearsal.report").joinpath(name).read_text("utf-8")


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
        ("Outcome hash", report.outcome_hash),
        ("Course hash", report.course_hash),
    ]
    facts = "".join(
        f"<dt>{name}</dt><dd>{_fact(name, value)}</dd>" for name, value in told if value
    )
    return (
        f'<p class="kind">{text(kind)}</p><h1>{text(report.title)}</h1>{verdict}'
        f'<dl class="facts">{facts}</dl>'
    )


def _fact(name: str, value: str) -> str:
    return f"<code>{text(value)}</code>" if name.endswith("hash") else text(value)


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
        f'<div class="gain"><div>{text(gain.what)}</div>'
        f"<div>{bar('history', 'history', gain.history)}"
        f"{bar('bus', 'this run', gain.rehearsal)}</div>"
        f'<div class="minutes">{told}</div></div>'
    )


def _judged(report: Report) -> str:
    rows = "".join(
        f'<tr><td class="mark"><span class="verdict {"holds" if each.holds else "fails"}"'
        f' style="margin:0">{"✓ holds" if each.holds else "✕ failed"}</span></td>'
        f'<td data-is="Expected">{text(each.expects)}</td>'
        f'<td data-is="Seen">{text(_plainly(each.seen))}</td></tr>'
        for each in sorted(report.judged, key=lambda each: each.holds)
    )
    return (
        '<h2>What was expected, and what was seen</h2><div class="wide"><table class="judged">'
        f"<thead><tr><th></th><th>Expected</th><th>Seen</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def _plainly(seen: str) -> str:
    """What was seen, with the names of events and flaws as words."""
    return _NAME.sub(lambda found: re.sub(r"(?<!^)([A-Z])", r" \1", found[0]).lower(), seen)


_NAME = re.compile(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\b")


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
        f'<div class="way" data-of="{text(way.message)}"><div>'
        f'<button class="of">{text(way.message)}</button>'
        f" {precedence(way.precedence)}<br><span class='soft'>{text(way.sender)} →"
        f" {text(way.desk)}</span></div><div class='track'>{''.join(marks)}</div>"
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
    by = f" by {text(way.by)}" if way.by != way.desk else ""
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
            f"<li><b>Late:</b> {text(each.message)} at {text(each.desk)}, taken over after"
            f" {length(timedelta(seconds=each.acknowledged_s or 0))};"
            f" its ceiling was {length(timedelta(seconds=each.ceiling_s or 0))}.</li>"
            for each in late
        ),
        *(
            f"<li><b>Never taken over:</b> {text(each.message)} at {text(each.desk)}"
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
            f"<li><b>Never answered:</b> {text(owed.message)}, owed by {text(owed.nation)}"
            f" until {due}.</li>"
        )
    apart = length(owed.answered - owed.due)
    return (
        f"<li><b>Answered late:</b> {text(owed.message)}, owed by {text(owed.nation)} until {due},"
        f" answered {apart} after that.</li>"
    )


def _day(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%MZ")
