"""What each fact changes in an agreement. Pure: the same ledger gives the same state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from schemas import agreement_facts as facts
from schemas.agreement_acts import CONSENTS, SIGNATURES
from schemas.agreement_facts import AgreementFact, AmendmentPhase, PartyPhase
from schemas.agreement_record import AgreementRecord
from services.agreements import state as kept
from services.agreements.state import Agreement, Family, Participant, Span, Standing


def evolve(family: Family, event: object) -> Family:
    """The family after an event."""
    if isinstance(event, facts.AgreementProposed):
        return _with(family, _proposed(event))
    if not isinstance(event, AgreementFact):
        return family
    if isinstance(event, facts.NotificationMade):
        last = {**family.notifications, (event.agreement, event.year): event.number}
        return replace(family, notifications=last)
    agreement = family.agreements[event.agreement]
    change = _CHANGES.get(type(event))
    return _with(family, change(agreement, event)) if change else family


def _with(family: Family, agreement: Agreement) -> Family:
    return replace(family, agreements={**family.agreements, agreement.name: agreement})


def _proposed(event: facts.AgreementProposed) -> Agreement:
    record = event.record
    assert isinstance(record, AgreementRecord), "the ledger's own event holds the record"
    return Agreement(
        record=record,
        proposed_at=event.at,
        proposal=event.model_copy(update={"record": None}),
        message_type=event.message_type,
        exercise=event.exercise,
        phases=((event.at, facts.AgreementPhase.NEGOTIATING),),
        adopted_by=frozenset({event.by}),
        participants={
            each.nation: Participant(each.nation, tuple(dict.fromkeys((each.ministry, each.watch))))
            for each in record.states
        },
        expires_on=record.expires_on,
    )


def _party(agreement: Agreement, nation: str, **changes: Any) -> Agreement:
    changed = replace(agreement.participants[nation], **changes)
    return replace(agreement, participants={**agreement.participants, nation: changed})


def _moved(agreement: Agreement, event: facts.AgreementMoved) -> Agreement:
    agreement = replace(
        agreement,
        phases=(*agreement.phases, (event.at, event.phase)),
        past=(*agreement.past, event),
    )
    if event.trigger is facts.AgreementTrigger.ENTERED_INTO_FORCE:
        return replace(agreement, in_force_since=event.at)
    if event.trigger is facts.AgreementTrigger.SIGNATURE_CLOSED:
        return replace(agreement, signature_closed=True)
    return agreement


def _submitted(agreement: Agreement, event: facts.InstrumentSubmitted) -> Agreement:
    submitted = kept.Submitted(
        event.id, event.instrument, event.desk, event.at,
        event.position, event.digest, event.directory,
    )  # fmt: skip
    return replace(agreement, submitted={**agreement.submitted, event.id: submitted})


def _dealt_with(
    agreement: Agreement, event: facts.InstrumentRecorded | facts.InstrumentReturned
) -> Agreement:
    left = {name: each for name, each in agreement.submitted.items() if name != event.id}
    agreement = replace(agreement, submitted=left)
    if isinstance(event, facts.InstrumentReturned):
        return agreement
    nation = event.state
    if nation not in agreement.participants:
        joined = {**agreement.participants, nation: Participant(nation, (event.desk,))}
        agreement = replace(agreement, participants=joined)
    if event.action in SIGNATURES:
        agreement = _party(agreement, nation, signed_at=event.at)
    if event.action in CONSENTS:
        agreement = _party(agreement, nation, consented_at=event.at, consent_method=event.action)
    return agreement


def _participants(agreement: Agreement, event: facts.ParticipantsMoved) -> Agreement:
    for nation in event.nations:
        before = agreement.participants[nation]
        method = event.method or before.standing(event.at).method
        stands = Standing(event.at, event.phase, method, event.instrument)
        changes: dict[str, Any] = {"history": (*before.history, stands)}
        if event.phase in (PartyPhase.WITHDRAWN, PartyPhase.PARTY):
            changes |= {"withdrawal": None, "joins_on": None}
        agreement = _party(agreement, nation, **changes)
    return replace(agreement, past=(*agreement.past, event))


def _reserved(agreement: Agreement, event: facts.ReservationFormulated) -> Agreement:
    reservation = kept.Reservation(event.state, event.made, event.at, event.standing)
    key = (event.state, event.made.reservation)
    before = agreement.reservations.get(key)
    if before and before.stands:
        # A confirmation keeps the day of its first notification only where it was one.
        reservation = replace(before, made=event.made, standing=event.standing)
        if not before.standing:
            reservation = replace(reservation, notified_at=event.at)
    return replace(agreement, reservations={**agreement.reservations, key: reservation})


def _reservation(agreement: Agreement, event: Any) -> Agreement:
    key = (event.of, event.reservation)
    before = agreement.reservations[key]
    match event:
        case facts.ReservationObjected():
            objected = {**before.objected_by, event.by: event.precludes_force}
            after = replace(before, objected_by=objected)
        case facts.ReservationTacitlyAccepted():
            after = replace(before, accepted_by=before.accepted_by | set(event.by))
        case facts.ObjectionWithdrawn():
            left = {n: p for n, p in before.objected_by.items() if n != event.by}
            after = replace(before, objected_by=left, accepted_by=before.accepted_by | {event.by})
        case _:
            after = replace(before, withdrawn_at=event.at)
    return replace(agreement, reservations={**agreement.reservations, key: after})


def _applied(agreement: Agreement, event: facts.ProvisionalApplicationBegan) -> Agreement:
    before = agreement.participants[event.state].applied
    return _party(agreement, event.state, applied=(*before, Span(event.at)))


def _applied_no_more(agreement: Agreement, event: facts.ProvisionalApplicationEnded) -> Agreement:
    for nation in event.nations:
        spans = agreement.participants[nation].applied
        agreement = _party(agreement, nation, applied=_closed(spans, event))
    return agreement


def _closed(spans: tuple[Span, ...], event: AgreementFact) -> tuple[Span, ...]:
    return tuple(replace(each, until=event.at) if each.until is None else each for each in spans)


def _amended(agreement: Agreement, event: Any) -> Agreement:
    name = event.amendment
    if isinstance(event, facts.AmendmentProposed):
        after = kept.Amendment(name, AmendmentPhase.PROPOSED, event.at, frozenset({event.by}))
        return replace(agreement, amendments={**agreement.amendments, name: after})
    before = agreement.amendments[name]
    match event:
        case facts.AmendmentAdopted():
            after = replace(before, adopted_by=before.adopted_by | {event.by})
        case facts.AmendmentAccepted():
            after = replace(
                before,
                accepted_by=before.accepted_by | {event.by},
                in_force_on=before.in_force_on or event.in_force_on,
            )
        case _:
            binds = {**before.binds, **dict.fromkeys(event.binds, event.at)}
            after = replace(before, phase=event.phase, binds=binds)
    return replace(agreement, amendments={**agreement.amendments, name: after})


def _suspension(agreement: Agreement, event: Any) -> Agreement:
    match event:
        case facts.SuspensionConsented():
            if event.resumes:
                consents = agreement.resumption_consents | {event.by}
                return replace(agreement, resumption_consents=consents)
            terms = {**agreement.suspension_consents, event.by: (event.effective_on, event.until)}
            return replace(agreement, suspension_consents=terms)
        case facts.SuspensionSet():
            made = kept.Suspension(
                event.suspension, event.nations, event.basis, event.begins, event.until
            )
            after = {**agreement.suspensions, event.suspension: made}
            return replace(agreement, suspensions=after, suspension_consents={})
        case facts.SuspensionBegan():
            for nation in event.nations:
                spans = agreement.participants[nation].suspended
                agreement = _party(agreement, nation, suspended=(*spans, Span(event.at)))
            begun = replace(agreement.suspensions[event.suspension], began=True)
            after = {**agreement.suspensions, event.suspension: begun}
            return replace(agreement, suspensions=after)
        case _:
            left = {n: s for n, s in agreement.suspensions.items() if n != event.suspension}
            others = {n for s in left.values() if s.began for n in s.nations}
            for nation in event.nations:
                if nation not in others:
                    spans = agreement.participants[nation].suspended
                    agreement = _party(agreement, nation, suspended=_closed(spans, event))
            return replace(agreement, suspensions=left, resumption_consents=frozenset())


def _revoked(agreement: Agreement, event: facts.NoticeRevoked) -> Agreement:
    if event.notice in agreement.claims:
        return _claim(agreement, event.notice, ended=True)
    return _party(agreement, event.state, withdrawal=None)


def _claimed(agreement: Agreement, event: facts.ClaimMade) -> Agreement:
    made = kept.Claim(event.claim, event.by, event.measure, event.ground, event.period_ends)
    return replace(agreement, claims={**agreement.claims, event.claim: made})


def _claim(agreement: Agreement, name: str, **changes: Any) -> Agreement:
    after = replace(agreement.claims[name], **changes)
    return replace(agreement, claims={**agreement.claims, name: after})


def _corrected(agreement: Agreement, event: Any) -> Agreement:
    name = event.correction
    if isinstance(event, facts.CorrectionProposed):
        after = kept.Correction(name, event.objections_until)
        return replace(agreement, corrections={**agreement.corrections, name: after})
    before = agreement.corrections[name]
    match event:
        case facts.CorrectionObjected():
            after = replace(before, objected_by=before.objected_by | {event.by})
        case facts.CorrectionUnopposed():
            after = replace(before, unopposed=True)
        case _:
            after = replace(before, made_at=event.at)
    return replace(agreement, corrections={**agreement.corrections, name: after})


def _owed(agreement: Agreement, event: facts.ObligationOpened) -> Agreement:
    opened = kept.Obligation(
        event.obligation, event.activation, event.protocol, event.step, event.owner,
        event.message, event.to, event.thread, event.at, event.due,
    )  # fmt: skip
    return replace(agreement, obligations={**agreement.obligations, event.obligation: opened})


def _obligation(agreement: Agreement, event: facts.ObligationMoved) -> Agreement:
    before = agreement.obligations[event.obligation]
    after = replace(before, phase=event.phase)
    if event.met_by is not None:
        after = replace(after, met_by=event.met_by, met_at=event.at)
    return replace(agreement, obligations={**agreement.obligations, event.obligation: after})


def _consents_to_end(agreement: Agreement, event: facts.TerminationConsented) -> Agreement:
    consents = {**agreement.termination_consents, event.by: event.effective_on}
    return replace(agreement, termination_consents=consents, ends_on=event.ends_on)


_CHANGES: Mapping[type[AgreementFact], Callable[[Agreement, Any], Agreement]] = MappingProxyType(
    {
        facts.TextAdopted: lambda a, e: replace(a, adopted_by=a.adopted_by | {e.by}),
        facts.TextAuthenticated: lambda a, e: replace(
            a, authenticated_by=a.authenticated_by | {e.by}
        ),
        facts.OpenedForSignature: lambda a, e: replace(a, closes_on=e.closes_on),
        facts.AgreementMoved: _moved,
        facts.InstrumentSubmitted: _submitted,
        facts.InstrumentReturned: _dealt_with,
        facts.InstrumentRecorded: _dealt_with,
        facts.ParticipantsMoved: _participants,
        facts.EntryIntoForceFixed: lambda a, e: replace(a, in_force_on=e.on),
        facts.JoiningFixed: lambda a, e: _party(a, e.state, joins_on=e.on),
        facts.ReservationFormulated: _reserved,
        facts.ReservationObjected: _reservation,
        facts.ReservationTacitlyAccepted: _reservation,
        facts.ReservationWithdrawn: _reservation,
        facts.ObjectionWithdrawn: _reservation,
        facts.ProvisionalApplicationBegan: _applied,
        facts.ProvisionalApplicationEnded: _applied_no_more,
        facts.AmendmentProposed: _amended,
        facts.AmendmentAdopted: _amended,
        facts.AmendmentAccepted: _amended,
        facts.AmendmentMoved: _amended,
        facts.SuspensionConsented: _suspension,
        facts.SuspensionSet: _suspension,
        facts.SuspensionBegan: _suspension,
        facts.SuspensionEnded: _suspension,
        facts.WithdrawalNotified: lambda a, e: _party(
            a, e.state, withdrawal=(e.notice, e.effective_on)
        ),
        facts.NoticeRevoked: _revoked,
        facts.TerminationConsented: _consents_to_end,
        facts.ClaimMade: _claimed,
        facts.ClaimObjected: lambda a, e: _claim(
            a, e.claim, objected_by=a.claims[e.claim].objected_by | {e.by}
        ),
        facts.ClaimPeriodPassed: lambda a, e: _claim(a, e.claim, period_passed=True),
        facts.ClaimCarriedOut: lambda a, e: _claim(a, e.claim, ended=True),
        facts.CorrectionProposed: _corrected,
        facts.CorrectionObjected: _corrected,
        facts.CorrectionUnopposed: _corrected,
        facts.CorrectionMade: _corrected,
        facts.AgreementRegistered: lambda a, e: replace(a, registrations=(*a.registrations, e)),
        facts.AgreementRenewed: lambda a, e: replace(a, expires_on=e.until),
        facts.AgreementReminder: lambda a, e: replace(a, reminded=a.reminded | {(e.what, e.due)}),
        facts.ProtocolActivated: lambda a, e: replace(a, activations=(*a.activations, e)),
        facts.ProtocolNotActivated: lambda a, e: replace(a, not_activated=(*a.not_activated, e)),
        facts.ObligationOpened: _owed,
        facts.ObligationMoved: _obligation,
    }
)
