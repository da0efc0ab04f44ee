"""The standing agency's own report: nobody else may accept it, so that wherever it was accepted it says by whom."""

import pytest

from reports.models import Notification, UnitReport
from reports.review.returns import accept_as_filed
from reports.review.services import accept_reports, return_report
from tests.acts import MONDAY, filed, opened, report_of
from tests.factories import DutyFactory, UserFactory, vn
from tests.html import texts

pytestmark = pytest.mark.django_db

TUESDAY = vn("2024-03-05 09:00")
MARK = "đơn vị tự tiếp nhận"


@pytest.fixture
def own(duty, standing_agency):
    """What the standing agency's unit has filed, beside the report of another unit."""
    agency = DutyFactory(initiative=duty.initiative, unit=standing_agency.memberships.get().unit)
    return filed(opened(agency.unit), standing_agency, MONDAY)


@pytest.fixture
def others(own, unit, officer):
    return filed(report_of(unit), officer, MONDAY)


@pytest.fixture
def agency(client, standing_agency, time_machine):
    time_machine.move_to(TUESDAY, tick=False)
    client.force_login(standing_agency)
    return client


def accepted(reports, by):
    accept_reports(reports, by=by, at=TUESDAY)
    return [UnitReport.objects.get(pk=report.pk) for report in reports]


def test_own_report_is_known_by_who_accepted_it(own, others, standing_agency):
    found = accepted([own, others], standing_agency)

    assert [report.is_self_accepted for report in found] == [True, False]
    assert [report.history.first().history_change_reason for report in found] == [MARK, None]


def test_report_not_accepted_yet_is_nobodys_own(own):
    assert own.is_self_accepted is False


@pytest.mark.parametrize(("left_on", "is_own"), [("2024-03-05", True), ("2024-03-04", False)])
def test_own_is_the_unit_served_on_the_day_of_accepting(own, standing_agency, left_on, is_own):
    standing_agency.memberships.update(valid_to=left_on)

    (found,) = accepted([own], standing_agency)

    assert (found.is_self_accepted, found.history.first().history_change_reason == MARK) == (is_own, is_own)


def test_own_report_accepted_as_filed_is_marked_and_told(own, standing_agency):
    colleague = UserFactory(unit=own.unit)
    returned = return_report(own, reason="Thiếu số liệu", by=standing_agency, at=TUESDAY)

    found = accept_as_filed(returned, by=standing_agency, at=TUESDAY)

    assert (found.is_self_accepted, found.history.first().history_change_reason) == (True, MARK)
    told = Notification.objects.filter(user=colleague).latest("pk").text
    assert told.startswith("Báo cáo tuần 28/02 – 05/03 của Công an huyện tự tiếp nhận, không cần sửa")


def test_page_of_a_report_says_before_that_accepting_is_accepting_ones_own(agency, own, others):
    buttons = {
        report: texts(agency.get(f"/duyet/{report.pk}/"), "//button[contains(., 'iếp nhận')]")
        for report in (own, others)
    }

    assert buttons == {own: ["Tự tiếp nhận"], others: ["Tiếp nhận"]}


def test_page_of_a_returned_report_says_it_too(agency, own, standing_agency):
    return_report(own, reason="Thiếu số liệu", by=standing_agency, at=TUESDAY)

    assert texts(agency.get(f"/duyet/{own.pk}/"), "//button[contains(., 'iếp nhận')]") == ["Tự tiếp nhận như đã nộp"]


def test_confirmation_of_many_names_the_own_one(agency, own, others):
    page = agency.post("/duyet/tiep-nhan/", {"bao-cao": [own.pk, others.pk]})

    assert texts(page, "//li[.//b]") == [
        "Công an huyện · tuần 28/02 – 05/03 đơn vị mình tự tiếp nhận",
        "Phòng Nội vụ · tuần 28/02 – 05/03",
    ]


@pytest.mark.parametrize("address", ["/duyet/{}/", "/bao-cao/{}/"])
def test_wherever_it_says_who_accepted_it_says_that_it_was_the_own_unit(agency, own, others, standing_agency, address):
    accepted([own, others], standing_agency)

    marked = [f"({MARK})" in agency.get(address.format(report.pk)).content.decode() for report in (own, others)]

    assert marked == [True, False]
