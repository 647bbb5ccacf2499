"""Between the desk's disk and the bus: sends what is queued, keeps what comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from schemas.agreements import AgreementTold
from schemas.catalogue import KINDS
from schemas.envelope import Cover, Outer
from schemas.exchange import ContactMoved, RelayAsked, ReschedulingProposed
from schemas.hotline import (
    CancelMessage,
    CarriedMessage,
    CorrectMessage,
    MessageAccepted,
    MessageOuter,
    Notice,
    Remark,
    ReportDelivered,
)
from schemas.parties import LANES
from schemas.receipts import CommandRefused
from services.bus import topics, tracing
from services.bus.clock import Clock
from services.bus.directory import Directory
from services.bus.gate import NO_MATTER
from services.bus.log import log
from services.bus.refusals import Refusal, SequenceReused, UnknownKey
from services.bus.seal import Signer
from services.bus.topics import Realm
from services.bus.tracing import Name
from services.bus.transport import Bus, Outgoing, Reader, Record, Unreachable, Unsettled
from services.desk import trail
from services.desk.addressing import Addressing
from services.desk.agreements.prefill import PREFILLED, owned_by, prefilled
from services.desk.openings import RECORDS
from services.desk.reading import Enclosed, Unfolded, verify
from services.desk.store.records import Alarm, In, Out, OutState
from services.desk.store.store import Store
from services.desk.writing import Writing, about

SEND_AT_ONCE = 64
LOOK_EVERY_S = 0.05
"""How often another process's writing to the store is looked for."""
RETRY_AFTER_S = 0.5
DIRECTORY_EVERY_S = 5.0
IDLE_AT_MOST_S = 0.5
"""How often what was not answered is looked for, where nothing else happens."""
ASK_AGAIN_AFTER_S = 60.0
"""A message without an answer for so long is sent again, with the same bytes."""
ASK_AGAIN_AT_ONCE = 8
"""Few at a time, so that a service with a backlog is not given the same once more."""
ANSWERED = tuple(
    kind for kind, contract in KINDS.items() if issubclass(contract, (MessageOuter, *RECORDS))
)
"""Kinds that a service answers, each one."""


