"""What a delivery holds, and whether it is what it claims to be. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field, JsonValue

from schemas.acts import unset
from schemas.catalogue import KINDS
from schemas.directory import HolderKind
from schemas.envelope import Cover, Outer
from schemas.hotline import MessageOuter, Text
from schemas.parties import Contract
from schemas.receipts import Delivery
from services.bus import seal, wire
from services.bus.keyring import Keyring
from services.bus.refusals import (
    ExerciseOnLive,
    InnerAltered,
    LiveInExercise,
    NotForService,
    Refusal,
    UnknownKey,
)
from services.bus.topics import Realm
from services.desk.inner.flaw import Flaw
from services.desk.inner.whole import flaws
from services.desk.openings import DELIVERIES, opening_of


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The signed record that came with a notice, opened."""

    outer: Outer
    digest: str
    content: Contract | None
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A delivery, opened."""

    outer: Delivery
    digest: str
    enclosed: Enclosed | None


def verify(value: bytes, keyring: Keyring, desk: str, realm: Realm) -> Unfolded | Refusal:
    """Whether a service that the directory knows gave this to this desk, and whether what it
    encloses was signed by its own sender, under a key that stood when it was accepted.

    A desk that was away finds deliveries under a key that was renewed since; those are good.
    """
    checked = _given(value, keyring)
    if isinstance(checked, Refusal):
        return checked
    outer, holder = checked.outer, checked.holder
    given = DELIVERIES.get(holder.name) if holder.kind is HolderKind.SERVICE else None
    if given is None or type(outer) is not given:
        return NotForService("not a delivery by a service")
    assert isinstance(outer, Delivery), "the table holds nothing else"
    if outer.to != desk:
        return NotForService(f"given to {desk}, addressed to {outer.to}")
    if outer.message_type.is_exercise != (realm is Realm.EXERCISE):
        return LiveInExercise() if realm is Realm.EXERCISE else ExerciseOnLive()
    if outer.encloses is not None:
        enclosed = _checked(checked.cover.inner, keyring, outer.enclosed_directory)
        if isinstance(enclosed, Refusal):
            return enclosed
        if enclosed.digest != outer.encloses:
            return InnerAltered("the enclosed record is not the one that was accepted")
    return unfold(value)


def _given(value: bytes, keyring: Keyring) -> seal.Checked | Refusal:
    """Under the giver's key of now, or of the directory's position that it says it relied on."""
    checked = _checked(value, keyring)
    if not isinstance(checked, UnknownKey):
        return checked
    found = wire.read(value)
    assert not isinstance(found, Refusal), "it was read just now"
    outer = wire.decode(found.contract, found.cover.payload)
    return seal.check(found, keyring, outer.directory) if isinstance(outer, Delivery) else checked


def _checked(value: bytes, keyring: Keyring, at: int | None = None) -> seal.Checked | Refusal:
    found = wire.read(value)
    return found if isinstance(found, Refusal) else seal.check(found, keyring, at)


def unfold(value: bytes) -> Unfolded:
    """A delivery that was verified when it was received, opened again."""
    cover = Cover.model_validate_json(value)
    outer = KINDS[cover.payloadType].model_validate_json(cover.payload)
    assert isinstance(outer, Delivery), "nothing else is kept as one"
    enclosed = open_record(cover.inner) if outer.encloses is not None else None
    return Unfolded(outer, wire.digest(cover.payload), enclosed)


def open_record(value: bytes) -> Enclosed:
    """A desk's own record, opened: one enclosed in a delivery, or one from the outbox."""
    found = wire.read(value)
    assert not isinstance(found, Refusal), "it was read before"
    outer = found.contract.model_validate_json(found.cover.payload)
    assert isinstance(outer, Outer), "desks send nothing else"
    content, wrong = _opened(outer, found.cover.inner)
    return Enclosed(outer, wire.digest(found.cover.payload), content, tuple(wrong))


def _opened(outer: Outer, inner: bytes) -> tuple[Contract | None, list[Flaw]]:
    """The inner part by the contract of its kind, and all that is wrong with it."""
    if isinstance(outer, MessageOuter):
        return _words(outer, inner)
    opening = opening_of(outer)
    if opening is None:
        return None, []
    content = seal.reveal(opening.contract, inner)
    if isinstance(content, Refusal):
        return None, [_unreadable(content)]
    return content, [*opening.flaws(content, outer)]


def _words(outer: MessageOuter, inner: bytes) -> tuple[Text | None, list[Flaw]]:
    """A message's words. They are shown though its particulars cannot be read: a cry to stop is
    heard whatever is wrong with its coordinates.
    """
    text = seal.reveal(Text, inner)
    if not isinstance(text, Refusal):
        return text, flaws(text, outer)
    alone = seal.reveal(_TextAlone, inner)
    if isinstance(alone, Refusal) or alone.particulars is None:
        return None, [_unreadable(text)]
    said = Text(
        subject=alone.subject, text=alone.text, language=alone.language, quotes=alone.quotes,
        heard=alone.heard,
    )  # fmt: skip
    wrong = [each for each in flaws(said, outer) if each.code != "ParticularsMissing"]
    return said, [Flaw("UnreadableParticulars", text.reason), *wrong]


class _TextAlone(Text):
    """A message whose particulars are whatever they are."""

    particulars: JsonValue = Field(default=None, exclude_if=unset)  # type: ignore[assignment]  # read by nobody


def _unreadable(refusal: Refusal) -> Flaw:
    return Flaw("Unreadable" + refusal.code, refusal.reason)
