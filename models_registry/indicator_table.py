"""The numbers a plan asks for, read from a table that quotes the words asking for them. Pure."""

import csv
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from models_registry.text import fold, one_line

_KINDS = {"dat it nhat": "at_least", "ty le tren tong so": "percent", "du danh muc": "list"}
_AGGREGATIONS = {"cong": "sum", "cao nhat": "highest"}
_COUNTED_BY = {"tat ca don vi": "units", "chu tri": "leads", "cap xa": "communes"}
COLUMNS = (
    *("Mô hình", "Chỉ tiêu", "Cách tính", "Mục tiêu", "Đơn vị tính", "Lũy kế"),
    *("Đơn vị đếm", "Gộp các đơn vị", "Nguyên văn"),
)


class IndicatorRow(NamedTuple):
    """``code`` is the initiative's; the other fields are those of ``Indicator``.

    ``counting_unit`` is the name of the unit where the table names one, else "".
    """

    code: str
    name: str
    kind: str
    target: Decimal
    unit_of_measure: str
    is_cumulative: bool
    counted_by: str
    counting_unit: str
    aggregation: str
    source_phrase: str


def read_indicators(table: str, body: str) -> list[IndicatorRow]:
    """Read a CSV table with COLUMNS; every phrase must stand in ``body``, whatever its line breaks and emphasis.

    Raises ValueError, in words for the administrator, naming the line.
    """
    rows = csv.DictReader(table.lstrip("\ufeff").splitlines())
    if tuple(rows.fieldnames or ()) != COLUMNS:
        raise ValueError(f"dòng đầu phải là: {', '.join(COLUMNS)}.")
    plain = one_line(body.replace("*", ""))
    return [_read(number, row, plain) for number, row in enumerate(rows, start=2)]


def _read(number: int, row: dict[str, str], body: str) -> IndicatorRow:
    code, name, kind, target, unit, cumulative, who, aggregation, phrase = (
        one_line(row[column] or "") for column in COLUMNS
    )
    if fold(kind) not in _KINDS:
        raise ValueError(f"dòng {number}: “{kind}” không phải cách tính; hãy ghi Đạt ít nhất, Tỷ lệ trên tổng số …")
    if fold(aggregation) not in _AGGREGATIONS:
        raise ValueError(f"dòng {number}: “{aggregation}” không phải cách gộp; hãy ghi Cộng hoặc Cao nhất.")
    if not who:
        raise ValueError(f"dòng {number}: hãy ghi ai đếm: Tất cả đơn vị, Chủ trì, Cấp xã, hoặc tên một đơn vị.")
    try:
        wanted = Decimal(target)
    except InvalidOperation as error:
        raise ValueError(f"dòng {number}: mục tiêu “{target}” không phải là số.") from error
    if not phrase or phrase not in body:
        raise ValueError(f"dòng {number}: không tìm thấy “{phrase}” trong kế hoạch.")
    counted_by = _COUNTED_BY.get(fold(who), "unit")
    return IndicatorRow(
        code=code,
        name=name,
        kind=_KINDS[fold(kind)],
        target=wanted,
        unit_of_measure=unit,
        is_cumulative=fold(cumulative) == "co",
        counted_by=counted_by,
        counting_unit=who if counted_by == "unit" else "",
        aggregation=_AGGREGATIONS[fold(aggregation)],
        source_phrase=phrase,
    )
