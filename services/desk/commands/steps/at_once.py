"""What was drafted ahead for the moment that leaves no time, sent in two keystrokes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.text import Text as Shown

from schemas.acts import ONE_OFFICER_ACTS
from schemas.particulars import FactNotice
from services.desk.commands.steps.answers import sent
from services.desk.commands.steps.outcome import TROUBLE, Outcome
from services.desk.desk import Desk
from services.desk.draft import Draft, KeptDraft
from services.desk.screen.drafts import drafts_screen
from services.desk.screen.untrusted import visible

OFFERED_MAX = 9
"""As many as have a key of one digit."""
YES = "y"

Press = Callable[[RenderableType], str]
"""Shows something and waits for one key."""


def offered(desk: Desk) -> list[KeptDraft]:
    """The kept drafts that one officer may release, oldest first: this desk's templates."""
    kept = [each for each in desk.drafts() if each.draft.act in ONE_OFFICER_ACTS]
    return kept[:OFFERED_MAX]


async def sent_at_once(desk: Desk, by: str, press: Press, wait_s: float) -> Outcome:
    """The first key names the template, the second confirms its whole text. It stays kept."""
    templates = offered(desk)
    if not templates:
        said = "nothing is drafted that one officer may send: draft a FACT_NOTICE or CEASE_ACTION"
        return Outcome({"sent": None}, Shown(said), TROUBLE)
    key = press(_menu(templates))
    if not key.isdecimal() or not 1 <= int(key) <= len(templates):
        return Outcome({"sent": None}, Shown("nothing was sent"), TROUBLE)
    kept = templates[int(key) - 1]
    kept = replace(kept, draft=_of_now(desk, kept.draft))
    whole = drafts_screen([kept], desk.address_of, desk.clock.now())
    if press(Group(whole, Shown(f"{YES} sends it now; any other key does not"))).lower() != YES:
        return Outcome({"sent": None}, Shown("nothing was sent"), TROUBLE)
    return await sent(desk, desk.send(kept.draft, drafter=by, releaser=by), wait_s)


def _menu(templates: list[KeptDraft]) -> Shown:
    lines = [
        f"{number}  {each.draft.precedence.value} {each.draft.act.value}"
        f" to {', '.join(each.draft.action)}: {visible(each.draft.subject)}"
        for number, each in enumerate(templates, start=1)
    ]
    return Shown("\n".join([*lines, "the number shows it whole; any other key sends nothing"]))


def _of_now(desk: Desk, draft: Draft) -> Draft:
    """A fact that is told in haste happened now; a correction can say it better."""
    if not isinstance(draft.particulars, FactNotice):
        return draft
    happened = draft.particulars.model_copy(update={"at": desk.clock.now()})
    return draft.model_copy(update={"particulars": happened})
