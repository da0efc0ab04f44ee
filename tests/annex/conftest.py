"""A workbook made by the test, row by row as a person would type it."""

import pytest
from openpyxl import Workbook

HEADER = ("TT", "Tên mô hình", "Chủ trì", "Phối hợp", "Hỗ trợ", "Thời gian hoàn thành", "Nền tảng")


@pytest.fixture
def annex(tmp_path):
    """``annex(row, …)`` writes a file with the usual header and the rows, and returns its path."""

    def write(*rows, header=HEADER, name="phu-luc.xlsx"):
        book = Workbook()
        for row in (header, *rows):
            book.active.append(row)
        book.save(tmp_path / name)
        return tmp_path / name

    return write
