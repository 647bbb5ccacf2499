"""What a desk says of agreements: as a state, as a depositary, or as one that owes a step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from schemas.agreement_acts import Authority, Instrument
from schemas.agreement_facts import ObligationOpened
from schemas.agreement_record import AgreementRecord, AgreementText, matter_of
from schemas.agreements import (
    LANE,
    AdoptText,
    AgreementCommand,
    AgreementRemark,
    AuthenticateText,
    NotifyStates,
    OpenForSignature,
    ProposeAgreement,
    ProposeCorrection,
    RecordCorrection,
    RecordInstrument,
    RegisterAgreement,
    ReportObligationMet,
    ReturnInstrument,
    SubmitInstrument,
)
from schemas.particulars import Particulars
from schemas.parties import Contract, ExerciseId, Precedence
from services.desk.agreements.prefill import PREFILLED, prefilled
from services.desk.agreements.view import AgreementView, ObligationView, agreements
from services.desk.draft import Draft
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble
from services.desk.writing import Submit, realm_of


@dataclass(frozen=True, slots=True)
class AgreementDesk:
    """The agreements of one desk. What is said is on its disk before a method returns."""

    name: str
    store: Store
    submit_record: Submit
    keep_draft: Callable[..., int]

    # What is known.

    def all(self) -> list[AgreementView]:
        """Every agreement that this desk was told of."""
        return agreements(self.store)

    def one(self, name: str) -> AgreementView:
        """One of them. DeskTrouble where this desk was told of no such agreement."""
        found = next((each for each in self.all() if each.name == name), None)
        if found is None:
            raise DeskTrouble(f"this desk was told of no agreement {name}")
        return found

    def obligations(self) -> list[tuple[AgreementView, ObligationView]]:
        """All that is owed under any agreement, soonest due first."""
        found = [(view, owed) for view in self.all() for owed in view.obligations.values()]
        return sorted(found, key=lambda pair: pair[1].opened.due)

    # As a state.

    def propose(
        self,
        record: AgreementRecord,
        text: AgreementText,
        authority: Authority,
        *,
        by: str,
        exercise: ExerciseId | None = None,
    ) -> str:
        """Propose a text, and consent to its adoption."""
        fields = {"record": record, "authority": authority}
        where = {"agreement": record.agreement, "matter": record.matter}
        return self._write(ProposeAgreement, where, by, text, exercise, record.desks, fields)

    def adopt(self, name: str, authority: Authority, *, by: str, words: str | None = None) -> str:
        """Consent to the adoption of the text that this desk was told of."""
        return self._of(
            AdoptText, name, by, words, record_digest=self._digest(name), authority=authority
        )

    def authenticate(
        self, name: str, authority: Authority, *, by: str, words: str | None = None
    ) -> str:
        """Establish that text as authentic."""
        return self._of(
            AuthenticateText, name, by, words, record_digest=self._digest(name),
            authority=authority,
        )  # fmt: skip

    def instrument(
        self,
        name: str,
        instrument: Instrument,
        *,
        by: str,
        words: AgreementRemark | str | None = None,
        parent: str | None = None,
        exercise: ExerciseId | None = None,
    ) -> str:
        """Submit an instrument. A state that was told of no such agreement may name its parent."""
        known = next((each for each in self.all() if each.name == name), None)
        if known is not None:
            return self._of(SubmitInstrument, name, by, words, instrument=instrument)
        where = {"agreement": name, "matter": matter_of(name, parent)}
        fields = {"instrument": instrument}
        return self._write(SubmitInstrument, where, by, _remark(words), exercise, (), fields)

    def register(
        self, name: str, number: str, received_on: datetime, certified_copy: str, *, by: str,
        words: str | None = None,
    ) -> str:  # fmt: skip
        """State that it is registered with the UN Secretariat."""
        return self._of(
            RegisterAgreement, name, by, words, number=number, received_on=received_on,
            certified_copy=certified_copy,
        )  # fmt: skip

    # As the depositary.

    def open(
        self, name: str, *, by: str, closes_on: datetime | None = None, words: str | None = None
    ) -> str:
        """Open it for signature."""
        return self._of(OpenForSignature, name, by, words, closes_on=closes_on)

    def record(self, name: str, instrument: str, *, by: str, words: str | None = None) -> str:
        """An instrument is there, in due and proper form."""
        return self._of(RecordInstrument, name, by, words, instrument=instrument)

    def return_(self, name: str, instrument: str, *, by: str, words: str) -> str:
        """An instrument is not in due form; `words` say why."""
        return self._of(ReturnInstrument, name, by, words, instrument=instrument)

    def notify(
        self, name: str, *, by: str, words: str, entry_into_force: datetime | None = None
    ) -> str:
        """Inform the states."""
        return self._of(NotifyStates, name, by, words, entry_into_force=entry_into_force)

    def correct(self, name: str, until: datetime, *, by: str, words: str) -> str:
        """Propose to correct an error; objections until then."""
        return self._of(ProposeCorrection, name, by, words, objections_until=until)

    def record_correction(self, name: str, correction: str, *, by: str, words: str) -> str:
        """The procès-verbal of a correction to which nobody objected."""
        return self._of(RecordCorrection, name, by, words, correction=correction)

    # As one that owes a step.

    def meet(self, obligation: str, message: str, *, by: str, words: str | None = None) -> str:
        """Report by which message a step was done."""
        view, owed = self._owed(obligation)
        return self._of(
            ReportObligationMet, view.name, by, words, obligation=owed.opened.obligation,
            met_by=message,
        )  # fmt: skip

    def owed(self, obligation: str) -> ObligationOpened:
        """What this desk owes of that identity, or of that end of it."""
        return self._owed(obligation)[1].opened

    def take(
        self,
        obligation: str,
        *,
        by: str,
        text: str | None = None,
        particulars: Particulars | None = None,
        precedence: Precedence | None = None,
    ) -> int:
        """Take over and complete the message that a step asks for; the number of the draft.

        Another officer releases it where two are needed. DeskTrouble where it is not complete.
        """
        view, owed = self._owed(obligation)
        draft = prefilled(owed.opened, self.name, view.exercise)
        changes: dict[str, Any] = {"particulars": particulars}
        if text is not None:
            changes["text"] = text
        if precedence is not None:
            changes["precedence"] = precedence
        completed = Draft.model_validate(draft.model_copy(update=changes))
        number = self.keep_draft(completed, by=by)
        with self.store.transaction():
            for kept, drafter, _, content in self.store.drafts():
                if drafter == PREFILLED and content == draft.model_dump_json():
                    self.store.drop_draft(kept)
        return number

    def _owed(self, obligation: str) -> tuple[AgreementView, ObligationView]:
        """By its identity, or by the end of it that is unmistakable."""
        found = [
            pair
            for pair in self.obligations()
            if pair[1].opened.obligation.endswith(obligation) and pair[1].opened.owner == self.name
        ]
        if len(found) != 1:
            raise DeskTrouble(f"this desk owes nothing, or more than one thing, named {obligation}")
        return found[0]

    # How it is said.

    def _digest(self, name: str) -> str:
        record = self.one(name).record
        if record is None:
            raise DeskTrouble(f"this desk was not given the text of {name}")
        return record.digest

    def _of(
        self,
        kind: type[AgreementCommand],
        name: str,
        by: str,
        words: AgreementRemark | str | None,
        **fields: Any,
    ) -> str:
        view = self.one(name)
        readers = view.record.desks if view.record else ()
        where = {"agreement": name, "matter": view.matter}
        return self._write(kind, where, by, _remark(words), view.exercise, readers, fields)

    def _write(
        self,
        kind: type[AgreementCommand],
        where: dict[str, Any],
        by: str,
        content: Contract,
        exercise: ExerciseId | None,
        readers: tuple[str, ...],
        fields: dict[str, Any],
    ) -> str:
        said = {"lane": LANE, "officer": by, **realm_of(exercise)}
        return self.submit_record(kind, {**where, **said, **fields}, content, readers)


def _remark(words: AgreementRemark | str | None) -> AgreementRemark:
    return words if isinstance(words, AgreementRemark) else AgreementRemark(text=words)
