"""Drafting anew keeps what people wrote; what came in after the draft is told and can be taken in."""

import pytest

from reports.consolidated.changes_since_draft import changes_since_draft
from reports.consolidated.errors import ConsolidatedError
from reports.consolidated.services.line_edits import (
    LineEdit,
    add_line,
    move_line,
    remove_line,
    restore_line,
    save_lines,
)
from reports.consolidated.services.report_drafts import discard_draft, redraft_report, redraft_section, start_draft
from reports.models import ConsolidatedLine, ConsolidatedReport, SectionKind
from reports.review.services import exclude_entry, include_entry, return_report
from tests.consolidated.district import THURSDAY
from tests.factories import vn

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

LATER = vn("2024-03-08 10:00")
EVEN_LATER = vn("2024-03-08 11:00")


def section(report, kind):
    return report.sections.get(kind=kind)


def texts(report, kind):
    return [line.text for line in section(report, kind).lines.kept().order_by("position")]


def line(report, text):
    return ConsolidatedLine.objects.select_related("section__report").get(section__report=report, text__startswith=text)


def edit(report, text, new, by, at=LATER):
    found = line(report, text)
    return save_lines(report, [LineEdit(found.pk, new, [found.text])], by=by, at=at)


def test_draft_follows_the_outline_of_the_plan(draft):
    assert [(one.level, one.kind) for one in draft.sections.all()] == [
        (1, "heading"),
        (2, "figures"),
        (2, "direction"),
        (2, "results"),
        (1, "difficulties"),
        (1, "next_steps"),
        (1, "proposals"),
        (1, "annex_initiatives"),
        (1, "annex_filing"),
        (1, "annex_indicators"),
    ]
    assert (draft.unit.name, draft.addressees, draft.state) == ("Công an huyện", "UBND huyện Quan Hóa", "draft")


def test_drafting_twice_is_one_draft(draft, district):
    again = start_draft(district.period(), by=district.agency, at=LATER)

    assert (again, ConsolidatedReport.objects.count()) == (draft, 1)


def test_plan_without_a_standing_agency_drafts_nothing(district):
    district.plan.standing_agencies.all().delete()

    with pytest.raises(ConsolidatedError, match="không có cơ quan thường trực"):
        start_draft(district.period(), by=district.agency, at=THURSDAY)


def test_redrafting_one_section_keeps_edits_in_it_and_elsewhere(draft, district):
    edit(draft, "Trung tâm Y tế: Đã lắp", "Trung tâm Y tế đã lắp hai đầu đọc.", district.agency)
    edit(draft, "Mô hình 9: Thiếu", "Mô hình 9 thiếu máy quét.", district.agency)
    district.file("son", {"30": {"result": "Phát 200 tờ rơi"}}, at=LATER)

    redraft_section(section(draft, SectionKind.RESULTS), by=district.agency, at=EVEN_LATER)

    assert texts(draft, SectionKind.RESULTS) == [
        "Nhóm phát triển kinh tế",
        "Mô hình 6: Khám bệnh bằng căn cước – đang triển khai, tiến độ 60%.",
        "Trung tâm Y tế đã lắp hai đầu đọc.",
        "Trung tâm Y tế, UBND xã Phú Lệ: Tập huấn cho nhân viên.",
        "Mô hình 9: trong kỳ chưa có kết quả mới.",
        "Nhóm công dân số",
        "Mô hình 30: Tố giác tội phạm – đang triển khai.",
        "UBND xã Phú Lệ: Tuyên truyền tại 05 bản.",
        "UBND xã Phú Sơn: Phát 200 tờ rơi.",
    ]
    assert texts(draft, SectionKind.DIFFICULTIES)[1] == "Mô hình 9 thiếu máy quét."
    assert texts(draft, SectionKind.FIGURES)[0].startswith("Trong kỳ có 3/4 đơn vị")


def test_redrafting_with_the_edits_takes_them_back_on_request(draft, district):
    edit(draft, "Trung tâm Y tế: Đã lắp", "Đã lắp hai đầu đọc.", district.agency)
    by_hand = add_line(section(draft, "results"), form="paragraph", by=district.agency, at=LATER)
    save_lines(draft, [LineEdit(by_hand.pk, "Đánh giá chung: tốt.", [by_hand.text])], by=district.agency, at=LATER)

    redraft_section(section(draft, "results"), by=district.agency, at=EVEN_LATER, also_edited=True)

    assert "Trung tâm Y tế: Đã lắp 2/3 đầu đọc." in texts(draft, "results")
    assert texts(draft, "results")[-1] == "Đánh giá chung: tốt."


