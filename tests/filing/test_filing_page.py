"""The filing page without its script: a plain form that saves, keeps, files, and says what is missing."""

import errno
import sqlite3
from contextlib import closing
from unittest.mock import Mock

import pytest
from django.db import OperationalError, connection
from django.urls import reverse
from lxml import html

from assignments.models import Unit
from models_registry.models import Deadline, DeadlineKind, Indicator
from reports.domain.entry_fields import FILLED_FIELDS
from reports.domain.states import look_of
from reports.filing.drafts import EntryEdit, keep_entries, save_entries
from reports.filing.services import submit_report, withdraw_report
from reports.models import IndicatorFigure, ProgressEntry, ReportingPeriod, ReportVersion, UnitReport
from reports.periods.services import run_schedule
from reports.review.services import Remark, accept_reports, return_report
from tests.acts import filed, more_duties, save_entry
from tests.factories import DutyFactory, InitiativeFactory, UserFactory, vn
from tests.html import texts
from tests.queries import counting_instances, same_queries

pytestmark = pytest.mark.django_db

NEXT_MONDAY = vn("2024-03-11 08:00")


@pytest.fixture
def report(duty, monday, time_machine):
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    return UnitReport.objects.get(period__code="2024-W10")


@pytest.fixture
def entry(report):
    return report.entries.get()


@pytest.fixture
def colleague(unit):
    return UserFactory(unit=unit, full_name="Lò Thị Lan")


@pytest.fixture
def next_report(report, entry, officer, monday, time_machine):
    """The report of the week after one in which something was said."""
    fields = {"work_state": "in_progress", "percent": 60, "result": "đã lắp 2/3 đầu đọc"}
    save_entry(entry, fields, by=officer, at=monday)
    submit_report(report, by=officer, at=monday)
    time_machine.move_to(NEXT_MONDAY, tick=False)
    run_schedule(at=NEXT_MONDAY)
    return UnitReport.objects.get(period__code="2024-W11")


@pytest.fixture
def page_of(client):
    """Open the page of a report as somebody."""

    def open_page(person, report):
        client.force_login(person)
        return client.get(report.get_absolute_url())

    return open_page


def typed(entry, **fields):
    """What the form sends of one entry as it was opened, with ``fields`` typed into it."""
    begun = {name: "" if (value := getattr(entry, name)) is None else str(value) for name in FILLED_FIELDS}
    known = {f"{name}-known": [value] for name, value in begun.items() if value}
    sent = {**begun, **known, **{name.replace("_pk", "-"): value for name, value in fields.items()}}
    return {f"mh-{entry.pk}-{name}": value for name, value in sent.items()}


def answered(entry, **fields):
    return typed(entry, **{"work_state": "in_progress", "percent": "60", **fields})


# --- Saving and filing ---


def test_draft_is_read_by_its_unit_alone(client, officer, standing_agency, report, entry):
    client.force_login(officer)
    client.post(report.get_absolute_url(), {**answered(entry, result="còn đang viết"), "save": ""})
    own = client.get(report.get_absolute_url()).content.decode()
    client.force_login(standing_agency)

    page = client.get(report.get_absolute_url()).content.decode()

    assert ("còn đang viết" in own, "còn đang viết" in page) == (True, False)


def test_draft_keeps_every_field_typed(client, officer, report, entry):
    client.force_login(officer)
    given = answered(
        entry,
        result="đã lắp\x07 2/3",
        difficulty="thiếu đầu đọc",
        proposal="cấp kinh phí",
        solving_level="province",
        next_steps="lắp nốt",
    )

    response = client.post(report.get_absolute_url(), {**given, "save": ""})

    entry.refresh_from_db()
    assert (response.status_code, response["Location"]) == (302, report.get_absolute_url())
    assert (entry.work_state, entry.percent, entry.result) == ("in_progress", 60, "đã lắp 2/3")
    assert (entry.difficulty, entry.proposal, entry.solving_level, entry.next_steps) == (
        "thiếu đầu đọc",
        "cấp kinh phí",
        "province",
        "lắp nốt",
    )


def test_report_is_filed_from_the_page(client, officer, report, entry):
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**answered(entry), "submit": ""}, follow=True)

    report.refresh_from_db()
    assert [str(message) for message in page.context["messages"]] == ["Đã nộp báo cáo lúc 08:00 ngày 04/03/2024."]
    assert (report.state, report.submitted_by) == ("submitted", officer)


@pytest.mark.parametrize("button", ["keep_all", "keep"])
def test_page_says_that_what_was_kept_is_not_filed(client, officer, next_report, button):
    """Without its script, the page answers the button that was pressed."""
    entry = next_report.entries.get()
    client.force_login(officer)

    page = client.post(next_report.get_absolute_url(), {**typed(entry), button: entry.pk}, follow=True)

    said = [str(message) for message in page.context["messages"]]
    assert said == ["Đã giữ như kỳ trước, lưu nháp lúc 08:00 ngày 11/03/2024."]
    next_report.refresh_from_db()
    assert (next_report.state, next_report.entries.get().is_kept) == ("open", True)


