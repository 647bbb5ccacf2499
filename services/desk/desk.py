"""The client library: a national desk, opened on its own disk."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from schemas.hotline import (
    AcknowledgeMessage,
    Act,
    CancelMessage,
    Confirmation,
    CorrectMessage,
    MessageOuter,
    Quote,
    ReleaseMessage,
    Remark,
    ReplyToMessage,
    ReportDeliveredToPrincipal,
    ReportReceived,
    Text,
)
from schemas.parties import (
    Contract,
    DeskId,
    ExerciseId,
    Label,
    MatterId,
    MessageId,
    MessageType,
    Moment,
    OfficerId,
    Precedence,
)
from schemas.receipts import CommandRefused
from services.bus import keys
from services.bus.clock import Clock, SystemClock
from services.bus.directory import Directory, roots_in
from services.bus.kafka import KafkaBus
from services.bus.seal import Signer
from services.bus.settings import Settings
from services.bus.settings import settings as process_settings
from services.bus.topics import Realm
from services.bus.transport import Bus
from services.desk import letters
from services.desk.inner import Flaw, flaws
from services.desk.letters import Received, Sent
from services.desk.link import Link
from services.desk.reading import unfold
from services.desk.store.records import Alarm, LinkState, Out, OutState
from services.desk.store.store import Store
from services.desk.writing import TooLarge, Writing, about

T = TypeVar("T")
LOOK_EVERY_S = 0.05


class DeskTrouble(Exception):
    """What was asked cannot be done. It says why, and what to do instead."""


class Draft(Contract):
    """What a drafter proposes. The releaser confirms it, or changes its precedence."""

    matter: MatterId
    precedence: Precedence
    action: tuple[DeskId, ...]
    info: tuple[DeskId, ...] = ()
    label: Label
    subject: str
    text: str
    language: str = "en"
    act: Act = Act.FREE_TEXT
    message_type: MessageType = MessageType.OPERATION
    exercise: ExerciseId | None = None
    references: tuple[MessageId, ...] = ()
    quotes: tuple[Quote, ...] = ()
    in_reply_to: MessageId | None = None
    corrects: MessageId | None = None
    cancels: MessageId | None = None
    reply_by: Moment | None = None
    expires_at: Moment | None = None


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft that waits for a releaser."""

    number: int
    drafter: str
    drafted_at: datetime
    draft: Draft


@dataclass(frozen=True, slots=True)
class Report:
    """What this desk reported of a message that it was given, and how far that got.

    A report goes no further than ON_BUS: the service answers only one that it refuses.
    """

    out: Out
    refusal: CommandRefused | None


