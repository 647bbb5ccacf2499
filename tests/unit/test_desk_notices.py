"""What the service tells of a message, as an officer sees it. The notices are made by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from schemas.exchange import (
    AnswerGiven,
    AnswerOverdue,
    Basis,
    ContactMoved,
    ContactPhase,
    Crossing,
    ExchangeMoved,
    ExchangePhase,
    MediatorInvited,
    MessageCrossed,
    PartySpokeForEnd,
    RelayAsked,
    ReschedulingProposed,
    Stage,
    Term,
    TranslationAttached,
    UndertakingEnded,
    UndertakingHeldUp,
    UndertakingPhase,
    UndertakingReminder,
    UndertakingTookEffect,
)
from schemas.hotline import (
    AttachTranslation,
    Capacity,
    HotlineDelivery,
    Leg,
    MessageRelayed,
    ReleaseMessage,
    Translation,
)
from schemas.parties import Precedence
from services.bus import wire
from services.desk.link import _named_by
from services.desk.papers import Papers
from services.desk.screen.inbox import inbox_table, letter_document, letter_flags, letter_screen
from services.desk.screen.relays import invitation_lines, relay_document, relay_lines
from services.desk.store.records import In
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble
from tests.kit import paper
from tests.kit.court import carrying, confirming, digest_of
from tests.kit.paper import NOON, identity
from tests.kit.screens import printed

LATER = NOON + timedelta(hours=2)
OTHER = identity("other")
INNER = paper.inner_of(ReleaseMessage)
MESSAGE = paper.outer(ReleaseMessage, inner=INNER)
ID = MESSAGE.message_id


@dataclass
class Desk:
    """A desk's papers, and a hand that puts notices among them."""

    papers: Papers
    heard: list[Any] = field(default_factory=list)

    def told(self, notice: Any, enclosed: bytes = b"", encloses: str | None = None) -> None:
        """The service's notice, as the link would keep it."""
        outer = paper.outer(
            HotlineDelivery, inner=enclosed, sender="hotline", to="xbb-ghq", directory=0,
            encloses=encloses, notice=notice, sequence=len(self.heard) + 1,
        )  # fmt: skip
        self._keep(outer, paper.signed(outer, enclosed), _named_by(notice))

    def carried(self) -> None:
        """The message itself."""
        original = paper.signed(MESSAGE, INNER)
        outer = carrying(MESSAGE, inner=original, encloses=digest_of(MESSAGE))
        self._keep(outer, paper.signed(outer, original), ID)

    def _keep(self, outer: Any, value: bytes, about: str | None) -> None:
        found = In(
            message=outer.message_id, digest=identity(len(self.heard)) * 2,
            kind=outer.notice.kind, about=about, matter=outer.matter, lane=outer.lane,
            sequence=len(self.heard) + 1, missing=0, value=value, flags=(), received_at=NOON,
        )  # fmt: skip
        with self.papers.store.transaction():
            self.papers.store.keep(found)
        self.heard.append(found)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(Papers(Store(tmp_path / "live.sqlite3")))
    made.carried()
    return made


BETWEEN = ("XAA", "XBB")
LEGS = (Leg(desk="xbb-ghq", capacity=Capacity.ACTION),)
LINES: list[tuple[Any, str, bool]] = [
    (ExchangeMoved(between=BETWEEN, phase=ExchangePhase.CONCERN_RAISED, by="XAA", message=ID),
     "EXCHANGE CONCERN RAISED", False),
    (ExchangeMoved(between=BETWEEN, phase=ExchangePhase.UNANSWERED, by=None, message=ID),
     "EXCHANGE UNANSWERED", True),
    (PartySpokeForEnd(between=BETWEEN, end=ExchangePhase.CLOSED, by="XAA", message=ID,
                      undertaking=None),
     "XAA SPOKE FOR CLOSED", False),
    (MessageCrossed(message=ID, crossing=Crossing.SUPERSEDED, regards=OTHER),
     "CROSSED, SUPERSEDED", True),
    (MessageCrossed(message=ID, crossing=Crossing.LATE, regards=None), "LATE", True),
    (AnswerGiven(message=ID, nation="XBB", by=OTHER), "ANSWERED", False),
    (AnswerOverdue(message=ID, nation="XBB", due=NOON), "UNANSWERED", True),
    (UndertakingTookEffect(message=ID), "IN EFFECT", False),
    (UndertakingHeldUp(message=ID, lacking=("XBB",)), "NOT IN EFFECT", True),
    (UndertakingReminder(message=ID, term=Term.EXPIRY_AHEAD, at=LATER), "EXPIRY AHEAD", False),
    (UndertakingEnded(message=ID, phase=UndertakingPhase.EXPIRED), "UNDERTAKING EXPIRED", True),
    (ContactMoved(request=ID, phase=ContactPhase.NO_RESPONSE, by=None, contact_at=None),
     "CONTACT NO RESPONSE", False),
    (ReschedulingProposed(request=ID, by=OTHER, nation="XBB", contact_at=LATER),
     "OTHER TIME PROPOSED", False),
    (MessageRelayed(message=ID, message_digest=digest_of(MESSAGE), by="xcc-ghq", legs=LEGS,
                    officer="duty-1", schedule=()), "RELAYED", False),
    (MessageRelayed(message=ID, message_digest="0" * 64, by="xcc-ghq", legs=LEGS,
                    officer="duty-1", schedule=()), "RELAYED", True),
]  # fmt: skip


