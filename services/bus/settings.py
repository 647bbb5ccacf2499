"""What can be set from outside, by DETENTE_… variables; every default is safe to run."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.parties import Lane, Nation, Precedence
from schemas.visit_terms import HostTerms
from services.bus.budget import Allowance

PARTITIONS_MAX = 64


class Settings(BaseSettings):
    """Settings of every process. Durations are in seconds."""

    model_config = SettingsConfigDict(env_prefix="DETENTE_", frozen=True, extra="ignore")

    state: Path = Field(default=Path(".detente"), description="Where local data is kept.")
    roots: Path | None = Field(
        default=None, description="Folder of the roots' public keys; <state>/roots by default."
    )
    kafka_bootstrap_servers: str | None = Field(
        default=None, description="An existing cluster; unset, the local one is used."
    )
    kafka_replicas: int = Field(default=1, ge=1, description="Copies of each topic.")
    kafka_send_within_s: float = Field(default=5.0, gt=0)
    partitions: int = Field(
        default=4, ge=1, le=PARTITIONS_MAX, description="Of each service topic."
    )
    instance: str = Field(default="1", description="Tells instances of one service apart.")
    skew_s: float = Field(default=120.0, description="How far ahead a sender's clock may be.")
    acknowledge_within_s: dict[Precedence, float] = Field(
        default={
            Precedence.OVERRIDE: 5 * 60,
            Precedence.FLASH: 10 * 60,
            Precedence.IMMEDIATE: 30 * 60,
            Precedence.PRIORITY: 3 * 3600,
            Precedence.ROUTINE: 24 * 3600,
        },
        description="Ceilings for acknowledgement, from release. DEFERRED has none.",
    )
    allowances: dict[Lane, Allowance] = Field(
        default={
            Lane.FLASH: Allowance(6, 20),
            Lane.IMMEDIATE: Allowance(30, 30),
            Lane.PRIORITY: Allowance(120, 120),
        },
        description="Messages a desk may send on a lane: a minute, and at once.",
    )
    visit_terms: dict[Nation, HostTerms] = Field(
        default={}, description="Lead times, week, holidays and quotas by host country."
    )
    visit_terms_otherwise: HostTerms = Field(
        default=HostTerms(), description="Those of countries that are not named."
    )
    health_port: int = Field(default=0, description="Metrics and health; 0 for none.")
    health_host: str = Field(
        default="127.0.0.1",
        description="Where they are served. Another only on a network that leads nowhere else.",
    )
    otlp_endpoint: str | None = Field(
        default=None,
        description="Where spans go: OTLP over HTTP, or file:PATH; unset, no trace is kept.",
    )
    watch_port: int = Field(default=19400, description="Where the watch is served, on loopback.")
    log_level: str = "info"

    @property
    def roots_folder(self) -> Path:
        """Where the trusted roots lie."""
        return self.roots or self.state / "roots"

    @property
    def bootstrap(self) -> str:
        """The cluster to talk to."""
        return self.kafka_bootstrap_servers or "127.0.0.1:19092"

    @property
    def watch_url(self) -> str:
        """Where operators ask the watch."""
        return f"http://127.0.0.1:{self.watch_port}"


@cache
def settings() -> Settings:
    """The process's settings, read once."""
    return Settings()
