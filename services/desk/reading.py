"""What a delivery holds, and whether it is what it claims to be. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.directory import HolderKind
from schemas.envelope import Cover, Outer
from schemas.hotline import Confirmation, HotlineDelivery, MessageOuter, Remark, Text
from schemas.lines import LineRemark, OfficersCommand
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
from services.desk.inner import Flaw, flaws


@dataclass(frozen=True, slots=True)
class Enclosed:
    """The signed record that came with a notice, opened."""

    outer: Outer
    digest: str
    content: Text | Remark | LineRemark | None
    flaws: tuple[Flaw, ...]


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A delivery, opened."""

    outer: HotlineDelivery
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
    outer = checked.outer
    if checked.holder.kind is not HolderKind.SERVICE or not isinstance(outer, HotlineDelivery):
        return NotForService("not a delivery by a service")
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
    outer = HotlineDelivery.model_validate_json(cover.payload)
    enclosed = open_record(cover.inner) if outer.encloses is not None else None
    return Unfolded(outer, wire.digest(cover.payload), enclosed)


def open_record(value: bytes) -> Enclosed:
    """A desk's own record, opened: one enclosed in a delivery, or one from the outbox."""
    found = wire.read(value)
    assert not isinstance(found, Refusal), "it was read before"
    outer = found.contract.model_validate_json(found.cover.payload)
    assert isinstance(outer, Outer), "desks send nothing else"
    content: Text | Remark | LineRemark | None = None
    wrong: list[Flaw] = []
    contract = _content_of(outer)
    if contract is not None:
        revealed = seal.reveal(contract, found.cover.inner)
        if isinstance(revealed, Refusal):
            wrong.append(Flaw("Unreadable" + revealed.code, revealed.reason))
        else:
            content = revealed
    if isinstance(outer, MessageOuter) and isinstance(content, Text):
        wrong += flaws(content, outer)
    return Enclosed(outer, wire.digest(found.cover.payload), content, tuple(wrong))


def _content_of(outer: Outer) -> type[Text | Remark | LineRemark] | None:
    """What is inside, for its readers; nothing in what only keeps a line alive."""
    match outer:
        case MessageOuter():
            return Text
        case Confirmation():
            return Remark
        case OfficersCommand():
            return LineRemark
        case _:
            return None
