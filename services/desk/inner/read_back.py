"""What can kill is read back before it is taken over: whether it agrees. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from schemas.acts import Act
from schemas.hotline import Text
from schemas.particulars import CeaseAction, Fact, FactNotice
from schemas.places import Location, Point
from services.desk.inner.flaw import Flaw
from services.desk.inner.geometry import distance_km
from services.desk.inner.places import APART_KM_MAX

DEADLY = frozenset((Fact.LAUNCH, Fact.STRIKE))


def _of_cease_action(said: object) -> Location | None:
    return said.where if isinstance(said, CeaseAction) else None


def _of_fact_notice(said: object) -> Location | None:
    return said.where if isinstance(said, FactNotice) and said.fact in DEADLY else None


READ_BACK: Mapping[Act, Callable[[object], Location | None]] = {
    Act.CEASE_ACTION: _of_cease_action,
    Act.FACT_NOTICE: _of_fact_notice,
}
"""Acts whose acknowledgement repeats a position, and which one. A notice of a launch of which only
the direction is known has none, and is acknowledged as it is."""


def to_read_back(text: Text | None) -> Location | None:
    """The position that whoever acknowledges this message repeats; None where there is none."""
    if text is None or text.particulars is None:
        return None
    find = READ_BACK.get(text.particulars.act)
    return find(text.particulars) if find else None


def of_read_back(text: Text | None, read_back: Point | None) -> Flaw | None:
    """What is wrong with an acknowledgement's read-back: lacking, or of another place."""
    location = to_read_back(text)
    if location is None:
        return None
    if read_back is None:
        return Flaw(
            "ReadBackMissing",
            "Its position is read back when it is taken over: `acknowledge` it with --read-back"
            " LATITUDE,LONGITUDE as you understood it.",
        )
    apart = distance_km(location.point, read_back)
    if apart > APART_KM_MAX:
        return Flaw(
            "ReadBackDiffers",
            f"The position read back lies {apart:.1f} km from the one in the message. Read the"
            " message again, or ask its originator.",
        )
    return None
