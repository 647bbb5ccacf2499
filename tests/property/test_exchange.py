"""Whatever two nations say to each other: only the table moves their exchange."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.acts import Act, Confidence, DetaineeItem
from schemas.exchange import ExchangePhase
from schemas.parties import Precedence
from services.bus.ledger import Ledger
from services.bus.refusals import Refusal
from services.hotline.exchange.acts import ACTS
from services.hotline.exchange.table import ONLY_MOVES, ByClock, Move, Side, Stays, cell
from tests.kit import paper
from tests.kit.talk import UNDERTAKEN, Talk

ALL_TERMS: dict[str, Any] = {
    **UNDERTAKEN, "contact_at": paper.NOON + timedelta(days=9), "event": "sinking-1",
    "confidence": Confidence.LOW, "items": (DetaineeItem.WELFARE,),
    "welfare_by": paper.NOON + timedelta(hours=3), "access_by": paper.NOON + timedelta(hours=9),
}  # fmt: skip


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize("act", [*Act, *ByClock])
@pytest.mark.parametrize("phase", ExchangePhase)
def test_every_act_moves_stays_or_is_refused(
    phase: ExchangePhase, act: Act | ByClock, side: Side
) -> None:
    found = cell(phase, act, side)
    assert isinstance(found, Move | Stays | Refusal)
    if act in ONLY_MOVES:
        assert isinstance(found, Move | Refusal)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(Act), st.integers(0, 4)), max_size=20))
@settings(max_examples=120, deadline=None)
def test_two_nations_go_only_where_the_table_leads(
    words: list[tuple[bool, Act, int]],
) -> None:
    """Whatever two desks say: each move is one of the table's, and the ledger replays to it."""
    talk = Talk()
    said: list[str] = []
    for first, act, about in words:
        regards = {"regards": said[-1 - about % len(said)]} if said else {}
        rule = ACTS[act]
        given = {name: value for name, value in ALL_TERMS.items() if name in rule.needs}
        if "orders_by" in rule.may and about % 2:
            given["orders_by"] = talk.now + timedelta(minutes=5)
        before = talk.court.matter().conduct.exchange("XAA", "XBB")
        sender = "xaa-ghq" if first else "xbb-ghq"
        message, ended = talk.say(
            sender, act, precedence=Precedence.FLASH, terms={**given, **regards} or None
        )
        after = talk.court.matter().conduct.exchange("XAA", "XBB")
        if ended != "accepted":
            assert after == before
            continue
        said.append(message.message_id)
        if after.phase is not before.phase:
            side = Side.MOVER if before.mover == sender[:3].upper() else Side.OTHER
            move = cell(before.phase, act, side)
            assert isinstance(move, Move)
            assert move.to is after.phase
    replayed = Ledger(talk.court.service, talk.court.ledger.allowances)
    for offset, (entry, payload) in enumerate(talk.court.entries):
        assert replayed.fold(entry, payload, offset)
    assert replayed.page.books == talk.court.ledger.page.books
