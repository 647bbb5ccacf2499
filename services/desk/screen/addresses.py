"""How another desk is addressed, in the directory's words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.text import Text as Shown

from services.desk.screen.untrusted import visible
from services.desk.store.records import Address


def address_lines(addresses: Iterable[Address]) -> Iterator[Shown]:
    """One line a desk; of one whose form of address is not known, that it is to be asked."""
    for each in addresses:
        form = f"address as {visible(each.form)}" if each.form else _UNKNOWN
        language = f"; its language is {visible(each.language)}" if each.language else ""
        yield Shown(f"{each.desk}: {form}{language}")


_UNKNOWN = "form of address not in the directory: ask before you use one"


def address_document(address: Address) -> dict[str, str | None]:
    """The same for a program."""
    return {"desk": address.desk, "form": address.form, "language": address.language}
