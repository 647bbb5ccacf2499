"""The hotline, declared as one value."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from schemas.hotline import HotlineDelivery, HotlineEntry, MessageOuter
from schemas.parties import Precedence
from services.bus.service import Service
from services.hotline import rules
from services.hotline.deadlines import deadlines
from services.hotline.evolve import evolve
from services.hotline.matter import Matter


def hotline(acknowledge_within_s: Mapping[Precedence, float]) -> Service:
    """The hotline with these ceilings, in seconds from release."""
    return Service(
        name=rules.NAME,
        commands=rules.COMMANDS,
        own_commands=rules.OWN_COMMANDS,
        budgeted=lambda command: isinstance(command, MessageOuter),
        desks_named=rules.desks_named,
        first_state=Matter(),
        decide=partial(rules.decide, within_s=acknowledge_within_s),
        evolve=evolve,
        deadlines=deadlines,
        entry=HotlineEntry,
        delivery=HotlineDelivery,
    )