def test_line_overdue_for_long_says_so_in_months(page_of, officer, report, entry):
    Deadline.objects.create(
        initiative=entry.duty.initiative, text="31/12/2023", kind=DeadlineKind.DAY, due_on="2023-12-31"
    )

    [row] = page_of(officer, report).context["rows"]

    assert (row.deadline, row.why) == ("31/12/2023", "quá hạn 2 tháng")


def test_figures_of_a_filed_report_read_as_they_were_typed(page_of, officer, report, entry, monday):
    initiative = entry.duty.initiative
    counted = initiative.indicators.create(
        name="Hồ sơ", kind="at_least", target=20, unit_of_measure="hồ sơ", position=1
    )
    share = initiative.indicators.create(name="Cơ sở", kind="percent", target=100, unit_of_measure="cơ sở", position=2)
    for indicator, value, total in ((counted, "1234.5", None), (share, "19", "2000")):
        IndicatorFigure.objects.create(entry=entry, indicator=indicator, value=value, total=total)
    said = {"work_state": "in_progress", "explanation": "gồm cả hồ sơ cũ"}
    save_entry(entry, said, by=officer, at=monday)
    submit_report(report, by=officer, at=monday)

    page = page_of(officer, report).content.decode()

    assert ("Hồ sơ: <b>1.234,5</b>" in page, "Cơ sở: <b>19/2.000</b>" in page) == (True, True)


def test_unready_report_keeps_the_draft_and_leads_to_the_field_that_is_missing(client, officer, report, entry):
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**answered(entry, work_state="blocked", result="x"), "submit": ""})

    entry.refresh_from_db()
    [missing] = page.context["readiness"].missing
    assert page.status_code == 422
    assert (missing.missing, missing.anchor) == ("ghi rõ khó khăn, vướng mắc", f"mh-{entry.pk}-difficulty")
    assert f'id="{missing.anchor}"' in page.content.decode()
    assert entry.result == "x"


@pytest.mark.parametrize("percent", ["150", "60,5", "-1", "chín mươi"])
def test_wrong_percent_is_named_while_the_rest_is_saved(client, officer, report, entry, percent):
    client.force_login(officer)

    page = client.post(
        report.get_absolute_url(), {**answered(entry, percent=percent, result="đã tập huấn"), "save": ""}
    )

    entry.refresh_from_db()
    [row] = page.context["rows"]
    assert page.status_code == 422
    assert (row.fields["percent"].value, bool(row.fields["percent"].mistake)) == (percent, True)
    assert (entry.result, entry.percent) == ("đã tập huấn", None)


def test_nothing_filled_in_is_no_answer(client, officer, report, entry):
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**typed(entry), "submit": ""})

    entry.refresh_from_db()
    assert (page.status_code, entry.version) == (422, 0)


def test_foreign_fields_in_the_form_change_nothing(client, officer, outsider, report, entry):
    client.force_login(officer)
    other = outsider.memberships.get().unit_id

    foreign = {"unit": other, "state": "submitted", "role": "admin", f"mh-{entry.pk}-is_kept": "1"}
    client.post(report.get_absolute_url(), {**answered(entry), **foreign, "save": ""})

    report.refresh_from_db()
    officer.refresh_from_db()
    entry.refresh_from_db()
    assert (report.unit_id != other, report.state, officer.role, entry.is_kept) == (True, "open", "officer", False)


def test_entry_of_another_unit_in_the_form_is_not_written(client, officer, report, entry, plan):
    foreign = DutyFactory(initiative=InitiativeFactory(plan=plan))
    other = UnitReport.objects.create(period=report.period, unit=foreign.unit)
    theirs = ProgressEntry.objects.create(report=other, duty=foreign)
    client.force_login(officer)

    client.post(report.get_absolute_url(), {**answered(theirs, result="không phải của tôi"), "save": ""})
    client.post(reverse("report_save", args=[report.pk]), answered(theirs, result="không phải của tôi"))

    theirs.refresh_from_db()
    assert (theirs.result, theirs.version) == ("", 0)


# --- Pre-filled, kept ---


def test_page_begins_with_what_was_last_said(page_of, officer, next_report):
    [row] = page_of(officer, next_report).context["rows"]

    assert (row.source, row.last_look.word, row.last) == ("tuần 28/02 – 05/03", "Đang triển khai", "60\u00a0%")
    assert row.last_result == "đã lắp 2/3 đầu đọc"
    assert (row.fields["percent"].value, [one.value for one in row.states if one.is_chosen]) == ("60", ["in_progress"])
    assert row.fields["result"].value == ""
    assert row.status.is_ready is False


def test_line_entered_anew_tells_what_was_entered_and_waits_no_more_to_be_looked_at(page_of, officer, next_report):
    fields = {"work_state": "maintained", "percent": 100, "result": "đã lắp đủ 3/3 đầu đọc"}
    save_entry(next_report.entries.get(), fields, by=officer, at=NEXT_MONDAY)

    page = page_of(officer, next_report)

    [row] = page.context["changed"]
    assert (page.context["loud"], page.context["quiet"]) == ([], [])
    assert row.said == (look_of("maintained"), "100\u00a0%", "đã lắp đủ 3/3 đầu đọc", "")
    assert texts(page, "//main//h2") == ["Có thay đổi (1)"]


