"""The annex on the screens: handed in, doubts settled, shown before it is written, written, taken back."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from lxml import html
from openpyxl import Workbook

from assignments.annex.reading.packages import MAX_FILE
from assignments.imports.forms import prefix_of
from assignments.models import AnnexImport, Assignment, CollectiveMember, Unit, UnitAlias
from assignments.roles import Role
from assignments.storage import PrivateFiles
from models_registry.models import Initiative
from models_registry.text import fold
from tests.factories import PlanFactory, UnitFactory, UserFactory, vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

AT = vn("2024-03-01 08:00")
HEADER = ("TT", "Tên mô hình", "Chủ trì", "Phối hợp", "Hỗ trợ", "Thời gian hoàn thành", "Nền tảng")
GROUP = ("I", "Nhóm tiện ích công dân số (03 mô hình)")
FIRST = ("1", "Mô hình 6: Khám chữa bệnh", "Bệnh viện huyện", "", "", "Quý I/2024", "VNeID")
SECOND = ("2", "Mô hình 9: Quản lý lưu trú", "Phòng Y tế", "Bệnh viện huyện (chính)", "", "Năm 2024", "ASM")
STRANGE = "Hội Chữ thập đỏ huyện"
WITH_STRANGE = ("3", "Mô hình 11: Hiến máu", STRANGE, "Phòng Y tế", "", "Năm 2024", "")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Where this test's uploads lie."""
    monkeypatch.setattr(AnnexImport._meta.get_field("file"), "storage", PrivateFiles(location=tmp_path / "uploads"))
    return tmp_path / "uploads"


@pytest.fixture(autouse=True)
def today(time_machine):
    time_machine.move_to(AT, tick=False)
    return time_machine


@pytest.fixture(autouse=True)
def units():
    return [UnitFactory(name=name) for name in ("Bệnh viện huyện", "Phòng Y tế")]


@pytest.fixture
def admin(client, plan, django_capture_on_commit_callbacks):
    """A client of the administrator behind whom the worker works at once."""
    client.force_login(UserFactory(role=Role.ADMIN, full_name="Người quản trị"))
    post = client.post

    def post_and_work(*args, **kwargs):
        follow = kwargs.pop("follow", False)
        with django_capture_on_commit_callbacks(execute=True):
            answer = post(*args, **kwargs)
        return client.get(answer["Location"]) if follow and answer.status_code == 302 else answer

    client.post = post_and_work
    return client


def workbook(*rows, header=HEADER):
    book = Workbook()
    for row in (header, *rows):
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def archive(**parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name.replace("__", "/").replace("_xml", ".xml"), text)
    return content.getvalue()


def hand_in(client, content, plan, name="phu-luc.xlsx"):
    return client.post("/nhap-phu-luc/", {"plan": plan.pk, "file": SimpleUploadedFile(name, content)}, follow=True)


def latest():
    return AnnexImport.objects.first()


def url(*more):
    return "/".join(["/nhap-phu-luc", str(latest().pk), *more, ""])


def settle(client, text, **fields):
    """Press "Ghi nhớ" after filling in the card of one name."""
    prefix = prefix_of(fold(text))
    return client.post(url("don-vi"), {f"{prefix}-{name}": value for name, value in fields.items()}, follow=True)


def confirm(client, **chosen):
    return client.post(url("nhap"), {"digest": latest().preview["digest"], **chosen}, follow=True)


def said(page):
    return [str(message) for message in page.context["messages"]]


# --- Handing in ---


def test_handed_in_file_is_shown_before_anything_is_written(admin, plan):
    page = hand_in(admin, workbook(GROUP, FIRST, SECOND), plan)

    assert page.templates[0].name == "imports/preview.html"
    assert (page.context["listed"], page.context["counts"]["created"]) == (2, 2)
    assert "Nhập 2 mô hình" in page.content.decode()
    assert Initiative.objects.count() == 0


