"""The pages of the report that goes upward: who sees what, what their buttons do, how many queries they take."""

from datetime import date
from urllib.parse import quote

import pytest
from django.urls import reverse

from assignments.roles import Role
from reports.consolidated.services.final import finalize
from reports.consolidated.services.line_edits import LineEdit, remove_line, save_lines
from reports.consolidated.services.report_drafts import start_draft
from reports.consolidated.views import issuing
from reports.models import ConsolidatedLine, ConsolidatedReport, Letterhead, OutlineSection
from reports.periods.services import run_schedule
from tests.consolidated.district import THURSDAY
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UserFactory, vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

NOW = vn("2024-03-08 15:00")


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def agency(client, district):
    client.force_login(district.agency)
    return client


@pytest.fixture
def leader(district):
    return UserFactory(role=Role.LEADER)


@pytest.fixture
def final(draft, district):
    return finalize(draft, number=5, signed_on=date(2024, 3, 8), by=district.agency, at=NOW)


def at(name, report):
    return reverse(name, args=[report.pk])


def line_of(report, text):
    return ConsolidatedLine.objects.select_related("section__report").get(section__report=report, text__startswith=text)


def press(client, report, **posted):
    return client.post(at("consolidated_edit", report), {name.replace("_", "-"): v for name, v in posted.items()})


def typed(line, text):
    return {f"dong-{line.pk}": text, f"dong-{line.pk}-known": line.text}


# --- Who sees what ---

READING = (
    "consolidated_report", "consolidated_preview", "consolidated_document", "consolidated_pdf", "consolidated_workbook",
)  # fmt: skip


def test_draft_is_not_there_for_leaders(client, draft, leader):
    client.force_login(leader)

    answers = {name: client.get(at(name, draft)).status_code for name in READING}

    assert answers == dict.fromkeys(READING, 404)
    assert draft.get_absolute_url() not in client.get(reverse("any_plan:consolidated_reports")).content.decode()


def test_final_report_is_read_by_leaders_and_written_by_nobody(client, final, leader, monkeypatch):
    monkeypatch.setattr("documents.pdf.pdf_of", lambda word: b"%PDF")
    monkeypatch.setattr("documents.pdf.can_make_pdf", lambda: True)
    client.force_login(leader)

    answers = {name: client.get(at(name, final)).status_code for name in READING}

    assert answers == dict.fromkeys(READING, 200)
    assert client.post(at("consolidated_edit", final), {"lay-moi": "1"}).status_code == 403


@pytest.mark.parametrize("name", READING)
def test_officer_sees_no_consolidated_report(client, final, district, name):
    client.force_login(district.officers["le"])

    assert client.get(at(name, final)).status_code == 403


@pytest.mark.engine
def test_list_tells_leaders_of_final_reports_only(client, final, district, leader):
    start_draft(district.period("2024-03"), by=district.agency, at=NOW)
    client.force_login(leader)

    page = client.get(reverse("any_plan:consolidated_reports"))

    assert [(period.code, [str(one) for one, _ in reports]) for period, reports in page.context["rows"]] == [
        ("2024-W10", ["Báo cáo gửi cấp trên tuần 28/02 – 05/03"])
    ]
    assert "Báo cáo số 05/BC-CAH ngày 08/3/2024" in page.content.decode()


def test_list_without_any_report_says_what_will_appear(client, empty_district, leader):
    client.force_login(leader)

    assert "Chưa có báo cáo nào được ban hành" in client.get(reverse("any_plan:consolidated_reports")).content.decode()


# --- Drafting ---


def test_button_begins_the_draft_of_a_period(agency, district):
    answer = agency.post(reverse("any_plan:consolidated_start"), {"ky": "2024-W10"})

    report = ConsolidatedReport.objects.get()
    assert (answer.url, report.period.code, report.drafted_by) == (
        report.get_absolute_url(), "2024-W10", district.agency,
    )  # fmt: skip


