"""What is said about an unusual military activity. Pure."""

from __future__ import annotations

from schemas.concerns import (
    PRECEDENCE,
    CloseRequest,
    ConcernClosed,
    ConcernMeetingRecorded,
    ConcernMeetingReported,
    ConcernMeetingRequested,
    ConcernReplied,
    ConcernReplyJudged,
    ConcernUpdated,
    JudgeReply,
    MeetingOutcome,
    MeetingScope,
    RecordMeeting,
    ReplyToRequest,
    ReportMeeting,
    RequestExplanation,
    RequestMeeting,
    UnusualActivityRequested,
    UpdateRequest,
)
from schemas.parties import nation_of
from services.alerts.refusals import (
    MeetingAhead,
    OnlyTheRequester,
    ReplyJudgedAlready,
    UnknownReply,
)
from services.alerts.risk.opening import opened, spoken
from services.alerts.risk.state import WITHIN, Concern, Risk
from services.alerts.risk.telling import told
from services.bus.refusals import InvalidField, Refusal
from services.bus.rulebook import Decision, Heard


def ask(risk: Risk, heard: Heard[RequestExplanation]) -> Decision | Refusal:
    """A request, copied to all participating states. Its clock runs from its receipt."""
    begun = opened(heard)
    if isinstance(begun, Refusal):
        return begun
    requested = UnusualActivityRequested(
        **begun,
        addressed=(heard.command.requested,),
        precedence=PRECEDENCE,
        reply_by=heard.received_at + WITHIN,
    )
    return told(risk, requested)


def update(risk: Risk, heard: Heard[UpdateRequest]) -> Decision | Refusal:
    """More on the request. What is due stays due when it was."""
    said = spoken(heard)
    if isinstance(said, Refusal):
        return said
    return told(risk, ConcernUpdated(**said, reply_by=_of(risk).reply_by))


def reply(risk: Risk, heard: Heard[ReplyToRequest]) -> Decision | Refusal:
    """A reply; with nothing of what was asked in it, it is accepted and flagged as empty."""
    said = spoken(heard)
    if isinstance(said, Refusal):
        return said
    items = tuple(dict.fromkeys(heard.command.items))
    replied = ConcernReplied(
        **said, items=items, empty=not items, late=heard.received_at > _of(risk).reply_by
    )
    return told(risk, replied)


def judge(risk: Risk, heard: Heard[JudgeReply]) -> Decision | Refusal:
    """Sufficient, insufficient or irrelevant: the requester alone says so."""
    said, command, concern = spoken(heard), heard.command, _of(risk)
    if isinstance(said, Refusal):
        return said
    if command.reply not in concern.replies:
        return UnknownReply()
    if command.reply in concern.judged:
        return ReplyJudgedAlready()
    return told(
        risk,
        ConcernReplyJudged(**said, reply=command.reply, quality=command.quality),
    )


def call(risk: Risk, heard: Heard[RequestMeeting]) -> Decision | Refusal:
    """A meeting within 48 hours. Both states may call all states; a bilateral one the requester."""
    said, scope = spoken(heard), heard.command.scope
    if isinstance(said, Refusal):
        return said
    own = nation_of(heard.command.sender)
    if scope is MeetingScope.BILATERAL and own != _of(risk).requester:
        return OnlyTheRequester()
    asked = ConcernMeetingRequested(**said, scope=scope, meet_by=heard.received_at + WITHIN)
    return told(risk, asked)


def record(risk: Risk, heard: Heard[RecordMeeting]) -> Decision | Refusal:
    """Held, where the state that was asked came; boycotted, where it stayed away."""
    said, command, concern = spoken(heard), heard.command, _of(risk)
    if isinstance(said, Refusal):
        return said
    if command.held_at > heard.received_at:
        return MeetingAhead()
    strangers = set(command.attended) - set(risk.told.participating)
    if strangers or concern.requester not in command.attended:
        return InvalidField("attended: participating states, the requester among them")
    assert concern.scope is not None, "a meeting that is recorded was asked for"
    came = concern.requested in command.attended
    recorded = ConcernMeetingRecorded(
        **said,
        scope=concern.scope,
        outcome=MeetingOutcome.HELD if came else MeetingOutcome.BOYCOTTED,
        held_at=command.held_at,
        attended=command.attended,
    )
    return told(risk, recorded)


def report(risk: Risk, heard: Heard[ReportMeeting]) -> Decision | Refusal:
    """The meeting's report, to all participating states."""
    said = spoken(heard)
    return said if isinstance(said, Refusal) else told(risk, ConcernMeetingReported(**said))


def close(risk: Risk, heard: Heard[CloseRequest]) -> Decision | Refusal:
    """Closed, by the requester alone."""
    said = spoken(heard)
    return said if isinstance(said, Refusal) else told(risk, ConcernClosed(**said))


def _of(risk: Risk) -> Concern:
    assert risk.concern is not None, "the table is for requests that were made"
    return risk.concern
