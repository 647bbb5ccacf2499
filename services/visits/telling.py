"""Who is told what: persons reach the two authorities and the facility alone. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schemas.parties import DeskId, Nation, OfficerId, nation_of
from schemas.visit_terms import VisitPhase, VisitStep
from schemas.visits import RecordAt, VisitChanged, VisitRecordGiven, VisitStanding
from services.bus.rulebook import Decision, Earlier, Encloses, Heard, Standing, Telling
from services.visits.state import AT_REQUESTER, Visit, authorities, facilities_of


def changed(
    visit: Visit,
    heard: Heard,  # type: ignore[type-arg]  # any command's
    step: VisitStep,
    standing: VisitStanding,
    version: int,
    *,
    by: tuple[Nation, DeskId, OfficerId] | None = None,
    keeps_record: bool = False,
) -> Decision:
    """How the request stands from now on, and who is told so with the sender's own record."""
    record = None
    if keeps_record:
        record = RecordAt(position=heard.position, digest=heard.digest, directory=heard.directory)
    nation, desk, officer = by or (None, None, None)
    event = VisitChanged(
        step=step, version=version, at=heard.received_at, by=nation, desk=desk,
        officer=officer, record=record, standing=standing,
    )  # fmt: skip
    enclosed = Encloses.COMMAND if by else Encloses.NOTHING
    tells = [*_tells(visit, event, enclosed, heard.desks)]
    if by and desk not in {tell.to for tell in tells}:
        # A desk learns from its own words coming back that they were accepted.
        tells.append(Telling(by[1], event, Encloses.COMMAND))
    return Decision((event,), tuple(tells))


def _tells(
    visit: Visit, event: VisitChanged, enclosed: Encloses, desks: Mapping[DeskId, Standing]
) -> Iterator[Telling]:
    before = visit.standing or event.standing
    own_side, _ = _readers(event.standing, desks)
    for desk in own_side:
        yield Telling(desk, event, enclosed)
    for desk in _informed(event.standing, event.standing.requesting, own_side):
        yield Telling(desk, event)
    if event.step is not VisitStep.TRANSMITTED and not _host_knows(visit, event):
        return
    hosts = event.model_copy(update={"standing": _as_host_knows(event.standing)})
    _, host_side = _readers(hosts.standing, desks)
    if event.step is VisitStep.TRANSMITTED:
        yield from _first_told(visit, hosts, host_side)
    else:
        for desk in host_side:
            yield Telling(desk, hosts, enclosed)
    gone = (desk for desk in facilities_of(_as_host_knows(before)) if desk not in host_side)
    informed = _informed(event.standing, event.standing.host, host_side)
    for desk in dict.fromkeys((*gone, *informed)):
        yield Telling(desk, hosts)


def _host_knows(visit: Visit, event: VisitChanged) -> bool:
    """Whether what is spoken of was sent to the host: until then it is its own side's business."""
    if not visit.told_host:
        return False
    pending = visit.on_record.pending
    if pending and pending.asked.version == event.version:
        return pending.phase not in AT_REQUESTER
    return event.step is not VisitStep.AMENDMENT_SUBMITTED


def _as_host_knows(standing: VisitStanding) -> VisitStanding:
    """Without an amendment that was not sent to the host yet."""
    if standing.pending is None or standing.pending.phase not in AT_REQUESTER:
        return standing
    return standing.model_copy(update={"pending": None, "phase": standing.underlying})


def _first_told(
    visit: Visit, event: VisitChanged, host_side: tuple[DeskId, ...]
) -> Iterator[Telling]:
    """The host's side is given the request itself, and the certification with it."""
    request = visit.requests[event.version]
    certification = visit.certifications[event.version]
    given = VisitRecordGiven(step=VisitStep.CERTIFIED, version=event.version)
    for desk in host_side:
        yield Telling(desk, event, request)
        yield Telling(desk, given, certification)


def _readers(
    standing: VisitStanding, desks: Mapping[DeskId, Standing]
) -> tuple[tuple[DeskId, ...], tuple[DeskId, ...]]:
    """Who may read who comes: of the side that asks, and of the host's."""
    own = (
        standing.requester,
        *authorities(standing.subject, standing.requesting, desks),
    )
    host = (*authorities(standing.subject, standing.host, desks), *facilities_of(standing))
    return tuple(dict.fromkeys(own)), tuple(dict.fromkeys(host))


def _informed(
    standing: VisitStanding, nation: Nation, besides: tuple[DeskId, ...]
) -> tuple[DeskId, ...]:
    """A nation's desks that are told how it stands, and may not read who comes."""
    return tuple(
        desk for desk in standing.info if nation_of(desk) == nation and desk not in besides
    )


def earlier(record: RecordAt) -> Earlier:
    """Where a record lies, as tellings name it."""
    return Earlier(record.position, record.digest, record.directory)


def shown_phase(underlying: VisitPhase, *, amendment: bool) -> VisitPhase:
    """The phase that is told: an approval in force may have an amendment on its way."""
    return VisitPhase.AMENDMENT_PENDING if amendment else underlying
