"""The roll-up: a made-up district whose every figure is counted by hand, as it stands and as it stood."""

import copy
import html
import re
from datetime import date, timedelta
from typing import NamedTuple

import pytest

from assignments.models import AssignmentRole, Duty, Unit, User
from assignments.roles import Role
from models_registry.deadlines import DeadlineKind
from models_registry.history import set_history_author
from models_registry.models import Deadline, Indicator, Initiative, InitiativeGroup, Plan
from reports.domain.states import WorkState, look_of
from reports.domain.wording import vn_date
from reports.filing.services import submit_report
from reports.models import IndicatorFigure, Obstacle, PeriodState, ReportingPeriod, UnitReport
from reports.obstacles.services import join_obstacles, reopen_obstacle, settle_obstacle
from reports.periods.excuses import excuse_report
from reports.periods.services import run_schedule
from reports.progress.initiative_units import course_of, units_of
from reports.review.services import exclude_entry, return_report
from reports.rollup import (
    UnknownPeriod,
    read_board,
    scope_of,
)
from reports.rollup.attention import attention_groups
from reports.rollup.entry_list import cells_asked, entry_lines, reports_asked
from reports.rollup.frame import steps_of
from reports.rollup.initiative_lines import lines_of
from reports.rollup.matrix import matrix_of
from reports.rollup.period_changes import changes_of
from reports.rollup.problems import decisions_of, waiting_obstacles
from reports.rollup.timeline import timeline_of
from reports.rollup.timeliness import by_kind, figures_of, grid_of, owing_units, period_tally
from reports.rollup.trends import filing_trend, progress_of, state_trend, targets_of
from reports.special.services import request_special_report
from tests.acts import filed_as_nothing, report_of, save_draft
from tests.factories import (
    DutyFactory,
    InitiativeFactory,
    InitiativeGroupFactory,
    PlanFactory,
    UnitFactory,
    UserFactory,
    agency_of,
    vn,
)
from tests.html import html_of, texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

MONDAY_10 = vn("2024-03-04 08:00")
TUESDAY_10 = vn("2024-03-05 09:00")
WEDNESDAY_11 = vn("2024-03-06 00:05")
LATE_10 = vn("2024-03-06 09:00")
TUESDAY_11 = vn("2024-03-12 09:00")
WEDNESDAY_12 = vn("2024-03-13 00:05")
NOW = vn("2024-03-13 09:00")
PAGES = ("", "ma-tran/", "nop/", "thay-doi/", "thoi-gian/", "xu-huong/", "chi-tiet/")


def file(duty, code, by, at, **fields):
    report = UnitReport.objects.get(unit=duty.unit, period__code=code)
    entries = list(report.entries.filter(duty=duty))
    for entry in entries:
        for name, value in {"work_state": WorkState.IN_PROGRESS, **fields}.items():
            setattr(entry, name, value)
    save_draft(report, entries, by=by, at=at)
    return submit_report(report, by=by, at=at)


class District(NamedTuple):
    """Two initiatives in two groups: MH 6 led by the health centre, MH 30 by three communes."""

    plan: Plan
    health: Duty
    culture: Duty
    communes: list[Duty]
    groups: list[InitiativeGroup]
    officer: User


@pytest.fixture
def district(lived):
    """The district of the module, its objects the test's own."""
    return copy.deepcopy(lived)


@pytest.fixture
def reviewer(district):
    return UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(district.plan))


@pytest.fixture(scope="module")
def lived(shared_world):
    """Lived through once: twice as long as all that is asked of it."""
    with shared_world():
        yield live_two_weeks(PlanFactory(), UserFactory(unit=UnitFactory()))


def live_two_weeks(plan, officer):
    """Week 10: all but Trung Sơn file, the culture department late. Week 11: three of five file. Now: week 12."""
    groups = [InitiativeGroupFactory(plan=plan, numeral=numeral, position=at) for at, numeral in enumerate(("I", "II"))]
    clinic = InitiativeFactory(plan=plan, group=groups[0], code="6", name="Khám chữa bệnh bằng CCCD")
    crime = InitiativeFactory(plan=plan, group=groups[1], code="30", name="Tố giác tội phạm")
    Deadline.objects.create(initiative=clinic, text="Tháng 2", kind=DeadlineKind.MONTH, due_on="2024-03-08")
    health = DutyFactory(initiative=clinic, unit=UnitFactory(name="Trung tâm Y tế", kind=Unit.Kind.PUBLIC_SERVICE))
    culture = DutyFactory(initiative=clinic, unit=UnitFactory(name="Phòng Văn hóa"), role=AssignmentRole.COORDINATING)
    communes = [
        DutyFactory(initiative=crime, unit=UnitFactory(name=name, kind=Unit.Kind.COMMUNE))
        for name in ("Phú Lệ", "Phú Sơn", "Trung Sơn")
    ]
    run_schedule(at=MONDAY_10)
    file(health, "2024-W10", officer, TUESDAY_10, percent=40, result="đã lắp 2/3 đầu đọc")
    file(communes[0], "2024-W10", officer, TUESDAY_10, percent=50)
    filed_as_nothing(report_of(communes[1].unit), officer, TUESDAY_10)
    run_schedule(at=WEDNESDAY_11)
    file(culture, "2024-W10", officer, LATE_10, work_state=WorkState.DONE, percent=100, result="đã tuyên truyền")
    file(health, "2024-W11", officer, TUESDAY_11, work_state=WorkState.BLOCKED, percent=60, difficulty="thiếu đầu đọc")
    file(communes[0], "2024-W11", officer, TUESDAY_11, work_state=WorkState.MAINTAINED, percent=100)
    file(communes[1], "2024-W11", officer, TUESDAY_11, percent=10)
    run_schedule(at=WEDNESDAY_12)
    return District(plan, health, culture, communes, groups, officer)


def board_of(district, at=NOW, **asked):
    """The week opened last, unless another period is asked for."""
    latest = district.plan.periods.filter(rhythm="weekly").latest("ends_on").code
    return read_board(scope_of(district.plan, {"ky": latest, **asked}, at))


def figures(tally):
    return tally.expected, tally.filed, tally.on_time, tally.late, tally.missing, tally.filed_rate, tally.on_time_rate


def spread(counts):
    return {look_of(state).word: number for state, number in counts.items()}


# The signs of reports as they were written before they were drawn.
SIGNS = {"open": "○", "submitted": "●", "late": "◐", "returned": "↩", "missed": "×", "nothing": "∅"}


def signs_in(cells):
    """The sign of each cell of the grid, "_" where nothing was owed."""
    return [SIGNS.get(sign, "_") for sign in re.findall(r"#r-(\w+)|không phải nộp", cells)]


# --- Filing ---


@pytest.mark.parametrize(
    ("code", "counted"),
    [
        ("2024-W10", (5, 4, 3, 1, 1, 80, 60)),
        ("2024-W11", (5, 3, 3, 0, 2, 60, 60)),
        ("2024-W12", (5, 0, 0, 0, 5, 0, 0)),
    ],
)
def test_filing_of_a_period(district, code, counted):
    assert figures(period_tally(board_of(district, ky=code))) == counted


def test_filing_by_kind_of_unit_adds_up(district):
    rows = {row.label: figures(row.tally) for row in by_kind(board_of(district, ky="2024-W10"))}

    assert rows == {
        "Phòng, ban chuyên môn": (1, 1, 0, 1, 0, 100, 0),
        "UBND cấp xã": (3, 2, 2, 0, 1, 67, 67),
        "Đơn vị sự nghiệp": (1, 1, 1, 0, 0, 100, 100),
        "Tất cả": (5, 4, 3, 1, 1, 80, 60),
    }


def test_returned_report_still_counts_as_filed(district, standing_agency):
    report = UnitReport.objects.get(unit=district.health.unit, period__code="2024-W11")
    return_report(report, reason="ghi rõ", by=standing_agency, at=NOW)

    assert figures(period_tally(board_of(district, ky="2024-W11"))) == (5, 3, 3, 0, 2, 60, 60)


def test_number_is_red_only_for_what_is_past_due_and_missing(district):
    red = {
        code: [figure.label for figure in figures_of(board.scope, period_tally(board)) if figure.classes]
        for code in ("2024-W11", "2024-W12")
        if (board := board_of(district, ky=code))
    }

    assert red == {"2024-W11": ["quá hạn, chưa nộp"], "2024-W12": []}