@pytest.mark.parametrize("code", ["2030-W01", "\0", "9" * 5000, "9999-12"])
def test_period_of_another_plan_is_not_drafted(agency, district, code):
    PlanFactory(starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))

    assert agency.post(reverse("consolidated_start", args=[district.plan.pk]), {"ky": code}).status_code == 404


@pytest.mark.parametrize("key", ["\0", "-1", "²", "9" * 25, "9" * 500])
def test_key_that_is_none_is_no_error_in_any_button_or_line(agency, draft, key):
    pressed = {agency.post(at("consolidated_edit", draft), {name: key})["Location"] for name in ("bo", "len", "them")}
    typed = agency.post(at("consolidated_save", draft), {f"dong-{key}": "a", f"dong-{key}-known": "1"})

    assert (pressed, typed.status_code, typed.json()["lines"]) == ({draft.get_absolute_url()}, 200, [])


def test_page_shows_every_line_with_its_sources(agency, draft):
    page = agency.get(draft.get_absolute_url()).content.decode()

    assert "Trung tâm Y tế, UBND xã Phú Lệ: Tập huấn cho nhân viên." in page
    assert "2 nguồn" in page


def test_sources_of_a_line_lead_to_the_reports(agency, draft, district):
    line = line_of(draft, "Trung tâm Y tế, UBND xã Phú Lệ")

    page = agency.get(reverse("consolidated_sources", args=[line.pk])).content.decode()
    part = agency.get(reverse("consolidated_sources", args=[line.pk]), headers={"X-Requested-With": "fetch"})

    for unit in ("health", "le"):
        assert district.report(unit).get_absolute_url() in page
    assert "<main" not in part.content.decode()
    assert district.report("le").get_absolute_url() in part.content.decode()


def test_difficulty_among_the_sources_is_told_in_the_words_of_the_period(agency, draft, district):
    run_schedule(at=NOW)
    said = {"work_state": "blocked", "difficulty": "Thiếu máy quét và máy in", "solving_level": "district"}
    district.file("justice", {"9": said}, at=NOW, code="2024-W11")
    line = line_of(draft, "Mô hình 9: Thiếu")

    page = agency.get(reverse("consolidated_sources", args=[line.pk]))

    assert texts(page, "//li[a[starts-with(., 'Khó khăn')]]/p") == ["Thiếu máy quét"]


def test_save_button_saves_what_was_typed(agency, draft):
    line = line_of(draft, "Mô hình 9: Thiếu")

    answer = agency.post(at("consolidated_edit", draft), {**typed(line, "  Thiếu máy.  "), "addressees": "Tỉnh"})

    line.refresh_from_db()
    draft.refresh_from_db()
    assert (answer.status_code, line.text, line.is_edited, draft.addressees) == (302, "Thiếu máy.", True, "Tỉnh")


@pytest.mark.slow
def test_draft_of_a_thousand_lines_is_saved_without_the_script(agency, draft):
    section = draft.sections.get(kind="results")
    ConsolidatedLine.objects.bulk_create(
        ConsolidatedLine(section=section, position=100 + place, form="bullet", text=f"Dòng {place}", is_edited=True)
        for place in range(1000)
    )
    posted = {f"dong-{pk}": "Chữ vừa gõ." for pk in section.lines.values_list("pk", flat=True)}
    known = {f"dong-{pk}-known": text for pk, text in section.lines.values_list("pk", "text")}

    answer = agency.post(at("consolidated_edit", draft), {**posted, **known, "save": ""})

    assert answer.status_code == 302
    assert set(section.lines.values_list("text", flat=True)) == {"Chữ vừa gõ."}


def test_every_button_saves_what_was_typed_first(agency, draft):
    line, other = line_of(draft, "Mô hình 9: Thiếu"), line_of(draft, "UBND xã Phú Lệ")

    agency.post(at("consolidated_edit", draft), {**typed(line, "Thiếu máy."), "bo": other.pk})

    line.refresh_from_db()
    other.refresh_from_db()
    assert (line.text, other.removed_at) == ("Thiếu máy.", NOW)