def test_list_says_of_each_import_what_came_of_it(admin, plan):
    hand_in(admin, workbook(GROUP, FIRST, SECOND), plan)
    confirm(admin)
    hand_in(admin, workbook(GROUP, FIRST, SECOND), plan, name="lần hai.xlsx")
    admin.post(url("huy"))

    rows = admin.get("/nhap-phu-luc/").context["page"].object_list

    assert [(row.file_name, row.look.word, row.outcome) for row in rows] == [
        ("lần hai.xlsx", "Đã hủy, chưa ghi gì", ""),
        ("phu-luc.xlsx", "Đã nhập", "2 mới"),
    ]
    assert {row.uploaded for row in rows} == {"Người quản trị, 08:00 01/03/2024"}


@same_queries(10)
def test_list_takes_the_same_queries_for_any_number_of_imports(admin, plan, rows, counted):
    for _ in range(rows):
        hand_in(admin, workbook(FIRST), plan)

    with counted:
        admin.get("/nhap-phu-luc/")


def test_without_a_plan_the_page_says_what_to_do_first(admin, plan):
    plan.delete()

    assert "Cổng chưa có kế hoạch nào để nhập phụ lục vào" in admin.get("/nhap-phu-luc/").content.decode()


@pytest.mark.parametrize(
    "name", ["Phụ lục – các mô hình điểm (đã sửa).xlsx", "../../../etc/Phụ lục “mới”.xlsx", "a" * 200 + ".xlsx"]
)
def test_file_comes_back_whole_under_the_name_it_came_with(admin, plan, folder, name):
    content = workbook(FIRST)
    hand_in(admin, content, plan, name=name)

    answer = admin.get(url("tep"))

    assert b"".join(answer.streaming_content) == content
    assert latest().file_name == name.split("/")[-1]
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert [path.suffix for path in folder.rglob("*") if path.is_file()] == [".xlsx"]


def test_vietnamese_name_is_sent_as_the_standard_says(admin, plan):
    hand_in(admin, workbook(FIRST), plan, name="Phụ lục.xlsx")

    assert admin.get(url("tep"))["Content-Disposition"] == "attachment; filename*=utf-8''Ph%E1%BB%A5%20l%E1%BB%A5c.xlsx"


def test_file_lost_on_the_server_is_said_in_words(admin, plan):
    hand_in(admin, workbook(FIRST), plan)
    latest().path.unlink()

    assert said(admin.get(url("tep"), follow=True))[0].startswith("Không còn tệp gốc trên máy chủ.")


def damaged(content):
    """An archive whose table of contents is whole and whose parts are not."""
    at = content.index(b"xl/workbook.xml") + 40
    return content[:at] + bytes(byte ^ 0xFF for byte in content[at : at + 40]) + content[at + 40 :]


