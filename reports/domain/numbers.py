"""Numbers as people here write them: "1.234,5", "1234", "95 %"; and the aggregate of what units count. Pure."""

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from models_registry.models import Indicator
from models_registry.text import one_line, write_number

LARGEST = Decimal(10) ** 13
_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", re.ASCII)  # 1.234 or 1.234.567,8: a dot groups thousands
_SPACED = re.compile(r"\d{1,3}(?: \d{3})+(?:,\d+)?", re.ASCII)  # 1 234 567,8
_PLAIN = re.compile(r"\d+(?:[.,]\d+)?", re.ASCII)  # 1234 or 1234,5; a lone dot that groups nothing is a decimal one


class Figure(NamedTuple):
    """A count, and the whole it is of where a percentage is asked; None is "not counted", never 0."""

    value: Decimal | None
    total: Decimal | None = None


def read_number(text: str) -> Decimal | None:
    """The number ``text`` writes, at most two decimals; None for an empty text.

    "1.234" is one thousand two hundred and thirty-four, "1,5" one and a half, "95 %" ninety-five. Raises ValueError,
    in words for the officer, for anything else: a number misread is worse than one asked for again.
    """
    written = one_line(text).removesuffix("%").strip()
    if not written:
        if one_line(text):
            raise ValueError(_not_a_number(text))
        return None
    if _GROUPED.fullmatch(written):
        plain = written.replace(".", "").replace(",", ".")
    elif _SPACED.fullmatch(written):
        plain = written.replace(" ", "").replace(",", ".")
    elif _PLAIN.fullmatch(written):
        plain = written.replace(",", ".")
    else:
        raise ValueError(_not_a_number(text))
    number = Decimal(plain)
    if number >= LARGEST:
        raise ValueError(f"“{one_line(text)}” lớn quá. Hãy kiểm tra lại số liệu.")
    if number != round(number, 2):
        raise ValueError(f"“{one_line(text)}” có quá hai chữ số sau dấu phẩy. Hãy làm tròn rồi ghi lại.")
    return number


def write_figure(figure: Figure | None) -> str:
    """ "3/4" of a figure with its whole, "12"; "" where nobody counted."""
    if figure is None or figure.value is None:
        return ""
    return write_number(figure.value) + (f"/{write_number(figure.total)}" if figure.total is not None else "")


def percent_of(figure: Figure) -> Decimal | None:
    """The percentage a count makes of its total, one decimal; None where either is missing or the whole is 0."""
    if figure.value is None or not figure.total:
        return None
    return round(100 * figure.value / figure.total, 1)


def _not_a_number(text: str) -> str:
    return f"“{one_line(text)}” không phải là số. Hãy ghi như 1234 hoặc 1.234,5; chưa có số liệu thì để trống."


def aggregate_figures(aggregation: str, counted: Iterable[Figure]) -> Figure | None:
    """One figure of what several units counted, by an ``Indicator.Aggregation``.

    None where nobody counted. A total only where every unit gave its own.
    """
    figures = list(counted)
    if not figures:
        return None
    if aggregation == Indicator.Aggregation.HIGHEST:
        return max(figures, key=lambda figure: figure.value or Decimal())
    totals = [figure.total for figure in figures]
    value = sum((figure.value or Decimal() for figure in figures), Decimal())
    return Figure(value, sum((total or Decimal() for total in totals), Decimal()) if all(totals) else None)
