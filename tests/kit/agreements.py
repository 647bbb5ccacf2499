"""Agreements on paper: a record, what states and depositary say, and time that passes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from schemas.acts import Act
from schemas.agreement_acts import Authority, FullPowers, Instrument, InstrumentAction, Office
from schemas.agreement_facts import AgreementPhase, PartyPhase
from schemas.agreement_record import (
    AgreementKind,
    AgreementRecord,
    AgreementState,
    Binding,
    Means,
    NInstruments,
    Protocol,
    ProtocolStep,
    Trigger,
    Who,
    matter_of,
)
from schemas.agreements import (
    LANE,
    AdoptText,
    AgreementCommand,
    AuthenticateText,
    OpenForSignature,
    OverheardEvent,
    ProposeAgreement,
    RecordInstrument,
    SubmitInstrument,
)
from schemas.envelope import Outer
from schemas.parties import Function, Lane, Precedence
from services.agreements.own_word import NAME
from services.agreements.service import agreements
from services.agreements.state import Agreement, Family
from services.bus import topics
from services.bus.gate import Gate
from services.bus.judge import Decided, Judge, Outcome
from services.bus.ledger import Ledger
from services.bus.topics import Realm
from services.bus.transport import Record
from tests.kit import paper
from tests.kit.court import code
from tests.kit.paper import outer

NAMED = "xaa-xbb-dca"
DEPOSITARY = "xaa-dep"
MINISTRIES = ("xaa-mfa", "xbb-mfa", "xcc-mfa")
FUNCTIONS: dict[str, tuple[Function, ...]] = {
    **dict.fromkeys(MINISTRIES, (Function.FOREIGN_MINISTRY,)),
    **dict.fromkeys(("xaa-ghq", "xbb-ghq", "xcc-ghq"), (Function.MILITARY,)),
    DEPOSITARY: (Function.DEPOSITARY,),
    "xbb-dep": (Function.DEPOSITARY,),
}
MINISTER = Authority(office=Office.FOREIGN_MINISTER)
BEGINS = datetime(2026, 1, 1, 12, tzinfo=UTC)
CONSULT = Protocol(
    protocol="consult",
    article="5(1)",
    trigger=Trigger(events=("AIRSPACE_VIOLATION", "FACT_NOTICE")),
    steps=(
        ProtocolStep(
            who=Who.OTHERS,
            message=Act.CLARIFICATION_REQUEST,
            precedence=Precedence.IMMEDIATE,
            within_s=3600,
        ),
        ProtocolStep(
            who=Who.REPORTER,
            message=Act.ASSURANCE,
            precedence=Precedence.PRIORITY,
            within_s=48 * 3600,
        ),
    ),
)


def state_of(nation: str) -> AgreementState:
    """A state with its two desks."""
    low = nation.lower()
    return AgreementState(nation=nation, ministry=f"{low}-mfa", watch=f"{low}-ghq")


def record(*nations: str, **fields: Any) -> AgreementRecord:
    """An agreement in force with two instruments, unless told otherwise."""
    filled: dict[str, Any] = {
        "agreement": NAMED,
        "kind": AgreementKind.DEFENCE_COOPERATION_AGREEMENT,
        "binding": Binding.LEGAL,
        "depositary": DEPOSITARY,
        "states": tuple(map(state_of, nations or ("XAA", "XBB"))),
        "means": (Means.DEFINITIVE_SIGNATURE, Means.RATIFICATION, Means.NOTE, Means.ACCESSION),
        "entry_into_force": NInstruments(number=2),
        "protocols": (CONSULT,),
    }
    return AgreementRecord(**(filled | fields))


def arrangement(**fields: Any) -> AgreementRecord:
    """An implementing arrangement under the agreement above."""
    filled: dict[str, Any] = {
        "agreement": "dca-annex", "parent": NAMED, "kind": AgreementKind.IMPLEMENTING_ARRANGEMENT,
        "means": (Means.DEFINITIVE_SIGNATURE, Means.RATIFICATION), "protocols": (),
    }  # fmt: skip
    return record(**(filled | fields))


def powers(at: datetime = BEGINS) -> Authority:
    """A holder of full powers."""
    document = FullPowers(issued_by=Office.HEAD_OF_STATE, dated=at, document="a" * 64)
    return Authority(office=Office.PLENIPOTENTIARY, full_powers=document)


class AgreementCourt:
    """One partition of the service, without I/O, in which time passes."""

    def __init__(self, at: datetime = BEGINS, matter: str = matter_of(NAMED)) -> None:
        holders = [paper.vouched(NAME), paper.vouched("hotline")]
        holders += [paper.vouched(desk, functions=each) for desk, each in FUNCTIONS.items()]
        self.keyring = paper.keyring_of(holders)
        self.service = agreements()
        self.ledger = Ledger(self.service, {})
        self.gate = Gate(self.service, Realm.LIVE, partitions=1, skew_s=120)
        self.entries: list[tuple[Any, bytes]] = []
        self.now, self.matter, self.offset = at, matter, 0
        self.numbers: dict[str, int] = {}

    # Saying.

    def hear(self, command: Outer) -> Outcome:
        """Sign a command in its sender's name, and judge it, now."""
        self.offset += 1
        record = Record(
            topic=topics.commands(NAME, Lane.ROUTINE, Realm.LIVE),
            partition=0,
            offset=self.offset,
            appended_at=self.now,
            key=command.matter.encode(),
            value=paper.signed(command),
            headers=(),
        )
        draft = self.ledger.draft()
        outcome = Judge(self.service, self.gate, self.keyring).judge(record, draft)
        for entry, payload in draft.entries:
            assert self.ledger.fold(entry, payload, len(self.entries))
            self.entries.append((entry, payload))
        return outcome

    def command(self, kind: type[AgreementCommand], sender: str, **fields: Any) -> Any:
        """What a desk says, sound unless the fields make it otherwise."""
        number = self.numbers[sender] = self.numbers.get(sender, 0) + 1
        filled: dict[str, Any] = {
            "sender": sender, "matter": self.matter, "lane": LANE, "officer": "duty-1",
            "sent_at": self.now, "sequence": number, "agreement": NAMED,
            "message_id": paper.identity((sender, number, self.matter)),
        }  # fmt: skip
        if kind in (AdoptText, AuthenticateText, ProposeAgreement):
            filled |= {"authority": MINISTER}
        return outer(kind, **(filled | fields))

    def told(self, kind: type[AgreementCommand], sender: str, **fields: Any) -> str:
        """How it ended, in a word: accepted, or the refusal's code."""
        return code(self.hear(self.command(kind, sender, **fields)))

    def done(self, kind: type[AgreementCommand], sender: str, **fields: Any) -> Any:
        """Say it, and make sure that it was not refused; its entry."""
        outcome = self.hear(self.command(kind, sender, **fields))
        assert isinstance(outcome, Decided) and outcome.refused is None, outcome
        return outcome.entry

    def instrument(self, action: InstrumentAction, state: str, **fields: Any) -> Instrument:
        """An instrument of this state, of today."""
        filled: dict[str, Any] = {
            "action": action, "state": state, "dated": self.now, "authority": MINISTER,
        }  # fmt: skip
        return Instrument(**(filled | fields))

    def submits(self, action: InstrumentAction, state: str, **fields: Any) -> str:
        """A state submits an instrument: accepted, or why not."""
        of = fields.pop("agreement", NAMED)
        sender = fields.pop("sender", f"{state.lower()}-mfa")
        instrument = self.instrument(action, state, **fields)
        return self.told(SubmitInstrument, sender, instrument=instrument, agreement=of)

    def deposits(self, action: InstrumentAction, state: str, **fields: Any) -> str:
        """A state submits it, and the depositary records it; the instrument's identity."""
        of = fields.get("agreement", NAMED)
        assert self.submits(action, state, **fields) == "accepted", self.entries[-1][0].events
        identity: str = self.entries[-1][0].command
        self.done(RecordInstrument, DEPOSITARY, instrument=identity, agreement=of)
        return identity

    # Time.

    def pass_until(self, moment: datetime) -> None:
        """Let time pass as the service's clock does."""
        while due := [d for d in self.ledger.deadlines.get(self.matter, ()) if d.due <= moment]:
            deadline = min(due, key=lambda each: each.due)
            self.now = max(self.now, deadline.due)
            outcome = self.hear(deadline.command())
            assert isinstance(outcome, Decided) and outcome.refused is None, outcome
        self.now = max(self.now, moment)

    def wait(self, **time: float) -> None:
        """So much time passes."""
        self.pass_until(self.now + timedelta(**time))

    # Ready-made.

    def opened(self, made: AgreementRecord | None = None, closes_on: Any = None) -> AgreementCourt:
        """A text proposed, adopted, authenticated and open."""
        made = made or record()
        ministries = [each.ministry for each in made.states]
        self.done(ProposeAgreement, ministries[0], record=made, agreement=made.agreement)
        name = {"agreement": made.agreement}
        for each in ministries[1:]:
            self.done(AdoptText, each, record_digest=made.digest, **name)
        for each in ministries:
            self.done(AuthenticateText, each, record_digest=made.digest, **name)
        self.done(OpenForSignature, made.depositary, closes_on=closes_on, **name)
        return self

    def signed(self, *states: str, **fields: Any) -> AgreementCourt:
        """Signed, subject to ratification."""
        for each in states or ("XAA", "XBB"):
            self.deposits(InstrumentAction.SIGNATURE, each, **fields)
        return self

    def ratified(self, *states: str, **fields: Any) -> AgreementCourt:
        """Signed and ratified."""
        for each in states or ("XAA", "XBB"):
            self.deposits(InstrumentAction.SIGNATURE, each, **fields)
        for each in states or ("XAA", "XBB"):
            self.wait(minutes=1)
            self.deposits(InstrumentAction.RATIFICATION, each, **fields)
        return self

    def in_force(self, made: AgreementRecord | None = None) -> AgreementCourt:
        """In force for all its states."""
        made = made or record()
        self.opened(made).ratified(*made.nations)
        self.wait(seconds=1)
        assert self.of().phase in (AgreementPhase.IN_FORCE, AgreementPhase.AWAITING_EIF)
        return self

    # Seeing.

    @property
    def family(self) -> Family:
        """All in the matter."""
        book = self.ledger.book(self.matter)
        assert book is not None
        family: Family = book.state
        return family

    def of(self, name: str = NAMED) -> Agreement:
        """An agreement as it is."""
        return self.family.agreements[name]

    def party(self, nation: str, name: str = NAMED) -> PartyPhase:
        """How a state stands."""
        return self.of(name).participants[nation].phase

    def happened(self, kind: str) -> list[Any]:
        """Every event of a kind."""
        return [e for entry, _ in self.entries for e in entry.events if e.kind == kind]


def overheard(**fields: Any) -> OverheardEvent:
    """An event between XAA, which told of it, and XBB."""
    filled: dict[str, Any] = {
        "code": "FACT_NOTICE", "occurred_at": BEGINS, "told_at": BEGINS, "by": "XAA",
        "nations": ("XAA", "XBB"), "message": "e" * 32, "matter": "border-1", "thread": "border-1",
    }  # fmt: skip
    return OverheardEvent(**(filled | fields))
