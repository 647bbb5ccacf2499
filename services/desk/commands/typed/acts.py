"""The acts as an officer names them: one row a command. From these come the menus."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.acts import Act


@dataclass(frozen=True, slots=True)
class ActCommand:
    """How one act is typed."""

    name: str
    act: Act
    said: str
    """What it does, in the menu."""


BEGINNING = (
    ActCommand("assure", Act.ASSURANCE, "State what own forces do, and its sole purpose."),
    ActCommand("concern", Act.CONCERN, "Name an activity that gives concern, and why."),
    ActCommand("ask", Act.CLARIFICATION_REQUEST, "Ask questions, each by its number."),
    ActCommand("safe-passage", Act.SAFE_PASSAGE_REQUEST, "Ask that units may pass."),
    ActCommand("safe-harbour", Act.SAFE_HARBOUR_REQUEST, "Ask for a harbour."),
    ActCommand("search-rescue", Act.SAR_COORDINATION, "Coordinate search and rescue."),
    ActCommand(
        "detained", Act.DETAINED_PERSONNEL, "Own people are held: --welfare-by, --access-by."
    ),
    ActCommand("request-contact", Act.REQUEST_FOR_CONTACT, "Ask for a call or meeting."),
    ActCommand("propose", Act.PROPOSAL, "Propose steps: --effective-at, --expires."),
    ActCommand(
        "commit",
        Act.COMMITMENT,
        "Bind the own side: --effective-at, --expires, --review-at.",
    ),
    ActCommand("understand", Act.UNDERSTANDING, "One text that binds both; as `commit`."),
    ActCommand("regret", Act.REGRET, "Express regret."),
    ActCommand("protest", Act.PROTEST, "Protest: the facts, and the demand."),
    ActCommand("account", Act.ACCOUNT, "Give the own account of an --event."),
    ActCommand("attribute", Act.ATTRIBUTION, "Say who did it: --event, --confidence."),
)
"""Acts that open something. FREE_TEXT has `send`; FACT_NOTICE and CEASE_ACTION have commands of
their own."""
FOLLOWING = (
    ActCommand("explain", Act.EXPLANATION, "Answer each question, or list it unanswered."),
    ActCommand(
        "answer-detained", Act.DETAINED_PERSONNEL_REPLY, "Say how they are: --items WELFARE."
    ),
    ActCommand("accept-contact", Act.CONTACT_ACCEPTANCE, "Accept it, at --contact-at."),
    ActCommand("decline-contact", Act.CONTACT_DECLINE, "Decline it, with the reason."),
    ActCommand("reschedule-contact", Act.CONTACT_RESCHEDULING, "Propose another --contact-at."),
    ActCommand("counter", Act.COUNTER_PROPOSAL, "Other steps in their place; as `propose`."),
    ActCommand("accept", Act.ACCEPTANCE, "Accept what was proposed, as it stands."),
    ActCommand("reject", Act.REJECTION, "Reject what was proposed."),
    ActCommand("confirm-orders", Act.ORDERS_CONFIRMATION, "Say that all own units have orders."),
    ActCommand("stand-down", Act.STAND_DOWN_CONFIRMATION, "Confirm that it was done."),
    ActCommand("report-violation", Act.VIOLATION_REPORT, "Report a violation."),
    ActCommand("collapse", Act.COLLAPSE_STATEMENT, "State that it holds no more."),
    ActCommand("close", Act.CLOSING_STATEMENT, "State that the matter is closed."),
)
"""Acts that name a message, and go to those who are party to it."""
