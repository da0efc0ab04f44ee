"""Special reports: who is asked is shown before anybody is asked, and who has filed is shown after."""

import pytest

from reports.models import ReportingPeriod, UnitReport
from reports.periods.services import run_schedule
from reports.special.services import request_special_report
from tests.acts import filed
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory, vn
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db

NOW = vn("2024-03-06 09:00")
DUE = "2024-03-08T17:00"
HOSTILE = ("'", '"', "--", ";", "-1", "999999999999999999999999", "x" * 5000, "<script>alert(1)</script>")


@pytest.fixture
def agency(client, standing_agency, time_machine):
    time_machine.move_to(NOW, tick=False)
    client.force_login(standing_agency)
    client.person = standing_agency
    return client


@pytest.fixture
def initiative(plan):
    """An initiative of which An and Bình owe reports; Cường owes reports of another one."""
    first, other = InitiativeFactory(plan=plan, name="Việc chính"), InitiativeFactory(plan=plan, name="Việc khác")
    for name, each in (("An", first), ("Bình", first), ("Cường", other)):
        DutyFactory(initiative=each, unit=UnitFactory(name=name))
    run_schedule(at=NOW)
    return first


def given(initiative, **fields):
    return {"title": "Rà soát đầu đọc thẻ", "due_at": DUE, "initiatives": [initiative.pk], **fields}


def unit_pk(name):
    return UnitReport.objects.filter(unit__name=name).first().unit_id


def special():
    return ReportingPeriod.objects.filter(rhythm="special")


def names(rows):
    return [unit.name for unit, _ in rows]


def test_who_will_be_asked_is_shown_before_anybody_is(agency, initiative):
    page = agency.post("/bao-cao-dot-xuat/moi/", given(initiative))

    assert (names(page.context["asked"]), special().count()) == (["An", "Bình"], 0)
    assert "Yêu cầu 2 đơn vị báo cáo?" in page.content.decode()


@pytest.mark.engine
def test_chosen_units_alone_are_asked(agency, initiative):
    page = agency.post("/bao-cao-dot-xuat/moi/", given(initiative, units=[unit_pk("Bình")]))

    assert names(page.context["asked"]) == ["Bình"]


def test_report_is_asked_for_after_the_confirmation(agency, initiative):
    answer = agency.post("/bao-cao-dot-xuat/moi/", given(initiative, **{"xac-nhan": "1"}))

    period = special().get()
    assert (period.name, period.due_at, period.asked_by) == (
        "Rà soát đầu đọc thẻ", vn("2024-03-08 17:00"), agency.person,
    )  # fmt: skip
    assert sorted(report.unit.name for report in period.reports.all()) == ["An", "Bình"]
    assert answer["Location"] == f"/bao-cao-dot-xuat/{period.pk}/"


def test_going_back_keeps_what_was_chosen(agency, initiative):
    page = agency.post("/bao-cao-dot-xuat/moi/", given(initiative, sua="1"))

    assert (page.status_code, page.context["form"]["title"].value(), special().count()) == (
        200, "Rà soát đầu đọc thẻ", 0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 301}, "title"),
        ({"due_at": ""}, "due_at"),
        ({"due_at": "mai"}, "due_at"),
        ({"due_at": "2024-03-06T08:59"}, "due_at"),
        ({"initiatives": []}, "initiatives"),
        ({"initiatives": ["x"]}, "initiatives"),
        ({"initiatives": ["999999"]}, "initiatives"),
        ({"units": ["x"]}, "units"),
        ({"units": ["999999"]}, "units"),
    ],
)
def test_what_is_wrong_is_said_at_its_place(agency, initiative, wrong, field):
    page = agency.post("/bao-cao-dot-xuat/moi/", given(initiative, **wrong, **{"xac-nhan": "1"}))

    assert (page.status_code, list(page.context["form"].errors), special().count()) == (422, [field], 0)


def test_unit_without_a_duty_there_is_named(agency, initiative):
    page = agency.post("/bao-cao-dot-xuat/moi/", given(initiative, units=[unit_pk("Cường")]))

    assert page.context["form"].errors["units"] == [
        "Cường không có nhiệm vụ ở mô hình đã chọn. Hãy bỏ đơn vị hoặc thêm mô hình."
    ]


