"""What a matter holds: a chain, a part of risk reduction, a notice, or templates. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.alerts.chain.state import Chain
from services.alerts.notices.state import Notice
from services.alerts.risk.state import Risk
from services.alerts.templates import Templates


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter. Which of the four it is follows from its name, so it is never two of them."""

    chain: Chain = field(default_factory=Chain)
    risk: Risk = field(default_factory=Risk)
    notice: Notice = field(default_factory=Notice)
    templates: Templates = field(default_factory=Templates)
