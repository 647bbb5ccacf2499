"""Two custodians' order to judge once more what a service refused."""

from __future__ import annotations

from pydantic import Field

from schemas.envelope import Outer
from schemas.parties import Digest, HolderId
from schemas.receipts import Position


class RedeliverRecord(Outer):
    """Judge a quarantined record once more. Two custodians sign it: it bears two signatures.

    It has no number of its own: its sequence is always 1, and its identity tells it from others.
    """

    sender: HolderId = Field(description="The custodian who proposed it; another signs with it.")
    quarantined: Position = Field(description="Where the record lies in quarantine.")
    digest: Digest = Field(description="SHA-256 of the value that lies there.")
    origin: Position = Field(description="Where the record came in first, and was refused.")
