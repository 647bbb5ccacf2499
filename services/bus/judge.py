"""What one record leads to: an entry, a repetition, or quarantine. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from schemas.envelope import Cover, Outer
from schemas.ledger import Entry, Redelivery, SignedOuter, Tell
from schemas.parties import Lane, nation_of
from schemas.receipts import CommandRefused, MovedToLowerLane, Position, SequenceSkipped
from services.bus import seal, topics, wire
from services.bus.gate import Gate
from services.bus.keyring import Keyring
from services.bus.ledger import Draft, Known, out_of_sequence
from services.bus.refusals import Overtaken, Refusal
from services.bus.rulebook import Decision, Earlier, Encloses, Heard, Standing, Telling
from services.bus.seal import Checked
from services.bus.service import Service
from services.bus.transport import Record


@dataclass(frozen=True, slots=True)
class About:
    """What a record is, for log lines and traces: by its signed outer part where it is believed."""

    correlation: str
    """The message that began it."""
    kind: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A record that leads to a new entry."""

    entry: Entry[Any, Any]
    refused: Refusal | None = None
    about: About = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Repeated:
    """A record whose entry stands in the ledger already, under this command."""

    command: str
    about: About = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Unbelieved:
    """A record of which it is not certain who says it, or that it belongs here.

    It is about nothing but itself: what it says it belongs to is not believed.
    """

    refusal: Refusal
    fact: CommandRefused
    answer_to: str | None
    """Whom to tell: who truly signed it, else the desk that it says it is from."""
    about: About = field(kw_only=True)


Outcome = Decided | Repeated | Unbelieved
_Tell = Tell[Any]


@dataclass(frozen=True, slots=True)
class Judge:
    """All that a judgement depends on besides the record and what was written before it."""

    service: Service
    gate: Gate
    keyring: Keyring
    redelivery: Redelivery | None = None
    """On whose order a record is judged once more."""

    def judge(self, record: Record, draft: Draft) -> Outcome:
        """Wire, seal, gate, ledger, rules. What it decides is added to the draft."""
        found = wire.read(record.value)
        if isinstance(found, Refusal):
            return self._unbelieved(record, found)
        if bound := wire.command_bounds(record.value, found.cover):
            return self._unbelieved(record, bound, found)
        checked = seal.check(found, self.keyring)
        if isinstance(checked, Refusal):
            return self._unbelieved(record, checked, found)
        stopped = self.gate.admit(checked, record)
        if stopped:
            return self._unbelieved(record, stopped, found, checked.outer.message_id)

        command, refused = checked.outer.message_id, None
        known = draft.knows(command, checked.digest)
        if isinstance(known, Refusal):
            # The identity stands for other content, so this entry needs one of its own.
            command, refused = wire.digest(f"{checked.digest} reused".encode())[:32], known
            known = draft.knows(command, checked.digest)
        if isinstance(known, Known):
            return Repeated(command, about=about_of(checked.outer))
        if not refused and (moved := self._moved(checked, record, draft)):
            return moved
        ruled = refused or self._rule(checked, record, draft)
        return self._write(checked, record, draft, ruled, command)

    def _rule(self, checked: Checked, record: Record, draft: Draft) -> Decision | Refusal:
        """What the service's rules make of it, and whether numbers are missing before it."""
        outer, book = checked.outer, draft.book(checked.outer.matter)
        order = None
        if outer.sender != self.service.name and not _came_down(outer, record, draft):
            order = out_of_sequence(book, outer.sender, outer.lane, outer.sequence)
        if isinstance(order, Refusal):
            # Its number may be lower since it lay in quarantine while others went on.
            return Overtaken(order.detail) if self.redelivery else order
        heard = Heard(
            command=outer,
            digest=checked.digest,
            received_at=record.appended_at,
            position=position_of(record),
            directory=self.keyring.position,
            desks=self._standings(outer),
        )
        ruled = self.service.decide(book.state, heard)
        if isinstance(ruled, Refusal) or order is None:
            return ruled
        gap = SequenceSkipped(sender=outer.sender, lane=outer.lane, expected=order[0], got=order[1])
        return Decision((*ruled.events, gap), (*ruled.tells, Telling(outer.sender, gap)))

    def _standings(self, outer: Outer) -> dict[str, Standing]:
        """The desks that a command names, their ladders' alternates, all desks of its nations."""
        standings: dict[str, Standing] = {}
        for desk in self.service.desks_named(outer):
            standing = self.keyring.standing(desk)
            if standing is None:
                continue
            standings[desk] = standing
            for alternate in standing.ladder.alternates:
                if other := self.keyring.standing(alternate.desk):
                    standings.setdefault(alternate.desk, other)
        nations = set(self.service.nations_named(outer))
        for desk in self.keyring.desks() if nations else ():
            if nation_of(desk) in nations and (found := self.keyring.standing(desk)):
                standings.setdefault(desk, found)
        return standings

    def _moved(self, checked: Checked, record: Record, draft: Draft) -> Outcome | None:
        """Beyond the sender's budget: kept, and carried on the next lane, with notice."""
        outer, lane = checked.outer, topics.lane_of(record.topic)
        command = _moved_from(outer, lane)
        if isinstance(draft.knows(command, checked.digest), Known):
            return Repeated(command, about=about_of(outer))
        lower = lane.next_lower
        if lower is None or not self.service.budgeted(outer):
            return None
        if draft.left(outer.sender, lane, record.appended_at):
            return None
        moved = MovedToLowerLane(
            message=outer.message_id, sender=outer.sender, from_lane=lane, to_lane=lower
        )
        ruled = Decision((moved,), (Telling(outer.sender, moved),))
        return self._write(checked, record, draft, ruled, command)

    def _write(
        self,
        checked: Checked,
        record: Record,
        draft: Draft,
        ruled: Decision | Refusal,
        command: str,
    ) -> Decided:
        refused = ruled if isinstance(ruled, Refusal) else None
        if isinstance(ruled, Refusal):
            outer = checked.outer
            fact = fact_of(ruled, outer.message_id, record)
            own = outer.sender == self.service.name
            ruled = Decision((fact,), () if own else (Telling(outer.sender, fact),))
        entry = self._entry(checked, record, draft, ruled, command)
        draft.add(entry)
        return Decided(entry, refused, about=about_of(checked.outer))

    def _entry(
        self, checked: Checked, record: Record, draft: Draft, ruled: Decision, command: str
    ) -> Entry[Any, Any]:
        outer = checked.outer
        book, lane = draft.book(outer.matter), topics.lane_of(record.topic)
        return self.service.entry(
            service=self.service.name,
            matter=outer.matter,
            sequence=book.sequence + 1,
            previous=book.head,
            command=command,
            command_digest=checked.digest,
            sender=outer.sender,
            sender_lane=outer.lane,
            sender_sequence=outer.sequence,
            budgeted=self.service.budgeted(outer),
            lane=lane,
            position=position_of(record),
            received_at=record.appended_at,
            directory=self.keyring.position,
            message_type=outer.message_type,
            exercise=outer.exercise,
            signed=signed_outer(checked.cover),
            events=ruled.events,
            tells=self.numbered(ruled.tells, dict(book.told), lane, checked.digest, record),
            redelivery=self.redelivery,
        )

    def numbered(
        self,
        tells: Sequence[Telling],
        told: dict[tuple[str, Lane], int],
        lane: Lane,
        command_digest: str,
        record: Record,
    ) -> tuple[Tell[Any], ...]:
        """The tellings with their numbers, dense per desk, matter and lane."""
        command = Earlier(position_of(record), command_digest, self.keyring.position)
        numbered = []
        for tell in tells:
            number = told[tell.to, lane] = told.get((tell.to, lane), 0) + 1
            with_it = tell.encloses if isinstance(tell.encloses, Earlier) else None
            if tell.encloses is Encloses.COMMAND:
                with_it = command
            numbered.append(
                _Tell(
                    to=tell.to,
                    lane=lane,
                    sequence=number,
                    notice=tell.notice,
                    encloses=with_it.position if with_it else None,
                    enclosed_digest=with_it.digest if with_it else None,
                    enclosed_directory=with_it.directory if with_it else None,
                )
            )
        return tuple(numbered)

    def _unbelieved(
        self,
        record: Record,
        refusal: Refusal,
        found: wire.Read | None = None,
        message: str | None = None,
    ) -> Unbelieved:
        """`message` is named only where the seal held: whoever can write to the topic can claim
        any identity, and must not make another's good message look refused.
        """
        signer = seal.signed_by(found.cover, self.keyring) if found else refusal
        sender = wire.claimed_sender(record.headers) if isinstance(signer, Refusal) else signer.name
        known = sender is not None and self.keyring.standing(sender) is not None
        fact = fact_of(refusal, message, record, claimed=wire.claimed_id(record.headers))
        about = About(notice_of(record), UNBELIEVED)
        return Unbelieved(refusal, fact, sender if known else None, about=about)


