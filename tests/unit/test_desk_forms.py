"""Forms: what an officer fills in is taken as written; what is wrong is told where it stands."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from schemas.line_record import LineRecord
from schemas.particulars import CONTRACTS
from schemas.parties import Contract
from services.desk.commands.typed.asking import asked
from services.desk.commands.typed.forms import FORM_BYTES_MAX, form_in
from services.desk.commands.typed.usage import WrongUsage
from services.desk.skeleton import skeleton
from tests.kit.lines import record

RECORD = record()
ANY = sorted(CONTRACTS.values(), key=lambda each: each.__name__)


@pytest.fixture
def form(tmp_path: Path) -> Callable[[str], Path]:
    def write(written: str) -> Path:
        (tmp_path / "record.yaml").write_text(written, encoding="utf-8")
        return tmp_path / "record.yaml"

    return write


def test_a_form_is_the_same_in_yaml_and_in_json(form: Callable[[str], Path]) -> None:
    written = RECORD.model_dump(mode="json")
    assert form_in(form(yaml.safe_dump(written)), LineRecord) == RECORD
    assert form_in(form(json.dumps(written)), LineRecord) == RECORD


def test_a_form_may_come_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(RECORD.model_dump_json()))
    assert form_in(Path("-"), LineRecord) == RECORD


def test_words_stay_words(form: Callable[[str], Path]) -> None:
    """In YAML 1.1 the country NO is false, and 12:30 a number."""

    class Words(Contract):
        country: str
        time: str
        day: str
        answer: str

    taken = form_in(form("country: NO\ntime: 12:30\nday: 2026-01-31\nanswer: yes"), Words)
    assert taken == Words(country="NO", time="12:30", day="2026-01-31", answer="yes")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("line: a\nline: b", "line 2: line stands there twice"),
        ("line: &a x\nlegal_basis: *a", "line 2: write it out"),
        ("line: !!python/name:os.system x", "line 1: leave out the tag"),
        ("- one\n- two", "fields with their values"),
        ("line: [", "line 1: it is neither YAML nor JSON"),
        ("line: \x07", "neither YAML nor JSON"),
        ("{" * 4000, "neither YAML nor JSON"),
        ("# " + "x" * FORM_BYTES_MAX, "more than"),
        ("", "fields with their values"),
    ],
)
def test_what_is_no_form_is_refused_aloud(
    form: Callable[[str], Path], written: str, said: str
) -> None:
    with pytest.raises(WrongUsage, match=r"^record\.yaml: ") as told:
        form_in(form(written), LineRecord)
    assert said in str(told.value)


def test_every_fault_is_told_with_its_line_and_never_its_value(
    form: Callable[[str], Path],
) -> None:
    written = RECORD.model_dump(mode="json")
    written["level"] = "CANARY-LEVEL"
    written["ends"][1]["desk"] = "CANARY DESK"
    written["legal_basis"] = 17
    written["colour"] = "CANARY"
    del written["review_due"]
    lines = yaml.safe_dump(written, sort_keys=False)
    with pytest.raises(WrongUsage) as told:
        form_in(form(lines), LineRecord)
    said = str(told.value)
    at = {name: 1 + lines[: lines.index(name)].count("\n") for name in ("level:", "legal_", "col")}
    assert f"line {at['level:']}: level: " in said
    assert f"line {at['legal_']}: legal_basis: text; put it in quotes" in said
    assert f"line {at['col']}: colour: there is no such field" in said
    assert "ends.1.desk: " in said
    assert "line 1: review_due: it is missing" in said
    assert "CANARY" not in said


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="cannot be read"):
        form_in(tmp_path / "none.yaml", LineRecord)
    (tmp_path / "latin.yaml").write_bytes("Détente".encode("latin-1"))
    with pytest.raises(WrongUsage, match="cannot be read"):
        form_in(tmp_path / "latin.yaml", LineRecord)


@pytest.mark.parametrize("contract", [LineRecord, *ANY], ids=lambda each: each.__name__)
def test_an_empty_form_names_every_field_and_is_refused(
    form: Callable[[str], Path], contract: type[Contract]
) -> None:
    empty = skeleton(contract)
    required = [name for name, each in contract.model_fields.items() if each.is_required()]
    assert [name for name in contract.model_fields if f"{name}:" not in empty] == []
    assert set(required) <= set(yaml.safe_load(empty) or ())
    if set(required) - {"act"}:
        with pytest.raises(WrongUsage):
            form_in(form(empty), contract)


def answering(*answers: str) -> Callable[[str], str]:
    """An officer who types these lines, and then leaves."""
    given: Iterator[str] = iter(answers)

    def ask(_question: str) -> str:
        try:
            return next(given)
        except StopIteration:
            raise EOFError from None

    return ask


class Seat(Contract):
    """A seat in a course."""

    course: str
    level: int
    open: bool
    names: tuple[str, ...]
    note: str | None = None


class Plan(Contract):
    """A plan of courses."""

    year: int
    seats: tuple[Seat, ...]


def test_a_form_is_filled_in_by_asking() -> None:
    said: list[str] = []
    ask = answering(
        "next year", "2027", "Staff talks", "3", "yes", "Alpha, Bravo", "",
        "y", "Language", "1", "n", "Charlie", "evenings only", "n",
    )  # fmt: skip
    plan = asked(Plan, ask, said.append)
    assert plan == Plan(
        year=2027,
        seats=(
            Seat(course="Staff talks", level=3, open=True, names=("Alpha", "Bravo")),
            Seat(course="Language", level=1, open=False, names=("Charlie",), note="evenings only"),
        ),
    )
    assert [each for each in said if "That cannot be" in each] != []


def test_a_form_that_is_left_keeps_nothing() -> None:
    with pytest.raises(WrongUsage, match="nothing was kept"):
        asked(Plan, answering("2027", "Staff talks"), lambda _: None)
