"""What can be wrong with what is said of a visit. Its docstring is its reason."""

from __future__ import annotations

from services.bus.refusals import Refusal


class NoSuchVisit(Refusal):
    """No request of that reference is on record. Check the reference, or submit it first."""


class ReferenceTaken(Refusal):
    """Another request has this reference. Choose a new one, or amend what stands under it."""


class NoSuchVersion(Refusal):
    """The request has no version of that number. See how it stands, and name the one you mean."""


class OtherVersion(Refusal):
    """What was read is not what stands under that version's number. Read the request again."""


class OtherParties(Refusal):
    """The nations named are not those of the request. Name the one that asks and its host."""


class NoPartToVisit(Refusal):
    """The sender has no part in this request. It is for the two authorities and the facilities."""


class NotYourStep(Refusal):
    """That step is another's: the requester's, its authority's, the host's or a facility's."""


class WrongVisitState(Refusal):
    """A request does not take that step where it stands. See how it stands, then act."""


class WrongFunction(Refusal):
    """The sender's desk has not the function for this in the directory. Have the right one act."""


class NoAuthority(Refusal):
    """A nation concerned has no desk of the authority's function in the directory."""


class SelfApproval(Refusal):
    """A nation neither asks itself nor decides on its own. Host and requesting nation differ."""


class DecidedAlready(Refusal):
    """This version was decided: there is one decision a version. Revoke it, or await another."""


class EndsBeforeItBegins(Refusal):
    """The last day lies before the first. Correct the dates."""


class LongerThanAYear(Refusal):
    """It would last more than one year. Ask for a year; what goes on is asked for again."""


class VisitInThePast(Refusal):
    """It would begin before today. Name days that lie ahead."""


class InsideLeadTime(Refusal):
    """The host needs more working days than are left. Choose later days, or an emergency."""


class NoEmergency(Refusal):
    """The standard lead time can be met, so this is no emergency. Submit it as an ordinary one."""


class EmergencyUnjustified(Refusal):
    """An emergency says in its remarks why it cannot wait. Write it there."""


class ClearanceTooLow(Refusal):
    """A visitor's clearance is below the level that is expected. Lower the level, or leave out."""


class DuplicateVisitor(Refusal):
    """One visitor, or one craft, stands there twice. Name each once."""


class FacilityInThirdCountry(Refusal):
    """A facility lies in another country than the host's. Ask each country by a request."""


class UnknownFacilityDesk(Refusal):
    """A facility's desk is not in the directory as one of the host's. Correct it."""


class StrangerInformed(Refusal):
    """A desk to be informed is of neither nation. Only theirs are told how a request stands."""


class NotAmendable(Refusal):
    """Nothing is in force under this reference that could be amended. Submit a new request."""


class EmergencyNotAmendable(Refusal):
    """An emergency visit is not amended. Submit a new request."""


class AmendmentWaits(Refusal):
    """An amendment is on its way already. Await its decision, or withdraw it."""


class AmendsMore(Refusal):
    """The amendment changes what it does not name. Name it, or leave it as it was."""


class StartsEarlier(Refusal):
    """An amendment may extend or substitute, but not start earlier than was approved."""


class LegsApart(Refusal):
    """The itinerary's legs are not contiguous in time, or one does not begin where one ended."""


class HostNotOnItinerary(Refusal):
    """No leg of the itinerary lies in the state that is asked. Ask the states flown over."""


class NotificationUnbased(Refusal):
    """A notification cites the clearance or the agreement that lets it do without an answer."""


class NeedsNoAnswer(Refusal):
    """A notification needs no answer and is not decided. Object to it by revoking."""


class FacilityNotConcurring(Refusal):
    """A facility of the visit has not concurred, or objects. Await it, or decide otherwise."""


class BeyondRequest(Refusal):
    """The decision allows what was not asked for. Approve what was asked, or less."""


class NotCovered(Refusal):
    """A person or a site is not among those approved. The approval holds for nobody else."""


class VisitNotYet(Refusal):
    """The approved time has not begun. Nobody comes before it."""


class NoNumberNeeded(Refusal):
    """A clearance's number is issued for a clearance, once approved; visits have none."""


class NotInRegister(Refusal):
    """The register has nothing of that identity. Check it, and whose register it is."""


class QuotaFilled(Refusal):
    """The host has accepted as many this year as it must. Ask it again in the next one."""


class QuotaOfOneFilled(Refusal):
    """The host has accepted as many of this state this year as it must of one. Await the next."""


class RequestTooLate(Refusal):
    """The request comes later before the intended entry than the host must accept."""


class WrongContactState(Refusal):
    """That cannot follow what has happened to it so far. See how it stands, then act."""


class NotInvited(Refusal):
    """The sender's nation is not one of those that were asked or invited."""


REFUSALS = {
    name: found
    for name, found in tuple(globals().items())
    if isinstance(found, type) and issubclass(found, Refusal) and found is not Refusal
}
"""Every refusal of this service by its code."""
