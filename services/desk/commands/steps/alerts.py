"""What is said of alerts and requests, how they stand, and what goes out and in as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from rich.console import Group
from rich.text import Text as Shown

from schemas.alerts import AlertMessage
from schemas.cap import CapAlert
from services.desk.alerts.cap_xml import BYTES_MAX, from_xml, lost, to_xml
from services.desk.alerts.forms import AlertForm
from services.desk.alerts.view import AlertView
from services.desk.commands.steps.outcome import Outcome, Verbatim
from services.desk.commands.typed.usage import WrongUsage
from services.desk.desk import Desk
from services.desk.inner.alerts import CODE_NAME
from services.desk.notices.matching import Match, explaining
from services.desk.screen.alerts import (
    alert_document,
    alert_screen,
    alerts_screen,
    incidents_screen,
    templates_document,
    templates_screen,
)
from services.desk.screen.notices import match_document, match_lines, match_words
from services.desk.screen.risk import risk_document, risk_screen, risks_screen
from services.desk.trouble import DeskTrouble


def alerts_of(desk: Desk) -> Outcome:
    """Every alert."""
    views = desk.alerts.all()
    document = {"desk": desk.name, "alerts": [alert_document(each) for each in views]}
    return Outcome(document, alerts_screen(views, desk.clock.now()))


def alert_of(desk: Desk, named: str) -> Outcome:
    """One alert."""
    view, now = desk.alerts.one(named), desk.clock.now()
    document = {"desk": desk.name, **alert_document(view)}
    found = _explained(desk, view)
    if not found:
        return Outcome(document, alert_screen(view, now))
    document["explained_by"] = [match_document(each) for each in found]
    return Outcome(document, Group(*map(match_lines, found), Shown(""), alert_screen(view, now)))


def _explained(desk: Desk, view: AlertView) -> list[Match]:
    """The notices that explain what an alert tells of: they are shown before anything else."""
    whole = view.whole
    if whole is None or whole.cap is None or not isinstance(whole.outer, AlertMessage):
        return []
    areas = [area for info in whole.cap.info for area in info.area]
    said = whole.outer
    return explaining(said.event_code, said.event_at, areas, desk.notices.all(), desk.name)


def refuse_explained(desk: Desk, form: AlertForm) -> None:
    """Before an alert of something seen goes out: DeskTrouble where a notice explains it."""
    areas = [area for info in form.info for area in info.area]
    found = explaining(form.event_code, form.event_at, areas, desk.notices.all(), desk.name)
    if found:
        said = "; ".join(match_words(each) for each in found)
        raise DeskTrouble(
            f"nothing was released: it {said}. If that is what was seen, say so with `notice"
            " detected`; if it is not, issue the alert with --despite-notice",
            "ExplainedByNotice",
        )


def templates_of(desk: Desk) -> Outcome:
    """The approved templates."""
    found = desk.alerts.templates()
    document = {"desk": desk.name, "templates": templates_document(found)}
    return Outcome(document, templates_screen(found, desk.clock.now()))


def incidents_of(desk: Desk, named: str | None) -> Outcome:
    """Events, each with its alerts, its requests and the hotline threads about it."""
    alerts: dict[str, list[AlertView]] = {}
    requests: dict[str, list[str]] = {}
    for alert in desk.alerts.all():
        if alert.standing.incident and named in (None, alert.standing.incident):
            alerts.setdefault(alert.standing.incident, []).append(alert)
    for risk in desk.risk.all():
        if risk.opened.incident and named in (None, risk.opened.incident):
            requests.setdefault(risk.opened.incident, []).append(risk.matter)
    document = {
        "desk": desk.name,
        "incidents": [
            {
                "incident": incident,
                "alerts": [each.matter for each in alerts.get(incident, ())],
                "requests": requests.get(incident, []),
                "threads": sorted(
                    {t for each in alerts.get(incident, ()) for t in each.standing.threads}
                ),
            }
            for incident in sorted({*alerts, *requests})
        ],
    }
    return Outcome(document, incidents_screen(alerts, requests, desk.clock.now()))


def risks_of(desk: Desk) -> Outcome:
    """Every request, incident and invitation."""
    views = desk.risk.all()
    document = {"desk": desk.name, "matters": [risk_document(each) for each in views]}
    return Outcome(document, risks_screen(views, desk.clock.now()))


def risk_of(desk: Desk, named: str) -> Outcome:
    """One of them."""
    view = desk.risk.one(named)
    document = {"desk": desk.name, **risk_document(view)}
    return Outcome(document, risk_screen(view, desk.clock.now()))


def exported(desk: Desk, chain: str, number: int | None, out: Path | None) -> Outcome:
    """A message as CAP XML: in a file, or on stdout."""
    cap = desk.alerts.exported(chain, number)
    xml = to_xml(cap)
    return written({"cap": xml.decode(), "identifier": cap.identifier}, xml.decode(), out)


def imported(file: Path, out: Path | None) -> Outcome:
    """A CAP file, checked, as the form of an alert in which only what CAP lacks is left open."""
    try:
        with file.open("rb") as opened:
            found = opened.read(BYTES_MAX + 1)
    except OSError as trouble:
        raise WrongUsage(f"the file cannot be read: {trouble}") from trouble
    cap = from_xml(found)
    form = _form(cap)
    dropped = list(lost(found))
    said = "".join(f"# {each}\n" for each in dropped) + yaml.safe_dump(
        form, sort_keys=False, allow_unicode=True
    )
    document = {"cap": cap.model_dump(mode="json"), "form": form, "warnings": dropped}
    return written(document, said, out)


def _form(cap: CapAlert) -> dict[str, Any]:
    """Whoever sent it elsewhere, this desk issues it in its own name, and says whence it came."""
    codes = [c.value for info in cap.info for c in info.event_code if c.value_name == CODE_NAME]
    places = [
        code.value
        for info in cap.info
        for area in info.area
        for code in area.geocode
        if code.value_name == CODE_NAME
    ]
    written = cap.model_dump(mode="json", exclude_none=True)
    kept = ("status", "scope", "restriction", "addresses", "code", "note", "info")
    label = {"policy": "", "classification": "", "releasable_to": [""]}
    return {
        "event_code": codes[0] if codes else "",
        "addressed": [""],
        "concerned": [""],
        "event_at": "",
        "label": label,
        "geocodes": sorted(set(places)),
        "source": f"CAP {cap.triple}"[:200],
        **{name: written[name] for name in kept if written.get(name)},
    }


def form_of(desk: Desk, chain: str, out: Path | None) -> Outcome:
    """An alert as it was told last, as a form to be changed."""
    form = desk.alerts.form(chain).model_dump(mode="json", exclude_none=True)
    return written({"form": form}, yaml.safe_dump(form, sort_keys=False, allow_unicode=True), out)


def written(document: dict[str, Any], said: str, out: Path | None) -> Outcome:
    """Into a file where one is named; else as it is."""
    if out is None:
        return Outcome(document, Verbatim(said))
    try:
        with out.open("x", encoding="utf-8") as opened:
            opened.write(said)
    except OSError as trouble:
        raise WrongUsage(f"it cannot be written: {trouble}") from trouble
    return Outcome({**document, "file": str(out)}, Shown(f"written to {out}"))
