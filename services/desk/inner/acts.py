"""Whether a message says what its act demands, of the sides that it is between. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schemas.acts import Act, DetaineeItem
from schemas.hotline import CancelMessage, MessageOuter, Text
from schemas.particulars import (
    CONTRACTS,
    CounterProposal,
    DetainedPersonnelReply,
    Proposal,
    Understanding,
)
from schemas.parties import nation_of
from services.desk.inner.flaw import Flaw

YES_OR_NO = frozenset({Act.ACCEPTANCE, Act.REJECTION, Act.CONTACT_ACCEPTANCE, Act.CONTACT_DECLINE})
"""Acts that are nothing but an answer: beside one, a text from elsewhere would seem answered."""


def of_act(text: Text, outer: MessageOuter, sender: str) -> Iterator[Flaw]:
    """What is wrong between the act on the outside and the particulars within.

    A cancellation needs none: what it withdraws has them.
    """
    if text.heard and outer.act in YES_OR_NO:
        yield Flaw(
            "AnswersHearsay",
            "A yes or a no answers a message of this bus, by `regards`, and nothing that was heard"
            " elsewhere. Say what was heard in a message of its own.",
        )
    said = text.particulars
    if said is None:
        if outer.act in CONTRACTS and not isinstance(outer, CancelMessage):
            yield Flaw(
                "ParticularsMissing",
                f"{outer.act.value} has required particulars: `detente desk template"
                f" {outer.act.value}` prints them, --particulars-file takes them.",
            )
        return
    if said.act is not outer.act:
        yield Flaw(
            "ParticularsOfAnotherAct",
            f"The particulars are of {said.act.value}, the message is {outer.act.value}.",
        )
    if isinstance(said, DetainedPersonnelReply):
        told = {item for item in DetaineeItem if getattr(said, item.value.lower()) is not None}
        named = outer.terms.items if outer.terms else None
        if named is not None and told != set(named):
            yield Flaw("ItemsDiffer", "The reply does not say what its outside says it does.")
    between = {nation_of(desk) for desk in (sender, *outer.action, *outer.info)}
    if isinstance(said, Proposal | CounterProposal):
        yield from _sides((step.by for step in said.steps), between, nation_of(sender))
    if isinstance(said, Understanding):
        yield from _sides((each.nation for each in said.obligations), between, nation_of(sender))


def _sides(named: Iterable[str], between: set[str], own: str) -> Iterator[Flaw]:
    """Each side is bound, the speaker among them, and nobody who is not spoken to."""
    bound = set(named)
    if own not in bound or len(bound) == 1:
        yield Flaw("OneSided", f"It names nothing for one side: name what {own} and the other do.")
    if strangers := bound - between:
        yield Flaw("BindsStranger", f"It binds {', '.join(sorted(strangers))}, not addressed.")