def test_line_is_removed_brought_back_moved_and_added(agency, draft):
    line = line_of(draft, "Mô hình 9: Thiếu")
    section = line.section
    press(agency, draft, bo=line.pk)
    removed = list(section.lines.kept())
    press(agency, draft, lay_lai=line.pk)
    press(agency, draft, len=line.pk)
    agency.post(at("consolidated_edit", draft), {"them": section.pk, f"kieu-{section.pk}": "bullet"})

    assert line not in removed
    assert [(one.form, one.text) for one in section.lines.kept()] == [
        ("bullet", "Mô hình 9: Thiếu máy quét (Phòng Tư pháp)."),
        ("heading", "Thuộc thẩm quyền giải quyết của cấp huyện"),
        ("bullet", ""),
    ]


def test_empty_line_is_not_in_the_document(agency, draft):
    section = draft.sections.get(kind="difficulties")
    agency.post(at("consolidated_edit", draft), {"them": section.pk, f"kieu-{section.pk}": "bullet"})

    page = agency.get(at("consolidated_preview", draft))

    assert [text for text in texts(page, "//article/p[contains(@class, 'words')]") if text in ("-", "")] == []


def test_section_is_drafted_anew_by_its_button(agency, draft, district):
    district.file("son", {"30": {"result": "Phát 200 tờ rơi"}}, at=NOW)
    section = draft.sections.get(kind="results")

    press(agency, draft, soan_lai=section.pk)

    assert section.lines.filter(text="UBND xã Phú Sơn: Phát 200 tờ rơi.").exists()


def test_late_report_is_listed_and_taken_in_by_its_button(agency, draft, district):
    report = district.file("son", {"30": {"result": "Phát 200 tờ rơi"}}, at=NOW)
    before = agency.get(draft.get_absolute_url()).content.decode()
    press(agency, draft, lay_moi="1")
    after = agency.get(draft.get_absolute_url()).content.decode()

    assert ("Có số liệu mới" in before, report.get_absolute_url() in before) == (True, True)
    assert ("Có số liệu mới" in after, "UBND xã Phú Sơn: Phát 200 tờ rơi." in after) == (False, True)


@pytest.mark.parametrize("button", ["bo", "lay-lai", "len", "xuong", "them", "soan-lai"])
@pytest.mark.parametrize("key", ["999999", "x", "9" * 40])
def test_button_for_what_is_not_there_is_answered_so(agency, draft, button, key):
    answer = agency.post(at("consolidated_edit", draft), {button: key}, follow=True)

    assert "Dòng ấy không còn trong dự thảo" in answer.content.decode()


@pytest.mark.parametrize("button", ["len", "xuong", "bo"])
def test_button_for_a_line_somebody_removed_meanwhile_changes_nothing(agency, draft, district, button):
    line = line_of(draft, "UBND xã Phú Lệ")
    remove_line(line, by=district.agency, at=THURSDAY)
    before = list(line.section.lines.values_list("pk", "position"))

    answer = agency.post(at("consolidated_edit", draft), {button: line.pk})

    assert (answer.status_code, list(line.section.lines.values_list("pk", "position"))) == (302, before)


def test_line_of_another_report_is_not_touched_through_this_one(agency, draft, district):
    other = start_draft(district.period("2024-03"), by=district.agency, at=NOW)
    line = line_of(other, "Nhóm công dân số")

    answer = agency.post(at("consolidated_edit", draft), {"bo": line.pk, **typed(line, "Lạ")})

    line.refresh_from_db()
    assert (answer.status_code, line.removed_at, line.text) == (302, None, "Nhóm công dân số")


def test_draft_is_discarded_by_its_button(agency, draft):
    answer = agency.post(at("consolidated_discard", draft))

    assert (answer.url, ConsolidatedReport.objects.count()) == (
        reverse("consolidated_reports", args=[draft.period.plan_id]),
        0,
    )


