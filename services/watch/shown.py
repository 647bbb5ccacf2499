"""All that the watch shows: its figures, and what is around the ledgers beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from services.bus.health import Lack
from services.bus.metrics import Sample
from services.watch import exporting
from services.watch.figures import Figures, Happened, Health, ProcessFigures
from services.watch.surroundings import Surroundings
from services.watch.tail import Tail
from services.watch.watching import Watch


class Shown:
    """A watch and its surroundings, as they are served."""

    def __init__(self, watch: Watch, around: Surroundings) -> None:
        self._watch, self._around = watch, around

    @property
    def tail(self) -> Tail:
        """What happened last."""
        return self._watch.tail

    @property
    def changed(self) -> int:
        """Grows when something changed."""
        return self._watch.changed

    async def history(self, matter: str) -> Sequence[Happened] | None:
        """A matter's, None where it is unknown."""
        return await self._watch.history(matter)

    def lacks(self) -> Mapping[Lack, str]:
        """What keeps its figures from being those of now."""
        if self._watch.ready:
            return {}
        behind = sum(self._watch.behind.values())
        if behind:
            return {Lack.LEDGER: f"{behind} ledger records are not folded yet: wait"}
        return {Lack.LEDGER: "its tables and the ledgers are not read yet: wait"}

    def figures(self) -> Figures:
        """All figures now."""
        health = Health.READY if self._watch.ready else Health.NOT_READY
        why = tuple(self.lacks().values())
        watch = ProcessFigures(name="watch", kind="SERVICE", health=health, why=why)
        return self._around.beside(self._watch.figures(), watch)

    def samples(self) -> Iterator[Sample]:
        """The figures as metrics."""
        yield from exporting.of_figures(self.figures())
        yield from exporting.of_lags(self._around.lags)
