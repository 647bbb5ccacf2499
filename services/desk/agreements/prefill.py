"""The message that a step of a protocol asks for, filled in as far as it is known. Pure.

It is a draft and stays one: an officer takes it over, completes it, and another releases it where
two are needed. Nothing of it is ever sent by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.agreement_facts import ObligationOpened
from schemas.parties import Classification, Label, MessageType, nation_of
from services.desk.draft import Draft

PREFILLED = "prefilled"
"""Who drafted what nobody has drafted: no officer, so that nobody answers for it unseen."""


def prefilled(
    owed: ObligationOpened, desk: str, exercise: str | None, said_by_article: str | None = None
) -> Draft:
    """A draft of what this desk owes. Where the act has particulars, they are still to be given."""
    nations = sorted({nation_of(desk), *(nation_of(each) for each in owed.to)})
    words = [
        f"Under article {owed.article} of {owed.agreement} ({owed.protocol}), step {owed.step}.",
        *([said_by_article] if said_by_article else []),
        f"It regards the event told of in message {owed.regards}.",
        f"To be given by {_written(owed.due)}.",
    ]
    if exercise:
        mark = "EXERCISE EXERCISE EXERCISE"
        words = [f"{mark} {exercise}", *words, f"{mark} {exercise}"]
    return Draft(
        matter=owed.thread,
        precedence=owed.precedence,
        action=owed.to,
        label=Label(
            policy=nation_of(desk),
            classification=Classification.RESTRICTED,
            releasable_to=tuple(nations),
        ),
        subject=f"{owed.agreement}, article {owed.article}"[:200],
        text="\n".join(words),
        act=owed.message,
        message_type=MessageType.EXERCISE if exercise else MessageType.OPERATION,
        exercise=exercise,
    )


def owned_by(desk: str, facts: Sequence[object]) -> list[ObligationOpened]:
    """What of these facts this desk owes."""
    return [each for each in facts if isinstance(each, ObligationOpened) and each.owner == desk]


def _written(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%SZ}"
