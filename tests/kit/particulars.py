"""Sound particulars of every act, and the places that they are about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from schemas.acts import Act
from schemas.particulars import (
    Account,
    AnswerTo,
    AnyParticulars,
    Assurance,
    Attribution,
    CeaseAction,
    ClarificationRequest,
    ClosingStatement,
    CollapseStatement,
    Commitment,
    Concern,
    ContactDecline,
    CounterProposal,
    DetainedPersonnel,
    DetainedPersonnelReply,
    Domain,
    Explanation,
    Fact,
    FactNotice,
    Level,
    Obligation,
    Order,
    OrdersConfirmation,
    Proposal,
    ProposedStep,
    Protest,
    Regret,
    RequestForContact,
    SafeHarbourRequest,
    SafePassageRequest,
    SarCoordination,
    StandDownConfirmation,
    Understanding,
    ViolationReport,
)
from schemas.places import Location, Place, Point
from tests.kit.paper import LABEL, NOON

BEFORE = NOON - timedelta(days=1)
"""When what is told as past happened."""
KALTMOOR = Point(latitude=47.12, longitude=9.58)
VILLAGE = Location(point=KALTMOOR, place=Place(name="Kaltmoor", point=KALTMOOR))
STEPS = (
    ProposedStep(by="XAA", what="Our battery moves behind the river."),
    ProposedStep(by="XBB", what="Your battery moves behind the ridge."),
)
_RESCUE: dict[str, Any] = {"units": "One trawler", "route": (VILLAGE,), "need": "A tow"}
_OBLIGATIONS = tuple(
    Obligation(nation=nation, obligation="Its artillery holds its fire.", authority="The minister")
    for nation in ("XAA", "XBB")
)

SAMPLES: Mapping[Act, AnyParticulars] = {
    each.act: each
    for each in (
        FactNotice(fact=Fact.INCIDENT, at=BEFORE, where=VILLAGE, details_follow=True),
        CeaseAction(what="Artillery fire", where=VILLAGE, harmed="The people of the village"),
        Assurance(
            action="Aircraft look for survivors.", units="Two aircraft", area=VILLAGE,
            begins=NOON, ends=None, sole_purpose="To look for survivors", is_not="No attack",
        ),
        Concern(activity="Tanks move", cause="No notice was given", area="EVERYWHERE"),
        ClarificationRequest(questions=("What moves?", "Until when?")),
        Explanation(answers=(AnswerTo(question=1, answer="One regiment"),), unanswered=(2,)),
        SafePassageRequest(**_RESCUE),
        SafeHarbourRequest(**_RESCUE),
        SarCoordination(**_RESCUE),
        RequestForContact(
            level=Level.DIRECTOR_OF_OPERATIONS, topics=("The firing",), window_begins=NOON,
            window_ends=NOON + timedelta(hours=2),
        ),
        ContactDecline(reason="The director is in the air until noon."),
        Proposal(
            steps=STEPS, sequence=Order.AT_ONCE, area=VILLAGE, verification="Liaison officers"
        ),
        CounterProposal(
            steps=STEPS, sequence=Order.IN_TURN, area="EVERYWHERE", verification="By drones"
        ),
        Commitment(
            obligation="Our artillery holds its fire.", area=VILLAGE, domains=(Domain.LAND,),
            authority="The minister of defence", on_violation="A report on this line",
        ),
        Understanding(
            obligations=_OBLIGATIONS, area=VILLAGE, domains=tuple(Domain),
            on_violation="A report on this line", liaison="Both duty officers, each hour",
        ),
        DetainedPersonnel(
            who="The crew of one aircraft", number=24, welfare="How is each of them?",
            access="Our consul asks to see them, alone.",
        ),
        DetainedPersonnelReply(welfare="All are well."),
        OrdersConfirmation(
            units="All batteries", confirmed_at=BEFORE, by="The director of operations"
        ),
        StandDownConfirmation(done_at=BEFORE, by="The second brigade"),
        ViolationReport(
            at=BEFORE, where=VILLAGE, what="Two shells fell", evidence="A radar track",
            evidence_label=LABEL,
        ),
        Regret(of="The loss of life"),
        Protest(facts="A drone crossed the border", demand="It must not happen again"),
        CollapseStatement(cause="The firing has not stopped in two days"),
        ClosingStatement(outcome="Both sides stand where they stood before"),
        Account(at=BEFORE, where=VILLAGE, facts="Our radar saw one shell from the east."),
        Attribution(who="A battery of the second brigade", why="The radar track begins there"),
    )
}  # fmt: skip
