"""What the portal drafts for a made-up district, against text written by hand."""

from datetime import timedelta

import pytest

from assignments.models import Unit
from reports.consolidated.drafting.facts import read_facts
from reports.consolidated.drafting.sections import draft
from reports.consolidated.services.report_drafts import start_draft
from reports.consolidated.sheets import sheets_of
from reports.domain.numbers import Figure
from reports.domain.states import WorkState
from reports.models import Obstacle, ReportingPeriod, SectionKind
from reports.obstacles.services import join_obstacles, reopen_obstacle, reply_obstacle, settle_obstacle
from reports.periods.services import run_schedule
from reports.progress.indicators import indicator_tables
from reports.review.services import exclude_entry, return_report
from reports.rollup import read_board, scope_of
from reports.rollup.trends import targets_of
from tests.consolidated.district import MONDAY, THURSDAY, WEDNESDAY
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory, UserFactory, vn
from tests.queries import counting_instances, same_queries

pytestmark = pytest.mark.django_db


def written(district, kind, code="2024-W10"):
    """Form and text of each drafted line."""
    return [(str(line.form), line.text) for line in draft(kind, read_facts(district.period(code)))]


def test_overall_figures_are_told_in_sentences(district):
    assert written(district, SectionKind.FIGURES) == [
        (
            "paragraph",
            "Trong kỳ có 3/4 đơn vị nộp báo cáo, đạt 75%, trong đó 02 đơn vị đúng hạn và 01 đơn vị nộp muộn; "
            "01 đơn vị chưa nộp: UBND xã Phú Sơn.",
        ),
        (
            "paragraph",
            "Tính đến hết ngày 05/3/2024, trong 03 mô hình có 02 mô hình đang triển khai và 01 mô hình có đơn vị "
            "chủ trì vướng mắc; chậm so với thời hạn của kế hoạch: mô hình 9.",
        ),
        (
            "paragraph",
            "Cơ sở tiếp nhận căn cước (mô hình 6): đến nay 2/3 cơ sở, đạt 66,7%; mục tiêu 100%.",
        ),
        ("paragraph", "Còn 01 khó khăn, vướng mắc đang chờ giải quyết (01 cấp huyện)."),
    ]


def test_results_stand_by_group_and_initiative_with_who_said_them(district):
    assert written(district, SectionKind.RESULTS) == [
        ("heading", "Nhóm phát triển kinh tế"),
        ("bullet", "Mô hình 6: Khám bệnh bằng căn cước – đang triển khai, tiến độ 60%."),
        ("sub_bullet", "Trung tâm Y tế: Đã lắp 2/3 đầu đọc."),
        ("sub_bullet", "Trung tâm Y tế, UBND xã Phú Lệ: Tập huấn cho nhân viên."),
        ("bullet", "Mô hình 9: trong kỳ chưa có kết quả mới."),
        ("heading", "Nhóm công dân số"),
        ("bullet", "Mô hình 30: Tố giác tội phạm – 01 đơn vị đang triển khai, 01 đơn vị chưa có báo cáo."),
        ("sub_bullet", "UBND xã Phú Lệ: Tuyên truyền tại 05 bản."),
    ]


def test_difficulties_stand_by_who_can_solve_them(district):
    assert written(district, SectionKind.DIFFICULTIES) == [
        ("heading", "Thuộc thẩm quyền giải quyết của cấp huyện"),
        ("bullet", "Mô hình 9: Thiếu máy quét (Phòng Tư pháp)."),
    ]


def test_same_difficulty_with_several_initiatives_is_told_once(district):
    said = {"work_state": "blocked", "difficulty": "Thiếu máy quét.", "solving_level": "district"}
    district.file("son", {"30": said})

    assert written(district, SectionKind.DIFFICULTIES) == [
        ("heading", "Thuộc thẩm quyền giải quyết của cấp huyện"),
        ("bullet", "Các mô hình 9 và 30: Thiếu máy quét (Phòng Tư pháp, UBND xã Phú Sơn)."),
    ]


