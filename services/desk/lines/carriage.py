"""What it means for a message that it is said on a line, and how the line stands. Pure.

Domain: on a line that is not in use a message is never refused and never queued in silence. It is
marked, it goes to the alternates too, and its originator is told at once.
"""

from __future__ import annotations

from collections.abc import Iterator

from schemas.acts import ONE_OFFICER_ACTS, Terms
from schemas.line_record import LineRecord
from schemas.lines import LinePhase
from schemas.parties import nation_of
from services.desk.draft import Draft
from services.desk.inner.flaw import Flaw
from services.desk.lines.view import LineView

IN_USE = (LinePhase.OPERATIONAL, LinePhase.DEGRADED)


def flaws_on(line: LineView, draft: Draft, desk: str, releaser: str | None = None) -> list[Flaw]:
    """What speaks against saying this on the line. The releaser is known only at release."""
    end = line.record.end_at(desk)
    if end is None:
        return [Flaw("NoPartyToLine", f"This desk mans no end of {line.name}. Leave out the line.")]
    return [
        *_strangers(line.record, draft),
        *_language(end.language, draft.language),
        *_authority(end.release_authority, draft, releaser),
        *_standing(line),
    ]


def _strangers(record: LineRecord, draft: Draft) -> Iterator[Flaw]:
    """Desks of nations that are no party, addressed as if they were on the line."""
    strangers = [desk for desk in draft.action if nation_of(desk) not in record.parties]
    if strangers:
        names = ", ".join(strangers)
        yield Flaw("NoPartyToLine", f"{names}: of no party to {record.line}. Write to them apart.")


def _language(declared: str, written: str) -> Iterator[Flaw]:
    """Each side writes its own language, as the line's record declares it (BCP 47)."""
    if declared.partition("-")[0].lower() != written.partition("-")[0].lower():
        yield Flaw(
            "LanguageDiffers",
            f"The text is in {written}; on this line the own side writes {declared}.",
        )


def _authority(may: tuple[str, ...], draft: Draft, releaser: str | None) -> Iterator[Flaw]:
    """What one officer may send at once (domain: own accident, stop) waits for no authority."""
    if releaser is None or draft.act in ONE_OFFICER_ACTS or releaser in may:
        return
    yield Flaw(
        "NoReleaseAuthority", f"On this line {', '.join(may)} release: have one of them do it."
    )


def _standing(line: LineView) -> Iterator[Flaw]:
    phase = line.standing.phase
    if phase not in IN_USE:
        yield Flaw(
            "LineNotInUse",
            f"{line.name} is {phase}: the message goes out marked so, to the alternates of the "
            "line's other ends too. Use another channel besides.",
            refuses=False,
        )


def carried(line: LineView, draft: Draft) -> Draft:
    """The draft as it goes out: marked, and to the alternates too, where the line is not in use."""
    phase = line.standing.phase
    if phase in IN_USE:
        return draft
    addressed = {nation_of(desk) for desk in draft.action}
    alternates = (
        desk
        for end in line.record.ends
        if end.nation in addressed
        for desk in end.desks
        if desk not in (*draft.action, *draft.info)
    )
    terms = (draft.terms or Terms.model_construct()).model_copy(update={"line_state": phase})
    return draft.model_copy(update={"terms": terms, "info": (*draft.info, *alternates)})
