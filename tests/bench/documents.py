"""Word of about 20 pages against bare docxtpl, a sheet of 1,260 rows against bare openpyxl."""

import io
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import datetime

import docx
import openpyxl
from docxtpl import DocxTemplate

from documents import (
    Annex,
    Bullet,
    Column,
    Head,
    Heading,
    OfficialDocument,
    Paragraph,
    Table,
    tables,
    word_file,
)
from documents.workbook import workbook_of

REPEATS = 7
MOST = 10
SENTENCE = (
    "Tổ chức 02 buổi tuyên truyền, phát 150 tờ rơi cho người dân; tập huấn cho tổ công nghệ số cộng đồng của các bản, "
    "khu phố, hướng dẫn người dân thực hiện tại chỗ, tiếp nhận 35 lượt, đạt 87,9% kế hoạch."
)
LINES = [f"{number}. {SENTENCE}" for number in range(1, 64)]
HEADINGS = [f"Mô hình {number}: Triển khai nền tảng quản lý lưu trú" for number in range(1, 22)]
COLUMNS = ("TT", "Mô hình", "Chủ trì", "Thời hạn", "Tình trạng", "Tiến độ", "Kết quả gần nhất")
WIDTHS = (1, 5, 4, 3, 4, 2, 9)
ROWS = [
    [
        str(number),
        HEADINGS[number % 21],
        "Phòng Văn hóa và Thông tin",
        "Quý I/2024",
        "▸ Đang triển khai",
        "60%",
        SENTENCE,
    ]
    for number in range(1, 61)
]
ENTRIES = 1_260


def main() -> None:
    _tell("Word khoảng 20 trang", _portal_word, _bare_word(), "docxtpl")
    _tell("Excel 1.260 dòng × 14 cột", _portal_sheet, _bare_sheet, "openpyxl")


def _tell(what: str, ours: Callable[[], bytes], bare: Callable[[], bytes], floor: str) -> None:
    # In turns, so that a slow moment of the machine slows both.
    taken = [(_time(ours), _time(bare)) for _ in range(REPEATS)]
    mine, theirs = (statistics.median(times) for times in zip(*taken, strict=True))
    ratio = mine / theirs
    print(f"{what}: {mine * 1000:.0f} ms; chỉ {floor}: {theirs * 1000:.0f} ms; gấp {ratio:.1f} (tối đa {MOST})")
    if ratio > MOST:
        raise SystemExit(f"{what}: chậm hơn mức cho phép.")


def _time(make: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    make()
    return time.perf_counter() - begun


# --- Word ---


def _portal_word() -> bytes:
    blocks = []
    for number, line in enumerate(LINES):
        if number % 7 == 0:
            blocks.append(Heading(2, HEADINGS[number // 7 % 21]))
        blocks.append(Bullet(line) if number % 2 else Paragraph(line))
    document = OfficialDocument(
        head=Head(issuer=["Công an huyện"], issuer_name="Công an huyện", symbol="BC-CAH", place="Quan Hóa"),
        kind="Báo cáo",
        subject="Kết quả thực hiện",
        blocks=blocks,
        addressees=["UBND huyện"],
        annexes=[Annex("Tình hình", [Table([Column(*column) for column in zip(COLUMNS, WIDTHS, strict=True)], ROWS)])],
    )
    return word_file(document)


def _bare_word() -> Callable[[], bytes]:
    template = _template()

    def render() -> bytes:
        document = DocxTemplate(io.BytesIO(template))
        document.render({"lines": LINES, "rows": ROWS}, autoescape=True)
        file = io.BytesIO()
        document.save(file)
        return file.getvalue()

    return render


def _template() -> bytes:
    """The same words and the same table, without any of the layout."""
    document = docx.Document()
    for text in ("{%p for line in lines %}", "{{ line }}", "{%p endfor %}"):
        document.add_paragraph(text)
    table = document.add_table(rows=4, cols=len(COLUMNS))
    for cell, title in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.text = title
    table.rows[1].cells[0].text = "{%tr for row in rows %}"
    for place, cell in enumerate(table.rows[2].cells):
        cell.text = f"{{{{ row[{place}] }}}}"
    table.rows[3].cells[0].text = "{%tr endfor %}"
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


# --- Excel ---


def _rows() -> list[Sequence[tables.Value]]:
    moment = datetime(2024, 3, 5, 9, 41)
    words = ["Đang triển khai", 60, "", SENTENCE, "Thiếu đầu đọc thẻ.", "Cấp huyện", "Cấp kinh phí.", "Lắp nốt."]
    return [
        [str(number % 44), HEADINGS[number % 21], "UBND xã Phú Lệ", "Chủ trì", "tuần 10/2024", moment, *words]
        for number in range(ENTRIES)
    ]


ROWS_OF_ENTRIES = _rows()


def _portal_sheet() -> bytes:
    kinds = {5: tables.Kind.MOMENT, 7: tables.Kind.PERCENT}
    columns = [tables.Column(f"Cột {place}", 20, kinds.get(place, tables.Kind.TEXT)) for place in range(14)]
    return workbook_of([tables.Sheet("Báo cáo chi tiết", columns, ROWS_OF_ENTRIES)], title="Số liệu", issuer="CAH")


def _bare_sheet() -> bytes:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("Báo cáo chi tiết")
    for row in ROWS_OF_ENTRIES:
        page.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
