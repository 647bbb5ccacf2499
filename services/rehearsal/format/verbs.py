"""What a step of the timeline may say: one row a verb. A new service's verbs are new rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field, model_validator

from schemas.acts import Act
from schemas.exchange import Basis, Stage
from schemas.lines import Cause, LegalStatus, NoteClass, Reading
from schemas.parties import Contract, DeskId, MatterId, Nation, OfficerId, Precedence
from services.rehearsal.format.cast import Marking, Said
from services.rehearsal.format.times import When

StepName = str
Fields = Mapping[str, Any]
"""A table as the scenario writes it: its contract is that of an act or of a service, in which
times, steps and places may be written as everywhere in a scenario."""


class Send(Contract):
    """A message: new, or one that answers, corrects or cancels another."""

    to: tuple[DeskId, ...] | None = Field(
        default=None,
        description="For action. Left out: who had the message that this one follows.",
    )
    info: tuple[DeskId, ...] = ()
    precedence: Precedence | None = Field(
        default=None, description="Left out: ROUTINE, or that of the message that it follows."
    )
    act: Act = Act.FREE_TEXT
    subject: str | None = Field(default=None, max_length=160)
    text: Said
    language: str = "en"
    answers: StepName | None = None
    corrects: StepName | None = None
    cancels: StepName | None = None
    matter: MatterId | None = Field(
        default=None, description="The conversation; left out, that of the whole scenario."
    )
    terms: Fields = Field(
        default_factory=dict, description="Its clocks and references: regards, expires, line …"
    )
    particulars: Fields = Field(
        default_factory=dict,
        description="What the act must say beyond its text: see `detente desk template ACT`.",
    )
    references: tuple[StepName, ...] = ()
    quotes: tuple[StepName, ...] = Field(
        default=(), description="Messages whose words it takes over, with their labels."
    )
    reply_by: When | None = None
    expires_at: When | None = None
    label: Marking | None = None
    heard: tuple[Fields, ...] = Field(
        default=(),
        description="Texts heard outside the bus: medium, source, heard_at, text or digest.",
    )
    rests_on: tuple[str, ...] = Field(
        default=(), description="Own facts that an assurance rests on: posture:search-aircraft."
    )
    unmarked: bool = Field(
        default=False, description="True: the marks of the exercise are left out, by mistake."
    )

    @model_validator(mode="after")
    def _follows_one(self) -> Send:
        if sum(each is not None for each in (self.answers, self.corrects, self.cancels)) > 1:
            raise ValueError("a message answers, corrects or cancels: one of the three")
        if self.to is None and not (self.answers or self.corrects or self.cancels):
            raise ValueError("name to whom it goes, in `to`")
        return self


class Release(Contract):
    """A draft is released, by another officer or at another precedence."""

    draft: StepName
    precedence: Precedence | None = None


class Acknowledge(Contract):
    """An officer takes a message over. It says nothing about agreement."""

    message: StepName
    passed_to: str | None = Field(default=None, max_length=200)
    remark: str | None = Field(default=None, max_length=2000)
    read_back: str | None = Field(
        default=None,
        description="The position as it was understood: LATITUDE,LONGITUDE, a place of the"
        " scenario, or FORGOTTEN. Left out: as it stands in the message, where there is one.",
    )


class Of(Contract):
    """Which message is meant."""

    message: StepName
    remark: str | None = Field(default=None, max_length=2000)


class Translate(Contract):
    """A translation is put beside the original, which alone is authentic."""

    message: StepName
    stage: Stage
    language: str
    subject: str
    text: Said
    machine: bool = False


class Invite(Contract):
    """A third desk is asked to relay."""

    mediator: DeskId
    party: Nation
    basis: Basis = Basis.INVITATION
    matter: MatterId | None = None


class LineStep(StrEnum):
    """What can be said of a line."""

    ESTABLISH = "ESTABLISH"
    ADOPT = "ADOPT"
    SUSPEND = "SUSPEND"
    RESTORE = "RESTORE"
    CLOSE = "CLOSE"
    CAUSE = "CAUSE"
    PATH_DOWN = "PATH_DOWN"
    MAINTENANCE = "MAINTENANCE"
    REVIEW = "REVIEW"
    NOTE = "NOTE"
    TEST = "TEST"
    ANSWER_TEST = "ANSWER_TEST"


class OfLine(Contract):
    """Something is said of a line, or done on it."""

    line: str
    says: LineStep
    remark: str | None = Field(default=None, max_length=2000)
    legal_status: LegalStatus = LegalStatus.IN_FORCE
    cause: Cause = Cause.UNKNOWN
    path: str | None = None
    start: When | None = Field(default=None, alias="from")
    until: When | None = Field(
        default=None, description="Of MAINTENANCE, its end; of REVIEW, the day of the next one."
    )
    note: NoteClass = NoteClass.SERVICE
    reading: Reading = Reading.CLEAR


class Says(Contract):
    """Something is said to a service that keeps records, in the words of the desk library."""

    says: str = Field(description="What: issue, cancel, request, reply, propose, decide …")
    given: Fields = Field(
        default_factory=dict, alias="with", description="What it takes: forms, names, times."
    )


class Leak(Contract):
    """Somebody tries to carry what belongs to the exercise out of it, or the reverse."""

    message: StepName
    onto: Literal["LIVE", "EXERCISE"] = Field(
        description="LIVE: the signed record itself, put on the live topic."
        " EXERCISE: its words signed as no exercise, put on the exercise's topic."
    )


class Fault(Contract):
    """Something breaks, or works again."""

    service: str | None = Field(default=None, description="hotline, alerts, visits, agreements.")
    broker: bool = Field(default=False, description="True: the brokers, and so everything.")
    desk: DeskId | None = Field(default=None, description="This desk's way to the bus.")
    state: Literal["DOWN", "UP"] = Field(alias="is")

    @model_validator(mode="after")
    def _names_one(self) -> Fault:
        if sum((self.service is not None, self.broker, self.desk is not None)) != 1:
            raise ValueError("a fault names one thing: service, broker: true, or desk")
        return self


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing that a step may be."""

    contract: Any
    said: str
    by_desk: bool = True
    """Whether a desk does it; otherwise nobody on the bus does."""
    service: str | None = None
    """The service that it speaks to, where that is not the hotline."""
    officers: int = 1
    """How many officers it takes at the most."""


