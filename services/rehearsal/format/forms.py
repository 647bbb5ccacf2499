"""Tables of a scenario as contracts take them: times, steps and places put in. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError

from schemas.parties import Contract
from schemas.places import Location, Point
from services.desk.commands.typed.forms import Place
from services.desk.fields import alternatives
from services.rehearsal.format.reading import did_you_mean
from services.rehearsal.format.times import NoSuchTime

ContractT = TypeVar("ContractT", bound=Contract)


class FormWrong(ValueError):
    """A table that its contract does not take. It says in which field, and what was meant."""

    def __init__(self, said: str, place: Place = ()) -> None:
        super().__init__(said)
        self.place = place
        """The field, from the table's own beginning."""


@dataclass(frozen=True, slots=True)
class Book:
    """What stands for what in one scenario."""

    at: Callable[[str], datetime]
    places: Mapping[str, Point]
    identity: Callable[[str], str]
    """The identity that the bus gave to what a step said. KeyError where there is no such step."""

    def form(self, contract: type[ContractT], table: Mapping[str, Any]) -> ContractT:
        """The table as the contract takes it. FormWrong."""
        value = self._table(contract, dict(table), ())
        try:
            return contract.model_validate_json(json.dumps(value))
        except ValidationError as trouble:
            found = trouble.errors(include_input=False, include_url=False, include_context=False)
            said = "; ".join(told(contract, error) for error in found)
            raise FormWrong(said, tuple(found[0]["loc"])) from None

    def point(self, written: str) -> Point:
        """A position: LATITUDE,LONGITUDE, or a place of the scenario. FormWrong."""
        if written in self.places:
            return self.places[written]
        try:
            latitude, longitude = (float(each) for each in written.split(","))
            return Point(latitude=latitude, longitude=longitude)
        except ValidationError as trouble:
            raise FormWrong(trouble.errors()[0]["msg"].removeprefix("Value error, ")) from None
        except ValueError:
            raise FormWrong(
                f"{written!r} is neither LATITUDE,LONGITUDE nor a place of this scenario"
                + did_you_mean(written, self.places)
            ) from None

    def _table(self, contract: type[BaseModel], table: Any, at: tuple[str, ...]) -> Any:
        if not isinstance(table, dict):
            return table
        fields = contract.model_fields
        return {
            name: self.value(fields[name].annotation, value, (*at, name), fields[name].metadata)
            if name in fields
            else value
            for name, value in table.items()
        }

    def value(  # noqa: C901 - one case a kind of field.
        self, annotation: Any, value: Any, at: tuple[str, ...], metadata: Any = ()
    ) -> Any:
        """A value as its kind is written, with times, steps and places put in. FormWrong."""
        kinds = list(alternatives(annotation))
        if isinstance(value, str):
            if datetime in kinds and value not in _words(kinds):
                try:
                    return self.at(value).isoformat()
                except NoSuchTime as trouble:
                    raise FormWrong(f"{'.'.join(at)}: {trouble}", at) from None
            if Location in kinds and value not in _words(kinds):
                point = self.point(value)
                where = {"latitude": point.latitude, "longitude": point.longitude}
                return {"point": where, "place": {"name": value, "point": where}}
            if Point in kinds:
                point = self.point(value)
                return {"latitude": point.latitude, "longitude": point.longitude}
            if _is_identity(annotation, metadata):
                return self._identity(value, at)
            return value
        if isinstance(value, list):
            insides = [get_args(kind)[0] for kind in kinds if get_origin(kind) is tuple]
            return [
                self.value(insides[0], each, (*at, str(number))) if insides else each
                for number, each in enumerate(value)
            ]
        if isinstance(value, dict):
            if Location in kinds and isinstance(value.get("place"), str):
                named = value["place"]
                place = {"name": named, "point": self.value(Point, named, at)}
                value = {**value, "place": place}
            chosen = nearest([each for each in kinds if is_contract(each)], value)
            if chosen is not None:
                return self._table(chosen, value, at)
        return value

    def _identity(self, value: str, at: tuple[str, ...]) -> str:
        try:
            return self.identity(value)
        except KeyError:
            raise FormWrong(f"{'.'.join(at)}: no step is called {value}", at) from None


def nearest(contracts: Sequence[Any], table: Mapping[str, Any]) -> Any:
    """The contract with the most of a table's fields; None where there is none."""
    return max(contracts, key=lambda each: len(set(table) & set(each.model_fields)), default=None)


def is_contract(kind: Any) -> bool:
    """Whether a kind of value is a table."""
    return isinstance(kind, type) and issubclass(kind, BaseModel)


_IDENTITY = "^[0-9a-f]{32}$"


def _is_identity(annotation: Any, metadata: Any) -> bool:
    """Whether the field holds a message's identity: then a scenario writes the step's name."""
    if any(_IDENTITY in repr(each) for each in metadata):
        return True
    if get_origin(annotation) is Annotated:
        return _IDENTITY in repr(get_args(annotation)[1:])
    return any(
        _is_identity(each, ()) for each in get_args(annotation) if get_origin(each) is not None
    )


def _words(kinds: list[Any]) -> tuple[Any, ...]:
    """The words that may stand in the place of a time or a location: NONE, EVERYWHERE."""
    return tuple(word for kind in kinds for word in get_args(kind) if isinstance(word, str))


def told(contract: type[BaseModel] | None, error: Any) -> str:
    """A contract's complaint, with what was meant where a field's name is near one."""
    place = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        name = str(error["loc"][-1])
        known = contract.model_fields if contract and len(error["loc"]) == 1 else ()
        meant = did_you_mean(name, known)
        return f"{place}: there is no such field here{meant}"
    if error["type"] == "missing":
        return f"{place}: it is missing"
    return f"{place + ': ' if place else ''}{error['msg'].removeprefix('Value error, ')}"
