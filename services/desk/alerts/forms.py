"""What an officer fills in: the event outside, and CAP's own words for what people read."""

from __future__ import annotations

from pydantic import Field

from schemas.alerts import NATIONS_MAX, Attribution, Purpose, Template, TemplatePair
from schemas.cap import CapBlock, CapName, Language, Long, Scope, Short, Status
from schemas.crisis import EventCode, Geocode, IncidentId, Nations
from schemas.parties import Contract, Label, MatterId, Moment, Precedence
from schemas.sources import Sources


class AlertForm(Contract):
    """An alert, or all that an update says instead of it."""

    event_code: EventCode
    addressed: Nations = Field(
        min_length=1, max_length=NATIONS_MAX, description="Nations that are to be told."
    )
    concerned: Nations = Field(max_length=32, description="Nations that the event affects.")
    event_at: Moment = Field(description="When it happened, or is expected to.")
    geocodes: tuple[Geocode, ...] = Field(default=(), max_length=16)
    incident: IncidentId | None = None
    threads: tuple[MatterId, ...] = Field(
        default=(), max_length=8, description="Hotline matters about it."
    )
    label: Label
    precedence: Precedence | None = Field(
        default=None, description="Where it is to be faster than its urgency makes it."
    )
    attribution: Attribution = Attribution()
    identifier: CapName | None = Field(default=None, description="CAP's; chosen where left out.")
    status: Status = Status.ACTUAL
    scope: Scope = Scope.RESTRICTED
    restriction: Short | None = "For the governments addressed"
    addresses: tuple[str, ...] = Field(default=(), max_length=64)
    source: Short | None = None
    code: tuple[Short, ...] = Field(default=(), max_length=16)
    note: Long | None = None
    info: tuple[CapBlock, ...] = Field(
        min_length=1, max_length=8, description="One a language; the first leads."
    )
    sources: Sources | None = Field(
        default=None,
        description="On what it rests. A FLASH of one source is shown UNCORROBORATED.",
    )


class TemplateForm(Contract):
    """One text that is approved before it is needed."""

    headline: Short
    description: Long
    instruction: Long | None = None
    note: Short


class TemplatesForm(Contract):
    """The cancel and the correction template of one kind of alert."""

    event_code: EventCode
    language: Language
    cancel: TemplateForm
    correction: TemplateForm

    @property
    def pair(self) -> TemplatePair:
        """Both, as they are approved."""
        return TemplatePair(
            cancel=self._template(Purpose.CANCEL, self.cancel),
            correction=self._template(Purpose.CORRECTION, self.correction),
        )

    def _template(self, purpose: Purpose, written: TemplateForm) -> Template:
        return Template(
            event_code=self.event_code,
            purpose=purpose,
            language=self.language,
            headline=written.headline,
            description=written.description,
            instruction=written.instruction,
            note=written.note,
        )


class WordsForm(Contract):
    """What is said instead of a template, where two officers release it."""

    language: Language
    headline: Short
    description: Long
    instruction: Long | None = None
    note: Long
