"""The contracts as one page of HTML, for an engineer who writes the other end. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from schemas.envelope import Cover, Outer
from schemas.parties import Contract
from services.bus.topics import LANES_OF_SERVICE, TABLE
from services.contracts.asyncapi import header_forms
from services.contracts.blocks import example, fields, members, rules, table
from services.contracts.examples import Example
from services.contracts.kinds import (
    RECORD,
    Kind,
    Speaker,
    is_numbered,
    kinds,
    named,
    services,
)
from services.contracts.style import STYLE
from services.contracts.telling import kind_of_value
from services.contracts.wire_schema import (
    ALIAS,
    HERE,
    RULES,
    Schema,
    parts_of,
    reached,
    refs_in,
)
from services.contracts.words import names

SPOKEN = {
    Speaker.DESK: ("What desks say to it", "Signed by the desk, on the command topics."),
    Speaker.CLOCK: (
        "What its own clock says to it",
        "When a deadline has passed, so that time stands in the record like everything else.",
    ),
    Speaker.SERVICE: ("What it gives to desks", "Signed by the service, in each desk's inbox."),
    Speaker.LEDGER: ("What its ledger holds", "All that one command causes, in one record."),
    Speaker.CUSTODIAN: (
        "What two custodians order",
        "Signed by both, on the command topics of the service that refused.",
    ),
    Speaker.ROOT: ("What a nation's root says", "In the directory, read by all."),
}


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page is made of."""

    forms: Mapping[str, Schema]
    roots: Mapping[type[Contract], str]
    examples: Mapping[str, Example]

    @property
    def outer(self) -> Schema:
        """What stands on the outside of every message."""
        return self.forms[self.roots[Outer]]