class HomeFile(Contract):
    """What `desk.json` says of a home."""

    desk: DeskId
    officers: tuple[OfficerId, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Home:
    """A folder that holds one desk: its name, its key, its stores."""

    folder: Path

    def create(self, desk: str, officers: Sequence[str]) -> Signer:
        """A new desk with a new key. Never overwrites one."""
        written = HomeFile(desk=desk, officers=tuple(officers))
        self.folder.mkdir(parents=True, exist_ok=True)
        key = keys.make(self.folder / "desk.key")
        (self.folder / "desk.json").write_bytes(written.model_dump_json(indent=2).encode())
        return Signer(desk, key)

    def read(self) -> HomeFile:
        """What this home holds. DeskTrouble where it is none."""
        try:
            return HomeFile.model_validate_json((self.folder / "desk.json").read_bytes())
        except FileNotFoundError as trouble:
            raise DeskTrouble(
                f"{self.folder} is no desk's home: run `detente desk init`, or name it with --home"
            ) from trouble
        except ValidationError as trouble:
            raise DeskTrouble(f"{self.folder / 'desk.json'} cannot be read") from trouble

    def signer(self) -> Signer:
        """The desk's hand."""
        return Signer(self.read().desk, keys.load(self.folder / "desk.key"))

    def store(self, realm: Realm) -> Store:
        """The desk's store; an exercise has one of its own."""
        return Store(self.folder / f"{realm}.sqlite3")


class Desk:
    """One desk. What is released is on its disk before `release` returns.

    Several processes may open the same home. One of them, whichever came first, talks to the
    bus for all; the others read and write the store that they share.
    """

    def __init__(
        self, home: Home, store: Store, signer: Signer, clock: Clock, realm: Realm
    ) -> None:
        self.name = signer.holder
        self.realm = realm
        self.clock = clock
        self.officers = home.read().officers
        self.link: Link | None = None
        """None while another process talks to the bus."""
        self.link_task: asyncio.Task[None] | None = None
        """Ends only by trouble, which it raises."""
        self._lock = home.folder / f"{realm}.lock"
        self.store = store
        """What is on this desk's disk; for those who check it."""
        self._writing = Writing(store, signer, clock)

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
            with _only_link(desk._lock) if linked else contextlib.nullcontext() as is_ours:
                if not is_ours:
                    yield desk
                    return
                own_bus = bus or KafkaBus(
                    settings.bootstrap,
                    f"desk-{signer.holder}",
                    replicas=settings.kafka_replicas,
                    send_within_s=settings.kafka_send_within_s,
                )
                known = directory or Directory(own_bus, roots_in(settings.roots_folder))
                desk.link = Link(store, own_bus, known, signer, clock, realm, settings.partitions)
                running = asyncio.create_task(desk.link.run(), name=f"link of {signer.holder}")
                desk.link_task = running
                try:
                    yield desk
                finally:
                    running.cancel()
                    (ended,) = await asyncio.gather(running, return_exceptions=True)
                    if bus is None:
                        await own_bus.close()
                    if ended and not isinstance(ended, asyncio.CancelledError):
                        raise ended
        finally:
            store.close()

    # Writing.

    def draft(self, draft: Draft, *, by: str) -> int:
        """Keep a draft for another officer to release; its number. Its flaws are told now."""
        self._officer(by)
        self._refuse(self.flaws(draft))
        return self.store.keep_draft(by, draft.model_dump_json(), self.clock.now())

    def flaws(self, draft: Draft) -> list[Flaw]:
        """What the inner part would be refused or warned for. DeskTrouble for the outer part."""
        kind, fields = _outer_of(draft)
        with explained():
            text = _text_of(draft)
            outer = kind.model_construct(**fields)
        return flaws(text, outer)

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
        kind, fields = _outer_of(draft)
        readers = (self.name, *draft.action, *draft.info)
        fields |= {"drafter": drafter, "releaser": releaser}
        with explained(), self.store.transaction():
            out = self._writing.queue(kind, fields, _text_of(draft), readers)
            if number is not None:
                self.store.drop_draft(number)
        self._nudge()
        return out.message

    def check(self, draft: Draft, *, drafter: str, releaser: str) -> None:
        """DeskTrouble for what `send` refuses before anything is signed."""
        self._officer(drafter)
        self._officer(releaser)
        self._refuse(self.flaws(draft))
        self._refuse_one_officer(_outer_of(draft)[0], draft, drafter, releaser)

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
        self._nudge()
        return out.message

    def _officer(self, officer: str) -> None:
        if officer not in self.officers:
            raise DeskTrouble(
                f"{officer} is no officer of {self.name}; there are {', '.join(self.officers)}"
            )

    def _refuse(self, found: Sequence[Flaw]) -> None:
        wrong = [flaw for flaw in found if flaw.refuses]
        if wrong:
            raise DeskTrouble(" ".join(f"{flaw.code}: {flaw.reason}" for flaw in wrong))

    def _refuse_one_officer(
        self, kind: type[MessageOuter], draft: Draft, drafter: str, releaser: str
    ) -> None:
        """The service refuses it too; here it is said before anything is signed."""
        may = kind in (CorrectMessage, CancelMessage) or draft.act in (
            Act.FACT_NOTICE,
            Act.CEASE_ACTION,
        )
        if draft.precedence.rank >= Precedence.IMMEDIATE.rank and drafter == releaser and not may:
            raise DeskTrouble(
                f"a second officer releases from IMMEDIATE up: have another than {drafter} do it"
            )

    def _nudge(self) -> None:
        if self.link is not None:
            self.link.nudged.set()

    # Reading.

    def inbox(self) -> list[Received]:
        """Every message that was received, oldest first."""
        return letters.received(self.store)

    def letter(self, message: str) -> Received:
        """One of them, by its identity or the end of it. DeskTrouble where there is none."""
        given, _ = self.store.identities(message)
        return letters.received_one(self.store, _the_only(given, message, "inbox"))

    def outbox(self) -> list[Sent]:
        """Every message that was released, oldest first, with all that came back."""
        return letters.sent(self.store)

    def sent(self, message: str) -> Sent:
        """One of them, by its identity or the end of it. DeskTrouble where there is none."""
        _, made = self.store.identities(message)
        return letters.sent_one(self.store, _the_only(made, message, "outbox"))

    def drafts(self) -> list[KeptDraft]:
        """What waits for a releaser, oldest first."""
        return [
            KeptDraft(number, drafter, drafted_at, Draft.model_validate_json(content))
            for number, drafter, drafted_at, content in self.store.drafts()
        ]

    def reports(self, message: str) -> list[Report]:
        """What this desk reported of a message that it was given, oldest first."""
        return [Report(out, self._refusal_of(out.message)) for out in self.store.said_of(message)]

    def _refusal_of(self, record: str) -> CommandRefused | None:
        notices = (unfold(found.value).outer.notice for found in self.store.heard_about(record))
        return next((each for each in notices if isinstance(each, CommandRefused)), None)

    def alarms(self) -> list[Alarm]:
        """What was refused here: forged, altered, or a number used twice."""
        return self.store.alarms()

    def link_state(self) -> LinkState | None:
        """Whether the bus is reached; None before the first try."""
        return self.store.link()

    def is_attached(self) -> bool:
        """Whether this or another process talks to the bus for this home, reached or not."""
        if self.link is not None:
            return True
        with _only_link(self._lock) as nobody:
            return not nobody

    async def changes(self) -> AsyncIterator[None]:
        """Now, and whenever this or another process changed the store."""
        seen = None
        while True:
            if self.link_task and self.link_task.done():
                self.link_task.result()
            version = self.store.version
            if version != seen:
                seen = version
                yield None
                continue
            if self.link is not None:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_EVERY_S):
                        await self.link.kept.wait()
                self.link.kept.clear()
            else:
                await asyncio.sleep(LOOK_EVERY_S)

    async def until(self, found: Callable[[], T | None], within_s: float) -> T | None:
        """What `found` gives, as soon as it gives anything; None when the time is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                async for _ in self.changes():
                    if (result := found()) is not None:
                        return result
        return found()

    async def settled(self, message: str, within_s: float = 5.0) -> Sent:
        """A released message once it is accepted or refused, or as it stands after that time."""

        def answered() -> Sent | None:
            letter = self.sent(message)
            return letter if letter.state in (OutState.ACCEPTED, OutState.REFUSED) else None

        return await self.until(answered, within_s) or self.sent(message)


def _outer_of(draft: Draft) -> tuple[type[MessageOuter], dict[str, Any]]:
    """The kind of message that a draft becomes, and the fields of its outer part."""
    kinds: tuple[tuple[type[MessageOuter], str, str | None], ...] = (
        (ReplyToMessage, "in_reply_to", draft.in_reply_to),
        (CorrectMessage, "obsoletes", draft.corrects),
        (CancelMessage, "obsoletes", draft.cancels),
    )
    meant = [(kind, name, value) for kind, name, value in kinds if value is not None]
    if len(meant) > 1:
        raise DeskTrouble("a message replies, corrects or cancels: one of the three")
    fields: dict[str, Any] = {
        "matter": draft.matter,
        "lane": draft.precedence.lane,
        "message_type": draft.message_type,
        "exercise": draft.exercise,
        "precedence": draft.precedence,
        "act": draft.act,
        "action": draft.action,
        "info": draft.info,
        "label": draft.label,
        "references": draft.references,
        "reply_by": draft.reply_by,
        "expires_at": draft.expires_at,
    }
    for kind, name, value in meant:
        return kind, fields | {name: value}
    return ReleaseMessage, fields


def _text_of(draft: Draft) -> Text:
    return Text(
        subject=draft.subject, text=draft.text, language=draft.language, quotes=draft.quotes
    )


@contextlib.contextmanager
def explained() -> Any:
    """A contract's complaint in plain words, without the value that it complains of."""
    try:
        yield
    except ValidationError as trouble:
        errors = trouble.errors(include_input=False, include_url=False)
        said = "; ".join(
            f"{'.'.join(str(part) for part in error['loc']) or 'message'}: {error['msg']}"
            for error in errors
        )
        raise DeskTrouble(said) from None
    except TooLarge as trouble:
        raise DeskTrouble(str(trouble)) from trouble


def _the_only(found: Sequence[str], message: str, where: str) -> str:
    if not found:
        raise DeskTrouble(f"no message {message} in the {where}")
    if len(found) > 1:
        raise DeskTrouble(f"{message} is the end of {len(found)} identities; give more of it")
    return found[0]


@contextlib.contextmanager
def _only_link(path: Path) -> Any:
    """Whether this process is the one that talks to the bus for this home."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


__all__ = ["Desk", "DeskTrouble", "Draft", "Home"]
