"""What was said to alerts, visits and agreements, as steps: one row a kind of submission."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from schemas import agreements as a
from schemas import alerts as al
from schemas import concerns as c
from schemas import contacts as k
from schemas import notices as n
from schemas import visits as v
from schemas.cap import cap_time
from schemas.crisis import Confidence
from schemas.envelope import Submission
from services.rehearsal.recording import removed
from services.rehearsal.recording.names import NO_DIGEST, REMOVED
from services.rehearsal.recording.notices import amended, detected, given
from services.rehearsal.recording.spoken import Spoken, Told, Turn
from services.rehearsal.recording.visits import amendment_only, decided, observed, reported, request


def step_of(spoken: Spoken) -> dict[str, Any] | None:
    """The verb and what it takes; None for what no desk says."""
    turn = TURNS.get(type(spoken.command))
    if turn is None:
        return None
    verb, says, given = turn(spoken)
    kept = {name: value for name, value in given.items() if value is not None}
    return {verb: {"says": says, "with": kept}}


def _simple(verb: str, says: str, named: str, *fields: str, **given: Any) -> Turn:
    """What names its matter, takes these of its outer fields as they are, and these words."""

    def turn(spoken: Spoken) -> Told:
        matter = spoken.names.matter(spoken.command.matter)
        return verb, says, {named: matter, **_taken(spoken, fields), **given}

    return turn


def _taken(spoken: Spoken, fields: Sequence[str]) -> dict[str, Any]:
    contract = type(spoken.command).model_fields
    return {
        name: spoken.names.value(name, contract[name].annotation, getattr(spoken.command, name))
        for name in fields
    }


# Alerts.


def _templates(spoken: Spoken) -> Told:
    form = {
        "event_code": spoken.command.event_code.value, "language": "en",
        "cancel": removed.TEMPLATE, "correction": removed.TEMPLATE,
    }  # fmt: skip
    return "alert", "approve", {"form": form}


def _alert(spoken: Spoken) -> Told:
    command, names = spoken.command, spoken.names
    sure = command.confidence is not Confidence.UNKNOWN
    info: dict[str, Any] = {
        "language": "en", "category": ["Security"], "event": REMOVED, "headline": REMOVED,
        "urgency": command.urgency.value, "severity": command.severity.value,
        "certainty": command.certainty.value,
    }  # fmt: skip
    for name in ("onset", "effective", "expires"):
        if (moment := getattr(command, name)) is not None:
            info[name] = cap_time(moment)
    form = names.table(
        command, *Submission.model_fields, "urgency", "severity", "certainty", "status", "onset",
        "effective", "expires", "confidence", "templates", "label", "drafter", "identifier",
        "references",
    ) | {
        "identifier": names.numbered("cap", command.message_id),
        "attribution": {"confidence": command.confidence.value}
        | ({"claimed_actor": REMOVED, "basis": REMOVED} if sure else {}),
        "info": [info],
    }  # fmt: skip
    if isinstance(command, al.IssueAlert):
        form["identifier"] = names.chain(command.matter, command.sender)
        return "alert", "issue", {"form": form}
    return "alert", "update", {"chain": names.matter(command.matter), "form": form}


def _follow(says: str) -> Turn:
    def turn(spoken: Spoken) -> Told:
        command = spoken.command
        words = {"language": "en", **removed.TEMPLATE} if command.template is None else None
        given: dict[str, Any] = {"chain": spoken.names.matter(command.matter)}
        if says != "clear":
            given["words"] = words
        if says == "correct":
            given["false_alert"] = command.false_alert
        return "alert", says, given

    return turn


# Risk reduction.


def _opens(says: str, inside: str, words: Any) -> Turn:
    def turn(spoken: Spoken) -> Told:
        command, names = spoken.command, spoken.names
        form = names.table(command, *Submission.model_fields, "event_code", "label", "status")
        matter = names.matter(command.matter)
        prefixes = (c.CONCERN_PREFIX, c.HAZARD_PREFIX, c.HOSTING_PREFIX)
        name = next(matter.removeprefix(each) for each in prefixes if matter.startswith(each))
        return "risk", says, {"name": name, "form": {**form, inside: words}}

    return turn


def _reply(spoken: Spoken) -> Told:
    said = {each.value.lower(): removed.EXPLAINED[each.value] for each in spoken.command.items}
    named = spoken.names.matter(spoken.command.matter)
    return "risk", "reply", {"named": named, "explanation": {**said, "text": REMOVED}}


# Inspections and contacts.


def _contact(says: str, *fields: str) -> Turn:
    def turn(spoken: Spoken) -> Told:
        command, names = spoken.command, spoken.names
        if says in ("ask", "invite"):
            given = names.table(command, *Submission.model_fields)
            return "contact", says, {n: each for n, each in given.items() if n in fields}
        given = {"identity": names.message(command.contact_id)}
        if says == "answer":
            given["declines"] = command.category.value if command.category else None
        if says == "report":
            given["over"] = command.over
        return "contact", says, given

    return turn


# Agreements.


def _agreement(says: str, *fields: str, **given: Any) -> Turn:
    def turn(spoken: Spoken) -> Told:
        name = spoken.names.agreement(spoken.command.agreement)
        return "agreement", says, {"name": name, **_taken(spoken, fields), **given}

    return turn


def _propose(spoken: Spoken) -> Told:
    command, names = spoken.command, spoken.names
    given = {
        "record": names.table(command.record), "text": {"title": REMOVED},
        "authority": names.table(command.authority),
    }  # fmt: skip
    return "agreement", "propose", given


def _correct(spoken: Spoken) -> Told:
    until = spoken.names.at(spoken.command.objections_until)
    name = spoken.names.agreement(spoken.command.agreement)
    return "agreement", "correct", {"name": name, "until": until, "words": REMOVED}


def _meet(spoken: Spoken) -> Told:
    """An obligation's identity is found anew in each run: it is named by what it follows from."""
    names, owed = spoken.names, spoken.names.owed.get(spoken.command.obligation)
    regards = names.message(owed.regards) if owed is not None else None
    told: Any = ""
    if owed is not None and regards is not None:
        protocol = names.numbered("protocol", owed.protocol)
        told = {"protocol": protocol, "step": owed.step, "regards": regards}
    return "agreement", "meet", {
        "obligation": told, "message": names.message(spoken.command.met_by),
    }  # fmt: skip


