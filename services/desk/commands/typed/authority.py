"""In whose authority an act of a state is done, as it is typed."""

from __future__ import annotations

from dataclasses import dataclass

from cyclopts import Parameter

from schemas.agreement_acts import Authority, FullPowers, Office
from services.desk.commands.typed.times import moment
from services.desk.commands.typed.usage import WrongUsage, as_usage


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class InOffice:
    """In what office, or with whose full powers.

    Parameters
    ----------
    office
        Who acts for the state.
    powers_by
        Who issued the full powers: head of state or government, or foreign minister.
    powers_dated
        When; UTC, as in 2026-01-31T18:00Z.
    powers_document
        SHA-256 of the document.
    """

    office: Office
    powers_by: Office | None = None
    powers_dated: str | None = None
    powers_document: str | None = None

    @property
    def authority(self) -> Authority:
        """As the contracts have it. WrongUsage where full powers are named in part."""
        named = (self.powers_by, self.powers_dated, self.powers_document)
        if all(each is None for each in named):
            return Authority(office=self.office)
        if self.powers_dated is None or None in named:
            raise WrongUsage("full powers: name --powers-by, --powers-dated and --powers-document")
        with as_usage():
            powers = FullPowers.model_validate(
                {
                    "issued_by": self.powers_by,
                    "dated": moment(self.powers_dated),
                    "document": self.powers_document,
                }
            )
            return Authority(office=self.office, full_powers=powers)
