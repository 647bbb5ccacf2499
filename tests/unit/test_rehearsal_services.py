"""Alerts, visits, contacts and agreements in a scenario: in place, said, fired, refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from schemas.parties import Contract
from services.rehearsal.format.checking import load
from services.rehearsal.rehearsing import Outcome, rehearse, told
from tests.kit.agreements import MINISTER, record
from tests.kit.particulars import SAMPLES
from tests.kit.rehearsals import written
from tests.kit.treaties import TEXT
from tests.kit.visits import CERTIFICATION, visit_form

HEAD = """\
scenario: services
title: All that services keep
begins: 2026-01-05T12:00Z
places: {Kaltmoor: {latitude: 47.12, longitude: 9.58}}
cast:
  XAA:
    name: Averna
    desks:
      xaa-ghq: {}
      xaa-mfa: {functions: [FOREIGN_MINISTRY]}
      xaa-nsa: {functions: [SECURITY_AUTHORITY]}
      xaa-dep: {functions: [DEPOSITARY]}
  XBB:
    name: Belmark
    desks:
      xbb-ghq: {acknowledges: {within: 2m}}
      xbb-mfa: {functions: [FOREIGN_MINISTRY]}
      xbb-nsa: {functions: [SECURITY_AUTHORITY]}
      xbb-yard: {functions: [FACILITY]}
"""


def plain(value: Contract) -> Any:
    return json.loads(value.model_dump_json(exclude_defaults=True, exclude_none=True))


def step(at: str, called: str, desk: str, verb: str, says: str, **given: Any) -> dict[str, Any]:
    return {"at": at, "called": called, "desk": desk, verb: {"says": says, "with": given}}


def played(folder: Path, **parts: Any) -> Outcome:
    """A scenario of these parts, played; it holds."""
    file = load(
        written(folder, HEAD + "".join(f"{n}: {json.dumps(v)}\n" for n, v in parts.items()))
    )
    outcome = rehearse(file.scenario)
    assert outcome.holds, told(outcome, file)
    return outcome


def in_force() -> list[dict[str, Any]]:
    """An agreement from its text to its force, before anything else."""
    made = record(agreement="dca")
    minister = plain(MINISTER)
    said = [
        step("-20d", "text", "xaa-mfa", "agreement", "propose",
             record=json.loads(made.model_dump_json()), text=plain(TEXT), authority=minister),
        step("-19d", "adopted", "xbb-mfa", "agreement", "adopt", name="dca", authority=minister),
    ]  # fmt: skip
    said += [
        step("-18d", f"authentic-{nation}", f"{nation}-mfa", "agreement", "authenticate",
             name="dca", authority=minister)
        for nation in ("xaa", "xbb")
    ]  # fmt: skip
    said.append(step("-17d", "opened", "xaa-dep", "agreement", "open", name="dca"))
    for number, action in enumerate(("SIGNATURE", "RATIFICATION")):
        for nation in ("xaa", "xbb"):
            label, day = f"{action.lower()}-{nation}", 16 - number
            instrument = {"action": action, "state": nation.upper(), "dated": f"-{day}d",
                          "authority": minister}  # fmt: skip
            said.append(step(f"-{day}d", label, f"{nation}-mfa", "agreement", "instrument",
                             name="dca", instrument=instrument, words="Given."))  # fmt: skip
            said.append(step(f"-{day - 1}d 12h",
                             f"{label}-kept", "xaa-dep", "agreement", "record", name="dca",
                             instrument=label))  # fmt: skip
    return said


def test_an_agreement_in_place_fires_on_a_notice_and_what_is_owed_is_overdue(
    tmp_path: Path,
) -> None:
    particulars = json.loads(SAMPLES["FACT_NOTICE"].model_dump_json(exclude_none=True))  # type: ignore[index]  # its value
    particulars.pop("act")
    particulars["at"] = "+1m"
    notice = {
        "at": "+1m", "called": "notice", "desk": "xaa-ghq",
        "send": {"to": ["xbb-ghq"], "precedence": "IMMEDIATE", "act": "FACT_NOTICE",
                 "text": "A crossing.", "particulars": particulars},
    }  # fmt: skip
    outcome = played(
        tmp_path,
        before=in_force(),
        timeline=[notice],
        ends="+3h",
        expectations=[
            {"record": {"of": "text", "is": "IN_FORCE"}, "by": "+0s"},
            {"recorded": {"event": "ProtocolActivated", "matter": "text"}, "by": "notice + 1m"},
            {
                "recorded": {
                    "event": "ObligationMoved",
                    "matter": "text",
                    "where": {"phase": "OVERDUE"},
                },
                "by": "notice + 61m",
            },
            {"never": {"record": {"of": "text", "is": "TERMINATED"}}},
        ],
    )
    assert outcome.record.outcome_hash == rehearse(outcome.record.scenario).record.outcome_hash


def test_a_visit_from_its_form_to_the_decision_and_one_that_comes_too_late(
    tmp_path: Path,
) -> None:
    form = json.loads(visit_form().model_dump_json(exclude_none=True))
    late = {**form, "first_day": "2026-01-07", "last_day": "2026-01-08"}
    by_reference = {"reference": "visit"}
    played(
        tmp_path,
        timeline=[
            step("+1m", "visit", "xaa-ghq", "visit", "request", form=form),
            step("+5m", "late", "xaa-ghq", "visit", "request", form=late),
            step("+1h", "certified", "xaa-nsa", "visit", "certify", **by_reference,
                 words=json.loads(CERTIFICATION.model_dump_json(exclude_none=True))),
            step("+2h", "sent", "xaa-nsa", "visit", "transmit", **by_reference),
            step("+1d", "taken-up", "xbb-nsa", "visit", "review", **by_reference),
            step("+2d", "concurs", "xbb-yard", "visit", "concur", **by_reference),
            step("+3d", "decided", "xbb-nsa", "visit", "decide", **by_reference,
                 decision="APPROVED"),
            step("+4d", "own", "xaa-nsa", "visit", "decide", **by_reference, decision="APPROVED"),
        ],
        expectations=[
            {"record": {"of": "visit", "is": "UNDER_REVIEW"}, "by": "+1d 1m"},
            {"record": {"of": "visit", "is": "APPROVED"}, "by": "+3d 1m"},
            {"refused": {"step": "late", "with": "InsideLeadTime", "by": "SERVICE"}},
            {"refused": {"step": "own", "with": "NotYourStep", "by": "SERVICE"}},
        ],
    )  # fmt: skip


def test_an_inspection_is_asked_for_and_declined(tmp_path: Path) -> None:
    played(
        tmp_path,
        timeline=[
            step("+1m", "asked", "xaa-mfa", "contact", "ask", host="XBB", contact="INSPECTION",
                 enters_at="+3d"),
            step("+5h", "declined", "xbb-mfa", "contact", "answer", identity="asked",
                 declines="FORCE_MAJEURE"),
        ],
        expectations=[
            {"accepted": {"step": "asked"}},
            {"accepted": {"step": "declined"}},
        ],
    )  # fmt: skip