def test_initiative_that_nobody_reports_on_asks_nobody(agency, initiative, plan):
    page = agency.post("/bao-cao-dot-xuat/moi/", given(InitiativeFactory(plan=plan)))

    assert page.context["form"].errors["units"] == [
        "Không đơn vị nào có nhiệm vụ ở mô hình đã chọn. Hãy chọn mô hình khác."
    ]


def test_initiatives_and_units_of_another_plan_cannot_be_asked(agency, initiative):
    foreign = DutyFactory(initiative=InitiativeFactory(plan=PlanFactory(starts_on="2024-01-01")))

    pages = [
        agency.post(
            f"/ke-hoach/{initiative.plan_id}/bao-cao-dot-xuat/moi/", given(initiative, **wrong, **{"xac-nhan": "1"})
        )
        for wrong in ({"initiatives": [foreign.initiative_id]}, {"units": [foreign.unit_id]})
    ]

    assert ([page.status_code for page in pages], special().count()) == ([422, 422], 0)


def asked_for(plan, initiative, by, title="Rà soát", names=("An", "Bình"), due="2024-03-08 17:00"):
    units = [report.unit for report in UnitReport.objects.filter(unit__name__in=names, period__rhythm="weekly")]
    return request_special_report(
        plan, title=title, units=units, initiatives=[initiative], due_at=vn(due), by=by, at=NOW
    )


def test_list_shows_how_many_have_filed_the_latest_first(agency, plan, initiative, officer, time_machine):
    first = asked_for(plan, initiative, agency.person, "Rà soát một")
    asked_for(plan, initiative, agency.person, "Rà soát hai", names=["An"], due="2024-03-20 17:00")
    filed(first.reports.get(unit__name="An"), by=officer, at=NOW)
    time_machine.move_to(vn("2024-03-09 08:00"), tick=False)

    rows = agency.get("/bao-cao-dot-xuat/").context["rows"]

    assert [(period.name, period.filed, period.expected, is_overdue) for period, is_overdue in rows] == [
        ("Rà soát hai", 0, 1, False),
        ("Rà soát một", 1, 2, True),
    ]


def test_special_report_shows_who_has_filed_and_of_what(agency, plan, initiative, officer):
    period = asked_for(plan, initiative, agency.person)
    filed(period.reports.get(unit__name="An"), by=officer, at=NOW)

    context = agency.get(f"/bao-cao-dot-xuat/{period.pk}/").context

    shown = [[report.unit.name for report in context[part]] for part in ("filed", "missing")]
    assert (shown, list(context["initiatives"])) == ([["An"], ["Bình"]], [initiative])


def test_special_report_is_called_by_its_title_and_not_by_its_code(agency, plan, initiative):
    period = asked_for(plan, initiative, agency.person)

    page = agency.get(f"/bao-cao-dot-xuat/{period.pk}/").content.decode()

    assert (period.code in page, page.count("Rà soát") >= 2) == (False, True)


def test_unit_files_what_was_asked_and_nothing_else(client, agency, plan, initiative):
    """The unit owes reports of two initiatives and is asked of one: its page shows that one, with its own due time."""
    unit = UnitReport.objects.filter(unit__name="An").first().unit
    DutyFactory(initiative=InitiativeFactory(plan=plan, name="Không hỏi đến"), unit=unit)
    period = asked_for(plan, initiative, agency.person, names=["An"])
    report = period.reports.get()
    client.force_login(UserFactory(unit=unit))

    page = client.get(report.get_absolute_url())

    words = page.content.decode()
    assert [row.line.duty.initiative for row in page.context["rows"]] == [initiative]
    assert texts(page, "//h1") == ["Báo cáo đột xuất: Rà soát"]
    assert ("hạn thứ Sáu 08/03 17:00" in words, "Không hỏi đến" in words, period.code in words) == (True, False, False)


def test_request_is_taken_back_while_nobody_has_filed(agency, plan, initiative):
    period = asked_for(plan, initiative, agency.person)

    page = agency.post(f"/bao-cao-dot-xuat/{period.pk}/huy/", follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Đã hủy yêu cầu “Rà soát”. Các đơn vị không còn phải nộp báo cáo này."
    ]
    assert ReportingPeriod.objects.filter(rhythm="special").count() == 0


