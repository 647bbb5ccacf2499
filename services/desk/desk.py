"""The client library: a national desk, opened on its own disk."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from schemas.hotline import (
    AcknowledgeMessage,
    Confirmation,
    Remark,
    ReportDeliveredToPrincipal,
    ReportReceived,
)
from schemas.parties import Precedence
from services.bus.clock import Clock, SystemClock
from services.bus.directory import Directory
from services.bus.seal import Signer
from services.bus.settings import Settings
from services.bus.settings import settings as process_settings
from services.bus.topics import Realm
from services.bus.transport import Bus
from services.desk.attachment import attached, only_link
from services.desk.draft import Draft, outer_of, refuse_flawed, refuse_one_officer, text_of
from services.desk.home import Home
from services.desk.letters import Received
from services.desk.lines.speaking import LineDesk
from services.desk.listening import Listening
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble, explained
from services.desk.writing import Writing, about


class Desk(Listening):
    """One desk. What is released is on its disk before `release` returns.

    Several processes may open the same home. One of them, whichever came first, talks to the
    bus for all; the others read and write the store that they share.
    """

    def __init__(
        self, home: Home, store: Store, signer: Signer, clock: Clock, realm: Realm
    ) -> None:
        super().__init__(store, home.lock(realm))
        self.name = signer.holder
        self.realm = realm
        self.clock = clock
        self.officers = home.read().officers
        self._writing = Writing(store, signer, clock)
        self.lines = LineDesk(signer.holder, store, clock, self._writing, self._officer, self.nudge)

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        home: Path | str,
        *,
        realm: Realm = Realm.LIVE,
        bus: Bus | None = None,
        clock: Clock | None = None,
        settings: Settings | None = None,
        directory: Directory | None = None,
        linked: bool = True,
    ) -> AsyncIterator[Desk]:
        """A desk on its home. Without `linked` it only reads and writes its own disk.

        Raises DeskTrouble where the folder is no desk's home, KeyUnreadable, RootsUnreadable.
        An unreachable bus is no trouble: what is released stays QUEUED until it is back.
        """
        where, settings = Home(Path(home)), settings or process_settings()
        signer, clock = where.signer(), clock or SystemClock()
        store = where.store(realm)
        desk = cls(where, store, signer, clock, realm)
        try:
            # Who does not want the link must not keep it from who does.
            with only_link(where.lock(realm)) if linked else contextlib.nullcontext() as is_ours:
                if not is_ours:
                    yield desk
                    return
                async with attached(
                    store, signer, clock, realm, settings, bus=bus, directory=directory
                ) as (desk.link, desk.link_task):
                    yield desk
        finally:
            store.close()

    def draft(self, draft: Draft, *, by: str) -> int:
        """Keep a draft for another officer to release; its number. Its flaws are told now."""
        self._officer(by)
        refuse_flawed(draft)
        return self.store.keep_draft(by, draft.model_dump_json(), self.clock.now())

    def release(self, number: int, *, by: str, precedence: Precedence | None = None) -> str:
        """Release a draft, with another precedence where the releaser changes it."""
        kept = self.store.draft(number)
        if kept is None:
            raise DeskTrouble(f"there is no draft {number}; `detente desk drafts` lists them")
        drafter, content = kept
        draft = Draft.model_validate_json(content)
        if precedence is not None:
            draft = draft.model_copy(update={"precedence": precedence})
        return self.send(draft, drafter=drafter, releaser=by, number=number)

    def send(self, draft: Draft, *, drafter: str, releaser: str, number: int | None = None) -> str:
        """Sign and queue a message; its identity. It is QUEUED until the bus accepts it."""
        self.check(draft, drafter=drafter, releaser=releaser)
        kind, fields = outer_of(draft)
        readers = (self.name, *draft.action, *draft.info)
        fields |= {"drafter": drafter, "releaser": releaser}
        with explained(), self.store.transaction():
            out = self._writing.queue(kind, fields, text_of(draft), readers)
            if number is not None:
                self.store.drop_draft(number)
        self.nudge()
        return out.message

    def check(self, draft: Draft, *, drafter: str, releaser: str) -> None:
        """DeskTrouble for what `send` refuses before anything is signed."""
        self._officer(drafter)
        self._officer(releaser)
        refuse_flawed(draft)
        refuse_one_officer(draft, drafter, releaser)

    def acknowledge(
        self, message: str, *, by: str, passed_to: str | None = None, remark: str | None = None
    ) -> str:
        """Take a message over. It says nothing about agreement."""
        return self._confirm(
            AcknowledgeMessage, message, by, Remark(passed_to=passed_to, remark=remark)
        )

    def report_with_principal(self, message: str, *, by: str, remark: str | None = None) -> str:
        """It reached the one who decides."""
        return self._confirm(ReportDeliveredToPrincipal, message, by, Remark(remark=remark))

    def show(self, message: str, *, by: str) -> Received:
        """Open a received message. The first time, its originator is told that it was."""
        letter = self.letter(message)
        if letter.state == "DELIVERED":
            self._confirm(ReportReceived, message, by, Remark())
        return self.letter(message)

    def _confirm(self, kind: type[Confirmation], message: str, by: str, remark: Remark) -> str:
        self._officer(by)
        letter = self.letter(message)
        fields = about(letter.outer, letter.digest) | {"officer": by}
        with explained(), self.store.transaction():
            out = self._writing.queue(kind, fields, remark, (letter.outer.sender,))
        self.nudge()
        return out.message

    def _officer(self, officer: str) -> None:
        if officer not in self.officers:
            raise DeskTrouble(
                f"{officer} is no officer of {self.name}; there are {', '.join(self.officers)}"
            )
