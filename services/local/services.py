"""Every service that the house runs, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from services.bus.service import Service
from services.bus.settings import Settings
from services.hotline.service import hotline
from services.visits.service import visits

SERVICES: Mapping[str, Callable[[Settings], Service]] = MappingProxyType(
    {
        "hotline": lambda chosen: hotline(chosen.acknowledge_within_s),
        "visits": lambda chosen: visits(chosen.visit_terms, chosen.visit_terms_otherwise),
    }
)
