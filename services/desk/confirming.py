"""What a desk says of a message that it holds: taken over, translated, relayed."""

from __future__ import annotations

from schemas.exchange import Basis, InviteMediator, Stage
from schemas.hotline import (
    AcknowledgeMessage,
    AttachTranslation,
    Confirmation,
    RelayMessage,
    Remark,
    ReportDeliveredToPrincipal,
    ReportReceived,
    Translation,
)
from schemas.parties import Precedence
from schemas.places import Point
from services.desk.draft import refuse_flawed
from services.desk.inner.read_back import of_read_back
from services.desk.inner.whole import translation_flaws, words_flaws
from services.desk.letters import Received, Sent
from services.desk.speaking import Speaking
from services.desk.trouble import DeskTrouble, explained
from services.desk.writing import about, realm_of


class Confirming(Speaking):
    """A desk that answers for what it was given."""

    def acknowledge(
        self,
        message: str,
        *,
        by: str,
        passed_to: str | None = None,
        remark: str | None = None,
        read_back: Point | None = None,
    ) -> str:
        """Take a message over. It says nothing about agreement.

        DeskTrouble where its position is to be read back, and is not, or is another.
        """
        letter = self.letter(message)
        if letter.withdrawn_unread:
            raise DeskTrouble(
                f"{letter.withdrawn_how} before anybody here read it: nothing is asked of you;"
                f" act on {letter.withdrawn_by}, which took its place",
                "WithdrawnUnread",
            )
        flaw = of_read_back(letter.text, read_back)
        if flaw is not None:
            raise DeskTrouble(f"{flaw.code}: {flaw.reason}", flaw.code)
        with explained():
            said = Remark(passed_to=passed_to, remark=remark, read_back=read_back)
        return self._confirm(AcknowledgeMessage, message, by, said)

    def report_with_principal(self, message: str, *, by: str, remark: str | None = None) -> str:
        """It reached the one who decides."""
        with explained():
            said = Remark(remark=remark)
        return self._confirm(ReportDeliveredToPrincipal, message, by, said)

    def show(self, message: str, *, by: str) -> Received:
        """Open a received message. The first time, its originator is told that it was; not of one
        whose place another took before: that is looked up on record, and read by nobody.
        """
        letter = self.letter(message)
        if letter.state == "DELIVERED" and not letter.withdrawn_unread:
            self._confirm(ReportReceived, message, by, Remark())
        return self.letter(message)

    def attach_translation(
        self,
        message: str,
        *,
        by: str,
        stage: Stage,
        machine: bool,
        language: str,
        subject: str,
        text: str,
    ) -> str:
        """Put a translation beside a message, received or released, for all who have it.

        The original stays the authentic one. DeskTrouble where a machine's is to be OFFICIAL.
        """
        self._officer(by)
        if machine and stage is Stage.OFFICIAL:
            raise DeskTrouble(
                "a machine's translation is never OFFICIAL: attach it as SIGHT or ROUGH, and have"
                " a translator make the official one",
                "MachineIsNeverOfficial",
            )
        original = self.held(message)
        fields = about(original.outer, original.digest)
        fields |= {"officer": by, "stage": stage, "machine": machine, "language": language}
        with explained():
            words = Translation(subject=subject, text=text)
        refuse_flawed(translation_flaws(words))
        readers = (original.outer.sender, *original.outer.action, *original.outer.info)
        return self._queue(AttachTranslation, fields, words, readers)

    def relay(self, message: str, *, by: str) -> str:
        """Pass on, as its mediator, what this desk was asked to relay: the same bytes."""
        self._officer(by)
        asked = self.relay_of(message)
        if asked.is_relayed:
            said = f"{message} is relayed already; it is never relayed twice"
            raise DeskTrouble(said, "RelayedAlready")
        fields = about(asked.delivery, asked.asked.message_digest, asked.asked.message)
        return self._queue(
            RelayMessage, fields | {"officer": by}, Remark(), (asked.asked.originator,)
        )

    def invite_mediator(
        self,
        matter: str,
        mediator: str,
        party: str,
        basis: Basis,
        *,
        by: str,
        exercise: str | None = None,
    ) -> str:
        """Ask a third desk to relay between the own nation and another in a matter.

        On the exercise desk, `exercise` names the exercise. It travels as IMMEDIATE does.
        """
        self._officer(by)
        fields = {
            "matter": matter,
            "lane": Precedence.IMMEDIATE.lane,
            **realm_of(exercise),
            "mediator": mediator,
            "party": party,
            "basis": basis,
            "officer": by,
        }
        return self._queue(InviteMediator, fields, Remark(), (mediator,))

    def held(self, message: str) -> Received | Sent:
        """A message that this desk received or released. DeskTrouble where there is none."""
        given, made = self.store.identities(message)
        return self.letter(message) if given or not made else self.sent(message)

    def _confirm(self, kind: type[Confirmation], message: str, by: str, remark: Remark) -> str:
        self._officer(by)
        letter = self.letter(message)
        refuse_flawed(words_flaws(remark, letter.outer.message_type))
        fields = about(letter.outer, letter.digest) | {"officer": by}
        return self._queue(kind, fields, remark, (letter.outer.sender,))