def test_joined_difficulties_keep_each_its_initiative_and_unit(district):
    said = {"work_state": "blocked", "difficulty": "Không có máy", "solving_level": "district"}
    district.file("son", {"30": said})
    mine, theirs = Obstacle.objects.order_by("duty__initiative__position")
    join_obstacles(mine, [theirs], by=district.agency, at=MONDAY)

    (line,) = draft(SectionKind.DIFFICULTIES, read_facts(district.period()))[1:]
    sheet = next(one for one in sheets_of(read_facts(district.period())) if one.title == "Khó khăn")

    assert line.text == "Các mô hình 9 và 30: Thiếu máy quét (Phòng Tư pháp, UBND xã Phú Sơn)."
    assert line.obstacles == (mine.pk, theirs.pk)
    assert [row[:2] for row in sheet.rows] == [["9\n30", "Phòng Tư pháp\nUBND xã Phú Sơn"]]


def test_initiative_whose_leads_are_silent_is_not_said_to_have_no_report_beside_a_result(empty_district):
    empty_district.file("le", {"6": {"result": "Tập huấn cho nhân viên"}})

    results = [text for _, text in written(empty_district, SectionKind.RESULTS)]

    assert results[1:3] == [
        "Mô hình 6: Khám bệnh bằng căn cước – chưa có báo cáo của đơn vị chủ trì.",
        "UBND xã Phú Lệ: Tập huấn cho nhân viên.",
    ]


def test_name_that_ends_with_a_stop_in_the_plan_goes_on_without_it(district):
    district.plan.initiatives.filter(code="30").update(name="Tố giác tội phạm.")
    district.plan.initiatives.filter(code="6").update(name="Khám bệnh, cấp thuốc ...")

    texts = [text for form, text in written(district, SectionKind.RESULTS) if form == "bullet"]

    assert texts[0] == "Mô hình 6: Khám bệnh, cấp thuốc ... – đang triển khai, tiến độ 60%."
    assert texts[2] == "Mô hình 30: Tố giác tội phạm – 01 đơn vị đang triển khai, 01 đơn vị chưa có báo cáo."


def test_many_units_with_the_same_next_step_are_counted_and_named(district):
    for place in range(5):
        unit = UnitFactory(name=f"Phòng {place}")
        DutyFactory(unit=unit, initiative=district.initiatives["6"])
        district.units[unit.name], district.officers[unit.name] = unit, UserFactory(unit=unit)
    run_schedule(at=WEDNESDAY)
    for place in range(5):
        district.file(f"Phòng {place}", {"6": {"next_steps": "Tập huấn"}}, at=THURSDAY, code="2024-W11")

    assert written(district, SectionKind.NEXT_STEPS, "2024-W11")[-1] == (
        "bullet", "Tập huấn (mô hình 6; 05 đơn vị: Phòng 0, Phòng 1, Phòng 2, Phòng 3, Phòng 4).",
    )  # fmt: skip


def test_units_too_many_to_be_named_in_a_sentence_are_counted_and_left_to_the_annex(empty_district):
    for place in range(9):
        DutyFactory(unit=UnitFactory(name=f"Phòng {place}"), initiative=empty_district.initiatives["6"])
    run_schedule(at=WEDNESDAY)

    assert written(empty_district, SectionKind.FIGURES, "2024-W11")[0] == (
        "paragraph", "Trong kỳ có 0/13 đơn vị nộp báo cáo, đạt 0%; 13 đơn vị chưa nộp.",
    )  # fmt: skip


def test_next_steps_begin_with_what_is_late_and_what_falls_due(district):
    assert written(district, SectionKind.NEXT_STEPS) == [
        ("bullet", "Tập trung hoàn thành mô hình 9 đã quá thời hạn của kế hoạch."),
        ("bullet", "Mô hình 30 đến hạn ngày 12/3/2024: đôn đốc, kiểm tra kết quả."),
        ("bullet", "Lắp nốt đầu đọc (mô hình 6: Trung tâm Y tế)."),
    ]