def test_line_written_by_hand_stays_after_the_line_it_stood_behind(draft, district):
    first = line(draft, "Mô hình 6: Khám")
    by_hand = add_line(section(draft, "results"), form="sub_bullet", after=first, by=district.agency, at=LATER)
    save_lines(draft, [LineEdit(by_hand.pk, "Kiểm tra 02 cơ sở.", [by_hand.text])], by=district.agency, at=LATER)

    redraft_report(draft, by=district.agency, at=EVEN_LATER)

    assert texts(draft, "results")[1:4] == [
        "Mô hình 6: Khám bệnh bằng căn cước – đang triển khai, tiến độ 60%.",
        "Kiểm tra 02 cơ sở.",
        "Trung tâm Y tế: Đã lắp 2/3 đầu đọc.",
    ]


def test_removed_line_stays_removed_when_drafted_anew_and_can_be_brought_back(draft, district):
    gone = remove_line(line(draft, "UBND xã Phú Lệ: Tuyên"), by=district.agency, at=LATER)

    redraft_report(draft, by=district.agency, at=EVEN_LATER)
    after_drafting = texts(draft, "results")
    restore_line(gone, by=district.agency, at=EVEN_LATER)

    assert "UBND xã Phú Lệ: Tuyên truyền tại 05 bản." not in after_drafting
    assert texts(draft, "results")[-1] == "UBND xã Phú Lệ: Tuyên truyền tại 05 bản."


def test_line_whose_source_is_gone_goes_with_it_unless_somebody_edited_it(draft, district):
    edit(draft, "Mô hình 9: Thiếu", "Mô hình 9 thiếu máy quét, đã báo tỉnh.", district.agency)
    return_report(district.report("justice"), reason="Ghi rõ hơn", by=district.agency, at=LATER)

    redraft_report(draft, by=district.agency, at=EVEN_LATER)

    assert texts(draft, "difficulties") == [
        "Mô hình 9 thiếu máy quét, đã báo tỉnh.",
        "Trong kỳ không có khó khăn, vướng mắc cần báo cáo.",
    ]
    assert texts(draft, "proposals") == ["Không có."]


def test_lines_change_places(draft, district):
    move_line(line(draft, "Trung tâm Y tế: Đã lắp"), up=False, by=district.agency, at=LATER)
    move_line(line(draft, "Nhóm phát triển"), up=True, by=district.agency, at=LATER)

    assert texts(draft, "results")[:4] == [
        "Nhóm phát triển kinh tế",
        "Mô hình 6: Khám bệnh bằng căn cước – đang triển khai, tiến độ 60%.",
        "Trung tâm Y tế, UBND xã Phú Lệ: Tập huấn cho nhân viên.",
        "Trung tâm Y tế: Đã lắp 2/3 đầu đọc.",
    ]


# --- What changed since the draft ---


def told(report):
    changes = changes_since_draft(ConsolidatedReport.objects.get(pk=report.pk))
    return {
        "filed": [one.unit.name for one in changes.filed],
        "withdrawn": [one.unit.name for one in changes.withdrawn],
        "excluded": [one.report.unit.name for one in changes.excluded],
        "included": [one.report.unit.name for one in changes.included],
    }


NOTHING = {"filed": [], "withdrawn": [], "excluded": [], "included": []}


def test_nothing_is_new_right_after_drafting(draft):
    assert told(draft) == NOTHING
    assert not changes_since_draft(draft)


def test_report_filed_after_the_draft_is_listed_until_it_is_taken_in(draft, district):
    district.file("son", {"30": {"result": "Phát 200 tờ rơi"}}, at=LATER)
    before = told(draft)

    redraft_report(draft, by=district.agency, at=EVEN_LATER)

    assert (before, told(draft)) == ({**NOTHING, "filed": ["UBND xã Phú Sơn"]}, NOTHING)
    assert "UBND xã Phú Sơn: Phát 200 tờ rơi." in texts(draft, "results")
    assert texts(draft, "figures")[0].startswith("Trong kỳ có 4/4 đơn vị nộp báo cáo, đạt 100%")


