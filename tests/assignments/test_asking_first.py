"""A change in the admin that leaves something over is kept only by who has read what; what a file did is told after."""

import io
from datetime import date

import openpyxl
import pytest

from assignments.models import CollectiveMember, StandingAgency, Unit, UnitMembership, User
from assignments.roles import Role
from models_registry.models import Plan
from tests.config.test_admin import address, import_file, inline
from tests.factories import DutyFactory, InitiativeFactory, PlanFactory, UnitFactory, UserFactory
from tests.html import texts
from tests.queries import same_queries

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def administrator(client, plan, unit, officer, time_machine):
    """Who works at a plan that lacks nothing, on 20/02/2025."""
    time_machine.move_to("2025-02-20 01:00:00+00:00", tick=False)
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=plan, code="7"))
    StandingAgency.objects.create(plan=plan, unit=unit)
    user = UserFactory(role=Role.ADMIN)
    client.force_login(user)
    return user


def person(user, **changes):
    """The form of ``user`` as it stands, with ``changes``; one unchecked is left out."""
    membership = user.memberships.get()
    row = {"id": membership.pk, "user": user.pk, "unit": membership.unit_id, "valid_from": "", "valid_to": ""}
    said = {"username": user.username, "full_name": user.full_name, "email": "", "role": user.role, "is_active": "on"}
    fields = said | inline("memberships", [row], initial=1) | changes
    return {name: value for name, value in fields.items() if value is not None}


def lines(page):
    return [line.message for line in page.context["lines"]]


def said(page):
    return [str(message) for message in page.context["messages"]]


NOBODY = "phải nộp báo cáo mà không có ai đăng nhập được"
TO_DO = "Hãy gắn người dùng đang hoạt động và đặt mật khẩu cho họ."


def test_officer_locked_who_is_the_last_of_a_unit_is_asked_about(client, officer):
    page = client.post(address(User, "change", officer.pk), person(officer, is_active=None))

    assert lines(page) == [f"Phòng Nội vụ: {NOBODY}. {TO_DO}"]
    assert (User.objects.get(pk=officer.pk).is_active, officer.history.count()) == (True, 1)


def test_officer_who_is_to_leave_is_asked_about_with_the_day(client, officer):
    leaving = person(officer) | {"memberships-0-valid_to": "28/02/2025"}

    page = client.post(address(User, "change", officer.pk), leaving)

    assert lines(page) == [f"Phòng Nội vụ: {NOBODY} từ ngày 01/03/2025. {TO_DO}"]
    assert UnitMembership.objects.get(user=officer).valid_to is None


def test_change_that_leaves_nothing_over_is_kept_at_once(client, officer):
    answer = client.post(address(User, "change", officer.pk), person(officer, full_name="Tên mới"))

    assert (answer.status_code, User.objects.get(pk=officer.pk).full_name) == (302, "Tên mới")


def test_change_is_kept_by_who_presses_save_all_the_same(client, officer):
    page = client.post(address(User, "change", officer.pk), person(officer, is_active=None))

    again = dict(page.context["posted"]) | {page.context["confirmed"]: "1"}
    answer = client.post(address(User, "change", officer.pk), again)

    assert (answer.status_code, User.objects.get(pk=officer.pk).is_active) == (302, False)


def test_what_was_typed_is_in_the_form_of_who_goes_back(client, officer):
    page = client.post(address(User, "change", officer.pk), person(officer, is_active=None, full_name="Tên mới"))

    again = dict(page.context["posted"]) | {page.context["back"]: "1"}
    page = client.post(address(User, "change", officer.pk), again)

    form = page.context["adminform"].form
    assert (form["full_name"].value(), form["is_active"].value()) == ("Tên mới", False)
    assert (page.context["errors"], said(page)) == ([], ["Chưa lưu gì. Sửa xong hãy lưu lại."])
    assert User.objects.get(pk=officer.pk).full_name == officer.full_name


def test_nothing_is_said_to_be_kept_of_what_is_only_asked_about(client, officer):
    page = client.post(address(User, "change", officer.pk), person(officer, is_active=None))

    assert (said(page), said(client.get(address(User, "changelist")))) == ([], [])


def test_members_only_asked_about_are_not_said_to_be_deleted(client, last_member):
    chosen = {"action": "delete_selected", "_selected_action": [last_member.pk], "post": "yes"}

    page = client.post(address(CollectiveMember, "changelist"), chosen)

    assert said(page) == []


def test_problem_that_was_there_before_is_not_asked_about_again(client, officer, plan):
    StandingAgency.objects.all().delete()

    answer = client.post(address(User, "change", officer.pk), person(officer, full_name="Tên mới"))

    assert answer.status_code == 302


