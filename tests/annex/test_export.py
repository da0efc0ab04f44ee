"""The annex given back as a file: well formed, computed by nothing, and importing to the same data."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from assignments.annex.export import export_annex
from assignments.annex.importer import import_annex
from assignments.models import Assignment, AssignmentRole
from models_registry.models import Deadline, Initiative, InitiativeGroup, InitiativeText
from tests.annex.conftest import HEADER
from tests.factories import AssignmentFactory, InitiativeFactory, UnitFactory, vn
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

AT = vn("2024-03-01 08:00")
TODAY = AT.date()


@pytest.fixture
def exported(tmp_path):
    """``exported(plan)`` writes the annex of the plan and returns the path of the file."""

    def write(plan):
        path = tmp_path / "xuat.xlsx"
        path.write_bytes(export_annex(plan, today=TODAY))
        return path

    return write


def imported(path, plan, **options):
    return import_annex(path, plan, at=AT, today=TODAY, **options)


def counts(outcome):
    answer = outcome.as_json()
    return answer["created"], answer["updated"], answer["unchanged"], outcome.changes.groups


def sheet_of(path):
    return load_workbook(path).active


def test_other_columns_come_back_too(plan, annex, exported):
    UnitFactory(name="Phòng Nội vụ")
    row = (
        "1",
        "Mô hình 6: Khám chữa bệnh",
        "Phòng Nội vụ",
        "",
        "",
        "Năm 2024",
        "VNeID",
        "Báo cáo\nđịnh kỳ",
        "50 triệu",
    )
    imported(annex(row, header=(*HEADER, "Sản phẩm", "Kinh phí")), plan)

    outcome = imported(exported(plan), plan)

    assert counts(outcome) == (0, 0, 1, [])
    assert sorted(InitiativeText.objects.filter(kind="extra").values_list("label", "text")) == [
        ("Kinh phí", "50 triệu"),
        ("Sản phẩm", "Báo cáo\nđịnh kỳ"),
    ]


@pytest.mark.parametrize("begin", ["=", "+", "-", "@"])
def test_text_that_a_spreadsheet_would_compute_stays_text(plan, annex, exported, begin):
    UnitFactory(name="Phòng Nội vụ")
    initiative = InitiativeFactory(plan=plan, code="6", name="Khám", ordinal="1", position=1)
    AssignmentFactory(initiative=initiative, unit=None, text="Đơn vị lạ", position=0)
    hostile = f'{begin}HYPERLINK("http://x")'
    for label in ("Sản phẩm", "Kinh phí"):
        InitiativeText.objects.create(initiative=initiative, source="annex", kind="extra", label=label, text=hostile)

    path = exported(plan)

    cells = [cell for row in sheet_of(path).iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type == "f"] == []
    assert [(cell.value, cell.quotePrefix) for cell in cells if str(cell.value).endswith('x")')] == [
        (hostile, True)
    ] * 2
    assert [problem.code for problem in imported(path, plan, dry_run=True).problems] == ["unknown_unit"]


def test_what_was_set_by_hand_goes_out_instead_of_the_printed_cell(plan, annex, exported):
    units = [UnitFactory(name=name) for name in ("Phòng Nội vụ", "Công an huyện")]
    imported(annex(("1", "Mô hình 6: Khám", "Phòng Nội vụ", "", "", "Năm 2024", "VNeID")), plan)
    initiative = Initiative.objects.get()
    Assignment.objects.create(
        initiative=initiative,
        role=AssignmentRole.LEAD,
        unit=units[1],
        text="Công an huyện",
        position=1,
        is_principal=True,
    )
    Deadline.objects.create(initiative=initiative, text="Quý I/2025", kind="quarter", position=1)
    initiative.name = "Khám bệnh"
    initiative.save()

    sheet = sheet_of(exported(plan))

    assert [cell.value for cell in sheet[7]][:6] == [
        1,
        "Mô hình 6: Khám bệnh",
        "Phòng Nội vụ; Công an huyện (chính)",
        None,
        None,
        "Năm 2024\nQuý I/2025",
    ]


def test_cell_goes_out_as_printed_whatever_unit_was_chosen_by_hand(plan, annex, exported):
    UnitFactory(name="Phòng Nội vụ")
    imported(annex(("1", "Mô hình 6: Khám", "Phòng Nội vụ (chính),  Tổ lạ", "", "", "Năm 2024", "VNeID")), plan)
    Assignment.objects.update(unit=UnitFactory(name="Công an huyện"), is_corrected=True)

    path = exported(plan)

    assert sheet_of(path).cell(7, 3).value == "Phòng Nội vụ (chính),  Tổ lạ"
    assert counts(imported(path, plan)) == (0, 0, 1, [])


def test_codes_that_nothing_else_says_have_their_column(plan, annex, exported):
    UnitFactory(name="Phòng Nội vụ")
    header = ("TT", "Mã nhiệm vụ", "Nhiệm vụ", "Chủ trì")
    imported(annex(("1", "NV-01", "Khám chữa bệnh", "Phòng Nội vụ"), header=header), plan)

    outcome = imported(exported(plan), plan)

    assert counts(outcome) == (0, 0, 1, [])
    assert Initiative.objects.get().code == "NV-01"


def test_groups_under_groups_come_back(plan, annex, exported):
    UnitFactory(name="Phòng Nội vụ")
    rows = [
        ("A", "Nhiệm vụ chung"),
        ("I", "Tuyên truyền"),
        ("1", "Phát tờ rơi", "Phòng Nội vụ"),
        ("II", "Tập huấn"),
        ("1", "Mở lớp", "Phòng Nội vụ"),
        ("B", "Nhiệm vụ riêng"),
        ("I", "Kiểm tra"),
        ("1", "Lập đoàn", "Phòng Nội vụ"),
    ]
    imported(annex(*rows), plan)

    outcome = imported(exported(plan), plan)

    assert list(InitiativeGroup.objects.values_list("numeral", flat=True)) == ["A", "A.I", "A.II", "B", "B.I"]
    assert counts(outcome) == (0, 0, 3, [])


def test_closed_initiative_is_left_out(plan, exported):
    InitiativeFactory(plan=plan, code="6", name="Khám", closed_on=date(2024, 2, 1))

    assert sheet_of(exported(plan)).max_row == 6


def test_command_says_so_where_it_cannot_write(plan, tmp_path):
    with pytest.raises(CommandError, match="Không ghi được .*: thư mục không có"):
        call_command("export_annex", output=tmp_path / "khong-co" / "phu-luc.xlsx")


def test_command_without_its_plan_says_so(tmp_path):
    with pytest.raises(CommandError, match="chưa có kế hoạch"):
        call_command("export_annex", output=tmp_path / "phu-luc.xlsx")


@same_queries(10)
def test_export_costs_the_same_queries_for_any_number_of_rows(plan, rows, counted):
    for _ in range(rows):
        initiative = InitiativeFactory(plan=plan)
        AssignmentFactory(initiative=initiative)

    with counted:
        export_annex(plan, today=TODAY)