def test_proposals_stand_by_the_level_they_are_made_to(district):
    assert written(district, SectionKind.PROPOSALS) == [
        ("heading", "Đối với cấp huyện"),
        ("bullet", "Cấp máy quét cho cơ sở lưu trú (mô hình 9: Phòng Tư pháp)."),
    ]


def test_proposal_of_a_settled_difficulty_goes_no_further_and_a_free_one_does(district):
    district.file("son", {"30": {"proposal": "In thêm tờ rơi", "solving_level": "district"}})
    settle_obstacle(Obstacle.objects.get(), text="Đã cấp máy", by=district.agency, at=WEDNESDAY)

    assert written(district, SectionKind.PROPOSALS, "2024-W10")[1:] == [
        ("bullet", "Cấp máy quét cho cơ sở lưu trú (mô hình 9: Phòng Tư pháp)."),
        ("bullet", "In thêm tờ rơi (mô hình 30: UBND xã Phú Sơn)."),
    ]
    run_schedule(at=vn("2024-03-15 08:00"))
    assert written(district, SectionKind.PROPOSALS, "2024-03") == [
        ("heading", "Đối với cấp huyện"),
        ("bullet", "In thêm tờ rơi (mô hình 30: UBND xã Phú Sơn)."),
    ]


def test_past_period_tells_of_difficulties_what_was_so_at_its_end(district):
    """Whatever was raised, settled and raised again since."""
    before = {kind: written(district, kind) for kind in (SectionKind.FIGURES, SectionKind.DIFFICULTIES)}
    said = {"work_state": "blocked", "difficulty": "Mất điện kéo dài", "solving_level": "district"}
    district.file("son", {"30": said}, at=THURSDAY)
    settle_obstacle(Obstacle.objects.get(text="Thiếu máy quét"), text="Đã cấp", by=district.agency, at=THURSDAY)

    after = {kind: written(district, kind) for kind in (SectionKind.FIGURES, SectionKind.DIFFICULTIES)}
    sheet = next(one for one in sheets_of(read_facts(district.period())) if one.title == "Khó khăn")

    assert after[SectionKind.DIFFICULTIES] == before[SectionKind.DIFFICULTIES]
    assert after[SectionKind.FIGURES][-1] == before[SectionKind.FIGURES][-1]
    assert [row[4:] for row in sheet.rows] == [["Cấp huyện", "Mới", MONDAY.date(), 1]]


def test_difficulty_told_in_the_week_for_the_running_month_is_among_those_of_the_week(district):
    """As the state is that it comes with."""
    said = {"work_state": "blocked", "difficulty": "Mất điện kéo dài", "solving_level": "district"}
    district.file("son", {"30": said}, code="2024-03")

    assert written(district, SectionKind.DIFFICULTIES)[1:] == [
        ("bullet", "Mô hình 9: Thiếu máy quét (Phòng Tư pháp)."),
        ("bullet", "Mô hình 30: Mất điện kéo dài (UBND xã Phú Sơn)."),
    ]


def test_difficulty_settled_in_a_period_is_counted_there_though_it_was_raised_again(district):
    run_schedule(at=WEDNESDAY)
    obstacle = Obstacle.objects.get(text="Thiếu máy quét")
    settle_obstacle(obstacle, text="Đã cấp", by=district.agency, at=THURSDAY)
    reopen_obstacle(obstacle, text="Lại hỏng", by=district.agency, at=vn("2024-03-20 08:00"))

    assert written(district, SectionKind.DIRECTION, "2024-W11") == [
        (
            "paragraph",
            "Công an huyện đã trả lời, hướng dẫn 01 lượt về khó khăn, vướng mắc và giải quyết 01 khó khăn, vướng mắc.",
        )
    ]


