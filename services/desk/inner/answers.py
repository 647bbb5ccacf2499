"""Whether an explanation speaks to every question that was asked. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.hotline import Text
from schemas.particulars import ClarificationRequest, Explanation
from services.desk.inner.flaw import Flaw


def of_answers(explanation: Text, request: Text | None) -> Iterator[Flaw]:
    """Questions that are neither answered nor listed as unanswered, and answers to none.

    Nothing is found where the request is not at hand, or is none.
    """
    said = explanation.particulars
    asked = request.particulars if request else None
    if not (isinstance(said, Explanation) and isinstance(asked, ClarificationRequest)):
        return
    spoken_of = {*(each.question for each in said.answers), *said.unanswered}
    questions = set(range(1, len(asked.questions) + 1))
    if left := questions - spoken_of:
        yield Flaw(
            "QuestionPassedOver",
            f"Questions {_listed(left)} are neither answered nor listed as unanswered.",
        )
    if beyond := spoken_of - questions:
        yield Flaw("AnswerToNoQuestion", f"There are no questions {_listed(beyond)} to answer.")


def _listed(numbers: set[int]) -> str:
    return ", ".join(map(str, sorted(numbers)))
