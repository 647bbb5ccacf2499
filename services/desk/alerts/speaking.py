"""What a desk says of alerts, and what it knows of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uuid_utils import uuid7

from schemas.alerts import (
    PREFIX,
    AckAlert,
    AcknowledgeAlert,
    AlertRemark,
    ApproveTemplates,
    Attribution,
    CancelAlert,
    CapAnswer,
    ClearAlert,
    ContradictAlert,
    CorrectAlert,
    CorroborateAlert,
    ErrorAlert,
    FollowUp,
    IssueAlert,
    LinkThreads,
    PreApproved,
    SenderCommand,
    SourceCommand,
    Template,
    TemplatePair,
    UpdateAlert,
    chain_of,
    templates_of,
)
from schemas.cap import CapAlert, MsgType
from schemas.crisis import EventCode
from schemas.envelope import Submission
from schemas.parties import Contract, ExerciseId, Lane
from schemas.sources import Source
from services.bus.clock import Clock
from services.desk.alerts.composing import (
    answer,
    content_of,
    follow_up,
    form_of,
    marked,
    outer_fields,
    precedence_for,
)
from services.desk.alerts.forms import AlertForm, TemplatesForm, WordsForm
from services.desk.alerts.view import AlertView, Approved, Message, alert, alerts, approved
from services.desk.store.store import Store
from services.desk.submissions import refuse_flaws
from services.desk.trouble import DeskTrouble, explained
from services.desk.writing import Submit, realm_of


@dataclass(frozen=True, slots=True)
class AlertDesk:
    """The alerts of one desk. What is said is on its disk before a method returns its identity."""

    name: str
    store: Store
    clock: Clock
    submit: Submit
    check_officer: Callable[[str], None]

    # What is known.

    def all(self) -> list[AlertView]:
        """Every alert that this desk was told of, the newest first."""
        return alerts(self.store)

    def one(self, named: str) -> AlertView:
        """One of them, by its matter or the end of it, or by a CAP identifier of its sender's.

        DeskTrouble where there is none, or more than one.
        """
        whole = named if named.startswith(PREFIX) else ""
        if whole and (found := alert(self.store, whole)) is not None:
            return found
        fits = [each for each in self.all() if _is_named(each, named)]
        if len(fits) == 1:
            return fits[0]
        several = ", ".join(each.matter for each in fits[:4])
        raise DeskTrouble(
            f"{named} names several alerts: {several}"
            if fits
            else f"this desk was told of no alert {named}"
        )

    def templates(self) -> dict[EventCode, Approved]:
        """The templates that this desk approved, by the kind of alert."""
        return approved(self.store, templates_of(self.name))

    # Before anything happens.

    def approve(
        self, form: TemplatesForm, *, drafter: str, by: str, exercise: ExerciseId | None = None
    ) -> str:
        """Approve both templates of a kind of alert; without them none of it can be issued."""
        self.check_officer(drafter)
        with explained():
            pair = form.pair
        fields = {
            "officer": by,
            "drafter": drafter,
            "matter": templates_of(self.name),
            "lane": Lane.ROUTINE,
            "event_code": pair.cancel.event_code,
            "cancel": pair.cancel.digest,
            "correction": pair.correction.digest,
            **realm_of(exercise),
        }
        return self._say(ApproveTemplates, fields, pair, (self.name,))

    # What the sender says.

    def issue(
        self, form: AlertForm, *, drafter: str, by: str, exercise: ExerciseId | None = None
    ) -> str:
        """Issue an alert to the military desk and the foreign ministry of each nation addressed.

        DeskTrouble where its templates are not approved, or where anything in it contradicts.
        """
        kind = form.event_code.value.lower().replace("_", "-")
        identifier = form.identifier or f"{kind}-{uuid7().hex[-8:]}"
        both, named = self._approved(form.event_code)
        now, precedence = self.clock.now(), precedence_for(form, None)
        with explained():
            content = content_of(form, both, sender=self.name, identifier=identifier, now=now)
        fields = {
            "officer": by,
            "drafter": drafter,
            "identifier": identifier,
            "matter": chain_of(self.name, identifier),
            **outer_fields(form, named, precedence),
            **realm_of(exercise),
        }
        self.check_officer(drafter)
        return self._say(IssueAlert, fields, content, form.addressed, now)

    def form(self, chain: str) -> AlertForm:
        """An alert as it was told last, to be changed for an update."""
        return form_of(self.one(chain))

    def update(self, chain: str, form: AlertForm, *, drafter: str, by: str) -> str:
        """Say all of the event anew, to everybody who had it and whom the form adds."""
        view = self._own(chain)
        newest = self._newest(view)
        both, named = self._approved(form.event_code)
        now, precedence = self.clock.now(), precedence_for(form, view)
        identifier = form.identifier or self._next_identifier(view)
        with explained():
            content = content_of(
                form,
                both,
                sender=self.name,
                identifier=identifier,
                now=now,
                refers_to=newest.cap.triple if newest.cap else None,
            )
        fields = {
            "officer": by,
            "drafter": drafter,
            "identifier": identifier,
            "matter": view.matter,
            "references": (newest.identity,),
            **outer_fields(form, named, precedence),
            **realm_of(view.exercise),
        }
        self.check_officer(drafter)
        return self._say(UpdateAlert, fields, content, form.addressed, now)

    def attribute(self, chain: str, attribution: Attribution, *, drafter: str, by: str) -> str:
        """Revise who is held to be behind it: an update, to everybody who had the first word."""
        form = self.form(chain).model_copy(update={"attribution": attribution})
        return self.update(chain, form, drafter=drafter, by=by)

    def correct(
        self,
        chain: str,
        *,
        by: str,
        drafter: str | None = None,
        words: WordsForm | None = None,
        false_alert: bool = True,
    ) -> str:
        """Correct what was said: in the approved words, which one officer may send at once; in
        others with a second officer.
        """
        template = None if words else self._template(chain).correction
        return self._follow(
            CorrectAlert, chain, words or template, by, drafter, false_alert=false_alert
        )

    def cancel(
        self, chain: str, *, by: str, drafter: str | None = None, words: WordsForm | None = None
    ) -> str:
        """Withdraw the alert, in the approved words or in others."""
        template = None if words else self._template(chain).cancel
        return self._follow(CancelAlert, chain, words or template, by, drafter)

    def clear(self, chain: str, *, drafter: str, by: str) -> str:
        """All clear."""
        return self._follow(ClearAlert, chain, None, by, drafter)

    # What is said to the sender.

    def acknowledge(self, chain: str, *, by: str, remark: str | None = None) -> str:
        """An officer has the newest message and takes it over. That agrees to nothing in it."""
        view = self.one(chain)
        fields = {"references": (view.standing.newest,), **self._speaking(view, by)}
        with explained():
            said = AlertRemark(remark=remark)
        return self._say(AcknowledgeAlert, fields, said, (self.name, view.standing.sender))

    def ack(self, chain: str, *, by: str, note: str | None = None) -> str:
        """CAP's Ack: the newest message was received, and this nation accepts it as valid."""
        return self._cap(AckAlert, MsgType.ACK, chain, by, note)

    def error(self, chain: str, *, by: str, note: str) -> str:
        """CAP's Error: the newest message is rejected; the note says why."""
        return self._cap(ErrorAlert, MsgType.ERROR, chain, by, note)

    def link(
        self,
        chain: str,
        incident: str,
        threads: Sequence[str],
        *,
        by: str,
        remark: str | None = None,
    ) -> str:
        """Link the alert to an event, and to hotline matters about it."""
        view = self.one(chain)
        fields = {
            "incident": incident,
            "threads": tuple(threads),
            **self._speaking(view, by),
        }
        with explained():
            said = AlertRemark(remark=remark)
        return self._say(LinkThreads, fields, said, (self.name,))

    def corroborate(self, chain: str, source: Source, *, by: str, remark: str | None = None) -> str:
        """A source that is none of the alert's bears it out. All who had the alert are told."""
        return self._weigh(CorroborateAlert, chain, source, by, remark)

    def contradict(self, chain: str, source: Source, *, by: str, remark: str | None = None) -> str:
        """A source that is none of the alert's says otherwise. All who had the alert are told."""
        return self._weigh(ContradictAlert, chain, source, by, remark)

    # CAP.

    def exported(self, chain: str, number: int | None = None) -> CapAlert:
        """A message of an alert as CAP has it: the newest, or by its number in the chain.

        Its note says UNCORROBORATED, and when, where that is so: who reads the file cannot ask.
        """
        view = self.one(chain)
        if number is not None and not 1 <= number <= len(view.messages):
            raise DeskTrouble(f"this desk holds messages 1 to {len(view.messages)} of that alert")
        message = view.newest if number is None else view.messages[number - 1]
        if message is None or message.cap is None:
            raise DeskTrouble("this desk holds no readable words of that message")
        return marked(message.cap, view, self.clock.now())

    # How it is said.

    def _follow(
        self,
        kind: type[FollowUp],
        chain: str,
        words: Template | WordsForm | None,
        by: str,
        drafter: str | None,
        **besides: Any,
    ) -> str:
        view, now = self._own(chain), self.clock.now()
        identifier = self._next_identifier(view)
        with explained():
            content = follow_up(kind, view, words, identifier=identifier, now=now)
        precedence = view.standing.precedence
        fields = {
            "officer": by,
            "drafter": drafter or by,
            "identifier": identifier,
            "matter": view.matter,
            "lane": precedence.lane,
            "precedence": precedence,
            "references": (self._newest(view).identity,),
            "template": content.used.digest if content.used else None,
            **besides,
            **realm_of(view.exercise),
        }
        self.check_officer(drafter or by)
        return self._say(kind, fields, content, (self.name,), now)

    def _cap(
        self,
        kind: type[AckAlert | ErrorAlert],
        msg_type: MsgType,
        chain: str,
        by: str,
        note: str | None,
    ) -> str:
        view, now = self.one(chain), self.clock.now()
        newest = self._newest(view)
        with explained():
            cap = answer(view, newest, msg_type, sender=self.name, now=now, note=note)
        fields = {
            "identifier": cap.identifier,
            "references": (newest.identity,),
            **self._speaking(view, by),
        }
        return self._say(kind, fields, CapAnswer(cap=cap), (self.name, view.standing.sender), now)

    def _weigh(
        self,
        kind: type[SourceCommand],
        chain: str,
        source: Source,
        by: str,
        remark: str | None,
    ) -> str:
        view = self.one(chain)
        fields = {
            "references": (view.standing.newest,),
            "source": source,
            **self._speaking(view, by),
        }
        with explained():
            said = AlertRemark(remark=remark)
        readers = dict.fromkeys((self.name, view.standing.sender))
        return self._say(kind, fields, said, tuple(readers))

    def _speaking(self, view: AlertView, by: str) -> dict[str, Any]:
        lane = view.standing.precedence.lane
        return {"officer": by, "matter": view.matter, "lane": lane, **realm_of(view.exercise)}

    def _say(
        self,
        kind: type[Submission],
        fields: dict[str, Any],
        content: Contract,
        readers: Sequence[str],
        now: datetime | None = None,
    ) -> str:
        """Checked before it is signed, by the same rules as on receipt."""
        refuse_flaws(kind, fields, content, self.name, now or self.clock.now())
        return self.submit(kind, fields, content, readers)

    def _own(self, chain: str) -> AlertView:
        view = self.one(chain)
        if view.standing.sender != self.name:
            raise DeskTrouble(f"{view.standing.sender} issued that alert; only it changes it")
        return view

    def _newest(self, view: AlertView) -> Message:
        if view.newest is None:
            raise DeskTrouble("the newest message of that alert has not come to this desk yet")
        return view.newest

    def _template(self, chain: str) -> TemplatePair:
        whole = self._own(chain).whole
        if whole is None or whole.content is None or whole.content.templates is None:
            raise DeskTrouble("this desk holds no templates of that alert")
        return whole.content.templates

    def _approved(self, code: EventCode) -> tuple[Approved, PreApproved]:
        found = self.templates().get(code)
        if found is None:
            raise DeskTrouble(
                f"no cancel and correction templates are approved for {code}; have two officers "
                "approve them first: `alert approve`",
                "TemplateMissing",
            )
        notice = found.notice
        return found, PreApproved(
            cancel=notice.cancel,
            correction=notice.correction,
            drafter=notice.drafter,
            approver=notice.approver,
            approval=notice.message,
        )

    def _next_identifier(self, view: AlertView) -> str:
        first = view.messages[0].outer.identifier if view.messages else view.matter[-16:]
        return f"{first[:56]}.{view.standing.number + 1}"


def _is_named(view: AlertView, named: str) -> bool:
    identifiers = {
        each.outer.identifier for each in view.messages if isinstance(each.outer, SenderCommand)
    }
    return named in identifiers or view.matter.endswith(named)
