"""Commitments and understandings: when they take effect, and how they end. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from schemas.acts import Act
from schemas.exchange import (
    ExchangeMoved,
    ExchangePhase,
    PartySpokeForEnd,
    UndertakingEnded,
    UndertakingHeldUp,
    UndertakingPhase,
    UndertakingTookEffect,
)
from schemas.hotline import MessageOuter
from services.hotline.exchange.state import Conduct, Pair, Undertaking, pair_of
from services.hotline.exchange.table import ByClock, Move, Side, Stays, cell
from services.hotline.matter import Matter, Phase


def between(conduct: Conduct, pair: Pair) -> list[Undertaking]:
    """All that stand between two nations."""
    return [
        each
        for each in conduct.undertakings.values()
        if each.stands and each.parties >= frozenset(pair)
    ]


def lacking(matter: Matter, undertaking: Undertaking) -> frozenset[str]:
    """Who has not done its part yet: acknowledged it, and, where something was agreed, given and
    had acknowledged a commitment of its own. An understanding is one text that binds both.
    """
    missing = undertaking.parties - undertaking.acknowledged_by - {undertaking.giver}
    if matter.messages[undertaking.message].act is Act.UNDERSTANDING:
        return missing
    for other in undertaking.parties - {undertaking.giver}:
        pair = pair_of(undertaking.giver, other)
        if matter.conduct.exchange(*pair).phase is not ExchangePhase.AGREED:
            continue
        theirs = [each for each in _standing(matter, pair) if each.giver == other]
        if not theirs:
            missing |= {other}
        elif not any(undertaking.giver in each.acknowledged_by for each in theirs):
            missing |= {undertaking.giver}
    return missing


def _standing(matter: Matter, pair: Pair) -> list[Undertaking]:
    return [
        each
        for each in between(matter.conduct, pair)
        if matter.messages[each.message].standing is Phase.STANDING
    ]


def effect(matter: Matter, undertaking: Undertaking) -> Iterator[object]:
    """Its time has come: it takes effect, or it is held up and that is told. Never half."""
    missing = lacking(matter, undertaking)
    if missing:
        if not undertaking.held_up:
            yield UndertakingHeldUp(message=undertaking.message, lacking=tuple(sorted(missing)))
        return
    yield UndertakingTookEffect(message=undertaking.message)
    for other in sorted(undertaking.parties - {undertaking.giver}):
        exchange = matter.conduct.exchange(undertaking.giver, other)
        move = cell(exchange.phase, ByClock.EFFECT, Side.CLOCK)
        if isinstance(move, Move):
            yield ExchangeMoved(
                between=exchange.between, phase=move.to, by=None, message=undertaking.message
            )


def acknowledged(
    matter: Matter, message: str, nations: frozenset[str], now: datetime
) -> Iterator[object]:
    """A party's word came after the time had: what was held up takes effect from now on."""
    changed = matter.conduct.undertakings.get(message)
    if changed is None:
        return
    both = changed.acknowledged_by | nations
    ahead = {**matter.conduct.undertakings, message: replace(changed, acknowledged_by=both)}
    after = replace(matter, conduct=replace(matter.conduct, undertakings=ahead))
    for each in ahead.values():
        waits = each.phase is UndertakingPhase.GIVEN and each.held_up and each.effective_at <= now
        if waits and not lacking(after, each):
            yield from effect(after, each)
            # The exchange moves once, by the first that takes effect.
            after = _in_effect(after, each)


def _in_effect(matter: Matter, undertaking: Undertaking) -> Matter:
    exchanges = dict(matter.conduct.exchanges)
    for other in undertaking.parties - {undertaking.giver}:
        exchange = matter.conduct.exchange(undertaking.giver, other)
        if exchange.phase is ExchangePhase.AGREED:
            exchanges[exchange.between] = replace(exchange, phase=ExchangePhase.IN_EFFECT)
    return replace(matter, conduct=replace(matter.conduct, exchanges=exchanges))


def stood_down(
    matter: Matter, command: MessageOuter, by: str, other: str, found: Move | Stays
) -> Iterator[object]:
    """One party confirms; with both it ends. The exchange follows when nothing else holds."""
    regards = command.terms.regards if command.terms else None
    undertaking = matter.conduct.undertakings.get(regards or "")
    pair = pair_of(by, other)
    if undertaking is None or not undertaking.stands or not undertaking.parties >= set(pair):
        return
    yield PartySpokeForEnd(
        between=pair,
        end=ExchangePhase.STOOD_DOWN,
        by=by,
        message=command.message_id,
        undertaking=undertaking.message,
    )
    if undertaking.stood_down_by | {by} < undertaking.parties:
        return
    yield UndertakingEnded(message=undertaking.message, phase=UndertakingPhase.STOOD_DOWN)
    others = [each for each in between(matter.conduct, pair) if each.message != undertaking.message]
    if isinstance(found, Move) and not others:
        yield ExchangeMoved(between=pair, phase=found.to, by=by, message=command.message_id)


def collapsed(matter: Matter, pair: Pair) -> Iterator[UndertakingEnded]:
    """A party said so: all that stood between the two ends. It is never inferred."""
    for each in between(matter.conduct, pair):
        yield UndertakingEnded(message=each.message, phase=UndertakingPhase.COLLAPSED)
