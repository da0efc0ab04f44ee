"""What each person is shown: home by role, navigation, one's own unit's words, the first password."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tablib import Dataset

from assignments.models import UnitMembership
from assignments.people.forms import UserAddForm
from assignments.readiness import readiness_of
from assignments.resources import UserResource
from assignments.roles import Role
from reports.domain.states import WorkState
from reports.filing.services import submit_report
from reports.models import DemoData, ProgressEntry, UnitReport
from reports.pages.navigation import rooms_for
from reports.periods.services import run_schedule
from tests.acts import save_draft
from tests.factories import AssignmentFactory, DutyFactory, UnitFactory, UserFactory, agency_of

pytestmark = pytest.mark.django_db

SAID = "đã tập huấn cho 15 cán bộ"


@pytest.fixture
def filed(duty, officer, monday, time_machine):
    """The officer's unit has filed its weekly report, in which it says SAID."""
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    report = UnitReport.objects.get(unit=duty.unit, period__code="2024-W10")
    entry = report.entries.get()
    entry.work_state, entry.result = WorkState.IN_PROGRESS, SAID
    save_draft(report, [entry], by=officer, at=monday)
    return submit_report(report, by=officer, at=monday)


def pages_with(client, person, text, filed):
    """Which of the pages that could show ``text`` do."""
    client.force_login(person)
    duty = filed.entries.get().duty
    addresses = {
        "report": filed.get_absolute_url(),
        "initiative": duty.initiative.get_absolute_url(),
        "unit": filed.unit.get_absolute_url(),
        "search": "/tim-kiem/?q=tap+huan",
        "rollup": "/tong-hop/chi-tiet/",
    }
    return {name for name, url in addresses.items() if text in client.get(url).content.decode()}


def test_words_of_a_unit_are_read_by_itself(client, officer, filed):
    assert pages_with(client, officer, SAID, filed) == {"report", "initiative"}


def test_words_of_a_unit_are_read_by_the_standing_agency(client, standing_agency, filed):
    pages = {"report", "initiative", "rollup"}
    assert pages_with(client, standing_agency, SAID, filed) == pages


@pytest.mark.engine
def test_words_of_a_unit_are_nowhere_for_another(client, outsider, filed):
    assert pages_with(client, outsider, SAID, filed) == set()
    assert ProgressEntry.objects.visible_to(outsider, filed.submitted_at.date()).count() == 0


def test_words_of_a_unit_are_closed_to_somebody_who_left_it(client, officer, filed, monday):
    UnitMembership.objects.filter(user=officer).update(valid_to="2024-03-03")

    assert pages_with(client, officer, SAID, filed) == set()


def rooms(user, path="/", waiting=None):
    return rooms_for(user, path, None, waiting or {})


def labels(user):
    return [(group.heading, [link.label for link in group.links]) for group in rooms(user).groups]


def test_navigation_leads_only_where_one_may_go_in_the_groups_of_its_role(plan):
    by_role = {role: labels(UserFactory(role=role, unit=agency_of(plan))) for role in Role.values}

    looked_up = ["Mô hình", "Đơn vị", "Kế hoạch"]
    last = ("", ["Trợ giúp, liên hệ"])
    assert by_role == {
        Role.OFFICER: [("", ["Việc cần làm", "Báo cáo của đơn vị", "Khó khăn"]), ("Tra cứu", looked_up), last],
        Role.LEADER: [
            ("", ["Tình hình chung", "Báo cáo gửi cấp trên", "Khó khăn"]),
            ("Tra cứu", [*looked_up, "Báo cáo của đơn vị"]),
            last,
        ],
        Role.STANDING_AGENCY: [
            ("", ["Việc cần làm", "Duyệt báo cáo", "Khó khăn", "Đôn đốc"]),
            ("Tổng hợp", ["Tình hình chung", "Báo cáo gửi cấp trên", "Báo cáo đột xuất"]),
            ("Thường trực phải nộp", ["Báo cáo của đơn vị"]),
            ("Tra cứu", looked_up),
            last,
        ],
        Role.ADMIN: [
            ("", ["Việc cần làm"]),
            ("Thiết lập", ["Nhập phụ lục", "Đơn vị, tài khoản", "Lịch, nhắc việc", "Quản trị dữ liệu"]),
            ("Tra cứu", ["Tình hình chung", *looked_up, "Khó khăn", "Báo cáo gửi cấp trên", "Báo cáo của đơn vị"]),
            last,
        ],
    }