def test_line_without_all_it_needs_is_still_to_be_looked_at(page_of, officer, next_report):
    save_entry(next_report.entries.get(), {"work_state": "blocked", "percent": 60}, by=officer, at=NEXT_MONDAY)

    page = page_of(officer, next_report)

    [row] = page.context["loud"]
    assert (page.context["changed"], row.said.look) == ([], look_of("in_progress"))


def test_what_was_filled_in_beforehand_is_no_answer_until_kept(client, officer, next_report):
    client.force_login(officer)
    entry = next_report.entries.get()
    url = next_report.get_absolute_url()

    silent = client.post(url, {**answered(entry), "submit": ""})
    client.post(url, {**answered(entry), "keep": entry.pk})
    filed = client.post(url, {**answered(entry), "submit": ""})

    entry.refresh_from_db()
    assert (silent.status_code, filed.status_code, entry.is_kept) == (422, 302, True)


def test_all_that_has_no_answer_is_kept_at_once_and_what_was_typed_stays(
    client, officer, duty, next_report, time_machine
):
    client.force_login(officer)
    entry = next_report.entries.get()

    client.post(next_report.get_absolute_url(), {**answered(entry, result="thêm một điểm"), "keep_all": ""})

    entry.refresh_from_db()
    assert (entry.result, entry.is_kept) == ("thêm một điểm", False)


def test_quiet_lines_are_shut_and_those_to_look_at_come_first(page_of, officer, duty, next_report, monday):
    late = DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=duty.initiative.plan))
    Deadline.objects.create(initiative=late.initiative, text="tháng 2", kind=DeadlineKind.DAY, due_on=monday.date())
    ProgressEntry.objects.create(report=next_report, duty=late)

    page = page_of(officer, next_report)

    assert [row.line.duty for row in page.context["loud"]] == [late]
    assert [row.line.duty for row in page.context["quiet"]] == [duty]


def test_monthly_report_is_filled_in_from_the_weeks_and_says_so(page_of, officer, next_report):
    monthly = UnitReport.objects.get(period__code="2024-03")

    page = page_of(officer, monthly)
    keep_entries(monthly, by=officer, at=NEXT_MONDAY)
    kept = page_of(officer, monthly)

    [row] = page.context["rows"]
    assert (row.fields["result"].value, row.source) == ("đã lắp 2/3 đầu đọc", "1 báo cáo tuần trong tháng")
    assert texts(page, "//*[@data-prefilled]") == ["· đã điền sẵn từ 1 báo cáo tuần trong tháng"]
    assert texts(kept, "//*[@data-word]") == ["lấy theo báo cáo tuần"]


@pytest.fixture
def kept_month(next_report, report, officer):
    """The month's report kept at 60 %, whose week was then filed anew at 95 %."""
    monthly = UnitReport.objects.get(period__code="2024-03")
    keep_entries(monthly, by=officer, at=NEXT_MONDAY)
    withdraw_report(report, by=officer, at=NEXT_MONDAY)
    entry = report.entries.get()
    save_entry(entry, {"percent": 95}, by=officer, at=NEXT_MONDAY)
    submit_report(report, by=officer, at=NEXT_MONDAY)
    return monthly


def test_kept_line_shows_what_its_source_says_by_now(page_of, officer, kept_month):
    [row] = page_of(officer, kept_month).context["rows"]

    assert (row.status.kept, row.last, row.fields["percent"].value) == ("lấy theo báo cáo tuần", "95\u00a0%", "95")


@pytest.mark.parametrize("address", ["report", "report_save"])
def test_percent_typed_over_what_a_kept_line_showed_is_no_clash(client, officer, kept_month, address):
    client.force_login(officer)
    entry = kept_month.entries.get()
    given = {**answered(entry, percent="97", result="đã lắp 2/3 đầu đọc"), "save": ""}

    client.post(reverse(address, args=[kept_month.pk]), given)

    entry.refresh_from_db()
    assert (entry.percent, entry.is_kept) == (97, False)


def test_kept_line_left_alone_stays_kept_when_another_is_saved_without_a_script(client, officer, kept_month):
    client.force_login(officer)
    entry = kept_month.entries.get()
    shown = answered(entry, percent="95", result="đã lắp 2/3 đầu đọc")

    client.post(kept_month.get_absolute_url(), {**shown, "submit": ""})

    entry.refresh_from_db()
    assert (entry.percent, entry.is_kept, entry.report.state) == (95, True, "submitted")


def test_what_did_not_change_is_kept_by_one_press_and_given_back_by_its_undo(client, officer, next_report):
    client.force_login(officer)
    entry = next_report.entries.get()
    url = next_report.get_absolute_url()

    before = pressable(client.get(url))
    client.post(url, {**answered(entry), "keep": f"{entry.pk} "})
    after = pressable(client.get(url))
    kept = ProgressEntry.objects.get(pk=entry.pk)
    client.post(url, {**answered(entry), "undo": f"{entry.pk} "})

    entry.refresh_from_db()
    assert (before, after, pressable(client.get(url))) == (
        ["keep", "save", "submit"],
        ["undo", "save", "submit"],
        before,
    )
    assert (kept.is_kept, kept.work_state) == (True, "in_progress")
    assert (entry.is_kept, entry.work_state, entry.percent) == (False, "", None)