# --- Saved as one types ---


def test_draft_discarded_twice_is_gone_and_no_mistake(agency, draft):
    agency.post(at("consolidated_discard", draft))

    again = agency.post(at("consolidated_discard", draft))

    assert (again.status_code, again.url) == (302, reverse("any_plan:consolidated_reports"))


def test_script_saves_a_line_and_is_told_what_stands_in_it(agency, draft):
    line = line_of(draft, "Mô hình 9: Thiếu")

    answer = agency.post(at("consolidated_save", draft), typed(line, "Thiếu máy."))

    assert answer.json() == {
        "saved_at": "15:00",
        "lines": [{"pk": line.pk, "text": "Thiếu máy."}],
        "others": [],
        "conflicts": [],
        "gone": [],
        "refused": [],
    }


def test_script_is_told_what_stands_by_now_in_a_line_left_as_it_was_shown(agency, draft, district):
    line = line_of(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(line.pk, "Một", [line.text])], by=district.agency, at=THURSDAY)

    told = agency.post(at("consolidated_save", draft), typed(line, line.text)).json()

    assert (told["lines"], told["others"], told["conflicts"]) == ([], [{"pk": line.pk, "text": "Một"}], [])


@pytest.mark.parametrize(("is_own", "who"), [(True, "Tài khoản này ở cửa sổ khác"), (False, "Lò Thị Lan")])
def test_script_is_told_what_somebody_else_wrote_or_the_same_person_elsewhere(agency, draft, district, is_own, who):
    line = line_of(draft, "Mô hình 9: Thiếu")
    by = district.agency if is_own else UserFactory(full_name="Lò Thị Lan")
    save_lines(draft, [LineEdit(line.pk, "Một", [line.text])], by=by, at=THURSDAY)

    told = agency.post(at("consolidated_save", draft), typed(line, "Hai")).json()

    assert (told["lines"], told["conflicts"]) == (
        [],
        [
            {
                "pk": line.pk,
                "theirs": "Một",
                "by": who,
                "at": "09:00 ngày 07/03/2024",
            }
        ],
    )


def test_form_shows_both_texts_of_a_clash(agency, draft, district):
    line = line_of(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(line.pk, "Lời của người khác", [line.text])], by=district.agency, at=THURSDAY)

    answer = agency.post(at("consolidated_edit", draft), typed(line, "Lời của tôi"))

    page = answer.content.decode()
    assert (answer.status_code, "Lời của người khác" in page, "Lời của tôi" in page) == (409, True, True)


def test_words_typed_into_a_line_drafted_away_meanwhile_are_told_and_not_lost(agency, draft):
    line, same = line_of(draft, "Mô hình 9: Thiếu"), line_of(draft, "UBND xã Phú Lệ")
    posted = {**typed(line, "Chữ của tôi"), **typed(same, same.text)}
    for gone in (line, same):
        gone.delete()

    answer = agency.post(at("consolidated_save", draft), posted)
    page = agency.post(at("consolidated_edit", draft), posted, follow=True).content.decode()

    assert (answer.json()["lines"], answer.json()["gone"]) == ([], [int(next(iter(posted)).removeprefix("dong-"))])
    assert page.count("Nội dung chưa lưu: Chữ của tôi") == 1


def test_words_typed_into_a_line_somebody_removed_are_told_and_not_put_into_it(agency, draft, district):
    line, same = line_of(draft, "Mô hình 9: Thiếu"), line_of(draft, "UBND xã Phú Lệ")
    posted = {**typed(line, "Chữ của tôi"), **typed(same, same.text)}
    save_lines(draft, [LineEdit(same.pk, "Của người khác", [same.text])], by=district.agency, at=THURSDAY)
    for one in (line, same):
        remove_line(one, by=district.agency, at=THURSDAY)

    answer = agency.post(at("consolidated_save", draft), posted)
    page = agency.post(at("consolidated_edit", draft), posted, follow=True).content.decode()

    kept = [ConsolidatedLine.objects.get(pk=one.pk).text for one in (line, same)]
    assert (answer.json()["lines"], answer.json()["gone"], kept) == ([], [line.pk], [line.text, "Của người khác"])
    assert page.count("Nội dung chưa lưu: Chữ của tôi") == 1


