"""What stands behind an alert and against it, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from schemas.alerts import (
    AlertContradicted,
    AlertCorroborated,
    AlertMessage,
)
from schemas.sources import NOTHING_SAID, Corroboration, Source
from services.desk.alerts.view import AlertView

WORDS: Mapping[Corroboration, str] = MappingProxyType(
    {
        Corroboration.UNCORROBORATED: "no second, independent source has borne it out",
        Corroboration.CORROBORATED: "borne out by more than one source",
        Corroboration.CONTRADICTED: "another source says otherwise, and no second one bears it out",
        Corroboration.DISPUTED: "sources bear it out, and sources say otherwise",
    }
)


def source_named(source: Source) -> str:
    """As people speak of it."""
    return f"{source.of} {source.kind.value.lower().replace('_', ' ')} {source.name}"


def sources_of(view: AlertView) -> tuple[Source, ...]:
    """On which it rests, as its sender said last; empty where it did not say."""
    found = [
        each.outer.sources
        for each in view.messages
        if isinstance(each.outer, AlertMessage) and each.outer.sources
    ]
    return found[-1] if found else ()


def rests_on(view: AlertView) -> str:
    """One line: on what it rests."""
    named = ", ".join(source_named(each) for each in sources_of(view))
    said = view.standing.weight or NOTHING_SAID
    if named:
        return f"rests on {named}"
    return f"rests on {said.sources} sources" if said.sources else "its sender named no source"


def spoken(view: AlertView) -> Iterable[str]:
    """What other sources made of it, as far as this desk was told, the oldest first."""
    for each in view.happened:
        event = each.notice.event
        if isinstance(event, AlertCorroborated | AlertContradicted):
            said = "bears it out" if isinstance(event, AlertCorroborated) else "SAYS OTHERWISE"
            yield f"{source_named(event.source)} {said}, says {event.by}"


def weight_document(view: AlertView) -> dict[str, object]:
    """The same for a program."""
    said, found = view.standing.weight or NOTHING_SAID, view.standing.corroboration
    return {
        "corroboration": found.value if found else None,
        "words": WORDS[found] if found else None,
        "sources": [each.model_dump(mode="json") for each in sources_of(view)],
        "bearing_out": said.bearing_out,
        "contradicting": said.contradicting,
    }