# What is made only when it is asked for: these grow when unpacked.
REFUSED = {
    "empty": ("phu-luc.xlsx", lambda: b"", "Tệp trống"),
    "old workbook": ("phu-luc.xls", lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 100, "Excel cũ (.xls)"),
    "pdf": ("phu-luc.pdf", lambda: b"%PDF-1.7", "PDF"),
    "wrong ending": ("phu-luc.exe", lambda: workbook(FIRST), "Tên tệp phải kết thúc bằng .xlsx"),
    "wrong content": ("phu-luc.xlsx", lambda: b"PK but no archive", "không phải là bảng tính"),
    "damaged": ("phu-luc.xlsx", lambda: damaged(workbook(FIRST)), "Tệp bị hỏng"),
    "500 MB cell": ("bom.xlsx", lambda: archive(xl__workbook_xml="x", a_xml="0" * 110_000_000), "giải nén ra quá lớn"),
    "entities": ("bom.xlsx", lambda: archive(xl__workbook_xml='<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "an toàn"),
    "macro": ("a.xlsx", lambda: archive(xl__workbook_xml="x", **{"xl__vbaProject.bin": "x"}), "macro"),
    "limit + 1": ("phu-luc.xlsx", lambda: b"PK\x03\x04" + b"0" * (MAX_FILE - 3), "lớn hơn 20 MB"),
    "50 MB": ("phu-luc.xlsx", lambda: b"PK\x03\x04" + b"0" * 50_000_000, "lớn hơn 20 MB"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_annex_is_refused_at_once_in_words_and_not_kept(admin, plan, folder, what):
    name, make, words = REFUSED[what]
    content = make()

    page = hand_in(admin, content, plan, name=name)

    assert page.status_code == 422
    assert words in str(page.context["form"].errors["file"])
    assert (AnnexImport.objects.count(), list(folder.rglob("*"))) == (0, [])


def test_sheet_of_nothing_but_empty_rows_is_refused_in_words(admin, plan):
    with zipfile.ZipFile(io.BytesIO(workbook(FIRST))) as whole:
        parts = {part: whole.read(part) for part in whole.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    begins, ends = sheet.index(b"<sheetData>") + 11, sheet.index(b"</sheetData>")
    parts["xl/worksheets/sheet1.xml"] = sheet[:begins] + b"<row/>" * 200_000 + sheet[ends:]
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, part in parts.items():
            package.writestr(name, part)

    page = hand_in(admin, content.getvalue(), plan)

    assert (latest().state, page.templates[0].name) == ("refused", "imports/ended.html")
    assert latest().message.startswith("Trang tính “Sheet” kéo dài quá 20000 dòng, kể cả dòng trống có định dạng.")


def test_file_of_exactly_the_limit_is_received(admin, plan):
    content = workbook(FIRST)

    page = hand_in(admin, content + b"\0" * (MAX_FILE - len(content)), plan)

    assert "lớn hơn" not in str(page.context["form"].errors["file"])


def test_one_file_at_a_time(admin, plan):
    content = workbook(FIRST)
    files = [SimpleUploadedFile(f"{number}.xlsx", content) for number in range(1000)]

    page = admin.post("/nhap-phu-luc/", {"plan": plan.pk, "file": files})

    assert page.status_code == 422
    assert page.context["form"].errors["file"] == ["Mỗi lần chỉ nhận một tệp. Hãy chọn một tệp phụ lục rồi thử lại."]


@pytest.mark.parametrize(
    ("given", "field"), [({}, "plan"), ({"plan": "0"}, "plan"), ({"plan": "x"}, "plan"), ({"plan": "1"}, "file")]
)
def test_form_half_filled_in_says_what_is_missing(admin, plan, given, field):
    page = admin.post("/nhap-phu-luc/", given)

    assert page.status_code == 422
    assert field in page.context["form"].errors


def test_file_that_cannot_be_read_says_why_and_is_kept(admin, plan):
    page = hand_in(admin, workbook(("a", "b"), header=("Họ tên", "Ngày sinh")), plan)

    answer = page.content.decode()
    assert latest().state == "refused"
    assert "Không tìm thấy hàng tiêu đề" in answer
    assert ("Tải tệp khác lên" in answer, admin.get(url("tep")).status_code) == (True, 200)


# --- While it is read ---


@pytest.fixture
def waiting(client, plan):
    """An import no worker has begun."""
    client.force_login(UserFactory(role=Role.ADMIN))
    hand_in(client, workbook(GROUP, FIRST), plan)
    return latest()


def test_page_shows_how_far_the_worker_is(client, waiting):
    AnnexImport.objects.update(state="reading", started_at=AT, progress=70, stage="Đang so với kế hoạch")

    page = client.get(url("tien-do")).content.decode()

    assert "Đang so với kế hoạch" in page
    assert 'value="70"' in page


@pytest.mark.parametrize(("seconds", "words"), [(5, ""), (45, "45 giây"), (600, "10 phút")])
def test_page_says_so_when_no_worker_answers(client, waiting, today, seconds, words):
    today.shift(timedelta(seconds=seconds))

    assert client.get(url()).context["progress"].silent_for == words


def test_page_is_drawn_anew_once_it_is_read(admin, plan):
    hand_in(admin, workbook(FIRST), plan)

    assert admin.get(url("tien-do"))["HX-Refresh"] == "true"


def test_import_under_way_can_be_given_up(client, waiting):
    client.post(url("huy"))

    assert latest().state == "cancelled"


# --- The preview ---


def test_errors_stand_apart_from_doubts_and_forbid_the_import(admin, plan):
    page = hand_in(admin, workbook(GROUP, FIRST, ("2", FIRST[1], "Phòng Y tế", "", "", "Khi đủ điều kiện")), plan)

    assert [(line.place, line.message[:16]) for line in page.context["errors"]] == [
        ("trang “Sheet”, dòng 4, cột B", "Mô hình 6 đã có ")
    ]
    assert [line.place for line in page.context["warnings"]] == [
        "trang “Sheet”, dòng 2",
        "trang “Sheet”, dòng 4, cột F",
    ]
    assert page.context["hindrance"] == "Còn 1 lỗi: hãy sửa trong tệp rồi tải lên lại."
    assert said(confirm(admin)) == ["Phụ lục còn lỗi nên chưa nhập được. Hãy sửa tệp rồi tải lên lại."]
    assert Initiative.objects.count() == 0


def test_change_is_shown_as_what_goes_and_what_comes(admin, plan):
    hand_in(admin, workbook(GROUP, FIRST, SECOND), plan)
    confirm(admin)

    page = hand_in(admin, workbook(GROUP, FIRST, (*SECOND[:2], "Bệnh viện huyện", *SECOND[3:])), plan)

    (row,) = page.context["page"].object_list
    assert (row.code, row.name, row.place) == ("9", "Quản lý lưu trú", "4")
    assert row.lines[0] == ("Chủ trì", ["Phòng Y tế"], ["Bệnh viện huyện"])
    assert "<del" in page.content.decode()


def test_changes_are_shown_by_kind_and_in_pages(admin, plan):
    hand_in(admin, workbook(*((str(number), f"Việc số {number}", "Bệnh viện huyện") for number in range(1, 121))), plan)

    first = admin.get(url()).context
    last = admin.get(url(), {"xem": "moi", "trang": "3"}).context["page"]
    none = admin.get(url(), {"xem": "giu-nguyen"}).context["page"]

    assert first["shown"] == "moi"
    assert (len(first["page"]), len(last), len(none)) == (50, 20, 0)


@same_queries(10, numbers=(1, 30))
def test_preview_takes_the_same_queries_for_any_number_of_names(admin, plan, rows, counted):
    lines = [(str(number), f"Việc số {number}", f"Hội số {number}") for number in range(1, rows + 1)]
    hand_in(admin, workbook(*lines), plan)
    address = url()

    with counted:
        admin.get(address)


HOSTILE = "<script>alert(1)</script>"


def test_hostile_text_in_the_file_stays_text(admin, plan):
    row = ("1", f"Việc {HOSTILE}", f"Hội {HOSTILE} huyện", "", "", f"Khi {HOSTILE}", HOSTILE)
    pages = [hand_in(admin, workbook(("I", f"Nhóm {HOSTILE} rất dài"), row), plan, name=f"a{HOSTILE}.xlsx")]
    pages += [
        settle(admin, f"Hội {HOSTILE} huyện", choice="khac", other=HOSTILE),
        confirm(admin),
        admin.get("/nhap-phu-luc/"),
    ]

    assert [page.content.decode().count("<script>alert") for page in pages] == [0, 0, 0, 0]
    assert Assignment.objects.get().text == f"Hội {HOSTILE} huyện"


# --- Names nobody knows ---


@pytest.fixture
def strange(admin, plan):
    """An import with one name nobody knows."""
    return hand_in(admin, workbook(GROUP, FIRST, WITH_STRANGE), plan)


def leads():
    return [mention.unit and mention.unit.name for mention in Assignment.objects.filter(role="lead").order_by("pk")]


def test_unknown_name_comes_with_where_it_stands_and_what_is_near(admin, plan):
    UnitFactory(name="Hội Chữ thập đỏ")

    page = hand_in(admin, workbook(WITH_STRANGE), plan)

    (form,) = page.context["forms"]
    assert form.places == "MH 11, chủ trì (dòng 2, cột C)"
    assert [(unit["name"], likeness) for unit, likeness, _ in form.near] == [("Hội Chữ thập đỏ", 83)]
    assert "cổng đoán, hãy kiểm tra" in page.content.decode()


def test_name_without_a_near_one_is_left_as_printed_unless_somebody_decides(strange, admin):
    page = settle(admin, "không đâu")

    assert strange.context["forms"][0].chosen == "de-sau"
    assert said(page) == ["Chưa chọn đơn vị nào để ghi nhớ."]
    confirm(admin)
    assert leads() == ["Bệnh viện huyện", None]


def test_name_settled_as_a_known_unit_is_another_way_of_writing_it(strange, admin, units):
    page = settle(admin, STRANGE, choice="khac", other="phòng y tế")

    assert said(page) == ["Đã ghi nhớ 1 cách viết. Cổng đọc lại tệp theo đó."]
    assert (page.context["forms"], UnitAlias.objects.get(text=STRANGE).unit) == ([], units[1])
    confirm(admin)
    assert leads() == ["Bệnh viện huyện", "Phòng Y tế"]


def test_name_settled_by_the_near_one(admin, plan):
    known = UnitFactory(name="Hội Chữ thập đỏ")
    hand_in(admin, workbook(WITH_STRANGE), plan)

    settle(admin, STRANGE, choice=str(known.pk))

    assert UnitAlias.objects.get(text=STRANGE).unit == known


def test_name_settled_as_a_new_unit(strange, admin):
    settle(admin, STRANGE, choice="moi", name=STRANGE, kind="association", level="district", files_reports="on")

    unit = Unit.objects.get(name=STRANGE)
    assert (unit.kind, unit.level, unit.files_reports) == ("association", "district", True)
    confirm(admin)
    assert leads() == ["Bệnh viện huyện", STRANGE]


def test_name_settled_as_a_collective_of_chosen_members(strange, admin, units):
    members = [str(unit.pk) for unit in units]

    settle(admin, STRANGE, choice="nhom", name="Các đơn vị nòng cốt", level="district", members=members)

    collective = Unit.objects.get(kind="collective")
    assert collective.name == "Các đơn vị nòng cốt"
    assert set(CollectiveMember.objects.filter(collective=collective).values_list("unit", flat=True)) == {
        unit.pk for unit in units
    }
    assert UnitAlias.objects.get(text=STRANGE).unit == collective


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"choice": "khac", "other": "không có đơn vị này"}, "other"),
        ({"choice": "khac"}, "other"),
        ({"choice": "moi", "kind": "", "level": "district"}, "kind"),
        ({"choice": "moi", "kind": "collective", "level": "district"}, "kind"),
        ({"choice": "nhom", "level": "district"}, "members"),
        ({"choice": "nhom", "members": ["0"]}, "members"),
        ({"choice": "999999"}, "choice"),
    ],
)
def test_card_wrongly_filled_in_is_named_and_nothing_is_remembered(strange, admin, fields, named):
    page = settle(admin, STRANGE, **fields)

    assert page.status_code == 422
    assert named in page.context["forms"][0].errors
    assert (Unit.objects.count(), UnitAlias.objects.count()) == (2, 0)


def test_new_unit_with_the_name_of_another_is_refused_in_words(strange, admin):
    page = settle(admin, STRANGE, choice="moi", name="Phòng Y tế", kind="department", level="district")

    assert page.status_code == 409
    assert "Đã có đơn vị đang hoạt động mang tên này." in said(page)[0]


def test_second_press_on_settled_names_changes_nothing_and_says_so(strange, admin):
    choice = {"choice": "moi", "name": STRANGE, "kind": "association", "level": "district"}
    settle(admin, STRANGE, **choice)

    page = settle(admin, STRANGE, **choice)

    assert said(page) == ["Chưa chọn đơn vị nào để ghi nhớ."]
    assert Unit.objects.filter(name=STRANGE).count() == 1


def test_names_of_an_import_that_has_moved_on_are_left_alone(strange, admin):
    confirm(admin)

    page = settle(admin, STRANGE, choice="moi", name=STRANGE, kind="association", level="district")

    assert said(page) == ["Lần nhập này đã chuyển sang bước khác (đã nhập) nên chưa ghi nhớ gì thêm."]
    assert Unit.objects.filter(name=STRANGE).count() == 0


# --- Written, given up, taken back ---


def test_confirmed_import_is_written_and_says_what_next(admin, plan):
    hand_in(admin, workbook(GROUP, FIRST, SECOND), plan)

    page = confirm(admin)

    assert page.templates[0].name == "imports/done.html"
    assert (page.context["listed"], page.context["outcome"]) == (2, "2 mới")
    assert page.context["decided"] == "Người quản trị, 08:00 01/03/2024"
    assert Initiative.objects.count() == 2


def test_second_confirmation_changes_nothing_and_says_so(admin, plan):
    hand_in(admin, workbook(GROUP, FIRST), plan)
    confirm(admin)

    page = confirm(admin)

    assert said(page) == ["Lần nhập này đã nhập, không còn chờ quyết định. Hãy tải lại trang."]
    assert Initiative.objects.count() == 1


@pytest.mark.parametrize("digest", ["", "of another preview"])
def test_page_of_before_does_not_confirm_what_it_never_showed(admin, plan, digest):
    hand_in(admin, workbook(GROUP, FIRST), plan)

    page = admin.post(url("nhap"), {"digest": digest}, follow=True)

    assert said(page)[0].startswith("Bản xem trước đã được đọc lại sau khi mở trang.")
    assert Initiative.objects.count() == 0


def test_cancelled_import_wrote_nothing_and_stays_cancelled(admin, plan):
    hand_in(admin, workbook(GROUP, FIRST), plan)

    page = admin.post(url("huy"), follow=True)

    assert "Chưa có gì được ghi vào kế hoạch." in page.content.decode()
    confirm(admin)
    assert (latest().state, Initiative.objects.count()) == ("cancelled", 0)


def test_import_is_taken_back_once(admin, plan):
    hand_in(admin, workbook(GROUP, FIRST), plan)
    page = confirm(admin)
    assert page.context["why_not_undoable"] == ""

    admin.post(url("hoan-tac"))
    again = admin.post(url("hoan-tac"), follow=True)

    assert (latest().state, Initiative.objects.count()) == ("undone", 0)
    assert len(said(again)) == 1
    assert texts(again, "//main//h2") == ["Đã hoàn tác"]


def test_initiative_gone_from_the_file_is_closed_or_kept_as_one_decides(admin, plan):
    hand_in(admin, workbook(GROUP, FIRST, SECOND, WITH_STRANGE), plan)
    confirm(admin)
    hand_in(admin, workbook(GROUP, FIRST), plan, name="mới.xlsx")
    page = confirm(admin)
    kept, closed = page.context["gone"]

    admin.post(url("mo-hinh", str(kept.pk)), {"viec": "giu"})
    admin.post(url("mo-hinh", str(closed.pk)), {"viec": "ket-thuc"})

    kept.refresh_from_db()
    closed.refresh_from_db()
    assert (kept.closed_on, kept.kept_on) == (None, AT.date())
    assert (closed.closed_on, closed.kept_on) == (AT.date(), None)


def test_only_what_was_proposed_can_be_closed_here(admin, plan):
    hand_in(admin, workbook(GROUP, FIRST), plan)
    confirm(admin)
    other = Initiative.objects.get()

    answers = [
        admin.post(url("mo-hinh", str(pk)), {"viec": doing}).status_code
        for pk, doing in [(other.pk, "ket-thuc"), (10**9, "giu")]
    ]

    assert answers == [404, 404]


# --- What is left over ---

NOBODY_SIGNS_IN = (
    "phải nộp báo cáo mà không có ai đăng nhập được. Hãy gắn người dùng đang hoạt động và đặt mật khẩu cho họ."
)
NOBODY_LEADS = (
    "không có đơn vị chủ trì nào nộp báo cáo. Hãy ghi đơn vị chủ trì khác, hoặc đơn vị kế thừa có nộp báo cáo."
)


@pytest.fixture
def served(units):
    """The units, each with a person."""
    for unit in units:
        UserFactory(unit=unit)
    return units


def left_over(page):
    return texts(page, "//section[.//h2[@id='de-lai']]//li")


def test_preview_tells_what_the_import_would_leave_over(admin, plan):
    page = hand_in(admin, workbook(GROUP, FIRST, SECOND, WITH_STRANGE), plan)

    assert left_over(page) == [
        f"Mô hình 11: {NOBODY_LEADS}",
        f"Bệnh viện huyện, Phòng Y tế: {NOBODY_SIGNS_IN}",
    ]
    assert "Để lại 2 việc chưa có người làm." in texts(page, "//*[@id='truoc-khi-nhap']")[0]
    assert (Initiative.objects.count(), Assignment.objects.count()) == (0, 0)


def test_preview_of_an_import_that_leaves_nothing_over_says_nothing_of_it(admin, plan, served):
    page = hand_in(admin, workbook(GROUP, FIRST, SECOND), plan)

    assert (left_over(page), "Để lại" in page.content.decode()) == ([], False)


def test_preview_tells_only_of_what_was_not_left_over_before(admin, plan, served):
    hand_in(admin, workbook(GROUP, FIRST, WITH_STRANGE), plan)
    confirm(admin)
    UnitFactory(name="Bộ Y tế", files_reports=False)

    page = hand_in(admin, workbook(GROUP, (*FIRST[:2], "Bộ Y tế", *FIRST[3:]), WITH_STRANGE), plan, name="mới.xlsx")

    assert left_over(page) == [f"Mô hình 6: {NOBODY_LEADS}"]


def led_by_justice(admin, plan, **dated):
    """An import that lets Phòng Tư pháp lead in the stead of Bệnh viện huyện, handed in."""
    hand_in(admin, workbook(GROUP, FIRST), plan)
    confirm(admin)
    UserFactory(unit=UnitFactory(name="Phòng Tư pháp", **dated))
    return hand_in(admin, workbook(GROUP, (*FIRST[:2], "Phòng Tư pháp", *FIRST[3:])), plan, name="mới.xlsx")


def day_shown(page):
    return html.fromstring(page.content.decode()).xpath("string(//input[@name='holds_from']/@value)")


@pytest.mark.parametrize(
    ("dated", "at_once", "then"),
    [
        ({"valid_from": "2024-05-01"}, ["Mô hình 6: không có đơn vị chủ trì nào nộp báo cáo"], []),
        (
            {"valid_to": "2024-03-31"},
            ["Mô hình 6: không có đơn vị chủ trì nào nộp báo cáo từ ngày 01/04/2024"],
            ["Mô hình 6: không có đơn vị chủ trì nào nộp báo cáo từ ngày 01/05/2024"],
        ),
    ],
    ids=["begins then", "ended by then"],
)
def test_what_an_import_leaves_over_is_told_as_of_the_day_chosen(admin, plan, served, dated, at_once, then):
    page = led_by_justice(admin, plan, **dated)
    anew = confirm(admin, holds_from="2024-05-01")
    state = latest().state
    confirm(admin, holds_from="2024-05-01")

    assert [[line.split(".")[0] for line in left_over(shown)] for shown in (page, anew)] == [at_once, then]
    assert (day_shown(anew), state, latest().state) == ("2024-05-01", "ready", "done")


def test_import_that_leaves_the_same_over_from_the_day_chosen_is_written_at_once(admin, plan, served):
    led_by_justice(admin, plan)

    confirm(admin, holds_from="2024-05-01")

    assert latest().state == "done"


def test_undoing_asks_first_where_it_would_leave_something_over(admin, plan, served):
    hand_in(admin, workbook(GROUP, FIRST, WITH_STRANGE), plan)
    confirm(admin)
    hand_in(admin, workbook(GROUP, FIRST, (*WITH_STRANGE[:2], "Phòng Y tế", *WITH_STRANGE[3:])), plan, name="mới.xlsx")
    confirm(admin)

    asked = admin.post(url("hoan-tac"))
    state = latest().state
    admin.post(url("hoan-tac"), {"_van_luu": "1"})

    assert (texts(asked, "//section[.//h2[text()='Hoàn tác']]//li"), state) == ([f"Mô hình 11: {NOBODY_LEADS}"], "done")
    assert latest().state == "undone"


# --- Who, and what is not there ---


@pytest.mark.parametrize("page", ["", "tien-do/", "tep/"])
def test_import_that_does_not_exist_is_not_found(admin, page):
    assert [admin.get(f"/nhap-phu-luc/{pk}/{page}").status_code for pk in ("0", "9" * 30)] == [404, 404]


@pytest.mark.parametrize("person", ["officer", "standing_agency", "outsider"])
def test_imports_are_the_administrators_alone(admin, plan, person, request):
    hand_in(admin, workbook(FIRST), plan)
    admin.force_login(request.getfixturevalue(person))

    asked = [admin.get(address).status_code for address in ("/nhap-phu-luc/", url(), url("tep"), url("tien-do"))]
    decided = [admin.post(url(step)).status_code for step in ("nhap", "huy", "don-vi", "hoan-tac")]

    assert (asked, decided, latest().state) == ([403] * 4, [403] * 4, "ready")


def test_no_step_is_taken_by_reading_an_address(admin, plan):
    hand_in(admin, workbook(FIRST), plan)

    answers = [admin.get(url(step)).status_code for step in ("nhap", "huy", "don-vi", "hoan-tac")]

    assert (answers, latest().state) == ([405] * 4, "ready")


def test_annex_is_given_to_whoever_reads_the_plan(admin, plan, officer):
    hand_in(admin, workbook(GROUP, FIRST, SECOND), plan)
    confirm(admin)
    admin.force_login(officer)

    answer = admin.get(f"/ke-hoach/{plan.pk}/phu-luc.xlsx")

    number = plan.number.replace("/", "-")
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''Ph%E1%BB%A5%20l%E1%BB%A5c%20{number}.xlsx"
    admin.force_login(UserFactory(role=Role.ADMIN))
    counts = hand_in(admin, answer.content, plan).context["counts"]
    assert (counts["created"], counts["updated"], counts["unchanged"]) == (0, 0, 2)


def test_without_a_plan_there_is_no_annex(admin, plan):
    address = f"/ke-hoach/{plan.pk}/phu-luc.xlsx"
    plan.delete()

    assert admin.get(address).status_code == 404


def test_each_plan_has_its_own_imports_and_initiatives(admin, plan):
    other = PlanFactory()
    hand_in(admin, workbook(FIRST), other)

    confirm(admin)

    assert (latest().plan, plan.initiatives.count(), other.initiatives.count()) == (other, 0, 1)