def pressable(page):
    """The buttons of the heading and the bar that are shown, by their names."""
    tree = html.fromstring(page.content.decode())
    found = tree.xpath("//*[contains(@class, 'hc') or @data-bar]//button[not(@hidden)]")
    return [button.get("name") for button in found if button.get("name") != "keep_all"]


# --- Figures ---


@pytest.fixture
def indicator(duty):
    return Indicator.objects.create(
        initiative=duty.initiative, name="Cơ sở tiếp nhận", kind="percent", target=100, unit_of_measure="%"
    )


@pytest.mark.parametrize(
    ("value", "total", "stored"), [("1.234,5", "2.000", (1234.5, 2000)), ("0", "3", (0, 3)), ("", "3", (None, 3))]
)
def test_figures_are_read_as_people_write_them_and_empty_is_not_zero(
    client, officer, report, entry, indicator, value, total, stored
):
    client.force_login(officer)
    given = {f"figure_pk{indicator.pk}": value, f"total_pk{indicator.pk}": total}

    client.post(report.get_absolute_url(), {**answered(entry, **given), "save": ""})

    figure = IndicatorFigure.objects.get()
    assert (figure.value, figure.total) == stored


@pytest.mark.parametrize(("aggregation", "is_said"), [("sum", True), ("leads", False), ("highest", False)])
def test_unit_is_told_to_count_its_own_part_where_counts_are_added_up(
    page_of, officer, report, indicator, monday, aggregation, is_said
):
    Indicator.objects.update(aggregation=aggregation)

    page = page_of(officer, report).content.decode()

    assert ("chỉ ghi phần của đơn vị mình" in page) == is_said


def test_figure_that_is_no_number_is_named(client, officer, report, entry, indicator):
    client.force_login(officer)

    page = client.post(
        report.get_absolute_url(), {**answered(entry, **{f"figure_pk{indicator.pk}": "hai ba"}), "save": ""}
    )

    [row] = page.context["rows"]
    assert "không phải là số" in row.figures[0].value.mistake
    assert row.figures[0].value.value == "hai ba"


# --- What is wrong, and what is unlikely ---


def field_on(page, entry, name):
    """The field as its HTML: its attributes, and the text it is described by."""
    tree = html.fromstring(page.content.decode())
    (found,) = tree.xpath(f"//*[@id='mh-{entry.pk}-{name}']")
    (note,) = tree.xpath(f"//*[@id='{found.get('aria-describedby')}']")
    shown = note.xpath("./p[not(@hidden)]")
    return found.get("aria-invalid"), " ".join(part.text_content().strip() for part in shown)


def bar_of(page):
    (bar,) = html.fromstring(page.content.decode()).xpath("//*[@data-bar]")
    return " ".join(bar.xpath("string(./div/div)").split())


def test_wrong_field_is_marked_and_described_and_its_line_is_not_ready(client, officer, report, entry):
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**answered(entry, percent="abc"), "save": ""})

    assert field_on(page, entry, "percent") == (
        "true",
        "Ghi số nguyên từ 0 đến 100.",
    )
    code = entry.duty.initiative.code
    assert bar_of(page) == f"0/1 đã nhập · còn ô chưa lưu Còn MH {code}"
    assert [(row.text, row.is_open) for row in page.context["rows"]] == [("cần sửa", True)]


def test_field_where_two_texts_met_is_marked_and_its_line_is_not_ready(
    client, officer, colleague, report, entry, monday
):
    save_entry(entry, {"work_state": "in_progress", "result": "của chị Lan"}, by=colleague, at=monday)
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**answered(entry, result="của tôi"), "save": ""})

    assert field_on(page, entry, "result") == ("true", "")
    assert [(row.text, row.status.missing) for row in page.context["rows"]] == [("cần sửa", "chọn nội dung giữ lại")]


def test_unlikely_answer_is_asked_about_beside_its_field_until_it_is_explained(client, officer, report, entry):
    client.force_login(officer)
    url = report.get_absolute_url()
    given = answered(entry, work_state="done", percent="80", result="đã xong")

    asked = client.post(url, {**given, "submit": ""})
    entry.refresh_from_db()
    client.post(url, {**typed(entry), f"mh-{entry.pk}-explanation": "còn bàn giao", "submit": ""})

    report.refresh_from_db()
    assert field_on(asked, entry, "percent") == (None, "Hoàn thành mà tiến độ 80\u00a0%, có đúng không?")
    assert (asked.status_code, report.state) == (422, "submitted")


# --- Two officers ---


def test_two_officers_in_different_fields_are_brought_together(client, officer, colleague, report, entry, monday):
    save_entry(entry, {"work_state": "in_progress"}, by=colleague, at=monday)
    client.force_login(officer)

    client.post(report.get_absolute_url(), {**typed(entry, result="của tôi"), "save": ""})

    entry.refresh_from_db()
    assert (entry.work_state, entry.result) == ("in_progress", "của tôi")


