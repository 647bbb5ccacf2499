"""What an act says besides its text: its terms, and its particulars from a file."""

from __future__ import annotations

import json
import sys
import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from pydantic import TypeAdapter

from schemas.acts import Act, Confidence, DetaineeItem, Terms
from schemas.hearsay import HeardElsewhere, Medium
from schemas.particulars import TEXT_ALONE, AnyParticulars, Particulars
from services.desk.commands.typed.times import moment, moment_or_none
from services.desk.commands.typed.usage import WrongUsage, as_usage

_PARTICULARS: TypeAdapter[AnyParticulars] = TypeAdapter(Particulars)
NO_END = "none"


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Besides:
    """What an act says besides its text.

    Parameters
    ----------
    particulars_file
        A file that holds the act's particulars, as `template` prints them; - for stdin.
    regards
        The full identity of the message that this act answers.
    effective_at
        UTC. From when an undertaking holds.
    expires
        UTC, or none. Until when it holds.
    review_at
        UTC. When it is looked at again.
    contact_at
        UTC. When the call or meeting is to be.
    final_consumer
        The desk for which a notice is meant in the end.
    via
        The mediator's desk that is to relay it.
    event
        The event that an account is of.
    confidence
        How sure the speaker is.
    breaks_into
        The exercise into which the real world breaks with this message.
    on_line
        The line on which it is said.
    orders_by
        UTC. Until when each side that is bound confirms that its units have their orders.
    welfare_by
        UTC. Until when it is said how people are who are held.
    access_by
        UTC. Until when it is said who may see them.
    items
        On which of the two a reply says something. May be given twice.
    rests_on
        An own fact that an assurance or undertaking rests on: posture:search-aircraft. It stays on
        this desk. May be given several times.
    heard_source
        Whose text was heard outside this channel. It is quoted as UNAUTHENTICATED.
    heard_by
        By what it was heard.
    heard_at
        UTC. When it was heard.
    heard_text
        Its words.
    heard_digest
        SHA-256 of its words.
    """

    particulars_file: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None
    regards: str | None = None
    effective_at: str | None = None
    expires: str | None = None
    review_at: str | None = None
    contact_at: str | None = None
    final_consumer: str | None = None
    via: str | None = None
    event: str | None = None
    confidence: Confidence | None = None
    breaks_into: str | None = None
    on_line: str | None = None
    orders_by: str | None = None
    welfare_by: str | None = None
    access_by: str | None = None
    items: tuple[DetaineeItem, ...] = ()
    rests_on: tuple[str, ...] = ()
    heard_source: str | None = None
    heard_by: Medium = Medium.BROADCAST
    heard_at: str | None = None
    heard_text: str | None = None
    heard_digest: str | None = None

    def terms(self, **known: Any) -> Terms | None:
        """The outer terms, with those that the command knows by itself; None without any."""
        typed = {
            "regards": self.regards,
            "effective_at": moment_or_none(self.effective_at),
            "expires": self._expiry,
            "review_at": moment_or_none(self.review_at),
            "contact_at": moment_or_none(self.contact_at),
            "final_consumer": self.final_consumer,
            "via": self.via,
            "event": self.event,
            "confidence": self.confidence,
            "breaks_into": self.breaks_into,
            "line": self.on_line,
            "orders_by": moment_or_none(self.orders_by),
            "welfare_by": moment_or_none(self.welfare_by),
            "access_by": moment_or_none(self.access_by),
            "items": self.items or None,
        }
        given = known | {name: value for name, value in typed.items() if value is not None}
        with as_usage():
            return Terms(**given) if given else None

    @property
    def heard(self) -> tuple[HeardElsewhere, ...]:
        """What was heard elsewhere; WrongUsage where it is named by half."""
        named = (self.heard_source, self.heard_at, self.heard_text, self.heard_digest)
        if not any(named):
            return ()
        if self.heard_source is None or self.heard_at is None:
            raise WrongUsage("what was heard elsewhere needs --heard-source and --heard-at")
        with as_usage():
            return (
                HeardElsewhere(
                    medium=self.heard_by,
                    source=self.heard_source,
                    heard_at=moment(self.heard_at),
                    text=self.heard_text,
                    digest=self.heard_digest,
                ),
            )

    def particulars(self, act: Act) -> AnyParticulars | None:
        """What the file holds, in TOML or JSON. WrongUsage where it is neither, or incomplete."""
        if self.particulars_file is None:
            return None
        return particulars_in(_written(self.particulars_file), act)

    @property
    def _expiry(self) -> datetime | str | None:
        if self.expires is None:
            return None
        return NO_END.upper() if self.expires.lower() == NO_END else moment(self.expires)


NOTHING = Besides()


def particulars_in(written: str, act: Act) -> AnyParticulars:
    """Particulars as they are typed; the act is the command's where they do not name it."""
    if act in TEXT_ALONE:
        raise WrongUsage(f"{act}: text and options say all; leave out --particulars-file")
    try:
        found = json.loads(written) if written.lstrip()[:1] == "{" else tomllib.loads(written)
    except (ValueError, RecursionError) as trouble:
        raise WrongUsage(f"the particulars are neither TOML nor JSON: {trouble}") from None
    if not isinstance(found, dict):
        raise WrongUsage("the particulars are one table, as `template` prints it")
    with as_usage():
        # By way of JSON, since there the contracts take names of words and times as written.
        return _PARTICULARS.validate_json(
            json.dumps({"act": act.value, **found}, default=datetime.isoformat)
        )


def _written(file: Path) -> str:
    try:
        return sys.stdin.read() if file == Path("-") else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as trouble:
        raise WrongUsage(f"the particulars cannot be read: {trouble}") from trouble
