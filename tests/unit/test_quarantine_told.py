"""What operators are told of quarantine: counts, advice, and no more than what is outer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.bus.quarantine import CARRIED, Held, Past, held, told
from services.bus.refusals import REFUSALS
from services.bus.topics import LANES_OF_SERVICE, Realm
from services.quarantine import telling
from services.quarantine.__main__ import _moment
from services.quarantine.advice import CURED_BY, advice, may_be_cured
from services.quarantine.ordering import NoSuchPlace, place_of, proposal_in
from tests.kit.custody import CustodyCourt, early, late
from tests.kit.paper import NOON, outer, record_of


def seen(court: CustodyCourt) -> tuple[Held, ...]:
    """Quarantine and ledger of a court, as an operator reads them."""
    past = Past()
    for entry, payload in court.entries:
        past.take(entry, payload)
    return told(court.kept, past, "hotline", Realm.LIVE)


def busy() -> CustodyCourt:
    """Refused: two unknown keys, one carried since; one by the rules; one unreadable."""
    court = CustodyCourt(early())
    court.say(outer(matter="border-1"))
    court.say(outer(matter="border-2"))
    court.keyring = late()
    court.order(court.kept[0])
    court.say(outer(matter="border-3", action=("xbb-nowhere",)))
    court.hear(record_of(b"\x1b[31mthe canary sings", offset=50))
    return court


def test_each_record_says_what_became_of_it_and_what_to_do() -> None:
    found = seen(busy())
    assert [(one.code, telling.since(one).split("; ")[0]) for one in found] == [
        ("UnknownKey", "REDELIVERED"),
        ("UnknownKey", "WAITS"),
        ("UnknownAddressee", "DECIDED"),
        ("NotJson", "KEPT"),
    ]
    assert [may_be_cured(one) for one in found] == [False, True, False, False]
    assert [advice(one).split(":")[0].split(" once")[0] for one in found] == [
        "Nothing", "Redeliver", "Nothing here", "Ask its sender to release it again",
    ]  # fmt: skip
    assert found[2].detail, "names from the ledger's own refusal"
    assert all(word in " ".join(telling.SINCE) for word in ("WAITS", "KEPT", "DECIDED"))


def test_reasons_are_counted_most_first() -> None:
    counts = telling.by_reason(seen(busy()))
    assert [(code, number) for code, number, _ in counts] == [
        ("UnknownKey", 2), ("UnknownAddressee", 1), ("NotJson", 1),
    ]  # fmt: skip
    assert all(reason for _, _, reason in counts)


def test_a_record_is_chosen_by_code_and_time() -> None:
    found = seen(busy())
    assert len(telling.chosen(found, ("UnknownKey", "NotJson"), None)) == 3
    assert telling.chosen(found, (), NOON + timedelta(days=1)) == ()
    assert telling.chosen(found, (), NOON) == found


def test_nothing_of_an_unreadable_record_is_told_but_size_and_digest() -> None:
    one = seen(busy())[3]
    shown = telling.shown(one, NOON)
    assert "canary" not in shown + str(telling.shown_document(one)) and "\x1b" not in shown
    assert f"{one.size} bytes, SHA-256 {one.digest}" in shown


def test_headers_that_are_no_names_are_not_repeated() -> None:
    record = replace(
        record_of(b"junk"), headers=(("ce_source", b"/the canary"), ("detente-refusal", b"a b"))
    )
    one = held(record, "hotline", Realm.LIVE)
    assert (one.sender, one.code, one.origin) == (None, "UNTOLD", None)


def test_what_was_written_twice_is_told_once() -> None:
    court = busy()
    court.kept += [replace(each, offset=each.offset + 10) for each in court.kept]
    assert len(seen(court)) == 4


def test_a_message_that_came_again_by_itself_is_told_as_carried() -> None:
    court = CustodyCourt(early())
    court.say(outer())
    court.keyring = late()
    court.accept(outer())
    (one,) = seen(court)
    assert one.decided == CARRIED and telling.since(one) == "CARRIED (came again)"


def test_advice_is_given_for_refusals_that_there_are() -> None:
    assert set(CURED_BY) <= set(REFUSALS)


@pytest.mark.parametrize("service", LANES_OF_SERVICE)
@pytest.mark.parametrize("realm", list(Realm))
def test_a_record_is_named_as_it_is_listed(service: str, realm: Realm) -> None:
    typed = f"{realm.prefix}{service}/3/17"
    assert str(place_of(typed)) == typed


@pytest.mark.parametrize("typed", ["", "hotline", "hotline/0", "mail/0/1", "hotline/-1/2", "a/b/c"])
def test_what_names_no_record_is_said_with_how_to_name_one(typed: str) -> None:
    with pytest.raises(NoSuchPlace, match="hotline/0/17"):
        place_of(typed)


def test_a_file_without_a_proposal_is_none() -> None:
    for value in (b"", b"{}", b"\x00", record_of(b"x").value):
        with pytest.raises(NoSuchPlace, match="propose"):
            proposal_in(value)


def test_since_is_a_span_or_a_time_with_its_zone() -> None:
    assert _moment(None, NOON) is None
    assert _moment("90m", NOON) == NOON - timedelta(minutes=90)
    assert _moment("2026-01-01T13:00:00+01:00", NOON) == NOON
    for said in ("yesterday", "2026-01-01T12:00:00", "5w"):
        with pytest.raises(NoSuchPlace, match="no time"):
            _moment(said, NOON)