@pytest.mark.parametrize(("notice", "what", "alarming"), LINES, ids=lambda each: str(each)[:20])
def test_what_followed_stands_with_its_message(
    desk: Desk, notice: Any, what: str, alarming: bool
) -> None:
    desk.told(notice)
    letter = desk.papers.letter(ID)
    (followed,) = letter.course
    assert (followed.what, followed.alarming) == (what, alarming)
    assert what in printed(letter_screen(letter, (), LATER))
    assert any(flag.startswith(what) for flag in letter_flags(letter, (), LATER)) == alarming
    assert what in " ".join(printed(inbox_table([(letter, ())], LATER)).split())
    (document,) = letter_document(letter, (), LATER)["course"]
    assert (document["what"], document["alarming"]) == (what, alarming)


def test_no_line_guesses_why_nobody_answered(desk: Desk) -> None:
    desk.told(AnswerOverdue(message=ID, nation="XBB", due=NOON))
    shown = " ".join(printed(letter_screen(desk.papers.letter(ID), (), LATER)).split())
    assert "why there is none is not known" in shown


# Translations.


def translated(desk: Desk, stage: Stage, *, machine: bool, text: str = "Streife zieht ab.") -> None:
    words = wire.encode(Translation(subject="Grenze", text=text))
    said = confirming(
        MESSAGE, AttachTranslation, inner=words, stage=stage, machine=machine, language="de",
        sequence=len(desk.heard) + 1,
    )  # fmt: skip
    notice = TranslationAttached(
        message=ID, desk="xbb-ghq", translator="duty-1", stage=stage, machine=machine, language="de"
    )
    desk.told(notice, paper.signed(said, words), digest_of(said))


def test_R14_translations_stand_beside_the_original_which_stays_authentic(desk: Desk) -> None:
    translated(desk, Stage.SIGHT, machine=True)
    translated(desk, Stage.OFFICIAL, machine=False)
    letter = desk.papers.letter(ID)
    assert letter.text == paper.TEXT
    assert [each.stage for each in letter.translations] == [Stage.SIGHT, Stage.OFFICIAL]
    shown = " ".join(printed(letter_screen(letter, (), LATER)).split())
    assert "SIGHT TRANSLATION BY MACHINE into de, duty-1 of xbb-ghq 011200Z JAN 26" in shown
    assert "OFFICIAL TRANSLATION into de" in shown
    assert shown.index(paper.TEXT.text) < shown.index("Streife zieht ab.")
    assert shown.count("the original alone is authentic") == 2
    (first, _) = letter_document(letter, (), LATER)["translations"]
    assert (first["machine"], first["stage"], first["text"]) == (True, "SIGHT", "Streife zieht ab.")


def test_R14_a_translation_is_checked_as_a_text_is(desk: Desk) -> None:
    translated(desk, Stage.ROUGH, machine=False, text="Nicht \u202eschie\u00dfen.")
    (only,) = desk.papers.letter(ID).translations
    assert only.flaws == ("BidirectionalOverride",)


# Mediators.


def asked(*, sealed: bool) -> RelayAsked:
    return RelayAsked(
        message=ID, message_digest=digest_of(MESSAGE), originator="xaa-ghq", to=("xbb-ghq",),
        precedence=Precedence.FLASH, sealed=sealed, acknowledge_by=LATER,
    )  # fmt: skip


@pytest.mark.parametrize("sealed", [True, False])
def test_a_mediator_is_shown_what_it_is_to_relay_and_reads_it_only_unsealed(
    tmp_path: Path, sealed: bool
) -> None:
    desk = Desk(Papers(Store(tmp_path / "mediator.sqlite3")))
    desk.told(asked(sealed=sealed), paper.signed(MESSAGE, INNER), digest_of(MESSAGE))
    (only,) = desk.papers.to_relay()
    shown = printed(next(iter(relay_lines([only], LATER))))
    assert "TO RELAY, as it is" in shown and "FM xaa-ghq" in shown
    whole = "".join(printed(each) for each in relay_lines([only], LATER))
    assert (paper.TEXT.text in whole) is not sealed
    assert ("SEALED" in whole) is sealed
    document = relay_document(only)
    assert (document["original"] is None) is sealed
    assert (document["message_id"], document["relayed"]) == (ID, False)
    assert desk.papers.relay_of(ID[-8:]) == only
    with pytest.raises(DeskTrouble, match="no message"):
        desk.papers.relay_of("0" * 32)


def test_a_sealed_message_comes_without_its_text(tmp_path: Path) -> None:
    desk = Desk(Papers(Store(tmp_path / "mediator.sqlite3")))
    desk.told(asked(sealed=True))
    (only,) = desk.papers.to_relay()
    assert (only.outer, only.text) == (None, None)


def test_an_invitation_is_shown(desk: Desk) -> None:
    desk.told(
        MediatorInvited(mediator="xcc-ghq", by="XAA", party="XBB", basis=Basis.PROTECTING_POWER)
    )
    (line,) = invitation_lines(desk.papers.invitations(), LATER)
    shown = " ".join(printed(line).split())
    assert "xcc-ghq, by XAA towards XBB (PROTECTING POWER) in border-1" in shown
