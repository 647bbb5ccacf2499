"""What can be wrong with a message. A refusal is a value; its docstring is its reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something is wrong, and this says what. Base of all refusals."""

    detail: str = ""

    @property
    def code(self) -> str:
        """The refusal's own name, as desks and metrics see it."""
        return type(self).__name__

    @property
    def reason(self) -> str:
        """What is wrong and what to do, in one paragraph."""
        return " ".join((type(self).__doc__ or "").split())


# On the wire: the record cannot be read.


class Oversize(Refusal):
    """The record or a part of it is larger than the bus carries. Shorten it, or split it."""


class NotJson(Refusal):
    """The record is not JSON in UTF-8. Send it with a Détente client of the same version."""


class DuplicateKeys(Refusal):
    """One name stands twice in the same object, so it has two meanings. Name it once."""


class UnknownVersion(Refusal):
    """No contract of this kind and version is known here. Both sides need the same release."""


class UnknownField(Refusal):
    """There is a field that the contract does not have. Remove it; nothing is read past it."""


class MissingField(Refusal):
    """A field that the contract requires is absent. Add it."""


class MissingLabel(Refusal):
    """There is no confidentiality label. Every message names policy, level and releasability."""


class WrongCase(Refusal):
    """A value is known only in capitals. Write it as the contract spells it."""


class InvalidField(Refusal):
    """A field's value is outside what the contract allows. Correct it and release again."""


class NotCanonical(Refusal):
    """The bytes are not the one encoding of their meaning. Use the client's encoder."""


# On the seal: it is not known who speaks.


class Unsigned(Refusal):
    """There is no signature. Release it from a desk whose key is in the directory."""


class UnknownKey(Refusal):
    """The signing key is not in the directory, or was revoked. Have the national root sign it."""


class BadSignature(Refusal):
    """The signature is not of these bytes. The message was altered, or wrongly signed."""


class InnerAltered(Refusal):
    """The inner part is not the one that was signed for. Release the message again."""


class SpeaksForAnother(Refusal):
    """It was signed by one holder in the name of another. A nation speaks only for itself."""


# At the gate: it does not belong here, or not now.


class ExerciseOnLive(Refusal):
    """This is exercise traffic on a live topic. Send it on the exercise's own topics."""


class LiveInExercise(Refusal):
    """This is live traffic on an exercise topic. Send it on the live topics."""


class FromTheFuture(Refusal):
    """Its time lies further ahead than clocks may differ. Set the desk's clock, release again."""


class WrongLane(Refusal):
    """It came on a faster lane than its precedence allows. Use the lane of its precedence."""


class WrongPartition(Refusal):
    """Its record key is not its matter, or its partition is not the key's."""


class NotForService(Refusal):
    """Desks do not send this kind of message to this service."""


class OthersMatter(Refusal):
    """The matter's name says that another service keeps it. Choose a name as this one's begin."""


# In a redelivery: what custodians order cannot be done.


class NeedsTwoCustodians(Refusal):
    """An order to redeliver bears two signatures. Have a second custodian sign it and send it."""


class SamePerson(Refusal):
    """Both signatures are one custodian's. Two persons are needed: have another one sign."""


class NotCustodian(Refusal):
    """One who signed the order is no custodian. Have a root appoint them in the directory."""


class OthersQuarantine(Refusal):
    """The order names another service's quarantine, or the other realm's. Send it there."""


class NotItsLane(Refusal):
    """An order travels on the topic where its record came in first. Send it there."""


class NotQuarantined(Refusal):
    """No refused record lies at that place in quarantine. Look again, and name one that does."""


class QuarantineDiffers(Refusal):
    """What lies there is not what was signed for: digest or origin differ. Look, propose anew."""


class InnerNotKept(Refusal):
    """Quarantine has only the outer part of that record. Ask its sender to send it again."""


class AlreadyDecided(Refusal):
    """The ledger has decided that message, and this stands. What it tells was sent once more."""


class Overtaken(Refusal):
    """Later messages of its sender in this matter and lane were heard. Ask it to release anew."""


