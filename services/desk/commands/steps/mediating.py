"""Adding a translation, passing on as a mediator, asking for one."""

from __future__ import annotations

from rich.text import Text as Shown

from schemas.exchange import Basis, Stage
from services.desk.commands.steps.answers import reported
from services.desk.commands.steps.outcome import DONE, QUEUED_ONLY, REFUSED, Outcome
from services.desk.commands.typed.words import Words
from services.desk.desk import Desk
from services.desk.screen.progress import outcome_lines
from services.desk.store.records import Out, OutState


async def translated(
    desk: Desk,
    message: str,
    words: Words,
    *,
    by: str,
    stage: Stage,
    subject: str,
    machine: bool,
    wait_s: float,
) -> Outcome:
    """Put a translation beside a message."""
    identity = desk.held(message).outer.message_id
    report = desk.attach_translation(
        identity,
        by=by,
        stage=stage,
        machine=machine,
        language=words.language,
        subject=subject,
        text=words.said,
    )
    return await reported(desk, identity, report, wait_s)


async def relayed(desk: Desk, message: str, *, by: str, wait_s: float) -> Outcome:
    """Pass a message on."""
    identity = desk.relay_of(message).asked.message
    return await reported(desk, identity, desk.relay(identity, by=by), wait_s)


async def invited(
    desk: Desk,
    matter: str,
    mediator: str,
    party: str,
    basis: Basis,
    *,
    by: str,
    exercise: str | None,
    wait_s: float,
) -> Outcome:
    """Ask a third desk to relay."""
    made = desk.invite_mediator(matter, mediator, party, basis, by=by, exercise=exercise)

    def taken() -> Out | None:
        out = desk.store.out(made)
        return out if out and out.state is not OutState.QUEUED else None

    out = await desk.until(taken, wait_s)
    state = out.state if out else OutState.QUEUED
    codes = {OutState.QUEUED: QUEUED_ONLY, OutState.REFUSED: REFUSED}
    document = {"invitation": made, "matter": matter, "mediator": mediator, "state": state.value}
    shown = Shown.assemble(
        f"{mediator} is asked to relay towards {party} in {matter}\n",
        outcome_lines(state, None, alone=desk.link is not None),
    )
    return Outcome(document, shown, codes.get(state, DONE))
