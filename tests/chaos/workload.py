"""What the desks say in a round: random, but the same for the same seed."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from schemas.hotline import AcknowledgeMessage, Remark
from schemas.parties import Classification, Label, Precedence
from services.desk.desk import Desk
from services.desk.draft import Draft
from services.desk.home import Home
from services.desk.reading import unfold
from services.desk.writing import Writing, about

LABEL = Label(
    policy="CHAOS",
    classification=Classification.RESTRICTED,
    releasable_to=("XAA", "XBB", "XCC", "XDD"),
)
FLASH_SHARE = 0.2
OTHERS = (
    Precedence.IMMEDIATE,
    Precedence.PRIORITY,
    Precedence.ROUTINE,
    Precedence.DEFERRED,
)
ACKNOWLEDGED_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Said:
    """What the harness had a desk say, noted by the harness and not by the system under test."""

    message: str
    sender: str
    matter: str
    precedence: Precedence
    to: tuple[str, ...]
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """One message that will be sent."""

    sender: str
    matter: str
    precedence: Precedence
    action: tuple[str, ...]
    info: tuple[str, ...]
    text: str


def opening(seed: str, desks: tuple[str, ...], matters: int, name: str) -> list[Plan]:
    """A first word to everybody in each matter: who has no part in a matter may not speak in it."""
    chance = random.Random(f"opening {seed}")
    plans = []
    for number in range(matters):
        sender = chance.choice(desks)
        others = tuple(desk for desk in desks if desk != sender)
        text = f"Opening of matter {number}."
        plans.append(
            Plan(sender, f"{name}-matter-{number:02}", Precedence.PRIORITY, others, (), text)
        )
    return plans


def messages(seed: str, desks: tuple[str, ...], matters: int, name: str) -> Iterator[Plan]:
    """Without end."""
    chance = random.Random(f"messages {seed}")
    number = 0
    while True:
        number += 1
        sender = chance.choice(desks)
        to = chance.sample([desk for desk in desks if desk != sender], chance.randint(1, 3))
        flash = chance.random() < FLASH_SHARE
        precedence = Precedence.FLASH if flash else chance.choice(OTHERS)
        action = chance.randint(1, len(to))
        text = f"{number}: " + "x" * chance.choice((20, 200, 200, 1000, 4000))
        matter = f"{name}-matter-{chance.randrange(matters):02}"
        yield Plan(sender, matter, precedence, tuple(to[:action]), tuple(to[action:]), text)


@dataclass(slots=True)
class Workload:
    """Sends on the desks' disks; their processes carry it."""

    seed: str
    desks: Mapping[str, Desk]
    homes: Mapping[str, Path]
    name: str
    matters: int = 20
    said: list[Said] = field(default_factory=list)
    acknowledged: int = 0

    async def open_matters(self) -> None:
        """Send the first words and wait until each is accepted."""
        for plan in opening(self.seed, tuple(self.desks), self.matters, self.name):
            self._send(plan)
        async with asyncio.timeout(30):
            while any(self._waiting(desk) for desk in self.desks):
                await asyncio.sleep(0.1)

    async def run(self, count: int, per_second: float) -> None:
        """`count` messages with the openings; behind time it does not hurry to catch up."""
        chance = random.Random(f"acknowledgements {self.seed}")
        plans = messages(self.seed, tuple(self.desks), self.matters, self.name)
        while len(self.said) < count:
            began = time.monotonic()
            self._send(next(plans))
            if chance.random() < ACKNOWLEDGED_SHARE:
                self._acknowledge(chance)
            await asyncio.sleep(max(0.0, began + 1 / per_second - time.monotonic()))

    def _send(self, plan: Plan) -> None:
        desk = self.desks[plan.sender]
        at = desk.clock.now()
        draft = Draft(
            matter=plan.matter,
            precedence=plan.precedence,
            action=plan.action,
            info=plan.info,
            label=LABEL,
            subject="Chaos",
            text=plan.text,
        )
        message = desk.send(draft, drafter="duty-1", releaser="duty-2")
        to = (*plan.action, *plan.info)
        self.said.append(
            Said(message, plan.sender, plan.matter, plan.precedence, to, plan.text, at)
        )

    def _acknowledge(self, chance: random.Random) -> None:
        """One of the last messages that a desk was given, and has not acknowledged."""
        name = chance.choice(tuple(self.desks))
        with closing(look(self.homes[name])) as db:
            rows = db.execute(
                "SELECT about, value FROM inbox WHERE kind = 'CarriedMessage' AND about NOT IN"
                " (SELECT about FROM outbox WHERE kind LIKE '%acknowledge%' AND about NOT NULL)"
                " ORDER BY id DESC LIMIT 20"
            ).fetchall()
        if not rows:
            return
        enclosed = unfold(chance.choice(rows)[1]).enclosed
        assert enclosed is not None
        desk = self.desks[name]
        # What Desk.acknowledge does, without its look through the whole inbox.
        writing = Writing(desk.store, Home(self.homes[name]).signer(), desk.clock)
        fields = about(enclosed.outer, enclosed.digest) | {"officer": "duty-1"}
        with desk.store.transaction():
            writing.queue(AcknowledgeMessage, fields, Remark(), (enclosed.outer.sender,))
        self.acknowledged += 1

    def _waiting(self, name: str) -> int:
        with closing(look(self.homes[name])) as db:
            return int(
                db.execute(
                    "SELECT count(*) FROM outbox WHERE state != 'ACCEPTED'"
                    " AND kind LIKE '%release-message%'"
                ).fetchone()[0]
            )


def look(home: Path) -> sqlite3.Connection:
    """A desk's disk, to look at only."""
    return sqlite3.connect(f"file:{home / 'live.sqlite3'}?mode=ro", uri=True, timeout=10)
