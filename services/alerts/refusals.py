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
    """It would reach more desks than one matter carries. Address fewer, or say it twice."""


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
    """This matter holds another request, incident or notice. Choose a new name for a new one."""


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


# In notices of launches and exercises.


class UnknownNotice(Refusal):
    """No notice was given in this matter. Check its name; it may have been refused."""


class NotGivenNotice(Refusal):
    """The sender was not given this notice: neither an addressee nor an alternate of one."""


class NotNoticesSender(Refusal):
    """Only the desk that gave the notice amends, confirms, continues, cancels or ends it."""


class NotOfThisKind(Refusal):
    """Launches are confirmed and exercises continue, not the other way round. See its kind."""


class NoticeOver(Refusal):
    """What was told is over, and so is its notice. For something new give a new notice."""


class NoticeCalledOff(Refusal):
    """The notice was cancelled: it announces and explains nothing any more. Give a new one."""


class CommencedAlready(Refusal):
    """The exercise has begun. What has begun is not cancelled: say that it is over."""


class FinalConsumerMissing(Refusal):
    """A nation addressed has no final consumer. Name the desk for which it is meant in the end."""


class FinalConsumerNotAddressed(Refusal):
    """A final consumer is not among the addressees. Address it, so that it is told."""


class NovelElementsUnsaid(Refusal):
    """Whether the exercise has novel elements is left unsaid. Name them, or write NONE."""


class EndsBeforeItBegins(Refusal):
    """The window ends before it begins. Look at both times."""


class WindowOver(Refusal):
    """The window is over already. Give times that lie ahead, or say that it has ended."""


class OutsideItsWindow(Refusal):
    """It lies outside the notice's window, or is itself longer than 48 hours. Amend the notice."""


class ConfirmedBeforeItsDay(Refusal):
    """A day-of confirmation comes in the 24 hours before the hours that it names. Send it then."""


class NotBegunYet(Refusal):
    """Its window has not begun. What does not take place is cancelled."""


class WindowBegunAlready(Refusal):
    """The window has begun, and its beginning stands. Change its end, or cancel it."""


def _tree(kind: type[Refusal]) -> dict[str, type[Refusal]]:
    own = (each for each in kind.__subclasses__() if each.__module__ == __name__)
    return {each.__name__: each for each in own}


REFUSALS = _tree(Refusal)
"""Every refusal of this service by its code."""
