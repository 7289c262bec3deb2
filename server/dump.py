"""Tables as lines of JSON and back: one row, one array, the same text from SQLite and PostgreSQL.

That makes a backup of one readable by the other. Moments are UTC in ISO form, bytes base64. Tables are read from the
database itself, not from today's models, so that a backup of before an upgrade loads too.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Date, DateTime, LargeBinary, MetaData, Table, func, insert, select, update
from sqlalchemy.types import TypeEngine

from .database import UtcTime

VERSION_TABLE = "alembic_version"
ROWS_AT_ONCE = 500


class Codec(NamedTuple):
    """How a column's values are written and read; blank (None) stays blank."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


CODECS: dict[type[Any], Codec] = {
    LargeBinary: Codec(lambda raw: base64.b64encode(raw).decode(), base64.b64decode),
    UtcTime: Codec(lambda moment: moment.astimezone(UTC).isoformat(), datetime.fromisoformat),
    Date: Codec(date.isoformat, date.fromisoformat),
}
AS_IT_IS = Codec(lambda value: value, lambda value: value)


def tables_of(connection: Connection) -> list[Table]:
    """The database's tables, each after those it points to."""
    metadata = MetaData()
    metadata.reflect(connection)
    for table in metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, DateTime):
                column.type = UtcTime()
    return [table for table in metadata.sorted_tables if table.name != VERSION_TABLE]


def rows_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """The lines of a table in the order of its key; rows are streamed, never all in memory."""
    codecs = [codec(column.type) for column in table.columns]
    asked = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=ROWS_AT_ONCE)
    for row in connection.execute(asked):
        values = [value if value is None else each.write(value) for value, each in zip(row, codecs, strict=True)]
        yield json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def load_rows(connection: Connection, table: Table, names: list[str], lines: Iterable[bytes]) -> int:
    """Put lines back into an empty table whose columns are `names`; how many there were.

    A row may point to a later row of its own table, so such columns are filled when all rows are there.
    Raises ValueError for a line that is no row of this table, KeyError for a column the table lacks.
    """
    columns = [table.columns[name] for name in names]
    own = [column.name for column in columns if any(key.column.table is table for key in column.foreign_keys)]
    keys = [column.name for column in table.primary_key.columns]
    rows = (read_row(line, columns) for line in lines)
    pointing: list[dict[str, Any]] = []
    count = 0
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        count += len(batch)
        pointing += [{name: row[name] for name in (*keys, *own)} for row in batch if any(row[name] for name in own)]
        connection.execute(insert(table), [row | dict.fromkeys(own) for row in batch])
    for row in pointing:
        this = [table.columns[name] == row[name] for name in keys]
        connection.execute(update(table).where(*this).values({name: row[name] for name in own}))
    go_on_numbering(connection, table)
    return count


def read_row(line: bytes, columns: list[Column[Any]]) -> dict[str, Any]:
    values = json.loads(line)
    if not isinstance(values, list) or len(values) != len(columns):
        raise ValueError("not a row of this table")
    return {
        column.name: value if value is None else codec(column.type).read(value)
        for column, value in zip(columns, values, strict=True)
    }


def codec(kind: TypeEngine[Any]) -> Codec:
    return next((each for of, each in CODECS.items() if isinstance(kind, of)), AS_IT_IS)


def go_on_numbering(connection: Connection, table: Table) -> None:
    """PostgreSQL numbers new rows by a sequence that rows with numbers of their own do not move; SQLite by the rows."""
    if connection.dialect.name != "postgresql" or len(table.primary_key.columns) != 1:
        return
    column = next(iter(table.primary_key.columns))
    last = connection.scalar(select(func.max(column)))
    if isinstance(last, int):
        sequence = func.pg_get_serial_sequence(f'"{table.name}"', column.name)
        connection.execute(select(func.setval(sequence, last)))  # setval(NULL, …): the column has no sequence
