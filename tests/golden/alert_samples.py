"""One value of every kind of the alerts service, the same on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from schemas.alerts import (
    AckAlert,
    AcknowledgeAlert,
    AlertDeadline,
    AlertsDelivery,
    ApproveTemplates,
    CancelAlert,
    ClearAlert,
    ContradictAlert,
    CorrectAlert,
    CorroborateAlert,
    ErrorAlert,
    IssueAlert,
    LinkThreads,
    PassAlertDeadline,
    PassRiskDeadline,
    UpdateAlert,
)
from schemas.concerns import (
    AnswerHosting,
    AskClarification,
    Clarify,
    CloseHazard,
    CloseHosting,
    CloseRequest,
    JudgeReply,
    OfferHosting,
    Quality,
    RecordMeeting,
    ReplyItem,
    ReplyToRequest,
    ReportHazard,
    ReportMeeting,
    RequestExplanation,
    RequestMeeting,
    RiskDeadline,
    UpdateRequest,
    WithdrawHosting,
)
from schemas.hotline import Step
from schemas.notices import (
    AcknowledgeNotice,
    AmendNotice,
    CancelNotice,
    ConfirmNotice,
    ContinueExercise,
    EndNotice,
    LinkDetection,
    NoticeDeadline,
    NotifyExercise,
    NotifyLaunch,
    PassNoticeDeadline,
)
from schemas.parties import Lane
from services.bus import wire
from tests.kit import paper
from tests.kit.alerts import CHAIN, CONCERN, AlertCourt, content, saying
from tests.kit.notices import LAUNCH, activity
from tests.kit.paper import NOON

_FIRST = ("0" * 31 + "1",)


def said() -> Iterable[tuple[Any, bytes]]:
    """What desks and the clock say, with what is inside."""
    inner = wire.encode(content())
    yield saying(ApproveTemplates), b""
    yield saying(IssueAlert, inner=inner), inner
    yield saying(UpdateAlert, identifier="launch-1.2", references=_FIRST), b""
    for kind in (CorrectAlert, CancelAlert, ClearAlert):
        yield saying(kind, references=_FIRST), b""
    for answer in (AckAlert, ErrorAlert, AcknowledgeAlert):
        yield saying(answer, references=_FIRST), b""
    yield saying(LinkThreads), b""
    due = {"due": NOON + timedelta(minutes=10), "sender": "alerts", "message": _FIRST[0]}
    yield _own(PassAlertDeadline, **due, matter=CHAIN, lane=Lane.FLASH,
               what=AlertDeadline.SILENCE, desk="xbb-ghq", step=Step.OVERDUE), b""  # fmt: skip
    yield saying(RequestExplanation), b""
    yield saying(UpdateRequest), b""
    yield saying(ReplyToRequest, "xbb-mfa", items=(ReplyItem.OBJECTIVES,)), b""
    yield saying(JudgeReply, reply=_FIRST[0], quality=Quality.IRRELEVANT), b""
    yield saying(RequestMeeting), b""
    yield saying(RecordMeeting, held_at=NOON, attended=("XAA", "XCC")), b""
    yield saying(ReportMeeting), b""
    yield saying(CloseRequest), b""
    yield saying(ReportHazard, "xbb-mfa"), b""
    yield saying(AskClarification), b""
    yield saying(Clarify, "xbb-mfa"), b""
    yield saying(CloseHazard), b""
    yield saying(OfferHosting), b""
    yield saying(AnswerHosting, "xbb-mfa"), b""
    yield saying(WithdrawHosting), b""
    yield saying(CloseHosting), b""
    yield _own(PassRiskDeadline, **due, matter=CONCERN, lane=Lane.PRIORITY,
               what=RiskDeadline.REPLY), b""  # fmt: skip
    told = wire.encode(activity())
    yield saying(NotifyLaunch, inner=told), told
    yield saying(AmendNotice, inner=told), told
    for each in (NotifyExercise, ConfirmNotice, CancelNotice, EndNotice, ContinueExercise):
        yield saying(each), b""
    for given in (AcknowledgeNotice, LinkDetection):
        yield saying(given, notice=_FIRST[0]), b""
    yield _own(PassNoticeDeadline, **due, matter=LAUNCH, lane=Lane.PRIORITY,
               what=NoticeDeadline.SILENCE, desk="xbb-ghq", step=Step.OVERDUE), b""  # fmt: skip


def said_of_sources() -> Iterable[tuple[Any, bytes]]:
    """What other sources say of an alert. Numbered apart: its bytes follow from its number."""
    yield saying(CorroborateAlert, references=_FIRST), b""
    yield saying(ContradictAlert, references=_FIRST), b""


def _own(kind: type[Any], **fields: Any) -> Any:
    return paper.outer(kind, sent_at=fields["due"], **fields)


def entry_and_delivery() -> tuple[Any, Any, bytes]:
    """A chain's first entry, what an addressee is given of it, and the record enclosed."""
    inner = wire.encode(content())
    command = saying(IssueAlert, inner=inner)
    entry = AlertCourt().accept(command, inner)
    tell = next(each for each in entry.tells if each.to == "xbb-ghq")
    original = paper.signed(command, inner)
    delivery = paper.outer(
        AlertsDelivery, inner=original, sender="alerts", matter=CHAIN, lane=tell.lane,
        message_id="0" * 31 + "5", to=tell.to, directory=entry.directory,
        encloses=entry.command_digest, notice=tell.notice,
    )  # fmt: skip
    return entry, delivery, original
