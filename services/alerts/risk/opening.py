"""What begins a matter of risk reduction, and what every such word must be. Pure."""

from __future__ import annotations

from typing import Any

from schemas.concerns import Opening
from schemas.crisis import facts_of
from schemas.parties import DeskId, Function, nation_of
from services.alerts.chain.issuing import out_of_place
from services.alerts.chain.reach import desks_with
from services.alerts.refusals import AreaMissing, NoForeignMinistry
from services.bus.refusals import NotReleasable, Refusal, UnknownOfficer
from services.bus.rulebook import Heard


def opened(heard: Heard[Any], *besides: DeskId) -> dict[str, Any] | Refusal:
    """Who said it, the facts, and whom all participating states are told through: their foreign
    ministries. Refused where one of them has none, so that a copy never goes nowhere.
    """
    command: Opening = heard.command
    if refusal := out_of_place(command.status, command.message_type):
        return refusal
    if not command.geocodes:
        return AreaMissing()
    desks: list[DeskId] = [command.sender, *besides]
    for nation in command.participating:
        found = desks_with(Function.FOREIGN_MINISTRY, nation, heard.desks)
        if not found and nation != nation_of(command.sender):
            return NoForeignMinistry(nation)
        desks += found
    told = tuple(dict.fromkeys(desks))
    if unread := [desk for desk in told if not command.label.lets_read(desk)]:
        return NotReleasable(", ".join(unread)[:400])
    said = spoken(heard)
    if isinstance(said, Refusal):
        return said
    return (
        said
        | facts_of(command)
        | {
            "matter": command.matter,
            "participating": command.participating,
            "desks": told,
            "message_type": command.message_type,
            "exercise": command.exercise,
        }
    )


def spoken(heard: Heard[Any]) -> dict[str, Any] | Refusal:
    """Who said it and when the bus received it; refused where no officer of the desk did."""
    command = heard.command
    if command.officer not in heard.desks[command.sender].officers:
        return UnknownOfficer(command.officer)
    return {
        "message": command.message_id,
        "by": command.sender,
        "nation": nation_of(command.sender),
        "officer": command.officer,
        "at": heard.received_at,
    }
