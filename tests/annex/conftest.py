"""A workbook made by the test, row by row as a person would type it."""

import pytest
from openpyxl import Workbook

from assignments.annex.parsed import read_annex
from tests.annex.directories import SMALL

HEADER = ("TT", "Tên mô hình", "Chủ trì", "Phối hợp", "Hỗ trợ", "Thời gian hoàn thành", "Nền tảng")


@pytest.fixture
def annex(tmp_path):
    """``annex(row, …)`` writes a file with the usual header and the rows, and returns its path.

    ``merged`` are areas of cells ("A2:G2"), ``formats`` number formats by cell.
    """

    def write(*rows, header=HEADER, name="phu-luc.xlsx", merged=(), formats=None):
        book = Workbook()
        for row in (header, *rows) if header else rows:
            book.active.append(row)
        for area in merged:
            book.active.merge_cells(area)
        for cell, code in (formats or {}).items():
            book.active[cell].number_format = code
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def reading(annex):
    """``reading(row, …)`` is what the reader makes of that file."""

    def read(*rows, **options):
        return read_annex(annex(*rows, **options), SMALL)

    return read
