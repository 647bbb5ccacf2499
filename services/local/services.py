"""Every service that the house runs, by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from services.alerts.service import alerts
from services.bus.service import Service
from services.bus.settings import Settings
from services.hotline.service import hotline

SERVICES: Mapping[str, Callable[[Settings], Service]] = MappingProxyType(
    {
        "hotline": lambda chosen: hotline(chosen.acknowledge_within_s),
        "alerts": lambda chosen: alerts(chosen.acknowledge_within_s),
    }
)
