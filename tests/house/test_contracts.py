"""The contracts as published: in step, valid, true of every byte ever sent, and never broken."""

from __future__ import annotations

import copy
import json
import re
import sys
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from schemas.catalogue import KINDS
from services.bus import topics
from services.bus.topics import LANES_OF_SERVICE, Realm
from services.contracts.kinds import RECORD, Speaker, inner_name, kinds, named, services
from services.contracts.landed import accept, broken, landed_in, unaccepted
from services.contracts.published import ASYNCAPI, FOLDER, PAGE, files, schemas
from services.contracts.wire_schema import parts_of
from services.contracts.words import names_of
from tests.house.contracts import COMMAND, LANDED, examples

TOP = Path(__file__).parents[2]
BYTES_MAX = 2_000_000
SPECIFICATION = Path(__file__).parent / "asyncapi/asyncapi-3.0.0.json"
EXAMPLES = {example.kind: example for example in examples()}
OF_KIND = {kind.name: kind for kind in kinds()}


def against(name: str) -> jsonschema.Draft202012Validator:
    """A validator of one of the schemas."""
    return jsonschema.Draft202012Validator(schemas()[name])


@pytest.fixture(scope="module")
def document() -> Any:
    return yaml.load((FOLDER / ASYNCAPI).read_text(), Loader=yaml.CSafeLoader)


@pytest.fixture(scope="module")
def specification() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(SPECIFICATION.read_bytes()))


# In step.


@pytest.mark.parametrize("name", [ASYNCAPI, PAGE])
def test_published_files_are_in_step_with_the_contracts(name: str) -> None:
    said = (FOLDER / name).read_text(encoding="utf-8")

    assert said == files(EXAMPLES.values())[name], f"run `{COMMAND}`, and commit what it changes"


def test_published_files_are_few_and_small() -> None:
    held = {path.name: path.stat().st_size for path in FOLDER.iterdir()}

    assert set(held) == {ASYNCAPI, PAGE}
    assert sum(held.values()) < BYTES_MAX


# Nothing that was ever sent is lost to a reader.


def test_no_contract_breaks_a_reader_of_what_landed() -> None:
    bad = broken(schemas(), landed_in(LANDED))

    assert not bad, "older messages could not be read any more:\n" + "\n".join(bad)


def test_every_contract_is_kept_as_it_landed() -> None:
    added = unaccepted(schemas(), landed_in(LANDED))

    assert not added, f"new or wider: run `{COMMAND} --accept`, and commit what it adds: {added}"


def test_accepting_changes_no_file_that_is_there(tmp_path: Path) -> None:
    first = accept(schemas(), tmp_path)
    for path, text in first.items():
        path.write_text(text)

    assert len(first) == len(schemas())
    assert accept(schemas(), tmp_path) == {}

    wider = copy.deepcopy(dict(schemas()))
    wider["hotline.send-line-note.v1"]["properties"]["hint"] = {"type": "string"}
    assert [path.name for path in accept(wider, tmp_path)] == ["hotline.send-line-note.v1.2.json"]


def test_accepting_refuses_what_breaks(tmp_path: Path) -> None:
    for path, text in accept(schemas(), tmp_path).items():
        path.write_text(text)
    narrower = copy.deepcopy(dict(schemas()))
    del narrower["hotline.send-line-note.v1"]["properties"]["note"]
    del narrower["hotline.close-line.v1"]

    with pytest.raises(ValueError, match=r"close-line.*kind removed") as told:
        accept(narrower, tmp_path)
    assert "hotline.send-line-note.v1: note: field removed" in str(told.value)


def test_a_rule_may_be_reworded_and_only_where_that_is_said(tmp_path: Path) -> None:
    for path, text in accept(schemas(), tmp_path).items():
        path.write_text(text)
    said = copy.deepcopy(dict(schemas()))
    said["hotline.agree-maintenance.v1"]["x-rules"][-1] = "the end comes after the start"

    with pytest.raises(ValueError, match="rule added"):
        accept(said, tmp_path)
    (path, text), *others = accept(said, tmp_path, reworded=True).items()
    assert not others
    path.write_text(text)
    assert broken(said, landed_in(tmp_path)) == []


# JSON Schemas.


@pytest.mark.parametrize("name", sorted(schemas()))
def test_schema_is_one(name: str) -> None:
    schema = schemas()[name]

    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"urn:detente:schema:{name}"
    assert all(ref.startswith("#/$defs/") for ref in _refs(schema)), "it stands by itself"


def test_every_kind_of_the_catalogue_has_a_schema() -> None:
    assert {kind.payload_type for kind in kinds()} == set(KINDS)
    assert {kind.name for kind in kinds()} <= set(schemas())


