"""Numbers of a workbook as their cells show them: a date, a month, a share of a hundred."""

import re
from datetime import date, datetime
from enum import Enum
from typing import NamedTuple

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel

# What a format shows between quotes or escaped is no part of the date; "[$-42A]" names its language.
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_DECIMALS = re.compile(r"0\.(0+)$")
# Formats 27 to 36 and 50 to 58 are the dates of East Asian editions of Excel.
_DATES_ABROAD = {*range(27, 37), *range(50, 59)}


class NumberKind(Enum):
    NUMBER = "number"
    SHARE = "share of a hundred"
    DAY = "day"
    MONTH_FIRST = "day, written with the month first"
    MONTH = "month alone"
    YEAR = "year alone"


class Shape(NamedTuple):
    """How a cell shows its number; ``decimals`` is -1 where the format does not fix them."""

    kind: NumberKind
    decimals: int = -1


PLAIN = Shape(NumberKind.NUMBER)


def shape_of(number: int, code: str | None) -> Shape:
    """The shape of number format ``number``, whose code is given where the workbook defines it."""
    if number in _DATES_ABROAD and code is None:
        return Shape(NumberKind.DAY)
    # The built-in days follow the language of the machine, whatever order their codes have.
    if code is None and number in (14, 15, 16, 22):
        return Shape(NumberKind.DAY)
    code = code if code is not None else BUILTIN_FORMATS.get(number, "General")
    written = _LITERAL.sub("", code.lower())
    if not is_date_format(code):
        decimals = _DECIMALS.search(written.strip("% "))
        return Shape(NumberKind.SHARE if "%" in written else NumberKind.NUMBER, len(decimals[1]) if decimals else -1)
    if "d" in written:
        return Shape(
            NumberKind.MONTH_FIRST if "m" in written.partition("d")[0] and written[0] != "y" else NumberKind.DAY
        )
    if "m" in written and "h" not in written:
        return Shape(NumberKind.MONTH)
    return Shape(NumberKind.YEAR if "y" in written else NumberKind.DAY)


def shown(text: str, shape: Shape, epoch: datetime = WINDOWS_EPOCH) -> str:
    """The number ``text`` as its cell shows it. A number that is no date of any calendar stays a number."""
    value = float(text)
    if shape.kind in (NumberKind.NUMBER, NumberKind.SHARE):
        return _plain(value, shape)
    try:
        day = from_excel(value, epoch) if value >= 0 else None
    except (ValueError, OverflowError):
        day = None
    if day is None:
        return _plain(value, PLAIN)
    if not isinstance(day, datetime | date):
        return str(day)
    return f"{day:%d/%m/%Y}"[{NumberKind.MONTH: 3, NumberKind.YEAR: 6}.get(shape.kind, 0) :]


def _plain(value: float, shape: Shape) -> str:
    if shape.kind is NumberKind.SHARE:
        value = round(value * 100, 6)
    if shape.decimals >= 0:
        written = f"{value:.{shape.decimals}f}"
    else:
        written = str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    return f"{written}%" if shape.kind is NumberKind.SHARE else written


def is_swappable(text: str) -> bool:
    """Whether day and month of "05/03/2024" could each be the other."""
    day, month = int(text[:2]), int(text[3:5])
    return day <= 12 and day != month
