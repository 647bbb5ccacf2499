"""What stands on an officer's screen."""

from __future__ import annotations

import io
import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console, RenderableType

from schemas.parties import Precedence
from services.bus.topics import Realm
from services.desk.letters import Received
from services.desk.screen.alarms import alarms_screen
from services.desk.screen.frame import framed
from services.desk.screen.inbox import inbox_table, letter_document, letter_flags, letter_screen
from services.desk.screen.link_line import link_lines
from services.desk.screen.notation import dtg, when
from services.desk.screen.progress import STATES
from services.desk.screen.untrusted import paragraphs, visible
from services.desk.store.records import Alarm, LinkState, OutState
from tests.kit.house import House

NOW = datetime(2026, 1, 1, 3, 7, tzinfo=UTC)


def printed(shown: RenderableType) -> str:
    console = Console(file=io.StringIO(), width=100, highlight=False, markup=False, emoji=False)
    console.print(shown)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


async def received(house: House, text: str, **fields: object) -> Received:
    draft = house.draft(house.matter(), text=text, **fields)
    message = await house.accepted("xaa-ghq", draft)
    letter = await house.given("xbb-ghq", message)
    assert isinstance(letter, Received)
    return letter


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\u202eb", "a\\u202eb"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("a\nb", "a\\u000ab"),
        ("a\u2028b", "a\\u2028b"),
        ("\u2066x\u2069", "\\u2066x\\u2069"),
        ("\u200f", "\\u200f"),
        ("a\U000e0041", "a\\U000e0041"),
        ("\x9b2J", "\\u009b2J"),
    ],
)
def test_hidden_characters_show_as_their_numbers(hostile: str, shown: str) -> None:
    assert visible(hostile) == shown


@given(st.text())
def test_nothing_that_steers_a_terminal_passes(text: str) -> None:
    shown = visible(text).replace("\u2068", "").replace("\u2069", "")
    left = {each for each in shown if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp")}
    assert left <= {"\t", "\u200c", "\u200d"}


def test_joiners_stay_in_words_that_need_them() -> None:
    assert "\u0645\u06cc\u200c\u0634\u0648\u062f" in visible("\u0645\u06cc\u200c\u0634\u0648\u062f")


def test_each_right_to_left_paragraph_is_isolated() -> None:
    word = "\u05e9\u05dc\u05d5\u05dd"
    assert paragraphs(f"{word}\nend") == f"\u2068{word}\u2069\nend"


def test_date_time_group() -> None:
    assert dtg(NOW) == "010307Z JAN 26"


def test_a_time_has_its_age_beside_it() -> None:
    assert when(NOW - timedelta(minutes=12), NOW) == "010255Z JAN 26 (12m 00s ago)"
    assert when(NOW + timedelta(hours=1), NOW) == "010407Z JAN 26 (in 1h 00m)"


def test_no_state_is_called_sent() -> None:
    assert set(STATES) == set(OutState)
    assert "sent" not in " ".join(STATES.values())


@pytest.mark.parametrize(
    ("link", "attached", "said"),
    [
        (None, False, "NOTHING ON THIS DESK LISTENS"),
        (LinkState(up=True, changed_at=NOW, trouble=""), False, "NOTHING ON THIS DESK LISTENS"),
        (LinkState(up=True, changed_at=NOW, trouble=""), True, "bus reached since 010307Z JAN 26"),
        (LinkState(up=False, changed_at=NOW, trouble="x\x1b"), True, "BUS NOT REACHED"),
    ],
)
def test_link_line(link: LinkState | None, attached: bool, said: str) -> None:
    shown = printed(link_lines(link, NOW, Realm.LIVE, attached=attached))
    assert said in shown
    assert "\x1b" not in shown


async def test_a_message_shows_in_the_order_of_acp_127(memory_house: House) -> None:
    letter = await received(memory_house, "[bold]Stop[/bold] :warning:", info=("xcc-ghq",))
    lines = printed(letter_screen(letter, (), letter.delivered_at)).splitlines()
    starts = [line.split()[0] for line in lines[:9]]
    assert starts[:5] == ["ROUTINE", "FM", "TO", "INFO", "BT"]
    assert "REL TO" in lines[5]
    assert lines[6].startswith("  SUBJ: ")
    assert [line.rstrip() for line in lines[7:9]] == ["  [bold]Stop[/bold] :warning:", "BT"]


async def test_a_text_cannot_pass_for_the_desks_own_lines(memory_house: House) -> None:
    forged = "here: ACKNOWLEDGED"
    letter = await received(memory_house, f"Stop.\nBT\n{forged}\n{'x ' * 48}{forged}")
    screens = [letter_screen(letter, (), letter.delivered_at)]
    screens.append(inbox_table([(letter, ())], letter.delivered_at))
    for each in screens:
        assert not any(line.startswith(forged) for line in printed(each).splitlines())


async def test_flags_say_what_must_not_be_overlooked(memory_house: House) -> None:
    letter = await received(memory_house, "x", precedence=Precedence.FLASH)
    later = letter.delivered_at + timedelta(hours=1)
    (flag,) = letter_flags(letter, (), later)
    assert flag == f"OVERDUE since {when(letter.delivered_at + timedelta(minutes=10), later)}"
    assert letter_document(letter, (), later)["overdue"] is True
    assert f"! {flag[:12]}" in printed(inbox_table([(letter, ())], later))


async def test_a_forged_number_shows_as_an_alarm() -> None:
    alarm = Alarm("SequenceReused", "used \x1b[2J twice", "topic/0/1", b"", NOW)
    shown = printed(alarms_screen([alarm], [], NOW))
    assert "! SequenceReused" in shown
    assert "\\u001b[2J" in shown


def test_exercise_screens_are_framed_and_live_ones_are_not() -> None:
    inside = alarms_screen([], [], NOW)
    lines = printed(framed(inside, Realm.EXERCISE)).splitlines()
    assert lines[0] == lines[-1] == "EXERCISE EXERCISE EXERCISE"
    assert "EXERCISE" not in printed(framed(inside, Realm.LIVE))
