"""Cries to stop: above everything else on a screen of traffic, until they are taken over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from rich.text import Text as Shown

from schemas.acts import OUTRANKING_ACTS
from schemas.hotline import CancelMessage, Capacity
from services.bus.topics import Realm
from services.desk.inner.read_back import to_read_back
from services.desk.letters import Received
from services.desk.screen.link_line import command_of
from services.desk.screen.notation import bold, end_of, when
from services.desk.screen.untrusted import visible

_STYLE = "bold white on red"


def is_cry_to_stop(letter: Received) -> bool:
    """Whether it asks this desk to have something stopped, and nobody here has taken it over."""
    return (
        letter.outer.act in OUTRANKING_ACTS
        and not isinstance(letter.outer, CancelMessage)
        and letter.waits
        and letter.capacity is not Capacity.INFO
    )


def cries_to_stop(letters: Iterable[Received], now: datetime, realm: Realm) -> Iterator[Shown]:
    """Each with what it says in a line, by when it is taken over, and how."""
    for letter in filter(is_cry_to_stop, letters):
        outer, name = letter.outer, end_of(letter.outer.message_id)
        said = visible(letter.text.subject) if letter.text else "(cannot be read)"
        by = f"; acknowledge by {when(letter.acknowledge_by, now)}" if letter.acknowledge_by else ""
        yield bold(f"!! {outer.sender} CRIES STOP {when(outer.sent_at, now)}: {said}{by}", _STYLE)
        back = " --read-back LATITUDE,LONGITUDE" if to_read_back(letter.text) else ""
        yield Shown(
            f"   {command_of(realm)} show {name} --by OFFICER, then"
            f" {command_of(realm)} acknowledge {name} --by OFFICER{back}"
        )
