"""What is written down before it is submitted: a text with its record, and an instrument."""

from __future__ import annotations

from schemas.agreement_acts import Authority, Instrument
from schemas.agreement_record import AgreementRecord, AgreementText
from schemas.agreements import AgreementRemark
from schemas.parties import Contract


class ProposalForm(Contract):
    """An agreement proposed: in what authority, its record, and its words."""

    authority: Authority
    record: AgreementRecord
    text: AgreementText


class InstrumentForm(Contract):
    """An instrument submitted to the depositary, and its words."""

    instrument: Instrument
    words: AgreementRemark