def test_grid_shows_every_unit_over_the_periods_blanks_included(district):
    board = board_of(district)
    grid = grid_of(board, owing_units(board))
    signs = {row.unit.label: "".join(signs_in(row.cells)) for row in grid}

    assert [period.code for period in board.scope.periods] == ["2024-W10", "2024-W11", "2024-W12"]
    assert signs == {
        "Phòng Văn hóa": "◐○○",
        "Trung tâm Y tế": "●●○",
        "Phú Lệ": "●●○",
        "Phú Sơn": "∅●○",
        "Trung Sơn": "×○○",
    }
    assert {row.unit.label: (row.tally.filed, row.tally.expected, row.silent) for row in grid}["Trung Sơn"] == (0, 2, 2)


def test_each_cell_of_the_grid_opens_the_report_behind_it(district):
    board = board_of(district)

    grid = grid_of(board, owing_units(board))

    reports = UnitReport.objects.filter(period__rhythm="weekly").order_by("unit__sort_key", "period__ends_on")
    opened = {row.unit.label: re.findall(r'<a[^>]* href="([^"]*)"', row.cells) for row in grid}
    assert opened == {
        row.unit.label: [one.get_absolute_url() for one in reports if one.unit_id == row.unit.pk] for row in grid
    }


def test_unit_that_owed_nothing_in_a_period_is_blank_there(district, officer):
    late = DutyFactory(initiative=district.health.initiative, unit=UnitFactory(name="Phòng Y tế"))
    run_schedule(at=vn("2024-03-20 00:05"))

    board = board_of(district, at=vn("2024-03-20 09:00"))
    grid = grid_of(board, owing_units(board))

    row = next(row for row in grid if row.unit == late.unit)
    assert (row.cells.count("không phải nộp"), row.tally.expected) == (3, 0)


def test_blank_says_why_nothing_was_owed_by_that_unit_in_that_period(district, standing_agency):
    for unit, code, why in (
        (district.culture.unit, "2024-W12", "Nghỉ phép"), (district.communes[2].unit, "2024-W11", 'Bão "số 3"'),
    ):  # fmt: skip
        excuse_report(report_of(unit, code), reason=why, by=standing_agency, at=NOW)
    board = board_of(district)

    grid = grid_of(board, owing_units(board))

    told = {row.unit.label: [html.unescape("".join(re.findall('title="(.*?)"', one)))
                             for one in row.cells.split("</td>")[:-1]] for row in grid}  # fmt: skip
    assert told == {
        "Phòng Văn hóa": ["", "", "không phải nộp: Nghỉ phép"],
        "Trung tâm Y tế": ["", "", ""],
        "Phú Lệ": ["", "", ""],
        "Phú Sơn": ["", "", ""],
        "Trung Sơn": ["", 'không phải nộp: Bão "số 3"', ""],
    }


def test_grid_tells_a_report_sent_back_from_one_filed_in_the_same_period(district, standing_agency):
    return_report(report_of(district.communes[0].unit, "2024-W11"), reason="ghi rõ", by=standing_agency, at=NOW)
    board = board_of(district)

    grid = grid_of(board, owing_units(board))

    assert {row.unit.label: signs_in(row.cells)[1] for row in grid} == {
        "Phòng Văn hóa": "○", "Trung tâm Y tế": "●", "Phú Lệ": "↩", "Phú Sơn": "●", "Trung Sơn": "○",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("result", "units"),
    [
        ("", ["Phòng Văn hóa", "Trung tâm Y tế", "Phú Lệ", "Phú Sơn", "Trung Sơn"]),
        ("da-nop", ["Phòng Văn hóa", "Trung tâm Y tế", "Phú Lệ", "Phú Sơn"]),
        ("dung-han", ["Trung tâm Y tế", "Phú Lệ", "Phú Sơn"]),
        ("muon", ["Phòng Văn hóa"]),
        ("thieu", ["Trung Sơn"]),
        ("gì-đó", ["Phòng Văn hóa", "Trung tâm Y tế", "Phú Lệ", "Phú Sơn", "Trung Sơn"]),
    ],
)
def test_number_of_the_filing_opens_its_reports(district, result, units):
    board = board_of(district, ky="2024-W10")

    assert [report.unit for report in reports_asked(board, result, board.scope.periods[-1:])] == units


def test_filing_trend_tells_no_rate_of_a_period_not_yet_due(district):
    chart = filing_trend(board_of(district))

    assert (chart.labels, [(one.label, one.values) for one in chart.series]) == (
        ["05/03", "12/03", "19/03"],
        [("Đã nộp (%)", [80, 60, None]), ("Đúng hạn (%)", [60, 60, None])],
    )


# --- How the work stands, and stood ---


def lines(board):
    return {line.initiative.code: line for line in lines_of(board)}


def test_leads_stand_as_their_last_word_says(district):
    found = lines(board_of(district))

    assert {code: line.lead.words for code, line in found.items()} == {"6": "Vướng mắc", "30": "1/3 đang triển khai"}
    assert (found["6"].single.percent, found["30"].single) == (60, None)


def test_all_units_given_the_duty_are_counted_by_state(district):
    found = lines(board_of(district))

    assert {code: spread(line.counts) for code, line in found.items()} == {
        "6": {"Vướng mắc": 1, "Hoàn thành": 1},
        "30": {"Đang triển khai": 1, "Duy trì thường xuyên": 1, "Chưa có báo cáo": 1},
    }


def test_state_then_is_that_of_the_end_of_the_period(district):
    found = lines(board_of(district, ky="2024-W10"))

    assert {code: spread(line.counts) for code, line in found.items()} == {
        "6": {"Đang triển khai": 1, "Hoàn thành": 1},
        "30": {"Đang triển khai": 1, "Chưa có báo cáo": 2},
    }
    assert found["6"].single.percent == 40


def test_exception_beside_the_bar_is_the_worst_there_is(district):
    now, then = (lines(board_of(district, **asked)) for asked in ({}, {"ky": "2024-W10"}))

    told = [(one.exception.words, one.exception.look.colour) for found in (now, then) for one in found.values()]
    assert told == [
        ("1 vướng mắc", "red"), ("1 chưa báo cáo", "grey"), ("1 hoàn thành", "green"), ("2 chưa báo cáo", "grey"),
    ]  # fmt: skip


def test_line_tells_what_changed_since_the_period_before(reader, district):
    line = lines(board_of(district, ky="2024-W11"))["6"]
    page = reader.get("/tong-hop/", {"ky": "2024-W11"})

    assert (line.gained, line.changed) == (20, 1)
    assert texts(page, "//tr[th[@scope='row']]")[0] == (
        "6 Khám chữa bệnh bằng CCCD Trung tâm Y tế Vướng mắc 2 đơn vị · 1 vướng mắc 60 % +20 điểm "
        "quá hạn 4 ngày hạn 08/03/2024"
    )


def test_first_period_has_nothing_to_compare_with(district):
    line = lines(board_of(district, ky="2024-W10"))["6"]

    assert (line.gained, line.changed) == (0, 0)


def test_deadline_is_seen_from_the_day_looked_at(district):
    then = lines(board_of(district, ky="2024-W10"))["6"]
    now = lines(board_of(district))["6"]

    assert [(line.is_late, line.deadlines[0].left) for line in (then, now)] == [
        (False, "còn 3 ngày"), (True, "quá hạn 5 ngày"),
    ]  # fmt: skip


def test_collective_lead_is_told_by_its_kinds(reader, district):
    initiative = district.communes[0].initiative
    DutyFactory(initiative=initiative, unit=UnitFactory(name="Phòng Tư pháp"))

    page = reader.get("/tong-hop/", {"ky": "2024-W12"})

    assert texts(page, "//th[@scope='row']/span") == ["Trung tâm Y tế", "1 phòng, ban, ngành và 3 xã, thị trấn"]


def test_initiative_is_called_by_its_short_name(reader, district):
    initiative = district.communes[0].initiative
    initiative.short_name = "Tin báo"
    initiative.save()

    page = reader.get("/tong-hop/")

    assert texts(page, "//th[@scope='row']/a") == ["Khám chữa bệnh bằng CCCD", "Tin báo"]


def test_entry_left_out_counts_nowhere(district, standing_agency):
    entry = UnitReport.objects.get(unit=district.health.unit, period__code="2024-W11").entries.get()

    exclude_entry(entry, reason="nhầm", by=standing_agency, at=NOW)

    told = [lines(board_of(district, **asked))["6"].lead.words for asked in ({}, {"ky": "2024-W11"})]
    assert told == ["Đang triển khai", "Đang triển khai"]