def test_what_both_found_filled_in_beforehand_is_no_clash(client, officer, colleague, next_report):
    entry = next_report.entries.get()
    url = reverse("report_save", args=[next_report.pk])
    client.force_login(colleague)
    client.post(url, answered(entry, work_state="maintained", result="chị Lan ghi"))
    client.force_login(officer)

    shown = {"work_state-known": ["in_progress", ""], "percent-known": ["60", ""]}
    told = client.post(url, answered(entry, percent="75", **shown)).json()["entries"][0]

    entry.refresh_from_db()
    assert told["clashes"] == {}
    assert (entry.work_state, entry.percent, entry.result) == ("maintained", 75, "chị Lan ghi")


@pytest.mark.parametrize(
    ("choice", "kept"), [("mine", "của tôi"), ("theirs", "của chị Lan"), ("both", "của chị Lan\ncủa tôi")]
)
def test_second_of_two_officers_sees_both_texts_and_chooses(
    client, officer, colleague, report, entry, monday, choice, kept
):
    save_entry(entry, {"work_state": "in_progress", "result": "của chị Lan"}, by=colleague, at=monday)
    client.force_login(officer)
    url = report.get_absolute_url()

    asked = client.post(url, {**answered(entry, result="của tôi"), "submit": ""})
    entry.refresh_from_db()
    untouched = entry.result
    choosing = {"clash": "result", "result-choice": choice, "result-theirs": "của chị Lan"}
    given = answered(entry, result="của tôi", **choosing)
    client.post(url, {**given, "save": ""})

    clash = asked.context["rows"][0].fields["result"].clash
    entry.refresh_from_db()
    assert (asked.status_code, untouched) == (409, "của chị Lan")
    assert (clash.by, clash.mine, clash.theirs) == ("Lò Thị Lan", "của tôi", "của chị Lan")
    assert entry.result == kept


@pytest.mark.parametrize(
    ("writer", "who"),
    [("officer", "Tài khoản này ở cửa sổ khác"), ("colleague", "Lò Thị Lan")],
    ids=["the same person", "another"],
)
def test_two_texts_are_told_apart_by_where_they_are(request, client, officer, report, entry, monday, writer, who):
    by = request.getfixturevalue(writer)
    save_entry(entry, {"work_state": "in_progress", "result": "gõ trước"}, by=by, at=monday)
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**answered(entry, result="gõ sau"), "save": ""})

    asked = "//fieldset[@data-clash]"
    assert texts(page, f"{asked}//*[self::legend or self::b][contains(., 'vừa sửa')]") == [
        f"{who} vừa sửa ô này lúc 08:00 ngày 04/03/2024. Giữ nội dung nào?"
    ]
    assert texts(page, f"{asked}/label")[:2] == ["Đang gõ ở đây: gõ sau", "Đã lưu: gõ trước"]


def test_report_is_not_filed_while_a_choice_is_open(client, officer, colleague, report, entry, monday):
    save_entry(entry, {"work_state": "in_progress", "result": "của chị Lan"}, by=colleague, at=monday)
    client.force_login(officer)
    entry.refresh_from_db()

    given = {**answered(entry, result="của tôi", clash="result"), "submit": ""}
    answers = [
        client.post(report.get_absolute_url(), given),
        client.post(reverse("report_save", args=[report.pk]), given),
    ]

    report.refresh_from_db()
    assert (answers[0].status_code, "filed" in answers[1].json(), report.state) == (409, False, "open")


# --- The script's side ---


@pytest.fixture
def save(client, officer, report):
    client.force_login(officer)
    return lambda **given: client.post(reverse("report_save", args=[report.pk]), given)


def test_script_saves_one_entry_and_hears_how_the_report_stands(save, report, entry):
    told = save(**answered(entry, result="đang gõ dở")).json()

    entry.refresh_from_db()
    assert entry.result == "đang gõ dở"
    assert (told["saved_at"], told["ready"], told["total"], told["missing"]) == ("08:00", 1, 1, [])
    (one,) = told["entries"]
    assert (one["pk"], one["ready"], one["blank"], one["values"]["result"]) == (entry.pk, True, False, "đang gõ dở")


def test_script_hears_that_a_line_with_a_wrong_field_is_not_ready(save, entry):
    told = save(**answered(entry, percent="abc")).json()

    assert (told["ready"], told["missing"][0]["anchor"]) == (0, f"mh-{entry.pk}-percent")
    assert [(one["ready"], one["text"]) for one in told["entries"]] == [(False, "cần sửa")]


def test_script_hears_that_a_line_with_two_texts_is_not_ready(save, entry, colleague, monday):
    save_entry(entry, {"result": "của chị Lan"}, by=colleague, at=monday)

    told = save(**answered(entry, result="của tôi")).json()

    assert (told["ready"], told["entries"][0]["missing"]) == (0, "chọn nội dung giữ lại")


def test_script_is_told_what_is_asked_of_an_unlikely_answer(save, entry):
    asked = save(**answered(entry, work_state="not_started", percent="80")).json()
    entry.refresh_from_db()
    taken = save(**answered(entry, work_state="not_started", percent="80", explanation="mới chuẩn bị")).json()

    questions = {"percent": "Chưa triển khai mà tiến độ 80\u00a0%, có đúng không?"}
    assert [(told["ready"], told["entries"][0]["questions"]) for told in (asked, taken)] == [
        (0, questions),
        (1, questions),
    ]