WITH_ANOTHERS_INNER_PART = {
    "hotline.attach-translation.v1": "made with a confirmation's remark, which its desks refuse",
}
"""Golden bytes never change, also where their inner part is not the kind's own."""


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_golden_bytes_are_what_the_schemas_say(kind: str) -> None:
    found, inner = EXAMPLES[kind], OF_KIND[kind].inner

    against(RECORD).validate(found.cover)
    against(kind).validate(found.outer)
    if found.inner is not None:
        against(RECORD if inner is None else inner_name(OF_KIND[kind])).validate(found.inner)
    elif found.cover["inner"]:
        assert kind in WITH_ANOTHERS_INNER_PART


@pytest.mark.parametrize("kind", sorted(EXAMPLES))
def test_wrong_bytes_are_not(kind: str) -> None:
    outer = dict(EXAMPLES[kind].outer)
    valid = against(kind)

    assert not valid.is_valid({**outer, "no_such_field": 1})
    for name in schemas()[kind]["required"]:
        assert not valid.is_valid({key: value for key, value in outer.items() if key != name})
        assert not valid.is_valid({**outer, name: object()})


def test_what_is_left_out_is_never_null() -> None:
    outer = dict(EXAMPLES["hotline.release-message.v1"].outer)

    assert "terms" not in outer
    assert not against("hotline.release-message.v1").is_valid({**outer, "terms": None})


def test_rules_that_no_schema_can_check_are_told_in_words() -> None:
    said = schemas()["hotline.agree-maintenance.v1"]["x-rules"]

    assert "maintenance ends after it starts" in said
    assert "all of a line's traffic travels in the lane priority" in said, "constants by value"


# The AsyncAPI document.


def test_specification_is_the_official_one() -> None:
    told = re.search(r"`([0-9a-f]{64})`", (SPECIFICATION.parent / "README.md").read_text())

    assert told is not None
    assert sha256(SPECIFICATION.read_bytes()).hexdigest() == told[1]


def test_document_meets_the_specification_of_asyncapi_3(
    document: Any, specification: jsonschema.Draft7Validator
) -> None:
    specification.validate(document)


@pytest.mark.parametrize(
    ("where", "what", "value"),
    [
        ("channels/hotline.ledger/bindings/kafka", "partitions", "four"),
        ("channels/hotline.ledger/bindings/kafka", "partition", 4),
        ("channels/hotline.ledger/bindings/kafka/topicConfiguration", "cleanup.policy", "delete"),
        ("operations/hotline.receives.hotline.commands/bindings/kafka", "groupId", "hotline"),
        ("operations/hotline.receives.hotline.commands/bindings/kafka", "group", {}),
        ("components/messages/hotline.delivery.v1/bindings/kafka", "key", "matter"),
        ("components/messages/hotline.delivery.v1", "payloads", {}),
        ("servers/kafka/bindings/kafka", "brokers", 3),
        ("operations/hotline.receives.hotline.commands", "action", "consume"),
    ],
)
def test_a_wrong_document_or_binding_does_not(
    document: Any, specification: jsonschema.Draft7Validator, where: str, what: str, value: object
) -> None:
    steps = where.split("/")
    small = _only(document, steps[: 3 if steps[0] == "components" else 2])
    assert specification.is_valid(small)

    place = small
    for step in steps:
        place = place[step]
    place[what] = value

    assert not specification.is_valid(small)


def _only(document: Any, steps: list[str]) -> Any:
    """The document with this one part alone: the whole takes seconds to validate."""
    part = document
    for step in steps:
        part = part[step]
    for step in reversed(steps):
        part = {step: part}
    return copy.deepcopy({name: document[name] for name in ("asyncapi", "info")} | part)


def test_every_reference_in_the_document_leads_somewhere(document: Any) -> None:
    for ref in set(_refs(document)):
        place = document
        for step in ref.removeprefix("#/").split("/"):
            assert step in place, ref
            place = place[step]


def test_channels_are_the_topics(document: Any) -> None:
    said = {channel["address"] for channel in document["channels"].values()}
    wanted = {topic.name for topic in topics.of_directory()}
    for realm in Realm:
        for name in services():
            first = LANES_OF_SERVICE[name][0]
            wanted |= {topics.ledger(name, realm), topics.quarantine(name, realm)}
            wanted.add(topics.commands(name, first, realm).replace(f".{first}.", ".{lane}."))
        wanted.add(f"{realm.prefix}desk.{{desk}}.inbox.{{lane}}.v1")

    assert said == wanted
    for name in services():
        lanes = document["channels"][f"{name}.commands"]["parameters"]["lane"]["enum"]
        assert lanes == [lane.value for lane in LANES_OF_SERVICE[name]]