def test_what_a_line_says_of_units_opens_exactly_these(district):
    line = lines(board_of(district))["30"]

    entries = f"/ke-hoach/{district.plan.pk}/tong-hop/chi-tiet/?ky=2024-W12"
    assert [line.lead.url, line.units_url, line.exception.url] == [
        f"{entries}&trang_thai=in_progress&mo_hinh=30&vai_tro=lead",
        f"{entries}&mo_hinh=30",
        f"{entries}&trang_thai=chua-bao-cao&mo_hinh=30",
    ]


def cells(matrix):
    """The classes and the words of the cells of each unit."""
    rows = re.findall(r'<th scope="row"><a[^>]*>([^<]*)</a>(.*?)</tr>', "".join(group.rows for group in matrix.groups))
    return {unit: re.findall(r'class="cell ([^"]*)"[^>]*aria-label="([^"]*)"', row) for unit, row in rows}


def test_matrix_says_in_words_what_each_cell_shows(district):
    board = board_of(district, ky="2024-W11")

    matrix = matrix_of(board, board.columns)

    assert {unit: found for unit, found in cells(matrix).items() if unit[0] != "T" or unit == "Trung tâm Y tế"} == {
        "Phòng Văn hóa": [("c-green", "MH 6 (Phối hợp): Hoàn thành 100\u00a0%")],
        "Trung tâm Y tế": [("c-red late was", "MH 6 (Chủ trì): Vướng mắc 60\u00a0%, chậm, kỳ trước: Đang triển khai")],
        "Phú Lệ": [("c-teal was", "MH 30 (Chủ trì): Duy trì thường xuyên 100\u00a0%, kỳ trước: Đang triển khai")],
        "Phú Sơn": [("c-blue was", "MH 30 (Chủ trì): Đang triển khai 10\u00a0%, kỳ trước: Chưa có báo cáo")],
    }


def test_matrix_has_units_down_by_their_kind_and_initiatives_across(district):
    board = board_of(district)

    matrix = matrix_of(board, board.columns)

    assert [(group.name, group.number) for group in matrix.groups] == [
        ("Phòng, ban chuyên môn", 1), ("Đơn vị sự nghiệp", 1), ("UBND cấp xã", 3),
    ]  # fmt: skip
    assert re.findall(r">([^<]*)</a><b>(\d+)</b>", matrix.head) == [
        ("Khám chữa bệnh bằng CCCD", "6"), ("Tố giác tội phạm", "30"),
    ]  # fmt: skip


def test_who_only_helps_is_not_framed_as_late(district):
    """The culture department, under the same deadline as the lead, has not begun."""
    file(district.culture, "2024-W12", district.officer, NOW, work_state=WorkState.NOT_STARTED)
    board = board_of(district)

    late = {unit: found for unit, found in cells(matrix_of(board, board.columns)).items() if "late" in found[0][0]}

    assert list(late) == ["Trung tâm Y tế"]


def test_matrix_of_what_is_blocked_or_late_shows_nothing_else(reader):
    page = reader.get("/tong-hop/ma-tran/", {"van_de": "1"})

    assert list(cells(page.context["matrix"])) == ["Trung tâm Y tế"]
    assert texts(page, "//thead//b") == ["6"]


def test_matrix_distrusts_names(plan, monday):
    unit = UnitFactory(name='<script>"x"')
    DutyFactory(initiative=InitiativeFactory(plan=plan, code='<b>"1'), unit=unit)

    board = read_board(scope_of(plan, {}, monday))
    matrix = matrix_of(board, board.columns)
    told = matrix.head + matrix.groups[0].rows

    script = "&lt;script&gt;&quot;x&quot;"
    assert ("<script" in told, '<b>"' in told, script in told) == (False, False, True)


def test_state_trend_counts_the_duties_at_the_end_of_each_period(district):
    chart = state_trend(board_of(district))

    assert chart.labels == ["05/03", "12/03", "Hiện nay"]
    assert {one.label: one.values for one in chart.series} == {
        "Đang triển khai": [2, 1, 1],
        "Hoàn thành": [1, 1, 1],
        "Duy trì thường xuyên": [0, 1, 1],
        "Vướng mắc": [0, 1, 1],
        "Chưa có báo cáo": [0, 0, 1],
    }


def test_indicators_stand_against_their_targets(district, officer):
    indicator = Indicator.objects.create(
        initiative=district.health.initiative,
        name="Cơ sở",
        kind=Indicator.Kind.PERCENT,
        target=100,
        unit_of_measure="cơ sở",
    )
    for code, value in (("2024-W10", 1), ("2024-W11", 2)):
        entry = UnitReport.objects.get(unit=district.health.unit, period__code=code).entries.get()
        IndicatorFigure.objects.create(entry=entry, indicator=indicator, value=value, total=4)

    told = [
        (row.indicator.initiative.code, row.total, row.reached, row.units)
        for asked in ({"ky": "2024-W10"}, {})
        for row in targets_of(board_of(district, **asked))
    ]

    assert told == [("6", "1/4", 25, 1), ("6", "2/4", 50, 1)]


@pytest.mark.parametrize(("to_date", "totals"), [(True, ["3", "7", "7"]), (False, ["1", "6", "13"])])
def test_count_of_an_earlier_period_is_what_was_said_by_its_end(district, officer, to_date, totals):
    """To date for whatever period, as for the states: the month was told of in week 10, week 12 within the month.
    Counts of periods are those of the weeks that had ended.
    """
    file(district.health, "2024-03", officer, TUESDAY_10 + timedelta(hours=1))
    file(district.health, "2024-W12", officer, NOW)
    run_schedule(at=vn("2024-03-20 00:05"))
    indicator = Indicator.objects.create(
        initiative=district.health.initiative, name="Cơ sở", kind=Indicator.Kind.AT_LEAST, target=20,
        unit_of_measure="cơ sở", is_cumulative=to_date,
    )  # fmt: skip
    for code, value in (("2024-W10", 1), ("2024-03", 3), ("2024-W11", 5), ("2024-W12", 7)):
        entry = UnitReport.objects.get(unit=district.health.unit, period__code=code).entries.get()
        IndicatorFigure.objects.create(entry=entry, indicator=indicator, value=value)

    boards = [board_of(district, at=vn("2024-03-20 08:00"), ky=code) for code in ("2024-W10", "2024-03", "2024-W12")]

    assert [row.total for board in boards for row in targets_of(board)] == totals


# --- What needs attention ---


def notices(board):
    return {
        notice.heading: [(getattr(item.about, "label", item.about), item.detail) for item in notice.items]
        for notice in attention_groups(board, lines_of(board))
        if notice.items
    }


def test_attention_now_names_what_cannot_wait(district):
    assert notices(board_of(district)) == {
        "1 vấn đề cần quyết định, kiến nghị": [
            ("thiếu đầu đọc", "Cấp huyện quyết định, 1 đơn vị, chờ 1 ngày, MH 6"),
        ],
        "2 đơn vị quá hạn chưa nộp": [("Phòng Văn hóa", "tuần 06/03 – 12/03"), ("Trung Sơn", "tuần 06/03 – 12/03")],
        "1 mô hình có đơn vị chủ trì vướng mắc": [("MH 6", "Trung tâm Y tế, 1 ngày")],
        "1 mô hình quá hạn": [("MH 6", "quá hạn 5 ngày, Trung tâm Y tế")],
        "1 đơn vị không nộp 2 kỳ liền": [("Trung Sơn", "2 kỳ liền")],
    }


def test_initiative_that_is_stuck_opens_its_units_that_are(district, reader):
    file(district.communes[0], "2024-W12", district.officer, NOW, work_state=WorkState.BLOCKED, difficulty="thiếu máy")
    board = board_of(district)

    (stuck,) = [group for group in attention_groups(board, lines_of(board)) if group.slug == "vuong-mac"]

    opened = {item.about.code: reader.get(item.url).context["entries"] for item in stuck.items}
    assert {code: [entry.unit.label for entry in entries] for code, entries in opened.items()} == {
        "6": ["Trung tâm Y tế"], "30": ["Phú Lệ"],
    }  # fmt: skip


def test_attention_of_an_earlier_period_is_that_of_its_end(district):
    assert notices(board_of(district, ky="2024-W10")) == {
        "1 đơn vị quá hạn chưa nộp": [("Trung Sơn", "tuần 28/02 – 05/03")]
    }


def test_attention_counts_what_waits_too_long(district, standing_agency):
    report = UnitReport.objects.get(unit=district.communes[0].unit, period__code="2024-W11")
    return_report(report, reason="ghi rõ", by=standing_agency, at=NOW)

    found = notices(board_of(district, at=vn("2024-04-20 09:00")))

    assert found["1 báo cáo trả lại quá 3 ngày chưa sửa"] == [("Phú Lệ", "tuần 06/03 – 12/03, 5 tuần")]
    assert found["1 khó khăn chờ quá 30 ngày"] == [("MH 6", "Trung tâm Y tế, 5 tuần")]