def test_script_hears_what_somebody_else_wrote_in_other_fields(save, entry, colleague, monday):
    save_entry(entry, {"next_steps": "chị Lan ghi"}, by=colleague, at=monday)

    told = save(**answered(entry, result="của tôi")).json()

    assert told["entries"][0]["values"]["next_steps"] == "chị Lan ghi"


def test_script_is_told_which_fields_it_left_as_shown_say_something_else_by_now(save, entry, colleague, monday):
    save_entry(entry, {"result": "chị Lan ghi"}, by=colleague, at=monday)

    told = save(**{f"mh-{entry.pk}-result": "", f"mh-{entry.pk}-percent": "60"}).json()["entries"][0]

    entry.refresh_from_db()
    assert (entry.result, entry.percent) == ("chị Lan ghi", 60)
    assert (told["others"], told["values"]["result"], told["clashes"]) == (["result"], "chị Lan ghi", {})


def test_script_is_given_both_texts_of_a_clash_and_the_other_fields_are_saved(save, entry, colleague, monday):
    save_entry(entry, {"result": "của <b>chị Lan</b>"}, by=colleague, at=monday)

    told = save(**answered(entry, result="của tôi")).json()["entries"][0]

    entry.refresh_from_db()
    assert (entry.result, entry.percent, "result" in told["values"]) == ("của <b>chị Lan</b>", 60, False)
    html = told["clashes"][f"mh-{entry.pk}-result"]
    assert ("của tôi" in html, "của &lt;b&gt;chị Lan&lt;/b&gt;" in html) == (True, True)


def test_text_whose_first_sending_was_never_answered_does_not_clash_with_itself(save, entry):
    save(**answered(entry, result="đang gõ"))

    told = save(**answered(entry, result="đang gõ tiếp", **{"result-known": ["", "đang gõ"]})).json()

    entry.refresh_from_db()
    assert (entry.result, told["entries"][0]["clashes"]) == ("đang gõ tiếp", {})


def test_script_files_and_is_led_to_the_receipt(save, report, entry):
    told = save(**answered(entry), submit="").json()

    report.refresh_from_db()
    assert (told, report.state) == ({"filed": report.get_absolute_url()}, "submitted")


def test_script_keeps_one_entry(client, officer, next_report):
    client.force_login(officer)
    entry = next_report.entries.get()

    told = client.post(reverse("report_save", args=[next_report.pk]), {"keep": entry.pk}).json()["entries"][0]

    assert (told["kept"], told["ready"], told["values"]["percent"]) == (True, True, "60")


def test_script_hears_that_the_report_was_filed_meanwhile(save, report, entry, colleague, monday):
    filed(report, by=colleague, at=monday)

    answer = save(**answered(entry, result="đang gõ"))

    assert (answer.status_code, "Lò Thị Lan" in answer.json()["closed"]) == (409, True)


def test_script_asks_who_is_signed_in(client, officer, report):
    client.force_login(officer)

    told = client.get(reverse("report_save", args=[report.pk])).json()

    assert (told["user"], bool(told["token"])) == (officer.pk, True)


# --- After filing ---


def test_same_form_sent_twice_files_once_and_says_so(client, officer, report, entry):
    client.force_login(officer)
    given = {**answered(entry, result="đã tập huấn"), "submit": ""}

    client.post(report.get_absolute_url(), given)
    again = client.post(report.get_absolute_url(), given, follow=True)

    assert "Không cần nộp lại" in again.content.decode()
    assert (again.redirect_chain, ReportVersion.objects.count()) == ([(report.get_absolute_url(), 302)], 1)


def test_words_that_come_after_the_report_was_filed_are_shown_not_lost(
    client, officer, colleague, report, entry, monday
):
    filed(report, by=colleague, at=monday)
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**answered(entry, result="viết cả buổi sáng"), "save": ""})

    assert (page.status_code, "viết cả buổi sáng" in page.content.decode()) == (409, True)


@pytest.mark.parametrize(("at", "word"), [("2024-03-05 23:59", "đúng hạn"), ("2024-03-06 00:00", "nộp muộn")])
def test_receipt_says_who_when_and_whether_on_time(page_of, officer, report, at, word):
    filed(report, by=officer, at=vn(at))

    page = page_of(officer, report).content.decode()

    said = [f"{officer.full_name} nộp", word, "xem và tiếp nhận"]
    assert [one for one in said if one not in page] == []


def test_report_is_withdrawn_until_it_is_received(client, officer, standing_agency, report, monday):
    client.force_login(officer)
    url = reverse("report_withdraw", args=[report.pk])
    filed(report, by=officer, at=monday)

    client.post(url)
    report.refresh_from_db()
    withdrawn = report.state
    filed(report, by=officer, at=monday)
    accept_reports([report], by=standing_agency, at=monday)
    client.post(url)

    report.refresh_from_db()
    assert (withdrawn, report.state) == ("open", "accepted")


