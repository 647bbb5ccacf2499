"""Figures and events that a watch could have told, for views: a calm house and a bad night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from services.bus.topics import LANES_OF_SERVICE, Realm, commands
from services.watch.figures import (
    Alike,
    Contact,
    Figures,
    Happened,
    Health,
    LaneFigures,
    Latency,
    LeadTimes,
    LineFigures,
    ProcessFigures,
    QuarantineCount,
    Rate,
    StateCount,
    Waiting,
)

NOW = datetime(2026, 11, 22, 3, 14, 7, tzinfo=UTC)
MATTER = "kaltmoor-20261122-021455"


def before(**ago: float) -> datetime:
    """A moment before now."""
    return NOW - timedelta(**ago)


def empty(at: datetime = NOW) -> Figures:
    """A house in which nothing has been said yet."""
    return Figures(
        at=at,
        realm="live",
        folded=dict.fromkeys(LANES_OF_SERVICE, 0),
        behind=dict.fromkeys(LANES_OF_SERVICE, 0),
        lanes=lanes({}),
        processes=processes(),
    )


def lanes(waits: dict[tuple[str, str], tuple[int, float]]) -> tuple[LaneFigures, ...]:
    """Every lane; what waits in some of them, and for how many seconds."""
    return tuple(
        LaneFigures(
            service=service,
            lane=lane.value,
            topic=commands(service, lane, Realm.LIVE),
            depth=waits.get((service, lane.value), (0, None))[0],
            oldest_s=waits.get((service, lane.value), (0, None))[1],
            per_minute=float(12 * number) if waits else 0.0,
        )
        for service, of_service in LANES_OF_SERVICE.items()
        for number, lane in enumerate(of_service)
    )


def processes(**wrong: ProcessFigures) -> tuple[ProcessFigures, ...]:
    """Four services and three brokers; those named here otherwise."""
    names = [(name, "SERVICE") for name in LANES_OF_SERVICE]
    names += [(f"broker-{n}", "BROKER") for n in (1, 2, 3)]
    return tuple(
        wrong.get(name.replace("-", "_"))
        or ProcessFigures(name=name, kind=kind, health=Health.READY, since=before(days=2, hours=4))
        for name, kind in names
    )


def waiting(**fields: Any) -> Waiting:
    """An acknowledgement that is owed, unless told otherwise."""
    filled: dict[str, Any] = {
        "service": "hotline",
        "matter": MATTER,
        "what": "ACKNOWLEDGEMENT",
        "of": "xbb-ghq",
        "precedence": "ROUTINE",
        "since": before(hours=3),
        "due": NOW + timedelta(hours=21),
        "overdue": False,
        "rung": None,
    }
    return Waiting(**(filled | fields))


def night(at: datetime = NOW) -> Figures:
    """A bad night: overdue on the ladder, a line out, a broker silent, a lane that stands."""
    return Figures(
        at=at - timedelta(seconds=1),
        realm="live",
        folded={"hotline": 48211, "alerts": 903, "visits": 412, "agreements": 77},
        behind={"hotline": 240, "alerts": 0, "visits": 0, "agreements": 0},
        rates=tuple(
            Rate(service=service, window_s=60, entries=entries, refused=refused)
            for service, entries, refused in (
                ("hotline", 41, 2), ("alerts", 6, 0), ("visits", 1, 0), ("agreements", 0, 0),
            )
        ),
        latencies=tuple(
            Latency(
                service=service, precedence=precedence, channel=channel, window_s=3600,
                acknowledged=count, p50_s=p50, p90_s=p90, p99_s=p99,
            )
            for service, precedence, channel, count, p50, p90, p99 in (
                ("hotline", "FLASH", "XAA>XBB", 7, 48.2, 312.0, 598.0),
                ("hotline", "FLASH", "XBB>XAA", 4, 21.4, 33.0, 35.1),
                ("hotline", "IMMEDIATE", "XAA>XBB", 22, 184.0, 900.0, 1720.0),
                ("alerts", "FLASH", "XCC>XAA", 2, 9.0, 12.5, 12.5),
                ("hotline", "ROUTINE", "XAA>XCC", 31, 5400.0, 21_000.0, 80_000.0),
            )
        ),
        waiting=(
            waiting(
                precedence="FLASH", since=before(minutes=14), due=before(minutes=4), overdue=True,
                rung="OTHER_CHANNEL",
            ),
            waiting(
                service="alerts", matter="alert-20261122-0301", of="xcc-mfa", precedence="OVERRIDE",
                since=before(minutes=6), due=before(minutes=1), overdue=True, rung="SUPERVISOR",
            ),
            waiting(what="REVIEW", matter="line-xaa-xcc", of="XCC", precedence=None,
                    since=before(days=9), due=before(days=2), overdue=True),
            waiting(precedence="IMMEDIATE", of="xbb-deputy", since=before(minutes=11),
                    due=NOW + timedelta(minutes=19), rung="ALTERNATE_DUTY_OFFICER"),
            waiting(what="ANSWER", matter="visit-2026-0114", service="visits", of="XBB",
                    since=before(days=3), due=NOW + timedelta(days=4)),
            waiting(precedence=None, what="EFFECT", matter="agreement-kaltmoor-1", of="xaa-mfa",
                    service="agreements", since=before(days=1), due=None),
        ),
        lines=(
            LineFigures(
                line="xaa-xbb", parties=("XAA", "XBB"), state="OUTAGE_UNEXPLAINED",
                since=before(minutes=52), cause=None, missed_in_a_row=3, tests_missed=5,
                next_test_due=NOW + timedelta(minutes=8), next_test_by="XAA",
            ),
            LineFigures(
                line="xaa-xcc", parties=("XAA", "XCC"), state="OPERATIONAL",
                since=before(days=41), cause=None, missed_in_a_row=0, tests_missed=2,
                next_test_due=NOW + timedelta(minutes=46), next_test_by="XCC",
            ),
            LineFigures(
                line="xbb-xcc", parties=("XBB", "XCC"), state="MAINTENANCE",
                since=before(hours=2), cause="TECHNICAL_CONFIRMED", missed_in_a_row=0,
                tests_missed=0, next_test_due=None, next_test_by=None,
            ),
        ),
        contacts=(
            Contact(pair=("XAA", "XBB"), last_at=before(minutes=14), kind="MESSAGE", days=0),
            Contact(pair=("XAA", "XCC"), last_at=before(days=6), kind="VISIT", days=6),
            Contact(pair=("XBB", "XCC"), last_at=before(days=19), kind="ANSWER", days=19),
        ),
        lead_times=(
            LeadTimes(service="visits", kind="VISIT", count=9, shortest_s=3 * 86400.0,
                      median_s=21 * 86400.0, longest_s=45 * 86400.0),
            LeadTimes(service="visits", kind="AIRCRAFT", count=3, shortest_s=26 * 3600.0,
                      median_s=72 * 3600.0, longest_s=120 * 3600.0),
        ),
        states=tuple(
            StateCount(service=service, kind=kind, state=state, count=count)
            for service, kind, state, count in (
                ("hotline", "MESSAGE", "ACKNOWLEDGED", 4120), ("hotline", "MESSAGE", "OVERDUE", 2),
                ("hotline", "LINE", "OPERATIONAL", 1), ("hotline", "LINE", "OUTAGE_UNEXPLAINED", 1),
                ("alerts", "ALERT", "ISSUED", 2), ("visits", "VISIT", "APPROVED", 6),
                ("agreements", "AGREEMENT", "IN_FORCE", 3),
            )
        ),
        alike=(
            Alike(
                matters=("alert-20261122-0301", "alert-20261122-0303"), kinds=("MISSILE_LAUNCH",),
                nations=("XAA", "XCC"), first_at=before(minutes=13), last_at=before(minutes=11),
                because=("TIME", "AREA"),
            ),
        ),
        lanes=lanes({("hotline", "flash"): (3, 12.4), ("hotline", "routine"): (214, 41.0)}),
        processes=processes(
            broker_2=ProcessFigures(
                name="broker-2", kind="BROKER", health=Health.SILENT,
                why=("127.0.0.1:19094 does not answer",), since=before(minutes=3, seconds=20),
            ),
            visits=ProcessFigures(
                name="visits", kind="SERVICE", health=Health.NOT_READY,
                why=("its instances are sharing out the lanes",), since=before(seconds=9),
            ),
        ),
        quarantine=(
            QuarantineCount(service="hotline", code="BadSignature", count=2,
                            newest_at=before(minutes=31)),
            QuarantineCount(service="visits", code="Oversize", count=1, newest_at=before(days=2)),
        ),
    )  # fmt: skip


def event(number: int, **fields: Any) -> Happened:
    """One event; by its number it is of one of four kinds, and of its own matter."""
    kind, state, precedence = (
        ("MessageAccepted", "ACCEPTED", "FLASH"),
        ("MessageDelivered", "DELIVERED", "ROUTINE"),
        ("MessageAcknowledged", "ACKNOWLEDGED", "IMMEDIATE"),
        ("AcknowledgementOverdue", "OVERDUE", "FLASH"),
    )[number % 4]
    one, other = (("xaa", "xbb"), ("xbb", "xcc"), ("xcc", "xaa"))[number % 3]
    filled: dict[str, Any] = {
        "at": NOW - timedelta(milliseconds=max(0, 120 - number) * 50),
        "service": "hotline" if number % 5 else "alerts",
        "matter": f"storm-{number:06d}",
        "sequence": 1,
        "part": 0,
        "kind": kind,
        "by": f"{one}-ghq",
        "to": (f"{other}-ghq",),
        "nations": tuple(sorted((one.upper(), other.upper()))),
        "precedence": precedence,
        "state": state,
        "correlation": f"{number:032x}",
    }
    return Happened(**(filled | fields))


def history() -> Sequence[Happened]:
    """How the FLASH of the bad night went, from release to its silence."""
    steps = (
        (842, "MessageAccepted", "xaa-ghq", ("xbb-ghq",), "ACCEPTED"),
        (841, "MessageDelivered", "xbb-ghq", (), "DELIVERED"),
        (720, "LadderClimbed", "hotline", ("xbb-bunker", "xaa-ghq"), "ALTERNATE_TERMINAL"),
        (600, "LadderClimbed", "hotline", ("xbb-deputy", "xaa-ghq"), "ALTERNATE_DUTY_OFFICER"),
        (480, "LadderClimbed", "hotline", ("xbb-chief", "xaa-ghq"), "SUPERVISOR"),
        (360, "LadderClimbed", "hotline", ("xbb-attache", "xaa-ghq"), "OTHER_CHANNEL"),
        (240, "AcknowledgementOverdue", "hotline", ("xaa-ghq",), "OVERDUE"),
    )
    return [
        event(
            number, at=before(seconds=ago), service="hotline", matter=MATTER, sequence=number,
            kind=kind, by=by, to=to, state=state, precedence="FLASH", nations=("XAA", "XBB"),
        )
        for number, (ago, kind, by, to, state) in enumerate(steps, start=1)
    ]  # fmt: skip
