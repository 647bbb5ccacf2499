"""One value of every kind, the same on every machine: fixed keys, fixed fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from schemas.acts import Act
from schemas.agreement_acts import InstrumentAction, ReservationMade
from schemas.agreement_facts import AgreementDue
from schemas.agreements import (
    AdoptText,
    AgreementsDelivery,
    AuthenticateText,
    HearEvent,
    HearMessage,
    NotifyStates,
    OpenForSignature,
    PassAgreementDeadline,
    ProposeAgreement,
    ProposeCorrection,
    RecordCorrection,
    RecordInstrument,
    RegisterAgreement,
    ReportObligationMet,
    ReturnInstrument,
    SubmitInstrument,
)
from schemas.catalogue import payload_type, payload_type_of
from schemas.exchange import Basis, InviteMediator, PassTerm, Stage, Term
from schemas.hotline import (
    AcknowledgeMessage,
    AttachTranslation,
    CancelMessage,
    CorrectMessage,
    HotlineEntry,
    RelayMessage,
    ReleaseMessage,
    ReplyToMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
    Step,
)
from schemas.lines import (
    AdoptLine,
    AgreeMaintenance,
    AgreeReview,
    AnswerTest,
    Cause,
    CloseLine,
    DeclareCause,
    EstablishLine,
    LineDeadline,
    NoteClass,
    PassLineDeadline,
    Reading,
    ReportPathDown,
    RestoreLine,
    SendLineNote,
    SendTest,
    SuspendLine,
)
from schemas.parties import Contract, Lane, MessageType, Precedence
from schemas.receipts import Position
from services.bus import seal
from tests.golden import alert_samples
from tests.golden.visits import visits_given, visits_said
from tests.kit import paper
from tests.kit.agreements import (
    BEGINS,
    DEPOSITARY,
    NAMED,
    AgreementCourt,
    overheard,
    powers,
)
from tests.kit.agreements import record as agreement_record
from tests.kit.court import Court, carrying, confirming, digest_of, passing
from tests.kit.custody import CustodyCourt, by_both, early, late, ordering
from tests.kit.lines import record as line_record
from tests.kit.lines import saying
from tests.kit.paper import NOON, outer

FOLDER = Path(__file__).parent / "v1"
REDELIVERED = Path(__file__).parent / "redelivered.hotline.entry.v1.bin"
"""A second form of a kind: an entry on the order of two custodians."""


def _samples() -> Iterable[tuple[str, bytes]]:
    text = paper.inner_of(ReleaseMessage)
    remark = paper.inner_of(ReportDelivered)
    message = outer(
        ReleaseMessage, inner=text, message_id="0" * 31 + "1", precedence=Precedence.FLASH,
        act=Act.CEASE_ACTION, info=("xcc-ghq",), reply_by=NOON + timedelta(hours=1),
        expires_at=NOON + timedelta(milliseconds=1500),
    )  # fmt: skip
    yield "hotline.release-message.v1", paper.signed(message, text)
    follows: dict[str, Any] = {"inner": text, "sequence": 2, "message_id": "0" * 31 + "2"}
    reply = outer(
        ReplyToMessage, sender="xbb-ghq", action=("xaa-ghq",), in_reply_to=message.message_id,
        references=(message.message_id,), **follows,
    )  # fmt: skip
    yield "hotline.reply-to-message.v1", paper.signed(reply, text)
    correction = outer(CorrectMessage, obsoletes=message.message_id, **follows)
    yield "hotline.correct-message.v1", paper.signed(correction, text)
    cancellation = outer(
        CancelMessage, obsoletes=message.message_id, message_type=MessageType.EXERCISE,
        exercise="NORTHERN LIGHT", **follows,
    )  # fmt: skip
    yield "hotline.cancel-message.v1", paper.signed(cancellation, text)
    for name, kind in (
        ("report-delivered", ReportDelivered),
        ("report-received", ReportReceived),
        ("acknowledge-message", AcknowledgeMessage),
        ("report-delivered-to-principal", ReportDeliveredToPrincipal),
    ):
        said = confirming(message, kind, inner=remark, message_id="0" * 31 + "3")
        yield f"hotline.{name}.v1", paper.signed(said, remark)
    deadline = passing(message, Step.OVERDUE, message_id="0" * 31 + "4")
    yield "hotline.pass-deadline.v1", paper.signed(deadline)
    original = paper.signed(message, text)
    delivery = carrying(
        message, inner=original, acknowledge_by=deadline.due, message_id="0" * 31 + "5",
        directory=5, encloses=digest_of(message),
    )  # fmt: skip
    yield "hotline.delivery.v1", paper.signed(delivery, original)
    yield "hotline.entry.v1", paper.signed(_first_kind(Court().accept(message, text)), by="hotline")
    relay = confirming(
        message, RelayMessage, inner=remark, sender="xcc-ghq", message_id="0" * 31 + "6"
    )
    yield "hotline.relay-message.v1", paper.signed(relay, remark)
    translation = confirming(
        message, AttachTranslation, inner=remark, stage=Stage.ROUGH, machine=True,
        language="fr", message_id="0" * 31 + "7",
    )  # fmt: skip
    yield "hotline.attach-translation.v1", paper.signed(translation, remark)
    invitation = outer(
        InviteMediator, inner=remark, mediator="xcc-ghq", party="XBB", officer="duty-1",
        basis=Basis.PROTECTING_POWER, message_id="0" * 31 + "8",
    )  # fmt: skip
    yield "hotline.invite-mediator.v1", paper.signed(invitation, remark)
    term = outer(
        PassTerm, sender="hotline", message=message.message_id, term=Term.ANSWER, nation="XBB",
        due=NOON + timedelta(hours=1), message_id="0" * 31 + "9",
    )  # fmt: skip
    yield "hotline.pass-term.v1", paper.signed(term)
    for number, said in enumerate(_of_a_line(), 16):
        spoken = said.model_copy(update={"message_id": f"{number:032x}"})
        yield _name_of(type(said)), paper.signed(spoken)
    for number, (words, inner) in enumerate(alert_samples.said(), 64):
        spoken = words.model_copy(update={"message_id": f"{number:032x}"})
        yield _name_of(type(spoken)), paper.signed(spoken, inner)
    for number, (words, inner) in enumerate(alert_samples.said_of_sources(), 512):
        spoken = words.model_copy(update={"message_id": f"{number:032x}"})
        yield _name_of(type(spoken)), paper.signed(spoken, inner)
    entry, given, original = alert_samples.entry_and_delivery()
    yield "alerts.delivery.v1", paper.signed(given, original)
    yield "alerts.entry.v1", paper.signed(entry, by="alerts")
    for number, said in enumerate(visits_said(), 64):
        spoken = said.model_copy(update={"message_id": f"{number:032x}"})
        yield _name_of(type(said)), paper.signed(spoken)
    yield from visits_given()
    yield from _of_agreements()
    custody = CustodyCourt(early())
    custody.say(outer(message_id="0" * 32))
    order = ordering(custody.kept[0], message_id="0" * 31 + "a")
    yield "custodians.redeliver-record.v1", by_both(order)
    statement = paper.statement(
        "xbb-ghq", serial=3, public_key=paper.public_key("xbb-ghq"), officers=paper.OFFICERS,
        ladder=paper.LADDER,
    )  # fmt: skip
    yield "directory.key-statement.v1", seal.sign(statement, b"", paper.hand_of("XBB"))


def redelivered() -> bytes:
    """The entry of a message that custodians had judged again."""
    custody = CustodyCourt(early())
    custody.say(outer(message_id="0" * 32))
    custody.keyring = late()
    custody.order(custody.kept[0], message_id="0" * 31 + "a")
    ((entry, _),) = custody.entries
    return paper.signed(entry, by="hotline")


def _of_agreements() -> Iterable[tuple[str, bytes]]:
    court = AgreementCourt()
    made = agreement_record(review_on=BEGINS + timedelta(days=365))
    said: list[Any] = [
        court.command(ProposeAgreement, "xaa-mfa", record=made),
        court.command(AdoptText, "xbb-mfa", record_digest=made.digest),
        court.command(AuthenticateText, "xaa-mfa", record_digest=made.digest),
        court.command(OpenForSignature, DEPOSITARY, closes_on=BEGINS + timedelta(days=90)),
        court.command(
            SubmitInstrument, "xaa-mfa",
            instrument=court.instrument(
                InstrumentAction.SIGNATURE, "XAA", authority=powers(),
                reservations=(ReservationMade(reservation="r1", article="4(2)"),),
            ),
        ),
        court.command(RecordInstrument, DEPOSITARY, instrument="0" * 32),
        court.command(ReturnInstrument, DEPOSITARY, instrument="0" * 32),
        court.command(NotifyStates, DEPOSITARY, entry_into_force=BEGINS),
        court.command(ProposeCorrection, DEPOSITARY, objections_until=BEGINS + timedelta(days=9)),
        court.command(RecordCorrection, DEPOSITARY, correction="0" * 32),
        court.command(
            RegisterAgreement, "xbb-mfa", number="60001", received_on=BEGINS,
            certified_copy="c" * 64,
        ),
        court.command(ReportObligationMet, "xbb-ghq", obligation="0" * 32, met_by="1" * 32),
    ]  # fmt: skip
    notice = Position(topic="hotline.ledger.v1", partition=0, offset=7)
    own: dict[str, Any] = {
        "sender": "agreements", "matter": court.matter, "lane": Lane.ROUTINE, "agreement": NAMED,
    }  # fmt: skip
    said += [
        outer(PassAgreementDeadline, **own, what=AgreementDue.REVIEW, which="", due=BEGINS),
        outer(HearEvent, **own, event=overheard(), source=notice),
        outer(
            HearMessage, **own, message="2" * 32, by="xbb-ghq", to=("xaa-ghq",),
            act=Act.CLARIFICATION_REQUEST, thread="border-1", accepted_at=BEGINS, source=notice,
        ),
    ]  # fmt: skip
    for number, each in enumerate(said, 256):
        spoken = each.model_copy(update={"message_id": f"{number:032x}"})
        yield _name_of(type(each)), paper.signed(spoken)
    entry = court.done(ProposeAgreement, "xaa-mfa", record=made)
    yield "agreements.entry.v1", paper.signed(entry, by="agreements")
    given = outer(
        AgreementsDelivery, sender="agreements", matter=court.matter, lane=Lane.ROUTINE,
        message_id=f"{300:032x}", to="xbb-mfa", directory=0, encloses=None,
        notice=entry.tells[0].notice,
    )  # fmt: skip
    yield "agreements.delivery.v1", paper.signed(given)


def _first_kind(entry: HotlineEntry) -> HotlineEntry:
    """An entry as it was written before a message's act stood in it, and before a cry to stop cost
    no budget. Such must be read for ever.
    """
    accepted = entry.events[0].model_copy(update={"act": None, "answer_by": None})
    told = entry.tells[0].model_copy(update={"notice": accepted})
    return entry.model_copy(
        update={
            "budgeted": True,
            "events": (accepted,),
            "tells": (told, *entry.tells[1:]),
        }
    )


def _of_a_line() -> Iterable[Any]:
    established = line_record()
    window: dict[str, Any] = {"start": NOON + timedelta(hours=1), "end": NOON + timedelta(hours=2)}
    yield saying(EstablishLine, record=established)
    yield saying(AdoptLine, "xbb-ghq", record_digest=established.digest)
    yield saying(SendTest, path="satellite", serial=1)
    yield saying(AnswerTest, "xbb-ghq", test="0" * 31 + "6", reading=Reading.CLEAR)
    yield saying(ReportPathDown, path="cable")
    yield saying(AgreeMaintenance, **window)
    yield saying(SuspendLine)
    yield saying(RestoreLine)
    yield saying(CloseLine)
    yield saying(DeclareCause, cause=Cause.TECHNICAL_SUSPECTED)
    yield saying(SendLineNote, note=NoteClass.GOODWILL)
    yield saying(PassLineDeadline, "hotline", what=LineDeadline.TEST, due=NOON)
    yield saying(AgreeReview, next_due=date(2028, 1, 1))


def samples() -> Mapping[str, bytes]:
    """Signed records by payload type."""
    return {payload_type(name): value for name, value in _samples()}


def file_of(kind: str) -> Path:
    """Where the golden bytes of a payload type lie."""
    return FOLDER / f"{_bare(kind)}.bin"


def _name_of(contract: type[Contract]) -> str:
    return _bare(payload_type_of(contract))


def _bare(kind: str) -> str:
    """A payload type's own part."""
    return kind.removeprefix("application/vnd.detente.").removesuffix("+json")
