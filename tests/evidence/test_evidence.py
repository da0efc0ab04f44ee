"""Evidence: judged by content, kept whole or not at all, named as the officer named it, served to who may see it."""

import errno
import hashlib
import io
import json
import os
import subprocess
import sys
import unicodedata
import zipfile
from datetime import timedelta

import docx
import openpyxl
import pytest
import structlog
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from reports import tasks
from reports.evidence.content import DOC, DOCX, JPEG, PDF, PNG, XLS, XLSX, NotAccepted, content_of
from reports.evidence.images import THUMBNAIL
from reports.evidence.names import MAX_BYTES, safe_name
from reports.evidence.services import attach_evidence, remove_evidence, sweep_evidence
from reports.filing.services import submit_report
from reports.lifecycle.errors import AlreadyFiled
from reports.models import Evidence, UnitReport
from reports.periods.services import run_schedule
from tests.acts import save_draft
from tests.evidence.old_files import container, old_document, old_workbook, sheet
from tests.factories import UserFactory, vn

pytestmark = pytest.mark.django_db

MEGABYTE = 1024 * 1024
PDF_BYTES = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
EXE = b"MZ\x90\x00" + bytes(200)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
HEIC = b"\0\0\0\x18ftypheic" + bytes(30)


def picture(kind="JPEG", size=(800, 600), **options):
    file = io.BytesIO()
    Image.new("RGB", size, "teal").save(file, kind, **options)
    return file.getvalue()


def office(kind):
    file = io.BytesIO()
    (docx.Document() if kind == "docx" else openpyxl.Workbook()).save(file)
    return file.getvalue()


def zipped(**parts):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def kind_of(content, limit=10 * MEGABYTE):
    return content_of(io.BytesIO(content), max_bytes=limit).kind


# --- Content ---


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF_BYTES, PDF),
        (picture(), JPEG),
        (picture("PNG"), PNG),
        (office("docx"), DOCX),
        (office("xlsx"), XLSX),
        (old_document(), DOC),
        (old_workbook(sheet(0)), XLS),
    ],
)
def test_file_is_known_by_its_content(content, kind):
    assert kind_of(content) == kind