def test_units_silent_longest_come_first(district):
    run_schedule(at=vn("2024-03-20 00:05"))

    found = notices(board_of(district, at=vn("2024-03-20 09:00")))

    assert found["2 đơn vị không nộp 2 kỳ liền"] == [("Trung Sơn", "3 kỳ liền"), ("Phòng Văn hóa", "2 kỳ liền")]


@pytest.mark.parametrize("turned", [False, True], ids=["Phú Lệ first", "Phú Sơn first"])
def test_reports_that_wait_longest_for_their_correction_come_first(district, standing_agency, turned):
    first, second = reversed(district.communes[:2]) if turned else district.communes[:2]
    for duty, at in ((first, NOW), (second, NOW + timedelta(days=2))):
        return_report(report_of(duty.unit, "2024-W11"), reason="ghi rõ", by=standing_agency, at=at)

    found = notices(board_of(district, at=NOW + timedelta(days=10)))

    assert found["2 báo cáo trả lại quá 3 ngày chưa sửa"] == [
        (first.unit.label, "tuần 06/03 – 12/03, 10 ngày"),
        (second.unit.label, "tuần 06/03 – 12/03, 8 ngày"),
    ]


def test_report_sent_back_waits_too_long_after_three_days(district, standing_agency):
    return_report(report_of(district.communes[0].unit, "2024-W11"), reason="ghi rõ", by=standing_agency, at=NOW)

    third, fourth = (notices(board_of(district, at=NOW + timedelta(days=days))) for days in (3, 4))

    kind = "1 báo cáo trả lại quá 3 ngày chưa sửa"
    assert (third.get(kind), fourth.get(kind)) == (None, [("Phú Lệ", "tuần 06/03 – 12/03, 4 ngày")])


def test_report_that_was_corrected_waits_no_more(district, standing_agency):
    report = report_of(district.communes[0].unit, "2024-W11")
    return_report(report, reason="ghi rõ", by=standing_agency, at=NOW)
    file(district.communes[0], "2024-W11", district.officer, NOW + timedelta(days=1), percent=90)

    found = notices(board_of(district, at=NOW + timedelta(days=10)))

    assert [heading for heading in found if "trả lại" in heading] == []


def test_initiatives_stuck_longest_come_first_with_the_longest_of_their_units(district, standing_agency):
    """MH 6 is stuck again since two days; of MH 30 one unit for four days, another for three."""
    settle_obstacle(Obstacle.objects.get(), text="đã cấp", by=standing_agency, at=NOW)
    reopen_obstacle(Obstacle.objects.get(), text="lại hỏng", by=standing_agency, at=NOW + timedelta(days=2))
    for duty, days in ((district.communes[1], 1), (district.communes[0], 0)):
        stuck = {"work_state": WorkState.BLOCKED, "difficulty": "thiếu máy"}
        file(duty, "2024-W12", district.officer, NOW + timedelta(days=days), **stuck)

    found = notices(board_of(district, at=NOW + timedelta(days=4)))

    assert found["2 mô hình có đơn vị chủ trì vướng mắc"] == [
        ("MH 30", "2 đơn vị, lâu nhất 4 ngày"), ("MH 6", "Trung tâm Y tế, 2 ngày"),
    ]  # fmt: skip


def test_initiatives_stuck_equally_long_stand_in_the_order_of_the_plan(district, standing_agency):
    settle_obstacle(Obstacle.objects.get(), text="đã cấp", by=standing_agency, at=NOW)
    reopen_obstacle(Obstacle.objects.get(), text="lại hỏng", by=standing_agency, at=NOW)
    file(district.communes[0], "2024-W12", district.officer, NOW, work_state=WorkState.BLOCKED, difficulty="thiếu máy")

    found = notices(board_of(district))

    assert found["2 mô hình có đơn vị chủ trì vướng mắc"] == [
        ("MH 6", "Trung tâm Y tế, hôm nay"), ("MH 30", "Phú Lệ, hôm nay"),
    ]  # fmt: skip


def test_month_that_waits_is_named_while_the_week_is_looked_at(district, standing_agency):
    """Who has not filed it, and whose report was sent back: they are in none of the weeks shown."""
    for duty in (district.health, district.culture, *district.communes[:2]):
        filed_as_nothing(report_of(duty.unit, "2024-03"), district.officer, NOW)
    return_report(report_of(district.communes[0].unit, "2024-03"), reason="ghi rõ", by=standing_agency, at=NOW)

    found = notices(board_of(district, at=vn("2024-03-19 09:00")))

    assert found["2 đơn vị quá hạn chưa nộp"] == [
        ("Phòng Văn hóa", "tuần 06/03 – 12/03"), ("Trung Sơn", "tuần 06/03 – 12/03, tháng 3"),
    ]  # fmt: skip
    assert found["1 báo cáo trả lại quá 3 ngày chưa sửa"] == [("Phú Lệ", "tháng 3, 6 ngày")]


def test_attention_of_an_earlier_period_tells_a_difficulty_as_it_was_at_its_end(district, standing_agency):
    """Settled by then, though it was raised again since: how long the work is hindered is not known."""
    obstacle = Obstacle.objects.get()
    settle_obstacle(obstacle, text="đã cấp", by=standing_agency, at=TUESDAY_11 + timedelta(hours=1))
    reopen_obstacle(obstacle, text="lại hỏng", by=standing_agency, at=NOW)

    then, now = (notices(board_of(district, **asked)) for asked in ({"ky": "2024-W11"}, {}))

    hindered = "1 mô hình có đơn vị chủ trì vướng mắc"
    assert (then[hindered], now[hindered]) == ([("MH 6", "Trung tâm Y tế")], [("MH 6", "Trung tâm Y tế, hôm nay")])


def test_joined_difficulty_that_waits_names_each_initiative_and_unit(district, standing_agency):
    file(district.communes[0], "2024-W12", district.officer, NOW, work_state=WorkState.BLOCKED, difficulty="thiếu máy")
    mine, theirs = Obstacle.objects.order_by("pk")
    join_obstacles(mine, [theirs], by=standing_agency, at=NOW)

    found = notices(board_of(district, at=vn("2024-04-20 09:00")))

    assert found["1 khó khăn chờ quá 30 ngày"] == [("MH 6", "Trung tâm Y tế, MH 30 Phú Lệ, 5 tuần")]


def test_difficulty_raised_since_says_nothing_of_how_long_one_was_stuck_then(district, standing_agency):
    """Blocked in week 11, its difficulty settled before that week was due; another one came in week 12."""
    settle_obstacle(Obstacle.objects.get(), text="đã cấp", by=standing_agency, at=TUESDAY_11 + timedelta(hours=1))
    file(district.health, "2024-W12", district.officer, NOW, work_state=WorkState.BLOCKED, difficulty="mất điện")

    then, now = (notices(board_of(district, **asked)) for asked in ({"ky": "2024-W11"}, {}))

    hindered = "1 mô hình có đơn vị chủ trì vướng mắc"
    assert (then[hindered], now[hindered]) == ([("MH 6", "Trung tâm Y tế")], [("MH 6", "Trung tâm Y tế, hôm nay")])


def test_nothing_that_cannot_wait_is_nothing_at_all(duty, plan):
    run_schedule(at=MONDAY_10)
    board = read_board(scope_of(plan, {}, MONDAY_10))

    assert notices(board) == {}


@pytest.mark.parametrize(("role", "pressed"), [(Role.STANDING_AGENCY, 1), (Role.LEADER, 0)])
def test_who_may_press_units_does_so_from_what_cannot_wait(client, reader, district, role, pressed):
    client.force_login(UserFactory(role=role, unit=agency_of(district.plan)))

    page, wall = (client.get(f"/tong-hop/{query}").content.decode() for query in ("", "?man-hinh=1"))

    assert (page.count('/don-doc/?ky=2024-W11"'), wall.count("/don-doc/?ky")) == (pressed, 0)


def test_three_leads_are_named_and_more_are_counted(district):
    three = lines_of(board_of(district))[1]
    DutyFactory(initiative=district.communes[0].initiative, unit=UnitFactory(name="Xuân Phú", kind=Unit.Kind.COMMUNE))

    four = lines_of(board_of(district))[1]

    assert [(line.leads_in_words, line.leads_in_short) for line in (three, four)] == [
        ("Phú Lệ, Phú Sơn, Trung Sơn", "3 đơn vị"), ("4 xã, thị trấn", "4 đơn vị"),
    ]  # fmt: skip


