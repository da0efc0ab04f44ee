"""What a person owes or follows is over all plans, each line with its plan where more than one is concerned."""

from datetime import date, timedelta

import pytest
from lxml import html

from assignments.models import StandingAgency
from assignments.roles import Role
from reports.models import Alarm, Obstacle, ReportingPeriod, UnitReport
from reports.periods.services import run_schedule
from reports.requests.services import ask_unit
from tests.acts import MONDAY, WEEK, filed
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory, agency_of, vn
from tests.html import texts
from tests.queries import counting_instances, same_queries

pytestmark = pytest.mark.django_db

LATER = date(2024, 3, 1)
CARDS = "//section[contains(@class, 'due')]"


@pytest.fixture
def plan():
    return PlanFactory(short_name="Mô hình số")


@pytest.fixture
def second():
    """A plan that was added later and runs beside the first."""
    return PlanFactory(short_name="Đề án 06", starts_on=LATER)


@pytest.fixture
def duty_of_second(second, unit):
    return DutyFactory(unit=unit, initiative=InitiativeFactory(plan=second))


@pytest.fixture
def agency_of_both(standing_agency, second):
    agency_of(second, standing_agency.memberships.get().unit)
    return standing_agency


@pytest.fixture
def at_work(time_machine):
    """The clock of the portal stands at ``at`` and the periods are opened."""

    def moved(at=MONDAY):
        time_machine.move_to(at, tick=False)
        run_schedule(at=at)

    return moved


def reports_of(plan):
    return UnitReport.objects.filter(period__plan=plan)


def home(client, user):
    client.force_login(user)
    return client.get("/")


def titles(page):
    return texts(page, "//main//h2")


# --- The officer ---


def test_report_of_the_first_plan_is_at_home_after_a_second_plan_was_added(client, officer, duty, second, at_work):
    at_work()

    page = home(client, officer)

    assert titles(page) == ["Báo cáo tuần 28/02 – 05/03"]
    assert "Đề án 06" not in texts(page, "//main")[0]


def test_reports_of_all_plans_are_at_home_each_with_its_plan(client, officer, duty, duty_of_second, plan, at_work):
    at_work()
    UnitReport.objects.filter(period__plan=plan, period__rhythm="monthly").update(
        own_due_at=MONDAY + timedelta(hours=3), own_locks_at=MONDAY + WEEK
    )

    page = home(client, officer)

    assert texts(page, f"{CARDS}//h2") == [
        "Báo cáo tháng 3 · Mô hình số",
        "Báo cáo tuần 28/02 – 05/03 · Mô hình số",
        "Báo cáo tuần 28/02 – 05/03 · Đề án 06",
    ]
    assert texts(page, "//aside/p") == [
        "Báo cáo tháng 3 (15/02 – 14/03): hạn thứ Năm 14/03, lấy sẵn nội dung các báo cáo tuần. · Đề án 06"
    ]


def test_signs_of_the_last_periods_stand_by_plan(client, officer, duty, duty_of_second, at_work):
    at_work()
    for report in UnitReport.objects.filter(period__code="2024-W10"):
        filed(report, officer, MONDAY)
    at_work(MONDAY + WEEK)

    page = home(client, officer)

    assert texts(page, "//section[h2='Các kỳ trước']/p") == ["Mô hình số: 1 đã nộp", "Đề án 06: 1 đã nộp"]


def test_plan_that_ended_and_owes_nothing_takes_no_space(client, officer, duty, duty_of_second, plan, at_work):
    at_work()
    for report in reports_of(plan):
        filed(report, officer, MONDAY)
    plan.closed_on = MONDAY.date()
    plan.save()
    at_work(MONDAY + WEEK)

    page = home(client, officer)

    assert "Mô hình số" not in texts(page, "//main")[0]


def test_plan_that_ended_and_still_owes_is_shown(client, officer, duty, duty_of_second, plan, at_work):
    at_work()
    plan.closed_on = MONDAY.date()
    plan.save()

    page = home(client, officer)

    assert texts(page, f"{CARDS}//h2") == [
        "Báo cáo tuần 28/02 – 05/03 · Mô hình số",
        "Báo cáo tuần 28/02 – 05/03 · Đề án 06",
    ]


