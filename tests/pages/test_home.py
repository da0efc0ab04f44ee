"""The officer's home: what was returned, what is to be filed and how much of it needs eyes, what became of the rest."""

from datetime import date, timedelta

import pytest
from lxml import html

from assignments.models import Unit
from assignments.roles import Role
from reports.filing.drafts import keep_entries
from reports.filing.services import submit_report
from reports.models import Alarm, Obstacle, UnitReport
from reports.obstacles.services import settle_obstacle
from reports.pages import own_work
from reports.periods.excuses import excuse_report
from reports.periods.services import run_schedule
from reports.review.services import Remark, reopen_report, return_report
from reports.special.services import request_special_report
from tests.acts import filed, filed_as_nothing, save_entry
from tests.factories import DutyFactory, InitiativeFactory, UnitFactory, UserFactory, agency_of, vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

NEXT_MONDAY = vn("2024-03-11 08:00")


def weekly(code):
    return UnitReport.objects.get(period__code=code)


@pytest.fixture
def report(duty, monday, time_machine):
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    return weekly("2024-W10")


@pytest.fixture
def answered_last_week(report, officer, monday, time_machine):
    save_entry(report.entries.get(), {"work_state": "in_progress", "percent": 60}, by=officer, at=monday)
    submit_report(report, by=officer, at=monday)
    time_machine.move_to(NEXT_MONDAY, tick=False)
    run_schedule(at=NEXT_MONDAY)
    return weekly("2024-W11")


def signs(page):
    """What the signs of the earlier periods say, and what is written beside each."""
    found = html.fromstring(page.content.decode()).xpath("//ul[contains(@class, 'weeks')]//a")
    return [(one.get("aria-label"), one.text_content().strip()) for one in found]


def counts(page, report):
    [contents] = [due.contents for due in page.context["near"] if due.report.pk == report.pk]
    return contents.duties, contents.ready, contents.quiet, contents.to_look


def test_home_counts_what_can_be_kept_and_what_needs_eyes(client, officer, report, answered_last_week):
    client.force_login(officer)

    assert counts(client.get("/"), answered_last_week) == (1, 0, 1, [])


def test_home_counts_a_duty_never_reported_among_those_to_look_at(client, officer, report):
    client.force_login(officer)

    code = report.entries.get().duty.initiative.code
    assert counts(client.get("/"), report) == (1, 0, 0, [code])


def test_home_counts_what_was_kept_as_ready(client, officer, answered_last_week):
    keep_entries(answered_last_week, by=officer, at=NEXT_MONDAY)
    client.force_login(officer)

    assert counts(client.get("/"), answered_last_week) == (1, 1, 0, [])


def test_nothing_to_report_is_offered_at_home_and_asks_first(client, officer, answered_last_week):
    report = answered_last_week
    client.force_login(officer)
    page = client.get("/").content.decode()

    answer = client.post(f"{report.get_absolute_url()}khong-phat-sinh/")

    report.refresh_from_db()
    assert page.count("Nộp “Không phát sinh”") == 2  # of the week and of the month, each behind its own summary
    assert (answer["Location"], report.nothing_to_report) == (report.get_absolute_url(), True)


def test_nothing_to_report_is_not_offered_where_nothing_was_ever_reported(client, officer, report):
    client.force_login(officer)

    pages = [client.get(url).content.decode() for url in ("/", report.get_absolute_url())]

    assert ["Không phát sinh" in page for page in pages] == [False, False]


def test_nothing_to_report_is_not_offered_either_on_reports_too_many_to_be_looked_into(
    client, officer, report, monkeypatch
):
    monkeypatch.setattr(own_work, "LOOKED_INTO", 0)
    client.force_login(officer)

    page = client.get("/")

    assert [(one.contents, one.may_be_nothing) for one in page.context["near"]] == [(None, False)]


@pytest.mark.parametrize(("written", "offered"), [("", True), ("đã lắp 2 máy", False)], ids=["blank", "written"])
def test_nothing_to_report_is_offered_on_reports_too_many_to_be_looked_into_where_it_may_be_said(
    client, officer, answered_last_week, monkeypatch, written, offered
):
    monkeypatch.setattr(own_work, "LOOKED_INTO", 0)
    save_entry(answered_last_week.entries.get(), {"result": written}, by=officer, at=NEXT_MONDAY)
    client.force_login(officer)

    page = client.get("/")

    near = page.context["near"]
    assert [one.contents for one in near] == [None, None]
    assert {one.report.pk: one.may_be_nothing for one in near}[answered_last_week.pk] is offered
    assert page.content.decode().count("Nộp “Không phát sinh”") == 1 + offered  # the other is that of the month


def test_returned_report_is_one_line_with_the_reason(client, officer, standing_agency, report, monday):
    filed(report, by=officer, at=monday)
    return_report(report, reason="thiếu <b>số liệu</b>", by=standing_agency, at=monday)
    client.force_login(officer)

    page = client.get("/")

    assert [(one.report.pk, one.asked) for one in page.context["returned"]] == [(report.pk, ["thiếu <b>số liệu</b>"])]
    assert "thiếu &lt;b&gt;số liệu&lt;/b&gt;" in page.content.decode()
    assert report.pk not in [one.report.pk for one in (*page.context["near"], *page.context["later"])]