# --- What asks for a decision ---


def raise_obstacle(duty, by, at, text, level="district"):
    file(duty, "2024-W12", by, at, work_state=WorkState.BLOCKED, difficulty=text, solving_level=level)


def test_difficulties_of_the_same_words_and_level_are_one_problem(district):
    for duty in district.communes[:2]:
        raise_obstacle(duty, district.officer, NOW, "Thiếu máy quét")
    raise_obstacle(district.communes[2], district.officer, NOW, "Thiếu máy quét", "province")
    board = board_of(district, at=NOW + timedelta(days=3))

    problems = decisions_of(board, waiting_obstacles(board))

    assert [(one.decided_by, one.text, one.units, one.codes, one.waiting) for one in problems] == [
        ("Cấp huyện quyết định", "Thiếu máy quét", 2, ["30"], "chờ 3 ngày"),
        ("Cấp huyện quyết định", "thiếu đầu đọc", 1, ["6"], "chờ 4 ngày"),
        ("Kiến nghị tỉnh", "Thiếu máy quét", 1, ["30"], "chờ 3 ngày"),
    ]


def test_what_a_unit_can_settle_itself_asks_for_nobody_s_decision(district):
    raise_obstacle(district.communes[0], district.officer, NOW, "Thiếu máy", "commune")
    board = board_of(district)

    assert [one.codes for one in decisions_of(board, waiting_obstacles(board))] == [["6"]]


def test_joined_difficulties_are_one_problem_whatever_they_say(district, standing_agency):
    for duty, text in zip(district.communes, ("Thiếu máy", "Máy hỏng"), strict=False):
        raise_obstacle(duty, district.officer, NOW, text)
    mine, theirs = Obstacle.objects.exclude(duty=district.health).order_by("pk")
    join_obstacles(mine, [theirs], by=standing_agency, at=NOW)
    board = board_of(district)

    problem, _ = decisions_of(board, waiting_obstacles(board))

    assert (problem.text, problem.units, problem.url) == ("Thiếu máy", 2, f"/kho-khan/{mine.pk}/")


# --- What changed ---


def test_changes_of_a_period_by_initiative_and_unit(reader):
    page = reader.get("/tong-hop/thay-doi/", {"ky": "2024-W11"})

    assert texts(page, "//section//h2 | //section//ul") == [
        "MH 6 Khám chữa bệnh bằng CCCD",
        "Trung tâm Y tế: Đang triển khai → Vướng mắc 40 % → 60 %",
        "Trung tâm Y tế: thiếu đầu đọc",
        "MH 30 Tố giác tội phạm",
        "Phú Lệ: Đang triển khai → Duy trì thường xuyên 50 % → 100 % "
        "Phú Sơn: Chưa có báo cáo → Đang triển khai – → 10 %",
    ]


