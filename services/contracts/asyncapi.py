"""The bus as an AsyncAPI 3.0 document with Kafka bindings, from the code's own tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import yaml

from schemas.envelope import Inside, Outer
from schemas.parties import LANES
from services.bus import topics
from services.bus.settings import Settings
from services.bus.topics import LANES_OF_SERVICE, Realm, Topic
from services.bus.wire import CORRELATION, TRACEPARENT, headers_of
from services.contracts.kinds import (
    RECORD,
    Kind,
    Speaker,
    is_numbered,
    kinds,
    named,
    services,
)
from services.contracts.wire_schema import ALIAS, HERE, NAME, Schema, moved, parts_of
from services.contracts.words import names

BINDING = "0.5.0"
"""The version of AsyncAPI's Kafka binding that is used throughout."""
REPLICAS = 3
"""What stands in the document for DETENTE_KAFKA_REPLICAS: what survives the loss of a broker."""
SCHEMAS = "#/components/schemas/"
HEADERS = "CloudEventsHeaders"
LANE, DESK = "lane", "desk"


def document(examples: Mapping[str, Mapping[str, Any]]) -> Schema:
    """The whole document. `examples` are records by kind, as AsyncAPI's message examples."""
    found = [channel for realm in Realm for channel in _channels(realm)]
    return {
        "asyncapi": "3.0.0",
        "id": f"{NAME}bus",
        "info": {
            "title": "Détente",
            "version": version("detente"),
            "description": " ".join(_ABOUT.split()),
        },
        "defaultContentType": "application/vnd.dsse+json",
        "servers": {
            "kafka": {
                "host": "{bootstrap}",
                "protocol": "kafka",
                "protocolVersion": "4",
                "description": "Any broker of the cluster; the clients find the others.",
                "variables": {
                    "bootstrap": {
                        "default": Settings.model_construct().bootstrap,
                        "description": "DETENTE_KAFKA_BOOTSTRAP_SERVERS: host and port.",
                    }
                },
                "bindings": {"kafka": {"bindingVersion": BINDING}},
            }
        },
        "channels": dict(found),
        "operations": dict(_operations()),
        "components": {
            "messages": {kind.name: _message(kind, examples) for kind in kinds()},
            "schemas": dict(_schemas()),
        },
    }


_ABOUT = """
A messaging bus for military diplomacy. Every record is a DSSE envelope (RECORD) with the sender's
signature over an outer part; the inner part lies beside it and is for people at the addressed desks
alone. Headers are CloudEvents in Kafka's binary mode, for tools: nothing on the bus trusts them.
The record key is the matter. Fields stand in the bytes in the order given here, with no spaces, and
what would not encode to the same bytes is refused. Topics that begin with `exercise.` are the same
once more, for exercises alone.
""".replace("RECORD", RECORD)


def text_of(made: Schema) -> str:
    """The document as YAML, in the order in which it was made."""
    return yaml.dump(
        made,
        Dumper=_Plain,
        sort_keys=False,
        allow_unicode=True,
        width=100,
        default_flow_style=None,  # What holds nothing further stands on one line.
    )


class _Plain(yaml.CSafeDumper):
    """Writes everything out: a reader of YAML need not follow anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


# Channels: the topics.


def _channels(realm: Realm) -> Iterator[tuple[str, Schema]]:
    partitions = Settings.model_construct().partitions
    tell = {row.pattern: row for row in topics.TABLE}
    ordered = [kind for kind in kinds() if kind.speaker is Speaker.CUSTODIAN]
    for name in services():
        mine = [kind for kind in kinds() if kind.service == name]
        made = {topic.name: topic for topic in topics.of_service(name, realm, partitions)}
        lanes = LANES_OF_SERVICE[name]
        commands = topics.commands(name, lanes[0], realm)
        yield _channel(
            f"{realm.prefix}{name}.commands",
            f"{realm.prefix}{name}.commands.{{{LANE}}}.v1",
            made[commands],
            [kind for kind in mine if kind.speaker in (Speaker.DESK, Speaker.CLOCK)] + ordered,
            f"What is said to {name}. {_who(tell['<service>.commands.<lane>.v1'])}",
            {LANE: _lanes([lane.value for lane in lanes])},
        )
        ledger = topics.ledger(name, realm)
        yield _channel(
            f"{realm.prefix}{name}.ledger",
            ledger,
            made[ledger],
            [kind for kind in mine if kind.speaker is Speaker.LEDGER],
            f"What {name} decided, for ever. {_who(tell['<service>.ledger.v1'])}",
        )
        quarantine = topics.quarantine(name, realm)
        yield _channel(
            f"{realm.prefix}{name}.quarantine",
            quarantine,
            made[quarantine],
            [],
            f"What {name} refused, in the bytes and under the key that it came with, with the"
            " headers detente-refusal (why) and detente-position (topic/partition/offset)."
            f" {_who(tell['<service>.quarantine.v1'])}",
        )
    for topic in topics.of_desk("xaa-ghq"):
        if topic.name == topics.inbox("xaa-ghq", LANES[0], realm):
            yield _channel(
                f"{realm.prefix}desk.inbox",
                topics.inbox(f"{{{DESK}}}", LANES[0], realm).replace(
                    f".{LANES[0]}.", f".{{{LANE}}}."
                ),
                topic,
                [kind for kind in kinds() if kind.speaker is Speaker.SERVICE],
                f"What a desk is given. {_who(tell['desk.<desk>.inbox.<lane>.v1'])}",
                {
                    DESK: {"description": "The desk's name.", "examples": ["xaa-ghq"]},
                    LANE: _lanes([lane.value for lane in LANES]),
                },
            )
    if realm is Realm.LIVE:
        for topic in topics.of_directory():
            yield _channel(
                "directory",
                topic.name,
                topic,
                [kind for kind in kinds() if kind.speaker is Speaker.ROOT],
                f"Who holds which key, as the roots say. {_who(tell[topics.DIRECTORY])}",
            )


def _channel(
    key: str,
    address: str,
    topic: Topic,
    messages: Sequence[Kind],
    about: str,
    parameters: Schema | None = None,
) -> tuple[str, Schema]:
    configuration = {name: _typed(name, value) for name, value in topic.configs.items()}
    configuration["min.insync.replicas"] = REPLICAS - 1
    made = {
        "address": address,
        "description": about,
        **({"parameters": parameters} if parameters else {}),
        "messages": {
            kind.name: {"$ref": f"#/components/messages/{kind.name}"} for kind in messages
        },
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "replicas": REPLICAS,
                "topicConfiguration": configuration,
                "bindingVersion": BINDING,
            }
        },
    }
    return key, made


def _typed(name: str, value: str) -> Any:
    """A topic's configuration as the binding has it: its policy as a list, numbers as numbers."""
    if name == "cleanup.policy":
        return value.split(",")
    return int(value) if value.lstrip("-").isdigit() else value


