"""Everything that a desk can say to the four services can be said in a scenario, and recorded."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from schemas.catalogue import KINDS
from schemas.envelope import Outer
from schemas.exchange import InviteMediator
from schemas.hotline import MessageOuter, ReportDelivered
from schemas.receipts import Delivery
from schemas.redelivery import RedeliverRecord
from services.rehearsal.format.checking import load
from services.rehearsal.format.library import LIBRARIES, words_of
from services.rehearsal.format.reading import files_in
from services.rehearsal.format.verbs import VERBS, LineStep
from services.rehearsal.recording import hotline, services
from services.rehearsal.rehearsing import rehearse, told
from tests.kit.recordings import PLAYS, played

TESTS = Path(__file__).parent.parent
PLAYED = files_in([PLAYS, TESTS / "scenarios"])
OWN_WORDS = ("Pass", "Hear")
"""How the kinds begin that a service says to itself. Custodians' orders are no desk's word either:
a rehearsal has no quarantine that anybody would look into."""
SAID_BY_DESKS = {
    kind: contract
    for kind, contract in KINDS.items()
    if issubclass(contract, Outer)
    and not issubclass(contract, Delivery)
    and not contract.__name__.startswith(OWN_WORDS)
    and contract is not RedeliverRecord
}


def words_in(file: Path) -> frozenset[tuple[str, str]]:
    """Verb and word of every step of a file."""
    steps = load(file).scenario.steps
    return frozenset((step.verb, str(getattr(step.content, "says", ""))) for step in steps)


@cache
def said() -> frozenset[tuple[str, str]]:
    """Verb and word of every step of every play and scenario."""
    return frozenset(each for file in PLAYED for each in words_in(file))


def test_the_catalogues_desk_kinds_are_those_of_four_services() -> None:
    services_of = {kind.split("detente.")[1].split(".")[0] for kind in SAID_BY_DESKS}
    assert services_of == {"hotline", "alerts", "visits", "agreements"}
    assert len(SAID_BY_DESKS) > 60


@cache
def in_ledgers() -> frozenset[str]:
    """The kinds that stand in a ledger after the plays, and after those scenarios that say
    what no play says.
    """
    files = files_in([PLAYS])
    words = {each for file in files for each in words_in(file)}
    files += [file for file in files_in([TESTS / "scenarios"]) if words_in(file) - words]
    found = [
        played(file.name.removesuffix(".scenario.yaml"), file.parent).traffic.entries
        for file in files
    ]
    return frozenset(entry.signed.payload_type for entries in found for entry in entries)


@pytest.mark.parametrize("kind", SAID_BY_DESKS, ids=lambda kind: SAID_BY_DESKS[kind].__name__)
def test_a_play_brings_every_kind_into_its_services_ledger(kind: str) -> None:
    assert kind in in_ledgers(), (
        f"no play says {SAID_BY_DESKS[kind].__name__}: give a verb a way to say it, and say it in"
        " tests/plays"
    )


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_played_somewhere(verb: str) -> None:
    assert verb in {each for each, _ in said()}


@pytest.mark.parametrize(
    ("verb", "word"), [(verb, word) for verb in LIBRARIES for word in words_of(verb)]
)
def test_everything_a_desks_library_can_say_is_said_in_a_play(verb: str, word: str) -> None:
    assert (verb, word) in said(), f"{verb}: {{says: {word}}} stands in no scenario and no play"


@pytest.mark.parametrize("word", LineStep)
def test_everything_that_can_be_said_of_a_line_is_said_in_a_play(word: LineStep) -> None:
    assert ("line", word.value) in said()


def test_every_kind_that_a_desk_says_can_be_recorded() -> None:
    turned = {*services.TURNS, *hotline.SAYS, *hotline.CONFIRMS, InviteMediator, ReportDelivered}
    left = [
        contract.__name__
        for contract in SAID_BY_DESKS.values()
        if contract not in turned and not issubclass(contract, MessageOuter)
    ]
    assert not left, f"a recording leaves out {left}: add rows to services/rehearsal/recording"


@pytest.mark.parametrize("file", files_in([PLAYS]), ids=lambda file: file.name.split(".")[0])
def test_a_play_is_the_same_again_and_in_another_order_of_what_is_independent(file: Path) -> None:
    scenario = load(file).scenario
    first = rehearse(scenario)
    assert first.holds, told(first)
    order = tuple(reversed(range(len(scenario.steps))))
    assert rehearse(scenario, order=order).record.outcome_hash == first.record.outcome_hash
