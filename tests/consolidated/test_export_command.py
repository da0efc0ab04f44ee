"""export_report writes the report of a period, or its tables, to a file."""

import io
import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from gunicorn.config import Timeout

from documents import pdf, word_file
from reports.consolidated.services.final import document_of, finalize
from reports.consolidated.services.line_edits import LineEdit, save_lines
from reports.models import ConsolidatedReport
from tests.consolidated.district import THURSDAY
from tests.documents.test_documents import opened, texts_in
from tests.factories import vn

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def lock_of_its_own(settings, tmp_path):
    """Tests running beside these make PDFs too."""
    settings.DATA_DIR = tmp_path


def export(path, period="2024-W10", format="docx", **options):
    out = io.StringIO()
    call_command("export_report", period, format=format, output=path, stdout=out, **options)
    return out.getvalue().strip()


def test_word_of_a_period_without_a_report_is_drafted_and_not_kept(district, tmp_path):
    path = tmp_path / "bao-cao.docx"

    told = export(path)

    document = opened(path.read_bytes())
    assert told == f"Đã ghi {path}: dự thảo soạn từ số liệu hiện có."
    assert texts_in(document, "Draft") == ["DỰ THẢO"]
    assert "- Mô hình 9: Thiếu máy quét (Phòng Tư pháp)." in texts_in(document, "Body")
    assert not ConsolidatedReport.objects.exists()


def test_word_of_a_draft_has_its_edits(draft, district, tmp_path):
    path = tmp_path / "bao-cao.docx"
    line = draft.sections.get(kind="difficulties").lines.last()
    save_lines(draft, [LineEdit(line.pk, "Thiếu máy.", [line.text])], by=district.agency, at=THURSDAY)

    export(path)

    assert "- Thiếu máy." in texts_in(opened(path.read_bytes()), "Body")


def test_word_and_tables_of_a_final_report_are_those_kept(draft, district, tmp_path):
    at = vn("2024-03-08 15:00")
    finalize(draft, number=5, signed_on=date(2024, 3, 8), by=district.agency, at=at)
    district.file("son", {"30": {"result": "Phát 200 tờ rơi"}}, at=at)

    told = export(tmp_path / "a.docx")
    export(tmp_path / "a.xlsx", format="xlsx")

    document = opened((tmp_path / "a.docx").read_bytes())
    filing = openpyxl.load_workbook(tmp_path / "a.xlsx")["Nộp báo cáo"]
    assert told.endswith("Báo cáo gửi cấp trên tuần 28/02 – 05/03, đã ban hành.")
    assert texts_in(document, "Number") == ["Số: 05/BC-CAH"]
    assert [row[4] for row in filing.iter_rows(min_row=2, values_only=True)][-1] == "Chưa nộp"


@pytest.mark.parametrize(
    ("period", "options", "message"),
    [
        ("2024-10", {}, "Kỳ 2024-10 của kế hoạch 15/KH-UBND chưa mở."),
        ("tháng 3", {}, "Kỳ báo cáo viết như 2024-W10"),
        ("2024-W10", {"plan": "99/KH"}, "Không có kế hoạch số “99/KH”."),
    ],
)
def test_what_is_not_there_is_named(district, tmp_path, period, options, message):
    with pytest.raises(CommandError, match=message):
        export(tmp_path / "a.docx", period, **options)


@pytest.mark.parametrize("period", ["", "2024-W99", "2024-13", "../../etc/passwd", "0000-W00"])
def test_rubbish_for_a_period_is_refused_and_nothing_is_written(district, tmp_path, period):
    with pytest.raises(CommandError):
        export(tmp_path / "a.docx", period)

    assert list(tmp_path.iterdir()) == []


def test_file_is_written_whole_or_not_at_all(district, tmp_path, monkeypatch):
    path = tmp_path / "a.docx"
    path.write_bytes(b"of last week")

    def full(half, content):
        half.open("wb").write(content[:10])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(CommandError, match="Không ghi được"):
        export(path)

    assert ([one.name for one in tmp_path.iterdir()], path.read_bytes()) == (["a.docx"], b"of last week")


def test_folder_is_not_written_over(district, tmp_path):
    with pytest.raises(CommandError, match="Không ghi được"):
        export(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_file_that_cannot_be_written_is_named(district, tmp_path):
    with pytest.raises(CommandError, match="Không ghi được"):
        export(tmp_path / "khong-co" / "a.docx")


# --- PDF ---


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_pdf_is_made_by_libreoffice(draft):
    made = pdf.pdf_of(word_file(document_of(draft, at=THURSDAY)))

    assert made.startswith(b"%PDF")


def test_pdf_that_takes_too_long_is_given_up_with_its_program(tmp_path, monkeypatch):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 30\n")
    program.chmod(0o755)
    monkeypatch.setattr(pdf, "_program", lambda: str(program))
    monkeypatch.setattr(pdf, "LONGEST", 0.2)

    with pytest.raises(pdf.PdfFailed, match="Hãy tải tệp Word"):
        pdf.pdf_of(b"")


def test_pdf_is_made_one_at_a_time(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(pdf, "_program", lambda: "/bin/true")
    monkeypatch.setattr(pdf, "LONGEST_WAIT", 0.2)

    with pdf._turn(), pytest.raises(pdf.PdfFailed, match="đang chuyển một văn bản khác"):
        pdf.pdf_of(b"")
    with pytest.raises(pdf.PdfFailed, match="Không chuyển được"):
        pdf.pdf_of(b"")


def test_pdf_is_given_up_before_the_web_server_ends_its_worker():
    assert Timeout.default > pdf.LONGEST_WAIT + pdf.LONGEST


def test_pdf_that_was_not_made_is_said_so(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "_program", lambda: "/bin/true")

    with pytest.raises(pdf.PdfFailed):
        pdf.pdf_of(b"")
