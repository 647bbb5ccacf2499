"""Every byte that was ever sent can be read for ever."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.catalogue import KINDS
from schemas.hotline import HotlineEntry
from schemas.redelivery import RedeliverRecord
from services.bus import wire
from services.bus.refusals import Refusal
from tests.golden.samples import FOLDER, REDELIVERED, file_of, redelivered, samples
from tests.kit import paper
from tests.kit.agreements import FUNCTIONS as AGREEMENTS_DESKS
from tests.kit.alerts import DESKS as ALERTS_DESKS
from tests.kit.custody import FIRST, SECOND
from tests.kit.visits import FUNCTIONS as VISITS_DESKS

FILES = sorted(FOLDER.glob("*.bin"))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_has_golden_bytes(kind: str) -> None:
    assert file_of(kind).is_file(), "run `python -m tests.golden.make`, and commit what it adds"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden_bytes_are_read_and_written_again_to_the_same(path: Path) -> None:
    value = path.read_bytes()
    found = wire.read(value)
    assert not isinstance(found, Refusal), found
    assert file_of(found.cover.payloadType) == path
    outer = wire.decode(found.contract, found.cover.payload)
    assert not isinstance(outer, Refusal), outer
    assert wire.encode(outer) == found.cover.payload
    assert wire.encode(found.cover) == value


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden_signatures_hold(path: Path) -> None:
    found = wire.read(path.read_bytes())
    assert not isinstance(found, Refusal)
    message = wire.pae(found.cover.payloadType, found.cover.payload)
    services = ("hotline", "agreements", "alerts", "visits")
    desks = (*paper.DESKS, *AGREEMENTS_DESKS, *ALERTS_DESKS, *VISITS_DESKS)
    known = {paper.hand_of(name).keyid: name for name in (*desks, *paper.NATIONS, *services)}
    known |= {paper.hand_of(name).keyid: name for name in (FIRST, SECOND)}
    assert len(found.cover.signatures) == (2 if found.contract is RedeliverRecord else 1)
    for signature in found.cover.signatures:
        paper.key_of(known[signature.keyid]).public_key().verify(signature.sig, message)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_what_is_written_today_is_what_was_written_then(kind: str) -> None:
    """A failure means that the same value now has other bytes: a new version is due."""
    assert samples()[kind] == file_of(kind).read_bytes()


def test_a_redelivered_entry_has_golden_bytes() -> None:
    """An entry on custodians' order is what it was, and reads as any entry."""
    value = REDELIVERED.read_bytes()
    assert redelivered() == value
    found = wire.read(value)
    assert not isinstance(found, Refusal)
    entry = wire.decode(HotlineEntry, found.cover.payload)
    assert not isinstance(entry, Refusal) and entry.redelivery is not None
    assert wire.encode(entry) == found.cover.payload
    assert entry.redelivery.custodians == (FIRST, SECOND)
