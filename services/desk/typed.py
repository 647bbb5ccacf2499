"""What an officer may type: where, whose hands, which words."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypedDict

from cyclopts import Parameter

from schemas.hotline import Act
from schemas.parties import Classification, Label, MessageType, Precedence, nation_of
from services.desk.draft import Draft
from services.desk.inner import EXERCISE_MARK
from services.desk.trouble import DeskTrouble, explained


class WrongUsage(Exception):
    """The options do not make sense together. It says which."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Place:
    """Which desk, and for whom the answer is written.

    Parameters
    ----------
    home
        The desk's home.
    json
        Answer with one JSON document on stdout.
    """

    home: Annotated[Path, Parameter(env_var="DETENTE_HOME")] = Path()
    json: bool = False


HERE = Place()


class Officers(TypedDict):
    """Who signs for a message, both named."""

    drafter: str
    releaser: str


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Hands:
    """Who drafts and who releases.

    Parameters
    ----------
    drafter
        The officer who drafted it.
    releaser
        The officer who confirms text and precedence. From IMMEDIATE up another than the drafter.
    by
        One officer for both.
    """

    drafter: str | None = None
    releaser: str | None = None
    by: str | None = None

    @property
    def both(self) -> Officers:
        """Drafter and releaser. WrongUsage where one is not named."""
        drafter, releaser = self.drafter or self.by, self.releaser or self.by
        if drafter is None or releaser is None:
            raise WrongUsage("name --drafter and --releaser, or --by where one officer may do both")
        return Officers(drafter=drafter, releaser=releaser)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Words:
    """What is said.

    Parameters
    ----------
    text
        The text.
    text_file
        A file that holds the text; - for stdin.
    language
        The text's language (BCP 47).
    """

    text: str | None = None
    text_file: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None
    language: str = "en"

    @property
    def said(self) -> str:
        """The text, from wherever it is. WrongUsage where there are none or two."""
        if (self.text is None) == (self.text_file is None):
            raise WrongUsage("give the text with --text or with --text-file, one of the two")
        if self.text_file is None:
            return self.text or ""
        try:
            if self.text_file == Path("-"):
                return sys.stdin.read()
            return self.text_file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as trouble:
            raise WrongUsage(f"the text cannot be read: {trouble}") from trouble


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Message(Words):
    """A new message.

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
    act
        What kind of step it is.
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
    act: Act = Act.FREE_TEXT
    reply_by: str | None = None
    expires_at: str | None = None
    references: tuple[str, ...] = ()

    def draft(self, desk: str) -> Draft:
        """It as a draft of that desk. WrongUsage where an option's value cannot be."""
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
                act=self.act,
                references=self.references,
                reply_by=_moment(self.reply_by),
                expires_at=_moment(self.expires_at),
            )


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ExerciseMessage(Message):
    """A new message of an exercise.

    Parameters
    ----------
    exercise
        The exercise's name. The text is set between its marks where it is not yet.
    """

    exercise: str

    def draft(self, desk: str) -> Draft:
        """It as a draft, as an exercise message must be."""
        drafted = super().draft(desk)
        with as_usage():
            return Draft.model_validate(
                dict(drafted)
                | {
                    "message_type": MessageType.EXERCISE,
                    "exercise": self.exercise,
                    "text": marked(drafted.text, self.exercise),
                }
            )


UNNAMED, UNSAID = Hands(), Words()
Wait = Annotated[
    float, Parameter(help="Seconds to wait for the service's answer before showing it as it is.")
]
By = Annotated[str, Parameter(help="The officer who does this.")]
Which = Annotated[str, Parameter(help="The message's identity, or the end of it.")]


@contextlib.contextmanager
def as_usage() -> Iterator[None]:
    """What the contracts complain of, as wrong usage."""
    try:
        with explained():
            yield
    except DeskTrouble as trouble:
        raise WrongUsage(str(trouble)) from None


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise WrongUsage(f"{written}: write a time in UTC as in 2026-01-31T18:00Z") from None
    if moment.tzinfo is None:
        raise WrongUsage(f"{written}: end it with Z, so that it is plain that it is UTC")
    return moment.astimezone(UTC)


def marked(text: str, exercise: str) -> str:
    """An exercise's text between its marks."""
    mark = f"{EXERCISE_MARK} {exercise}"
    body = " ".join(text.upper().split())
    if body.startswith(mark) and body.endswith(mark):
        return text
    return f"{mark}\n{text}\n{mark}"