def test_difficulty_settled_on_a_due_day_moved_past_the_week_is_counted_in_that_week_alone(district):
    run_schedule(at=WEDNESDAY)
    ReportingPeriod.objects.filter(code="2024-W10").update(due_at=THURSDAY + timedelta(hours=2))
    settle_obstacle(Obstacle.objects.get(text="Thiếu máy quét"), text="Đã cấp", by=district.agency, at=THURSDAY)

    facts = [read_facts(district.period(code)) for code in ("2024-W10", "2024-W11")]

    assert [(each.settled, each.answered) for each in facts] == [(1, 1), (0, 0)]


def test_word_of_the_unit_itself_is_no_answer_of_the_standing_agency(district):
    run_schedule(at=WEDNESDAY)
    obstacle = Obstacle.objects.get(text="Thiếu máy quét")
    reply_obstacle(obstacle, text="Vẫn thiếu", by=district.officers["justice"], at=THURSDAY)

    assert written(district, SectionKind.DIRECTION, "2024-W11") == []


def test_direction_tells_what_the_standing_agency_did(district):
    report = district.report("le")
    return_report(report, reason="Ghi rõ hơn", by=district.agency, at=WEDNESDAY)

    assert written(district, SectionKind.DIRECTION) == [
        ("paragraph", "Công an huyện đã trả lại 01 báo cáo để bổ sung.")
    ]


def test_period_without_a_word_is_told_as_such(empty_district):
    assert [text for _, text in written(empty_district, SectionKind.FIGURES)] == [
        "Trong kỳ có 0/4 đơn vị nộp báo cáo, đạt 0%; 04 đơn vị chưa nộp: Phòng Tư pháp; Trung tâm Y tế; "
        "UBND các xã Phú Lệ, Phú Sơn.",
        "Tính đến hết ngày 05/3/2024, trong 03 mô hình có 03 mô hình chưa có báo cáo của đơn vị chủ trì; "
        "chậm so với thời hạn của kế hoạch: mô hình 9.",
        "Không còn khó khăn, vướng mắc nào đang chờ giải quyết.",
    ]
    assert written(empty_district, SectionKind.DIRECTION) == []
    assert written(empty_district, SectionKind.DIFFICULTIES) == [
        ("paragraph", "Trong kỳ không có khó khăn, vướng mắc cần báo cáo.")
    ]
    assert written(empty_district, SectionKind.PROPOSALS) == [("paragraph", "Không có.")]


def test_entry_left_out_of_the_roll_up_is_not_in_it(district):
    for entry in district.report("health").entries.all():
        exclude_entry(entry, reason="Trùng với tuần trước", by=district.agency, at=WEDNESDAY)

    texts = [text for _, text in written(district, SectionKind.RESULTS)]

    assert [text for text in texts if "đầu đọc" in text] == []
    assert "UBND xã Phú Lệ: Tập huấn cho nhân viên." in texts


def test_returned_report_is_not_in_the_report_until_it_is_filed_again(district):
    return_report(district.report("justice"), reason="Ghi rõ hơn", by=district.agency, at=WEDNESDAY)

    assert written(district, SectionKind.DIFFICULTIES) == [
        ("paragraph", "Trong kỳ không có khó khăn, vướng mắc cần báo cáo.")
    ]


def test_units_that_had_nothing_to_report_are_named(empty_district):
    empty_district.file_nothing("justice")

    texts = [text for _, text in written(empty_district, SectionKind.FIGURES)]

    assert texts[1] == "01 đơn vị báo cáo không phát sinh nội dung mới: Phòng Tư pháp."
    assert texts[0].startswith("Trong kỳ có 1/4 đơn vị nộp báo cáo, đạt 25%, đúng hạn; 03 đơn vị chưa nộp: ")


def test_month_says_once_what_its_weeks_said_again_and_again(district):
    run_schedule(at=WEDNESDAY)
    next_week = vn("2024-03-11 08:00")
    said = {"6": {"percent": 80, "result": "Đã lắp 2/3 đầu đọc\nTiếp nhận 35 lượt"}}
    district.file("health", said, at=next_week, code="2024-W11", figures=Figure(3, 3))
    district.file("health", {"6": {"percent": 80, "result": "đã lắp 2/3 đầu đọc."}}, at=next_week, code="2024-03")

    texts = [text for _, text in written(district, SectionKind.RESULTS, "2024-03")]

    assert texts[:5] == [
        "Nhóm phát triển kinh tế",
        "Mô hình 6: Khám bệnh bằng căn cước – đang triển khai, tiến độ 80%.",
        "Trung tâm Y tế: Đã lắp 2/3 đầu đọc.",
        "Trung tâm Y tế, UBND xã Phú Lệ: Tập huấn cho nhân viên.",
        "Trung tâm Y tế: Tiếp nhận 35 lượt.",
    ]


