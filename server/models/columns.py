"""Column kinds shared by the tables."""

from typing import Annotated

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import mapped_column

Uuid = Annotated[str, mapped_column(String(36))]
Hash = Annotated[str, mapped_column(String(64))]  # lower hex of a SHA-256
UnitCode = Annotated[str, mapped_column(String(64))]
FormId = Annotated[str, mapped_column(String(64))]
Scope = Annotated[str, mapped_column(String(130))]  # "<unit>/<form id>"


def one_of(column: str, *values: str) -> CheckConstraint:
    """CHECK that a text column holds one of the named values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=column)
