"""The annex of the plan in fixtures/ given back as a file: all 21 rows import to the same data."""

import io

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from assignments.annex.changes import with_content
from assignments.annex.contents import stored_content
from assignments.annex.export import export_annex
from assignments.annex.importer import import_annex
from models_registry.models import InitiativeText
from tests.conftest import PLAN_LOADED_AT
from tests.factories import PlanFactory

pytestmark = pytest.mark.django_db

TODAY = PLAN_LOADED_AT.date()


def exported(plan, folder):
    path = folder / "xuat.xlsx"
    path.write_bytes(export_annex(plan, today=TODAY))
    return path


def test_annex_of_the_real_plan_comes_back_unchanged(real_plan, tmp_path):
    outcome = import_annex(exported(real_plan, tmp_path), real_plan, at=PLAN_LOADED_AT, today=TODAY, dry_run=True)

    changes = outcome.changes
    assert (changes.created, changes.updated, changes.groups, len(changes.unchanged)) == ([], [], [], 21)
    assert [problem.code for problem in outcome.problems] == ["group_count"]


def test_annex_of_the_real_plan_makes_the_same_plan_elsewhere(real_plan, tmp_path):
    other = PlanFactory(starts_on=real_plan.starts_on, ends_on=real_plan.ends_on)

    import_annex(exported(real_plan, tmp_path), other, at=PLAN_LOADED_AT, today=TODAY)

    contents = [[stored_content(initiative) for initiative in with_content(plan)] for plan in (real_plan, other)]
    assert contents[0] == contents[1]
    assert len(contents[0]) == 21


def test_file_is_laid_out_as_an_annex(real_plan, tmp_path):
    sheet = load_workbook(exported(real_plan, tmp_path)).active

    assert [cell.value for cell in sheet[5]] == [
        "TT",
        "Mô hình",
        "Phân công thực hiện",
        None,
        None,
        "Thời gian hoàn thành",
        "Nền tảng, công cụ",
    ]
    assert [cell.value for cell in sheet[6]] == [None, None, "Chủ trì", "Phối hợp", "Hỗ trợ", None, None]
    assert {"C5:E5", "A5:A6", "B5:B6", "F5:F6", "G5:G6", "B7:G7"} <= {str(area) for area in sheet.merged_cells.ranges}
    assert (sheet["A7"].value, sheet["B7"].value[-12:]) == ("I", "(03 mô hình)")
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A7", "$5:$6")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert all(cell.alignment.wrap_text for cell in sheet[8])
    assert all(sheet.column_dimensions[letter].width > 5 for letter in "ABCDEFG")


def test_command_writes_the_file(real_plan, tmp_path, capsys):
    path = tmp_path / "phu-luc.xlsx"

    call_command("export_annex", output=path)

    assert load_workbook(path).active["A1"].value == "PHỤ LỤC"
    assert "Đã ghi phụ lục" in capsys.readouterr().out


def test_cells_read_back_as_they_went_in(real_plan):
    sheet = load_workbook(io.BytesIO(export_annex(real_plan, today=TODAY))).active
    printed = {text.text for text in InitiativeText.objects.filter(source="annex", initiative__plan=real_plan)}

    assert printed - {str(cell.value) for row in sheet.iter_rows() for cell in row} == set()
