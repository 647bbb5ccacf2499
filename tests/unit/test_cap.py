"""CAP as XML: what is taken, what is refused and why; and what is inside an alert."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.alerts import (
    AckAlert,
    AlertContent,
    Attribution,
    CancelAlert,
    CapAnswer,
    CorrectAlert,
    IssueAlert,
    Purpose,
)
from schemas.cap import (
    CapAlert,
    CapReference,
    CapResource,
    Category,
    Certainty,
    MsgType,
    Named,
    ResponseType,
    Scope,
    Severity,
    Status,
    Urgency,
    cap_time,
)
from schemas.crisis import Confidence
from schemas.envelope import Outer
from services.desk.alerts.cap_xml import BYTES_MAX, CapUnreadable, from_xml, lost, to_xml
from services.desk.openings import opening_of
from tests.kit.alerts import (
    IDENTIFIER,
    cap_alert,
    cap_area,
    cap_info,
    content,
    facts,
    saying,
    template,
)
from tests.kit.paper import NOON

FIRST = CapReference(sender="xaa-ghq", identifier="launch-0", sent=cap_time(NOON))


def whole() -> CapAlert:
    """A message with every element that CAP has."""
    info = cap_info(
        response_type=(ResponseType.MONITOR, ResponseType.AVOID), audience="Air defence",
        effective=cap_time(NOON), onset=cap_time(NOON), expires=cap_time(NOON),
        sender_name="General Staff", description="An unarmed missile.\nIt left its range.",
        instruction="Take no measures.", web="https://example.invalid/x", contact="desk xaa-ghq",
        parameter=(Named(value_name="armed", value="no"),),
        resource=(
            CapResource(
                resource_desc="Track", mime_type="image/png", size=12, uri="track.png",
                deref_uri="aGVsbG8=", digest="0" * 40,
            ),
        ),
    )  # fmt: skip
    return cap_alert(
        msg_type=MsgType.UPDATE, source="duty-1", scope=Scope.PRIVATE, restriction=None,
        addresses=("xbb-ghq", "xbb-mfa"), code=("DETENTE",), note="Second word.",
        references=(FIRST,), incidents=("launch-2026",), info=(info, cap_info(language="ur")),
    )  # fmt: skip


def test_every_element_goes_out_and_comes_back() -> None:
    assert from_xml(to_xml(whole())) == whole()


@pytest.mark.parametrize(
    ("kind", "element"),
    [
        (Status, "status"), (MsgType, "msgType"), (Scope, "scope"), (Category, "category"),
        (ResponseType, "responseType"), (Urgency, "urgency"), (Severity, "severity"),
        (Certainty, "certainty"),
    ],
)  # fmt: skip
def test_our_words_are_those_of_the_oasis_schema(kind: Any, element: str) -> None:
    from lxml import etree

    from services.desk.alerts.cap_xml import SCHEMA

    xs = "{http://www.w3.org/2001/XMLSchema}"
    (found,) = (x for x in etree.parse(SCHEMA).iter(f"{xs}element") if x.get("name") == element)
    assert [x.get("value") for x in found.iter(f"{xs}enumeration")] == [x.value for x in kind]


def xml(**changes: str) -> bytes:
    """A valid file in which some text is another."""
    text = to_xml(whole()).decode()
    for before, after in changes.items():
        assert before in text, before
        text = text.replace(before, after)
    return text.encode()


def edited(before: str, after: str) -> bytes:
    text = to_xml(whole()).decode()
    assert before in text
    return text.replace(before, after).encode()


SENT = cap_time(NOON)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (edited(SENT, "2026-01-01T12:00:00Z"), "does not take Z"),
        (edited(SENT, "2026-01-01T12:00:00+00:00"), "UTC as -00:00"),
        (edited(SENT, "2026-13-01T12:00:00-00:00"), "not as the CAP schema"),
        (edited(">Actual<", ">ACTUAL<"), "not as the CAP schema"),
        (edited(f">{IDENTIFIER}<", ">launch 1<"), "identifier"),
        (edited("<category>Security</category>", ""), "not as the CAP schema"),
        (edited("30.0,72.0 30.5,72.0", "30.1,72.0 30.5,72.0"), "polygon is open"),
        (edited("30.0,72.0 30.5,72.0 30.5,72.5 30.0,72.0", "30.0,72.0 30.0,72.0"), "at least 4"),
        (edited("30.0,72.0", "95.0,172.0"), "between -90 and 90|swapped"),
        (edited("30.4,72.36 9.5", "130.4,72.36 9.5"), "swapped"),
        (edited("30.4,72.36 9.5", "30.4,72.36"), "circle is written"),
        (edited("30.4,72.36 9.5", "30.4;72.36 9.5"), "point is written"),
        (edited("<altitude>0.0</altitude>", ""), "only with an altitude"),
        (edited("<ceiling>40000.0<", "<ceiling>-1.0<"), "below the altitude"),
        (edited("<note>Second word.</note>", "").replace(b">Update<", b">Cancel<"), "note"),
        (edited(f"{FIRST}", "launch-0"), "sender,identifier,sent"),
        (edited(f"<references>{FIRST}</references>", ""), "name what they refer to"),
        (edited(f"{FIRST}", f"xaa-ghq,{IDENTIFIER},{SENT}"), "refer to itself"),
        (edited("<addresses>xbb-ghq xbb-mfa</addresses>", ""), "Private needs addresses"),
        (b"<alert", "no well-formed XML"),
        (b"<alert xmlns='urn:oasis:names:tc:emergency:cap:1.1'/>", "not CAP 1.2"),
        (b"x" * (BYTES_MAX + 1), "more than"),
    ],
)
def test_a_file_that_breaks_a_rule_of_cap_is_refused_with_its_reason(
    written: bytes, said: str
) -> None:
    with pytest.raises(CapUnreadable, match=said):
        from_xml(written)


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE alert [<!ENTITY x "y">]>',
        '<!DOCTYPE alert SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;">]>',
    ],
)
def test_a_file_with_entities_or_a_document_type_is_refused(head: str) -> None:
    text = to_xml(whole()).decode().replace("?>\n", f"?>\n{head}\n", 1)
    with pytest.raises(CapUnreadable, match="document type or entities"):
        from_xml(text.encode())


def test_very_likely_of_older_files_is_read_as_likely() -> None:
    found = from_xml(edited(">Observed<", ">Very Likely<"))
    assert {each.certainty for each in found.info} == {Certainty.LIKELY}


def test_an_xml_signature_is_told_to_be_dropped() -> None:
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></alert>'
    signed = to_xml(whole()).replace(b"</alert>", signature.encode())
    assert from_xml(signed) == whole()
    assert list(lost(signed)) and not list(lost(to_xml(whole())))


@pytest.mark.parametrize(
    "fields",
    [
        {"scope": Scope.RESTRICTED, "restriction": None},
        {"scope": Scope.PUBLIC},
        {"status": Status.EXERCISE},
        {"msg_type": MsgType.ERROR, "references": (FIRST,), "note": None},
        {"references": (FIRST, FIRST)},
        {"info": ()},
        {"info": (cap_info(expires="2025-01-01T00:00:00-00:00"),)},
        {"note": "a\x00b"},
    ],
)
def test_a_message_that_cap_does_not_allow_is_none(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        cap_alert(**fields)


def test_an_attribution_beyond_unknown_names_actor_and_basis() -> None:
    assert Attribution().confidence is Confidence.UNKNOWN
    with pytest.raises(ValidationError, match="its actor and its basis"):
        Attribution(confidence=Confidence.CONFIRMED, claimed_actor="XCC")


# What is inside against what stands outside.


def flaws(inside: Any, outer: Outer) -> set[str]:
    opening = opening_of(outer)
    assert opening is not None
    return {each.code for each in opening.flaws(inside, outer)}


def outside(**fields: Any) -> Any:
    return saying(IssueAlert, **fields)


def test_an_alert_whose_inside_says_what_its_outside_says_has_no_flaw() -> None:
    assert flaws(content(), outside()) == set()


@pytest.mark.parametrize(
    ("inside", "fields", "flaw"),
    [
        (content(cap=cap_alert(sender="xbb-ghq")), {}, "CapDiffers"),
        (content(cap=cap_alert(status=Status.SYSTEM)), {}, "CapDiffers"),
        (content(cap=cap_alert(sent="2026-01-01T13:00:00-00:00")), {}, "CapDiffers"),
        (content(cap=cap_alert(info=(cap_info(severity=Severity.MINOR),))), {}, "CapDiffers"),
        (content(cap=cap_alert(info=(cap_info(event_code=()),))), {}, "CapDiffers"),
        (content(cap=cap_alert(info=(cap_info(area=()),))), {}, "CapDiffers"),
        (content(cap=cap_alert(incidents=("x",))), facts(incident="another"), "CapDiffers"),
        (content(), {"confidence": Confidence.PROBABLE}, "AttributionDiffers"),
        (content(templates=None), {}, "TemplateMissing"),
        (content(cap=cap_alert(note="EXERCISE EXERCISE EXERCISE")), {}, "ExercisePhrase"),
        (content(cap=cap_alert(note="a\u202eb")), {}, "BidirectionalOverride"),
    ],
)
def test_an_alert_whose_inside_differs_is_flagged(
    inside: AlertContent, fields: dict[str, Any], flaw: str
) -> None:
    assert flaw in flaws(inside, outside(**fields))


def correction(**fields: Any) -> AlertContent:
    used = template(Purpose.CORRECTION)
    said = {"headline": used.headline, "description": used.description, "instruction": None}
    cap = cap_alert(
        identifier="launch-1-2", msg_type=MsgType.UPDATE, references=(FIRST,), note=used.note,
        info=(cap_info(**{**said, **fields}),),
    )  # fmt: skip
    return AlertContent(cap=cap, used=used)


def test_what_one_officer_sends_is_the_approved_text_word_for_word() -> None:
    outer = saying(CorrectAlert, references=("0" * 32,))
    assert flaws(correction(), outer) == set()
    assert "NotTheTemplate" in flaws(correction(headline="Another headline"), outer)
    other = saying(CorrectAlert, references=("0" * 32,), template="0" * 64)
    assert "TemplateDiffers" in flaws(correction(), other)
    cancelled = saying(CancelAlert, references=("0" * 32,), template=correction().used.digest)  # type: ignore[union-attr]  # it has one
    assert "TemplateDiffers" in flaws(correction(), cancelled)


def test_caps_ack_is_checked_against_its_envelope() -> None:
    outer = saying(AckAlert, "xbb-ghq", references=("0" * 32,))
    cap = cap_alert(
        identifier="answer-1", sender="xbb-ghq", msg_type=MsgType.ACK, references=(FIRST,), info=(),
    )  # fmt: skip
    assert flaws(CapAnswer(cap=cap), outer) == set()
    error = cap.model_copy(update={"msg_type": MsgType.ERROR, "note": "No."})
    assert "CapDiffers" in flaws(CapAnswer(cap=error), outer)


def test_an_area_is_validated_where_it_is_written() -> None:
    with pytest.raises(ValidationError, match="only with an altitude"):
        cap_area(altitude=None)