def test_navigation_on_a_phone_has_three_places_and_the_rest_behind_more(plan):
    by_role = {role: rooms(UserFactory(role=role, unit=agency_of(plan))) for role in Role.values}

    assert {role: [link.phone for link in one.on_phone] for role, one in by_role.items()} == {
        Role.OFFICER: ["Việc cần làm", "Báo cáo", "Mô hình"],
        Role.LEADER: ["Tình hình", "Khó khăn", "Mô hình"],
        Role.STANDING_AGENCY: ["Việc cần làm", "Duyệt", "Tổng hợp"],
        Role.ADMIN: ["Việc cần làm", "Nhập phụ lục", "Tình hình"],
    }
    assert [
        {link.url for link in one.on_phone} & {link.url for group in one.more for link in group.links}
        for one in by_role.values()
    ] == [set(), set(), set(), set()]


def test_navigation_labels_are_short_enough_never_to_wrap(plan):
    everybody = [rooms(UserFactory(role=role, unit=agency_of(plan))) for role in Role.values]

    labels = [link.label for one in everybody for group in one.groups for link in group.links]
    assert [label for label in labels if len(label) > 22] == []


def current(user, path):
    return [link.label for group in rooms(user, path).groups for link in group.links if link.is_current]


def test_navigation_marks_where_one_is(officer):
    assert current(officer, "/ke-hoach/1/mo-hinh/24/") == ["Mô hình"]


def test_navigation_of_a_leader_marks_the_roll_up_as_the_home_it_is(plan):
    assert current(UserFactory(role=Role.LEADER), "/ke-hoach/1/tong-hop/") == ["Tình hình chung"]


def test_navigation_counts_what_waits_where_it_waits(standing_agency, officer):
    waiting = {"to_file": 1, "to_do": 2, "to_review": 48, "overdue": 5, "obstacles": 20}

    badges = [
        {link.label: link.waiting for group in rooms(user, "/", waiting).groups for link in group.links if link.waiting}
        for user in (officer, standing_agency)
    ]

    assert badges == [
        {"Việc cần làm": 2, "Khó khăn": 20},
        {"Duyệt báo cáo": 48, "Khó khăn": 20, "Đôn đốc": 5, "Báo cáo của đơn vị": 1},
    ]


def test_what_waits_behind_more_is_counted_together(standing_agency):
    waiting = {"to_file": 1, "to_review": 48, "overdue": 5, "obstacles": 20}

    assert rooms(standing_agency, "/", waiting).waiting_in_more == 26


def test_home_of_an_officer_without_a_unit_says_whom_to_ask(client, duty):
    client.force_login(UserFactory())

    page = client.get("/")

    assert (page.context["units"], "chưa gắn với đơn vị nào" in page.content.decode()) == ([], True)


def test_readiness_names_unknown_units_and_units_without_people(duty, officer, monday):
    UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(duty.initiative.plan))
    mention = AssignmentFactory(initiative=duty.initiative, unit=None, text="Ban lạ")
    for name in ("Phòng Tư pháp", "Phòng Y tế"):
        DutyFactory(initiative=duty.initiative, unit=UnitFactory(name=name))

    found = readiness_of(duty.initiative.plan, monday.date())

    assert (found.unknown, [line.subjects for line in found.problems], found.is_complete) == (
        [mention], ["Phòng Tư pháp, Phòng Y tế"], False,
    )  # fmt: skip


def test_readiness_is_complete_when_all_is_known_and_staffed(duty, officer, monday):
    UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(duty.initiative.plan))

    assert readiness_of(duty.initiative.plan, monday.date()).is_complete is True


def test_readiness_of_a_plan_that_will_run_names_the_units_unknown_on_its_first_day(duty, officer, plan):
    mention = AssignmentFactory(initiative=duty.initiative, unit=None, text="Ban lạ", valid_from=plan.starts_on)

    found = readiness_of(plan, plan.starts_on - timedelta(days=30))

    assert found.unknown == [mention]