# In the ledger: it contradicts what was written before.


class IdReused(Refusal):
    """This identity was used before with other content. Nothing was changed; look into it."""


class SequenceReused(Refusal):
    """This sequence number was used before by its sender, in this matter and lane."""


# By the rules of a service.


class UnknownAddressee(Refusal):
    """An addressee is not in the directory or has no inbox. Nobody was sent anything."""


class NotReleasable(Refusal):
    """The label's release list leaves out the sender or an addressee. Nobody was sent anything."""


class LabelWidened(Refusal):
    """The label lets more be read than that of the message it follows. Only a new message may."""


class SecondOfficerNeeded(Refusal):
    """From IMMEDIATE up a second officer releases. Have another officer release it."""


class UnknownOfficer(Refusal):
    """The officer is not one of the desk's roles in the directory."""


class NoSuchMessage(Refusal):
    """This matter has no message of that identity. Check the matter and the identity."""


class NotAddressed(Refusal):
    """The sender has no part in this message: neither its originator nor an addressee."""


class NotInMatter(Refusal):
    """Another conversation has this matter's name. Choose a new name for a new matter."""


class OutOfOrder(Refusal):
    """That step cannot follow what has happened to this message so far."""


class NotYours(Refusal):
    """Only its originator may correct, cancel or follow up a message in this way."""


class AlreadyWithdrawn(Refusal):
    """A correction or cancellation already took its place. Refer to the newest message."""


class LeavesOutRecipient(Refusal):
    """Somebody who had the first message is not told of the change. Address all who had it."""


class NoLongerDue(Refusal):
    """The deadline does not stand any more: it was met or passed before."""


class ReferenceAcross(Refusal):
    """It refers to a message that is not in this matter."""


class TermMissing(Refusal):
    """The act needs a term that the message does not name. Name it; NONE where there is no end."""


class TermOutOfPlace(Refusal):
    """The message names a term that its act does not have. Leave it out, or use another act."""


class ActOutOfPlace(Refusal):
    """That act cannot follow what was said so far between these two nations in this matter."""


class PrecedenceTooLow(Refusal):
    """The act may not travel that slowly. Release it at the precedence that it names."""


class MediatorNotInvited(Refusal):
    """A third desk relays only where both parties asked it to. Invite it, and have them do so."""


# On a line.


class NoSuchLine(Refusal):
    """No line of that name is on record. Check its name, or have a party establish it."""


class NoPartyToLine(Refusal):
    """The sender is no desk of a party to this line. Only its parties speak on it."""


class WrongLineState(Refusal):
    """A line in its present state does not take that step. See how it stands, then act."""


class RecordDiffers(Refusal):
    """The record adopted is not the one proposed. Compare both, and declare the same one."""


class NoReleaseAuthority(Refusal):
    """The officer's role has no release authority on this line. Have one that has it do this."""


class SaidAlready(Refusal):
    """This party has said so already. It waits for the others."""


class UnknownPath(Refusal):
    """The line has no path of that name. Name one of its record."""


class NotYourTurn(Refusal):
    """Parties take turns: one begins a test, the others answer it. Wait for your turn."""


class NoSuchTest(Refusal):
    """No test of that identity is under way on this line. Answer the newest one."""


class TestTooEarly(Refusal):
    """The test comes ahead of its time by more than the tolerance. Send it when it is due."""


class TestTooLate(Refusal):
    """The test's time and tolerance have passed, and it counts as missed. Await the next one."""


class MaintenancePast(Refusal):
    """The time named for maintenance is over already. Agree on one that lies ahead."""


class ReviewPast(Refusal):
    """The next review is named for no later day than the one due, or than today. Name a later."""


class LinesMatter(Refusal):
    """This matter keeps the record of a line. Send messages in a matter of their own."""


def _tree(kind: type[Refusal]) -> dict[str, type[Refusal]]:
    return {each.__name__: each for each in kind.__subclasses__()}


REFUSALS = _tree(Refusal)
"""Every refusal of the bus and the hotline by its code. Other services have their own beside
their rules."""