DOCUMENT = {"[Content_Types].xml": "<Types/>", "word__document.xml": "<w/>"}
REFUSED = {
    "empty": (b"", "Tệp trống"),
    "svg": (SVG, "Loại tệp này không nhận"),
    "html": (HTML, "Loại tệp này không nhận"),
    "exe": (EXE, "Loại tệp này không nhận"),
    "html-calling-itself-a-pdf": (b"\n" + PDF_BYTES, "Loại tệp này không nhận"),
    "old-cut-off": (OLE, "Tệp bị hỏng"),
    "old-directory-beyond-the-end": (container({"WordDocument": b""}, sector_of_directory=9999), "Tệp bị hỏng"),
    "old-naming-one-table-over-and-over": (old_document()[:76] + bytes(4 * 109) + old_document()[512:], "Tệp bị hỏng"),
    "old-word-with-password": (old_document(flags=0x0100), "Tệp có mật khẩu"),
    "old-word-with-macro": (old_document(Macros=None), "Tệp có macro"),
    "old-excel-with-password": (old_workbook((0x2F, b"xx")), "Tệp có mật khẩu"),
    "old-excel-with-macro-sheet": (old_workbook(sheet(0), sheet(1)), "Tệp có macro"),
    "new-office-with-password": (container({"EncryptedPackage": b""}), "Tệp có mật khẩu"),
    "old-container-of-something-else": (container({"Contents": b""}), "Loại tệp này không nhận"),
    "heic": (HEIC, "HEIC"),
    "pdf-cut-off": (PDF_BYTES[:-8] + b" " * 3000, "Tệp PDF bị hỏng"),
    "jpeg-cut-off": (picture()[:2000], "Ảnh bị hỏng"),
    "png-cut-off": (picture("PNG")[:200], "Ảnh bị hỏng"),
    "png-by-name-only": (b"\x89PNG\r\n\x1a\n" + HTML, "Ảnh bị hỏng"),
    "zip": (zipped(**{"virus.exe": "MZ"}), "Tệp nén không nhận"),
    "zip-cut-off": (office("docx")[:-400], "Tệp bị hỏng"),
    "macro": (zipped(**DOCUMENT, **{"word__vbaProject.bin": "x"}), "Tệp có macro"),
    "bomb": (zipped(**DOCUMENT, **{"word__media.bin": bytes(201 * MEGABYTE)}), "Tệp mở ra quá lớn"),
    "many-parts": (zipped(**DOCUMENT, **{f"p{n}": "" for n in range(5_001)}), "quá nhiều thành phần"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_file_of_another_kind_is_refused_with_the_reason(case):
    content, reason = REFUSED[case]

    with pytest.raises(NotAccepted, match=reason):
        kind_of(content)


def test_file_may_have_the_limit_and_not_one_byte_more():
    whole = PDF_BYTES.replace(b"<<>>\nendobj", b"<<>>" + b" " * (MEGABYTE - len(PDF_BYTES)) + b"\nendobj")

    assert (len(whole), kind_of(whole, MEGABYTE)) == (MEGABYTE, PDF)
    with pytest.raises(NotAccepted, match="Tệp lớn hơn 1 MB"):
        kind_of(whole + b"\n", MEGABYTE)


def test_picture_of_too_many_pixels_is_refused_before_it_is_unpacked():
    bomb = picture("PNG", size=(10_000, 5_001))

    assert len(bomb) < MEGABYTE
    with pytest.raises(NotAccepted, match="Ảnh có kích thước quá lớn"):
        kind_of(bomb)


def test_picture_beyond_all_measure_is_refused():
    header = picture("PNG", size=(1, 1))
    width = (60_000).to_bytes(4, "big")
    data = header[:16] + width + width + header[24:]

    with pytest.raises(NotAccepted):
        kind_of(data)


@pytest.mark.once
def test_picture_is_unpacked_once_and_no_more():
    """A see-through picture of 190 KB holds 200 MB of pixels; a second copy of them is more than a server has."""
    program = (
        "import io, re, sys; from PIL import Image; from reports.evidence.images import thumbnail_of;"
        "file = io.BytesIO(sys.stdin.buffer.read()); thumbnail_of(file);"
        "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1])"
    )
    file = io.BytesIO()
    Image.new("RGBA", (7_000, 7_000)).save(file, "PNG")

    told = subprocess.run([sys.executable, "-c", program], input=file.getvalue(), capture_output=True, check=True)

    assert len(file.getvalue()) < MEGABYTE
    assert int(told.stdout) < 300 * 1024


def test_thumbnail_is_small_and_carries_no_place_time_or_device():
    exif = Image.Exif()
    exif[0x0110] = "Máy ảnh"
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x0112] = 6  # taken upright: to be turned
    thumbnail = content_of(io.BytesIO(picture(exif=exif)), max_bytes=MEGABYTE).thumbnail

    with Image.open(io.BytesIO(thumbnail)) as small:
        assert (small.format, small.size, dict(small.getexif())) == ("JPEG", (240, THUMBNAIL[1]), {})


# --- Names ---


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("kết quả tuần 3.pdf", "kết quả tuần 3.pdf"),
        (unicodedata.normalize("NFD", "kết quả tuần 3.pdf"), "kết quả tuần 3.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\bí mật.PDF", "bí mật.PDF"),
        ("báo cáo.exe", "báo cáo.exe.pdf"),
        ("ảnh\u202efdp.exe", "ảnhfdp.exe.pdf"),
        ('a:b*c?"d<e>|f.pdf', "a_b_c_d_e_f.pdf"),
        ("dòng\n1\x00.pdf", "dòng 1.pdf"),
        ("...", "minh chứng.pdf"),
        ("", "minh chứng.pdf"),
        (".pdf", "minh chứng.pdf"),
    ],
)
def test_name_is_kept_without_what_does_harm(given_name, kept):
    assert safe_name(given_name, ".pdf") == kept


