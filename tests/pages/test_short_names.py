"""Rows call an initiative by its short name; the head of its page and every document by its official one."""

import pytest
import time_machine

from assignments.roles import Role
from reports.filing.report_document import compose
from reports.pages.finding import Rank, find
from tests.acts import MONDAY, filed, opened
from tests.factories import DutyFactory, InitiativeFactory, UserFactory
from tests.html import html_of

pytestmark = pytest.mark.django_db

OFFICIAL = "Triển khai khám chữa bệnh bằng thẻ căn cước công dân gắn chip"
SHORT = "Khám bệnh bằng căn cước"


@pytest.fixture
def report(plan, unit):
    initiative = InitiativeFactory(plan=plan, code="6", name=OFFICIAL, short_name=SHORT)
    DutyFactory(unit=unit, initiative=initiative)
    return opened(unit)


@pytest.fixture
def filed_report(report, officer):
    return filed(report, officer, MONDAY, work_state="blocked", difficulty="Thiếu đầu đọc thẻ", result="Đã họp")


def names_on(client, reader, address):
    """Which of the two names are to be read on a page: not those of a title that shows on pointing."""
    client.force_login(reader)
    with time_machine.travel(MONDAY, tick=False):
        page = client.get(address, follow=True)
    assert page.status_code == 200
    read = " ".join(html_of(page).xpath("string(//body)").split())
    return {name for name in (OFFICIAL, SHORT) if name in read}


@pytest.mark.parametrize(
    "address",
    [
        *("/mo-hinh/", "/tong-hop/", "/tong-hop/ma-tran/", "/tong-hop/thay-doi/", "/tong-hop/can-chu-y/"),
        *("/kho-khan/", "/don-vi/{unit}/", "/bao-cao-dot-xuat/moi/", "/duyet/{report}/", "/kho-khan/{obstacle}/"),
    ],
)
def test_rows_and_choices_have_the_short_name(client, standing_agency, filed_report, address):
    obstacle = filed_report.entries.get().mention.obstacle
    address = address.format(unit=filed_report.unit_id, report=filed_report.pk, obstacle=obstacle.pk)

    assert names_on(client, standing_agency, address) == {SHORT}


def test_open_row_of_the_form_says_the_official_name_besides(client, officer, report):
    assert names_on(client, officer, f"/bao-cao/{report.pk}/") == {OFFICIAL, SHORT}


def test_head_of_its_page_has_the_official_name(client, filed_report):
    leader = UserFactory(role=Role.LEADER)

    assert OFFICIAL in names_on(client, leader, "/mo-hinh/6/")


@pytest.mark.parametrize("phrase", ["MH 6", "căn cước công dân"])
def test_search_says_the_official_name_below_the_short_one(plan, officer, report, phrase):
    (found,) = find(plan, phrase, officer, MONDAY.date())

    assert [(hit.title, hit.more) for hit in found.hits] == [(f"MH 6: {SHORT}", OFFICIAL)]
    assert found.rank < Rank.WORDS


def test_what_was_filed_reads_as_a_document(client, officer, filed_report):
    assert names_on(client, officer, f"/bao-cao/{filed_report.pk}/") == {OFFICIAL}


def test_document_has_the_official_name_alone(filed_report):
    said = str(compose(filed_report))

    assert (OFFICIAL in said, SHORT in said) == (True, False)
