"""What can be wrong with what is said of an agreement; each docstring is a reason."""

from __future__ import annotations

from services.bus.refusals import Refusal


class NoSuchAgreement(Refusal):
    """No agreement of that name is on record in this matter. Check both names."""


class AgreementStandsAlready(Refusal):
    """A text of that name is adopted already. Propose an amendment, or choose another name."""


class NotDepositary(Refusal):
    """Only the depositary that the agreement names does this. States submit instruments to it."""


class NotForeignMinistry(Refusal):
    """Its foreign ministry's desk speaks for a state here. Have that desk submit it."""


class NotNegotiating(Refusal):
    """The state is none of those that negotiate or participate. Only these take this step."""


class WrongAgreementPhase(Refusal):
    """The agreement in its present phase does not take that step. See how it stands, then act."""


class WrongPartyPhase(Refusal):
    """The state, as it stands to the agreement, does not take that step. See how it stands."""


class RecordNotTheSame(Refusal):
    """The text named is not the one on record. Compare both, and name the same one."""


class StepTakenAlready(Refusal):
    """This state has taken that step already. It waits for the others."""


class NoFullPowers(Refusal):
    """No full powers: the act has no effect until the state confirms it. Submit it with them."""


class DatedInTheFuture(Refusal):
    """The instrument bears a date that has not come. An act counts when done, never before."""


class DepositaryUnknown(Refusal):
    """The desk named as depositary is not vouched for as one. Have its root say so, or choose."""


class ParentNotStanding(Refusal):
    """The framework is not on record, or has ended. An arrangement cannot outlive its parent."""


class ExceedsParent(Refusal):
    """An arrangement goes no further than its parent: in states, in time, in bindingness."""


class EntryIntoForceTooEarly(Refusal):
    """That date comes before the last required instrument can be there, so it cannot be the one."""


class EntryIntoForceDiffers(Refusal):
    """The date of entry into force follows from the clause, and it is another, or not known yet."""


class SignatureClosed(Refusal):
    """The time for signature is over. Accede, where the agreement is open to accession."""


class SignatureMissing(Refusal):
    """This agreement is signed before it is ratified, accepted or approved. Sign it first."""


class ConsentedAlready(Refusal):
    """The state has consented to be bound already. A second instrument adds nothing."""


class NoMeansOfConsent(Refusal):
    """The agreement does not provide for consent by that means. Use one that its record names."""


class NotOpenToAccession(Refusal):
    """The agreement is not open to accession by this state. The parties would have to agree."""


class ReservationAfterConsent(Refusal):
    """The state has consented already, and a reservation comes with signature or consent only."""


class ReservationAlone(Refusal):
    """A reservation is formulated in the instrument of signature or consent, not beside it."""


class ReservationProhibited(Refusal):
    """The agreement prohibits that reservation. Leave it out."""


class NoSuchReservation(Refusal):
    """No such reservation stands. Name the state and the reservation as the record has them."""


class ObjectionTooLate(Refusal):
    """The time for objections is over, and silence until then was acceptance."""


class ProvisionalApplicationNotAgreed(Refusal):
    """Provisional application was not agreed, or this state does not apply it. Await its force."""


class NotAParty(Refusal):
    """The state is no party, and only parties do this."""


class NoSuchAmendment(Refusal):
    """No amendment of that name awaits that step. Check its name and how far it is."""


class AmendmentNameTaken(Refusal):
    """An amendment of that name is on record. Choose another name."""


class SuspensionNotProvided(Refusal):
    """The agreement does not let a party suspend it alone. Seek all parties' consent, or claim."""


class NotSuspended(Refusal):
    """For this state nothing is suspended that it could resume."""


class NoRightToWithdraw(Refusal):
    """The text provides for no withdrawal and none is implied. All parties may agree to end it."""


class NoticeTooShort(Refusal):
    """The withdrawal would take effect before its period of notice is over. Name a later date."""


class EffectPast(Refusal):
    """The date from which it should take effect is past. Name one that lies ahead."""


class NoSuchNotice(Refusal):
    """No notice or claim of this state's of that identity can still be revoked or carried out."""


class ClaimPeriodTooShort(Refusal):
    """Objections have three months from the notification, unless there is special urgency."""


class ClaimNotRipe(Refusal):
    """The time for objections is not over, or a party objected. Seek a solution with it first."""


class NoSuchInstrument(Refusal):
    """No instrument of that identity waits for the depositary. It may be recorded or returned."""


class NoSuchCorrection(Refusal):
    """No correction of that identity is at that step. Await the end of the time for objections."""


class PeriodPast(Refusal):
    """The time named is over already. Name one that lies ahead."""


class RegisteredBeforeForce(Refusal):
    """It is registered only after entry into force between two parties at least, or as applied."""


class ReceiptDateWrong(Refusal):
    """The date of receipt lies ahead, or before the agreement was in force or applied."""


class NotTheOwner(Refusal):
    """Only the desk that owes a step reports that it was met. Nobody answers for another."""


class NoSuchObligation(Refusal):
    """Nothing of that identity is owed that is not met already."""


class NothingDue(Refusal):
    """Nothing was due: it was done, revoked or passed before."""


class NothingToActivate(Refusal):
    """No protocol of this agreement waits for that event, or it was heard before."""


def _of(base: type[Refusal]) -> dict[str, type[Refusal]]:
    return {each.__name__: each for each in base.__subclasses__() if each.__module__ == __name__}


REFUSALS = _of(Refusal)
"""The refusals of agreements by their code."""