def test_merged_line_knows_every_entry_it_came_from(district):
    run_schedule(at=WEDNESDAY)
    said = {"6": {"percent": 80, "result": "Đã lắp 2/3 đầu đọc"}}
    district.file("health", said, at=vn("2024-03-11 08:00"), code="2024-W11")

    lines = draft(SectionKind.RESULTS, read_facts(district.period("2024-03")))
    line = next(line for line in lines if "2/3 đầu đọc" in line.text)

    weeks = [district.report("health", code).entries.get().pk for code in ("2024-W10", "2024-W11")]
    assert line.entries == tuple(weeks)


def test_month_counts_its_weeks_apart_from_itself(district):
    texts = [text for _, text in written(district, SectionKind.FIGURES, "2024-03")]

    assert texts[0].endswith(". Về báo cáo tuần trong tháng, các đơn vị đã nộp 03/04 báo cáo, đạt 75%.")


def test_count_to_date_is_one_number_on_every_page_and_in_the_report(district):
    """The month's own report says more than its weeks, and says it last."""
    district.file("health", {"6": {"percent": 60}}, at=THURSDAY, code="2024-03", figures=Figure(3, 4))
    facts = read_facts(district.period("2024-03"))
    board = read_board(scope_of(district.plan, {"ky": "2024-03"}, THURSDAY))

    (dashboard,) = targets_of(board)
    (page,) = indicator_tables(district.initiatives["6"], district.agency, THURSDAY.date())
    (told,) = [text for _, text in written(district, SectionKind.FIGURES, "2024-03") if "tiếp nhận" in text]
    sheet = next(sheet for sheet in sheets_of(facts) if sheet.title == "Chỉ tiêu")

    assert (dashboard.total, page.total, [row[5:7] for row in sheet.rows]) == ("3/4", "3/4", [[3, 4], [3, 4]])
    assert "đến nay 3/4 cơ sở" in told


def test_count_to_date_of_a_past_week_is_one_number_on_its_pages_and_in_the_report(district):
    """The month was told of in the week; the next week says more."""
    district.file("health", {"6": {"percent": 70}}, code="2024-03", figures=Figure(3, 4))
    run_schedule(at=WEDNESDAY)
    district.file("health", {"6": {"percent": 80}}, at=THURSDAY, code="2024-W11", figures=Figure(4, 4))
    facts = read_facts(district.period())
    board = read_board(scope_of(district.plan, {"ky": "2024-W10"}, THURSDAY))

    (target,) = targets_of(board)
    sheets = {sheet.title: sheet.rows for sheet in sheets_of(facts)}
    states = [cell.percent for cell in board.cells if cell.initiative_id == district.initiatives["6"].pk]

    assert (target.total, sheets["Chỉ tiêu"][0][5:7]) == ("3/4", [3, 4])
    assert (70 in states, sheets["Mô hình"][0][8]) == (True, 70)


def test_unit_whose_role_changed_is_counted_once(district):
    ended, day = district.report("health").entries.get().duty, WEDNESDAY.date()
    ended.valid_to = day - timedelta(days=1)
    ended.save()
    DutyFactory(unit=ended.unit, initiative=ended.initiative, role="coordinating", valid_from=day)
    run_schedule(at=WEDNESDAY)
    district.file("health", {}, at=vn("2024-03-11 08:00"), code="2024-W11", figures=Figure(3, 4))

    counted = read_facts(district.period("2024-W11")).counted

    assert [[(one.unit, one.figure) for one in told] for told in counted.values()] == [[("Trung tâm Y tế", (3, 4))]]


