"""A scenario's format as JSON Schema, made from its contract and published beside this."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.rehearsal.format.scenario import Scenario

PUBLISHED = Path(__file__).parent / "scenario.schema.json"


def schema() -> dict[str, Any]:
    """What editors complete and check a scenario by."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Scenario.model_json_schema(by_alias=True),
    }