def test_words_too_long_are_refused_and_stay_in_their_fields_while_others_are_saved(agency, draft):
    line, other = line_of(draft, "Mô hình 9: Thiếu"), line_of(draft, "UBND xã Phú Lệ")
    long, addressees = "a" * 20_001, "b" * 2_001
    posted = {**typed(line, long), **typed(other, "Ngắn"), "addressees": addressees, "bo": other.pk}

    answer = agency.post(at("consolidated_edit", draft), posted)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert (f">{long}</textarea>" in page, f">{addressees}</textarea>" in page) == (True, True)
    assert [str(message) for message in answer.context["messages"]] == [
        "Dòng dài 20001 ký tự, quá 20000, nên chưa lưu. Hãy viết gọn lại hoặc tách thành nhiều dòng.",
        "Nơi gửi dài 2001 ký tự, quá 2000, nên chưa lưu. Hãy viết gọn lại.",
    ]
    now = ConsolidatedLine.objects.in_bulk([line.pk, other.pk])
    assert (now[line.pk].text, now[other.pk].text, now[other.pk].removed_at) == (line.text, "Ngắn", None)
    assert ConsolidatedReport.objects.get().addressees == draft.addressees


def test_script_is_told_which_words_are_too_long(agency, draft):
    line = line_of(draft, "Mô hình 9: Thiếu")

    told = agency.post(at("consolidated_save", draft), {**typed(line, "a" * 20_001), "addressees": "b" * 2_001}).json()

    assert ([one["name"] for one in told["refused"]], told["lines"]) == ([f"dong-{line.pk}", "addressees"], [])


def test_clash_shows_the_addressees_that_were_saved_with_it(agency, draft, district):
    line = line_of(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(line.pk, "Lời của người khác", [line.text])], by=district.agency, at=THURSDAY)

    answer = agency.post(at("consolidated_edit", draft), {**typed(line, "Lời của tôi"), "addressees": "Tỉnh ủy"})

    assert (answer.status_code, ">Tỉnh ủy</textarea>" in answer.content.decode()) == (409, True)


def test_script_is_told_when_the_report_is_final(agency, final):
    line = final.sections.get(kind="results").lines.first()

    answer = agency.post(at("consolidated_save", final), typed(line, "Khác"))

    assert answer.status_code == 409
    assert answer.json()["closed"].startswith(
        "Báo cáo gửi cấp trên tuần 28/02 – 05/03 đã ban hành nên không sửa được nữa."
    )


# --- Issuing ---

GIVEN = {"number": "5", "signed_on": "2024-03-08", "addressees": "UBND huyện", "authority": "", "signer": ""}


def test_issuing_page_suggests_the_next_number_and_today(agency, draft):
    form = agency.get(at("consolidated_finalize", draft)).context["form"]

    assert (form["number"].value(), form["signed_on"].value(), form["addressees"].value()) == (
        1, date(2024, 3, 8), "UBND huyện Quan Hóa",
    )  # fmt: skip


def test_report_is_issued_with_number_and_day(agency, draft):
    answer = agency.post(at("consolidated_finalize", draft), GIVEN, follow=True)

    draft.refresh_from_db()
    assert (draft.state, draft.number, draft.addressees) == ("final", 5, "UBND huyện")
    assert "Báo cáo số 05/BC-CAH ngày 08/3/2024" in answer.content.decode()


