"""The commands of a desk's agreements: `detente desk agreement …`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from schemas.agreement_acts import Instrument, InstrumentAction, SuspensionBasis
from schemas.parties import Contract, Precedence, nation_of
from services.desk.agreements.forms import InstrumentForm, ProposalForm
from services.desk.commands.runner import Runner
from services.desk.commands.steps.agreements import (
    agreement_of,
    agreements_of,
    obligations_of,
    participants_of,
    submitted,
    taken,
)
from services.desk.commands.typed.asking import asked
from services.desk.commands.typed.authority import InOffice
from services.desk.commands.typed.besides import particulars_in
from services.desk.commands.typed.forms import FormFile, form_in
from services.desk.commands.typed.officers import By
from services.desk.commands.typed.place import HERE, SOON, Answering, Place
from services.desk.commands.typed.times import moment, moment_or_none
from services.desk.commands.typed.usage import WrongUsage, as_usage
from services.desk.desk import Desk
from services.desk.skeleton import skeleton

MENU = (
    "list", "show", "participants", "obligations", "form", "propose", "adopt", "authenticate",
    "open", "instrument", "object", "amend", "suspend", "resume", "withdraw", "terminate",
    "record", "send-back", "notify", "correct", "proces-verbal", "register", "draft", "meet",
)  # fmt: skip
"""Every command, in the order in which a desk comes to need them."""
Which = Annotated[str, Parameter(help="The agreement's name.")]
Words = Annotated[
    str | None, Parameter(help="What its states and its depositary read; nobody else does.")
]
Said = Annotated[str, Parameter(name="--words", help="What its states and its depositary read.")]
Filled = FormFile | None
FORMS: Mapping[str, type[Contract]] = {"proposal": ProposalForm, "instrument": InstrumentForm}


@dataclass(frozen=True, slots=True)
class Agreements:
    """What the live and the exercise desk have in common of it."""

    runner: Runner

    # Seeing.

    def list(self, *, place: Place = HERE) -> int:
        """List every agreement: how it stands, and what comes next."""
        return self.runner.on_disk(place, agreements_of)

    def show(self, agreement: Which, *, newest: int = 20, place: Place = HERE) -> int:
        """Show one agreement: how it stands, its participants, and what was told of it.

        Parameters
        ----------
        newest
            How many of the newest notices are shown.
        """
        return self.runner.on_disk(place, lambda desk: agreement_of(desk, agreement, newest))

    def participants(self, agreement: Which, *, at: str | None = None, place: Place = HERE) -> int:
        """Show the table of participants, as it stands or as it stood at a date.

        Parameters
        ----------
        at
            UTC, as in 2026-01-31T18:00Z.
        """
        return self.runner.on_disk(
            place, lambda desk: participants_of(desk, agreement, moment_or_none(at))
        )

    def obligations(self, *, place: Place = HERE) -> int:
        """List what is owed under agreements: by whom, to whom, until when."""
        return self.runner.on_disk(place, obligations_of)

    def form(self, which: Literal["proposal", "instrument"]) -> int:
        """Print a form to fill in, in YAML: every field, and what it is.

        Parameters
        ----------
        which
            For `propose`, or for `instrument`.
        """
        print(skeleton(FORMS[which]), end="")
        return 0

    # As a state.

    def adopt(
        self, agreement: Which, *, by: By, authority: InOffice, words: Words = None,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Consent to the adoption of the proposed text, as this desk was given it."""
        return self._say(
            answering, f"adoption of {agreement}",
            lambda desk: desk.agreements.adopt(agreement, authority.authority, by=by, words=words),
        )  # fmt: skip

    def authenticate(
        self, agreement: Which, *, by: By, authority: InOffice, words: Words = None,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Establish the adopted text as authentic and definitive."""
        return self._say(
            answering, f"authentication of {agreement}",
            lambda desk: desk.agreements.authenticate(
                agreement, authority.authority, by=by, words=words
            ),
        )  # fmt: skip

    def object(
        self, agreement: Which, *, of: str, reservation: str, by: By, authority: InOffice,
        precludes_force: bool = False, words: Words = None, answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Object to another state's reservation.

        Parameters
        ----------
        of
            Whose reservation: its nation's code.
        reservation
            Its name.
        precludes_force
            Say that the agreement is then not in force between the two.
        """
        return self._act(
            answering, agreement, InstrumentAction.OBJECTION, by, authority, words,
            of=of, reservation=reservation, precludes_force=precludes_force,
        )  # fmt: skip

    def amend(
        self, agreement: Which, *, amendment: str, step: Literal["propose", "adopt", "accept"],
        by: By, authority: InOffice, words: Words = None, answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Propose, adopt or accept an amendment. It binds only those who accept it.

        Parameters
        ----------
        amendment
            Its name.
        step
            Which of the three.
        """
        actions = {
            "propose": InstrumentAction.AMENDMENT_PROPOSAL,
            "adopt": InstrumentAction.AMENDMENT_ADOPTION,
            "accept": InstrumentAction.AMENDMENT_ACCEPTANCE,
        }
        return self._act(
            answering, agreement, actions[step], by, authority, words, amendment=amendment
        )

    def suspend(
        self, agreement: Which, *, basis: SuspensionBasis, by: By, authority: InOffice,
        start: Annotated[str | None, Parameter(name="--from")] = None, until: str | None = None,
        words: Words = None, answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Suspend its operation, by its terms or with all parties' consent.

        Parameters
        ----------
        basis
            On what it rests. A breach is claimed with `instrument` first.
        start
            UTC; at once where left out.
        until
            UTC; until it is resumed where left out.
        """
        return self._act(
            answering, agreement, InstrumentAction.SUSPENSION, by, authority, words, basis=basis,
            effective_on=moment_or_none(start), until=moment_or_none(until),
        )  # fmt: skip

    def resume(
        self, agreement: Which, *, by: By, authority: InOffice, words: Words = None,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """End a suspension; what all consented to, all resume."""
        return self._act(answering, agreement, InstrumentAction.RESUMPTION, by, authority, words)

    def withdraw(
        self, agreement: Which, *, on: str, by: By, authority: InOffice, denounce: bool = False,
        words: Words = None, answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Give notice of withdrawal, or denounce.

        Parameters
        ----------
        on
            From when: UTC, not before the period of notice is over.
        denounce
            Call it a denunciation.
        """
        action = InstrumentAction.DENUNCIATION if denounce else InstrumentAction.WITHDRAWAL
        return self._act(
            answering, agreement, action, by, authority, words, effective_on=moment(on)
        )

    def terminate(
        self, agreement: Which, *, by: By, authority: InOffice, on: str | None = None,
        words: Words = None, answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Consent to its end. It ends when every party has.

        Parameters
        ----------
        on
            Not before that day; UTC.
        """
        return self._act(
            answering, agreement, InstrumentAction.TERMINATION, by, authority, words,
            effective_on=moment_or_none(on),
        )  # fmt: skip

    def register(
        self, agreement: Which, *, number: str, received: str, copy: str, by: By,
        words: Words = None, answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """State that it is registered with the UN Secretariat.

        Parameters
        ----------
        number
            Of the register.
        received
            When the Secretariat received it; UTC.
        copy
            SHA-256 of the certified true copy.
        """
        return self._say(
            answering, f"registration of {agreement}",
            lambda desk: desk.agreements.register(
                agreement, number, moment(received), copy, by=by, words=words
            ),
        )  # fmt: skip

    # As the depositary.

    def open(
        self, agreement: Which, *, by: By, closes: str | None = None, words: Words = None,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Depositary: open it for signature.

        Parameters
        ----------
        closes
            Until when it may be signed; UTC.
        """
        return self._say(
            answering, f"{agreement} opens",
            lambda desk: desk.agreements.open(
                agreement, by=by, closes_on=moment_or_none(closes), words=words
            ),
        )  # fmt: skip

    def record(
        self, agreement: Which, instrument: str, *, by: By, words: Words = None,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Depositary: an instrument is there in due form. It counts as made from now.

        Parameters
        ----------
        instrument
            Its identity, as `list` shows it.
        """
        return self._say(
            answering, f"instrument recorded under {agreement}",
            lambda desk: desk.agreements.record(agreement, instrument, by=by, words=words),
        )  # fmt: skip

    def send_back(
        self, agreement: Which, instrument: str, *, by: By, words: Said,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Depositary: an instrument is not in due form.

        Parameters
        ----------
        instrument
            Its identity, as `list` shows it.
        """
        return self._say(
            answering, f"instrument returned under {agreement}",
            lambda desk: desk.agreements.return_(agreement, instrument, by=by, words=words),
        )  # fmt: skip

    def notify(
        self, agreement: Which, *, by: By, words: Said, in_force: str | None = None,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Depositary: inform the states.

        Parameters
        ----------
        in_force
            Announce that date of entry into force; it is refused unless it is the computed one.
        """
        return self._say(
            answering, f"notification under {agreement}",
            lambda desk: desk.agreements.notify(
                agreement, by=by, words=words, entry_into_force=moment_or_none(in_force)
            ),
        )  # fmt: skip

    def correct(
        self, agreement: Which, *, until: str, by: By, words: Said, answering: Answering = SOON
    ) -> int:
        """Depositary: propose to correct an error in the text.

        Parameters
        ----------
        until
            Until when states may object; UTC.
        """
        return self._say(
            answering, f"correction of {agreement}",
            lambda desk: desk.agreements.correct(agreement, moment(until), by=by, words=words),
        )  # fmt: skip

    def proces_verbal(
        self, agreement: Which, correction: str, *, by: By, words: Said,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Depositary: make a correction to which nobody objected.

        Parameters
        ----------
        correction
            Its identity.
        """
        return self._say(
            answering, f"correction of {agreement} made",
            lambda desk: desk.agreements.record_correction(
                agreement, correction, by=by, words=words
            ),
        )  # fmt: skip

    # As one that owes a step.

    def draft(
        self, obligation: str, *, by: By, text: str | None = None,
        particulars_file: Path | None = None, precedence: Precedence | None = None,
        place: Place = HERE,
    ) -> int:  # fmt: skip
        """Take over and complete the message that a step asks for. Nothing is sent by it.

        Parameters
        ----------
        obligation
            Its identity, or the end of it that `obligations` shows.
        text
            Words of one's own in the place of those filled in.
        particulars_file
            The act's particulars, as `template` prints them.
        precedence
            Another one than the protocol names.
        """

        def take(desk: Desk) -> Any:
            particulars = None
            if particulars_file is not None:
                act = desk.agreements.owed(obligation).message
                particulars = particulars_in(_read(particulars_file), act)
            return taken(
                desk.agreements.take(
                    obligation, by=by, text=text, particulars=particulars, precedence=precedence
                )
            )

        return self.runner.on_disk(place, take)

    def meet(
        self, obligation: str, message: str, *, by: By, words: Words = None,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Report by which message a step was done, where the hotline did not show it by itself.

        Parameters
        ----------
        obligation
            Its identity, or the end of it that `obligations` shows.
        message
            The message's identity.
        """
        return self._say(
            answering, f"step {obligation} reported as done",
            lambda desk: desk.agreements.meet(obligation, message, by=by, words=words),
        )  # fmt: skip

    # How it is said.

    def _act(
        self, answering: Answering, agreement: str, action: InstrumentAction, by: str,
        authority: InOffice, words: str | None, **fields: Any,
    ) -> int:  # fmt: skip
        def speak(desk: Desk) -> str:
            with as_usage():
                instrument = Instrument.model_validate(
                    {
                        "action": action, "state": nation_of(desk.name), "dated": desk.clock.now(),
                        "authority": authority.authority, **fields,
                    }
                )  # fmt: skip
            return desk.agreements.instrument(agreement, instrument, by=by, words=words)

        return self._say(answering, f"{action.value} under {agreement}", speak)

    def _instrument(
        self, answering: Answering, agreement: str, filled: Path | None, by: str,
        under: str | None, exercise: str | None,
    ) -> int:  # fmt: skip
        def speak(desk: Desk) -> str:
            form = form_in(filled, InstrumentForm) if filled else asked(InstrumentForm)
            return desk.agreements.instrument(
                agreement, form.instrument, by=by, words=form.words, parent=under,
                exercise=exercise,
            )  # fmt: skip

        return self._say(answering, f"instrument under {agreement}", speak)

    def _propose(
        self, answering: Answering, filled: Path | None, by: str, exercise: str | None
    ) -> int:
        def speak(desk: Desk) -> str:
            form = form_in(filled, ProposalForm) if filled else asked(ProposalForm)
            return desk.agreements.propose(
                form.record, form.text, form.authority, by=by, exercise=exercise
            )

        return self._say(answering, "proposal of an agreement", speak)

    def _say(self, answering: Answering, what: str, speak: Callable[[Desk], str]) -> int:
        return self.runner.over_bus(
            answering, lambda desk: submitted(desk, speak(desk), what, answering.wait)
        )


def _read(file: Path) -> str:
    try:
        return file.read_text()
    except OSError as trouble:
        raise WrongUsage(f"the particulars cannot be read: {trouble}") from trouble


class LiveAgreements(Agreements):
    """Agreements of the live desk."""

    def propose(self, file: Filled = None, *, by: By, answering: Answering = SOON) -> int:
        """Propose a text, from a form; without one it is asked for field by field."""
        return self._propose(answering, file, by, None)

    def instrument(
        self, agreement: Which, file: Filled = None, *, by: By, under: str | None = None,
        answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Submit any instrument, from a form; without one it is asked for field by field.

        Parameters
        ----------
        under
            The framework that the agreement implements, where this desk was told of neither.
        """
        return self._instrument(answering, agreement, file, by, under, None)


class ExerciseAgreements(Agreements):
    """Agreements of an exercise: they are not the live ones, whatever their names."""

    def propose(
        self, file: Filled = None, *, exercise: str, by: By, answering: Answering = SOON
    ) -> int:
        """Propose a text for an exercise, from a form or field by field.

        Parameters
        ----------
        exercise
            The exercise's name.
        """
        return self._propose(answering, file, by, exercise)

    def instrument(
        self, agreement: Which, file: Filled = None, *, exercise: str, by: By,
        under: str | None = None, answering: Answering = SOON,
    ) -> int:  # fmt: skip
        """Submit any instrument of an exercise, from a form or field by field.

        Parameters
        ----------
        exercise
            The exercise's name.
        under
            The framework that the agreement implements, where this desk was told of neither.
        """
        return self._instrument(answering, agreement, file, by, under, exercise)