def test_long_vietnamese_name_is_cut_and_keeps_its_ending():
    name = safe_name("Kết quả thực hiện nhiệm vụ " * 20 + ".pdf", ".pdf")

    assert (name.endswith(".pdf"), len(name.encode()) <= MAX_BYTES, name.startswith("Kết quả thực hiện")) == (
        True,
        True,
        True,
    )


@given(st.text(max_size=400))
def test_any_name_becomes_one_every_system_takes(name):
    kept = safe_name(name, ".jpg", ".jpeg")

    assert kept == unicodedata.normalize("NFC", kept)
    assert kept.lower().endswith((".jpg", ".jpeg"))
    assert len(kept.encode()) <= MAX_BYTES
    assert not set(kept) & set('\\/:*?"<>|\n\0')
    assert not kept.startswith(".")


# --- Kept and taken away ---


@pytest.fixture
def private_folder(tmp_path, settings):
    settings.DATA_DIR = tmp_path
    return tmp_path / "evidence"


@pytest.fixture
def report(db, private_folder, duty, monday, time_machine):
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    return UnitReport.objects.get(period__code="2024-W10")


@pytest.fixture
def entry(report):
    return report.entries.select_related("report").get()


@pytest.fixture
def attach(entry, officer, monday):
    def attach(content=PDF_BYTES, name="kết quả tuần 3.pdf"):
        return attach_evidence(entry, io.BytesIO(content), name, by=officer, at=monday)

    return attach