def test_report_issued_twice_at_once_is_shown_and_not_called_a_mistake(agency, draft, district, monkeypatch):
    issued = finalize(draft, number=5, signed_on=date(2024, 3, 8), by=district.agency, at=NOW)
    draft.state = "draft"  # as the second press read it before the first was done
    monkeypatch.setattr(issuing, "report_of", lambda request, pk: draft)

    answer = agency.post(at("consolidated_finalize", issued), GIVEN)

    assert (answer.status_code, answer.url) == (302, issued.get_absolute_url())


def test_issuing_page_tells_what_is_missing_and_leads_there(agency, draft, district):
    district.plan.number, district.plan.issued_on = "/KH-UBND", None
    district.plan.save()

    answer = agency.get(at("consolidated_finalize", draft))

    assert answer.context["warnings"] == [
        "Chưa ghi thể thức văn bản của Công an huyện: chưa có cơ quan chủ quản, chức vụ người ký đang ghi là "
        "“Thủ trưởng đơn vị”.",
        "Kế hoạch chưa ghi số và ngày ban hành, văn bản chừa trống chỗ đó. Hãy nhờ người quản trị ghi vào kế hoạch.",
        "Mục “Công tác chỉ đạo, điều hành” chưa có nội dung, văn bản sẽ ghi “Không có.”",
    ]
    assert at("consolidated_letterhead", draft) in answer.content.decode()


def test_issuing_page_says_that_the_period_has_not_ended(agency, draft, time_machine):
    time_machine.move_to(vn("2024-03-05 09:00"), tick=False)

    warnings = agency.get(at("consolidated_finalize", draft)).context["warnings"]

    assert warnings[-1] == ("Kỳ này đến 23:59 ngày 05/03/2024 mới hết hạn nộp; các đơn vị còn đang nộp báo cáo.")


def test_letterhead_is_written_once_and_stands_on_the_document(agency, draft):
    given = {"parent": "Công an tỉnh", "issuer": "Công an huyện Quan Hóa", "symbol": "BC-CAHQH", "place": "Quan Hóa",
             "authority": "Trưởng Công an huyện", "signer": "", "recipients": "Huyện ủy", "drafter": "TH"}  # fmt: skip

    answer = agency.post(at("consolidated_letterhead", draft), given)

    kept = Letterhead.objects.get()
    assert (answer.url, kept.unit, kept.history.get().history_user) == (
        at("consolidated_finalize", draft), draft.unit, draft.drafted_by,
    )  # fmt: skip
    draft.sections.filter(kind="direction").delete()
    assert agency.get(at("consolidated_finalize", draft)).context["warnings"] == []
    assert "BC-CAHQH" in agency.get(at("consolidated_preview", draft)).content.decode()


def test_letterhead_begins_with_what_is_known_of_the_unit(agency, draft):
    first = agency.get(at("consolidated_letterhead", draft)).context["form"]
    draft.unit.__class__.objects.filter(pk=draft.unit_id).update(name="Tổ công tác")
    unknown = agency.get(at("consolidated_letterhead", draft)).context["form"]

    assert [first[name].value() for name in ("parent", "symbol", "authority")] == [
        "Công an tỉnh Thanh Hóa", "BC-CAH", "Trưởng Công an huyện",
    ]  # fmt: skip
    assert [unknown[name].value() for name in ("issuer", "symbol", "place", "authority")] == [
        "Tổ công tác", "BC-CAH", "Quan Hóa", "",
    ]  # fmt: skip


def test_letterhead_with_a_wrong_symbol_is_refused(agency, draft):
    answer = agency.post(at("consolidated_letterhead", draft), {"symbol": "01/BC CAH"})

    assert (answer.status_code, Letterhead.objects.count()) == (422, 0)
    assert "Ký hiệu không có khoảng trống" in answer.content.decode()


