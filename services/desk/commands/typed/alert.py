"""Which alert or request is meant, and the forms that say what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeVar

from cyclopts import Parameter

from schemas.parties import Contract
from services.desk.commands.typed.asking import asked
from services.desk.commands.typed.forms import form_in

WhichAlert = Annotated[
    str, Parameter(help="The alert: its matter, the end of it, or a CAP identifier of its sender.")
]
WhichMatter = Annotated[str, Parameter(help="The matter, or the name that it was begun under.")]
Name = Annotated[str, Parameter(help="A name of your own for the new matter: letters, digits, -.")]
Form = Annotated[
    Path | None,
    Parameter(
        allow_leading_hyphen=True,
        help="The form, filled in: YAML or JSON; - for stdin. Left out, you are asked field by "
        "field.",
    ),
]
Out = Annotated[Path | None, Parameter(help="A new file to write to, instead of the screen.")]
Noted = Annotated[str | None, Parameter(help="What the others should know; they alone read it.")]
Exercise = Annotated[str, Parameter(help="The exercise's name.")]
ContractT = TypeVar("ContractT", bound=Contract)


def filled(form: Path | None, contract: type[ContractT]) -> ContractT:
    """What the form says, or what is answered where there is none. WrongUsage where neither is."""
    return form_in(form, contract) if form is not None else asked(contract)