@same_queries(53, numbers=(4, 6))
def test_home_of_an_officer_takes_the_same_queries_for_any_number_of_plans(
    client, officer, unit, at_work, rows, counted
):
    for number in range(rows):
        DutyFactory(unit=unit, initiative=InitiativeFactory(plan=PlanFactory(short_name=f"Kế hoạch {number}")))
    at_work()
    client.force_login(officer)

    with counted:
        client.get("/")


# --- Those who follow a plan ---


def hindered(duty):
    return Obstacle.objects.create(duty=duty, text="Thiếu máy", opened_at=MONDAY, raised_at=MONDAY)


def unreachable(plan):
    report = reports_of(plan).first()
    return Alarm.objects.create(
        kind=Alarm.Kind.NOBODY, plan=plan, unit=report.unit, period=report.period, raised_at=MONDAY
    )


def test_agency_of_one_plan_reads_what_it_read_before_a_second_was_added(
    client, standing_agency, officer, duty, plan, at_work
):
    at_work()
    filed(reports_of(plan).get(period__rhythm="weekly"), officer, MONDAY)
    hindered(duty)
    unreachable(plan)
    before = home(client, standing_agency)

    PlanFactory(short_name="Chưa bắt đầu", starts_on=date(2024, 6, 1))
    after = home(client, standing_agency)

    assert titles(after) == titles(before) == ["Theo thứ tự cần làm", "Cần gọi điện", "Tuần 28/02 – 05/03", "Sắp tới"]


def test_agency_of_two_plans_has_the_desk_of_each(
    client, agency_of_both, officer, duty, duty_of_second, plan, second, at_work
):
    at_work()
    filed(reports_of(plan).get(period__rhythm="weekly"), officer, MONDAY)
    hindered(duty_of_second)
    unreachable(plan)

    page = home(client, agency_of_both)

    assert titles(page) == [
        "Đề án 06", "Mô hình số", "Cần gọi điện · Mô hình số",
        "Tuần 28/02 – 05/03 · Đề án 06", "Tuần 28/02 – 05/03 · Mô hình số", "Sắp tới",
    ]  # fmt: skip
    assert texts(page, "//ol[@class='todo']/li//h3") == ["1 khó khăn mới, chưa trả lời", "1 báo cáo chờ tiếp nhận"]
    assert [(one.filed, one.expected) for one in page.context["running"]] == [(0, 1), (1, 1)]


def test_unit_without_people_is_told_under_each_running_plan_it_owes(
    client, agency_of_both, unit, duty, duty_of_second, second, at_work
):
    DutyFactory(initiative=duty_of_second.initiative, unit=UserFactory(unit=UnitFactory()).memberships.get().unit)
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=PlanFactory(closed_on=date(2024, 2, 1))))
    at_work()

    page = home(client, agency_of_both)

    nobody = {overview.plan: overview.reminding.nobody for overview in page.context["overviews"] if overview.reminding}
    assert nobody == {second: [(unit, None)], duty.initiative.plan: [(unit, None)]}


@pytest.mark.parametrize("role", [Role.STANDING_AGENCY, Role.OFFICER])
def test_parts_of_home_have_names_of_their_own_where_there_are_several_plans(
    client, unit, duty, duty_of_second, at_work, role
):
    for one in (duty, duty_of_second):
        StandingAgency.objects.create(plan=one.initiative.plan, unit=unit)
    at_work()
    for report in UnitReport.objects.filter(period__rhythm="weekly"):
        hindered(report.entries.get().duty)
        UnitReport.objects.filter(pk=report.pk).update(own_due_at=MONDAY - WEEK, own_locks_at=MONDAY + WEEK)

    page = home(client, UserFactory(role=role, unit=unit))

    found = titles(page)
    assert sorted(set(found)) == sorted(found)
    ids = html.fromstring(page.content.decode()).xpath("//main//@id")
    assert sorted(set(ids)) == sorted(ids)


def test_agency_is_told_of_its_own_plan_alone(
    client, standing_agency, officer, duty, duty_of_second, plan, second, at_work
):
    agency_of(second)
    at_work()
    filed(reports_of(second).get(period__rhythm="weekly"), officer, MONDAY)
    hindered(duty_of_second)
    unreachable(second)

    page = home(client, standing_agency)

    assert titles(page) == ["Theo thứ tự cần làm", "Tuần 28/02 – 05/03", "Sắp tới"]
    assert texts(page, "//ol[@class='todo']/li//h3") == ["Không có việc nào đang chờ"]