def test_letterhead_of_an_issued_report_is_not_asked_for(agency, final):
    assert agency.post(at("consolidated_letterhead", final), {}).url == final.get_absolute_url()
    assert not Letterhead.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"number": ""}, "Hãy ghi số văn bản."),
        ({"signed_on": "32/3"}, "Ngày ký chưa đúng. Hãy chọn lại."),
        ({"signed_on": "2024-03-09"}, "Ngày ký không thể sau hôm nay."),
    ],
)
def test_mistake_in_issuing_is_explained_and_nothing_is_issued(agency, draft, wrong, message):
    answer = agency.post(at("consolidated_finalize", draft), {**GIVEN, **wrong})

    draft.refresh_from_db()
    assert (answer.status_code, message in answer.content.decode(), draft.state) == (422, True, "draft")


def test_issuing_page_warns_of_what_came_in_after_the_draft(agency, draft, district):
    district.file("son", {"30": {"result": "Phát 200 tờ rơi"}}, at=NOW)

    assert "Có số liệu mới từ khi soạn dự thảo" in agency.get(at("consolidated_finalize", draft)).content.decode()


def test_final_report_is_corrected_by_its_button(agency, final):
    answer = agency.post(at("consolidated_correct", final), follow=True)

    later = ConsolidatedReport.objects.get(version=2)
    assert answer.redirect_chain[-1][0] == later.get_absolute_url()
    assert "Báo cáo số 05/BC-CAH ngày 08/3/2024" in answer.content.decode()
    assert "Đang soạn bản thay thế" in agency.get(final.get_absolute_url()).content.decode()


def test_history_tells_who_did_what(agency, draft, district):
    line = line_of(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(line.pk, "Thiếu máy.", [line.text])], by=district.agency, at=NOW)
    remove_line(line, by=district.agency, at=NOW)

    page = agency.get(at("consolidated_history", draft))

    assert sorted((change.what, change.old, change.new) for change in page.context["page"]) == [
        ("Bỏ dòng", "", "Thiếu máy."),
        ("Soạn dự thảo", "", ""),
        ("Sửa dòng", "Mô hình 9: Thiếu máy quét (Phòng Tư pháp).", "Thiếu máy."),
    ]


# --- Files ---


@pytest.mark.parametrize(
    ("name", "ending", "begins"),
    [("consolidated_document", "docx", b"PK"), ("consolidated_workbook", "xlsx", b"PK")],
)
def test_files_are_sent_under_the_name_of_the_report(agency, draft, name, ending, begins):
    answer = agency.get(at(name, draft))

    assert answer.content.startswith(begins)
    assert answer["Content-Disposition"].endswith(f"tu%E1%BA%A7n%2010-2024.{ending}")


def test_pdf_is_not_offered_where_none_can_be_made(agency, draft, monkeypatch):
    monkeypatch.setattr("documents.pdf._program", lambda: None)

    assert agency.get(at("consolidated_pdf", draft)).status_code == 404
    assert "Tải PDF" not in agency.get(draft.get_absolute_url()).content.decode()


def test_tables_of_a_period_are_a_workbook(agency, district):
    answer = agency.get(reverse("any_plan:rollup_workbook") + "?ky=2024-03")

    assert answer.content.startswith(b"PK")
    assert quote("tháng 3-2024") in answer["Content-Disposition"]
    assert agency.get(reverse("any_plan:rollup_workbook") + "?ky=2030-01").status_code == 404


# --- Hostile words ---


def test_hostile_line_is_shown_as_text_on_every_page(agency, draft, district):
    attack = "<script>alert(1)</script>{{ 7|add:7 }}\"'>"
    line = line_of(draft, "Mô hình 9: Thiếu")
    save_lines(draft, [LineEdit(line.pk, attack, [line.text])], by=district.agency, at=NOW)
    pages = ("consolidated_report", "consolidated_preview", "consolidated_history")

    for name in pages:
        page = agency.get(at(name, draft)).content.decode()
        assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


# --- The outline ---


def outline_form(**changed):
    fields = {}
    for one in OutlineSection.objects.order_by("position"):
        fields |= {
            f"thu-tu-{one.pk}": one.position,
            f"cap-{one.pk}": one.level,
            f"tieu-de-{one.pk}": one.title,
            f"noi-dung-{one.pk}": one.kind,
            f"dung-{one.pk}": "on",
        }
    return fields | changed