def test_count_of_periods_is_that_of_the_weeks_which_the_month_repeats(district):
    district.initiatives["6"].indicators.update(is_cumulative=False)
    run_schedule(at=WEDNESDAY)
    district.file("health", {}, at=vn("2024-03-11 08:00"), code="2024-W11", figures=Figure(5, 9))
    district.file("health", {}, at=vn("2024-03-12 08:00"), code="2024-03", figures=Figure(7, 9))
    district.file("le", {}, at=vn("2024-03-12 08:00"), code="2024-03", figures=Figure(1, 2))

    facts = read_facts(district.period("2024-03"))

    weeks = [district.report("health", code).entries.get().pk for code in ("2024-W10", "2024-W11")]
    month = district.report("le", "2024-03").entries.get(duty__initiative__code="6").pk
    assert [(one.unit, one.figure, one.entries) for one in facts.counted[district.indicator.pk]] == [
        ("Trung tâm Y tế", (7, 9), tuple(weeks)), ("UBND xã Phú Lệ", (1, 2), (month,)),
    ]  # fmt: skip


def test_earlier_period_is_drafted_as_it_was_then(district):
    run_schedule(at=WEDNESDAY)
    said = {"6": {"work_state": WorkState.DONE, "percent": 100, "result": "Lắp xong"}}
    district.file("health", said, at=vn("2024-03-11 08:00"), code="2024-W11", figures=Figure(3, 3))

    states = written(district, SectionKind.FIGURES)

    assert "02 mô hình đang triển khai" in states[1][1]
    assert "2/3 cơ sở" in states[2][1]


def test_lines_of_a_draft_keep_their_sources(draft, district):
    line = draft.sections.get(kind=SectionKind.DIFFICULTIES).lines.get(text__startswith="Mô hình 9")

    assert [obstacle.text for obstacle in line.obstacles.all()] == ["Thiếu máy quét"]
    assert {line.text: line.entries.count() for line in draft.sections.get(kind="results").lines.all()} == {
        "Nhóm phát triển kinh tế": 0,
        "Mô hình 6: Khám bệnh bằng căn cước – đang triển khai, tiến độ 60%.": 1,
        "Trung tâm Y tế: Đã lắp 2/3 đầu đọc.": 1,
        "Trung tâm Y tế, UBND xã Phú Lệ: Tập huấn cho nhân viên.": 2,
        "Mô hình 9: trong kỳ chưa có kết quả mới.": 0,
        "Nhóm công dân số": 0,
        "Mô hình 30: Tố giác tội phạm – 01 đơn vị đang triển khai, 01 đơn vị chưa có báo cáo.": 1,
        "UBND xã Phú Lệ: Tuyên truyền tại 05 bản.": 1,
    }


@same_queries(23)
def test_facts_take_the_same_queries_for_any_number_of_initiatives(district, rows, counted):
    for _ in range(rows - 1):
        DutyFactory(unit=district.units["justice"], initiative=InitiativeFactory(plan=district.plan))
    period = district.period()

    with counted:
        read_facts(period)


def test_facts_build_each_unit_once_and_not_for_each_of_its_duties(district):
    period = district.period()
    with counting_instances() as before:
        read_facts(period)
    for _ in range(3):
        DutyFactory(unit=district.units["justice"], initiative=InitiativeFactory(plan=district.plan))

    with counting_instances() as built:
        facts = read_facts(period)

    assert len([duty for duty in facts.duties if duty.unit == district.units["justice"]]) >= 3
    assert built[Unit] == before[Unit]


@same_queries(81)
def test_drafting_takes_the_same_queries_for_any_number_of_lines(district, rows, counted):
    run_schedule(at=MONDAY)
    said = "\n".join(f"Việc thứ {number} đã xong" for number in range(rows))
    district.file("son", {"30": {"result": said}}, at=WEDNESDAY)

    with counted:
        start_draft(district.period(), by=district.agency, at=THURSDAY)