def page(examples: Mapping[str, Example]) -> str:
    """The page, whole: it asks for nothing from anywhere, and runs no script."""
    forms, roots = parts_of({**named(), "outer.v1": Outer})
    shown = _Shown(forms, roots, examples)
    groups = [*services(), *sorted({kind.service for kind in kinds()} - set(services()))]
    body = "\n".join(
        [
            _introduction(),
            _record(shown),
            _outside(shown),
            _names(shown),
            *(_service(name, shown) for name in groups),
            *_forms(shown, groups),
        ]
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>Détente: the contracts</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"{_contents(groups)}\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _contents(groups: Sequence[str]) -> str:
    lines = [
        '<a href="#record">How a record is built</a>',
        '<a href="#outside">The outside of every message</a>',
        '<a href="#names">Names and references</a>',
    ]
    for name in groups:
        links = "".join(
            f'<li><a href="#kind-{kind.name}">{escape(kind.title)}</a></li>'
            for kind in kinds()
            if kind.service == name
        )
        lines.append(
            f"<details><summary>{name.capitalize()}</summary><ul>"
            f'<li><a href="#service-{name}">Overview and topics</a></li>{links}'
            f'<li><a href="#forms-{name}">Events and forms</a></li></ul></details>'
        )
    lines.append('<a href="#forms-shared">Forms that all share</a>')
    items = "\n".join(f"<li>{line}</li>" for line in lines)
    return f'<nav aria-label="Contents"><p class="mark">Détente</p>\n<ul>\n{items}\n</ul></nav>'


def _introduction() -> str:
    return (
        "<header><h1>The contracts of Détente</h1>"
        "<p class=lead>Every message that may cross the bus: who says it, on which topic, what"
        " stands in it, within which bounds. Written by a program from the contracts themselves,"
        " so it says what the bus does.</p></header>"
    )


def _record(shown: _Shown) -> str:
    headers = table(
        (name, kind_of_value(form), str(form.get("description", "")), True)
        for name, form in header_forms().items()
    )
    return f"""<section id="record"><h2>How a record is built</h2>
<div class=build>
<div><b>key</b><span>the matter: one conversation, one partition, one order</span></div>
<div><b>headers</b><span>CloudEvents 1.0, for tools; nothing on the bus trusts them</span></div>
<div class=value><b>value</b><span>a DSSE envelope in JSON
<div><b>payload</b><span>the <em class=out>outer part</em>: what rules need, signed</span></div>
<div><b>inner</b><span>the <em class=in>inner part</em>: what only people at the addressed desks
read; the outer part holds its digest</span></div></span></div>
</div>
<ul>
<li>JSON in UTF-8, without spaces, fields in the order in which they stand here. What would not be
written again to the same bytes is refused: a name twice, a second spelling, a number as text.</li>
<li>A field is <b>always</b> written, with <code>null</code> where it may be empty; or it is left
out <b>where it is not used</b>, and then it is never <code>null</code>. No field may be added.</li>
<li>The signature is Ed25519 over DSSE's pre-authentication encoding of <code>payloadType</code>
and the payload's exact bytes.</li>
<li>Topics that begin with <code>exercise.</code> are the same once more, for exercises alone.</li>
</ul>
<h3>The envelope</h3>{fields(shown.forms[shown.roots[Cover]], shown.forms)}
<h3>The headers</h3>{headers}</section>"""


def _outside(shown: _Shown) -> str:
    return (
        '<section id="outside"><h2>The outside of every message</h2>'
        "<p>These stand first in the outer part of everything that a desk or a service says."
        " The kinds below name only what they have besides.</p>"
        f"{fields(shown.outer, shown.forms)}{rules(shown.outer.get(RULES, []))}</section>"
    )


def _names(shown: _Shown) -> str:
    """Texts that have a name of their own, since they stand in many places."""
    used = {word for form in shown.forms.values() for word in _named_in(form)}
    told = "".join(
        f'<tr id="name-{escape(name)}"><th scope=row><code>{escape(name)}</code></th>'
        f"<td class=what><code>{escape(form)}</code></td><td>{escape(about)}</td></tr>"
        for name, (form, about) in sorted(names().items())
        if name in used
    )
    return (
        '<section id="names"><h2>Names and references</h2><p>What is called by these words below is'
        " text of this form, whole.</p><table class=fields><tbody>"
        f"{told}</tbody></table></section>"
    )


def _named_in(schema: Any) -> Iterator[str]:
    if isinstance(schema, list):
        for each in schema:
            yield from _named_in(each)
    elif isinstance(schema, dict):
        if ALIAS in schema:
            yield schema[ALIAS]
        for each in schema.values():
            yield from _named_in(each)


def _service(name: str, shown: _Shown) -> str:
    mine = [kind for kind in kinds() if kind.service == name]
    parts = [f'<section id="service-{name}"><h2>{name.capitalize()}</h2>']
    if name in services():
        parts.append(_topics(name))
    for speaker, (title, about) in SPOKEN.items():
        said = [kind for kind in mine if kind.speaker is speaker]
        if said:
            parts.append(f"<h3>{title}</h3><p>{about}</p>")
            parts += [_kind(kind, shown) for kind in said]
    for inner in dict.fromkeys(kind.inner for kind in mine if kind.inner is not None):
        form = shown.forms[shown.roots[inner]]
        users = ", ".join(_link(kind) for kind in mine if kind.inner is inner)
        parts.append(
            f'<article id="{_inner_anchor(mine[0], inner)}"><h4><span class="tag in">inner</span>'
            f" {escape(inner.__name__)}</h4><p>{escape(str(form.get('description', '')))}"
            f" Inside: {users}.</p>{fields(form, shown.forms)}{rules(form.get(RULES, []))}"
            "</article>"
        )
    return "\n".join([*parts, "</section>"])


def _link(kind: Kind) -> str:
    return f'<a href="#kind-{kind.name}">{escape(kind.title)}</a>'


def _inner_anchor(kind: Kind, inner: type[Contract]) -> str:
    """Where an inner part is told of: once for all kinds of a service that have it."""
    return f"inner-{kind.service}-{inner.__name__}"


def _topics(name: str) -> str:
    lanes = ", ".join(lane.value for lane in LANES_OF_SERVICE[name])
    rows = "".join(
        f"<tr><td><code>{escape(row.pattern.replace('<service>', name))}</code></td>"
        f"<td data-is='written by '>{escape(row.writers)}</td>"
        f"<td data-is='read by '>{escape(row.readers)}</td>"
        f"<td data-is='key: '>{escape(row.key)}</td></tr>"
        for row in TABLE
        if row.pattern.startswith(("<service>", "desk."))
    )
    return (
        "<table class=topics><thead><tr><th>topic</th><th>who writes</th><th>who reads</th>"
        f"<th>key</th></tr></thead><tbody>{rows}</tbody></table>"
        f"<p class=note>Its lanes, fastest first: {lanes}. All is kept for ever.</p>"
    )


def _kind(kind: Kind, shown: _Shown) -> str:
    form = shown.forms[shown.roots[kind.contract]]
    common = shown.outer["properties"] if is_numbered(kind) else {}
    said = set(shown.outer.get(RULES, [])) if is_numbered(kind) else set()
    own = {
        name: field
        for name, field in form["properties"].items()
        if name not in common or not _same(field, common[name])
    }
    besides = (
        '<p class=note>And <a href="#outside">what stands on the outside of every message</a>.</p>'
    )
    head = (
        f'<article id="kind-{kind.name}"><h4>{escape(kind.title)}</h4>'
        f"<p><code>detente.{kind.name}</code></p><p>{escape(kind.about)}</p>"
    )
    parts = [
        head,
        '<h5><span class="tag out">outer</span></h5>',
        fields({**form, "properties": own}, shown.forms) if own else "",
        besides if common else "",
        rules([rule for rule in form.get(RULES, []) if rule not in said]),
        _inside(kind, shown),
        example(shown.examples.get(kind.name)),
        "</article>",
    ]
    return "\n".join(part for part in parts if part)


def _same(field: Schema, common: Schema) -> bool:
    """Whether the field is that of every message: a desk as its sender is not worth a line."""
    binding = {"type", "$ref", "anyOf", "format", "minimum", "exclusiveMaximum"}
    return {key: field.get(key) for key in binding} == {key: common.get(key) for key in binding}


def _inside(kind: Kind, shown: _Shown) -> str:
    if kind.inner is not None:
        name = escape(kind.inner.__name__)
        said = f'<a href="#{_inner_anchor(kind, kind.inner)}">{name}</a>'
        form = shown.forms[shown.roots[kind.inner]]
        said += ": " + ", ".join(f"<code>{escape(field)}</code>" for field in form["properties"])
    elif kind.encloses:
        said = "the signed record that goes with the notice, whole, where one does."
    elif kind.speaker in (Speaker.LEDGER, Speaker.ROOT):
        return ""
    else:
        said = "nothing."
    return f'<p><span class="tag in">inner</span> {said}</p>'


def _forms(shown: _Shown, groups: Sequence[str]) -> Iterator[str]:
    """What the kinds are made of: by the service that alone uses it, then what several do."""
    used: dict[str, set[str]] = {}
    held = {ref.removeprefix(HERE) for form in shown.forms.values() for ref in refs_in(form)}
    own = {shown.roots[each] for each in named().values()} | {shown.roots[Outer]}
    own -= held
    for kind in kinds():
        needed = reached(shown.forms, shown.roots[kind.contract])
        if kind.inner is not None:
            needed |= reached(shown.forms, shown.roots[kind.inner])
        for name in needed - own:
            used.setdefault(name, set()).add(kind.service)
    for name in reached(shown.forms, shown.roots[Cover]) - own:
        used.setdefault(name, set()).update((RECORD, ""))
    happened = _events(shown)
    for group in groups:
        mine = sorted(name for name, by in used.items() if by == {group})
        events = [name for name in mine if name in happened]
        rest = [name for name in mine if name not in happened]
        told = [f'<section id="forms-{group}"><h2>{group.capitalize()}: events and forms</h2>']
        if events:
            told.append("<h3>What happened, as desks are told and the ledger keeps it</h3>")
            told += [_form(name, shown) for name in events]
        if rest:
            told.append("<h3>What its messages are made of</h3>")
            told += [_form(name, shown) for name in rest]
        yield "\n".join([*told, "</section>"])
    shared = [_form(name, shown) for name in sorted(used) if len(used[name]) > 1]
    yield "\n".join(
        ['<section id="forms-shared"><h2>Forms that all share</h2>', *shared, "</section>"]
    )


def _events(shown: _Shown) -> frozenset[str]:
    """The names of all that may stand as an entry's event, or as a notice to a desk."""
    found: set[str] = set()
    for kind in kinds():
        form = shown.forms[shown.roots[kind.contract]]
        for field in ("events", "notice"):
            if kind.speaker in (Speaker.LEDGER, Speaker.SERVICE) and field in form["properties"]:
                found |= {ref.removeprefix(HERE) for ref in refs_in(form["properties"][field])}
    return frozenset(found)


def _form(name: str, shown: _Shown) -> str:
    form = shown.forms[name]
    about = escape(str(form.get("description", "")))
    body = fields(form, shown.forms) if "properties" in form else members(form)
    return (
        f'<article id="form-{escape(name)}"><h4>{escape(name)}</h4><p>{about}</p>{body}'
        f"{rules(form.get(RULES, []))}</article>"
    )
