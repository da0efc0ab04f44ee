"""Files that fill a table of the admin: judged as annexes are, before anything opens them."""

from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django import forms
from django.core.files.base import File
from import_export.formats import base_formats
from import_export.forms import ImportForm
from openpyxl import load_workbook
from tablib import Dataset

from assignments.annex.problems import AnnexUnreadable
from assignments.annex.reading.annex_sheets import MAX_COLUMNS, AnnexSheet
from assignments.annex.reading.damage import damage_in_words
from assignments.annex.reading.excel_workbook import read_workbook
from assignments.annex.reading.packages import kind_of
from assignments.office_files import MEGABYTE, OfficeKind

MAX_FILE = 5 * MEGABYTE
# What is brought in while somebody waits, row after row.
MAX_ROWS = 5_000
UNREADABLE = "Không mở được tệp này; chưa có gì được ghi. Hãy chọn tệp Excel (.xlsx) hoặc .csv và đúng loại tệp ở dưới."
_TOO_LARGE = f"Tệp lớn hơn {MAX_FILE // MEGABYTE} MB; chưa có gì được ghi. Hãy tách thành nhiều tệp rồi nhập từng tệp."
_TOO_MANY_ROWS = (
    "Tệp có hơn 5.000 dòng, kể cả dòng trống; chưa có gì được ghi. "
    "Hãy xóa hẳn các dòng trống, hoặc tách thành nhiều tệp rồi nhập từng tệp."
)
_EMPTY = "Tệp không có dòng nào dưới dòng tên cột; chưa có gì được ghi. Hãy chọn tệp có bảng ở trang tính đầu."


class TableForm(ImportForm):
    """Takes a file only where a table can be in it."""

    def clean_import_file(self) -> File:
        file: File = self.cleaned_data["import_file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(_TOO_LARGE)
        return file


class TableText(base_formats.CSV):
    """Lines of a text, whatever they end in."""

    def create_dataset(self, in_stream: str) -> Dataset:
        """Raise ValidationError, in words, for more lines than are taken, or none."""
        lines = in_stream.replace("\r\n", "\n").replace("\r", "\n")
        if lines.count("\n") > MAX_ROWS:
            raise forms.ValidationError(_TOO_MANY_ROWS)
        dataset: Dataset = super().create_dataset(lines)
        if not len(dataset):
            raise forms.ValidationError(_EMPTY)
        return dataset


class TableWorkbook(base_formats.XLSX):
    """The first sheet as far as it is filled, whatever size the file says it has."""

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """Raise ValidationError, in words, for an unfit, too long or empty workbook, before it is opened."""
        if _count_rows(in_stream) > MAX_ROWS:
            raise forms.ValidationError(_TOO_MANY_ROWS)
        sheet: Any = load_workbook(BytesIO(in_stream), read_only=True, data_only=True).active
        rows = list(sheet.iter_rows(max_row=MAX_ROWS + 1, max_col=MAX_COLUMNS, values_only=True))
        filled = [
            (line, column) for line, row in enumerate(rows) for column, cell in enumerate(row) if cell is not None
        ]
        last = max((line for line, _ in filled), default=0)
        if not last:
            raise forms.ValidationError(_EMPTY)
        width = 1 + max(column for _, column in filled)
        dataset = Dataset(headers=rows[0][:width])
        dataset.extend(row[:width] for row in rows[1 : last + 1])
        return dataset


def _count_rows(content: bytes) -> int:
    """Rows of the longest sheet. Raises ValidationError, in words, for an unfit workbook."""
    with NamedTemporaryFile() as copy:
        copy.write(content)
        copy.flush()
        return max((sheet.rows[-1].number for sheet in _sheets_of(Path(copy.name)) if sheet.rows), default=0)


def _sheets_of(path: Path) -> list[AnnexSheet]:
    try:
        if kind_of(path) != OfficeKind.WORKBOOK:
            raise forms.ValidationError(UNREADABLE)
        with damage_in_words():
            return read_workbook(path)
    except AnnexUnreadable as error:
        raise forms.ValidationError(f"{error} Chưa có gì được ghi.") from error
