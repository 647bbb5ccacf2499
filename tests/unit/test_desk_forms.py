"""Forms: what an officer fills in is taken as written; what is wrong is told where it stands."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from cyclopts import App

from schemas.agreement_acts import Instrument, InstrumentAction
from schemas.agreement_record import AgreementText, Provision
from schemas.agreements import AgreementRemark
from schemas.line_record import LineRecord
from schemas.particulars import CONTRACTS
from schemas.parties import Contract
from services.bus.topics import Realm
from services.desk.agreements.forms import InstrumentForm, ProposalForm
from services.desk.alerts.forms import TemplatesForm
from services.desk.commands.app import exercise, live
from services.desk.commands.runner import Runner
from services.desk.commands.typed.asking import asked
from services.desk.commands.typed.forms import FORM_BYTES_MAX, form_in
from services.desk.commands.typed.usage import WrongUsage
from services.desk.fields import contracts_of, fixed, is_many, mark_of
from services.desk.risk.forms import ConcernForm
from services.desk.skeleton import skeleton
from tests.kit.agreements import MINISTER, powers
from tests.kit.agreements import record as agreement_record
from tests.kit.alert_forms import alert_form, concern_form, hazard_form, templates_form
from tests.kit.lines import record
from tests.kit.visits import CERTIFICATION, aircraft_form, ship_form, visit_form

RECORD = record()
TREATY = AgreementText(
    title="Agreement on consultation",
    authentic_languages=("en",),
    provisions=(Provision(article="3", subject="Consultation"),),
)
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
        "next year", "2027", "Staff talks", "3", "yes", "Alpha, first", "Bravo", "", "",
        "y", "Language", "1", "n", "Charlie", "", "evenings only", "n",
    )  # fmt: skip
    plan = asked(Plan, ask, said.append)
    assert plan == Plan(
        year=2027,
        seats=(
            Seat(course="Staff talks", level=3, open=True, names=("Alpha, first", "Bravo")),
            Seat(course="Language", level=1, open=False, names=("Charlie",), note="evenings only"),
        ),
    )
    assert [each for each in said if "That cannot be" in each] != []


def test_a_form_that_is_left_keeps_nothing() -> None:
    with pytest.raises(WrongUsage, match="nothing was kept"):
        asked(Plan, answering("2027", "Staff talks"), lambda _: None)


# Every form that a service has.

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
FORMS: dict[str, Contract] = {
    "line": RECORD,
    "visit": visit_form(),
    "aircraft": aircraft_form(),
    "ship": ship_form(),
    "certification": CERTIFICATION,
    "alert": alert_form(event_at=NOW),
    "templates": templates_form(),
    "concern": concern_form(NOW),
    "hazard": hazard_form(NOW, "xaa-mfa"),
    "agreement": ProposalForm(record=agreement_record(), text=TREATY, authority=MINISTER),
    "instrument": InstrumentForm(
        instrument=Instrument(
            action=InstrumentAction.RATIFICATION, state="XAA", dated=NOW, authority=powers(NOW)
        ),
        words=AgreementRemark(text="We ratify it.", signed_by="The minister"),
    ),
}


def answers(contract: type[Contract], value: Mapping[str, Any]) -> Iterator[str]:
    """What an officer types to say all of this, field by field."""
    for name, field in contract.model_fields.items():
        if fixed(field) is not None:
            continue
        said, (found, many) = value.get(name), contracts_of(field)
        if not found:
            yield from _plainly(said, many=is_many(field))
        elif many:
            entries = said or []
            for number, entry in enumerate(entries):
                if number or not field.is_required():
                    yield "y"
                yield from _one_of(found, entry)
            yield "n"
        elif said is None:
            yield "n"
        else:
            if not field.is_required():
                yield "y"
            yield from _one_of(found, said)


def _plainly(said: Any, *, many: bool) -> Iterator[str]:
    if many:
        yield from map(str, said or ())
        yield ""
    else:
        yield "" if said is None else str(said)


def _one_of(found: tuple[type[Contract], ...], said: Mapping[str, Any]) -> Iterator[str]:
    kind = next(each for each in found if len(found) == 1 or mark_of(each) in said.values())
    if len(found) > 1:
        yield mark_of(kind)
    yield from answers(kind, said)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_may_be_filled_in_by_asking_or_from_a_file(
    form: Callable[[str], Path], name: str
) -> None:
    filled = FORMS[name]
    written = filled.model_dump(mode="json")
    typed = [*answers(type(filled), written)]
    said: list[str] = []
    assert asked(type(filled), answering(*typed), said.append) == filled, said[-3:]
    assert form_in(form(yaml.safe_dump(written)), type(filled)) == filled


@pytest.mark.parametrize("name", FORMS)
def test_every_empty_form_names_all_that_can_be_said(name: str) -> None:
    empty = skeleton(type(FORMS[name]))
    assert yaml.safe_load(empty) is not None

    def fields(contract: type[Contract]) -> Iterator[str]:
        for field_name, field in contract.model_fields.items():
            yield field_name
            for inside in contracts_of(field)[0]:
                yield from fields(inside)

    assert [each for each in fields(type(FORMS[name])) if f"{each}:" not in empty] == []


def test_a_form_that_admits_several_kinds_tells_them_by_their_word() -> None:
    lines = skeleton(ProposalForm).splitlines()
    at = next(n for n, line in enumerate(lines) if line.strip().startswith("entry_into_force:"))
    assert lines[at + 1] == "    type: ON_SIGNATURE"
    assert "    # type: N_INSTRUMENTS" in lines
    assert not any("# #" in line for line in lines[at : at + 16])


@pytest.mark.parametrize(
    ("typed", "contract"),
    [
        (("alert", "form", "templates"), TemplatesForm),
        (("concern", "form", "request"), ConcernForm),
        (("agreement", "form", "proposal"), ProposalForm),
    ],
)
@pytest.mark.parametrize(
    "menu", [live(Runner("desk", Realm.LIVE)), exercise(Runner("exercise-desk", Realm.EXERCISE))]
)
def test_a_form_is_printed_as_it_is_and_needs_no_desk(
    menu: App,
    typed: tuple[str, ...],
    contract: type[Contract],
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert not menu(typed, result_action="return_value")
    assert capsys.readouterr().out == skeleton(contract)


def test_every_fault_of_a_form_stands_on_a_line_of_its_own(
    form: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ("visit", "request", str(form("type: ONE_TIME\nhost: XQ")), "--by", "duty-1")
    assert live(Runner("desk", Realm.LIVE))(typed, result_action="return_value") == 2
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "detente desk: record.yaml is not complete or not right:"
    assert any(line.startswith("  line 2: host: ") for line in said[1:])
