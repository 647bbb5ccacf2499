"""What became of something just submitted to a service that keeps records."""

from __future__ import annotations

from rich.text import Text as Shown

from services.desk.commands.steps.answers import told
from services.desk.commands.steps.outcome import DONE, GAVE_UP, QUEUED_ONLY, REFUSED, Outcome
from services.desk.desk import Desk
from services.desk.screen.progress import outcome_lines, submitted_document
from services.desk.store.records import OutState
from services.desk.submissions import Submitted, submitted

CODES = {OutState.ACCEPTED: DONE, OutState.REFUSED: REFUSED, OutState.QUEUED: QUEUED_ONLY}


async def submitting(desk: Desk, identity: str, what: str, service: str, wait_s: float) -> Outcome:
    """Wait for the service's answer, or until the time is over. `what` names it in a few words."""

    def answered() -> Submitted | None:
        found = submitted(desk.store, identity)
        return found if found.out.state in (OutState.ACCEPTED, OutState.REFUSED) else None

    waited = desk.until(answered, wait_s)
    found = await told(f"waiting for {service}, {wait_s:g}s at most", waited)
    spoken = found or submitted(desk.store, identity)
    lines = outcome_lines(
        spoken.out.state, spoken.refusal, alone=desk.link is not None, service=service
    )
    shown = Shown.assemble(f"{what}\nidentity {identity}\n", lines)
    document = submitted_document(spoken)
    return Outcome(document, shown, CODES.get(spoken.out.state, GAVE_UP))