VERBS: Mapping[str, Verb] = {
    "send": Verb(Send, "A message is drafted and released.", officers=2),
    "draft": Verb(Send, "A message is drafted, and waits for a releaser."),
    "release": Verb(Release, "A draft is released."),
    "open": Verb(Of, "An officer opens a message: RECEIVED."),
    "acknowledge": Verb(Acknowledge, "An officer takes a message over."),
    "principal": Verb(Of, "A message reached the one who decides."),
    "translate": Verb(Translate, "A translation is attached."),
    "relay": Verb(Of, "A mediator passes a message on, as it is."),
    "invite": Verb(Invite, "A third desk is asked to relay."),
    "line": Verb(OfLine, "Something is said of a line."),
    **{
        name: Verb(Says, f"Something is said of {said}.", service=service, officers=2)
        for name, said, service in (
            ("alert", "a crisis alert", "alerts"),
            ("facts", "own facts; it stays on the desk", None),
            ("risk", "an unusual activity, a hazardous incident, an invitation", "alerts"),
            ("notice", "a launch or an exercise that is told beforehand", "alerts"),
            ("visit", "a visit or a clearance", "visits"),
            ("contact", "inspections and contacts", "visits"),
            ("agreement", "an agreement", "agreements"),
        )
    },
    "leak": Verb(Leak, "A record is carried across between exercise and life."),
    "fault": Verb(Fault, "Something breaks, or works again.", by_desk=False),
    "happens": Verb(Said, "Something happens that no message tells.", by_desk=False),
}
"""By its name in a scenario. `play/doing.py` says what each does, under the same names."""

OfficerIds = tuple[OfficerId, ...]