def test_agency_sees_of_a_plan_that_ended_what_is_left_to_be_done(
    client, agency_of_both, officer, duty, duty_of_second, plan, at_work
):
    at_work()
    filed(reports_of(plan).get(period__rhythm="weekly"), officer, MONDAY)
    plan.closed_on = MONDAY.date()
    plan.save()
    at_work(MONDAY + WEEK)

    page = home(client, agency_of_both)

    assert texts(page, "//section[h2='Mô hình số']//h3") == [
        "1 báo cáo chờ tiếp nhận",
        "Báo cáo gửi cấp trên tuần 28/02 – 05/03",
    ]


def test_leader_has_the_roll_up_of_the_plan_looked_at(client, duty, duty_of_second, at_work):
    at_work()

    page = home(client, UserFactory(role=Role.LEADER))

    assert (page.templates[0].name, page.context["plan"].short_name) == ("rollup/rollup.html", "Đề án 06")
    assert named(page)[0][0].endswith(" · Đề án 06")


def test_leader_is_not_told_to_be_given_a_unit_before_any_plan_runs(client, second, at_work):
    at_work(vn("2024-02-10 08:00"))

    page = home(client, UserFactory(role=Role.LEADER))

    assert "chưa gắn với đơn vị nào" not in page.content.decode()


def test_admin_has_the_readiness_of_plans_that_run_or_will_run(client, duty, plan, second, at_work):
    PlanFactory(short_name="Đã đóng", starts_on=date(2023, 1, 1), closed_on=date(2024, 1, 31))
    at_work(vn("2024-02-10 08:00"))

    page = home(client, UserFactory(role=Role.ADMIN))

    assert [title for title in titles(page) if title.startswith("Danh mục")] == [
        "Danh mục và người dùng · Đề án 06", "Danh mục và người dùng · Mô hình số",
    ]  # fmt: skip


@same_queries(27, numbers=(2, 4))
def test_home_takes_the_same_queries_for_any_number_of_plans_followed(client, unit, at_work, rows, counted):
    follower = UserFactory(role=Role.STANDING_AGENCY, unit=UnitFactory())
    for number in range(rows):
        duty = DutyFactory(unit=unit, initiative=InitiativeFactory(plan=PlanFactory(short_name=f"Kế hoạch {number}")))
        agency_of(duty.initiative.plan, follower.memberships.get().unit)
    at_work()
    client.force_login(follower)

    with counted:
        client.get("/")


# --- "Báo cáo" and "Yêu cầu" ---

LINES = "//ul[contains(@class, 'report-list')]//span[@class='name']"
CHOICES = "//select[@name='ke_hoach']/option"


@pytest.fixture
def reader(client, officer):
    client.force_login(officer)
    return client


def test_reports_of_one_plan_are_listed_without_its_name(reader, duty, second, at_work):
    at_work()

    page = reader.get("/bao-cao/")

    assert texts(page, LINES) == ["Báo cáo tháng 3", "Báo cáo tuần 28/02 – 05/03"]
    assert texts(page, CHOICES) == []


def test_reports_of_all_plans_are_listed_each_with_its_plan(reader, duty, duty_of_second, at_work):
    at_work()

    page = reader.get("/bao-cao/")

    assert texts(page, LINES) == [
        "Báo cáo tháng 3 · Đề án 06", "Báo cáo tháng 3 · Mô hình số",
        "Báo cáo tuần 28/02 – 05/03 · Đề án 06", "Báo cáo tuần 28/02 – 05/03 · Mô hình số",
    ]  # fmt: skip


def test_reports_are_narrowed_to_a_plan_chosen_by_its_name_in_vietnamese_order(
    reader, unit, duty, duty_of_second, plan, at_work
):
    third = PlanFactory(short_name="Dân cư")
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=third))
    PlanFactory(short_name="Không có việc")
    at_work()

    page = reader.get("/bao-cao/", {"ke_hoach": third.pk})

    assert texts(page, CHOICES) == ["Tất cả kế hoạch", "Dân cư", "Đề án 06", "Mô hình số"]
    assert [report.plan_id for report in page.context["reports"]] == [third.pk, third.pk]


def test_page_of_reports_without_any_plan_says_so(reader):
    assert texts(reader.get("/bao-cao/"), "//h1") == ["Chưa có kế hoạch"]


