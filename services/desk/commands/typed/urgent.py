"""What cannot wait: a notice of a fact, a cry to stop. Few words, the rest by default."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from cyclopts import Parameter

from schemas.acts import Act, Confidence
from schemas.particulars import AnyParticulars, CeaseAction, Fact, FactNotice
from schemas.parties import Classification, Precedence
from schemas.places import Circle, Compass, Location, Offset, Place
from services.desk.commands.typed.besides import Besides
from services.desk.commands.typed.message import Spoken, in_exercise
from services.desk.commands.typed.times import moment, point
from services.desk.commands.typed.usage import WrongUsage, as_usage
from services.desk.draft import Draft

_OFFSET = re.compile(r"(?P<km>\d+(\.\d+)?) ?km (?P<direction>[NESW]{1,3})")


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Urgent:
    """To whom it goes. Everything else has a default.

    Parameters
    ----------
    matter
        The conversation that it belongs to.
    to
        A desk that must act and acknowledge. May be given several times.
    info
        A desk that is informed only. May be given several times.
    precedence
        How fast it is handled.
    classification
        The highest level of anything in it.
    text
        By default made of what is said below.
    language
        The language of all that is written (BCP 47).
    final_consumer
        The desk for which it is meant in the end.
    """

    matter: str
    to: tuple[str, ...]
    info: tuple[str, ...] = ()
    precedence: Precedence = Precedence.FLASH
    classification: Classification = Classification.RESTRICTED
    text: str | None = None
    language: str = "en"
    final_consumer: str | None = None

    def draft(
        self, desk: str, subject: str, particulars: AnyParticulars, exercise: str | None
    ) -> Draft:
        """It as a draft of that desk."""
        spoken = Spoken(
            matter=self.matter,
            precedence=self.precedence,
            to=self.to,
            info=self.info,
            classification=self.classification,
            subject=subject,
            text=self.text or f"{subject}.",
            language=self.language,
            besides=Besides(final_consumer=self.final_consumer),
        )
        drafted = spoken.as_act(particulars.act, desk)
        drafted = in_exercise(drafted, exercise) if exercise else drafted
        return drafted.model_copy(update={"particulars": particulars})


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Where:
    """Where it is: by its coordinates and by its name, so that a slip in one of them shows.

    Parameters
    ----------
    where
        LATITUDE,LONGITUDE in decimal degrees.
    place
        The name of the place.
    place_at
        The place's own LATITUDE,LONGITUDE, from your own map.
    offset
        How far from the place it lies, where not at it: "9 km NE".
    radius_km
        The radius of the area around it.
    """

    where: str | None = None
    place: str | None = None
    place_at: str | None = None
    offset: str | None = None
    radius_km: float | None = None

    @property
    def location(self) -> Location | None:
        """The location; None where nothing is said of it. WrongUsage where half of it is."""
        if self == Where():
            return None
        if self.where is None or self.place is None or self.place_at is None:
            raise WrongUsage("a place is given by --where, --place and --place-at, all three")
        at = point(self.where)
        with as_usage():
            area = Circle(centre=at, radius_km=self.radius_km) if self.radius_km else None
            known = Place(name=self.place, point=point(self.place_at), offset=self._offset)
            return Location(point=at, place=known, area=area)

    @property
    def _offset(self) -> Offset | None:
        if self.offset is None:
            return None
        found = _OFFSET.fullmatch(self.offset)
        if found is None or found["direction"] not in Compass.__members__:
            raise WrongUsage(f"{self.offset}: write how far and in which direction: 9 km NE")
        return Offset(km=float(found["km"]), direction=Compass[found["direction"]])


NOWHERE = Where()


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Noticed:
    """What happened, as far as it is known. Send it early; updates follow.

    Parameters
    ----------
    fact
        What kind of fact.
    at
        When it happened, UTC.
    by_accident
        It was by accident.
    on_purpose
        It was not by accident.
    weapon_class
        What kind of weapon.
    unarmed
        It carries no warhead.
    direction
        Into which it moves.
    own_forces
        Which own forces had part in it.
    harm_known
        Who and what was harmed, as far as is known.
    complete
        No details follow.
    confidence
        How sure the speaker is.
    """

    fact: Fact
    at: str
    by_accident: bool = False
    on_purpose: bool = False
    weapon_class: str | None = None
    unarmed: bool | None = None
    direction: Compass | None = None
    own_forces: str | None = None
    harm_known: str | None = None
    complete: bool = False
    confidence: Confidence | None = None
    place: Where = NOWHERE

    def draft(self, desk: str, urgent: Urgent, exercise: str | None = None) -> Draft:
        """The notice as a draft."""
        if self.by_accident and self.on_purpose:
            raise WrongUsage("it is --by-accident or --on-purpose; leave out what is not known")
        accident = True if self.by_accident else False if self.on_purpose else None
        with as_usage():
            said = FactNotice(
                fact=self.fact,
                at=moment(self.at),
                by_accident=accident,
                weapon_class=self.weapon_class,
                unarmed=self.unarmed,
                direction=self.direction,
                where=self.place.location,
                own_forces=self.own_forces,
                harm_known=self.harm_known,
                details_follow=not self.complete,
            )
        how = ", by accident" if self.by_accident else ""
        follows = "" if self.complete else "; details follow"
        drafted = urgent.draft(desk, f"{_words(self.fact)}{how}{follows}", said, exercise)
        sure = Besides(final_consumer=urgent.final_consumer, confidence=self.confidence).terms()
        return drafted.model_copy(update={"terms": sure})


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Ceased:
    """What is to stop, where, and who is being harmed.

    Parameters
    ----------
    what
        The action that is to stop.
    harmed
        Who is being harmed.
    """

    what: str
    harmed: str
    place: Where = NOWHERE

    def draft(self, desk: str, urgent: Urgent, exercise: str | None = None) -> Draft:
        """The cry as a draft."""
        where = self.place.location
        if where is None:
            raise WrongUsage("say where: --where, --place and --place-at, all three")
        with as_usage():
            said = CeaseAction(what=self.what, where=where, harmed=self.harmed)
        name = where.place.name if where.place.offset is None else f"near {where.place.name}"
        spoken = replace(urgent, text=urgent.text or _stop(said, name))
        return spoken.draft(desk, f"{_words(Act.CEASE_ACTION)}: {name}", said, exercise)


def _stop(said: CeaseAction, name: str) -> str:
    return f"Stop: {said.what}, {name}. It harms: {said.harmed}."


def _words(word: str) -> str:
    return word.replace("_", " ")