TURNS: Mapping[type[Any], Turn] = {
    al.ApproveTemplates: _templates,
    al.IssueAlert: _alert,
    al.UpdateAlert: _alert,
    al.CorrectAlert: _follow("correct"),
    al.CancelAlert: _follow("cancel"),
    al.ClearAlert: _follow("clear"),
    al.AckAlert: _simple("alert", "ack", "chain"),
    al.ErrorAlert: _simple("alert", "error", "chain", note=REMOVED),
    al.AcknowledgeAlert: _simple("alert", "acknowledge", "chain"),
    al.LinkThreads: _simple("alert", "link", "chain", "incident", "threads"),
    al.CorroborateAlert: _simple("alert", "corroborate", "chain", "source", remark=REMOVED),
    al.ContradictAlert: _simple("alert", "contradict", "chain", "source", remark=REMOVED),
    n.NotifyLaunch: given,
    n.NotifyExercise: given,
    n.AmendNotice: amended,
    n.ConfirmNotice: _simple("notice", "confirm", "named", "begins", "ends", text=REMOVED),
    n.CancelNotice: _simple("notice", "cancel", "named", text=REMOVED),
    n.EndNotice: _simple("notice", "end", "named", text=REMOVED),
    n.ContinueExercise: _simple("notice", "continue", "named", text=REMOVED),
    n.AcknowledgeNotice: _simple("notice", "acknowledge", "named", passed_to=REMOVED),
    n.LinkDetection: detected,
    c.RequestExplanation: _opens("request", "asked", removed.ASKED),
    c.UpdateRequest: _simple("risk", "add", "named", asked=removed.ASKED),
    c.ReplyToRequest: _reply,
    c.JudgeReply: _simple("risk", "judge", "named", "reply", "quality"),
    c.RequestMeeting: _simple("risk", "call_meeting", "named", "scope"),
    c.RecordMeeting: _simple("risk", "record_meeting", "named", "held_at", "attended"),
    c.ReportMeeting: _simple("risk", "report_meeting", "named", text=REMOVED),
    c.CloseRequest: _simple("risk", "close", "named"),
    c.CloseHazard: _simple("risk", "close", "named"),
    c.CloseHosting: _simple("risk", "close", "named"),
    c.ReportHazard: _opens("hazard", "said", removed.WORDS),
    c.AskClarification: _opens("hazard", "said", removed.WORDS),
    c.Clarify: _simple("risk", "clarify", "named", said=removed.WORDS),
    c.OfferHosting: _opens("host", "programme", removed.PROGRAMME),
    c.AnswerHosting: _simple("risk", "answer_invitation", "named", "answer", "observers"),
    c.WithdrawHosting: _simple("risk", "withdraw", "named"),
    v.RequestVisit: request,
    v.RequestAircraft: request,
    v.RequestShip: request,
    v.CertifyRequest: _simple("visit", "certify", "reference", words=removed.CERTIFIED),
    v.ReturnRequest: _simple("visit", "give_back", "reference", "category"),
    v.TransmitRequest: _simple("visit", "transmit", "reference"),
    v.BeginReview: _simple("visit", "review", "reference"),
    v.ConcurInVisit: _simple("visit", "concur", "reference", "concurs"),
    v.DecideRequest: decided,
    v.IssueNumber: _simple("visit", "issue_number", "reference", "number"),
    v.ConfirmDay: observed,
    v.CancelRequest: amendment_only,
    v.RevokeApproval: _simple("visit", "revoke", "reference", "category"),
    v.ReportVisit: reported,
    k.AskContact: _contact("ask", "host", "contact", "enters_at", "copied_to", "dispels"),
    k.InviteToContact: _contact(
        "invite", "contact", "enters_at", "leaves_at", "invited", "copied_to", "dispels"
    ),
    k.AnswerContact: _contact("answer"),
    k.ReportContact: _contact("report"),
    k.WithdrawContact: _contact("withdraw"),
    a.ProposeAgreement: _propose,
    a.AdoptText: _agreement("adopt", "authority"),
    a.AuthenticateText: _agreement("authenticate", "authority"),
    a.OpenForSignature: _agreement("open", "closes_on"),
    a.SubmitInstrument: _agreement("instrument", "instrument", words=REMOVED),
    a.RecordInstrument: _agreement("record", "instrument"),
    a.ReturnInstrument: _agreement("return", "instrument", words=REMOVED),
    a.NotifyStates: _agreement("notify", "entry_into_force", words=REMOVED),
    a.ProposeCorrection: _correct,
    a.RecordCorrection: _agreement("record_correction", "correction", words=REMOVED),
    a.RegisterAgreement: _agreement("register", "number", "received_on",
                                    certified_copy=NO_DIGEST),
    a.ReportObligationMet: _meet,
}  # fmt: skip
"""By what a desk submits, how a scenario says it again. A service's new words are new rows."""