def test_returned_report_shows_the_reason_and_each_remark_at_its_field(
    page_of, officer, standing_agency, report, entry, monday
):
    save_entry(entry, {"work_state": "in_progress", "result": "x"}, by=officer, at=monday)
    submit_report(report, by=officer, at=monday)
    remarks = [Remark(entry.pk, "ghi rõ số lượng", "result"), Remark(entry.pk, "thiếu số liệu", "figures")]
    return_report(report, reason="còn chung chung", by=standing_agency, at=monday, remarks=remarks)

    page = page_of(officer, report)

    [row] = page.context["rows"]
    assert "còn chung chung" in page.content.decode()
    assert [remark.text for remark in row.fields["result"].remarks] == ["ghi rõ số lượng"]
    assert [remark.text for remark in row.remarks] == ["thiếu số liệu"]
    assert row.is_quiet is False


def test_history_shows_who_changed_what_between_two_versions(client, officer, standing_agency, report, entry, monday):
    save_entry(entry, {"work_state": "in_progress", "result": "một"}, by=officer, at=monday)
    submit_report(report, by=officer, at=monday)
    return_report(report, reason="thiếu", by=standing_agency, at=monday)
    client.force_login(officer)
    entry.refresh_from_db()
    client.post(report.get_absolute_url(), {**typed(entry, work_state="in_progress", result="hai"), "submit": ""})

    page = client.get(report.get_absolute_url())

    (_, changes), _ = page.context["versions"]
    assert [(field.label, field.old, field.new) for field in changes[0].fields] == [("kết quả", "một", "hai")]
    assert "Lần 2" in page.content.decode()


def test_standing_agency_files_for_a_unit_and_the_copy_says_so(client, standing_agency, report, entry):
    client.force_login(standing_agency)
    url = f"{report.get_absolute_url()}?nop-thay=1"

    form = client.get(url).content.decode()
    page = client.post(url, {**answered(entry, result="qua điện thoại"), "submit": ""}, follow=True).content.decode()

    report.refresh_from_db()
    assert ("nộp thay Phòng Nội vụ" in form, "Bản nộp thay" in page) == (True, True)
    assert (report.filed_on_behalf, report.submitted_by) == (True, standing_agency)


def test_nobody_else_files_on_behalf(client, outsider, report, entry):
    client.force_login(outsider)

    answers = [
        client.get(f"{report.get_absolute_url()}?nop-thay=1"),
        client.post(f"{report.get_absolute_url()}?nop-thay=1", answered(entry)),
        client.post(f"{reverse('report_save', args=[report.pk])}?nop-thay=1", answered(entry)),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]


# --- Cost ---


@pytest.fixture
def loaded_report(officer, duty, monday, time_machine):
    """``loaded_report(rows)``: the second report of a unit, each duty with an indicator, a deadline and a last word."""

    def load(rows):
        duties = [duty, *more_duties(duty, rows - 1)]
        for initiative in (one.initiative for one in duties):
            Indicator.objects.create(
                initiative=initiative, name="Số lượt", kind="at_least", target=20, unit_of_measure="lượt"
            )
            Deadline.objects.create(initiative=initiative, text="tháng 12", kind=DeadlineKind.DAY, due_on=monday.date())
        run_schedule(at=monday)
        first = UnitReport.objects.get(period__code="2024-W10")
        edits = [EntryEdit(one.pk, {"work_state": "in_progress", "result": "x"}) for one in first.entries.all()]
        save_entries(first, edits, by=officer, at=monday)
        submit_report(first, by=officer, at=monday)
        time_machine.move_to(NEXT_MONDAY, tick=False)
        run_schedule(at=NEXT_MONDAY)
        return UnitReport.objects.get(period__code="2024-W11")

    return load


@same_queries(15, numbers=(1, 3, 14))
def test_page_takes_the_same_queries_for_any_number_of_duties(client, officer, loaded_report, rows, counted):
    report = loaded_report(rows)
    client.force_login(officer)

    with counted:
        client.get(report.get_absolute_url())


@pytest.mark.parametrize("code", ["2024-W11", "2024-03"])
def test_page_builds_one_entry_for_each_line_and_nothing_of_where_its_last_word_comes_from(
    client, officer, loaded_report, code
):
    loaded_report(4)
    report = UnitReport.objects.get(period__code=code)
    client.force_login(officer)

    with counting_instances() as built:
        client.get(report.get_absolute_url())

    assert (built[ProgressEntry], built[ReportingPeriod], built[Unit]) == (4, 1, 1)


@same_queries(14, numbers=(1, 3, 14))
def test_saving_one_entry_takes_the_same_queries_for_any_number_of_duties(
    client, officer, loaded_report, rows, counted
):
    report = loaded_report(rows)
    client.force_login(officer)
    entry = report.entries.first()

    with counted:
        client.post(reverse("report_save", args=[report.pk]), answered(entry, result="x"))


@same_queries(30, numbers=(1, 3, 14))
def test_keeping_all_by_script_takes_the_same_queries_for_any_number_of_duties(
    client, officer, loaded_report, rows, counted
):
    report = loaded_report(rows)
    client.force_login(officer)

    with counted:
        client.post(reverse("report_save", args=[report.pk]), {"keep": "all"})