def test_first_password_is_changed_before_anything_else(client, officer, duty):
    officer.must_change_password = True
    officer.set_password("mật-khẩu-được-cấp")
    officer.save()
    client.force_login(officer)
    led = {client.get(path)["Location"] for path in ("/", "/mo-hinh/", "/tro-giup/", "/tai-khoan/")}

    wanted = "mật-khẩu-của-riêng-tôi"
    given = {"old_password": "mật-khẩu-được-cấp", "new_password1": wanted, "new_password2": wanted}
    client.post("/tai-khoan/mat-khau/", given)

    officer.refresh_from_db()
    assert led == {"/tai-khoan/mat-khau/"}
    assert (officer.must_change_password, officer.check_password(wanted), client.get("/").status_code) == (
        False, True, 200,
    )  # fmt: skip


def test_the_password_given_may_not_be_kept(client, officer):
    officer.must_change_password = True
    officer.set_password("mật-khẩu-được-cấp")
    officer.save()
    client.force_login(officer)
    same = "mật-khẩu-được-cấp"

    page = client.post("/tai-khoan/mat-khau/", {"old_password": same, "new_password1": same, "new_password2": same})

    officer.refresh_from_db()
    assert (list(page.context["form"].errors), officer.must_change_password) == (["new_password1"], True)


def test_every_page_says_that_demo_data_is_made_up(client, officer, duty, monday):
    client.force_login(officer)
    before = client.get("/").content.decode()
    DemoData.objects.create(made_at=monday, weeks=1)

    shown = [client.get(path).content.decode() for path in ("/", "/thong-bao/", "/tai-khoan/", "/tro-giup/")]

    assert "minh họa</span>" not in before
    assert ["Dữ liệu </span>minh họa</span>" in page for page in shown] == [True] * len(shown)


@pytest.mark.parametrize("name", ["home", "reports", "any_plan:plan", "any_plan:rollup"])
def test_page_without_any_plan_says_what_to_do(client, name):
    client.force_login(UserFactory(role=Role.ADMIN))

    page = client.get(reverse(name))

    assert (page.status_code, "web/no_plan.html" in [template.name for template in page.templates]) == (200, True)


# --- The table of people ---


def brought_in(*rows, headers=("Tên đăng nhập", "Họ và tên", "Thư điện tử", "Vai trò", "Đang hoạt động", "Đơn vị")):
    """What the portal says it did with each row."""
    result = UserResource().import_data(Dataset(*rows, headers=headers), raise_errors=True)
    return [row.import_type for row in result.rows]


def row_of(user, *units):
    return (user.username, user.full_name, user.email, "Cán bộ đơn vị", "có", "; ".join(unit.name for unit in units))


def test_row_that_brings_another_unit_is_told_as_a_change(officer, unit):
    other = UnitFactory(name="Phòng Tài chính")

    said = [brought_in(row_of(officer, unit, other)) for _ in range(2)]

    assert said == [["update"], ["skip"]]
    assert sorted(one.unit.name for one in officer.memberships.all()) == ["Phòng Nội vụ", "Phòng Tài chính"]


def test_table_without_the_column_of_units_leaves_them(officer, unit):
    said = brought_in(
        ("moi", "Người mới", "", "Cán bộ đơn vị", "có"),
        headers=("Tên đăng nhập", "Họ và tên", "Thư điện tử", "Vai trò", "Đang hoạt động"),
    )

    assert (said, UnitMembership.objects.count()) == (["new"], 1)


def test_row_knows_a_person_whatever_the_case_of_the_name(officer, unit):
    typed = officer.username.upper(), *row_of(officer, unit)[1:]

    assert (brought_in(typed), type(officer).objects.count()) == (["skip"], 1)


def test_person_typed_in_the_admin_under_a_name_in_other_case_is_refused(officer):
    form = UserAddForm(
        {"username": officer.username.upper(), "full_name": "Ai đó", "role": Role.OFFICER, "usable_password": "false"}
    )

    assert form.errors["username"] == ["Tên đăng nhập này đã có người dùng."]