@same_queries(12, numbers=(2, 4))
def test_list_of_reports_takes_the_same_queries_for_any_number_of_plans(reader, unit, at_work, rows, counted):
    for number in range(rows):
        DutyFactory(unit=unit, initiative=InitiativeFactory(plan=PlanFactory(short_name=f"Kế hoạch {number}")))
    at_work()

    with counted:
        reader.get("/bao-cao/")


@pytest.mark.parametrize("person", ["officer", "standing_agency"])
def test_list_of_reports_builds_no_instance_of_a_report_or_a_period(client, duty, at_work, request, person):
    at_work()
    client.force_login(request.getfixturevalue(person))

    with counting_instances() as built:
        page = client.get("/bao-cao/")

    assert page.context["reports"]
    assert (built[UnitReport], built[ReportingPeriod]) == (0, 0)


def asked(duty, by):
    about = {"obstacle": hindered(duty)}
    plan = duty.initiative.plan
    return ask_unit(duty.unit, plan=plan, about=about, text="Cấp máy", due_on=LATER, by=by, at=vn("2024-02-20 08:00"))


def test_request_names_its_plan_where_several_ask(reader, standing_agency, duty, duty_of_second, at_work):
    at_work()
    asked(duty, standing_agency)
    alone = texts(reader.get("/yeu-cau/"), "//main//ul[@class='lines']/li")

    asked(duty_of_second, standing_agency)

    line = "Cấp máy quá hạn 3 ngày hạn trả lời 01/03/2024 Phòng Nội vụ"
    assert alone == [line]
    assert texts(reader.get("/yeu-cau/"), "//main//ul[@class='lines']/li") == [f"{line} Mô hình số", f"{line} Đề án 06"]
    assert texts(reader.get("/"), "//section[@aria-labelledby='yeu-cau']//li") == [
        f"Cấp máy quá hạn 3 ngày hạn trả lời 01/03/2024 · {plan} Phòng Nội vụ: Thiếu máy"
        for plan in ("Mô hình số", "Đề án 06")
    ]


# --- The name of a page ---


def named(page):
    """What the browser writes above the page, and the way that leads back."""
    return texts(page, "//title"), texts(page, "//nav[@aria-label='Đường dẫn']//li")


def weekly_of(plan):
    return reports_of(plan).get(period__rhythm="weekly")


def test_report_is_named_after_its_plan_where_there_are_several(reader, duty, duty_of_second, plan, second, at_work):
    at_work()

    pages = [named(reader.get(weekly_of(one).get_absolute_url())) for one in (plan, second)]

    assert pages == [
        (
            [f"Báo cáo tuần 28/02 – 05/03 · {name}"],
            [name, "Báo cáo của đơn vị"],
        )
        for name in ("Mô hình số", "Đề án 06")
    ]


def test_request_is_named_after_its_plan_where_there_are_several(
    reader, standing_agency, duty, duty_of_second, plan, second, at_work
):
    at_work()

    pages = [named(reader.get(asked(one, standing_agency).get_absolute_url())) for one in (duty, duty_of_second)]

    assert pages == [
        (["Yêu cầu trả lời · Mô hình số"], ["Mô hình số", "Yêu cầu trả lời"]),
        (["Yêu cầu trả lời · Đề án 06"], ["Đề án 06", "Yêu cầu trả lời"]),
    ]


@pytest.mark.parametrize("address", ["mo-hinh/", "don-vi/", ""], ids=["initiatives", "units", "plan"])
def test_page_of_a_plan_is_named_after_it(reader, plan, second, address):
    pages = [named(reader.get(f"/ke-hoach/{one.pk}/{address}")) for one in (plan, second)]

    assert [title[0].split(" · ")[1] for title, _ in pages] == ["Mô hình số", "Đề án 06"]


@pytest.mark.parametrize("address", ["/bao-cao/", "/yeu-cau/", "/thong-bao/"])
def test_page_over_all_plans_is_named_after_none(reader, plan, second, address):
    title, way = named(reader.get(address))

    assert (title[0].split(" · ")[1], way) == ("Cổng theo dõi kế hoạch", [])


def test_page_is_named_after_the_only_plan_without_a_way_through_it(reader, duty, plan, at_work):
    at_work()

    assert named(reader.get(weekly_of(plan).get_absolute_url())) == (
        ["Báo cáo tuần 28/02 – 05/03 · Mô hình số"],
        ["Báo cáo của đơn vị"],
    )