def test_kafka_bindings_are_how_topics_are_made(document: Any) -> None:
    topic = next(iter(topics.of_service("hotline", Realm.LIVE, partitions=4)))
    said = document["channels"]["hotline.commands"]["bindings"]["kafka"]

    assert said["partitions"] == topic.partitions
    configured = said["topicConfiguration"]
    for name, value in topic.configs.items():
        assert (
            ",".join(configured[name]) if name == "cleanup.policy" else str(configured[name])
        ) == value


def test_every_kind_is_sent_and_received(document: Any) -> None:
    for kind in kinds():
        actions = {
            operation["action"]
            for operation in document["operations"].values()
            if any(
                each["$ref"].endswith(f"/messages/{kind.name}") for each in operation["messages"]
            )
        }
        assert actions == {"send", "receive"}, kind.name


def test_the_examples_are_valid_messages(document: Any) -> None:
    """As a tool would check them: headers and payload against the document's own schemas."""
    everything = {"components": document["components"]}
    for name in EXAMPLES:
        message = document["components"]["messages"][name]
        (shown,) = message["examples"]
        for part in ("headers", "payload"):
            if part in message:
                jsonschema.Draft7Validator({**everything, **message[part]}).validate(shown[part])
        wrong = {**shown["payload"], "payloadType": "application/vnd.detente.another.v1+json"}
        assert not jsonschema.Draft7Validator({**everything, **message["payload"]}).is_valid(
            wrong
        ), name


# The page.


class _Page(HTMLParser):
    """What stands in the page: anchors, links, and whatever would be fetched or run."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.anchors: list[str] = []
        self.links: set[str] = set()
        self.foreign: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        said = dict(attrs)
        if "id" in said:
            self.anchors.append(str(said["id"]))
        if "href" in said:
            self.links.add(str(said["href"]))
        if tag in ("script", "link", "img", "iframe", "object") or "src" in said:
            self.foreign.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def page() -> _Page:
    read = _Page()
    read.feed((FOLDER / PAGE).read_text(encoding="utf-8"))
    return read


def test_page_is_well_formed_and_asks_for_nothing(page: _Page) -> None:
    text = (FOLDER / PAGE).read_text(encoding="utf-8")

    assert page.open == []
    assert page.foreign == []
    assert "@import" not in text
    assert "url(" not in text


def test_every_link_within_the_page_leads_somewhere(page: _Page) -> None:
    assert len(set(page.anchors)) == len(page.anchors)
    assert {link.removeprefix("#") for link in page.links} <= set(page.anchors)


def test_page_has_every_kind_with_its_fields_and_an_example(page: _Page) -> None:
    text = (FOLDER / PAGE).read_text(encoding="utf-8")
    for kind in (OF_KIND[name] for name in EXAMPLES):
        assert f"kind-{kind.name}" in page.anchors
        start = text.index(f'<article id="kind-{kind.name}"')
        shown = text[start : text.index("</article>", start)]
        assert "<summary>Example</summary>" in shown
        own = set(schemas()[kind.name]["properties"]) - set(_outer_fields())
        assert all(f"<code>{field}</code>" in shown for field in own), kind.name
        if kind.speaker is Speaker.DESK and kind.inner is not None:
            assert f"#inner-{kind.service}-{kind.inner.__name__}" in shown


def _outer_fields() -> list[str]:
    from schemas.envelope import Outer

    return list(Outer.model_fields)


def _refs(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [ref for each in value.values() for ref in _refs(each)]
    if isinstance(value, list):
        return [ref for each in value for ref in _refs(each)]
    return []


def test_one_word_has_one_meaning() -> None:
    """In the glossary, and among the names that contracts give to texts of a form."""
    glossary = (TOP / "schemas/README.md").read_text().partition("## Words")[2]
    words = re.findall(r"^\| \*\*([^*]+)\*\* \|", glossary, re.MULTILINE)
    assert len(words) > 50
    assert len(set(words)) == len(words)

    forms: dict[str, set[str]] = {}
    for name, module in sys.modules.items():
        if name.startswith("schemas."):
            for word, (form, _) in names_of(module).items():
                forms.setdefault(word, set()).add(form)
    assert {word: found for word, found in forms.items() if len(found) > 1} == {}
    parts, _ = parts_of(named())
    assert forms.keys() & parts.keys() == set(), "a text of a form, and a contract"


def test_examples_are_the_golden_bytes() -> None:
    assert set(EXAMPLES) == set(OF_KIND), "run `python -m tests.golden.make`"
