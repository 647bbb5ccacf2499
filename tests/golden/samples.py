"""One value of every kind, the same on every machine: fixed keys, fixed fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from schemas.catalogue import payload_type
from schemas.directory import HolderKind, KeyStatement
from schemas.hotline import (
    AcknowledgeMessage,
    Act,
    CancelMessage,
    Capacity,
    CarriedMessage,
    CorrectMessage,
    HotlineDelivery,
    PassDeadline,
    ReleaseMessage,
    ReplyToMessage,
    ReportDelivered,
    ReportDeliveredToPrincipal,
    ReportReceived,
    Step,
)
from schemas.parties import MessageType, Precedence
from services.bus import seal
from tests.kit import paper
from tests.kit.court import Court, digest_of
from tests.kit.paper import NOON, outer

FOLDER = Path(__file__).parent / "v1"


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
        said = outer(
            kind, inner=remark, message=message.message_id, message_digest=digest_of(message),
            message_id="0" * 31 + "3", lane=message.lane,
        )  # fmt: skip
        yield f"hotline.{name}.v1", paper.signed(said, remark)
    due = NOON + timedelta(minutes=10)
    deadline = outer(
        PassDeadline, sender="hotline", message=message.message_id, desk="xbb-ghq",
        step=Step.OVERDUE, due=due, sent_at=due, message_id="0" * 31 + "4", lane=message.lane,
    )  # fmt: skip
    yield "hotline.pass-deadline.v1", paper.signed(deadline)
    original = paper.signed(message, text)
    delivery = outer(
        HotlineDelivery, inner=original, sender="hotline", lane=message.lane, to="xbb-ghq",
        message_id="0" * 31 + "5", directory=5, encloses=digest_of(message),
        notice=CarriedMessage(
            message=message.message_id, originator="xaa-ghq", precedence=Precedence.FLASH,
            capacity=Capacity.ACTION, acknowledge_by=due,
        ),
    )  # fmt: skip
    yield "hotline.delivery.v1", paper.signed(delivery, original)
    entry = Court().accept(message, text)
    yield "hotline.entry.v1", paper.signed(entry, by="hotline")
    statement = KeyStatement(
        holder="xbb-ghq", kind=HolderKind.DESK, authority="XBB", serial=3,
        public_key=paper.public_key("xbb-ghq"), officers=paper.OFFICERS, ladder=paper.LADDER,
        issued_at=NOON,
    )  # fmt: skip
    yield "directory.key-statement.v1", seal.sign(statement, b"", paper.hand_of("XBB"))


def samples() -> Mapping[str, bytes]:
    """Signed records by payload type."""
    return {payload_type(name): value for name, value in _samples()}


def file_of(kind: str) -> Path:
    """Where the golden bytes of a payload type lie."""
    name = kind.removeprefix("application/vnd.detente.").removesuffix("+json")
    return FOLDER / f"{name}.bin"
