"""Whatever stands in an address or in a form, every page answers it and nothing is written by reading (CHECK 13)."""

from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.urls import reverse

from config.urls import plan_urlpatterns
from reports.consolidated.services.report_drafts import start_draft
from reports.models import Obstacle
from reports.reminders.manual import remind_by_hand
from tests.consolidated.district import THURSDAY, live_a_week, make_district
from tests.whole.test_permissions import PORTAL

pytestmark = [pytest.mark.django_db, pytest.mark.engine, pytest.mark.slow]

HUGE = "9" * 5000
VALUES = ("' OR 1=1; --", HUGE, "9" * 25, "-1", "²", "\ud800")
CODES = ("9999-12", "9999-W52", "0001-01", "0001-W01", "0000-00", "2024-W99", "2024-W53", "٢٠٢٤-٠٣", "'", HUGE)
# Every name any page reads from its address, except for the period: an unknown one would lead away at once.
NAMES = (
    "cap", "don_vi", "han", "kenh", "ket_qua", "loai", "man-hinh", "mo_hinh", "muc", "nen_tang", "next", "nhip", "nhom",
    "nop-thay", "q", "quy_tac", "tim", "trang", "trang_thai", "tuoi", "vai_tro", "xem",
)  # fmt: skip
OF_A_PERIOD = ("rollup", "rollup_matrix", "rollup_entries", "rollup_workbook", "remind", "reminders", "review")
NOT_READ = ("login", "logout", "healthz", "consolidated_pdf")


@pytest.fixture(scope="module")
def lived(shared_world):
    """A week lived, a draft begun, one unit pressed; once for all, since every test only reads."""
    with shared_world():
        district = make_district()
        live_a_week(district)
        district.draft = start_draft(district.period(), by=district.agency, at=THURSDAY)
        son = district.units["son"]
        district.hand = remind_by_hand([district.period()], [son], text="Nộp đi", by=district.agency, at=THURSDAY).hand
        yield district


PLAN_PAGES = {one.name for one in plan_urlpatterns}


@pytest.fixture
def district(lived, time_machine):
    time_machine.move_to(THURSDAY, tick=False)
    return lived


def address_of(name, path, district):
    """The address of a page with rows that are there, where a page is about a row."""
    rows = {
        "initiative": ["6"],
        "unit": [district.units["le"].pk],
        "hand_reminder": [district.hand.pk],
        "obstacle": [Obstacle.objects.get().pk],
        "review_report": [district.report("le").pk],
        "report": [district.report("le").pk],
        "consolidated_sources": [district.draft.sections.filter(lines__isnull=False)[0].lines.all()[0].pk],
    }
    if name in PLAN_PAGES:
        return reverse(name, args=[district.plan.pk, *rows.get(name, [])])
    bare = name.removeprefix("any_plan:")
    about_draft = bare.startswith("consolidated_") and path.split("/")[2] == "1"
    return reverse(name, args=rows.get(bare, [district.draft.pk])) if bare in rows or about_draft else path


def counts():
    """How many rows each table holds, besides the sessions one signs in with."""
    models = [model for model in apps.get_models() if model._meta.label != "sessions.Session"]
    return {model._meta.label: model._base_manager.count() for model in models}


def test_no_value_in_an_address_breaks_a_page_or_writes_a_row(client, district):
    client.force_login(district.agency)
    pages = {one.name: address_of(one.name, one.path, district) for one in PORTAL if one.name not in NOT_READ}
    shown = {name: url for name, url in pages.items() if client.get(url).status_code == 200}
    before = counts()

    answers = {
        (name, value[:12]): client.get(f"{url}?{urlencode(dict.fromkeys(NAMES, value), errors='surrogatepass')}")
        for name, url in shown.items()
        for value in VALUES
    }

    odd = {at: answer.status_code for at, answer in answers.items() if answer.status_code not in (200, 302, 404)}
    assert odd == {}
    assert len(shown) >= 20
    assert counts() == before


@pytest.mark.parametrize("name", OF_A_PERIOD)
def test_no_code_of_a_period_breaks_a_page(client, district, name):
    client.force_login(district.agency)
    url = reverse(name, args=[district.plan.pk])

    answers = {code[:12]: client.get(url, {"ky": code}).status_code for code in CODES}

    assert set(answers.values()) <= {200, 302, 404}