class Link:
    """One desk's connection. `run` until cancelled; only one process per desk runs it."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        directory: Directory,
        signer: Signer,
        clock: Clock,
        realm: Realm,
        partitions: int,
    ) -> None:
        self._store, self._bus, self._directory = store, bus, directory
        self._addressing = Addressing(store, bus, directory)
        self._signer, self._clock, self._realm = signer, clock, realm
        self._partitions = partitions
        self.nudged = asyncio.Event()
        """Set when this process has queued something."""
        self.kept = asyncio.Event()
        """Set when something was received."""
        self._noticed_by_asking = False

    async def run(self) -> None:
        """Send and receive for ever; a bus that is away is waited for."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._send_for_ever(), name="send")
            tasks.create_task(self._receive_for_ever(), name="receive")
            learning = self._addressing.learn_every(DIRECTORY_EVERY_S, self._asked)
            tasks.create_task(learning, name="directory")

    # Sending.

    async def _send_for_ever(self) -> None:
        while True:
            waiting = self._store.to_send(SEND_AT_ONCE) or self._unanswered()
            if not waiting:
                await self._wait_for_work()
                continue
            outgoing = [self._outgoing(out) for out in waiting]
            try:
                with tracing.sending(Name.SEND, self._signer.holder, outgoing) as marked:
                    await self._bus.append(marked)
            except Unsettled as trouble:
                self._away(trouble)
                await asyncio.sleep(RETRY_AFTER_S)
                continue
            self._store.mark([out.message for out in waiting], OutState.ON_BUS, self._clock.now())
            self._store.set_link(up=True, trouble="", now=self._clock.now())
            trail.sent(waiting, outgoing)

    def _unanswered(self) -> list[Out]:
        before = self._clock.now() - timedelta(seconds=ASK_AGAIN_AFTER_S)
        return self._store.unanswered(ANSWERED, before, ASK_AGAIN_AT_ONCE)

    async def _wait_for_work(self) -> None:
        """Until this process or another queued something, or it is time to look again."""
        seen = self._store.version
        for _ in range(int(IDLE_AT_MOST_S / LOOK_EVERY_S)):
            if self._store.version != seen or self.nudged.is_set():
                break
            with contextlib.suppress(TimeoutError):
                # Not wait_for: in Python 3.11 it can swallow a cancellation.
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self.nudged.wait()
        self.nudged.clear()

    def _outgoing(self, out: Out) -> Outgoing:
        cover = Cover.model_validate_json(out.value)
        outer = KINDS[cover.payloadType].model_validate_json(cover.payload)
        assert isinstance(outer, Outer), "desks send nothing else"
        key = out.matter.encode()
        return Outgoing(
            topic=topics.commands(topics.service_of(out.matter), out.lane, self._realm),
            partition=topics.partition_of(key, self._partitions),
            key=key,
            value=out.value,
            headers=trail.headers_of(self._store, out, outer),
        )

    def _away(self, trouble: Exception) -> None:
        self._store.set_link(up=False, trouble=str(trouble)[:200], now=self._clock.now())
        log.info("link.away", trouble=type(trouble).__name__)

    def _asked(self, trouble: Exception | None) -> None:
        """What came of asking the log though nothing was to be sent: a desk that waits in silence
        would not notice otherwise that nothing can reach it.
        """
        if trouble is not None:
            self._noticed_by_asking = True
            self._away(trouble)
        elif self._noticed_by_asking:
            self._noticed_by_asking = False
            self._store.set_link(up=True, trouble="", now=self._clock.now())

    # Receiving.

    async def _receive_for_ever(self) -> None:
        while True:
            reader: Reader | None = None
            try:
                await self._addressing.learn()
                reader = await self._bus.follow(
                    {topic: self._store.position(topic) for topic in self._inboxes()}
                )
                self._store.set_link(up=True, trouble="", now=self._clock.now())
                while True:
                    await self._keep(await reader.next())
            except (Unreachable, Unsettled) as trouble:
                self._away(trouble)
                await asyncio.sleep(RETRY_AFTER_S)
            finally:
                if reader is not None:
                    await reader.close()

    def _inboxes(self) -> Sequence[str]:
        return [topics.inbox(self._signer.holder, lane, self._realm) for lane in LANES]

    async def _keep(self, records: Sequence[Record]) -> None:
        """One batch, with the reports that it causes and the place to read on, in one
        transaction: what was received once is never received again.
        """
        began = tracing.now()
        found = [(record, self._read(record)) for record in records]
        if any(isinstance(unfolded, UnknownKey) for _, unfolded in found):
            await self._directory.refresh()
            found = [(record, self._read(record)) for record in records]
        with self._store.transaction():
            fresh = [each for each in found if self._keep_one(*each, began)]
            self._store.move(records[0].topic, records[-1].offset + 1)
        for record, unfolded in fresh:
            assert not isinstance(unfolded, Refusal), "what is refused is not kept"
            trail.kept(self._signer.holder, record, unfolded)
        self.kept.set()
        self.nudged.set()

    def _read(self, record: Record) -> Unfolded | Refusal:
        return verify(record.value, self._directory.keyring, self._signer.holder, self._realm)

    def _keep_one(self, record: Record, unfolded: Unfolded | Refusal, began: int) -> bool:
        """Whether it is here now and was not before."""
        if isinstance(unfolded, Refusal):
            self._alarm(record, unfolded)
            return False
        outer = unfolded.outer
        before = self._store.kept_at(outer.matter, outer.lane, outer.sequence)
        if before is not None:
            if not _said_again(before, unfolded):
                self._alarm(record, SequenceReused(f"{outer.matter} {outer.lane} {outer.sequence}"))
            return False
        with trail.keeping(self._store, self._signer.holder, record, unfolded, began):
            self._store.keep(self._in(record, unfolded))
            self._note(unfolded)
        return True

    def _in(self, record: Record, unfolded: Unfolded) -> In:
        outer, enclosed = unfolded.outer, unfolded.enclosed
        missing = 0
        if outer.matter != NO_MATTER:
            last = self._store.last_heard(outer.matter, outer.lane)
            missing = max(0, outer.sequence - last - 1)
        return In(
            message=outer.message_id,
            digest=unfolded.digest,
            kind=outer.notice.kind,
            about=_named_by(outer.notice),
            matter=outer.matter,
            lane=outer.lane,
            sequence=outer.sequence,
            missing=missing,
            value=record.value,
            flags=tuple(flaw.code for flaw in enclosed.flaws) if enclosed else (),
            received_at=self._clock.now(),
            withdraws=_withdraws(enclosed),
        )

    def _note(self, unfolded: Unfolded) -> None:
        """What receiving this changes here: an answer to one's own, or a report that is due."""
        now, notice = self._clock.now(), unfolded.outer.notice
        said = unfolded.enclosed.outer if unfolded.enclosed else None
        if isinstance(said, RECORDS) and said.sender == self._signer.holder:
            self._store.mark_within([said.message_id], OutState.ACCEPTED, now)
        match notice:
            case MessageAccepted():
                self._store.mark_within([notice.message], OutState.ACCEPTED, now)
            case CommandRefused():
                if notice.message is not None:
                    self._store.mark_within([notice.message], OutState.REFUSED, now)
            case CarriedMessage():
                assert unfolded.enclosed is not None, "a carried message encloses the original"
                self._report_delivered(about(unfolded.enclosed.outer, unfolded.enclosed.digest))
            case RelayAsked():
                # It may be sealed, so what is reported on is named by the delivery alone.
                digest, message = notice.message_digest, notice.message
                self._report_delivered(about(unfolded.outer, digest, message))
            case AgreementTold():
                self._prefill(notice, unfolded.outer.exercise)
            case _:
                return

    def _prefill(self, told: AgreementTold, exercise: str | None) -> None:
        """What this desk owes from now on stands among its drafts, for an officer to take over."""
        holder, now = self._signer.holder, self._clock.now()
        for owed in owned_by(holder, told.facts):
            draft = prefilled(owed, holder, exercise)
            self._store.keep_draft_within(PREFILLED, draft.model_dump_json(), now)

    def _report_delivered(self, spoken: dict[str, Any]) -> None:
        writing = Writing(self._store, self._signer, self._clock)
        writing.queue(ReportDelivered, spoken, Remark())

    def _alarm(self, record: Record, refusal: Refusal) -> None:
        trail.refused(self._signer.holder, record, refusal.code)
        self._store.raise_alarm(
            Alarm(
                code=refusal.code,
                reason=f"{refusal.reason} {refusal.detail}".strip(),
                origin=f"{record.topic}/{record.partition}/{record.offset}",
                value=record.value,
                raised_at=self._clock.now(),
            )
        )


def _said_again(before: tuple[str, str], unfolded: Unfolded) -> bool:
    """Whether it is what was kept under its number, by identity and digest.

    What a service answers outside any matter has the identity of the record that it answers. One
    that was started again may judge that record anew, and say so in other bytes: its first word
    stands.
    """
    message, digest = before
    outer = unfolded.outer
    return digest == unfolded.digest or (outer.matter == NO_MATTER and message == outer.message_id)


def _named_by(notice: Notice) -> str | None:
    """The message that a notice is about; for a contact, the one that asked for it."""
    if isinstance(notice, ContactMoved | ReschedulingProposed):
        return notice.request
    return getattr(notice, "message", None)


def _withdraws(enclosed: Enclosed | None) -> str | None:
    if enclosed and isinstance(enclosed.outer, CorrectMessage | CancelMessage):
        return enclosed.outer.obsoletes
    return None
