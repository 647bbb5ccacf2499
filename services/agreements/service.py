"""The agreements service, declared as one value."""

from __future__ import annotations

from schemas.agreements import AgreementsDelivery, AgreementsEntry
from services.agreements import deadlines, evolve, rules
from services.agreements.hearing import OVERHEARS
from services.agreements.own_word import NAME
from services.agreements.state import BLANK
from services.bus.service import Service


def agreements() -> Service:
    """Agreements, their depositaries and what they activate."""
    return Service(
        name=NAME,
        commands=rules.COMMANDS,
        own_commands=rules.OWN_COMMANDS,
        budgeted=lambda _: True,
        desks_named=rules.desks_named,
        first_state=BLANK,
        decide=rules.decide,
        evolve=evolve.evolve,
        deadlines=deadlines.deadlines,
        entry=AgreementsEntry,
        delivery=AgreementsDelivery,
        overhears=OVERHEARS,
    )
