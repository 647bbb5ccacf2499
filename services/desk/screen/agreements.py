"""Agreements: how each stands, who is bound since when, what is owed and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text as Shown

from schemas.agreement_facts import AgreementFact, AgreementPhase, ObligationPhase, PartyPhase
from services.desk.agreements.view import AgreementView, ObligationView, PartyView, holds
from services.desk.screen.notation import bold, end_of, iso, when
from services.desk.screen.untrusted import paragraphs, set_in, visible

PHASES: Mapping[AgreementPhase, str] = {
    AgreementPhase.NEGOTIATING: "a text is proposed; not all needed have adopted it",
    AgreementPhase.ADOPTED: "the text is adopted; it is to be authenticated",
    AgreementPhase.AUTHENTICATED: "the text is authentic; the depositary has not opened it",
    AgreementPhase.OPEN_FOR_SIGNATURE: "open for signature; not in force",
    AgreementPhase.AWAITING_EIF: "not in force yet",
    AgreementPhase.PROVISIONALLY_APPLIED: "not in force; applied provisionally",
    AgreementPhase.IN_FORCE: "in force",
    AgreementPhase.AMENDMENT_PENDING: "in force; an amendment is on its way",
    AgreementPhase.SUSPENDED: "its operation is suspended: its protocols do not fire",
    AgreementPhase.TERMINATED: "it has ended",
}
PARTIES: Mapping[PartyPhase, str] = {
    PartyPhase.NONE: "not bound",
    PartyPhase.SIGNATORY: "signed, not bound yet",
    PartyPhase.CONTRACTING: "consented; not in force for it yet",
    PartyPhase.ACCEDED: "acceded; not in force for it yet",
    PartyPhase.PARTY: "party",
    PartyPhase.WITHDRAWAL_NOTIFIED: "party until its withdrawal takes effect",
    PartyPhase.WITHDRAWN: "withdrawn",
}
OWED: Mapping[ObligationPhase, str] = {
    ObligationPhase.OPEN: "owed",
    ObligationPhase.MET: "done in time",
    ObligationPhase.OVERDUE: "NOT DONE IN TIME",
    ObligationPhase.MET_LATE: "done late",
}
_STYLES = {
    AgreementPhase.IN_FORCE: "green",
    AgreementPhase.AMENDMENT_PENDING: "green",
    AgreementPhase.PROVISIONALLY_APPLIED: "yellow",
    AgreementPhase.SUSPENDED: "bold red",
    AgreementPhase.TERMINATED: "bold red",
}


def agreements_screen(views: Sequence[AgreementView], now: datetime) -> RenderableType:
    """Every agreement, each with its state in plain words and what comes next."""
    if not views:
        return Shown("this desk was told of no agreement")
    parts: list[RenderableType] = []
    for view in views:
        parts += [_head(view, now), Shown("")]
    return Group(*parts[:-1])


def _head(view: AgreementView, now: datetime) -> RenderableType:
    assert view.phase is not None, "what was told of stands somehow"
    title = f"  {visible(view.text.title)}" if view.text else ""
    kind = f"\n{view.record.kind.value}, {view.record.binding.value}" if view.record else ""
    lines = [Shown.assemble(
        bold(view.name), title, kind, "\n",
        bold(view.phase.value, _STYLES.get(view.phase, "bold")), f": {PHASES[view.phase]}",
    )]  # fmt: skip
    if view.in_force_since:
        lines.append(Shown(f"in force since {when(view.in_force_since, now)}"))
    if view.expires_on:
        lines.append(Shown(f"ends {when(view.expires_on, now)}"))
    if view.next_due:
        due = view.next_due
        what = due.what.value.replace("_", " ").lower()
        whose = f" ({due.which})" if due.which else ""
        lines.append(Shown(f"next: {what}{whose}, {when(due.due, now)}"))
    if view.notification:
        lines.append(Shown(f"newest notification {view.notification}"))
    lines += [
        Shown(
            f"waits for the depositary: {each.instrument.action} of {each.instrument.state}, "
            f"submitted {when(each.at, now)}, {each.id}"
        )
        for each in view.waiting.values()
    ]
    return Group(*lines)


def agreement_screen(view: AgreementView, newest: int, now: datetime) -> RenderableType:
    """One agreement: how it stands, its participants, its protocols, and the newest of it."""
    parts: list[RenderableType] = [_head(view, now), Shown(""), participants_screen(view, now, now)]
    if view.record:
        record = view.record
        steps = [
            f"article {each.article} ({each.protocol}): on {', '.join(each.trigger.events)}, "
            f"{len(each.steps)} step{'s' * (len(each.steps) > 1)}"
            for each in record.protocols
        ]
        clause = record.entry_into_force.type
        facts = [f"depositary {record.depositary}; entry into force: {clause}", *steps]
        parts += [Shown("\n".join(facts)), Shown(f"record {record.digest}")]
    if view.text:
        parts += [
            set_in(f"article {each.article}: {visible(each.subject)}")
            for each in view.text.provisions
        ]
    parts.append(Shown(""))
    for told in view.history[-newest:]:
        number = f" {told.notice.notification}" if told.notice.notification else ""
        parts.append(Shown(f"{when(told.at, now)}{number}"))
        parts += [set_in(fact_words(each)) for each in told.notice.facts]
        words = getattr(told.content, "text", None)
        if isinstance(words, str):
            parts.append(set_in(paragraphs(words), 4))
    return Group(*parts)


def participants_screen(view: AgreementView, at: datetime, now: datetime) -> RenderableType:
    """The table of participants as it stood at a date."""
    title = f"{view.name}: participants on {when(at, now)}"
    table = Table(title=title, title_justify="left")
    for column in ("state", "standing", "in words", "since", "by", "besides"):
        table.add_column(column, overflow="fold")
    for row in _rows(view, at):
        table.add_row(
            row["state"], row["phase"], row["words"],
            when(row["moved"], now) if row["moved"] else "-", row["code"] or "-",
            ", ".join(row["besides"]) or "-",
        )  # fmt: skip
    return table


def _rows(view: AgreementView, at: datetime) -> list[dict[str, Any]]:
    return [_row(view, each, at) for _, each in sorted(view.parties.items())]


def _row(view: AgreementView, party: PartyView, at: datetime) -> dict[str, Any]:
    stood = party.at(at)
    phase = stood.phase if stood else PartyPhase.NONE
    reserved = sum(
        nation == party.nation and each.at <= at for (nation, _), each in view.reservations.items()
    )
    besides = [
        *(["applies it provisionally"] if holds(party.applied, at) else []),
        *(["SUSPENDED for it"] if holds(party.suspended, at) else []),
        *([f"{reserved} reserved or declared"] if reserved else []),
    ]
    return {
        "state": party.nation,
        "phase": phase.value,
        "words": PARTIES[phase],
        "moved": stood.at if stood else None,
        "code": stood.method.code if stood and stood.method else None,
        "besides": besides,
    }


def obligations_screen(
    owed: Sequence[tuple[AgreementView, ObligationView]], own: str, now: datetime
) -> RenderableType:
    """What is owed under any agreement, by whom, until when."""
    if not owed:
        return Shown("nothing is owed under any agreement that this desk was told of")
    table = Table(title="owed under agreements", title_justify="left")
    for column in ("obligation", "agreement", "owner", "message", "to", "thread", "due", "state"):
        table.add_column(column, overflow="fold")
    for view, each in owed:
        opened = each.opened
        mine = " (this desk)" if opened.owner == own else ""
        table.add_row(
            end_of(opened.obligation), f"{view.name} {opened.article}", f"{opened.owner}{mine}",
            opened.message.value, ", ".join(opened.to), opened.thread, when(opened.due, now),
            f"{each.phase.value}: {OWED[each.phase]}",
        )  # fmt: skip
    return table


def fact_words(fact: AgreementFact) -> str:
    """What happened, in one line: its kind in words, and what it names."""
    apart = "".join(f" {c.lower()}" if c.isupper() else c for c in type(fact).__name__).strip()
    left_out = {"kind", "agreement", "at", "position", "digest", "directory", "record", "source",
                "record_digest", "proposal_digest", "proposal"}  # fmt: skip
    named = [
        f"{name.replace('_', ' ')} {_value(value)}"
        for name, value in fact.model_dump(mode="json").items()
        if name not in left_out and value not in (None, (), [], False)
    ]
    return f"{apart}: {'; '.join(named)}" if named else apart


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {_value(v)}" for k, v in value.items() if v not in (None, [], ""))
    if isinstance(value, list):
        return ", ".join(_value(each) for each in value)
    return visible(str(value))


def agreement_document(view: AgreementView, now: datetime) -> dict[str, Any]:
    """An agreement for a program."""
    assert view.phase is not None, "what was told of stands somehow"
    return {
        "agreement": view.name,
        "matter": view.matter,
        "phase": view.phase.value,
        "words": PHASES[view.phase],
        "in_force_since": iso(view.in_force_since),
        "expires_on": iso(view.expires_on),
        "next_due": view.next_due.model_dump(mode="json") if view.next_due else None,
        "notification": view.notification,
        "title": view.text.title if view.text else None,
        "record": view.record.model_dump(mode="json") if view.record else None,
        "record_digest": view.record.digest if view.record else None,
        "exercise": view.exercise,
        "waiting": [each.model_dump(mode="json") for each in view.waiting.values()],
        "participants": participants_document(view, now),
    }


def participants_document(view: AgreementView, at: datetime) -> list[dict[str, Any]]:
    """The table at a date, for a program."""
    return [{**row, "moved": iso(row["moved"])} for row in _rows(view, at)]


def obligation_document(view: AgreementView, owed: ObligationView) -> dict[str, Any]:
    """Something owed, for a program."""
    return {
        "agreement": view.name,
        **owed.opened.model_dump(mode="json", exclude={"kind", "agreement"}),
        "state": owed.phase.value,
        "words": OWED[owed.phase],
        "met_by": owed.met_by,
    }


def history_document(view: AgreementView, newest: int) -> list[dict[str, Any]]:
    """The newest that was told, for a program."""
    return [
        {
            "at": iso(told.at),
            "notification": told.notice.notification,
            "facts": [each.model_dump(mode="json") for each in told.notice.facts],
            "content": told.content.model_dump(mode="json") if told.content else None,
            "flags": list(told.flags),
            "missing": told.missing,
        }
        for told in view.history[-newest:]
    ]
