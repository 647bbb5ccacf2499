"""What can be expected of a rehearsal: one row a kind. A new service's kinds are new rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from schemas.exchange import ContactPhase, ExchangePhase, UndertakingPhase
from schemas.lines import Cause, LinePhase
from schemas.parties import Contract, DeskId, MatterId, Nation, OfficerId
from schemas.sources import Corroboration

StepName = str


class AtDesk(Contract):
    """A message and a desk."""

    message: StepName
    desk: DeskId
    officer: OfficerId | None = None


class Accepted(Contract):
    """What a step said, accepted by its service."""

    step: StepName


class Refused(Contract):
    """What a step said, refused: by the desk's own library before it went out, or by a service."""

    step: StepName
    code: str = Field(alias="with", description="A refusal's or a flaw's name.")
    by: Literal["DESK", "SERVICE", "BUS"] | None = Field(
        default=None, description="BUS: a rehearsal's own bus, which reaches no live topic."
    )


class Replied(Contract):
    """A substantive answer."""

    message: StepName
    by: DeskId | None = None


class Unanswered(Contract):
    """The time for an answer passed. Only the clock says so."""

    message: StepName
    nation: Nation


class Told(Contract):
    """A desk was given a notice."""

    desk: DeskId
    notice: str = Field(description="The notice's name: LadderClimbed, AcknowledgementOverdue …")
    about: StepName | None = Field(default=None, description="The message that it is about.")
    matter: str | None = Field(default=None, description="A matter, or the step that opened it.")
    where: Mapping[str, Any] = Field(
        default_factory=dict, description="What must stand in its fields."
    )


class Flagged(Contract):
    """A desk's library marked what came: a flaw's name, or a crossing."""

    message: StepName
    desk: DeskId
    flag: str


class Alarmed(Contract):
    """A desk's library raised an alarm: something forged, altered, or a number used twice."""

    desk: DeskId
    code: str


class OfMessage(Contract):
    """How a message stands, for its originator."""

    message: StepName
    phase: Literal["STANDING", "SUPERSEDED", "CANCELLED"] = Field(alias="is")


class OfLeg(Contract):
    """How far a message got on its way to one desk."""

    message: StepName
    desk: DeskId
    phase: Literal["ACCEPTED", "DELIVERED", "RECEIVED", "ACKNOWLEDGED", "WITH_PRINCIPAL"] = Field(
        alias="is", description="ACCEPTED: on its way, and not on that desk's disk."
    )


class OfExchange(Contract):
    """How far two nations have come with each other in a matter."""

    between: tuple[Nation, Nation]
    phase: ExchangePhase = Field(alias="is")
    matter: MatterId | None = None


class OfUndertaking(Contract):
    """How far a commitment or an understanding has come."""

    message: StepName
    phase: UndertakingPhase | Literal["HELD_UP"] = Field(alias="is")


class OfContact(Contract):
    """How far a request for a call or a meeting has come."""

    request: StepName
    phase: ContactPhase = Field(alias="is")


class OfLine(Contract):
    """How a line stands."""

    line: str
    phase: LinePhase = Field(alias="is")
    cause: Cause | None = None


class OfRecord(Contract):
    """How a record of a service stands: an alert, a request, a visit, an agreement."""

    of: str = Field(description="The step that opened it, or its matter.")
    phase: str = Field(alias="is", description="As its service calls it: ACTIVE, UNANSWERED …")


class OfPrompt(Contract):
    """What a changed own fact calls for at the desk, and whether anybody saw to it."""

    desk: DeskId
    about: StepName | None = Field(
        default=None, description="The step whose word no longer matches."
    )
    matter: MatterId | None = Field(
        default=None, description="Without `about`: the matter in which an assurance is called for."
    )
    fact: str | None = None
    stands: Literal["PROMPTED", "OVERDUE", "SETTLED"] = Field(alias="is")


class OfCorroboration(Contract):
    """Whether an alert is borne out by more than one source, as a desk was told."""

    of: str = Field(description="The step that issued it, or its matter.")
    desk: DeskId
    mark: Corroboration = Field(alias="is")


class OfLedger(Contract):
    """An event in a service's ledger, of whatever kind."""

    event: str = Field(description="The event's name, as in the catalogue.")
    about: StepName | None = None
    matter: str | None = Field(default=None, description="A matter, or the step that opened it.")
    where: Mapping[str, Any] = Field(default_factory=dict)


class OfHappening(Contract):
    """A step of the timeline that took place: what somebody did, or what happened."""

    step: StepName


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of expectation."""

    contract: type[Contract]
    said: str
    lasts: bool = False
    """Whether it is a state that holds until another takes its place, so that `ends` may ask."""


PATTERNS: Mapping[str, Kind] = {
    "accepted": Kind(Accepted, "A service accepted what a step said."),
    "refused": Kind(Refused, "What a step said was refused, and why."),
    "delivered": Kind(AtDesk, "The message is on the desk's disk."),
    "received": Kind(AtDesk, "An officer of the desk opened it."),
    "acknowledged": Kind(AtDesk, "An officer took it over, on that desk's way."),
    "with_principal": Kind(AtDesk, "It reached the one who decides."),
    "replied": Kind(Replied, "A substantive answer was given."),
    "unanswered": Kind(Unanswered, "The clock said that an answer is overdue."),
    "overdue": Kind(AtDesk, "The ceiling passed without acknowledgement."),
    "told": Kind(Told, "A desk was told something."),
    "flagged": Kind(Flagged, "A desk's library marked a message."),
    "alarmed": Kind(Alarmed, "A desk's library raised an alarm."),
    "message": Kind(OfMessage, "How a message stands.", lasts=True),
    "leg": Kind(OfLeg, "How far a message got to a desk.", lasts=True),
    "exchange": Kind(OfExchange, "How two nations stand to each other.", lasts=True),
    "undertaking": Kind(OfUndertaking, "How an undertaking stands.", lasts=True),
    "contact": Kind(OfContact, "How a contact stands.", lasts=True),
    "line": Kind(OfLine, "How a line stands.", lasts=True),
    "record": Kind(OfRecord, "How a record of a service stands.", lasts=True),
    "prompted": Kind(OfPrompt, "What a changed own fact called for.", lasts=True),
    "corroboration": Kind(OfCorroboration, "How a desk is shown an alert's sources.", lasts=True),
    "recorded": Kind(OfLedger, "An event stands in a service's ledger."),
    "happened": Kind(OfHappening, "A step of the timeline took place."),
}
"""By its name in a scenario. `outcome/finding.py` says where each is looked for."""