UNBELIEVED = "unbelieved"


def notice_of(record: Record) -> str:
    """The identity of what is told of a record that is not believed: made of where it lies."""
    return wire.digest(f"{record.topic}/{record.partition}/{record.offset}".encode())[:32]


def about_of(outer: Outer) -> About:
    """What a record that is believed is about."""
    return About(wire.correlation_of(outer), type(outer).__name__)


def position_of(record: Record) -> Position:
    """Where the record lies, as entries name it."""
    return Position(topic=record.topic, partition=record.partition, offset=record.offset)


def signed_outer(cover: Cover) -> SignedOuter:
    """What was signed, without the inner part, as entries keep it."""
    return SignedOuter(
        payload_type=cover.payloadType, payload=cover.payload, signatures=cover.signatures
    )


def fact_of(
    refusal: Refusal, message: str | None, record: Record, claimed: str | None = None
) -> CommandRefused:
    """A refusal as ledgers and desks are told of it. `message` only where it is certain who says
    it; `claimed` is what the record calls itself.
    """
    return CommandRefused(
        code=refusal.code,
        reason=refusal.reason,
        detail=refusal.detail[:500],
        message=message,
        claimed=claimed,
        position=position_of(record),
    )


def _moved_from(outer: Outer, lane: Lane) -> str:
    return wire.digest(f"{outer.message_id} moved from {lane}".encode())[:32]


def _came_down(outer: Outer, record: Record, draft: Draft) -> bool:
    """Whether its number was heard already, on the lane that it was moved from."""
    if topics.lane_of(record.topic) is outer.lane:
        return False
    return draft.has(_moved_from(outer, outer.lane))