def test_outline_is_arranged_and_the_next_draft_follows_it(agency, district):
    agency.get(reverse("any_plan:report_outline"))
    of_kind = {one.kind: one for one in OutlineSection.objects.all()}
    figures, direction, proposals = of_kind["figures"], of_kind["direction"], of_kind["proposals"]
    fields = outline_form(
        **{
            f"thu-tu-{direction.pk}": "2",
            f"thu-tu-{figures.pk}": "3",
            f"xoa-{proposals.pk}": "on",
            "tieu-de-moi": "Đánh giá chung",
            "cap-moi": "1",
            "noi-dung-moi": "free",
            "dung-moi": "on",
            "thu-tu-moi": "5",
        }
    )
    del fields[f"dung-{of_kind['annex_filing'].pk}"]

    answer = agency.post(reverse("any_plan:report_outline"), fields)

    report = start_draft(district.period(), by=district.agency, at=NOW)
    assert answer.status_code == 302
    assert [one.title for one in report.sections.all()] == [
        "Kết quả đạt được",
        "Công tác chỉ đạo, điều hành",
        "Số liệu chung",
        "Kết quả theo nhóm và mô hình",
        "Khó khăn, vướng mắc, nguyên nhân",
        "Đánh giá chung",
        "Nhiệm vụ trọng tâm kỳ tới",
        "Tình hình thực hiện các mô hình",
        "Kết quả thực hiện các chỉ tiêu",
    ]


def test_outline_without_a_title_is_refused_and_shown_as_typed(agency, district):
    agency.get(reverse("any_plan:report_outline"))
    first = OutlineSection.objects.order_by("position").first()

    answer = agency.post(reverse("any_plan:report_outline"), outline_form(**{f"tieu-de-{first.pk}": " "}))

    first.refresh_from_db()
    assert (answer.status_code, first.title) == (422, "Kết quả đạt được")
    assert "Mục thứ 1 chưa có tiêu đề" in answer.content.decode()


def test_arranging_the_outline_leaves_drafts_as_they_are(agency, draft):
    heading = OutlineSection.objects.get(kind="results")

    agency.post(reverse("any_plan:report_outline"), outline_form(**{f"tieu-de-{heading.pk}": "Kết quả cụ thể"}))

    assert draft.sections.get(kind="results").title == "Kết quả theo nhóm và mô hình"


# --- Queries ---


def with_rows(district, rows):
    """The draft of the district with as many more initiatives as asked."""
    for _ in range(rows - 1):
        DutyFactory(unit=district.units["justice"], initiative=InitiativeFactory(plan=district.plan))
    report = start_draft(district.period(), by=district.agency, at=NOW)
    section = report.sections.get(kind="results")
    ConsolidatedLine.objects.bulk_create(
        ConsolidatedLine(section=section, position=90 + place, form="bullet", text="Thêm", key=f"extra {place}")
        for place in range(rows)
    )
    return report


AT_MOST = {
    "consolidated_report": 15,
    "consolidated_preview": 31,
    "consolidated_history": 10,
    "consolidated_finalize": 15,
}


@pytest.mark.parametrize("name", AT_MOST)
@same_queries(AT_MOST, by="name")
def test_page_takes_the_same_queries_for_any_number_of_rows(agency, district, counted, name, rows):
    report = with_rows(district, rows)
    agency.get(at(name, report))

    with counted:
        agency.get(at(name, report))


@same_queries(10)
def test_list_takes_the_same_queries_for_any_number_of_reports(agency, draft, district, rows, counted):
    if rows > 1:
        start_draft(district.period("2024-03"), by=district.agency, at=NOW)
    listed = reverse("consolidated_reports", args=[district.plan.pk])
    agency.get(listed)

    with counted:
        agency.get(listed)
