"""A table as it leaves the portal: typed columns, rows of plain values."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

Value = str | int | Decimal | date | datetime | None


class Kind(StrEnum):
    """What a column holds; a percentage is a number of hundredths ("60" for 60 %)."""

    TEXT = "text"
    COUNT = "count"
    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"
    MOMENT = "moment"


class Column(NamedTuple):
    """``width`` is about how many letters fit."""

    title: str
    width: int
    kind: Kind = Kind.TEXT


class Sheet(NamedTuple):
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