def test_unit_that_has_a_returned_report_alone_is_not_told_that_nothing_is_owed(
    client, officer, standing_agency, report, monday
):
    UnitReport.objects.exclude(pk=report.pk).delete()
    filed(report, by=officer, at=monday)
    return_report(report, reason="Thiếu", by=standing_agency, at=monday)
    client.force_login(officer)

    page = client.get("/")

    assert texts(page, "//main//p[contains(@class, 'empty')]") == []


def test_officer_of_a_unit_that_ended_is_told_who_goes_on(client, officer, duty, monday, time_machine):
    successor = UnitFactory(name="Phòng Nội vụ và Lao động")
    Unit.objects.filter(pk=duty.unit_id).update(valid_to=date(2024, 2, 29), successor=successor)
    time_machine.move_to(monday, tick=False)
    client.force_login(officer)

    page = client.get("/")

    assert texts(page, "//main//p[contains(@class, 'note')]") == [
        "Phòng Nội vụ đã kết thúc ngày 29/02/2024; Phòng Nội vụ và Lao động làm tiếp việc của đơn vị. "
        "Hãy báo người quản trị của cổng để tài khoản được gắn với đơn vị mới."
    ]


def test_returned_report_says_at_home_which_line_and_what_was_asked(client, officer, standing_agency, report, monday):
    filed(report, by=officer, at=monday)
    entry = report.entries.get()
    remarks = [Remark(entry.pk, "Ghi rõ số lượng", "result")]
    return_report(report, reason="Thiếu", remarks=remarks, by=standing_agency, at=monday)
    client.force_login(officer)

    page = client.get("/")

    assert texts(page, "//section[@aria-labelledby='tra-lai']//li") == [
        f"Tuần 28/02 – 05/03 trả lại hôm nay “Thiếu” MH {entry.duty.initiative.code} (kết quả): Ghi rõ số lượng"
    ]


@pytest.mark.parametrize(
    ("how", "word"),
    [("filed", "Đã nộp"), ("nothing", "Không phát sinh"), ("excused", "Không phải nộp")],
    ids=["filed", "nothing", "excused"],
)
def test_report_of_a_period_that_is_not_over_says_what_became_of_it(
    client, officer, standing_agency, report, monday, how, word
):
    if how == "excused":
        excuse_report(report, reason="Đơn vị đang sáp nhập", by=standing_agency, at=monday)
    else:
        (filed if how == "filed" else filed_as_nothing)(report, officer, monday)
    client.force_login(officer)

    page = client.get("/")

    assert texts(page, "//p[contains(@class, 'card')]") == [f"Báo cáo tuần 28/02 – 05/03 {word}"]
    assert (page.context["earlier"], signs(page)) == ([], [])


def test_filed_report_of_a_period_that_is_over_is_a_sign_with_its_word(client, officer, report, monday, time_machine):
    filed_as_nothing(report, officer, monday)
    time_machine.move_to(NEXT_MONDAY, tick=False)
    client.force_login(officer)

    page = client.get("/")

    assert signs(page) == [("Tuần 28/02 – 05/03: Không phát sinh", "05/03")]
    assert texts(page, "//section[h2='Các kỳ trước']/p") == ["Cũ nhất bên trái: 1 không phát sinh"]
    assert page.context["filed"] == []


def test_period_that_is_over_and_was_not_owed_is_none_of_the_earlier_ones(
    client, officer, standing_agency, report, monday, time_machine
):
    excuse_report(report, reason="Đơn vị đang sáp nhập", by=standing_agency, at=monday)
    time_machine.move_to(NEXT_MONDAY, tick=False)
    client.force_login(officer)

    page = client.get("/")

    assert (page.context["earlier"], page.context["filed"]) == ([], [])


def asked_for(duty, by, at, *titles):
    """Special reports of the officer's unit, the first due the earliest."""
    for day, title in enumerate(titles, start=8):
        request_special_report(
            duty.initiative.plan,
            title=title, units=[duty.unit], initiatives=[duty.initiative],
            due_at=vn(f"2024-03-{day:02} 17:00"), by=by, at=at,
        )  # fmt: skip


def test_more_open_reports_than_are_looked_into_are_all_shown(client, officer, standing_agency, duty, report, monday):
    asked_for(duty, standing_agency, monday, "Một", "Hai", "Ba")
    client.force_login(officer)

    page = client.get("/")

    cards = "//section[contains(@class, 'due')]"
    shown = zip(texts(page, f"{cards}//h2"), texts(page, f"{cards}//p[@class='when']"), strict=True)
    assert list(shown) == [
        ("Báo cáo tuần 28/02 – 05/03", "Còn 1 ngày hạn 23:59 thứ Ba 05/03 · 1 mô hình"),
        ("Báo cáo đột xuất: Một", "Còn 4 ngày hạn 17:00 thứ Sáu 08/03 · 1 mô hình"),
        ("Báo cáo đột xuất: Hai", "Còn 5 ngày hạn 17:00 thứ Bảy 09/03"),
        ("Báo cáo đột xuất: Ba", "Còn 6 ngày hạn 17:00 Chủ nhật 10/03"),
    ]
    assert page.content.decode().count("Báo cáo ngay") == 4


