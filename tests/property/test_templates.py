"""The skeleton of every act is whole: what is filled in is taken, what is left empty is not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.acts import Act
from schemas.particulars import CONTRACTS, TEXT_ALONE
from services.desk.commands.typed.besides import particulars_in
from services.desk.commands.typed.usage import WrongUsage
from services.desk.template import template
from tests.kit.particulars import SAMPLES

LINE = re.compile(r"^(?P<mark># )?(?P<name>\w+) = (?P<value>.*?)  # (?P<said>.+)$")
WORDS = st.text(
    st.characters(categories=("L", "N", "P", "Zs"), exclude_characters="\u2028"), min_size=1
).map(lambda text: text[:120])
FIXED = {
    "question": "1",
    "number": "1",
    "fact": '"INCIDENT"',
    "by": None,
    "nation": '"XAA"',
    "level": '"MINISTER"',
    "sequence": '"AT_ONCE"',
    "domains": '["LAND"]',
    "direction": '"NE"',
    "details_follow": "true",
    "by_accident": "true",
    "unarmed": "false",
    "policy": '"XAA"',
    "classification": '"SECRET"',
    "releasable_to": '["XAA"]',
    "window_ends": "2026-02-01T18:00:00Z",
    "ends": "2026-02-01T18:00:00Z",
    "unanswered": "[2]",
}
TIMES = ("at", "begins", "window_begins", "done_at", "confirmed_at")


def filled(act: Act, words: str) -> Iterator[str]:
    """The skeleton as an officer fills it, with all that may be left out."""
    for line in template(act).splitlines():
        found = LINE.match(line)
        if found is None:
            yield re.sub(r"^# (?=\[)", "", line)
        elif found["value"] != '"EVERYWHERE"':
            yield f"{found['name']} = {value(act, found, words)}"
    # What stands in several tables is bound for both sides.
    for table, by in (("steps", "by"), ("obligations", "nation")):
        if f"[[{table}]]" in template(act):
            yield f"[[{table}]]"
            yield f'{by} = "XBB"'
            yield from (f'{name} = "x"' for name in ("obligation", "authority", "what")
                        if f"{name} =" in template(act) and (name != "what" or table == "steps")
                        and (name == "what" or table == "obligations"))  # fmt: skip


def value(act: Act, found: re.Match[str], words: str) -> str:
    name = found["name"]
    if name in TIMES:
        return "2026-01-31T18:00:00Z"
    if name == "by" and act in (Act.PROPOSAL, Act.COUNTER_PROPOSAL):
        return '"XAA"'
    if FIXED.get(name):
        return str(FIXED[name])
    if found["value"].startswith("{"):
        return found["value"].replace("nan", "9.5").replace('""', '"N"')
    if found["value"] == "nan":
        return "9.5"
    quoted = json.dumps(words, ensure_ascii=False)
    return (
        f"[{quoted}]"
        if found["value"].startswith("[")
        else (quoted if found["value"] == '""' else found["value"])
    )


@given(words=WORDS)
@pytest.mark.parametrize("act", sorted(CONTRACTS))
def test_R8_every_template_is_taken_once_it_is_filled(act: Act, words: str) -> None:
    particulars: Any = particulars_in("\n".join(filled(act, words)), act)
    assert particulars.act is act
    assert particulars.model_fields_set >= set(CONTRACTS[act].model_fields) - {"act"}


@pytest.mark.parametrize("act", sorted(CONTRACTS))
def test_R8_a_template_that_is_left_empty_is_refused(act: Act) -> None:
    with pytest.raises(WrongUsage):
        particulars_in(template(act), act)


@pytest.mark.parametrize("act", sorted(CONTRACTS))
def test_every_field_of_a_template_is_explained(act: Act) -> None:
    lines = [found for line in template(act).splitlines() if (found := LINE.match(line))]
    assert lines
    assert [found["name"] for found in lines if found["said"] == found["name"]] == []


@pytest.mark.parametrize("act", sorted(TEXT_ALONE))
def test_where_text_says_all_the_template_says_so(act: Act) -> None:
    assert "no particulars" in template(act)
    with pytest.raises(WrongUsage, match="leave out --particulars-file"):
        particulars_in(template(act), act)


@pytest.mark.parametrize("act", sorted(SAMPLES))
def test_particulars_come_back_from_json(act: Act) -> None:
    written = SAMPLES[act].model_dump_json()
    assert particulars_in(written, act) == SAMPLES[act]


@pytest.mark.parametrize("written", ["", "what = ", "[]", '{"what": 1}', "{", "a = 1"])
def test_what_is_no_table_of_the_act_is_wrong_usage(written: str) -> None:
    with pytest.raises(WrongUsage):
        particulars_in(written, Act.CEASE_ACTION)
