"""Which message is meant, and what is said of it."""

# No postponed annotations here: cyclopts reads those of an inherited field in the module of the
# class that inherits it, which need not know their names.

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from services.desk.commands.typed.besides import NOTHING, Besides
from services.desk.commands.typed.officers import UNNAMED, Hands
from services.desk.commands.typed.usage import WrongUsage

Which = Annotated[str, Parameter(help="The message's identity, or the end of it.")]
Remarked = Annotated[str | None, Parameter(help="What the originator should know besides.")]


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


UNSAID = Words()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """A message that follows another.

    Parameters
    ----------
    subject
        By default that of the message.
    """

    words: Words = UNSAID
    hands: Hands = UNNAMED
    subject: str | None = None
    besides: Besides = NOTHING


UNWRITTEN = FollowUp()
