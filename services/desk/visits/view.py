"""How requests and registers are known to this desk: from what it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.contacts import REGISTER_PREFIX, Contact, ContactChanged, ContactRemark
from schemas.parties import DeskId, ExerciseId, Nation
from schemas.visit_forms import Certification, SealedAircraft, SealedShip, SealedVisit
from schemas.visit_terms import MATTER_PREFIX
from schemas.visits import Asking, VisitChanged, VisitStanding
from services.bus import wire
from services.desk.inner.outside import Sealed
from services.desk.store.store import Store
from services.desk.submissions import Told, told_in


@dataclass(frozen=True, slots=True)
class RequestRead:
    """One version of a request, as this desk may read it."""

    outer: Asking
    digest: str
    sealed: Sealed | None
    """None where it could not be read; then the flags say why."""
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitView:
    """One request. A desk is told of every change, so it needs to ask nobody."""

    standing: VisitStanding
    requests: Mapping[int, RequestRead]
    """By version; empty where this desk may not read who comes."""
    certifications: Mapping[int, Certification]
    told: tuple[Told, ...]

    @property
    def reference(self) -> str:
        """The request's reference."""
        return self.standing.reference

    @property
    def current(self) -> int:
        """The version that waits for something: an amendment on its way, else what stands."""
        pending = self.standing.pending
        return pending.asked.version if pending else self.standing.asked.version


@dataclass(frozen=True, slots=True)
class ContactView:
    """One inspection, evaluation or contact in a host's register."""

    host: Nation
    contact: Contact
    told: tuple[Told, ...]
    nations: tuple[Nation, ...]
    exercise: ExerciseId | None

    @property
    def remark(self) -> ContactRemark | None:
        """What was said of it first."""
        found = (each.content for each in self.told)
        return next((each for each in found if isinstance(each, ContactRemark)), None)


def visits(store: Store) -> list[VisitView]:
    """Every request that this desk was told of, the next to begin first."""
    found = (
        _view(store, matter)
        for matter in store.matters_of(MATTER_PREFIX)
        if not matter.startswith(REGISTER_PREFIX)
    )
    return sorted(
        (each for each in found if each), key=lambda view: view.standing.asked.window.begins
    )


def visit(store: Store, reference: str) -> VisitView | None:
    """One of them; None where this desk was told of no such."""
    return _view(store, reference)


def contacts(store: Store) -> list[ContactView]:
    """All that stands in registers, as this desk was told, by host and time of entry."""
    found: dict[str, list[Told]] = {}
    for matter in store.matters_of(REGISTER_PREFIX):
        for told in told_in(store, matter):
            if isinstance(told.notice, ContactChanged):
                found.setdefault(told.notice.contact.contact_id, []).append(told)
    return sorted(
        (_contact(each) for each in found.values()),
        key=lambda view: (view.host, view.contact.enters_at),
    )


def _contact(told: list[Told]) -> ContactView:
    last: Any = told[-1].notice
    nations = {nation for each in told for nation in each.notice.told}
    return ContactView(last.host, last.contact, tuple(told), tuple(sorted(nations)), last.exercise)


def _view(store: Store, matter: str) -> VisitView | None:
    told = told_in(store, matter)
    changes = [each for each in told if isinstance(each.notice, VisitChanged)]
    if not changes:
        return None
    return VisitView(
        standing=changes[-1].notice.standing,
        requests={each.notice.version: _read(each) for each in told if _is_request(each)},
        certifications={
            each.notice.version: each.content
            for each in told
            if isinstance(each.content, Certification)
        },
        told=tuple(changes),
    )


def _is_request(told: Told) -> bool:
    return isinstance(told.said, Asking)


def _read(told: Told) -> RequestRead:
    assert isinstance(told.said, Asking), "only requests are read so"
    sealed = told.content
    return RequestRead(
        outer=told.said,
        digest=wire.digest(wire.encode(told.said)),
        sealed=sealed if isinstance(sealed, SealedVisit | SealedAircraft | SealedShip) else None,
        flags=told.flags,
    )


def readers_of(view: VisitView) -> tuple[DeskId, ...]:
    """Whom this desk knows to be among those who may read."""
    standing = view.standing
    return tuple(dict.fromkeys((standing.requester, *standing.facilities)))
