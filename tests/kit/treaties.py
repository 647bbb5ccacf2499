"""Agreements played between desks in a house: into force, and a notice that fires them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from schemas.acts import Act
from schemas.agreement_acts import Instrument, InstrumentAction
from schemas.agreement_record import AgreementRecord, AgreementText, Provision
from schemas.parties import Precedence
from services.desk.desk import Desk
from services.desk.submissions import submitted
from tests.kit.agreements import DEPOSITARY, FUNCTIONS, MINISTER, record
from tests.kit.house import House

A = InstrumentAction
TEXT = AgreementText(
    title="Agreement on cooperation and consultation",
    authentic_languages=("en", "fr"),
    provisions=(Provision(article="5(1)", subject="Consultation after incidents"),),
)
DESKS = ("xaa-mfa", "xbb-mfa", DEPOSITARY, "xaa-ghq", "xbb-ghq")


async def founded(house: House) -> None:
    """Ministries, a depositary and watches, with both services."""
    for desk in ("xaa-mfa", "xbb-mfa", DEPOSITARY):
        await house.add_desk(desk, functions=FUNCTIONS[desk])
    for desk in DESKS:
        await house.open(desk)
    await house.start(service="alerts")
    await house.start(service="agreements")


async def said(house: House, desk: Desk, identity: str) -> str:
    """What became of it."""

    def found() -> str | None:
        state = submitted(desk.store, identity).out.state.value
        return state if state in ("ACCEPTED", "REFUSED") else None

    return await house.until(desk.name, found)


async def accepted(house: House, desk: Desk, identity: str) -> str:
    """It was; the identity again."""
    state = await said(house, desk, identity)
    assert state == "ACCEPTED", submitted(desk.store, identity).refusal
    return identity


async def known(house: House, desk: str, name: str, found: Callable[[Any], Any]) -> Any:
    """What a desk knows of an agreement, as soon as it does."""
    agreements = house.desks[desk].agreements

    def look() -> Any:
        view = next((each for each in agreements.all() if each.name == name), None)
        return (found(view) or None) if view else None

    # The ear listens every quarter of a second, of virtual time where it is virtual.
    return await house.until(desk, look, step_s=0.3)


async def deposited(house: House, desk: str, name: str, action: InstrumentAction) -> None:
    """Submitted by a ministry, recorded by the depositary."""
    ministry, depositary = house.desks[desk], house.desks[DEPOSITARY]
    instrument = Instrument(
        action=action, state=desk[:3].upper(), dated=house.clock.now(), authority=MINISTER
    )
    identity = await accepted(
        house, ministry, ministry.agreements.instrument(name, instrument, by="duty-1", words="…")
    )
    await known(house, DEPOSITARY, name, lambda view: identity in view.waiting)
    await accepted(house, depositary, depositary.agreements.record(name, identity, by="duty-2"))


async def in_force(house: House, **fields: Any) -> AgreementRecord:
    """An agreement from its text to its force, and every desk knows."""
    made = record(agreement=house.matter("dca"), **fields)
    name = made.agreement
    ours, theirs = house.desks["xaa-mfa"], house.desks["xbb-mfa"]
    depositary = house.desks[DEPOSITARY]
    await accepted(house, ours, ours.agreements.propose(made, TEXT, MINISTER, by="duty-1"))
    await known(house, "xbb-mfa", name, lambda view: view.record == made)
    await accepted(house, theirs, theirs.agreements.adopt(name, MINISTER, by="duty-1"))
    for desk in (ours, theirs):
        await accepted(house, desk, desk.agreements.authenticate(name, MINISTER, by="duty-1"))
    await known(house, DEPOSITARY, name, lambda view: view.phase == "AUTHENTICATED")
    await accepted(house, depositary, depositary.agreements.open(name, by="duty-2"))
    for action in (A.SIGNATURE, A.RATIFICATION):
        for ministry in ("xaa-mfa", "xbb-mfa"):
            await known(house, ministry, name, lambda view: view.phase != "AUTHENTICATED")
            await deposited(house, ministry, name, action)
    for each in DESKS:
        await known(house, each, name, lambda view: view.phase == "IN_FORCE")
    return made


async def notice(house: House) -> tuple[str, str]:
    """A fact notice from XAA to XBB on the hotline: its matter and its identity."""
    matter = house.matter("border")
    draft = house.draft(matter, act=Act.FACT_NOTICE, precedence=Precedence.IMMEDIATE)
    return matter, await house.accepted("xaa-ghq", draft)
