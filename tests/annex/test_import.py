"""An annex brought into its plan: problems all at once, all or nothing, nothing changed by coming again."""

import json
import unicodedata
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from assignments.annex.importer import import_annex
from assignments.models import Assignment, Duty, DutyTerm, UnitAlias
from models_registry.deadlines import DeadlineKind
from models_registry.models import Deadline, Initiative
from tests.factories import PlanFactory, UnitFactory, UserFactory, vn
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

AT = vn("2024-03-01 08:00")
TODAY = AT.date()
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

    assert sorted(Duty.objects.values_list("unit__name", "initiative__code", "terms__role")) == [
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


THIRD = ("3", "Mô hình 11: Quản lý trường học", "Phòng Nội vụ", "", "", "Năm 2025", "")


def test_initiative_left_out_moves_nobody(plan, annex):
    run(annex(GROUP, FIRST, SECOND, THIRD), plan)

    outcome = run(annex(GROUP, FIRST, THIRD), plan)

    assert (counts(outcome), [initiative.code for initiative in outcome.changes.gone]) == ((0, 0, 2), ["9"])


def test_short_name_is_proposed_once_and_what_a_person_writes_stays(plan, annex):
    long = ("1", "Mô hình 6: Triển khai khám chữa bệnh bằng thẻ để phục vụ người dân trên địa bàn huyện", *FIRST[2:])
    run(annex(GROUP, long, SECOND), plan)
    proposed = list(plan.initiatives.values_list("code", "short_name"))
    plan.initiatives.filter(code="6").update(short_name="Khám bệnh bằng thẻ")

    run(annex(GROUP, (*long[:5], "Quý II/2024", long[6]), SECOND), plan)

    kept = plan.initiatives.get(code="6").short_name
    assert (proposed, kept) == ([("6", "Khám chữa bệnh bằng thẻ"), ("9", "")], "Khám bệnh bằng thẻ")


def test_initiative_added_at_the_end_moves_nobody(plan, annex):
    run(annex(GROUP, FIRST, SECOND), plan)

    outcome = run(annex(GROUP, FIRST, SECOND, THIRD), plan)

    assert counts(outcome) == (1, 0, 2)
    assert list(plan.initiatives.values_list("code", flat=True)) == ["6", "9", "11"]


@pytest.mark.parametrize("rows", [(SECOND, FIRST), (THIRD, FIRST, SECOND)])
def test_initiatives_stand_in_the_order_of_the_file(plan, annex, rows):
    run(annex(GROUP, FIRST, SECOND), plan)

    run(annex(GROUP, *rows), plan)

    listed = plan.initiatives.values_list("code", flat=True)
    assert list(listed) == [row[1].split()[2].rstrip(":") for row in rows]


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


def test_unit_set_by_hand_stays_while_nobody_is_known_by_its_words(plan, annex, units):
    path = annex(("1", "Mô hình 6: Khám chữa bệnh", "CA H. Quan Hóa"))
    run(path, plan)
    Initiative.objects.get().assignments.update(unit=units[0])

    outcome = run(path, plan)

    assert counts(outcome) == (0, 0, 1)
    assert Initiative.objects.get().assignments.get().unit == units[0]


def test_unit_chosen_by_a_person_stays_whatever_its_words_are_known_as(plan, annex, units):
    path = annex(("1", "Mô hình 6: Khám chữa bệnh", units[1].name))
    run(path, plan)
    Initiative.objects.get().assignments.update(unit=units[0], is_corrected=True)

    outcome = run(path, plan)

    assert counts(outcome) == (0, 0, 1)
    assert Initiative.objects.get().assignments.get().unit == units[0]


def test_unit_chosen_by_a_person_gives_way_to_new_words(plan, annex, units):
    run(annex(("1", "Mô hình 6: Khám chữa bệnh", "CA H. Quan Hóa")), plan)
    Initiative.objects.get().assignments.update(unit=units[0], is_corrected=True)

    run(annex(("1", "Mô hình 6: Khám chữa bệnh", units[1].name)), plan)

    now = Initiative.objects.get().assignments.get(valid_to=None)
    assert (now.unit, now.is_corrected) == (units[1], False)


def test_unit_set_by_hand_gives_way_to_a_spelling_entered_later(plan, annex, units):
    path = annex(("1", "Mô hình 6: Khám chữa bệnh", "CA H. Quan Hóa"))
    run(path, plan)
    Initiative.objects.get().assignments.update(unit=units[0])
    UnitAlias.objects.create(unit=units[1], text="CA H. Quan Hóa")

    run(path, plan)

    assert Initiative.objects.get().assignments.get(valid_to=None).unit == units[1]


def test_name_of_a_whole_paragraph_is_kept_whole(plan, annex):
    name = "Ứng dụng 5G " * 160

    run(annex(("1", name, "Công an huyện")), plan)

    assert Initiative.objects.get().name == name.strip()


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


def test_answer_of_the_command_has_the_documented_shape(plan, annex, capsys):
    row = ("1", "Mô hình 6: Khám chữa bệnh", "Công an huyện", "Đơn vị lạ", "", "Quý I/2024 đối với xã", "VNeID")

    call_command("import_annex", annex(("I", "Nhóm tiện ích"), row), json=True, dry_run=True)

    answer = json.loads(capsys.readouterr().out)
    assert list(answer) == ["rows", "problems", "created", "updated", "unchanged"]
    assert answer["rows"] == [
        {
            "row": 3,
            "ordinal": "1",
            "code": "6",
            "name": "Khám chữa bệnh",
            "group": {"numeral": "I", "name": "Nhóm tiện ích"},
            "lead": [{"unit": "Công an huyện", "principal": False, "known": True, "text": "Công an huyện"}],
            "coordinating": [{"unit": None, "principal": False, "known": False, "text": "Đơn vị lạ"}],
            "support": [],
            "deadlines": [
                {
                    "text": "Quý I/2024 đối với xã",
                    "kind": "quarter",
                    "starts_on": "2024-01-01",
                    "due_on": "2024-03-31",
                    "ongoing": False,
                    "depends_on": None,
                    "subject": "xã",
                }
            ],
            "platforms": ["VNeID"],
        }
    ]
    (problem,) = answer["problems"]
    assert list(problem) == ["row", "column", "level", "code", "message"]
    assert (problem["row"], problem["column"], problem["level"], problem["code"]) == (3, "D", "warning", "unknown_unit")


def test_error_in_row_20_of_21_keeps_none_and_names_every_error(plan, annex):
    rows = [(str(n), f"Mô hình {n}: Việc số {n}", "Công an huyện") for n in range(1, 22)]
    rows[4] = ("5", "", "Công an huyện")
    rows[19] = ("20", "Mô hình 1: Việc trùng", "Công an huyện")

    outcome = run(annex(*rows), plan)

    assert found(outcome) == [("missing_name", "dòng 6, cột B"), ("repeated_code", "dòng 21, cột B")]
    assert (Initiative.objects.count(), Duty.objects.count(), Initiative.history.count()) == (0, 0, 0)


def test_decomposed_unicode_reads_as_the_same_file(plan, annex):
    run(annex(GROUP, FIRST, SECOND), plan)
    decomposed = [tuple(unicodedata.normalize("NFD", text) for text in row) for row in (GROUP, FIRST, SECOND)]

    outcome = run(annex(*decomposed), plan)

    assert (counts(outcome), outcome.changes.groups) == ((0, 0, 2), [])


def test_cells_merged_over_rows_read_as_the_same_file(plan, annex):
    rows = [FIRST, ("2", "Mô hình 9: Quản lý lưu trú", "Công an huyện", "", "", "Quý I/2024", "VNeID")]
    run(annex(GROUP, *rows), plan)
    path = annex(GROUP, rows[0], rows[1][:2])
    book = load_workbook(path)
    for column in "CFG":
        book.active.merge_cells(f"{column}3:{column}4")
    book.save(path)

    assert counts(run(path, plan)) == (0, 0, 2)


def test_correction_changes_rows_in_their_place_and_leaves_the_others(plan, annex):
    run(annex(("1", "Mô hình 6: Khám", "Công an huyện; Phòng Nội vụ", "", "", "Năm 2024; Năm 2025")), plan)
    rows = {row.pk for model in (Assignment, Deadline) for row in model.objects.all()}

    run(annex(("1", "Mô hình 6: Khám", "Công an huyện; phòng nội vụ", "", "", "Năm 2024; Năm 2026")), plan)

    assert {row.pk for model in (Assignment, Deadline) for row in model.objects.all()} == rows
    assert sorted(Assignment.history.values_list("text", "history_type")) == [
        ("Công an huyện", "+"),
        ("Phòng Nội vụ", "+"),
        ("phòng nội vụ", "~"),
    ]
    assert sorted(Deadline.history.values_list("text", "history_type")) == [
        ("Năm 2024", "+"),
        ("Năm 2025", "+"),
        ("Năm 2026", "~"),
    ]


def test_mention_taken_out_leaves_its_history_with_its_author(plan, annex):
    administrator = UserFactory(role="admin")
    run(annex(("1", "Mô hình 6: Khám", "Công an huyện; Phòng Nội vụ")), plan)

    run(annex(("1", "Mô hình 6: Khám", "Công an huyện")), plan, by=administrator)

    assert [mention.text for mention in Assignment.objects.on(TODAY)] == ["Công an huyện"]
    ended = Assignment.history.get(history_type="~")
    assert (ended.text, ended.valid_to, ended.history_user, ended.history_date) == (
        *("Phòng Nội vụ", TODAY - timedelta(days=1)),
        *(administrator, AT),
    )


def test_change_of_role_holds_from_its_day_and_what_was_before_is_kept(plan, annex):
    run(annex(("1", "Mô hình 6: Khám", "Công an huyện; Phòng Nội vụ")), plan)

    run(annex(("1", "Mô hình 6: Khám", "Phòng Nội vụ", "Công an huyện")), plan)

    rows = Assignment.objects.order_by("pk").values_list("text", "role", "valid_from", "valid_to")
    before = TODAY - timedelta(days=1)
    assert list(rows) == [
        ("Công an huyện", "lead", None, before),
        ("Phòng Nội vụ", "lead", None, before),
        ("Phòng Nội vụ", "lead", TODAY, None),
        ("Công an huyện", "coordinating", TODAY, None),
    ]
    terms = DutyTerm.objects.order_by("duty__unit__name", "valid_from").values_list(
        "duty__unit__name", "role", "valid_from"
    )
    assert list(terms) == [
        ("Công an huyện", "lead", plan.starts_on),
        ("Công an huyện", "coordinating", TODAY),
        ("Phòng Nội vụ", "lead", plan.starts_on),
    ]


def test_review_day_set_by_hand_stands_when_another_part_is_inserted(plan, annex):
    run(annex(("1", "Mô hình 6: Khám", "Công an huyện", "", "", "Theo lộ trình Đề án 06")), plan)
    Deadline.objects.update(review_on=date(2024, 6, 1))

    run(annex(("1", "Mô hình 6: Khám", "Công an huyện", "", "", "Năm 2024; Theo lộ trình Đề án 06")), plan)

    assert list(Deadline.objects.values_list("text", "review_on")) == [
        ("Năm 2024", None),
        ("Theo lộ trình Đề án 06", date(2024, 6, 1)),
    ]


@same_queries(30)
def test_correction_costs_the_same_queries_for_any_number_of_rows(plan, annex, rows, counted):
    def written(deadline):
        return annex(
            *((str(n), f"Mô hình {n}: Việc số {n}", "Công an huyện", "", "", deadline) for n in range(1, rows + 1))
        )

    run(written("Năm 2024"), plan)
    corrected = written("Năm 2025")

    with counted:
        run(corrected, plan)


@pytest.mark.parametrize("number", ["", "9/KH"])
def test_command_without_its_plan_says_so(annex, number):
    with pytest.raises(CommandError):
        call_command("import_annex", annex(FIRST), plan=number)


def test_missing_file_is_told_to_a_script_in_the_one_answer_it_reads(plan, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("import_annex", "khong-co.xlsx", json=True)

    message = "Không có tệp khong-co.xlsx."
    told = {"row": None, "column": None, "level": "error", "code": "not_begun", "message": message}
    nothing = {"rows": [], "problems": [told], "created": 0, "updated": 0, "unchanged": 0}
    out, err = capsys.readouterr()
    assert (ended.value.code, json.loads(out), err) == (1, nothing, "")


def test_missing_plan_is_told_to_a_script_in_the_one_answer_it_reads(plan, annex, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("import_annex", annex(FIRST), plan="9/KH", json=True)

    problems = json.loads(capsys.readouterr().out)["problems"]
    assert (ended.value.code, [one["message"] for one in problems]) == (1, ["Không có kế hoạch số “9/KH”."])


def test_missing_file_is_told_to_a_person_as_any_mistake_of_a_command(plan):
    with pytest.raises(CommandError, match="Không có tệp khong-co.xlsx."):
        call_command("import_annex", "khong-co.xlsx")
