"""Whether what is inside a notice says what its outside says. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schemas.notices import ActivityTold, AmendNotice, NotifyActivity, NotifyExercise, NotifyLaunch
from services.desk.inner.alerts import of_risk
from services.desk.inner.flaw import Flaw


def of_notice(content: ActivityTold, outer: NotifyActivity | AmendNotice) -> Sequence[Flaw]:
    """What is wrong with a notice, or with what amends it."""
    return [*_of_kind(content, outer), *_of_novelty(content, outer), *of_risk(content, outer)]


def _of_kind(content: ActivityTold, outer: NotifyActivity | AmendNotice) -> Iterator[Flaw]:
    wrong = (
        content.launch is None
        if isinstance(outer, NotifyLaunch)
        else content.exercise is None and isinstance(outer, NotifyExercise)
    )
    if wrong:
        yield Flaw("KindDiffers", "The notice inside is not of the kind named outside.")


def _of_novelty(content: ActivityTold, outer: NotifyActivity | AmendNotice) -> Iterator[Flaw]:
    """What stands inside of novel elements is what the outside says of them."""
    said = outer.novelty if isinstance(outer, NotifyExercise | AmendNotice) else None
    held = content.exercise.novelty if content.exercise else None
    if said is not held:
        yield Flaw("NovelElementsDiffer", "The novel elements inside are not as told outside.")