def test_report_returned_after_the_draft_is_listed_as_gone_and_filed_again_as_new(draft, district):
    return_report(district.report("justice"), reason="Ghi rõ hơn", by=district.agency, at=LATER)
    gone = told(draft)
    blocked = {"work_state": "blocked", "difficulty": "Thiếu 02 máy quét", "solving_level": "province"}
    district.file("justice", {"9": blocked}, at=EVEN_LATER)

    assert (gone, told(draft)) == (
        {**NOTHING, "withdrawn": ["Phòng Tư pháp"]},
        {**NOTHING, "filed": ["Phòng Tư pháp"]},
    )


def test_entry_left_out_or_taken_back_in_after_the_draft_is_listed(draft, district):
    entry = district.report("health").entries.get()
    exclude_entry(entry, reason="Trùng", by=district.agency, at=LATER)
    left_out = told(draft)
    redraft_report(draft, by=district.agency, at=LATER)
    include_entry(entry, by=district.agency, at=EVEN_LATER)

    assert (left_out, told(draft)) == (
        {**NOTHING, "excluded": ["Trung tâm Y tế"]},
        {**NOTHING, "included": ["Trung tâm Y tế"]},
    )


def test_discarded_draft_is_gone_and_its_history_stays(draft, district):
    key = draft.pk

    discard_draft(draft, by=district.agency, at=LATER)

    assert not ConsolidatedReport.objects.exists()
    kept = ConsolidatedReport.history.filter(id=key).order_by("history_id")
    assert [(one.history_type, one.history_user) for one in kept] == [("+", district.agency), ("-", district.agency)]


# --- Two at once ---


def test_second_writer_of_the_same_line_is_told_and_nothing_is_overwritten(draft, district):
    found = line(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(found.pk, "Một", [found.text])], by=district.agency, at=LATER)

    saved = save_lines(draft, [LineEdit(found.pk, "Hai", [found.text])], by=district.officers["le"], at=EVEN_LATER)

    found.refresh_from_db()
    assert (saved.lines, [(one.mine, one.line.text, one.by, one.at) for one in saved.conflicts]) == (
        [],
        [("Hai", "Một", "Cán bộ thường trực", LATER)],
    )
    assert (found.text, found.version) == ("Một", 1)


def test_second_writer_who_chose_overwrites_knowingly(draft, district):
    found = line(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(found.pk, "Một", [found.text])], by=district.agency, at=LATER)

    saved = save_lines(draft, [LineEdit(found.pk, "Hai", ["Một"])], by=district.agency, at=EVEN_LATER)

    assert [(one.text, one.version) for one in saved.lines] == [("Hai", 2)]


def test_stale_line_left_as_it_was_takes_what_somebody_else_wrote(draft, district):
    found = line(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(found.pk, "Một", [found.text])], by=district.agency, at=LATER)

    saved = save_lines(draft, [LineEdit(found.pk, found.text, [found.text])], by=district.agency, at=EVEN_LATER)

    assert [(one.text, one.version) for one in saved.others] == [("Một", 1)]
    assert (saved.lines, saved.conflicts) == ([], [])


def test_line_of_another_report_is_not_written(draft, district):
    other = start_draft(district.period("2024-03"), by=district.agency, at=THURSDAY)
    found = line(other, "Nhóm công dân số")

    saved = save_lines(draft, [LineEdit(found.pk, "Lạ", [found.text])], by=district.agency, at=LATER)

    found.refresh_from_db()
    assert (saved.lines, found.text) == ([], "Nhóm công dân số")


def test_history_tells_who_changed_a_line_from_what_to_what(draft, district):
    edit(draft, "Mô hình 9: Thiếu", "Thiếu máy.", district.agency)

    found = line(draft, "Thiếu máy.")
    kept = found.history.order_by("history_id").values_list("text", "history_user__full_name", "history_date")
    assert list(kept) == [
        ("Mô hình 9: Thiếu máy quét (Phòng Tư pháp).", "Cán bộ thường trực", THURSDAY),
        ("Thiếu máy.", "Cán bộ thường trực", LATER),
    ]