def _lanes(lanes: Sequence[str]) -> Schema:
    return {"description": "One ordered road per speed.", "enum": list(lanes)}


def _who(row: topics.Row) -> str:
    return (
        f"Written by: {row.writers}. Read by: {row.readers}. Key: {row.key}. Kept {row.kept.value}."
    )


# Operations: who sends and who receives.


def _operations() -> Iterator[tuple[str, Schema]]:
    for realm in Realm:
        for name, service in services().items():
            mine = [kind for kind in kinds() if kind.service == name]
            said = {
                speaker: [kind for kind in mine if kind.speaker is speaker] for speaker in Speaker
            }
            group = f"{realm.prefix}{name}"
            commands = f"{group}.commands"
            reads = {"groupId": group, "clientId": f"{group}-{{instance}}"}
            yield _operation("desk", "send", commands, said[Speaker.DESK], _client("desk-{desk}"))
            yield _operation(
                f"{name}-clock", "send", commands, said[Speaker.CLOCK], _client(reads["clientId"])
            )
            ordered = [kind for kind in kinds() if kind.speaker is Speaker.CUSTODIAN]
            yield _operation(
                "custodians", "send", commands, ordered, _client(f"{group}-quarantine")
            )
            heard = said[Speaker.DESK] + said[Speaker.CLOCK] + ordered
            yield _operation(name, "receive", commands, heard, reads)
            writes = _client(reads["clientId"])
            yield _operation(name, "send", f"{group}.ledger", said[Speaker.LEDGER], writes)
            yield _operation(name, "receive", f"{group}.ledger", said[Speaker.LEDGER], writes)
            yield _operation(name, "send", f"{group}.quarantine", [], writes)
            inbox = f"{realm.prefix}desk.inbox"
            yield _operation(name, "send", inbox, said[Speaker.SERVICE], writes)
            for heard_by in service.overhears:
                others = [
                    kind
                    for kind in kinds()
                    if kind.service == heard_by.name and kind.speaker is Speaker.LEDGER
                ]
                ledger = f"{realm.prefix}{heard_by.name}.ledger"
                yield _operation(name, "receive", ledger, others, writes)
        given = [kind for kind in kinds() if kind.speaker is Speaker.SERVICE]
        inbox = f"{realm.prefix}desk.inbox"
        yield _operation("desk", "receive", inbox, given, _client("desk-{desk}"))
    roots = [kind for kind in kinds() if kind.speaker is Speaker.ROOT]
    yield _operation("root", "send", "directory", roots, _client("keys"))
    yield _operation("all", "receive", "directory", roots, {})


def _client(name: str) -> dict[str, str]:
    return {"clientId": name}


def _operation(
    who: str, action: str, channel: str, messages: Sequence[Kind], kafka: Mapping[str, str]
) -> tuple[str, Schema]:
    binding: Schema = {
        key: {"type": "string", **_fixed_or_pattern(value)} for key, value in kafka.items()
    }
    verb = "sends" if action == "send" else "receives"
    made = {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": f"{who} {verb} {channel}",
        "tags": [{"name": who}],
        "messages": [{"$ref": f"#/channels/{channel}/messages/{kind.name}"} for kind in messages],
        "bindings": {"kafka": {**binding, "bindingVersion": BINDING}},
    }
    return f"{who}.{verb}.{channel}", made