def test_month_is_a_sentence_until_its_last_week(client, officer, report, time_machine):
    client.force_login(officer)

    told = [texts(client.get("/"), "//aside/p")]
    time_machine.move_to(vn("2024-03-08 08:00"), tick=False)
    told.append(texts(client.get("/"), "//aside/p"))

    assert told == [
        ["Báo cáo tháng 3 (15/02 – 14/03): hạn thứ Năm 14/03, lấy sẵn nội dung các báo cáo tuần."],
        [],
    ]


def test_due_report_shows_the_days_until_then(client, officer, report):
    client.force_login(officer)

    page = client.get("/")

    assert texts(page, "//ol[@class='days']/li") == [
        "T4 28", "T5 29", "T6 01", "T7 02", "CN 03", "T2 04", "T3 05",
    ]  # fmt: skip
    assert texts(page, "//ol[@class='days']/li[@class='now']") == ["T2 04"]


def test_nothing_to_report_is_not_offered_where_something_was_written(client, officer, answered_last_week):
    entry = answered_last_week.entries.get()
    save_entry(entry, {"result": "đã lắp 2 máy"}, by=officer, at=NEXT_MONDAY)
    client.force_login(officer)

    page = client.get("/")

    offered = {due.report.pk: due.may_be_nothing for due in page.context["near"]}
    assert offered[answered_last_week.pk] is False


def test_difficulties_with_a_new_answer_and_those_that_wait_stand_apart(
    client, officer, standing_agency, report, monday
):
    duty = report.entries.get().duty
    answered, waiting = (
        Obstacle.objects.create(duty=duty, text=text, opened_at=monday, raised_at=monday) for text in ("Máy", "Mạng")
    )
    settle_obstacle(answered, text="Đã cấp máy", by=standing_agency, at=monday)
    client.force_login(officer)

    page = client.get("/")

    code = duty.initiative.code
    assert texts(page, "//section[h2='Khó khăn đã nêu' or div/h2='Khó khăn đã nêu']//li") == [
        f"1 Có trả lời mới MH {code} · chưa đọc",
        f"1 Đang chờ giải quyết MH {code} · nêu hôm nay",
    ]
    assert [one.pks for one in page.context["waiting"]] == [[waiting.pk]]


def test_report_reopened_long_after_its_time_is_to_be_filed_with_its_new_lock(
    client, officer, standing_agency, report, monday, time_machine
):
    for week in range(1, 40):  # more reports than the signs of the last periods have room for
        run_schedule(at=monday + timedelta(weeks=week))
    now = monday + timedelta(weeks=39)
    reopen_report(report, until=vn("2024-12-06 17:00"), reason="mất mạng cả tuần", by=standing_agency, at=now)
    time_machine.move_to(now, tick=False)
    client.force_login(officer)

    page = client.get("/")

    assert page.context["near"][0].report.pk == report.pk
    reopened = "Được mở lại, nộp được đến 17:00 ngày 06/12/2024. Lý do: mất mạng cả tuần"
    pages = [page.content.decode(), client.get(report.get_absolute_url()).content.decode()]
    assert [reopened in one for one in pages] == [True, True]


# What the home page tells of a plan, and whom; the rest of the page is the same for all.
TOLD = {
    Role.OFFICER: set(),
    Role.STANDING_AGENCY: {"desk", "reminding"},
    Role.ADMIN: {"reminding", "readiness"},
}


@pytest.mark.parametrize("role", TOLD)
def test_home_tells_each_role_what_concerns_it(client, report, plan, monday, role):
    Obstacle.objects.create(duty=report.entries.get().duty, text="Thiếu máy", opened_at=monday, raised_at=monday)
    Alarm.objects.create(kind=Alarm.Kind.NOBODY, plan=plan, unit=report.unit, period=report.period, raised_at=monday)
    client.force_login(UserFactory(role=role, unit=agency_of(plan)))

    page = client.get("/")

    told = [name for overview in page.context["overviews"] for name, value in overview._asdict().items() if value]
    assert ({*told} - {"plan"}, "near" in page.context) == (TOLD[role], role in (Role.OFFICER, Role.STANDING_AGENCY))


def test_home_of_a_leader_is_the_roll_up(client, report, plan):
    client.force_login(UserFactory(role=Role.LEADER))

    page = client.get("/")

    assert (page.status_code, page.templates[0].name) == (200, "rollup/rollup.html")


@same_queries(31, numbers=(1, 3, 14))
def test_home_takes_the_same_queries_for_any_number_of_duties(
    client, officer, duty, monday, time_machine, rows, counted
):
    for _ in range(rows - 1):
        DutyFactory(unit=duty.unit, initiative=InitiativeFactory(plan=duty.initiative.plan))
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    client.force_login(officer)

    with counted:
        client.get("/")