def test_plan_without_a_standing_agency_is_asked_about(client):
    new = {
        "number": "9/KH",
        "title": "Mới",
        "short_name": "Kế hoạch mới",
        "starts_on": "1/1/2025",
        "ends_on": "1/1/2026",
    }

    page = client.post(address(Plan, "add"), new | inline("standing_agencies"))

    assert lines(page) == ["Kế hoạch mới: không có cơ quan thường trực. Hãy chọn một đơn vị."]
    assert Plan.objects.filter(number="9/KH").count() == 0


@pytest.fixture
def last_member(plan):
    """The only member of a collective that is to coordinate."""
    collective = UnitFactory(name="UBND cấp xã", kind=Unit.Kind.COLLECTIVE, files_reports=False)
    unit = UnitFactory(name="UBND xã Nam Tiến")
    UserFactory(unit=unit)
    DutyFactory(unit=unit, initiative=plan.initiatives.get(), role="coordinating", via=collective)
    return CollectiveMember.objects.create(collective=collective, unit=unit)


EMPTY = "UBND cấp xã: đơn vị tập hợp không có thành viên nào nên không ai nhận nhiệm vụ. Hãy thêm thành viên."


def test_last_member_to_be_deleted_is_asked_about(client, last_member):
    page = client.post(address(CollectiveMember, "delete", last_member.pk), {"post": "yes"})

    assert (lines(page), CollectiveMember.objects.count()) == ([EMPTY], 1)


def test_members_to_be_deleted_together_are_asked_about(client, last_member):
    chosen = {"action": "delete_selected", "_selected_action": [last_member.pk], "post": "yes"}

    page = client.post(address(CollectiveMember, "changelist"), chosen)
    again = client.post(address(CollectiveMember, "changelist"), {**dict(page.context["posted"]), "_van_luu": "1"})

    assert lines(page) == [EMPTY]
    assert (again.status_code, CollectiveMember.objects.count()) == (302, 0)


def test_who_goes_back_from_a_deletion_deletes_nothing(client, last_member):
    answer = client.post(address(CollectiveMember, "delete", last_member.pk), {"post": "yes", "_quay_lai": "1"})

    assert (answer.status_code, CollectiveMember.objects.count()) == (302, 1)


def test_what_a_file_leaves_over_is_told_after_it(client, unit):
    table = openpyxl.Workbook()
    table.active.append(["Tên", "Loại", "Cấp", "Nộp báo cáo", "Đến hết ngày"])
    table.active.append(["Phòng Nội vụ", "Phòng, ban chuyên môn", "Cấp huyện", "có", "28/02/2025"])
    content = io.BytesIO()
    table.save(content)

    page = import_file(client, Unit, content.getvalue())

    assert Unit.objects.get(pk=unit.pk).valid_to == date(2025, 2, 28)
    assert [str(one).split(".")[0] for one in page.context["messages"] if one.level_tag == "warning"] == [
        "Mô hình 7: không có đơn vị chủ trì nào nộp báo cáo từ ngày 01/03/2025",
        "Phòng Nội vụ: cơ quan thường trực của Kế hoạch thử đã hết hoạt động sau ngày 28/02/2025",
    ]


def test_what_is_asked_about_stands_under_its_plan_where_there_are_several(client, officer, unit, plan):
    second = PlanFactory(short_name="Đề án 06", starts_on=date(2025, 6, 1))
    StandingAgency.objects.create(plan=second, unit=unit)
    DutyFactory(unit=unit, initiative=InitiativeFactory(plan=second))

    page = client.post(address(User, "change", officer.pk), person(officer, is_active=None))

    nobody = f"Phòng Nội vụ: {NOBODY}"
    assert texts(page, "//div[@id='content-main']//*[self::h2 or self::li]") == [
        "Đề án 06", f"{nobody} từ ngày 01/06/2025. {TO_DO}", "Kế hoạch thử", f"{nobody}. {TO_DO}",
    ]  # fmt: skip


def test_what_is_asked_about_names_no_plan_where_there_is_one(client, officer):
    page = client.post(address(User, "change", officer.pk), person(officer, is_active=None))

    assert texts(page, "//div[@id='content-main']//*[self::h2 or self::li]") == [f"Phòng Nội vụ: {NOBODY}. {TO_DO}"]


@same_queries(80)
def test_asking_takes_the_same_queries_for_any_number_of_units(client, officer, plan, rows, counted):
    for _ in range(rows):
        DutyFactory(initiative=InitiativeFactory(plan=plan))

    with counted:
        client.post(address(User, "change", officer.pk), person(officer, is_active=None))