@same_queries(30, numbers=(1, 3, 14))
def test_filing_from_the_page_takes_the_same_queries_for_any_number_of_duties(
    client, officer, loaded_report, rows, counted
):
    report = loaded_report(rows)
    client.force_login(officer)
    given = {}
    for entry in report.entries.all():
        given |= answered(entry, result="x")

    with counted:
        client.post(reverse("report_save", args=[report.pk]), {**given, "submit": ""})

    report.refresh_from_db()
    assert report.state == "submitted"


@same_queries(30, numbers=(1, 3, 14))
def test_filing_by_the_plain_form_takes_the_same_queries_for_any_number_of_duties(
    client, officer, loaded_report, rows, counted
):
    report = loaded_report(rows)
    client.force_login(officer)
    given = {}
    for entry in report.entries.all():
        given |= answered(entry, result="x")

    with counted:
        client.post(report.get_absolute_url(), {**given, "submit": ""})

    report.refresh_from_db()
    assert report.state == "submitted"


@same_queries(15, numbers=(1, 3, 14))
def test_filed_page_takes_the_same_queries_for_any_number_of_duties(client, officer, loaded_report, rows, counted):
    report = loaded_report(rows)
    edits = [EntryEdit(one.pk, {"work_state": "done", "result": "y"}) for one in report.entries.all()]
    save_entries(report, edits, by=officer, at=NEXT_MONDAY)
    submit_report(report, by=officer, at=NEXT_MONDAY)
    client.force_login(officer)

    with counted:
        client.get(report.get_absolute_url())


# --- A machine that takes nothing ---


@pytest.fixture
def full_database(client, officer):
    """Nothing can be written any more, as on a full disk; it can still be read. The officer has signed in before."""
    client.force_login(officer)

    def read_only(execute, sql, *args):
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("database or disk is full")
        return execute(sql, *args)

    with connection.execute_wrapper(read_only):
        yield


def field_of(page, entry, name):
    return html.fromstring(page.content).xpath(f"string(//*[@name='mh-{entry.pk}-{name}'])")


def test_what_was_typed_stands_in_the_form_again_where_it_could_not_be_written(client, report, entry, full_database):
    page = client.post(report.get_absolute_url(), {**answered(entry, result="gõ cả buổi chiều"), "save": ""})

    entry.refresh_from_db()
    assert (page.status_code, entry.result) == (503, "")
    assert field_of(page, entry, "result") == "gõ cả buổi chiều"
    assert [str(message) for message in page.context["messages"]] == [
        "Máy chủ đang bận hoặc hết chỗ chứa nên chưa lưu được. Nội dung đã nhập vẫn còn ở dưới: hãy bấm lại sau ít "
        "phút; nếu vẫn vậy, báo người quản trị của cổng."
    ]


def test_words_that_could_not_be_written_do_not_go_over_those_of_a_colleague_later(
    client, officer, colleague, report, entry, monkeypatch, monday
):
    client.force_login(officer)
    sent = {**answered(entry, result="của tôi"), "save": ""}
    save_entry(entry, {"work_state": "done", "result": "của Lan"}, by=colleague, at=monday)
    with monkeypatch.context() as patch:
        patch.setattr("reports.filing.views.save_forms", Mock(side_effect=OperationalError("database is locked")))
        page = client.post(report.get_absolute_url(), sent)

    known = html.fromstring(page.content).xpath(f"//input[@name='mh-{entry.pk}-result-known']")
    assert (page.status_code, known, field_of(page, entry, "result")) == (503, [], "của tôi")


@pytest.mark.parametrize("trouble", [OperationalError("database is locked"), OSError(errno.ENOSPC, "full")])
def test_page_that_could_not_write_says_so_in_words(client, officer, report, monkeypatch, trouble):
    client.raise_request_exception = False
    client.force_login(officer)
    monkeypatch.setattr("reports.filing.autosave.save_forms", Mock(side_effect=trouble))

    answer = client.post(reverse("report_save", args=[report.pk]))

    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Máy chủ đang bận hoặc hết chỗ chứa nên chưa ghi gì" in answer.content.decode()


def test_fault_of_the_portal_itself_stays_one(client, officer, report, monkeypatch):
    client.raise_request_exception = False
    client.force_login(officer)
    monkeypatch.setattr("reports.filing.autosave.save_forms", Mock(side_effect=OSError(errno.ENOENT, "no such file")))

    answer = client.post(reverse("report_save", args=[report.pk]))

    assert (answer.status_code, "Cổng gặp lỗi" in answer.content.decode()) == (500, True)


@pytest.mark.engine
@pytest.mark.django_db(transaction=True)
def test_database_that_somebody_holds_is_told_in_words(client, officer, report, entry):
    if connection.vendor != "sqlite":
        pytest.skip("SQLite has one writer at a time")
    client.force_login(officer)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 100")
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as somebody:
        somebody.execute("BEGIN IMMEDIATE")

        page = client.post(report.get_absolute_url(), {**answered(entry, result="gõ cả buổi chiều"), "save": ""})

    assert (page.status_code, field_of(page, entry, "result")) == (503, "gõ cả buổi chiều")