def test_request_that_somebody_answered_stays(agency, plan, initiative, officer):
    period = asked_for(plan, initiative, agency.person)
    filed(period.reports.first(), by=officer, at=NOW)

    page = agency.post(f"/bao-cao-dot-xuat/{period.pk}/huy/", follow=True)

    assert [str(message) for message in page.context["messages"]] == [
        "Đã có 1 đơn vị nộp báo cáo này nên không hủy được."
    ]
    assert period.reports.count() == 2


def test_code_of_a_request_taken_back_is_not_given_again_below_a_later_one(agency, plan, initiative):
    first = asked_for(plan, initiative, agency.person)
    asked_for(plan, initiative, agency.person)
    agency.post(f"/bao-cao-dot-xuat/{first.pk}/huy/")

    assert asked_for(plan, initiative, agency.person).code == "2024-DX03"


def test_week_cannot_be_taken_back(agency, plan, initiative):
    week = ReportingPeriod.objects.get(rhythm="weekly")

    assert agency.post(f"/bao-cao-dot-xuat/{week.pk}/huy/").status_code == 404


def test_empty_list_says_what_it_is_for(agency, plan, duty):
    assert "Chưa yêu cầu báo cáo đột xuất nào." in agency.get("/bao-cao-dot-xuat/").content.decode()


def test_title_is_never_markup(agency, plan, initiative):
    period = asked_for(plan, initiative, agency.person, "<script>alert(1)</script>")

    pages = [agency.get(path).content for path in ("/bao-cao-dot-xuat/", f"/bao-cao-dot-xuat/{period.pk}/")]

    assert b"<script>alert" not in b"".join(pages)


def test_special_report_of_another_plan_is_not_there(agency, initiative, plan):
    other = DutyFactory(initiative=InitiativeFactory(plan=PlanFactory(starts_on="2024-01-01")))
    run_schedule(at=NOW)
    foreign = request_special_report(
        other.initiative.plan,
        title="Việc nơi khác", units=[other.unit], initiatives=[other.initiative],
        due_at=vn("2024-03-08 17:00"), by=agency.person, at=NOW,
    )  # fmt: skip

    listed = agency.get(f"/ke-hoach/{plan.pk}/bao-cao-dot-xuat/").content.decode()

    assert (agency.get(f"/bao-cao-dot-xuat/{foreign.pk}/").status_code, "Việc nơi khác" in listed) == (404, False)


def test_regular_period_is_no_special_report(agency, initiative):
    weekly = ReportingPeriod.objects.get(rhythm="weekly")

    assert agency.get(f"/bao-cao-dot-xuat/{weekly.pk}/").status_code == 404


@pytest.mark.parametrize("value", HOSTILE)
def test_list_takes_any_address(agency, initiative, value):
    paths = ("/bao-cao-dot-xuat/", "/bao-cao-dot-xuat/moi/")

    assert [agency.get(path, {"trang": value}).status_code for path in paths] == [200, 200]


def test_nothing_is_asked_by_looking(agency, initiative):
    agency.get("/bao-cao-dot-xuat/moi/", given(initiative, **{"xac-nhan": "1"}))

    assert special().count() == 0


@same_queries(10)
def test_list_takes_the_same_queries_for_any_number_of_rows(agency, plan, initiative, rows, counted):
    for number in range(rows):
        asked_for(plan, initiative, agency.person, f"Rà soát {number}")

    with counted:
        assert len(agency.get(f"/ke-hoach/{plan.pk}/bao-cao-dot-xuat/").context["rows"]) == rows


@same_queries(10, numbers=(1, 2))
def test_special_report_takes_the_same_queries_for_any_number_of_units(agency, plan, initiative, rows, counted):
    period = asked_for(plan, initiative, agency.person, names=["An", "Bình"][:rows])

    with counted:
        assert len(agency.get(f"/bao-cao-dot-xuat/{period.pk}/").context["missing"]) == rows


@pytest.mark.parametrize("due", ["9999-12-31T23:59", "0001-01-01T00:00", "2101-01-01T00:00"])
def test_due_time_at_the_end_of_the_calendar_is_refused(agency, initiative, due):
    page = agency.post("/bao-cao-dot-xuat/moi/", given(initiative, due_at=due))

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["due_at"])


@pytest.mark.slow
@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("name", ["title", "due_at", "initiatives", "units"])
def test_no_value_breaks_the_form(agency, initiative, name, value):
    page = agency.post("/bao-cao-dot-xuat/moi/", given(initiative, **{name: value}))

    assert page.status_code in (200, 422)
