"""How far what this desk says got: on its disk, on the bus, accepted or refused."""

from __future__ import annotations

from typing import Any

from rich.text import Text as Shown

from schemas.catalogue import payload_type_of
from schemas.hotline import (
    AcknowledgeMessage,
    AttachTranslation,
    RelayMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
)
from schemas.receipts import CommandRefused
from services.desk.reports import Report
from services.desk.screen.untrusted import visible
from services.desk.store.records import OutState
from services.desk.submissions import Submitted

STATES = {
    OutState.QUEUED: "on this desk's disk, not yet on the bus",
    OutState.ON_BUS: "on the bus, not yet accepted",
    OutState.ACCEPTED: "accepted by the hotline",
    OutState.REFUSED: "nobody was given it",
}
REPORTS = {
    payload_type_of(ReportDelivered): "DELIVERED",
    payload_type_of(ReportReceived): "RECEIVED",
    payload_type_of(AcknowledgeMessage): "ACKNOWLEDGED",
    payload_type_of(ReportDeliveredToPrincipal): "DELIVERED TO PRINCIPAL",
    payload_type_of(RelayMessage): "RELAYED",
    payload_type_of(AttachTranslation): "TRANSLATION",
}


def state_style(state: OutState) -> str:
    """The colour beside the word; never without it."""
    return {OutState.ACCEPTED: "green", OutState.REFUSED: "bold red"}.get(state, "yellow")


def outcome_lines(
    state: OutState,
    refusal: CommandRefused | None,
    *,
    alone: bool,
    service: str = "the hotline",
) -> Shown:
    """What became of something just released; `alone` where nothing sends it after this."""
    how_far = f"accepted by {service}" if state is OutState.ACCEPTED else STATES[state]
    said = Shown(f"{state.value}: {how_far}", style=state_style(state))
    if state is OutState.REFUSED:
        return said.append(f"\n{why(refusal)}", style="")
    if state is OutState.QUEUED and alone:
        return said.append("\nNothing sends it until `run` is started on this desk.", style="")
    if state is OutState.QUEUED:
        return said.append("\nIt goes out by itself as soon as the bus is reached.", style="")
    return said


def why(refusal: CommandRefused | None) -> str:
    """The service's reason in one line."""
    if refusal is None:
        return "the reason has not arrived"
    detail = f" ({refusal.detail})" if refusal.detail else ""
    return visible(f"{refusal.code}: {refusal.reason}{detail}")


def refusal_document(refusal: CommandRefused | None) -> dict[str, str] | None:
    """Why the service took no notice of it, for a program."""
    if refusal is None:
        return None
    return {"code": refusal.code, "reason": refusal.reason, "detail": refusal.detail}


def submitted_document(submitted: Submitted) -> dict[str, Any]:
    """What became of a submission, for a program."""
    out = submitted.out
    return {
        "matter": out.matter,
        "identity": out.message,
        "state": out.state.value,
        "at": out.queued_at.isoformat(),
        "refusal": refusal_document(submitted.refusal),
    }


def report_line(report: Report, *, alone: bool) -> Shown:
    """What became of a report just made."""
    word, state = REPORTS[report.out.kind], report.out.state
    if state is OutState.ON_BUS:
        return Shown(f"{word} is on the bus. The hotline answers only if it refuses it.")
    told = outcome_lines(state, report.refusal, alone=alone)
    return Shown.assemble(f"{word} is ", told)


def report_document(report: Report) -> dict[str, Any]:
    """One report on a received message for a program."""
    return {
        "report": REPORTS[report.out.kind],
        "report_id": report.out.message,
        "state": report.out.state.value,
        "at": report.out.queued_at.isoformat(),
        "refusal": refusal_document(report.refusal),
    }
