"""Every message by kind and version."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas import (
    agreements,
    alerts,
    concerns,
    contacts,
    directory,
    exchange,
    hotline,
    lines,
    notices,
    redelivery,
    visits,
)
from schemas.parties import Contract


def payload_type(kind: str) -> str:
    """The DSSE payload type of a kind; the version is part of it."""
    return f"application/vnd.detente.{kind}+json"


_CONTRACTS: Mapping[str, type[Contract]] = {
    "hotline.release-message.v1": hotline.ReleaseMessage,
    "hotline.reply-to-message.v1": hotline.ReplyToMessage,
    "hotline.correct-message.v1": hotline.CorrectMessage,
    "hotline.cancel-message.v1": hotline.CancelMessage,
    "hotline.report-delivered.v1": hotline.ReportDelivered,
    "hotline.report-received.v1": hotline.ReportReceived,
    "hotline.acknowledge-message.v1": hotline.AcknowledgeMessage,
    "hotline.report-delivered-to-principal.v1": hotline.ReportDeliveredToPrincipal,
    "hotline.relay-message.v1": hotline.RelayMessage,
    "hotline.attach-translation.v1": hotline.AttachTranslation,
    "hotline.invite-mediator.v1": exchange.InviteMediator,
    "hotline.pass-deadline.v1": hotline.PassDeadline,
    "hotline.pass-term.v1": exchange.PassTerm,
    "hotline.establish-line.v1": lines.EstablishLine,
    "hotline.adopt-line.v1": lines.AdoptLine,
    "hotline.send-test.v1": lines.SendTest,
    "hotline.answer-test.v1": lines.AnswerTest,
    "hotline.report-path-down.v1": lines.ReportPathDown,
    "hotline.agree-maintenance.v1": lines.AgreeMaintenance,
    "hotline.agree-review.v1": lines.AgreeReview,
    "hotline.suspend-line.v1": lines.SuspendLine,
    "hotline.restore-line.v1": lines.RestoreLine,
    "hotline.close-line.v1": lines.CloseLine,
    "hotline.declare-cause.v1": lines.DeclareCause,
    "hotline.send-line-note.v1": lines.SendLineNote,
    "hotline.pass-line-deadline.v1": lines.PassLineDeadline,
    "hotline.delivery.v1": hotline.HotlineDelivery,
    "hotline.entry.v1": hotline.HotlineEntry,
    "alerts.approve-templates.v1": alerts.ApproveTemplates,
    "alerts.issue-alert.v1": alerts.IssueAlert,
    "alerts.update-alert.v1": alerts.UpdateAlert,
    "alerts.correct-alert.v1": alerts.CorrectAlert,
    "alerts.cancel-alert.v1": alerts.CancelAlert,
    "alerts.clear-alert.v1": alerts.ClearAlert,
    "alerts.ack-alert.v1": alerts.AckAlert,
    "alerts.error-alert.v1": alerts.ErrorAlert,
    "alerts.acknowledge-alert.v1": alerts.AcknowledgeAlert,
    "alerts.link-threads.v1": alerts.LinkThreads,
    "alerts.corroborate-alert.v1": alerts.CorroborateAlert,
    "alerts.contradict-alert.v1": alerts.ContradictAlert,
    "alerts.pass-alert-deadline.v1": alerts.PassAlertDeadline,
    "alerts.request-explanation.v1": concerns.RequestExplanation,
    "alerts.update-request.v1": concerns.UpdateRequest,
    "alerts.reply-to-request.v1": concerns.ReplyToRequest,
    "alerts.judge-reply.v1": concerns.JudgeReply,
    "alerts.request-meeting.v1": concerns.RequestMeeting,
    "alerts.record-meeting.v1": concerns.RecordMeeting,
    "alerts.report-meeting.v1": concerns.ReportMeeting,
    "alerts.close-request.v1": concerns.CloseRequest,
    "alerts.report-hazard.v1": concerns.ReportHazard,
    "alerts.ask-clarification.v1": concerns.AskClarification,
    "alerts.clarify.v1": concerns.Clarify,
    "alerts.close-hazard.v1": concerns.CloseHazard,
    "alerts.offer-hosting.v1": concerns.OfferHosting,
    "alerts.answer-hosting.v1": concerns.AnswerHosting,
    "alerts.withdraw-hosting.v1": concerns.WithdrawHosting,
    "alerts.close-hosting.v1": concerns.CloseHosting,
    "alerts.pass-risk-deadline.v1": alerts.PassRiskDeadline,
    "alerts.notify-launch.v1": notices.NotifyLaunch,
    "alerts.notify-exercise.v1": notices.NotifyExercise,
    "alerts.amend-notice.v1": notices.AmendNotice,
    "alerts.confirm-notice.v1": notices.ConfirmNotice,
    "alerts.cancel-notice.v1": notices.CancelNotice,
    "alerts.end-notice.v1": notices.EndNotice,
    "alerts.continue-exercise.v1": notices.ContinueExercise,
    "alerts.acknowledge-notice.v1": notices.AcknowledgeNotice,
    "alerts.link-detection.v1": notices.LinkDetection,
    "alerts.pass-notice-deadline.v1": notices.PassNoticeDeadline,
    "alerts.delivery.v1": alerts.AlertsDelivery,
    "alerts.entry.v1": alerts.AlertsEntry,
    "visits.request-visit.v1": visits.RequestVisit,
    "visits.request-aircraft.v1": visits.RequestAircraft,
    "visits.request-ship.v1": visits.RequestShip,
    "visits.certify-request.v1": visits.CertifyRequest,
    "visits.return-request.v1": visits.ReturnRequest,
    "visits.transmit-request.v1": visits.TransmitRequest,
    "visits.begin-review.v1": visits.BeginReview,
    "visits.concur-in-visit.v1": visits.ConcurInVisit,
    "visits.decide-request.v1": visits.DecideRequest,
    "visits.issue-number.v1": visits.IssueNumber,
    "visits.confirm-day.v1": visits.ConfirmDay,
    "visits.cancel-request.v1": visits.CancelRequest,
    "visits.revoke-approval.v1": visits.RevokeApproval,
    "visits.report-visit.v1": visits.ReportVisit,
    "visits.pass-visit-deadline.v1": visits.PassVisitDeadline,
    "visits.ask-contact.v1": contacts.AskContact,
    "visits.invite-to-contact.v1": contacts.InviteToContact,
    "visits.answer-contact.v1": contacts.AnswerContact,
    "visits.report-contact.v1": contacts.ReportContact,
    "visits.withdraw-contact.v1": contacts.WithdrawContact,
    "visits.pass-contact-deadline.v1": contacts.PassContactDeadline,
    "visits.delivery.v1": visits.VisitsDelivery,
    "visits.entry.v1": visits.VisitsEntry,
    "agreements.propose-agreement.v1": agreements.ProposeAgreement,
    "agreements.adopt-text.v1": agreements.AdoptText,
    "agreements.authenticate-text.v1": agreements.AuthenticateText,
    "agreements.open-for-signature.v1": agreements.OpenForSignature,
    "agreements.submit-instrument.v1": agreements.SubmitInstrument,
    "agreements.record-instrument.v1": agreements.RecordInstrument,
    "agreements.return-instrument.v1": agreements.ReturnInstrument,
    "agreements.notify-states.v1": agreements.NotifyStates,
    "agreements.propose-correction.v1": agreements.ProposeCorrection,
    "agreements.record-correction.v1": agreements.RecordCorrection,
    "agreements.register-agreement.v1": agreements.RegisterAgreement,
    "agreements.report-obligation-met.v1": agreements.ReportObligationMet,
    "agreements.pass-agreement-deadline.v1": agreements.PassAgreementDeadline,
    "agreements.hear-event.v1": agreements.HearEvent,
    "agreements.hear-message.v1": agreements.HearMessage,
    "agreements.delivery.v1": agreements.AgreementsDelivery,
    "agreements.entry.v1": agreements.AgreementsEntry,
    "custodians.redeliver-record.v1": redelivery.RedeliverRecord,
    "directory.key-statement.v1": directory.KeyStatement,
}

KINDS: Mapping[str, type[Contract]] = MappingProxyType(
    {payload_type(kind): contract for kind, contract in _CONTRACTS.items()}
)
"""Payload type to contract. A type that is not here is unknown and goes to quarantine."""

_PAYLOAD_TYPES = {contract: kind for kind, contract in KINDS.items()}


def payload_type_of(contract: type[Contract]) -> str:
    """The payload type under which a contract travels; KeyError where it never does."""
    return _PAYLOAD_TYPES[contract]
