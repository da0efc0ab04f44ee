"""Thirty payloads in every text field of a report: none of them is markup on any page that shows it (CHECK 12)."""

import pytest
from django.urls import reverse

from assignments.roles import Role
from reports.filing.services import submit_report
from reports.models import ReviewRemark, UnitReport
from reports.periods.services import run_schedule
from reports.review.services import Remark, return_report
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "<ScRiPt>alert(1)</ScRiPt>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href=javascript:alert(1)>x</a>",
    '<input value="" onfocus=alert(1) autofocus>',
    "<details open ontoggle=alert(1)>",
    "<math><mtext></mtext><script>alert(1)</script></math>",
    "<template><script>alert(1)</script></template>",
    "<object data=javascript:alert(1)>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<style>@import 'javascript:alert(1)'</style>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<meta http-equiv=refresh content=0;url=javascript:alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<marquee onstart=alert(1)>",
    "<!--<img src=x onerror=alert(1)>-->",
    '" onmouseover="alert(1)',
    "' onmouseover='alert(1)",
    "{{ 7|add:7 }}{% debug %}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
)
TEXT_FIELDS = ("result", "difficulty", "proposal", "next_steps")


@pytest.fixture
def report(duty, monday, time_machine):
    time_machine.move_to(monday, tick=False)
    run_schedule(at=monday)
    return UnitReport.objects.get(period__code="2024-W10")


def payloads(mark):
    return {name: "\n".join(f"{mark}{name}{payload}" for payload in PAYLOADS) for name in TEXT_FIELDS}


def written(entry, mark, over=""):
    """Every payload in every field, each with the field's own mark, so that a page can be searched for it."""
    known = {f"{name}-known": text for name, text in payloads(over).items()} if over else {}
    fields = {"work_state": "blocked", "percent": "10", "solving_level": "province", **payloads(mark), **known}
    return {f"mh-{entry.pk}-{name}": value for name, value in fields.items()}


def unescaped(page):
    """The payloads that stand in a page as markup."""
    return [payload for payload in PAYLOADS if payload[0] in "<\"'" and f"result{payload}" in page]


def test_no_page_shows_a_payload_as_markup(client, officer, standing_agency, report, monday):
    entry = report.entries.get()
    client.force_login(officer)
    own = [
        report.get_absolute_url(),
        reverse("home"),
        reverse("any_plan:initiative", args=[entry.duty.initiative.code]),
    ]
    pages = {}

    client.post(report.get_absolute_url(), {**written(entry, "a"), "save": ""})
    pages["draft"] = client.get(report.get_absolute_url()).content.decode()
    clash = client.post(reverse("report_save", args=[report.pk]), written(entry, "b")).json()
    pages["clash"] = "".join(clash["entries"][0]["clashes"].values())
    submit_report(report, by=officer, at=monday)
    remarks = [Remark(entry.pk, f"result{payload}", "result") for payload in PAYLOADS]
    return_report(
        report, reason="\n".join(f"result{one}" for one in PAYLOADS), by=standing_agency, at=monday, remarks=remarks
    )
    pages |= {f"returned {url}": client.get(url).content.decode() for url in own}
    client.post(report.get_absolute_url(), {**written(entry, "c", over="a"), "submit": ""})
    pages |= {f"filed again {url}": client.get(url).content.decode() for url in own}
    client.force_login(standing_agency)
    pages |= {f"standing agency {url}": client.get(url).content.decode() for url in (*own, reverse("any_plan:rollup"))}
    client.force_login(UserFactory(role=Role.ADMIN))
    pages |= {f"admin {url}": client.get(url).content.decode() for url in own}

    assert ReviewRemark.objects.count() == len(PAYLOADS)
    assert "aresult&lt;script&gt;" in pages["draft"]
    assert "bresult&lt;script&gt;" in pages["clash"]
    assert "cresult&lt;script&gt;" in pages[f"filed again {own[0]}"]
    assert {name: found for name, page in pages.items() if (found := unescaped(page))} == {}


def test_template_words_stay_words(client, officer, report):
    entry = report.entries.get()
    client.force_login(officer)

    page = client.post(report.get_absolute_url(), {**written(entry, "a"), "save": ""}, follow=True).content.decode()

    assert "aresult{{ 7|add:7 }}{% debug %}" in page
