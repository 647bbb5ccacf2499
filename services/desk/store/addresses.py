"""How other desks are addressed: what the directory says, kept for when the bus is away."""

from __future__ import annotations

from services.desk.store.file import StoreFile
from services.desk.store.records import Address


class AddressBook(StoreFile):
    """The forms of address of a store."""

    def keep_address(self, address: Address) -> None:
        """The directory's latest word on a desk; written only where something changes."""
        if self.address(address.desk) == address:
            return
        with self.transaction():
            self._db.execute(
                "INSERT OR REPLACE INTO address (desk, form, language) VALUES (?, ?, ?)",
                (address.desk, address.form, address.language),
            )

    def address(self, desk: str) -> Address:
        """How a desk is addressed, as far as it is known."""
        row = self._db.execute("SELECT * FROM address WHERE desk = ?", (desk,)).fetchone()
        return Address(desk, row["form"], row["language"]) if row else Address(desk)