def _fixed_or_pattern(value: str) -> Schema:
    start, brace, _ = value.partition("{")
    escaped = start.replace(".", r"\.")
    return {"pattern": f"^{escaped}[a-z0-9-]+$"} if brace else {"const": value}


# Messages and schemas.


def _message(kind: Kind, examples: Mapping[str, Mapping[str, Any]]) -> Schema:
    key = {"type": "string", "description": "The matter; its hash names the partition."}
    if not is_numbered(kind) and kind.speaker is not Speaker.LEDGER:
        key = {"type": "string", "description": "The holder of the key."}
    made: Schema = {
        "name": f"detente.{kind.name}",
        "title": kind.title,
        "summary": kind.about,
        "contentType": "application/vnd.dsse+json",
        "tags": [{"name": kind.service}, {"name": kind.speaker.value.lower()}],
    }
    if is_numbered(kind):
        made["headers"] = {"$ref": SCHEMAS + HEADERS}
    made["payload"] = {"$ref": f"{SCHEMAS}{kind.name}.record"}
    made["bindings"] = {"kafka": {"key": key, "bindingVersion": BINDING}}
    if kind.name in examples:
        made["examples"] = [dict(examples[kind.name])]
    return made


def _schemas() -> Iterator[tuple[str, Schema]]:
    parts, roots = parts_of(named())
    forms = header_forms()
    yield (
        HEADERS,
        {
            "type": "object",
            "title": HEADERS,
            "description": "CloudEvents 1.0 in Kafka's binary mode, for tools alone.",
            "properties": dict(forms),
            "required": [name for name in forms if name not in _OPTIONAL_HEADERS],
        },
    )
    for kind in kinds():
        inside: Schema = {}
        if kind.inner is not None:
            inside["inner"] = {
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": SCHEMAS + roots[kind.inner]},
            }
        elif kind.encloses:
            inside["inner"] = {
                "description": "The signed record that goes with the notice, where one does.",
                "contentMediaType": "application/vnd.dsse+json",
            }
        told = {
            "payloadType": {"const": kind.payload_type},
            "payload": {
                "contentMediaType": kind.payload_type,
                "contentSchema": {"$ref": SCHEMAS + roots[kind.contract]},
            },
            **inside,
        }
        cover = {"$ref": SCHEMAS + roots[named()[RECORD]]}
        yield f"{kind.name}.record", {"allOf": [cover, {"properties": told}]}
    texts = {
        name: {"type": "string", "pattern": form, "description": about}
        for name, (form, about) in sorted(names().items())
        if name not in parts
    }
    for name, part in parts.items():
        yield name, _referring(moved(part, HERE, SCHEMAS), texts)
    yield from texts.items()


def _referring(schema: Any, texts: Mapping[str, Schema]) -> Any:
    """The same with texts that have a name told of once; those with own words keep them."""
    if isinstance(schema, list):
        return [_referring(each, texts) for each in schema]
    if not isinstance(schema, dict):
        return schema
    text = texts.get(str(schema.get(ALIAS)))
    if text is not None and {**text, **schema, ALIAS: None} == {**text, ALIAS: None}:
        return {"$ref": SCHEMAS + schema[ALIAS]}
    return {key: _referring(value, texts) for key, value in schema.items()}


def header_forms() -> Mapping[str, Schema]:
    """The headers of every numbered message, by the very function that writes them."""
    sample = Outer(
        message_id="0" * 32,
        sender="xaa-ghq",
        matter="kaltmoor-1",
        lane=LANES[0],
        sequence=1,
        sent_at=_NOON,
        inside=Inside(digest="0" * 64, size=0),
    )
    written = headers_of(sample, "application/vnd.detente.example.v1+json")
    return {name: _HEADERS[name] for name in (*(name for name, _ in written), TRACEPARENT)}


_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_HEADERS: Mapping[str, Schema] = {
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {"type": "string", "description": "The message's identity."},
    "ce_type": {
        "type": "string",
        "description": "The kind with its version: detente.hotline.release-message.v1.",
    },
    "ce_source": {"type": "string", "description": "A slash, and the desk or service it is from."},
    "ce_time": {"type": "string", "format": "date-time", "description": "As sent_at."},
    "ce_partitionkey": {"type": "string", "description": "The matter, as the record key."},
    "ce_sequence": {
        "type": "string",
        "pattern": "^[0-9]{16}$",
        "description": "As sequence, with zeros before it.",
    },
    "content-type": {"type": "string", "const": "application/vnd.dsse+json"},
    CORRELATION: {
        "type": "string",
        "description": "The message that began it: one id in headers, log lines and traces.",
    },
    TRACEPARENT: {
        "type": "string",
        "description": "W3C Trace Context, where traces are kept; its trace id is the correlation.",
    },
}
"""What each header that `wire.headers_of` writes means; KeyError for one that is not here yet."""
_OPTIONAL_HEADERS = {CORRELATION, TRACEPARENT}
"""Records of earlier releases have no correlation, and records of an untraced bus no trace."""
