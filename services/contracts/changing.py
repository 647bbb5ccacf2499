"""What may happen to a contract, and what may not: one row a rule. Pure.

The rule is that of landed contracts: every byte that a contract allowed must decode under its next
form, and encode to the same bytes again. What only widens a contract is allowed: an older reader
refuses, loudly, a message that uses it, as it refuses any field that it does not know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """What can happen to a contract."""

    FIELD_REMOVED = "field removed"
    FIELD_RENAMED = "field renamed"
    FIELD_REQUIRED = "field required"
    MADE_REQUIRED = "made required"
    NULL_NO_MORE = "null no more"
    TYPE_CHANGED = "type changed"
    MEMBER_REMOVED = "member removed"
    ALTERNATIVE_REMOVED = "alternative removed"
    DISCRIMINATOR_CHANGED = "discriminator changed"
    CONSTANT_CHANGED = "constant changed"
    BOUND_TIGHTENED = "bound tightened"
    PATTERN_CHANGED = "pattern changed"
    FORM_CHANGED = "form changed"
    ORDER_CHANGED = "order changed"
    MEANING_OF_ABSENCE = "meaning of absence"
    RULE_ADDED = "rule added"
    NOT_UNDERSTOOD = "not understood"
    KIND_REMOVED = "kind removed"
    FIELD_ADDED = "field added"
    MADE_OPTIONAL = "made optional"
    MEMBER_ADDED = "member added"
    ALTERNATIVE_ADDED = "alternative added"
    BOUND_LOOSENED = "bound loosened"
    RULE_DROPPED = "rule dropped"

    @property
    def breaks(self) -> bool:
        """Whether something that was written before cannot be read any more."""
        return self in BREAKING

    @property
    def advice(self) -> str:
        """What to do, or why it may be."""
        return BREAKING.get(self) or ALLOWED[self]


BREAKING: Mapping[Rule, str] = {
    Rule.FIELD_REMOVED: "Put it back: older messages have it. Stop using it where it is made.",
    Rule.FIELD_RENAMED: "Keep the old name: older messages have it. A new name is a new version.",
    Rule.FIELD_REQUIRED: (
        "Older messages lack it: make it `X | None = Field(default=None, "
        "exclude_if=unset)`, so that it is left out of the bytes where it is not used."
    ),
    Rule.MADE_REQUIRED: "Older messages may lack it: leave it optional.",
    Rule.NULL_NO_MORE: (
        "Older messages have null there. A field that is always written stays so: do not "
        "give it `exclude_if`, nor take None away."
    ),
    Rule.TYPE_CHANGED: "Keep the type, and add a field, or a new version, for the other.",
    Rule.MEMBER_REMOVED: "Put it back: older messages have it. Refuse it in a rule, if at all.",
    Rule.ALTERNATIVE_REMOVED: "Put it back: older records hold it.",
    Rule.DISCRIMINATOR_CHANGED: "Keep the field that tells alternatives apart, and its values.",
    Rule.CONSTANT_CHANGED: "Keep the value: it is how older records are told apart.",
    Rule.BOUND_TIGHTENED: "Keep the old bound: older messages may lie between the two.",
    Rule.PATTERN_CHANGED: (
        "Keep the pattern, or drop it: whether another takes all that it took cannot be known."
    ),
    Rule.FORM_CHANGED: "Keep how the value is written: older bytes are written the old way.",
    Rule.ORDER_CHANGED: "Keep the fields' order: it is part of the bytes that are signed.",
    Rule.MEANING_OF_ABSENCE: "Keep the default: older messages leave the field out.",
    Rule.RULE_ADDED: (
        "Older messages may break it: check it in the service's rules instead. If only its "
        "words changed, accept it with `--reworded`."
    ),
    Rule.NOT_UNDERSTOOD: "Teach services/contracts/compatibility.py this keyword first.",
    Rule.KIND_REMOVED: "Put it back into schemas/catalogue.py: records of it are kept for ever.",
}
"""What must not happen, and what to do instead."""
ALLOWED: Mapping[Rule, str] = {
    Rule.FIELD_ADDED: "It is left out where it is not used.",
    Rule.MADE_OPTIONAL: "All that older messages have is still taken.",
    Rule.MEMBER_ADDED: "Older readers refuse only what uses it.",
    Rule.ALTERNATIVE_ADDED: "Older readers refuse only what uses it.",
    Rule.BOUND_LOOSENED: "Older readers refuse only what lies beyond the old one.",
    Rule.RULE_DROPPED: "All that older messages say is still taken.",
}
"""What may, and why."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between a contract and its next form."""

    place: str
    """Where: the fields on the way to it, with dots."""
    rule: Rule
    said: str
    """What it was, and what it is."""

    def __str__(self) -> str:
        return f"{self.place or 'the contract'}: {self.rule}: {self.said}. {self.rule.advice}"
