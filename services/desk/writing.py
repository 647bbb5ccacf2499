"""How a desk's own record comes to be: numbered, signed and queued in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uuid_utils import uuid7

from schemas.acts import OUTRANKING_ACTS
from schemas.catalogue import payload_type_of
from schemas.envelope import Cover, Outer, Submission
from schemas.hotline import Confirmation, MessageOuter
from schemas.lines import LineCommand
from schemas.parties import Contract, ExerciseId, MessageType
from services.bus import seal, wire
from services.bus.clock import Clock
from services.bus.refusals import Refusal
from services.bus.seal import Signer
from services.desk.store.records import Out, OutState
from services.desk.store.store import Store
from services.desk.trail import releasing

Submit = Callable[[type[Submission], dict[str, Any], Contract | None, Sequence[str]], str]
"""Signs and queues what an officer submits to a service, given its kind, its fields, what lies
inside and for which desks; its identity."""


class TooLarge(Exception):
    """The record would not fit on the bus. It says by how much."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Where a desk writes, and with which hand."""

    store: Store
    signer: Signer
    clock: Clock

    def queue(
        self,
        kind: type[Outer],
        fields: Mapping[str, Any],
        content: Contract | None,
        readers: Sequence[str] = (),
    ) -> Out:
        """Number, sign and queue a record. Within a transaction; TooLarge where it cannot go.

        The bytes are made once and sent unchanged, however often.
        """
        now = self.clock.now()
        inner = seal.close(content, readers)
        outer = kind(
            message_id=uuid7().hex,
            sender=self.signer.holder,
            sequence=self.store.next_sequence(fields["matter"], fields["lane"]),
            sent_at=now,
            inside=seal.inside(inner),
            **fields,
        )
        value = seal.sign(outer, inner, self.signer)
        bound = wire.command_bounds(value, Cover.model_validate_json(value))
        if isinstance(bound, Refusal):
            raise TooLarge(f"{bound.reason} ({bound.detail})")
        out = Out(
            id=0,
            message=outer.message_id,
            kind=payload_type_of(kind),
            about=_subject(outer),
            matter=outer.matter,
            lane=outer.lane,
            sequence=outer.sequence,
            value=value,
            state=OutState.QUEUED,
            queued_at=now,
            outranks=isinstance(outer, MessageOuter) and outer.act in OUTRANKING_ACTS,
        )
        with releasing(self.store, outer, kind):
            self.store.queue(out)
        return out


def _subject(outer: Outer) -> str | None:
    """What a record is about that is no message of its own: a message, or a line's matter."""
    match outer:
        case Confirmation():
            return outer.message
        case LineCommand() | Submission():
            return outer.matter
        case _:
            return None


def about(carrier: Outer, digest: str, message: str | None = None) -> dict[str, Any]:
    """The fields by which a confirmation names its message, and travels with it.

    The message itself carries them; or the delivery of one that may not be read here.
    """
    return {
        "matter": carrier.matter,
        "lane": carrier.lane,
        "message_type": carrier.message_type,
        "exercise": carrier.exercise,
        "message": message or carrier.message_id,
        "message_digest": digest,
    }


def realm_of(exercise: ExerciseId | None) -> dict[str, Any]:
    """The fields by which a record is live, or belongs to the exercise of that name."""
    kind = MessageType.EXERCISE if exercise else MessageType.OPERATION
    return {"message_type": kind, "exercise": exercise}
