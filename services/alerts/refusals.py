"""What can be wrong with what is said to the alerts service; each docstring is its reason."""

from __future__ import annotations

from services.bus.refusals import Refusal

# In an alert's chain.


class UnknownAlert(Refusal):
    """No alert stands in this matter. Check its name; it may have been refused."""


class AlertStandsAlready(Refusal):
    """This identifier stands for an alert already. Update that one, or choose a new identifier."""


class AlertAlreadyCancelled(Refusal):
    """The alert was cancelled before. What was wrong can still be corrected."""


class AlertEnded(Refusal):
    """The alert has ended. What was wrong can be corrected; for a new event issue a new one."""


class NotAlertsSender(Refusal):
    """Only the desk that issued an alert updates, corrects, cancels or clears it."""


class NotGivenAlert(Refusal):
    """The sender was not given this alert: neither an addressee nor an alternate of one."""


class DraftNotDistributed(Refusal):
    """A draft never leaves its desk. Release it as Actual, or as Exercise on the exercise bus."""


class StatusOutOfPlace(Refusal):
    """Actual belongs on the live bus as OPERATION; Exercise and Test on the exercise bus alone."""


class TemplateMissing(Refusal):
    """Its cancel and correction templates are not approved. Approve both before it is sent."""


class TemplateNotApproved(Refusal):
    """The text is not the one approved with the alert. Use that one, or a second officer."""


class ReferenceMissing(Refusal):
    """It does not name what it refers to. Name the newest message of the chain."""


class AmbiguousReference(Refusal):
    """It refers to more than one message. Name the newest of the chain, alone."""


class UnknownReference(Refusal):
    """The chain has no such message, or its sender was not given it. Name the newest."""


class NotNewest(Refusal):
    """A newer message took the place of the one that it names. Look at the newest, then act."""


class IdentifierReused(Refusal):
    """This desk used the CAP identifier before in this chain. Choose a new one."""


class LeavesOutNation(Refusal):
    """A nation that had the first message is left out by the update. Address all who had it."""


class NoMilitaryDesk(Refusal):
    """An addressed nation has no military desk in the directory. Nobody was sent anything."""


class NoForeignMinistry(Refusal):
    """A nation that is to be told has no foreign ministry in the directory. Nobody was told."""


class TooManyRecipients(Refusal):
    """It would reach more desks than one chain carries. Address fewer nations, or alert twice."""


class ExpiredAlready(Refusal):
    """The time at which it expires has passed. Give it a time that lies ahead, or none."""


class AnsweredAlready(Refusal):
    """This desk has said so of this message already. Nothing was changed."""


class SameSource(Refusal):
    """The alert rests on that source, or it was counted before. Name another, independent one."""


class TooManySources(Refusal):
    """As many sources as a chain carries have spoken of it. Speak of it on the hotline."""


class EventChanged(Refusal):
    """An update took its place, and tells of the event anew. Look at it, then say so of that."""


# In risk reduction.


class UnknownRequest(Refusal):
    """Nothing was begun in this matter. Check its name; it may have been refused."""


class MatterTaken(Refusal):
    """This matter holds another request or incident. Choose a new name for a new one."""


class AreaMissing(Refusal):
    """No area is named. Name where it is: by a code outside, and by its shape inside."""


class NoPartOfIt(Refusal):
    """The sender's state has no part in this matter, or the desk is not one that is told of it."""


class OnlyTheRequester(Refusal):
    """Only the state that asked judges, updates, records and closes."""


class OnlyTheRequested(Refusal):
    """Only the state that was asked replies."""


class WrongRequestState(Refusal):
    """That step cannot follow what was said so far. See how the matter stands, then act."""


class UnknownReply(Refusal):
    """There is no such reply, or it was judged already. Name one that was not."""


class ReplyJudgedAlready(Refusal):
    """This reply was judged before. A judgement stands; ask for a meeting, or wait for a reply."""


class MeetingAhead(Refusal):
    """The meeting that is recorded lies ahead. Record it when it was to be held."""


class UnknownContact(Refusal):
    """The point of contact is no desk in the directory. Name one that is."""


class NotInvited(Refusal):
    """The sender's state is not invited, or it is the host. Only invited states answer."""


def _tree(kind: type[Refusal]) -> dict[str, type[Refusal]]:
    own = (each for each in kind.__subclasses__() if each.__module__ == __name__)
    return {each.__name__: each for each in own}


REFUSALS = _tree(Refusal)
"""Every refusal of this service by its code."""