def test_new_results_are_those_of_the_period_itself(district):
    (clinic,) = changes_of(board_of(district, ky="2024-W10"))

    assert [(said.unit, said.text) for said in clinic.results] == [
        ("Phòng Văn hóa", "đã tuyên truyền"), ("Trung tâm Y tế", "đã lắp 2/3 đầu đọc"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [{"trang_thai": "done"}, {"loai": "department"}, {"don_vi": "culture"}],
    ids=lambda asked: next(iter(asked)),
)
def test_new_results_are_those_of_the_duties_asked_for(district, asked):
    asked = {name: str(district.culture.unit_id) if value == "culture" else value for name, value in asked.items()}

    (clinic,) = changes_of(board_of(district, ky="2024-W10", **asked))

    assert [(said.unit, said.text) for said in clinic.results] == [("Phòng Văn hóa", "đã tuyên truyền")]


def raised(duty, text, at):
    obstacle = Obstacle(duty=duty, text=text, opened_at=at, raised_at=at)
    set_history_author(obstacle, by=None, at=at)
    obstacle.save()
    return obstacle


def difficulties(district, code):
    """The new difficulties the page of a week tells of, each with its unit."""
    changes = changes_of(board_of(district, ky=code))
    return [(said.unit, said.text) for change in changes for said in change.difficulties]


def test_difficulties_of_a_period_stand_in_the_order_they_were_raised_in(district):
    """Not in the order of their rows: one may be entered for a day before."""
    for text, at in (("thiếu máy quét", TUESDAY_11), ("mất điện", WEDNESDAY_11), ("mất mạng", TUESDAY_10)):
        raised(district.health, text, at + timedelta(minutes=1))

    assert [text for _, text in difficulties(district, "2024-W11")] == ["mất điện", "thiếu đầu đọc", "thiếu máy quét"]


def test_difficulties_raised_at_one_moment_stand_in_the_order_of_their_rows(district):
    for text, duty in (("thiếu máy quét", district.culture), ("mất điện", district.health)):
        raised(duty, text, WEDNESDAY_12)

    assert [text for _, text in difficulties(district, "2024-W12")] == ["thiếu máy quét", "mất điện"]


def test_difficulty_told_in_other_words_since_is_told_in_those_of_then(district, officer):
    file(district.health, "2024-W12", officer, NOW, difficulty="thiếu đầu đọc thẻ chip")

    told = {code: difficulties(district, code) for code in ("2024-W11", "2024-W12")}

    assert told == {"2024-W11": [("Trung tâm Y tế", "thiếu đầu đọc")], "2024-W12": []}


def test_difficulty_raised_again_and_again_is_new_each_time(district, standing_agency):
    obstacle = raised(district.culture, "mất mạng", TUESDAY_10)
    for week in range(2):
        at = LATE_10 + timedelta(weeks=week)
        settle_obstacle(obstacle, text="đã nối", by=standing_agency, at=at)
        reopen_obstacle(obstacle, text="lại mất", by=standing_agency, at=at)

    told = {code: difficulties(district, code) for code in ("2024-W10", "2024-W11", "2024-W12")}

    again = ("Phòng Văn hóa", "mất mạng")
    assert told == {"2024-W10": [again], "2024-W11": [again, ("Trung tâm Y tế", "thiếu đầu đọc")], "2024-W12": [again]}


def test_difficulty_another_unit_goes_on_with_is_told_of_whose_it_was(district):
    obstacle = Obstacle.objects.get()
    obstacle.duty = DutyFactory(initiative=district.health.initiative, valid_from=NOW.date())
    set_history_author(obstacle, by=None, at=NOW)
    obstacle.save()

    assert difficulties(district, "2024-W11") == [("Trung tâm Y tế", "thiếu đầu đọc")]


def test_difficulty_is_new_in_one_period_where_the_due_day_was_moved(district):
    """Week 11 was due on Monday, before a day off."""
    ReportingPeriod.objects.filter(code="2024-W11").update(due_at=vn("2024-03-11 23:59"))

    told = {code: difficulties(district, code) for code in ("2024-W11", "2024-W12")}

    assert told == {"2024-W11": [], "2024-W12": [("Trung tâm Y tế", "thiếu đầu đọc")]}


def move(deadline, day, at, time_machine):
    time_machine.move_to(at, tick=False)
    deadline.due_on = day
    deadline.save()


def test_moved_deadline_is_told_with_how_many_times(reader, district, time_machine):
    deadline = district.health.initiative.deadlines.get()
    deadline.history.update(history_date=MONDAY_10)
    move(deadline, "2024-03-20", LATE_10, time_machine)
    move(deadline, "2024-04-30", TUESDAY_11, time_machine)
    move(deadline, "2024-05-31", NOW, time_machine)

    moves = {
        code: texts(reader.get("/tong-hop/thay-doi/", {"ky": code}), "//section//p[span[contains(., 'Dời')]]")
        for code in ("2024-W10", "2024-W11", "2024-W12")
    }

    assert moves == {
        "2024-W10": [],
        "2024-W11": ["Dời thời hạn “Tháng 2”: 08/03/2024 → 30/04/2024 (dời 2 lần)"],
        "2024-W12": ["Dời thời hạn “Tháng 2”: 30/04/2024 → 31/05/2024 (dời 3 lần)"],
    }


def test_moved_deadline_is_told_of_its_own_initiative_and_part(district, time_machine):
    clinic = district.health.initiative
    clinic.deadlines.get().history.update(history_date=MONDAY_10)
    time_machine.move_to(MONDAY_10, tick=False)
    survey = Deadline.objects.create(
        initiative=clinic, position=1, text="Khảo sát", kind=DeadlineKind.DAY, due_on="2024-04-30"
    )
    move(survey, "2024-05-31", TUESDAY_11, time_machine)

    changes = changes_of(board_of(district, ky="2024-W11"))

    told = {one.initiative.code: [(each.words, vn_date(each.now), each.times) for each in one.moves] for one in changes}
    assert told == {"6": [("Khảo sát", "31/05/2024", 1)], "30": []}


# --- The timeline and how one initiative went ---


def test_timeline_marks_deadlines_and_the_day_looked_at(district):
    board = board_of(district)

    timeline = timeline_of(board, lines_of(board))

    assert [(row.line.initiative.code, [mark.words for mark in row.marks]) for row in timeline.rows] == [
        ("6", ["hạn 08/03/2024, chậm"]), ("30", []),
    ]  # fmt: skip
    assert (timeline.months[0].label, len(timeline.months)) == ("2", 23)
    assert timeline.rows[0].marks[0].x < timeline.today < timeline.width


def test_timeline_draws_each_part_from_where_it_begins_to_where_it_should_be_done(district):
    """The plan's months take 670 of 920 steps; 21/09/2024 is a third of the way from 01/02/2024 to 31/12/2025."""
    clinic = district.health.initiative
    clinic.deadlines.all().delete()
    third = date(2024, 9, 21)
    parts = (
        {"due_on": third},
        {"due_on": third, "ongoing": True},
        {"ongoing": True},
        {"starts_on": third},
        {"starts_on": date(2023, 1, 1), "due_on": date(2027, 1, 1)},
    )
    for position, part in enumerate(parts):
        Deadline.objects.create(initiative=clinic, position=position, text="x", kind=DeadlineKind.RANGE, **part)
    board = board_of(district)

    drawn, nothing = timeline_of(board, lines_of(board)).rows

    assert [(bar.x, bar.end, bar.goes_on) for bar in drawn.bars] == [
        (250, 473, False), (250, 473, True), (250, 920, True), (473, 920, True), (250, 920, False),
    ]  # fmt: skip
    assert nothing.bars == []


def test_timeline_marks_days_to_be_done_by_and_to_look_again_each_of_its_part(district):
    clinic = district.health.initiative
    Deadline.objects.create(initiative=clinic, position=1, text="x", kind=DeadlineKind.SCHEDULE, subject="Cấp xã",
                            due_on="2024-09-21", review_on="2025-12-31")  # fmt: skip
    board = board_of(district)

    row, _ = timeline_of(board, lines_of(board)).rows

    assert [(mark.x, mark.kind, mark.words) for mark in row.marks] == [
        (285, "late", "hạn 08/03/2024, chậm"),
        (473, "due", "Cấp xã: hạn 21/09/2024"),
        (920, "review", "Cấp xã: rà soát lại 31/12/2025"),
    ]


def test_timeline_of_a_plan_that_goes_on_after_its_end_reaches_to_the_month_looked_at(district):
    district.plan.ends_on = date(2024, 2, 29)
    board = board_of(district)

    timeline = timeline_of(board, lines_of(board))

    assert [(month.x, month.label, month.is_year) for month in timeline.months] == [(250, "2", True), (579, "3", False)]
    assert timeline.today == 716


def test_timeline_is_rows_below_one_another_under_the_names_of_the_months(district):
    board = board_of(district)

    timeline = timeline_of(board, lines_of(board))

    assert ([row.y for row in timeline.rows], timeline.height) == ([36, 66], 96)
    assert [row.middle for row in timeline.rows] == [51, 81]


def drawn(initiative, reader, at=NOW):
    return progress_of(course_of(initiative, units_of(initiative, reader, at.date())))


def test_progress_of_an_initiative_is_told_of_weeks_alone(district, reviewer):
    """The month ended on Thursday the 14th; week 12 still runs."""
    run_schedule(at=vn("2024-03-15 00:05"))

    chart = drawn(district.health.initiative, reviewer)

    assert chart.labels == ["05/03", "12/03", "Hiện nay"]


def test_progress_of_an_initiative_is_a_line_for_each_unit(district, reviewer):
    chart = drawn(district.health.initiative, reviewer)

    assert (chart.labels, [(one.label, one.values) for one in chart.series]) == (
        ["05/03", "12/03", "Hiện nay"],
        [("Trung tâm Y tế", [40, 60, 60]), ("Phòng Văn hóa", [100, 100, 100])],
    )


def test_progress_of_many_leads_is_how_many_stand_where(district, reviewer):
    for _ in range(4):
        DutyFactory(initiative=district.communes[0].initiative)

    chart = drawn(district.communes[0].initiative, reviewer)

    assert (chart.title, {one.label: one.values for one in chart.series}) == (
        "Số đơn vị chủ trì theo trạng thái",
        {"Đang triển khai": [1, 1, 1], "Duy trì thường xuyên": [0, 1, 1]},
    )


def test_progress_of_six_leads_is_a_line_for_each(district, reviewer):
    for _ in range(3):
        DutyFactory(initiative=district.communes[0].initiative)

    chart = drawn(district.communes[0].initiative, reviewer)

    assert (chart.title, len({one.label for one in chart.series})) == ("Tiến độ 2 tuần (%)", 6)


def test_progress_of_an_initiative_that_came_after_the_last_period_had_ended_is_no_chart(district, reviewer):
    late = DutyFactory(initiative=InitiativeFactory(plan=district.plan))

    assert drawn(late.initiative, reviewer) is None


def test_progress_before_the_first_period_has_ended_is_no_chart(duty):
    assert drawn(duty.initiative, UserFactory(role=Role.LEADER), MONDAY_10) is None


# --- Narrowing, and what is behind a number ---


def test_choices_narrow_cells_filing_and_initiatives(district):
    by_group = board_of(district, nhom=str(district.groups[0].pk))
    by_kind_of_unit = board_of(district, ky="2024-W10", loai="commune")
    by_state = board_of(district, trang_thai="blocked")
    by_unit = board_of(district, don_vi=str(district.culture.unit_id))

    assert [one.code for one in by_group.initiatives] == ["6"]
    assert figures(period_tally(by_kind_of_unit))[:2] == (3, 2)
    assert [(one.code, len(by_state.cells)) for one in by_state.initiatives] == [("6", 1)]
    assert [unit.name for unit in by_unit.columns] == ["Phòng Văn hóa"]


def test_never_reported_can_be_asked_for(district):
    board = board_of(district, trang_thai="chua-bao-cao")

    assert [board.units[cell.unit_id].name for cell in board.cells] == ["Trung Sơn"]


@pytest.mark.parametrize(
    "asked", [{"nhom": "0"}, {"nhom": "x"}, {"don_vi": "9" * 40}, {"loai": "x"}, {"trang_thai": "x"}]
)
def test_choice_that_means_nothing_is_left_out(district, asked):
    assert len(board_of(district, **asked).cells) == 5


def test_address_keeps_what_was_asked_and_nothing_else(district):
    scope = scope_of(district.plan, {"ky": "2024-W10", "loai": "commune", "x": "y", "trang_thai": "?"}, NOW)

    rollup = f"/ke-hoach/{district.plan.pk}/tong-hop/"
    assert scope.address("rollup_entries", mo_hinh="6") == f"{rollup}chi-tiet/?ky=2024-W10&loai=commune&mo_hinh=6"
    assert scope.address("rollup", ky="", loai="") == rollup


def test_every_number_opens_the_entries_behind_it_with_their_author(reader, district):
    page = reader.get("/tong-hop/chi-tiet/", {"mo_hinh": "6", "vai_tro": "lead"})

    assert texts(page, "//main//ul/li") == [
        "MH 6 Trung tâm Y tế (Chủ trì) Vướng mắc 60 % chậm "
        f"tuần 06/03 – 12/03, nộp 12/03/2024 – {district.officer} Khó khăn: thiếu đầu đọc"
    ]
    assert texts(page, "//h1 | //h1/following-sibling::p") == [
        "Chi tiết mô hình 6, chủ trì",
        "Số liệu đến hết thứ Ba 12/03/2024 · 1 nhiệm vụ",
    ]


def test_entry_of_an_earlier_period_is_the_word_of_then(district):
    board = board_of(district, ky="2024-W10")

    (line,) = entry_lines(board, cells_asked(board, "6", "lead"))

    assert (line.cell.percent, line.entry.result) == (40, "đã lắp 2/3 đầu đọc")


def test_entry_of_a_unit_before_stands_behind_the_state_another_goes_on_with(district):
    other = UnitFactory(name="Phòng Nội vụ")
    heir = DutyFactory(initiative=district.culture.initiative, unit=other, role=AssignmentRole.COORDINATING)
    PeriodState.objects.filter(period__code="2024-W10", duty=district.culture).update(duty=heir)
    board = board_of(district, ky="2024-W10")

    lines = {line.unit.name: line for line in entry_lines(board, cells_asked(board, "6", "coordinating"))}

    told = {name: line.entry and (line.entry.result, line.inherited_from) for name, line in lines.items()}
    assert told == {"Phòng Nội vụ": ("đã tuyên truyền", "Phòng Văn hóa"), "Phòng Văn hóa": None}


def test_each_number_of_the_verdict_opens_exactly_its_list(reader, district):
    page = reader.get("/tong-hop/")

    rollup = f"/ke-hoach/{district.plan.pk}/tong-hop/"
    links = html_of(page).xpath("//p[contains(@class, 'verdict')]/a")
    assert [(link.text, link.get("href")) for link in links] == [
        ("1 vấn đề", f"{rollup}can-chu-y/?muc=can-quyet-dinh"),
        ("1 mô hình", f"{rollup}can-chu-y/?muc=cham"),
        ("1 mô hình", f"{rollup}can-chu-y/?muc=vuong-mac"),
        ("3/5 đơn vị", f"{rollup}nop/?ket_qua=da-nop#danh-sach"),
        ("2 đơn vị", f"{rollup}nop/?ket_qua=thieu#danh-sach"),
    ]
    listed = [reader.get(link.get("href")).context for link in links]
    assert [len(one["groups"][0].items) for one in listed[:3]] == [1, 1, 1]
    assert [len(one["reports"]) for one in listed[3:]] == [3, 2]


def test_verdict_says_in_words_what_there_is(reader, district):
    told = [texts(reader.get("/tong-hop/", {"ky": code}), "//p[contains(@class, 'verdict')]") for code in
            ("2024-W10", "2024-W11", "2024-W12")]  # fmt: skip

    assert [sentences for (sentences,) in told] == [
        "Không mô hình nào quá hạn, không đơn vị chủ trì nào vướng mắc. 4/5 đơn vị đã nộp; 1 đơn vị chưa nộp.",
        "1 vấn đề cần quyết định, kiến nghị. 1 mô hình quá hạn, 1 mô hình có đơn vị chủ trì vướng mắc. "
        "3/5 đơn vị đã nộp; 2 đơn vị chưa nộp.",
        "1 vấn đề cần quyết định, kiến nghị. 1 mô hình quá hạn, 1 mô hình có đơn vị chủ trì vướng mắc. "
        "0/5 đơn vị đã nộp; 5 đơn vị chưa nộp.",
    ]


def test_filing_card_names_who_is_missing_and_who_was_late(reader):
    told = [texts(reader.get("/tong-hop/", {"ky": code}), "//section[h2 or .//h2[@id='nop-bao-cao']]//p") for code in
            ("2024-W10", "2024-W11", "2024-W12")]  # fmt: skip

    assert told == [
        ["Chưa nộp: Trung Sơn", "Nộp muộn: Phòng Văn hóa"],
        ["Chưa nộp: Phòng Văn hóa, Trung Sơn (2 kỳ liền)"],
        [],
    ]


@pytest.mark.parametrize("asked", [{}, {"ky": "2024-W11"}, {"loai": "commune"}])
def test_every_number_of_the_state_trend_opens_as_many_entries(reader, asked):
    chart = reader.get("/tong-hop/xu-huong/", asked).context["charts"][1]

    told = [(value, url) for _, values in chart.rows for value, url in values if value]
    assert [reader.get(url).context["page"].paginator.count for _, url in told] == [value for value, _ in told]


def test_rate_of_a_period_opens_its_reports(reader, district):
    chart = reader.get("/tong-hop/xu-huong/").context["charts"][0]

    reports = f"/ke-hoach/{district.plan.pk}/tong-hop/nop/?ky=2024-W10"
    assert chart.rows[0] == ("05/03", [(80, reports), (60, reports)])


# --- Periods ---


def test_periods_beside_the_one_looked_at(district):
    scope = scope_of(district.plan, {"ky": "2024-W11"}, NOW)

    assert ([one.code for one in scope.periods], scope.after.code, scope.is_present) == (
        ["2024-W10", "2024-W11"], "2024-W12", False,
    )  # fmt: skip


def test_twelve_periods_are_shown_up_to_the_one_looked_at_whatever_follows(plan):
    run_schedule(at=MONDAY_10)
    for week in range(1, 15):
        run_schedule(at=MONDAY_10 + timedelta(weeks=week))

    then, now = (scope_of(plan, asked, MONDAY_10) for asked in ({"ky": "2024-W22"}, {}))

    assert ([one.code for one in then.periods], then.after.code) == (
        [f"2024-W{week}" for week in range(11, 23)], "2024-W23",
    )  # fmt: skip
    assert ([one.code for one in now.periods], now.after.code) == (
        [f"2024-W{week}" for week in range(12, 24)], "2024-W24",
    )  # fmt: skip


def test_last_week_that_ended_is_looked_at_and_the_one_that_runs_stands_beside_it(district):
    scope = scope_of(district.plan, {}, NOW)

    assert (scope.period.code, scope.after.code, scope.is_present) == ("2024-W11", "2024-W12", False)


def test_first_period_is_looked_at_while_none_has_ended(district):
    monthly, weekly = (scope_of(district.plan, asked, at) for asked, at in (({"nhip": "thang"}, NOW), ({}, TUESDAY_10)))
    ReportingPeriod.objects.filter(starts_on__gt="2024-03-05", rhythm="weekly").delete()
    weekly = scope_of(district.plan, {}, TUESDAY_10)

    assert [(one.period.code, one.after) for one in (monthly, weekly)] == [("2024-03", None), ("2024-W10", None)]


@pytest.mark.parametrize(
    ("asked", "shown", "before", "latest"),
    [
        ({}, [("Tuần 06/03 – 12/03", "kỳ mới kết thúc", True),
              ("Tuần 13/03 – 19/03", "đang mở · 0/5 đã nộp", False)], "2024-W10", False),
        ({"ky": "2024-W12"}, [("Tuần 06/03 – 12/03", "kỳ mới kết thúc", False),
                              ("Tuần 13/03 – 19/03", "đang mở · 0/5 đã nộp", True)], "2024-W10", False),
        ({"ky": "2024-W10"}, [("Tuần 28/02 – 05/03", "đã kết thúc", True),
                              ("Tuần 06/03 – 12/03", "kỳ mới kết thúc", False)], "", True),
    ],
    ids=["the last closed", "the running", "an older one"],
)  # fmt: skip
def test_period_stands_beside_the_one_that_runs(district, asked, shown, before, latest):
    steps = steps_of(scope_of(district.plan, asked, NOW), "rollup")

    assert [(step.title, step.about, step.is_current) for step in steps.shown] == shown
    assert (steps.before.partition("ky=")[2], bool(steps.latest)) == (before, latest)


def test_special_report_has_its_own_filing(district, standing_agency):
    request_special_report(
        district.plan, title="Rà soát", units=[district.health.unit], initiatives=[district.health.initiative],
        due_at=vn("2024-03-15 17:00"), by=standing_agency, at=NOW,
    )  # fmt: skip

    board = board_of(district, ky="2024-DX01")

    assert (board.scope.period.name, figures(period_tally(board))[:2]) == ("Rà soát", (1, 0))


@pytest.mark.parametrize("code", ["2024-W52", "2024-W99", "2024-DX07", "x" * 5000, "2024-13"])
def test_unknown_period_is_said_to_be_unknown(district, code):
    with pytest.raises(UnknownPeriod):
        scope_of(district.plan, {"ky": code}, NOW)


@pytest.mark.parametrize("code", ["2024-W99", "x" * 5000])
def test_unknown_period_leads_to_the_latest_with_a_word_about_it(client, standing_agency, duty, monday, code):
    run_schedule(at=monday)
    client.force_login(standing_agency)

    page = client.get("/tong-hop/", {"ky": code}, follow=True)

    assert [str(message)[:13] for message in page.context["messages"]] == ["Không có kỳ “"]
    assert page.context["period"].code == "2024-W10"


def test_rate_of_nothing_expected_is_a_dash(reader):
    page = reader.get("/tong-hop/nop/", {"loai": "police"})

    assert texts(page, "//table[@aria-labelledby='so-lieu-nop']/tbody/tr") == ["Tất cả 0 0 0 0 0 – –"]


# --- The pages ---


@pytest.fixture
def reader(client, district, time_machine):
    """A client of a leader, on the first day of week 12."""
    time_machine.move_to(NOW, tick=False)
    client.force_login(UserFactory(role=Role.LEADER))
    return client


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("asked", [{}, {"ky": "2024-W10"}, {"nhip": "thang"}, {"loai": "police"}])
def test_every_page_answers_for_every_period_and_choice(reader, page, asked):
    assert reader.get(f"/tong-hop/{page}", asked).status_code == 200


@pytest.mark.parametrize("page", PAGES)
def test_pages_before_the_first_period_say_so(client, standing_agency, duty, page):
    client.force_login(standing_agency)

    assert client.get(f"/tong-hop/{page}").status_code == 200


@pytest.mark.parametrize(("role", "status"), [(Role.LEADER, 200), (Role.STANDING_AGENCY, 200), (Role.OFFICER, 403)])
def test_roll_up_is_for_who_may_see_all(client, district, role, status):
    client.force_login(UserFactory(role=role, unit=agency_of(district.plan)))

    assert {client.get(f"/tong-hop/{page}").status_code for page in PAGES} == {status}


# The frame of every page takes four; what it shows takes a handful more, whatever there is to show.
@pytest.mark.parametrize("page", PAGES)
@same_queries(16)
def test_page_takes_the_same_queries_for_any_number_of_rows(
    client, standing_agency, plan, officer, time_machine, counted, page, rows
):
    for _ in range(rows):
        duty = DutyFactory(initiative=InitiativeFactory(plan=plan, group=InitiativeGroupFactory(plan=plan)))
        Deadline.objects.create(initiative=duty.initiative, text="Hạn", kind=DeadlineKind.DAY, due_on="2024-03-01")
    run_schedule(at=MONDAY_10)
    for duty in Duty.objects.all():
        file(duty, "2024-W10", officer, TUESDAY_10, work_state=WorkState.BLOCKED, difficulty="khó", result="làm")
    run_schedule(at=WEDNESDAY_11)
    time_machine.move_to(LATE_10, tick=False)
    client.force_login(standing_agency)

    with counted:
        client.get(f"/ke-hoach/{plan.pk}/tong-hop/{page}")


@pytest.mark.parametrize("asked", [{}, {"loai": "commune"}])
def test_matrix_of_many_units_comes_in_pages(reader, monkeypatch, asked):
    monkeypatch.setattr("reports.rollup.views.UNITS_ON_PAGE", 2)

    pages = [reader.get("/tong-hop/ma-tran/", {**asked, "trang": number}) for number in (1, 2)]

    units = [unit for page in pages for unit in cells(page.context["matrix"])]
    everybody = ["Phòng Văn hóa", "Trung tâm Y tế", "Phú Lệ", "Phú Sơn", "Trung Sơn"]
    assert units == (everybody[2:] if asked else everybody[:4])
    assert "trang=2" in pages[0].content.decode().partition("Trang 1 /")[2]


def test_report_with_a_due_day_of_its_own_is_overdue_only_after_it(district):
    """Of a unit that came to owe it late: until then it neither kept silent nor let a due time pass."""
    unit = district.communes[2].unit
    own = {"own_due_at": NOW + timedelta(days=3), "own_locks_at": NOW + timedelta(days=10)}
    UnitReport.objects.filter(unit=unit, period__code="2024-W11").update(**own)

    told = {}
    for days in (2, 4):
        board = board_of(district, at=NOW + timedelta(days=days), ky="2024-W11")
        row = next(row for row in grid_of(board, owing_units(board)) if row.unit == unit)
        missing = {item.about for group in attention_groups(board, lines_of(board)) for item in group.items}
        told[days] = row.cells.count("Quá hạn"), row.silent, unit in missing

    assert told == {2: (0, 1, False), 4: (1, 2, True)}


def test_grid_of_many_units_comes_in_pages(reader, monkeypatch):
    monkeypatch.setattr("reports.rollup.views.UNITS_ON_PAGE", 3)

    page = reader.get("/tong-hop/nop/", {"trang": 2})

    assert [row.unit.label for row in page.context["grid"]] == ["Phú Sơn", "Trung Sơn"]


def test_looking_back_says_what_is_of_then_and_what_of_now(reader):
    told = [texts(reader.get("/tong-hop/", {"ky": code}), "//h1/following-sibling::p") for code in
            ("2024-W12", "2024-W10")]  # fmt: skip

    assert told == [
        ["Số liệu lúc 09:00 13/03/2024 · hạn nộp thứ Ba 19/03"],
        ["Số liệu đến hết thứ Ba 05/03/2024 · nộp tính đến nay"],
    ]


def test_wall_screen_renews_itself_every_minute(reader, district):
    page = reader.get("/tong-hop/", {"man-hinh": "1", "loai": "commune"}).content.decode()

    renewing = re.search(r'hx-get="([^"]*)"\s+hx-trigger="([^"]*)"', page)
    assert renewing.groups() == (f"/ke-hoach/{district.plan.pk}/tong-hop/?man-hinh=1&amp;loai=commune", "every 60s")


def test_wall_screen_tells_of_the_last_closed_period_and_how_the_running_one_goes(reader):
    page = reader.get("/tong-hop/", {"man-hinh": "1"})

    assert texts(page, "//div[@class='wall-top']/p")[0] == "Tuần 06/03 – 12/03/2024"
    assert texts(page, "//div[@class='wall-end']/span")[0] == ("Kỳ đang mở: tuần 13/03 – 19/03, còn 6 ngày, 0/5 đã nộp")
    assert texts(page, "//ol[@class='wall-list']/li")[:2] == [
        "MH 6 Khám chữa bệnh bằng CCCD 2 đơn vị · 1 vướng mắc quá 4 ngày",
        "MH 30 Tố giác tội phạm 3 đơn vị · 1 chưa báo cáo",
    ]


def test_wall_screen_of_more_initiatives_than_fit_puts_first_what_needs_a_look(reader, district, monkeypatch):
    monkeypatch.setattr("reports.rollup.views._ON_WALL", 1)
    Deadline.objects.all().delete()
    file(district.health, "2024-W12", district.officer, NOW)
    late = Deadline(initiative=district.communes[0].initiative, text="x", kind=DeadlineKind.DAY, due_on="2024-03-01")
    late.save()

    page = reader.get("/tong-hop/", {"man-hinh": "1", "ky": "2024-W12"})

    assert texts(page, "//ol[@class='wall-list']/li/span[@class='k']") == ["MH 30"]
    assert texts(page, "//ol[@class='wall-list']/li")[-1].endswith("còn 1 mô hình khác")


def test_changes_of_more_units_than_are_shown_are_counted_and_said_to_be_left(reader, monkeypatch):
    monkeypatch.setattr("reports.rollup.period_changes.SHOWN", 1)

    pages = [reader.get("/tong-hop/thay-doi/", {"ky": code}) for code in ("2024-W10", "2024-W11")]

    shown = [
        [(len(kind), kind.total) for kind in (change.states, change.results, change.difficulties)]
        for page in pages
        for change in page.context["changes"]
    ]
    assert shown == [[(0, 0), (1, 2), (0, 0)], [(1, 1), (0, 0), (1, 1)], [(1, 2), (0, 0), (0, 0)]]
    assert [page.content.decode().count("Còn 1 dòng nữa") for page in pages] == [1, 1]
    assert [one.unit.label for change in pages[1].context["changes"] for one in change.states] == [
        "Trung tâm Y tế",
        "Phú Lệ",
    ]


def test_choices_stay_in_every_link_between_the_pages(reader):
    page = reader.get("/tong-hop/", {"ky": "2024-W11", "loai": "commune"})

    assert {tab.url.partition("?")[2] for tab in page.context["tabs"]} == {"ky=2024-W11&loai=commune"}


def test_what_units_wrote_is_shown_as_text(reader, district, officer):
    file(district.health, "2024-W12", officer, NOW, result="<script>alert(1)</script>", percent=70)

    pages = [reader.get(f"/tong-hop/{page}").content.decode() for page in PAGES]

    assert ["<script>alert" in page for page in pages] == [False] * len(PAGES)
    running = reader.get("/tong-hop/chi-tiet/", {"ky": "2024-W12"}).content.decode()
    assert ("<script>alert" in running, "&lt;script&gt;alert(1)" in running) == (False, True)


def test_initiative_page_draws_how_it_went(reader):
    page = reader.get("/mo-hinh/6/")

    assert [one.values for one in page.context["progress"].series] == [[40, 60, 60], [100, 100, 100]]
    assert texts(page, "//figcaption") == ["Tiến độ 2 tuần (%)"]


def test_plan_without_initiatives_has_an_empty_roll_up(client, standing_agency, plan):
    Initiative.objects.all().delete()
    client.force_login(standing_agency)

    assert {client.get(f"/tong-hop/{page}").status_code for page in PAGES} == {200}
