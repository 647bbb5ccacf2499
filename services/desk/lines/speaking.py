"""What a desk says of its lines, and what it does on them by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from schemas.catalogue import payload_type_of
from schemas.line_record import MATTER_PREFIX, LineRecord, matter_of
from schemas.lines import (
    LANE,
    AdoptLine,
    AgreeMaintenance,
    AgreeReview,
    AnswerTest,
    Cause,
    CloseLine,
    DeclareCause,
    EstablishLine,
    LegalStatus,
    LineCommand,
    LineRemark,
    NoteClass,
    OfficersCommand,
    Reading,
    ReportPathDown,
    RestoreLine,
    SendLineNote,
    SendTest,
    SuspendLine,
)
from schemas.parties import ExerciseId, MessageType
from schemas.receipts import CommandRefused
from services.bus.clock import Clock
from services.desk.draft import refuse_flawed
from services.desk.inner.whole import words_flaws
from services.desk.lines.due import TRIES, Begin, Said, due
from services.desk.lines.view import Happening, LineView, history, line, lines
from services.desk.reading import open_record
from services.desk.reports import refusal_of
from services.desk.store.records import Out
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble, explained
from services.desk.writing import Writing, realm_of

_HALVES = (payload_type_of(SendTest), payload_type_of(AnswerTest))


@dataclass(frozen=True, slots=True)
class Word:
    """What this desk said of a line, and how far it got."""

    out: Out
    refusal: CommandRefused | None

    @property
    def line(self) -> str:
        """The line that it was said of."""
        return self.out.matter.removeprefix(MATTER_PREFIX)


@dataclass(frozen=True, slots=True)
class LineDesk:
    """The lines of one desk. What is said is on its disk before a method returns its identity."""

    name: str
    store: Store
    clock: Clock
    writing: Writing
    check_officer: Callable[[str], None]
    nudge: Callable[[], None]

    # What is known.

    def all(self) -> list[LineView]:
        """Every line that this desk was told of."""
        return lines(self.store)

    def one(self, name: str) -> LineView:
        """One of them. DeskTrouble where this desk was told of no such line."""
        found = line(self.store, name)
        if found is None:
            raise DeskTrouble(f"this desk was told of no line {name}")
        return found

    def history(self, name: str, newest: int = 20) -> list[Happening]:
        """The newest that this desk was told of a line, oldest first."""
        return history(self.store, name, newest)

    def word(self, identity: str) -> Word:
        """How far something that this desk said of a line got."""
        out = self.store.out(identity)
        assert out is not None, "the identity came from the store"
        return Word(out, refusal_of(self.store, identity))

    # The record.

    def establish(
        self,
        record: LineRecord,
        *,
        by: str,
        legal_status: LegalStatus,
        exercise: ExerciseId | None = None,
        remark: str | None = None,
    ) -> str:
        """Propose a record, and adopt it for this desk's nation."""
        fields = {"record": record, "legal_status": legal_status}
        return self._declare(EstablishLine, record.line, by, remark, **realm_of(exercise), **fields)

    def adopt(
        self, record: LineRecord, *, by: str, legal_status: LegalStatus, remark: str | None = None
    ) -> str:
        """Declare the record that this nation holds. It is refused where it is not the same."""
        return self._of(
            AdoptLine, record.line, by, remark,
            record_digest=record.digest, legal_status=legal_status,
        )  # fmt: skip

    # What a party declares.

    def suspend(self, name: str, *, by: str, remark: str | None = None) -> str:
        """Notify in writing that this nation suspends the line; `remark` is for the parties."""
        return self._of(SuspendLine, name, by, remark)

    def restore(self, name: str, *, by: str, remark: str | None = None) -> str:
        """Notify in writing that this nation restores the line."""
        return self._of(RestoreLine, name, by, remark)

    def close(self, name: str, *, by: str, remark: str | None = None) -> str:
        """Notify in writing that this nation ends the line for good."""
        return self._of(CloseLine, name, by, remark)

    def declare_cause(self, name: str, cause: Cause, *, by: str, remark: str | None = None) -> str:
        """Say what the line suffers from. DeskTrouble for a suspension, which is notified."""
        return self._of(DeclareCause, name, by, remark, cause=cause)

    def report_path_down(self, name: str, path: str, *, by: str, remark: str | None = None) -> str:
        """Say that a path does not carry."""
        return self._of(ReportPathDown, name, by, remark, path=path)

    def agree_maintenance(
        self, name: str, start: datetime, end: datetime, *, by: str, remark: str | None = None
    ) -> str:
        """Agree to a time without tests. It stands once every party named the same one."""
        return self._of(AgreeMaintenance, name, by, remark, start=start, end=end)

    def agree_review(self, name: str, next_due: date, *, by: str, remark: str | None = None) -> str:
        """State that the line was reviewed, and when it is next. It stands once all say so."""
        return self._of(AgreeReview, name, by, remark, next_due=next_due)

    def note(self, name: str, note: NoteClass, *, by: str, remark: str) -> str:
        """A few words from desk to desk, of service or goodwill."""
        return self._of(SendLineNote, name, by, remark, note=note)

    # Tests.

    def test(self, name: str, path: str | None = None) -> str:
        """Begin the test that is expected, over the primary unless another path is named."""
        view = self.one(name)
        serial = view.standing.concluded + 1
        return self._queue(SendTest, view, path=path or view.record.primary, serial=serial)

    def answer(self, name: str, reading: Reading = Reading.CLEAR) -> str:
        """Answer the test that is under way. DeskTrouble where none is."""
        view = self.one(name)
        if view.under_way is None:
            raise DeskTrouble(f"no test is under way on {name}")
        return self._queue(AnswerTest, view, test=view.under_way.test, reading=reading)

    def attend(self, apart: Collection[str] = ()) -> list[str]:
        """Do what is due now on every line that this desk mans; the identities of what it said.

        Lines that are named `apart` are left alone, as where nobody is at that end.

        A desk's process does it again and again, so that the link is manned day and night.
        """
        said = []
        for view in (each for each in self.all() if each.name not in apart):
            match due(view, self.name, self.clock.now(), self._said(view)):
                case Begin(path, serial):
                    said.append(self._queue(SendTest, view, path=path, serial=serial))
                case None:
                    continue
                case answer:
                    said.append(
                        self._queue(AnswerTest, view, test=answer.test, reading=Reading.CLEAR)
                    )
        return said

    def _said(self, view: LineView) -> Sequence[Said]:
        made = self.store.newest_made(matter_of(view.name), _HALVES, 2 * TRIES)
        halves = [(open_record(each.value).outer, each.queued_at) for each in reversed(made)]
        return [Said(half, at) for half, at in halves if isinstance(half, SendTest | AnswerTest)]

    # How it is said.

    def _of(
        self, kind: type[OfficersCommand], name: str, by: str, remark: str | None, **fields: Any
    ) -> str:
        """Of a line that this desk was told of, in whose realm and exercise it is said."""
        view = self.one(name)
        return self._declare(kind, name, by, remark, **realm_of(view.exercise), **fields)

    def _declare(
        self, kind: type[OfficersCommand], name: str, by: str, remark: str | None, **fields: Any
    ) -> str:
        self.check_officer(by)
        with explained():
            said = LineRemark(remark=remark)
            refuse_flawed(words_flaws(said, fields.get("message_type", MessageType.OPERATION)))
        return self._write(kind, name, said, officer=by, **fields)

    def _queue(self, kind: type[LineCommand], view: LineView, **fields: Any) -> str:
        return self._write(kind, view.name, None, **realm_of(view.exercise), **fields)

    def _write(
        self, kind: type[LineCommand], name: str, content: LineRemark | None, **fields: Any
    ) -> str:
        where = {"line": name, "matter": matter_of(name), "lane": LANE}
        with explained(), self.store.transaction():
            out = self.writing.queue(kind, where | fields, content)
        self.nudge()
        return out.message