def files_in(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def file_the_report(report, officer, at):
    entries = list(report.entries.all())
    for entry in entries:
        entry.work_state = "in_progress"
    save_draft(report, entries, by=officer, at=at)
    return submit_report(report, by=officer, at=at)


def test_file_is_kept_byte_for_byte_under_a_name_of_our_own(attach, private_folder, officer, monday):
    kept = attach()

    stored = private_folder / kept.file.name
    assert stored.read_bytes() == PDF_BYTES
    assert (kept.name, kept.size, kept.kind) == ("kết quả tuần 3.pdf", len(PDF_BYTES), "application/pdf")
    assert (kept.sha256, kept.uploaded_by, kept.uploaded_at) == (
        hashlib.sha256(PDF_BYTES).hexdigest(), officer, monday,
    )  # fmt: skip
    assert files_in(private_folder) == [kept.file.name]
    assert stored.stat().st_mode & 0o077 == 0


def test_picture_gets_a_thumbnail_beside_it(attach, private_folder):
    kept = attach(picture(), "ảnh.jpg")

    assert files_in(private_folder) == [kept.file.name, f"{kept.file.name}-nho.jpg"]


@pytest.mark.parametrize("content", [SVG, HTML, EXE])
def test_file_refused_leaves_nothing(attach, private_folder, content):
    with pytest.raises(NotAccepted):
        attach(content, "ảnh.jpg")

    assert (Evidence.objects.count(), files_in(private_folder)) == (0, [])


def test_same_file_is_kept_once(attach, private_folder):
    attach()

    with pytest.raises(NotAccepted, match="đã được đính kèm rồi"):
        attach(name="tên khác.pdf")

    assert (Evidence.objects.count(), len(files_in(private_folder))) == (1, 1)


def test_entry_has_its_limit_of_files(attach, settings, private_folder):
    settings.EVIDENCE_MAX_FILES = 2
    attach(PDF_BYTES + b"1")
    attach(PDF_BYTES + b"2")

    with pytest.raises(NotAccepted, match="nhiều nhất 2 tệp"):
        attach(PDF_BYTES + b"3")

    assert len(files_in(private_folder)) == 2


def test_evidence_of_a_filed_report_stays(attach, private_folder, report, officer, monday):
    kept = attach()
    file_the_report(report, officer, monday)

    with pytest.raises(AlreadyFiled):
        remove_evidence(kept, by=officer, at=monday)
    with pytest.raises(AlreadyFiled):
        attach(PDF_BYTES + b"late")

    assert files_in(private_folder) == [kept.file.name]


def test_removed_file_goes_when_the_removal_is_certain(
    attach, private_folder, officer, monday, django_capture_on_commit_callbacks
):
    kept = attach(picture(), "ảnh.jpg")

    with django_capture_on_commit_callbacks() as callbacks:
        remove_evidence(kept, by=officer, at=monday)
    before = files_in(private_folder)
    callbacks[0]()

    assert (len(before), Evidence.objects.count(), files_in(private_folder)) == (2, 0, [])


def test_file_goes_when_its_row_cannot_be_written(attach, private_folder, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(Evidence, "save", fail)

    with pytest.raises(RuntimeError):
        attach()

    assert files_in(private_folder) == []


# --- The sweep ---


@pytest.fixture
def leftover(private_folder, monday):
    """Write files that no row names, as old as that; returns their names."""

    def leftover(count=1, age=timedelta(hours=2)):
        names = [f"2024/03/leftover-{number}" for number in range(count)]
        for name in names:
            path = private_folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
            moment = (monday - age).timestamp()
            os.utime(path, (moment, moment))
        return names

    return leftover


def counts_of(swept):
    return {name: value for name, value in swept._asdict().items() if value}


def test_sweep_puts_aside_what_no_row_names_and_leaves_what_is_named(attach, private_folder, leftover, monday):
    kept = attach(picture(), "ảnh.jpg")
    for name in files_in(private_folder):
        os.utime(private_folder / name, (0, 0))
    leftover()

    swept = sweep_evidence(at=monday)

    assert counts_of(swept) == {"quarantined": 1}
    assert files_in(private_folder) == [
        kept.file.name,
        f"{kept.file.name}-nho.jpg",
        "quarantine/2024/03/leftover-0",
    ]


def test_sweep_leaves_what_is_under_way(report, private_folder, leftover, monday):
    names = leftover(age=timedelta(minutes=5))

    assert (counts_of(sweep_evidence(at=monday)), files_in(private_folder)) == ({}, names)


def test_sweep_names_evidence_whose_file_is_missing(attach, private_folder, monday):
    lost = attach(PDF_BYTES)
    (private_folder / lost.file.name).unlink()

    assert counts_of(sweep_evidence(at=monday)) == {"missing": [lost.pk]}


@pytest.mark.parametrize(("days", "left"), [(29, ["quarantine/2024/03/leftover-0"]), (31, [])])
def test_what_was_put_aside_is_deleted_after_its_days(report, private_folder, leftover, monday, days, left):
    leftover(age=timedelta(days=400))
    sweep_evidence(at=monday)

    sweep_evidence(at=monday + timedelta(days=days))

    assert files_in(private_folder) == left


def test_days_of_the_quarantine_are_a_setting(report, private_folder, leftover, settings, monday):
    settings.EVIDENCE_QUARANTINE_DAYS = 2
    leftover()
    sweep_evidence(at=monday)

    swept = sweep_evidence(at=monday + timedelta(days=3))

    assert (counts_of(swept), files_in(private_folder)) == ({"removed": 1}, [])


def test_file_named_again_leaves_the_quarantine(attach, private_folder, monday):
    kept = attach(picture(), "ảnh.jpg")
    before = files_in(private_folder)
    for name in before:
        os.utime(private_folder / name, (0, 0))
    Evidence.objects.all().delete()
    sweep_evidence(at=monday + timedelta(days=1))
    kept.save_base(raw=True, force_insert=True)

    swept = sweep_evidence(at=monday + timedelta(days=2))

    assert (counts_of(swept), files_in(private_folder)) == ({"returned": 2}, before)


def test_sweep_that_would_take_a_large_share_takes_nothing(report, private_folder, leftover, monday):
    names = leftover(11)

    with structlog.testing.capture_logs() as logs:
        swept = sweep_evidence(at=monday)

    assert (counts_of(swept), files_in(private_folder)) == ({"refused": 11}, sorted(names))
    assert [(line["log_level"], line["refused"], line["files"]) for line in logs] == [("error", 11, 11)]


def test_sweep_that_refuses_deletes_nothing_of_the_quarantine(report, private_folder, leftover, monday):
    aside = [f"quarantine/{name}" for name in leftover()]
    sweep_evidence(at=monday)
    leftover(11)

    sweep_evidence(at=monday + timedelta(days=100))

    assert [name for name in files_in(private_folder) if name.startswith("quarantine/")] == aside


def test_share_above_which_a_sweep_refuses_is_a_setting(report, leftover, settings, monday):
    settings.EVIDENCE_SWEEP_MAX_PERCENT = 100
    leftover(11)

    assert counts_of(sweep_evidence(at=monday)) == {"quarantined": 11}


def test_sweep_is_logged_with_its_counts(report, leftover, monday):
    leftover(2)

    with structlog.testing.capture_logs() as logs:
        sweep_evidence(at=monday)

    counts = {"removed": 0, "missing": 0, "quarantined": 2, "returned": 0, "refused": 0, "files": 2}
    assert logs == [{"event": "evidence swept", "log_level": "info", **counts}]


def test_sweep_command_says_what_it_did(report, leftover, capsys):
    leftover(2)

    call_command("sweep_evidence")

    assert json.loads(capsys.readouterr().out) == {
        "removed": 0,
        "missing": [],
        "quarantined": 2,
        "returned": 0,
        "refused": 0,
    }


def test_sweep_command_ends_with_a_reason_where_it_refuses_and_does_it_when_told_to(report, leftover, capsys):
    leftover(11)

    with pytest.raises(CommandError, match="Có 11 tệp minh chứng không thuộc báo cáo nào"):
        call_command("sweep_evidence")
    capsys.readouterr()
    call_command("sweep_evidence", "--force")

    assert json.loads(capsys.readouterr().out)["quarantined"] == 11


# --- A full disk ---


def test_full_disk_leaves_no_half_file_and_no_row(attach, private_folder, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(NotAccepted, match="Máy chủ hết chỗ chứa tệp"):
        attach()

    assert (Evidence.objects.count(), files_in(private_folder)) == (0, [])


@pytest.fixture
def small_disk(tmp_path, settings):
    """A file system of one megabyte; only root may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small file system to fill: {mounted.stderr.strip()}")
    settings.DATA_DIR = place
    yield place / "evidence"
    subprocess.run(["/bin/umount", place], check=True)


def test_really_full_disk_refuses_the_file_and_text_reports_still_go(
    client, officer, report, entry, small_disk, monday
):
    big = PDF_BYTES + bytes(2 * MEGABYTE) + b"%%EOF"
    client.force_login(officer)

    page = client.post(
        f"/minh-chung/dong/{entry.pk}/", {"files": SimpleUploadedFile("to.pdf", big)}, follow=True
    )  # fmt: skip
    filed = file_the_report(report, officer, monday)

    assert ["hết chỗ chứa tệp" in str(message) for message in page.context["messages"]] == [True]
    assert (Evidence.objects.count(), files_in(small_disk)) == (0, [])
    assert filed.state == UnitReport.State.SUBMITTED


# --- Served ---


def uploaded(content=PDF_BYTES, name="kết quả tuần 3.pdf"):
    return SimpleUploadedFile(name, content)


def test_file_is_downloaded_under_the_officers_name_and_does_nothing_in_the_browser(client, officer, attach):
    kept = attach()
    client.force_login(officer)

    answer = client.get(f"/minh-chung/{kept.pk}/")

    assert answer.getvalue() == PDF_BYTES
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''k%E1%BA%BFt%20qu%E1%BA%A3%20tu%E1%BA%A7n%203.pdf"
    )
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"


def test_only_the_thumbnail_made_here_is_shown_in_a_page(client, officer, attach):
    photo, text = attach(picture(), "ảnh.jpg"), attach()
    client.force_login(officer)

    shown = client.get(f"/minh-chung/{photo.pk}/anh-nho/")

    assert (shown["Content-Type"], shown["Content-Disposition"][:6]) == ("image/jpeg", "inline")
    assert client.get(f"/minh-chung/{text.pk}/anh-nho/").status_code == 404


def test_file_gone_from_the_disk_is_not_found(client, officer, attach, private_folder):
    kept = attach()
    (private_folder / kept.file.name).unlink()
    client.force_login(officer)

    assert client.get(f"/minh-chung/{kept.pk}/").status_code == 404


def answers_of(client, person, kept, entry):
    """What reading, the small picture, attaching and removing answer ``person``."""
    client.force_login(person)
    return [
        client.get(f"/minh-chung/{kept.pk}/").status_code,
        client.get(f"/minh-chung/{kept.pk}/anh-nho/").status_code,
        client.post(f"/minh-chung/dong/{entry.pk}/", {"files": uploaded(PDF_BYTES + b"x")}).status_code,
        client.post(f"/minh-chung/{kept.pk}/go/").status_code,
    ]


def test_another_unit_finds_nothing(client, outsider, attach, entry):
    kept = attach(picture(), "ảnh.jpg")

    assert answers_of(client, outsider, kept, entry) == [404, 404, 404, 404]
    assert Evidence.objects.count() == 1


def test_standing_agency_reads_and_attaches_only_when_it_files_in_the_units_place(
    client, standing_agency, attach, entry
):
    kept = attach(picture(), "ảnh.jpg")

    assert answers_of(client, standing_agency, kept, entry) == [200, 200, 404, 404]
    answer = client.post(f"/minh-chung/dong/{entry.pk}/?nop-thay=1", {"files": uploaded()})
    assert (answer.status_code, answer["Location"]) == (302, f"/bao-cao/{entry.report_id}/?nop-thay=1#mh-{entry.pk}")


# --- Attached from the page ---


def test_files_are_attached_without_script_and_the_page_comes_back_to_the_entry(client, officer, entry):
    client.force_login(officer)

    answer = client.post(
        f"/minh-chung/dong/{entry.pk}/", {"files": [uploaded(), uploaded(picture(), "ảnh hiện trường.jpg")]}
    )

    assert (answer.status_code, answer["Location"]) == (302, f"/bao-cao/{entry.report_id}/#mh-{entry.pk}")
    assert sorted(entry.evidence.values_list("name", flat=True)) == ["kết quả tuần 3.pdf", "ảnh hiện trường.jpg"]


def test_good_files_are_kept_beside_a_refused_one_and_the_script_is_told_why(client, officer, entry):
    client.force_login(officer)

    answer = client.post(
        f"/minh-chung/dong/{entry.pk}/",
        {"files": [uploaded(HTML, "trang.pdf"), uploaded()]},
        headers={"X-Evidence-Script": "1"},
    )

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "trang.pdf: Loại tệp này không nhận làm minh chứng" in page
    assert (page.count('class="files"'), "kết quả tuần 3.pdf" in page) == (1, True)


def test_nothing_chosen_is_said(client, officer, entry):
    client.force_login(officer)

    page = client.post(f"/minh-chung/dong/{entry.pk}/", follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Chưa chọn tệp nào. Hãy chọn tệp rồi bấm Đính kèm."
    ]


def test_file_is_removed_from_the_page(client, officer, entry, attach):
    kept = attach()
    client.force_login(officer)

    answer = client.post(f"/minh-chung/{kept.pk}/go/", headers={"X-Evidence-Script": "1"})

    assert (answer.status_code, 'class="files"' in answer.content.decode()) == (200, False)
    assert entry.evidence.count() == 0


def test_name_cannot_break_out_of_the_page_or_the_folder(client, officer, entry, private_folder):
    client.force_login(officer)
    name = '../../"><img src=x onerror=alert(1)>.pdf'

    page = client.post(
        f"/minh-chung/dong/{entry.pk}/", {"files": uploaded(name=name)}, headers={"X-Evidence-Script": "1"}
    ).content.decode()

    assert "<img src=x" not in page
    assert files_in(private_folder.parent) == [f"evidence/{entry.evidence.get().file.name}"]


def test_thousand_files_at_once_are_refused_in_plain_words(client, officer, entry, private_folder):
    client.force_login(officer)

    answer = client.post(f"/minh-chung/dong/{entry.pk}/", {"files": [uploaded(b"x", f"{n}.pdf") for n in range(1_000)]})

    assert (answer.status_code, "gửi quá nhiều tệp" in answer.content.decode()) == (400, True)
    assert (Evidence.objects.count(), files_in(private_folder)) == (0, [])


def test_request_announced_too_large_is_answered_before_it_is_read(client, officer, entry, settings):
    settings.REQUEST_MAX_BYTES = 100
    client.force_login(officer)

    answer = client.post(f"/minh-chung/dong/{entry.pk}/", {"files": uploaded()})

    assert (answer.status_code, "Gửi quá nhiều trong một lần" in answer.content.decode()) == (413, True)


def test_two_uploads_of_the_last_place_do_not_both_get_it(attach, settings, entry):
    """The second is counted after the first, whose row is held until it is written."""
    settings.EVIDENCE_MAX_FILES = 1

    with transaction.atomic():
        attach()
        with pytest.raises(NotAccepted):
            attach(PDF_BYTES + b"2")

    assert entry.evidence.count() == 1


# --- Who attached and who removed ---


def test_history_keeps_who_attached_a_file_and_who_removed_it(attach, officer, unit, monday):
    colleague = UserFactory(unit=unit)
    kept = attach(PDF_BYTES, "kết quả.pdf")
    pk, digest = kept.pk, kept.sha256

    remove_evidence(kept, by=colleague, at=monday + timedelta(hours=1))

    told = Evidence.history.filter(id=pk).order_by("history_id")
    assert list(told.values_list("history_type", "history_user", "history_date", "name", "sha256")) == [
        ("+", officer.pk, monday, "kết quả.pdf", digest),
        ("-", colleague.pk, monday + timedelta(hours=1), "kết quả.pdf", digest),
    ]


def sweeps_at(time_machine, *moments):
    """How often the folder was swept at each of ``moments``, when beat asked for it."""
    counts = []
    for moment in moments:
        time_machine.move_to(vn(moment), tick=False)
        with structlog.testing.capture_logs() as logs:
            tasks.sweep_evidence.delay()
        counts.append(len(logs))
    return counts


def test_sweep_is_done_once_a_night(time_machine):
    asked = ("2024-03-04 02:30", "2024-03-04 03:30", "2024-03-05 01:30", "2024-03-05 02:30")

    assert sweeps_at(time_machine, *asked) == [1, 0, 0, 1]


def test_sweep_of_a_night_the_machine_was_off_is_done_once_when_it_is_on_again(time_machine):
    asked = ("2024-03-04 02:30", "2024-03-05 08:30", "2024-03-05 09:30", "2024-03-06 02:30")

    assert sweeps_at(time_machine, *asked) == [1, 1, 0, 1]


def test_missing_files_are_an_error_of_the_nightly_sweep(attach, private_folder, settings):
    lost = attach(PDF_BYTES)
    (private_folder / lost.file.name).unlink()

    with structlog.testing.capture_logs() as logs:
        tasks.sweep_evidence.delay()

    assert settings.CELERY_BEAT_SCHEDULE["sweep-evidence"]["task"] == tasks.sweep_evidence.name
    assert logs[1:] == [{"event": "evidence files missing", "evidence": [lost.pk], "log_level": "error"}]
