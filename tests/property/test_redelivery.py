"""However orders, copies and directories come together: one effect at most, in order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.hotline import MessageAccepted
from services.bus.ledger import Ledger
from services.bus.wire import encode
from tests.kit import paper
from tests.kit.custody import FIRST, LATER, SECOND, CustodyCourt, by_both, early, late, ordering

MESSAGES = [paper.outer(sequence=number) for number in (1, 2, 3)]
HANDS = st.sampled_from([(FIRST, SECOND), (SECOND, FIRST), (FIRST,), (FIRST, FIRST)])
STEPS = st.one_of(
    st.tuples(st.just("say"), st.integers(0, 2), st.just(())),
    st.tuples(st.just("order"), st.integers(0, 9), HANDS),
    st.tuples(st.just("early"), st.just(0), st.just(())),
    st.tuples(st.just("late"), st.just(0), st.just(())),
)


@settings(deadline=None, max_examples=150)
@given(st.lists(STEPS, max_size=14))
def test_no_order_has_a_second_effect_or_breaks_the_senders_order(
    steps: list[tuple[str, int, tuple[str, ...]]],
) -> None:
    court = CustodyCourt(early())
    for number, (step, which, hands) in enumerate(steps):
        if step == "say":
            court.say(MESSAGES[which])
        elif step == "order" and which < len(court.kept):
            at = paper.NOON + LATER * (number + 1)
            order = ordering(court.kept[which], at=at, sender=hands[0])
            for _ in range(2):
                court.hear(court.record_of_order(order, by_both(order, hands)))
        elif step in ("early", "late"):
            court.keyring = early() if step == "early" else late()
    carried = [
        (entry.sender_sequence, entry)
        for entry, _ in court.entries
        for event in entry.events
        if isinstance(event, MessageAccepted)
    ]
    numbers = [number for number, _ in carried]
    assert numbers == sorted(set(numbers)), "each once, and in its sender's order"
    for _, entry in carried:
        by = entry.redelivery
        assert by is None or set(by.custodians) == {FIRST, SECOND}
    again = Ledger(court.service, {})
    for offset, (entry, payload) in enumerate(court.entries):
        assert again.fold(entry, encode(entry), offset) and payload == encode(entry)
    assert again.page == court.ledger.page
