"""`detente quarantine` as operators and custodians type it, on a real Kafka."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from services.bus.quarantine import Held
from tests.conftest import ON_KAFKA, ROOT
from tests.kit.house import House
from tests.twins.test_redelivery import CANARY, kept_of, latecomer

pytestmark = [pytest.mark.slow, pytest.mark.parametrize("house", [ON_KAFKA], indirect=True)]


@dataclass
class Typed:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


@dataclass
class Machine:
    """A custodian's machine: a folder with their own key, and the cluster's address."""

    house: House
    kafka: str
    folder: Path

    async def types(self, *words: str | Path) -> Typed:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "services", *map(str, words),
            cwd=self.folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100",
                 "DETENTE_STATE": str(self.house.folder),
                 "DETENTE_KAFKA_BOOTSTRAP_SERVERS": self.kafka},
        )  # fmt: skip
        out, err = await process.communicate()
        typed = Typed(process.returncode or 0, out.decode(), err.decode())
        assert CANARY not in typed.out + typed.err
        return typed


@pytest.fixture
def machine(house: House, kafka: str, tmp_path: Path) -> Machine:
    """With the roots' keys where `detente keys` looks for them."""
    private = house.settings.roots_folder / "private"
    if not private.exists():
        private.symlink_to(house.folder / "root-keys")
    return Machine(house, kafka, tmp_path)


async def appointed(machine: Machine, *names: str) -> list[Path]:
    """Custodians with keys that they made themselves."""
    files = []
    for name in names:
        file = machine.folder / f"{name}.key"
        made = await machine.types("quarantine", "key", file, "--json")
        said = await machine.types("keys", "custodian", name, made.document["public"], "--json")
        assert said.document == {"custodian": name, "keyid": made.document["keyid"]}, said
        assert file.stat().st_mode & 0o077 == 0
        files.append(file)
    return files


def place(kept: Held) -> str:
    return str(kept.place)


@pytest.mark.timeout(180)
async def test_two_custodians_look_propose_sign_and_redeliver(
    house: House, machine: Machine
) -> None:
    ours, theirs = await appointed(machine, "bus-custodian-7", "xcc-custodian-7")
    desk, kept = await latecomer(house)
    assert kept.outer is not None
    message, record = kept.outer.message_id, place(kept)

    listed = await machine.types(
        "quarantine", "list", "hotline", "--code", "UnknownKey", "--since", "1h", "--json"
    )
    (row,) = [each for each in listed.document["rows"] if each["record"] == record]
    assert row["claimed_sender"] == desk and row["since"] == "WAITS" and row["may_be_cured"]
    reasons = {each["code"]: each for each in listed.document["by_reason"]}
    assert "national root" in reasons["UnknownKey"]["reason"]
    assert reasons["UnknownKey"]["count"] == listed.document["count"]
    shown = await machine.types("quarantine", "show", record)
    assert shown.code == 0
    assert desk in shown.out and "ago)" in shown.out and "directory was late" in shown.out

    await house.vouch(desk)
    paper = machine.folder / "proposal.json"
    proposed = await machine.types("quarantine", "propose", record, "--key", ours, "--out", paper)
    assert proposed.code == 0 and "bus-custodian-7 proposes" in proposed.out, proposed
    alone = await machine.types("quarantine", "redeliver", paper, "--key", ours)
    assert alone.code == 2 and "SamePerson" in alone.err
    for _ in range(2):
        done = await machine.types("quarantine", "redeliver", paper, "--key", theirs, "--json")
        assert done.code == 0, done
        assert done.document["redelivery"]["ended"] == "CARRIED"
        assert done.document["redelivery"]["custodians"] == ["bus-custodian-7", "xcc-custodian-7"]
    assert (await house.given("xbb-ghq", message)).text.text == CANARY

    after = await machine.types("quarantine", "show", record, "--json")
    assert after.document["redelivered"] and after.document["decided"] == "CARRIED"
    assert after.document["outer"]["message_id"] == message
    again = await machine.types("quarantine", "propose", record, "--key", ours)
    assert again.code == 2 and "AlreadyDecided" in again.err
    people = await machine.types("quarantine", "list")
    assert people.code == 0 and record in people.out and "REDELIVERED" in people.out
    assert "EXERCISE" in people.out


@pytest.mark.timeout(180)
async def test_what_a_custodian_cannot_do_is_said_with_its_reason(
    house: House, machine: Machine
) -> None:
    (ours,) = await appointed(machine, "xbb-custodian-7")
    refused = await house.refused("xaa-ghq", house.draft(house.matter(), action=("xbb-nowhere",)))
    kept = await kept_of(house, refused.outer.message_id, "UnknownAddressee")
    told = await machine.types("quarantine", "propose", place(kept), "--key", ours)
    assert told.code == 2 and "AlreadyDecided" in told.err
    nowhere = f"{kept.place.service}/{kept.place.partition}/999999"
    for words, code, said in (
        (("show", nowhere), 2, "NotQuarantined"),
        (("show", "exercise.hotline/0/999999"), 2, "NotQuarantined"),
        (("show", "hotline"), 1, "SERVICE/PARTITION/OFFSET"),
        (("list", "hotlines"), 1, "no service"),
        (("list", "--since", "yesterday"), 1, "no time"),
        (("redeliver", str(ours), "--key", str(ours)), 1, "no proposal"),
        (("propose", nowhere, "--key", "nowhere.key"), 1, "no key"),
    ):
        typed = await machine.types("quarantine", *words)
        assert (typed.code, said in typed.err) == (code, True), (words, typed)
    revoked = await machine.types("keys", "revoke", "xbb-custodian-7")
    assert revoked.code == 0, revoked
    _, waiting = await latecomer(house)
    told = await machine.types("quarantine", "propose", place(waiting), "--key", ours)
    assert told.code == 2 and "UnknownKey" in told.err
