"""What the agreements service's clock says to it, and when. Pure."""

from __future__ import annotations

from functools import partial

from schemas.agreement_record import matter_of
from schemas.agreements import PassAgreementDeadline
from services.agreements.dues import Falling, dues
from services.agreements.own_word import own_word
from services.agreements.state import Agreement, Family
from services.bus.service import Deadline


def deadlines(family: Family) -> list[Deadline]:
    """Everything that stands ahead for every agreement of the matter."""
    return [
        Deadline(each.due, partial(_command, agreement, each))
        for agreement in family.agreements.values()
        for each in dues(family, agreement)
    ]


def _command(agreement: Agreement, falling: Falling) -> PassAgreementDeadline:
    matter = matter_of(agreement.name, agreement.record.parent)
    proposal = agreement.proposal.proposal
    return own_word(
        PassAgreementDeadline,
        agreement,
        matter=matter,
        at=falling.due,
        identity=f"{matter} {agreement.name} {proposal} {falling.what} {falling.which} "
        f"{falling.due.isoformat()}",
        agreement=agreement.name,
        what=falling.what,
        which=falling.which,
        due=falling.due,
    )
