"""A desk's home: the folder with its name, its officers, its key and its stores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field, ValidationError

from schemas.parties import Contract, DeskId, OfficerId
from services.bus import keys
from services.bus.seal import Signer
from services.bus.topics import Realm
from services.desk.store.store import Store
from services.desk.trouble import DeskTrouble


class HomeFile(Contract):
    """What `desk.json` says of a home."""

    desk: DeskId
    officers: tuple[OfficerId, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Home:
    """A folder that holds one desk: its name, its key, its stores."""

    folder: Path

    def create(self, desk: str, officers: Sequence[str]) -> Signer:
        """A new desk with a new key. Never overwrites one."""
        written = HomeFile(desk=desk, officers=tuple(officers))
        self.folder.mkdir(parents=True, exist_ok=True)
        key = keys.make(self.folder / "desk.key")
        (self.folder / "desk.json").write_bytes(written.model_dump_json(indent=2).encode())
        return Signer(desk, key)

    def read(self) -> HomeFile:
        """What this home holds. DeskTrouble where it is none."""
        try:
            return HomeFile.model_validate_json((self.folder / "desk.json").read_bytes())
        except FileNotFoundError as trouble:
            raise DeskTrouble(
                f"{self.folder} is no desk's home: run `detente desk init`, or name it with --home"
            ) from trouble
        except ValidationError as trouble:
            raise DeskTrouble(f"{self.folder / 'desk.json'} cannot be read") from trouble

    def signer(self) -> Signer:
        """The desk's hand."""
        return Signer(self.read().desk, keys.load(self.folder / "desk.key"))

    def store(self, realm: Realm) -> Store:
        """The desk's store; an exercise has one of its own."""
        return Store(self.folder / f"{realm}.sqlite3")

    def lock(self, realm: Realm) -> Path:
        """The file that whichever process talks to the bus for this home holds."""
        return self.folder / f"{realm}.lock"
