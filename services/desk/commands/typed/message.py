"""A whole new message, as it is typed."""

from __future__ import annotations

from dataclasses import dataclass

from cyclopts import Parameter

from schemas.acts import Act
from schemas.parties import Classification, Label, MessageType, Precedence, nation_of
from services.desk.commands.typed.besides import NOTHING, Besides
from services.desk.commands.typed.times import moment_or_none
from services.desk.commands.typed.usage import as_usage
from services.desk.commands.typed.words import Words
from services.desk.draft import Draft
from services.desk.inner.words import EXERCISE_MARK


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Spoken(Words):
    """A new message, whatever its act.

    Parameters
    ----------
    matter
        The conversation that it belongs to.
    precedence
        How fast it is handled; by urgency only.
    to
        A desk that must act and acknowledge. May be given several times.
    info
        A desk that is informed only. May be given several times.
    classification
        The highest level of anything in it.
    policy
        The policy of that level; by default the own nation's code.
    rel_to
        A nation that may read it; by default the own and all addressees'.
    subject
        One line.
    reply_by
        UTC, as in 2026-01-31T18:00Z.
    expires_at
        UTC. After this it is still delivered, marked EXPIRED.
    references
        The full identity of an earlier message of the matter. May be given several times.
    """

    matter: str
    precedence: Precedence
    to: tuple[str, ...]
    info: tuple[str, ...] = ()
    classification: Classification
    policy: str | None = None
    rel_to: tuple[str, ...] = ()
    subject: str
    reply_by: str | None = None
    expires_at: str | None = None
    references: tuple[str, ...] = ()
    besides: Besides = NOTHING

    def as_act(self, act: Act, desk: str) -> Draft:
        """It as a draft of that desk. WrongUsage where an option's value cannot be."""
        terms, particulars = self.besides.terms(), self.besides.particulars(act)
        readers = self.rel_to or tuple(map(nation_of, (desk, *self.to, *self.info)))
        with as_usage():
            label = Label(
                policy=self.policy or nation_of(desk),
                classification=self.classification,
                releasable_to=tuple(sorted(set(readers))),
            )
            return Draft(
                matter=self.matter,
                precedence=self.precedence,
                action=self.to,
                info=self.info,
                label=label,
                subject=self.subject,
                text=self.said,
                language=self.language,
                act=act,
                terms=terms,
                particulars=particulars,
                references=self.references,
                reply_by=moment_or_none(self.reply_by),
                expires_at=moment_or_none(self.expires_at),
                heard=self.besides.heard,
                rests_on=self.besides.rests_on,
            )


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Message(Spoken):
    """A new message.

    Parameters
    ----------
    act
        What kind of step it is.
    """

    act: Act = Act.FREE_TEXT

    def draft(self, desk: str) -> Draft:
        """It as a draft of that desk. WrongUsage where an option's value cannot be."""
        return self.as_act(self.act, desk)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ExerciseSpoken(Spoken):
    """A new message of an exercise, whatever its act.

    Parameters
    ----------
    exercise
        The exercise's name. The text is set between its marks where it is not yet.
    """

    exercise: str

    def as_act(self, act: Act, desk: str) -> Draft:
        """It as a draft, as an exercise message must be."""
        return in_exercise(Spoken.as_act(self, act, desk), self.exercise)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ExerciseMessage(ExerciseSpoken, Message):
    """A new message of an exercise."""


def in_exercise(drafted: Draft, exercise: str) -> Draft:
    """A draft as an exercise message must be: of its type, by its name, between its marks."""
    with as_usage():
        return Draft.model_validate(
            dict(drafted)
            | {
                "message_type": MessageType.EXERCISE,
                "exercise": exercise,
                "text": marked(drafted.text, exercise),
            }
        )


def marked(text: str, exercise: str) -> str:
    """An exercise's text between its marks."""
    mark = f"{EXERCISE_MARK} {exercise}"
    body = " ".join(text.upper().split())
    if body.startswith(mark) and body.endswith(mark):
        return text
    return f"{mark}\n{text}\n{mark}"
