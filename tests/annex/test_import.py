"""An annex brought into its plan: problems all at once, all or nothing, nothing changed by coming again."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from assignments.annex.writer import import_annex
from assignments.models import Duty, UnitAlias
from models_registry.deadlines import DeadlineKind
from models_registry.models import Initiative
from tests.factories import PlanFactory, UnitFactory, vn

pytestmark = pytest.mark.django_db

AT = vn("2024-03-01 08:00")
GROUP = ("I", "Nhóm tiện ích công dân số (02 mô hình)")
FIRST = ("1", "Mô hình 6: Khám chữa bệnh", "Công an huyện", "", "", "Quý I/2024", "VNeID")
SECOND = ("2", "Mô hình 9: Quản lý lưu trú", "Phòng Nội vụ", "Công an huyện (chính)", "", "Năm 2024", "VneID; ASM")


@pytest.fixture(autouse=True)
def units():
    return [UnitFactory(name=name) for name in ("Công an huyện", "Phòng Nội vụ")]


def run(path, plan, **options):
    return import_annex(path, plan, at=AT, today=AT.date(), **options)


def found(outcome):
    return [(problem.code, problem.place) for problem in outcome.problems]


def counts(outcome):
    answer = outcome.as_json()
    return answer["created"], answer["updated"], answer["unchanged"]


def test_annex_becomes_groups_initiatives_and_assignments(plan, annex):
    outcome = run(annex(GROUP, FIRST, SECOND), plan)

    second = Initiative.objects.get(code="9")
    assert counts(outcome) == (2, 0, 0)
    assert (second.name, second.ordinal, str(second.group)) == (
        "Quản lý lưu trú",
        "2",
        "I. Nhóm tiện ích công dân số",
    )
    assert [(mention.unit.name, mention.role, mention.is_principal) for mention in second.assignments.all()] == [
        ("Phòng Nội vụ", "lead", False),
        ("Công an huyện", "coordinating", True),
    ]
    assert [deadline.due_on for deadline in second.deadlines.all()] == [date(2024, 12, 31)]
    assert [platform.name for platform in second.platforms.all()] == ["ASM", "VNeID"]


def test_import_brings_the_duties_in_line(plan, annex):
    run(annex(GROUP, FIRST, SECOND), plan)

    assert sorted(Duty.objects.values_list("unit__name", "initiative__code", "role")) == [
        ("Công an huyện", "6", "lead"),
        ("Công an huyện", "9", "coordinating"),
        ("Phòng Nội vụ", "9", "lead"),
    ]


def test_import_of_the_same_file_changes_nothing(plan, annex):
    path = annex(GROUP, FIRST, SECOND)
    run(path, plan)

    assert counts(run(path, plan)) == (0, 0, 2)


def test_corrected_file_changes_the_corrected_cell_alone(plan, annex):
    run(annex(GROUP, FIRST, SECOND), plan)

    outcome = run(annex(GROUP, FIRST, (*SECOND[:5], "Quý III/2024", SECOND[6])), plan)

    (change,) = outcome.changes.updated
    assert (change.code, change.fields) == ("9", ["texts", "deadlines"])
    assert Initiative.objects.get(code="9").deadlines.get().due_on == date(2024, 9, 30)


def test_deadline_corrected_by_hand_stands_while_its_words_stay(plan, annex):
    path = annex(GROUP, FIRST, SECOND)
    run(path, plan)
    deadline = Initiative.objects.get(code="6").deadlines.get()
    deadline.due_on, deadline.is_corrected = date(2024, 4, 15), True
    deadline.save()

    outcome = run(path, plan)

    assert counts(outcome) == (0, 0, 2)
    assert Initiative.objects.get(code="6").deadlines.get().due_on == date(2024, 4, 15)


def test_deadline_corrected_by_hand_gives_way_to_new_words(plan, annex):
    run(annex(GROUP, FIRST), plan)
    Initiative.objects.get(code="6").deadlines.update(due_on=date(2024, 4, 15), is_corrected=True)

    run(annex(GROUP, (*FIRST[:5], "Quý II/2024", FIRST[6])), plan)

    deadline = Initiative.objects.get(code="6").deadlines.get()
    assert (deadline.due_on, deadline.is_corrected) == (date(2024, 6, 30), False)


def test_initiative_gone_from_the_file_is_named_and_kept(plan, annex):
    run(annex(GROUP, FIRST, SECOND), plan)

    outcome = run(annex(GROUP, FIRST), plan)

    assert [initiative.code for initiative in outcome.changes.gone] == ["9"]
    assert Initiative.objects.count() == 2


def test_dry_run_finds_the_same_and_writes_nothing(plan, annex):
    path = annex(GROUP, FIRST, SECOND)

    preview = run(path, plan, dry_run=True)

    assert (counts(preview), Initiative.objects.count()) == ((2, 0, 0), 0)
    assert preview.as_json() == run(path, plan).as_json()


def test_errors_are_shown_all_at_once_and_nothing_is_written(plan, annex):
    outcome = run(annex(GROUP, FIRST, ("2", "", "Phòng Nội vụ"), ("3", FIRST[1], "Phòng Nội vụ")), plan)

    assert found(outcome) == [
        ("group_count", "dòng 2"),
        ("missing_name", "dòng 4, cột B"),
        ("repeated_code", "dòng 5, cột B"),
    ]
    assert Initiative.objects.count() == 0


def test_doubts_are_warnings_and_are_kept_as_printed(plan, annex):
    row = ("1", "Mô hình 6: Khám chữa bệnh", "Công an huyện", "Hội Chữ thập đỏ", "", "Khi có đủ điều kiện", "")

    outcome = run(annex(row), plan)

    assert found(outcome) == [
        ("unknown_unit", "dòng 2, cột D"),
        ("unread_deadline", "dòng 2, cột F"),
    ]
    initiative = Initiative.objects.get()
    coordinating = initiative.assignments.filter(role="coordinating")
    assert [(mention.text, mention.unit) for mention in coordinating] == [("Hội Chữ thập đỏ", None)]
    assert [(part.text, part.kind) for part in initiative.deadlines.all()] == [
        ("Khi có đủ điều kiện", DeadlineKind.UNREAD)
    ]


def test_unknown_unit_comes_with_its_nearest_names(plan, annex):
    outcome = run(annex(("1", "Mô hình 6: Khám chữa bệnh", "Phòng Nội vụ huyện X")), plan)

    assert "Gần giống: Phòng Nội vụ." in outcome.problems[0].message


def test_unit_is_recognised_for_ever_once_its_spelling_is_entered(plan, annex, units):
    path = annex(("1", "Mô hình 6: Khám chữa bệnh", "CA H. Quan Hóa"))
    run(path, plan)
    UnitAlias.objects.create(unit=units[0], text="CA H. Quan Hóa")

    outcome = run(path, plan)

    assert found(outcome) == []
    assert Initiative.objects.get().assignments.get().unit == units[0]


def test_plans_keep_their_own_initiatives(plan, annex):
    path, other = annex(GROUP, FIRST), PlanFactory()
    run(path, plan)
    run(path, other)

    assert Initiative.objects.filter(code="6").count() == 2


@pytest.mark.parametrize(("written", "due_on"), [("31/3/2024", date(2024, 3, 31)), (date(2024, 3, 31), None)])
def test_date_cell_is_read_as_the_day_it_shows(plan, annex, written, due_on):
    run(annex((*FIRST[:5], written)), plan)

    assert Initiative.objects.get().deadlines.get().due_on == date(2024, 3, 31)


def test_command_prints_the_outcome_as_json(plan, annex, capsys):
    call_command("import_annex", annex(GROUP, FIRST, SECOND), json=True)

    answer = json.loads(capsys.readouterr().out)
    assert (answer["created"], answer["updated"], answer["unchanged"], answer["problems"]) == (2, 0, 0, [])
    assert answer["rows"][1]["coordinating"] == [
        {"unit": "Công an huyện", "principal": True, "known": True, "text": "Công an huyện"}
    ]
    assert answer["rows"][1]["group"] == {"numeral": "I", "name": "Nhóm tiện ích công dân số"}


def test_command_with_errors_ends_with_one(plan, annex, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("import_annex", annex(FIRST, FIRST))

    assert ended.value.code == 1
    assert "LỖI (dòng 3, cột B): Mô hình 6 đã có ở dòng 2." in capsys.readouterr().out


@pytest.mark.parametrize("number", ["", "9/KH"])
def test_command_without_its_plan_says_so(annex, number):
    with pytest.raises(CommandError):
        call_command("import_annex", annex(FIRST), plan=number)
