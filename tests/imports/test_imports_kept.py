"""An annex from the upload to the plan and back: kept, shown, settled, confirmed, undone."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile

from assignments.annex.importer import import_annex
from assignments.imports.errors import ImportRefused
from assignments.imports.services import cancel_import, confirm_import, upload_annex
from assignments.imports.steps import MAX_ATTEMPTS, import_file, read_upload, requeue_stuck, write_import
from assignments.imports.undo import undo_import, why_not_undoable
from assignments.imports.unit_choices import KnownUnit, NewCollective, NewUnit, settle_units
from assignments.models import AnnexImport, Assignment, CollectiveMember, Duty, DutyTerm, Unit, UnitAlias
from assignments.storage import PrivateFiles
from assignments.tasks import requeue_imports
from models_registry.models import Deadline, Initiative, InitiativeGroup, InitiativeText, Platform
from reports.models import ProgressEntry, UnitReport
from reports.periods.services import run_schedule
from tests.acts import filed
from tests.factories import PlanFactory, UnitFactory, UserFactory, vn
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

AT = vn("2024-03-01 08:00")
TODAY = AT.date()
LATER = AT + timedelta(minutes=10)
GROUP = ("I", "Nhóm tiện ích công dân số (02 mô hình)")
FIRST = ("1", "Mô hình 6: Khám chữa bệnh", "Công an huyện", "", "", "Quý I/2024", "VNeID")
SECOND = ("2", "Mô hình 9: Quản lý lưu trú", "Phòng Nội vụ", "Công an huyện (chính)", "", "Năm 2024", "VneID; ASM")
State = AnnexImport.State


@pytest.fixture(autouse=True)
def units():
    return {name: UnitFactory(name=name) for name in ("Công an huyện", "Phòng Nội vụ")}


@pytest.fixture
def administrator():
    return UserFactory(role="admin")


@pytest.fixture
def upload(plan, annex, administrator, django_capture_on_commit_callbacks):
    """``upload(row, …)`` brings a file with the rows as far as its preview."""

    def bring(*rows, **options):
        path = annex(*rows, **options)
        with django_capture_on_commit_callbacks(execute=False):
            made = upload_annex(plan, ContentFile(path.read_bytes(), name=path.name), by=administrator, at=AT)
        read_upload(made.pk, at=AT, today=TODAY)
        return fresh(made)

    return bring


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def confirmed(annex_import, at=AT):
    confirm_import(annex_import, by=annex_import.uploaded_by, at=at)
    write_import(annex_import.pk, at=at, today=TODAY)
    return fresh(annex_import)


def codes(annex_import):
    return {change["code"]: change["kind"] for change in annex_import.preview["changes"]}


def fields(annex_import, code):
    change = next(change for change in annex_import.preview["changes"] if change["code"] == code)
    return {field["label"]: (field["old"], field["new"]) for field in change["fields"]}


def everything():
    """What an import can touch, in words."""
    return {
        "groups": list(InitiativeGroup.objects.values_list("numeral", "name", "stated_count", "position")),
        "initiatives": list(Initiative.objects.values_list("code", "name", "ordinal", "group__numeral", "position")),
        "texts": sorted(InitiativeText.objects.values_list("initiative__code", "kind", "label", "text")),
        "units": sorted(Assignment.objects.values_list("initiative__code", "role", "position", "text", "unit__name")),
        "deadlines": sorted(Deadline.objects.values_list("initiative__code", "position", "text", "due_on")),
        "platforms": sorted(Platform.objects.values_list("name", "mentions__initiative__code")),
        "duties": list(
            DutyTerm.objects.values_list("duty__unit__name", "duty__initiative__code", "role", "valid_from", "valid_to")
        ),
    }


def test_upload_is_kept_with_who_when_and_a_name_nobody_can_guess(plan, administrator):
    file = ContentFile("nội dung".encode(), name="../../Phu\u0323 lu\u0323c.XLSX")

    made = upload_annex(plan, file, by=administrator, at=AT)

    assert (made.file_name, made.size, made.state) == ("Phụ lục.XLSX", 10, State.WAITING)
    assert (made.uploaded_by, made.uploaded_at) == (administrator, AT)
    assert re.fullmatch(r"phu-luc/[0-9a-f]{32}\.xlsx", made.file.name)
    assert made.path.stat().st_mode & 0o077 == 0


def test_uploaded_file_has_no_address(upload):
    with pytest.raises(ValueError, match="không có địa chỉ"):
        upload(FIRST).file.url  # noqa: B018


def test_file_over_the_limit_is_refused_and_leaves_nothing(plan, administrator, monkeypatch):
    monkeypatch.setattr("assignments.imports.uploads.MAX_FILE", 1024 * 1024)

    with pytest.raises(ImportRefused, match="Tệp lớn hơn 1 MB"):
        upload_annex(plan, ContentFile(b"0" * (1024 * 1024 + 1), name="phu-luc.xlsx"), by=administrator, at=AT)

    assert AnnexImport.objects.count() == 0


def test_full_disk_is_told_and_leaves_no_row_and_no_file(plan, administrator, monkeypatch, tmp_path):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(AnnexImport._meta.get_field("file"), "storage", PrivateFiles(location=tmp_path))
    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(ImportRefused, match="hết chỗ"):
        upload_annex(plan, ContentFile(b"0", name="phu-luc.xlsx"), by=administrator, at=AT)

    assert (AnnexImport.objects.count(), [path for path in tmp_path.rglob("*") if path.is_file()]) == (0, [])


# --- Shown before it is written ---


def test_preview_of_a_new_plan_lists_what_will_be_created(upload):
    made = upload(GROUP, FIRST, SECOND)

    assert (made.state, made.progress, Initiative.objects.count()) == (State.READY, 100, 0)
    assert made.preview["counts"] == {
        "groups": 1,
        "created": 2,
        "updated": 0,
        "unchanged": 0,
        "gone": 0,
        "errors": 0,
        "warnings": 0,
        "unknown_units": 0,
    }
    assert made.preview["groups"] == [
        {"numeral": "I", "old": "", "new": "Nhóm tiện ích công dân số (02 mô hình)"},
    ]
    assert fields(made, "9") == {
        "Tên mô hình": ([], ["Quản lý lưu trú"]),
        "TT": ([], ["2"]),
        "Nhóm": ([], ["I"]),
        "Chủ trì": ([], ["Phòng Nội vụ"]),
        "Phối hợp": ([], ["Công an huyện (chính)"]),
        "Thời gian hoàn thành": ([], ["Năm 2024 (từ 01/01/2024 đến hết 31/12/2024)"]),
        "Nền tảng, công cụ": ([], ["VneID", "ASM"]),
    }


def test_preview_of_a_correction_shows_old_and_new_of_the_cell_that_differs(upload):
    confirmed(upload(GROUP, FIRST, SECOND))

    made = upload(GROUP, FIRST, (*SECOND[:5], "Quý III/2024", SECOND[6]))

    assert codes(made) == {"6": "unchanged", "9": "updated"}
    assert fields(made, "9") == {
        "Thời gian hoàn thành": (
            ["Năm 2024 (từ 01/01/2024 đến hết 31/12/2024)"],
            ["Quý III/2024 (từ 01/07/2024 đến hết 30/09/2024)"],
        )
    }


def test_preview_shows_a_cell_of_which_only_the_wording_differs(upload):
    confirmed(upload(FIRST))

    made = upload((*FIRST[:2], "Công an huyện.", *FIRST[3:]))

    assert fields(made, "6") == {"Nguyên văn “Chủ trì”": (["Công an huyện"], ["Công an huyện."])}


def test_preview_lists_what_the_file_no_longer_has(upload):
    confirmed(upload(GROUP, FIRST, SECOND))

    made = upload(GROUP, FIRST)

    assert [(gone["code"], gone["name"]) for gone in made.preview["gone"]] == [("9", "Quản lý lưu trú")]


def test_preview_shows_a_group_that_was_renamed(upload):
    confirmed(upload(GROUP, FIRST, SECOND))

    made = upload(("I", "Nhóm mới"), FIRST, SECOND)

    assert made.preview["groups"] == [
        {"numeral": "I", "old": "Nhóm tiện ích công dân số (02 mô hình)", "new": "Nhóm mới"}
    ]


def test_preview_names_every_place_of_an_unknown_unit_and_its_nearest(upload, units):
    made = upload(FIRST, ("2", "Mô hình 9: Lưu trú", "Phòng Nội Vụ huyện X", "", "PHÒNG NỘI VỤ HUYỆN X"))

    (unknown,) = made.preview["unknown_units"]
    assert (unknown["key"], unknown["text"]) == ("phong noi vu huyen x", "Phòng Nội Vụ huyện X")
    assert [(place["row"], place["column"], place["role"]) for place in unknown["mentions"]] == [
        (3, "C", "lead"),
        (3, "E", "support"),
    ]
    assert unknown["nearest"][0]["id"] == units["Phòng Nội vụ"].pk


def test_preview_places_every_problem_by_sheet_row_and_column(upload):
    made = upload(FIRST, ("2", "", "Phòng Nội vụ"))

    (problem,) = made.preview["problems"]
    assert (problem["level"], problem["code"], problem["sheet"], problem["row"], problem["column"]) == (
        "error",
        "missing_name",
        "Sheet",
        3,
        "B",
    )


def test_file_that_cannot_be_read_is_refused_with_its_reason(plan, administrator):
    made = upload_annex(plan, ContentFile(b"%PDF-1.7", name="phu-luc.xlsx"), by=administrator, at=AT)

    read_upload(made.pk, at=AT, today=TODAY)

    made = fresh(made)
    assert (made.state, made.preview) == (State.REFUSED, None)
    assert "PDF" in made.message


def test_fault_of_the_portal_is_told_in_words_and_ends_the_import(plan, annex, administrator, monkeypatch):
    made = upload_annex(plan, ContentFile(annex(FIRST).read_bytes(), name="a.xlsx"), by=administrator, at=AT)
    monkeypatch.setattr("assignments.imports.steps.open_annex", lambda *args: 1 / 0)

    read_upload(made.pk, at=AT, today=TODAY)

    made = fresh(made)
    assert (made.state, made.message.split(".")[0]) == (
        State.REFUSED,
        "Cổng gặp lỗi ngoài dự kiến nên chưa ghi gì",
    )


# --- Decided ---


def test_confirmed_import_is_written_with_who_and_when(upload, administrator):
    done = confirmed(upload(GROUP, FIRST, SECOND), at=LATER)

    assert (done.state, done.progress, done.finished_at) == (State.DONE, 100, LATER)
    assert (done.decided_by, done.decided_at) == (administrator, LATER)
    written = Initiative.history.get(code="9")
    assert (written.history_user, written.history_date, written.history_type) == (administrator, LATER, "+")
    assert Duty.objects.count() == 3


def test_import_of_the_same_file_again_creates_and_changes_nothing(upload):
    confirmed(upload(GROUP, FIRST, SECOND))
    rows = everything()
    kept = Initiative.history.count(), Assignment.history.count(), Deadline.history.count()

    again = upload(GROUP, FIRST, SECOND)
    confirmed(again)

    assert codes(again) == {"6": "unchanged", "9": "unchanged"}
    assert again.preview["groups"] == []
    assert everything() == rows
    assert (Initiative.history.count(), Assignment.history.count(), Deadline.history.count()) == kept


def test_import_with_errors_cannot_be_confirmed(upload, administrator):
    made = upload(FIRST, FIRST)

    with pytest.raises(ImportRefused, match="Phụ lục còn lỗi"):
        confirm_import(made, by=administrator, at=AT)


def test_import_is_confirmed_once(upload, administrator):
    made = upload(FIRST)
    confirm_import(made, by=administrator, at=AT)

    with pytest.raises(ImportRefused, match="đang ghi, không còn chờ quyết định"):
        confirm_import(made, by=administrator, at=AT)


def test_what_changed_since_the_preview_is_shown_anew_instead_of_written(upload, administrator, units):
    made = upload(("1", "Mô hình 6: Khám chữa bệnh", "CA H. Quan Hóa"))
    UnitAlias.objects.create(unit=units["Công an huyện"], text="CA H. Quan Hóa")

    again = confirmed(made)

    assert (again.state, again.decided_by, Initiative.objects.count()) == (State.READY, None, 0)
    assert "đã thay đổi" in again.message
    assert fields(again, "6")["Chủ trì"] == ([], ["Công an huyện – ghi là “CA H. Quan Hóa”"])
    assert confirmed(again).state == State.DONE


def test_cancelled_import_writes_nothing_and_stays_in_the_list(upload, administrator):
    made = upload(FIRST)

    cancel_import(made, by=administrator, at=LATER)

    with pytest.raises(ImportRefused, match="đã hủy"):
        confirm_import(made, by=administrator, at=LATER)
    made = fresh(made)
    assert (made.state, made.decided_by, made.finished_at) == (State.CANCELLED, administrator, LATER)
    assert Initiative.objects.count() == 0


def test_reading_that_ends_after_a_cancellation_leaves_it_cancelled(plan, annex, administrator, monkeypatch):
    made = upload_annex(plan, ContentFile(annex(FIRST).read_bytes(), name="a.xlsx"), by=administrator, at=AT)

    def cancelled_meanwhile(pk, progress, stage):
        if progress == 70:
            cancel_import(made, by=administrator, at=AT)

    monkeypatch.setattr("assignments.imports.steps._tell", cancelled_meanwhile)

    read_upload(made.pk, at=AT, today=TODAY)

    assert (fresh(made).state, fresh(made).preview) == (State.CANCELLED, None)


def test_import_already_written_cannot_be_cancelled(upload, administrator):
    done = confirmed(upload(FIRST))

    with pytest.raises(ImportRefused, match="đã nhập"):
        cancel_import(done, by=administrator, at=LATER)


# --- Units nobody knew ---

UNKNOWN = ("1", "Mô hình 6: Khám chữa bệnh", "CA H. Quan Hóa", "Hội Chữ thập đỏ; Các hội đặc thù")


def test_choices_become_alias_unit_and_collective_and_the_file_is_read_anew(upload, administrator, units):
    made = upload(UNKNOWN)
    choices = [
        KnownUnit("ca h quan hoa", units["Công an huyện"]),
        NewUnit("hoi chu thap do", Unit.Kind.ASSOCIATION, Unit.Level.DISTRICT, files_reports=True),
        NewCollective("cac hoi dac thu", Unit.Level.DISTRICT, [units["Phòng Nội vụ"]]),
    ]

    waiting = settle_units(made, choices, by=administrator, at=LATER)
    read_upload(made.pk, at=LATER, today=TODAY)

    assert waiting.state == State.WAITING
    again = fresh(made)
    assert (again.state, again.preview["unknown_units"]) == (State.READY, [])
    assert fields(again, "6")["Phối hợp"] == ([], ["Hội Chữ thập đỏ", "Các hội đặc thù"])
    assert Unit.history.get(name="Hội Chữ thập đỏ").history_user == administrator
    assert [str(member) for member in CollectiveMember.objects.all()] == ["Phòng Nội vụ – Các hội đặc thù"]


def test_new_unit_may_get_a_better_name_than_the_printed_one(upload, administrator):
    made = upload(UNKNOWN)
    choice = NewUnit("hoi chu thap do", "association", "district", files_reports=True, name="Hội CTĐ huyện")

    settle_units(made, [choice], by=administrator, at=LATER)

    assert [alias.text for alias in Unit.objects.get(name="Hội CTĐ huyện").aliases.all()] == ["Hội Chữ thập đỏ"]


def test_one_wrong_choice_keeps_none_and_every_wrong_one_is_named(upload, administrator, units):
    made = upload(UNKNOWN)
    choices = [
        KnownUnit("ca h quan hoa", units["Công an huyện"]),
        NewUnit("hoi chu thap do", "association", "district", files_reports=True, name="Phòng Nội vụ"),
        NewCollective("cac hoi dac thu", "district", []),
        KnownUnit("khong co trong tep", units["Công an huyện"]),
    ]

    with pytest.raises(ImportRefused) as refused:
        settle_units(made, choices, by=administrator, at=LATER)

    assert str(refused.value).splitlines() == [
        "“Hội Chữ thập đỏ”: Đã có đơn vị đang hoạt động mang tên này.",
        "“Các hội đặc thù”: nhóm đơn vị phải có ít nhất một thành viên.",
        "“khong co trong tep”: tên này không còn trong danh sách chưa biết. Hãy tải lại trang.",
    ]
    assert (UnitAlias.objects.count(), Unit.objects.count(), fresh(made).state) == (0, 2, State.READY)


def test_spelling_that_became_another_units_meanwhile_is_refused(upload, administrator, units):
    made = upload(UNKNOWN)
    UnitAlias.objects.create(unit=units["Phòng Nội vụ"], text="CA H. Quan Hóa")

    with pytest.raises(ImportRefused, match="đã là cách viết của Phòng Nội vụ"):
        settle_units(made, [KnownUnit("ca h quan hoa", units["Công an huyện"])], by=administrator, at=LATER)


def test_no_choice_at_all_is_said(upload, administrator):
    with pytest.raises(ImportRefused, match="Chưa chọn"):
        settle_units(upload(UNKNOWN), [], by=administrator, at=LATER)


# --- Workers that die ---


def test_worker_that_begins_twice_reads_once(plan, annex, administrator):
    made = upload_annex(plan, ContentFile(annex(FIRST).read_bytes(), name="a.xlsx"), by=administrator, at=AT)
    AnnexImport.objects.filter(pk=made.pk).update(state=State.READING, started_at=AT)

    read_upload(made.pk, at=LATER, today=TODAY)

    assert (fresh(made).state, fresh(made).started_at) == (State.READING, AT)


@pytest.mark.parametrize(("state", "again"), [(State.READING, State.WAITING), (State.WRITING, State.WRITING)])
def test_step_a_killed_worker_left_is_taken_up_again(upload, state, again):
    made = upload(FIRST)
    decided = {"decided_at": AT} if state == State.WRITING else {}
    AnnexImport.objects.filter(pk=made.pk).update(state=state, started_at=AT, **decided)

    early = requeue_stuck(at=AT + timedelta(minutes=4))
    taken = requeue_stuck(at=LATER)
    twice = requeue_stuck(at=LATER)

    assert (early, taken, twice) == ([], [made], [])
    assert (fresh(made).state, fresh(made).started_at, fresh(made).attempts) == (again, None, 1)


def test_message_that_was_lost_is_sent_again(plan, annex, administrator, django_capture_on_commit_callbacks):
    made = upload_annex(plan, ContentFile(annex(FIRST).read_bytes(), name="a.xlsx"), by=administrator, at=AT)

    with time_machine.travel(LATER, tick=False), django_capture_on_commit_callbacks(execute=True):
        queued = requeue_imports()

    assert queued == [made.pk]
    assert fresh(made).state == State.READY


@pytest.mark.parametrize(("state", "end"), [(State.READING, State.REFUSED), (State.WRITING, State.READY)])
def test_file_that_kills_every_worker_is_given_up_in_words(upload, state, end):
    made = upload(FIRST)
    decided = {"decided_at": AT} if state == State.WRITING else {}
    AnnexImport.objects.filter(pk=made.pk).update(state=state, started_at=AT, attempts=MAX_ATTEMPTS, **decided)

    requeue_stuck(at=LATER)

    assert (fresh(made).state, bool(fresh(made).message)) == (end, True)


def test_worker_that_dies_while_writing_leaves_nothing_half_written(upload, monkeypatch):
    made = upload(GROUP, FIRST, SECOND)
    monkeypatch.setattr("assignments.annex.importer.refresh_duties", lambda *args, **kwargs: 1 / 0)

    failed = confirmed(made)

    assert (failed.state, failed.decided_at) == (State.READY, None)
    assert (Initiative.objects.count(), InitiativeGroup.objects.count(), Platform.objects.count()) == (0, 0, 0)


def test_slow_worker_that_was_given_up_writes_nothing(upload, administrator, monkeypatch):
    made = upload(FIRST)
    confirm_import(made, by=administrator, at=AT)

    def given_up(pk, progress, stage):
        AnnexImport.objects.filter(pk=made.pk).update(started_at=LATER)

    monkeypatch.setattr("assignments.imports.steps._tell", given_up)

    write_import(made.pk, at=AT, today=TODAY)

    assert (fresh(made).state, Initiative.objects.count()) == (State.WRITING, 0)


# --- Undone ---


def test_undone_first_import_leaves_the_plan_empty_again(upload, administrator):
    empty = everything()
    done = confirmed(upload(GROUP, FIRST, SECOND))

    undone = undo_import(done, by=administrator, at=LATER, today=TODAY)

    assert (undone.state, undone.undone_by, undone.undone_at) == (State.UNDONE, administrator, LATER)
    assert everything() == empty
    assert Initiative.history.filter(history_type="-", history_user=administrator).count() == 2
    assert Assignment.history.filter(history_type="-", history_user=administrator).count() == 3


def test_undone_correction_puts_every_part_back(upload, administrator):
    confirmed(upload(GROUP, FIRST, SECOND))
    before = everything()
    corrected = (
        ("I", "Nhóm khác"),
        ("1", "Mô hình 9: Tên khác", "Công an huyện (chính), Đơn vị lạ", "Phòng Nội vụ", "", "Quý IV/2024", "Zalo"),
        ("II", "Nhóm thêm"),
        ("2", "Mô hình 6: Khám chữa bệnh", "Phòng Nội vụ", "", "", "Năm 2025", "VNeID"),
        ("3", "Mô hình 11: Mới", "Phòng Nội vụ", "", "", "Theo lộ trình Đề án 06", "Facebook"),
    )
    done = confirmed(upload(*corrected))

    undo_import(done, by=administrator, at=LATER, today=TODAY)

    assert everything() == before


def test_only_the_latest_import_can_be_undone(upload, administrator):
    first = confirmed(upload(FIRST))
    second = confirmed(upload((*FIRST[:5], "Năm 2025", FIRST[6])), at=LATER)

    assert why_not_undoable(first) == "Sau lần nhập này đã có lần nhập khác. Hãy hoàn tác lần nhập sau cùng trước."
    undo_import(second, by=administrator, at=LATER, today=TODAY)
    assert why_not_undoable(first) == ""


def test_undone_import_cannot_be_undone_again(upload, administrator):
    done = confirmed(upload(FIRST))
    undo_import(done, by=administrator, at=LATER, today=TODAY)

    with pytest.raises(ImportRefused, match="đã hoàn tác"):
        undo_import(done, by=administrator, at=LATER, today=TODAY)


def test_import_that_was_reported_on_cannot_be_undone(upload, administrator, plan):
    done = confirmed(upload(GROUP, FIRST, SECOND))
    run_schedule(at=LATER)
    report = UnitReport.objects.filter(unit__name="Phòng Nội vụ").first()
    filed(report, by=administrator, at=LATER)

    with pytest.raises(ImportRefused, match="Đã có đơn vị báo cáo về mô hình 9 nên"):
        undo_import(done, by=administrator, at=LATER, today=TODAY)

    assert Initiative.objects.count() == 2


def test_words_in_a_draft_keep_an_import_from_being_undone(upload, administrator):
    done = confirmed(upload(GROUP, FIRST))
    run_schedule(at=LATER)
    ProgressEntry.objects.filter(pk=ProgressEntry.objects.first().pk).update(result="Đã lắp đầu đọc")
    UnitReport.objects.update(saved_at=LATER)

    assert why_not_undoable(done).startswith("Đã có đơn vị báo cáo về mô hình 6")


def test_empty_reports_owed_go_with_the_import_that_brought_them(upload, administrator):
    done = confirmed(upload(GROUP, FIRST, SECOND))
    run_schedule(at=LATER)

    undo_import(done, by=administrator, at=LATER, today=TODAY)

    assert (ProgressEntry.objects.count(), UnitReport.objects.count(), Duty.objects.count()) == (0, 0, 0)


def test_reports_from_before_a_correction_do_not_keep_it_from_being_undone(upload, administrator):
    confirmed(upload(GROUP, FIRST, SECOND))
    run_schedule(at=AT)
    for report in UnitReport.objects.all():
        filed(report, by=administrator, at=AT)
    done = confirmed(upload(GROUP, FIRST, (*SECOND[:5], "Quý III/2024", SECOND[6])), at=LATER)

    undo_import(done, by=administrator, at=LATER, today=TODAY)

    assert Initiative.objects.get(code="9").deadlines.get().due_on == date(2024, 12, 31)
    assert UnitReport.objects.filter(state="submitted").count() == UnitReport.objects.count()


def test_reading_corrected_by_hand_comes_back_as_corrected_with_its_review_day(upload, administrator):
    confirmed(upload(FIRST))
    Deadline.objects.update(due_on=date(2024, 4, 15), is_corrected=True, review_on=date(2024, 4, 1))
    done = confirmed(upload((*FIRST[:5], "Năm 2025", FIRST[6])), at=LATER)

    undo_import(done, by=administrator, at=LATER, today=TODAY)

    assert list(Deadline.objects.values_list("text", "due_on", "is_corrected", "review_on")) == [
        ("Quý I/2024", date(2024, 4, 15), True, date(2024, 4, 1))
    ]


def test_what_a_person_settled_after_the_import_stands_when_it_is_undone(upload, administrator):
    confirmed(upload(FIRST))
    done = confirmed(upload(("1", "Mô hình 6: Tên mới", "Phòng Nội vụ", *FIRST[3:5], "Năm 2025", FIRST[6])), at=LATER)
    Deadline.objects.update(due_on=date(2025, 6, 30), is_corrected=True)

    undo_import(done, by=administrator, at=LATER, today=TODAY)

    initiative = Initiative.objects.get()
    assert (initiative.name, initiative.assignments.get().text) == ("Khám chữa bệnh", "Công an huyện")
    assert list(initiative.deadlines.values_list("text", "due_on")) == [("Năm 2025", date(2025, 6, 30))]


# --- From a command ---


def test_file_imported_by_a_command_is_kept_and_can_be_undone(plan, annex, administrator):
    import_file(annex(GROUP, FIRST), plan, at=AT, today=TODAY)

    kept = AnnexImport.objects.get()
    assert (kept.state, kept.file_name, kept.uploaded_by) == (State.DONE, "phu-luc.xlsx", None)
    assert why_not_undoable(kept) == ""


@pytest.mark.parametrize("dry_run", [True, False])
def test_command_that_writes_nothing_keeps_nothing(plan, annex, dry_run):
    rows = (FIRST,) if dry_run else (FIRST, FIRST)

    import_file(annex(*rows), plan, at=AT, today=TODAY, dry_run=dry_run)

    assert (AnnexImport.objects.count(), Initiative.objects.count()) == (0, 0)


def test_imports_of_another_plan_are_no_matter(upload, annex, administrator):
    done = confirmed(upload(FIRST))
    import_file(annex(FIRST), PlanFactory(), at=LATER, today=TODAY)

    assert why_not_undoable(done) == ""


@same_queries(15)
def test_preview_costs_the_same_queries_for_any_number_of_rows(plan, annex, administrator, rows, counted):
    path = annex(*((str(n), f"Mô hình {n}: Việc số {n}", "Công an huyện") for n in range(1, rows + 1)))
    import_annex(path, plan, at=AT, today=TODAY)
    made = upload_annex(plan, ContentFile(path.read_bytes(), name="a.xlsx"), by=administrator, at=AT)

    with counted:
        read_upload(made.pk, at=AT, today=TODAY)
