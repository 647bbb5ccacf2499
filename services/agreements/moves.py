"""The two state machines, each a table: the agreement's, and the party's. Pure.

Domain names the phases. Decisions of ours: an agreement whose last clause is met while it is still
open passes through AWAITING_EIF in the same moment; a framework's end ends its arrangements in any
phase; below two parties nothing is left to be in force (VCLT art. 55 says what does not end it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from schemas.agreement_acts import AFTER_SIGNATURE, JOINING
from schemas.agreement_acts import InstrumentAction as Action
from schemas.agreement_facts import AgreementPhase, AgreementTrigger, PartyPhase
from services.agreements.refusals import (
    ConsentedAlready,
    NotAParty,
    ReservationAfterConsent,
    ReservationAlone,
    StepTakenAlready,
    WrongPartyPhase,
)
from services.agreements.state import CONSENTED
from services.bus.refusals import Refusal

_P, _T = AgreementPhase, AgreementTrigger
OPENED = (
    _P.OPEN_FOR_SIGNATURE, _P.AWAITING_EIF, _P.PROVISIONALLY_APPLIED, _P.IN_FORCE,
    _P.AMENDMENT_PENDING, _P.SUSPENDED,
)  # fmt: skip
"""Where states may sign, consent and join."""
FORCED = (_P.IN_FORCE, _P.AMENDMENT_PENDING, _P.SUSPENDED)
BEFORE_FORCE = (_P.OPEN_FOR_SIGNATURE, _P.AWAITING_EIF, _P.PROVISIONALLY_APPLIED)
_LIVING = tuple(phase for phase in AgreementPhase if phase is not _P.TERMINATED)

TRANSITIONS: Mapping[tuple[AgreementPhase, AgreementTrigger], AgreementPhase] = MappingProxyType({
    (_P.NEGOTIATING, _T.TEXT_ADOPTED): _P.ADOPTED,
    (_P.ADOPTED, _T.TEXT_AUTHENTICATED): _P.AUTHENTICATED,
    (_P.AUTHENTICATED, _T.OPENED): _P.OPEN_FOR_SIGNATURE,
    (_P.OPEN_FOR_SIGNATURE, _T.ALL_SIGNED): _P.AWAITING_EIF,
    (_P.OPEN_FOR_SIGNATURE, _T.SIGNATURE_CLOSED): _P.AWAITING_EIF,
    (_P.OPEN_FOR_SIGNATURE, _T.CONDITION_MET): _P.AWAITING_EIF,
    (_P.OPEN_FOR_SIGNATURE, _T.APPLIED_PROVISIONALLY): _P.PROVISIONALLY_APPLIED,
    (_P.AWAITING_EIF, _T.APPLIED_PROVISIONALLY): _P.PROVISIONALLY_APPLIED,
    (_P.PROVISIONALLY_APPLIED, _T.PROVISIONAL_APPLICATION_ENDED): _P.AWAITING_EIF,
    (_P.AWAITING_EIF, _T.ENTERED_INTO_FORCE): _P.IN_FORCE,
    (_P.PROVISIONALLY_APPLIED, _T.ENTERED_INTO_FORCE): _P.IN_FORCE,
    (_P.IN_FORCE, _T.AMENDMENT_PROPOSED): _P.AMENDMENT_PENDING,
    (_P.AMENDMENT_PENDING, _T.AMENDMENT_SETTLED): _P.IN_FORCE,
    (_P.IN_FORCE, _T.SUSPENDED): _P.SUSPENDED,
    (_P.AMENDMENT_PENDING, _T.SUSPENDED): _P.SUSPENDED,
    (_P.SUSPENDED, _T.RESUMED): _P.IN_FORCE,
    **{
        (phase, trigger): _P.TERMINATED
        for phase in FORCED
        for trigger in (_T.ENDED_BY_ALL, _T.ENDED_BY_CLAIM, _T.TOO_FEW_PARTIES)
    },
    **{(phase, _T.EXPIRED): _P.TERMINATED for phase in OPENED},
    **{(phase, _T.PARENT_ENDED): _P.TERMINATED for phase in _LIVING},
})  # fmt: skip
"""Every move of an agreement that there is."""

_S = PartyPhase
PartyCell = PartyPhase | type[Refusal]


def _cells(
    actions: Iterable[Action], rest: type[Refusal], cells: Mapping[PartyPhase, PartyCell]
) -> dict[tuple[PartyPhase, Action], PartyCell]:
    """A whole column for each action: what is not named holds the refusal `rest`."""
    return {(phase, action): cells.get(phase, rest) for action in actions for phase in PartyPhase}


def _stay(*phases: PartyPhase) -> dict[PartyPhase, PartyCell]:
    return {phase: phase for phase in phases}


_SECOND: dict[PartyPhase, PartyCell] = dict.fromkeys(CONSENTED, ConsentedAlready)
_PARTIES = _stay(_S.PARTY, _S.WITHDRAWAL_NOTIFIED)

PARTY_TABLE: Mapping[tuple[PartyPhase, Action], PartyCell] = MappingProxyType({
    **_cells((Action.SIGNATURE,), WrongPartyPhase, {
        **_SECOND, _S.NONE: _S.SIGNATORY, _S.SIGNATORY: StepTakenAlready,
    }),
    **_cells((Action.DEFINITIVE_SIGNATURE,), WrongPartyPhase, {
        **_SECOND, _S.NONE: _S.CONTRACTING, _S.SIGNATORY: _S.CONTRACTING,
    }),
    **_cells((*AFTER_SIGNATURE, Action.FORMAL_CONFIRMATION, Action.NOTE), WrongPartyPhase, {
        **_SECOND, _S.NONE: _S.CONTRACTING, _S.SIGNATORY: _S.CONTRACTING,
    }),
    **_cells(JOINING, WrongPartyPhase, {
        **_SECOND, _S.NONE: _S.ACCEDED, _S.WITHDRAWN: _S.ACCEDED,
    }),
    **_cells((Action.RESERVATION, Action.DECLARATION), ReservationAfterConsent, {
        _S.NONE: ReservationAlone, _S.SIGNATORY: ReservationAlone,
    }),
    **_cells((Action.OBJECTION, Action.WITHDRAWAL_OF_OBJECTION), WrongPartyPhase,
             _stay(*CONSENTED)),
    **_cells((Action.WITHDRAWAL_OF_RESERVATION, Action.OBJECTION_TO_CORRECTION), WrongPartyPhase,
             _stay(_S.SIGNATORY, *CONSENTED)),
    **_cells((Action.PROVISIONAL_APPLICATION,), WrongPartyPhase,
             _stay(_S.NONE, _S.SIGNATORY, _S.CONTRACTING, _S.ACCEDED)),
    **_cells((Action.INTENTION_NOT_TO_BECOME_PARTY,), WrongPartyPhase,
             _stay(_S.NONE, _S.SIGNATORY)),
    **_cells((Action.AMENDMENT_PROPOSAL, Action.AMENDMENT_ADOPTION), NotAParty,
             _stay(*CONSENTED)),
    **_cells((Action.AMENDMENT_ACCEPTANCE, Action.SUSPENSION, Action.RESUMPTION,
              Action.TERMINATION, Action.CLAIM, Action.OBJECTION_TO_CLAIM, Action.MEASURE),
             NotAParty, _PARTIES),
    **_cells((Action.DENUNCIATION, Action.WITHDRAWAL), NotAParty, {
        _S.PARTY: _S.WITHDRAWAL_NOTIFIED, _S.WITHDRAWAL_NOTIFIED: StepTakenAlready,
    }),
    **_cells((Action.REVOCATION_OF_NOTICE,), NotAParty, {
        _S.PARTY: _S.PARTY, _S.WITHDRAWAL_NOTIFIED: _S.PARTY,
    }),
})  # fmt: skip
"""For every phase of a party and every action: where it leads, or why it does not."""

_WHILE_OPEN = (
    Action.SIGNATURE, Action.DEFINITIVE_SIGNATURE, Action.FORMAL_CONFIRMATION, Action.NOTE,
    *AFTER_SIGNATURE, *JOINING, Action.RESERVATION, Action.DECLARATION, Action.OBJECTION,
    Action.WITHDRAWAL_OF_OBJECTION, Action.WITHDRAWAL_OF_RESERVATION,
    Action.INTENTION_NOT_TO_BECOME_PARTY, Action.OBJECTION_TO_CORRECTION,
)  # fmt: skip
TAKEN_IN: Mapping[Action, tuple[AgreementPhase, ...]] = MappingProxyType(
    {
        **dict.fromkeys(Action, FORCED),
        **dict.fromkeys(_WHILE_OPEN, OPENED),
        Action.PROVISIONAL_APPLICATION: BEFORE_FORCE,
    }
)
"""In which phases of the agreement an instrument of each action can be taken."""
BY_TIME: tuple[tuple[PartyPhase, PartyPhase, str], ...] = (
    (_S.CONTRACTING, _S.PARTY, "in force for it"),
    (_S.ACCEDED, _S.PARTY, "in force for it"),
    (_S.WITHDRAWAL_NOTIFIED, _S.WITHDRAWN, "its notice takes effect"),
    (_S.PARTY, _S.WITHDRAWN, "its claim is carried out"),
)
"""Moves of a party that no instrument makes by itself."""
