"""What can be done about a quarantined record, by why it lies there. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.redelivery import RedeliverRecord
from services.bus.quarantine import CARRIED, REFUSED, Held

CURED_BY: Mapping[str, str] = {
    "UnknownKey": "Redeliver once `detente keys list` has the sender's key: the directory was late",
    "UnknownVersion": "Redeliver once the service runs a release that knows this kind",
    "FromTheFuture": "Redeliver once its time has come: its desk's clock was ahead",
}
"""What came from outside the record, and can be otherwise now; the sender need do nothing."""


def advice(one: Held) -> str:
    """What to do, in one sentence."""
    if one.redelivered or one.decided == CARRIED:
        return "Nothing: it was carried since"
    if one.decided == REFUSED:
        return "Nothing here: the ledger decided it, and told its sender why"
    if isinstance(one.outer, RedeliverRecord):
        return "Propose anew: this is a custodians' order that was not taken"
    if not one.whole:
        return "Ask its sender to send it again: quarantine has the outer part only"
    return CURED_BY.get(one.code) or (
        "Ask its sender to release it again: what is wrong lies in its bytes. Redeliver only where "
        "the refusal was a fault of the service that is mended now"
    )


def may_be_cured(one: Held) -> bool:
    """Whether it is worth two custodians' time: nothing decided it, and its bytes may be good."""
    if isinstance(one.outer, RedeliverRecord) or one.decided is not None:
        return False
    return one.whole and not one.redelivered and one.code in CURED_BY
