"""Every address that names something × whoever asks for it: two plans, each with an agency of its own.

What is named is of the one plan. What is not among what one may read or do is not there (404); where one lacks the
permission whatever is named, one is refused (403).
"""

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse

from assignments.models import AnnexImport, FocalPoint
from assignments.roles import Role
from config.urls import plan_urlpatterns
from reports.consolidated.services.final import finalize
from reports.consolidated.services.report_drafts import start_draft
from reports.domain.states import WorkState
from reports.models import ConsolidatedLine, Evidence, Obstacle, UnitRequest
from reports.reminders.manual import remind_by_hand
from reports.special.services import request_special_report
from tests.acts import MONDAY, filed, opened, report_of
from tests.factories import DutyFactory, NotificationFactory, PlanFactory, UnitFactory, UserFactory, agency_of, vn

pytestmark = pytest.mark.django_db

TUESDAY = vn("2024-03-05 09:00")
DUE = vn("2024-03-20 17:00")
# Of the unit; of another one; of the plan's agency; of the other plan's; above them.
PEOPLE = ("officer", "outsider", "agency", "foreign", "leader", "admin")
METHODS = ("get", "post")
# What each of PEOPLE is answered, first to GET, then to POST; "ok" is whatever is neither 403, 404 nor 405. After the
# name of the address "+" and what differs: the thing named, or a word in the address.
TABLE = """
report                       | ok  404 ok  404 ok  ok  | ok  404 404 404 404 404
report+on_behalf             | ok  404 ok  404 ok  ok  | ok  404 ok  404 404 404
report_save                  | ok  404 404 404 403 403 | ok  404 404 404 403 403
report_save+on_behalf        | ok  404 ok  404 403 403 | ok  404 ok  404 403 403
nothing_to_report            | 405 405 405 405 403 403 | ok  404 404 404 403 403
nothing_to_report+on_behalf  | 405 405 405 405 403 403 | ok  404 ok  404 403 403
report_withdraw              | 405 405 405 405 403 403 | ok  404 404 404 403 403
difficulty_answered          | 405 405 405 405 403 403 | ok  404 404 404 403 403
report_document              | ok  404 ok  404 ok  ok  | 405 405 405 405 405 405
report_document+draft        | ok  404 404 404 404 404 | 405 405 405 405 405 405
evidence                     | ok  404 ok  404 ok  ok  | 405 405 405 405 405 405
evidence+draft               | ok  404 ok  404 404 404 | 405 405 405 405 405 405
evidence_thumbnail           | ok  404 ok  404 ok  ok  | 405 405 405 405 405 405
evidence_attach              | 405 405 405 405 403 403 | ok  404 404 404 403 403
evidence_remove              | 405 405 405 405 403 403 | ok  404 404 404 403 403
review_report                | 403 403 ok  404 403 403 | 403 403 405 405 403 403
review_accept                | 403 403 405 405 403 403 | 403 403 ok  404 403 403
review_return                | 403 403 405 405 403 403 | 403 403 ok  404 403 403
review_reopen                | 403 403 405 405 403 403 | 403 403 ok  404 403 403
review_take_back             | 403 403 405 405 403 403 | 403 403 ok  404 403 403
review_accept_as_filed       | 403 403 405 405 403 403 | 403 403 ok  404 403 403
review_close                 | 403 403 405 405 403 403 | 403 403 ok  404 403 403
review_excuse                | 403 403 405 405 403 403 | 403 403 ok  404 403 403
review_expect                | 403 403 405 405 403 403 | 403 403 ok  404 403 403
review_exclude               | 403 403 405 405 403 403 | 403 403 ok  404 403 403
review_include               | 403 403 405 405 403 403 | 403 403 ok  404 403 403
special_report               | 403 403 ok  404 403 403 | 403 403 405 405 403 403
special_cancel               | 403 403 405 405 403 403 | 403 403 ok  404 403 403
hand_reminder                | 403 403 ok  404 403 403 | 403 403 405 405 403 403
obstacle                     | ok  404 ok  404 ok  ok  | 405 405 405 405 405 405
obstacle_answer              | 403 403 405 405 403 403 | 403 403 ok  404 403 403
obstacle_assign              | 403 403 405 405 403 403 | 403 403 ok  404 403 403
obstacle_join                | 403 403 405 405 403 403 | 403 403 ok  404 403 403
obstacle_separate            | 403 403 405 405 403 403 | 403 403 ok  404 403 403
obstacle_reply               | 405 405 405 405 403 403 | ok  404 404 404 403 403
obstacle_seen                | 405 405 405 405 403 403 | ok  404 404 404 403 403
request                      | ok  404 ok  404 ok  ok  | 405 405 405 405 405 405
request_answer               | 405 405 405 405 403 403 | ok  404 404 404 403 403
consolidated_report          | 403 403 ok  404 404 404 | 403 403 405 405 405 405
consolidated_report+final    | 403 403 ok  404 ok  ok  | 403 403 405 405 405 405
consolidated_preview         | 403 403 ok  404 404 404 | 403 403 405 405 405 405
consolidated_preview+final   | 403 403 ok  404 ok  ok  | 403 403 405 405 405 405
consolidated_document        | 403 403 ok  404 404 404 | 403 403 405 405 405 405
consolidated_pdf             | 403 403 ok  404 404 404 | 403 403 405 405 405 405
consolidated_workbook        | 403 403 ok  404 404 404 | 403 403 405 405 405 405
consolidated_sources         | 403 403 ok  404 403 403 | 403 403 405 405 403 403
consolidated_edit            | 403 403 405 405 403 403 | 403 403 ok  404 403 403
consolidated_save            | 403 403 ok  404 403 403 | 403 403 ok  404 403 403
consolidated_discard         | 403 403 405 405 403 403 | 403 403 ok  404 403 403
consolidated_finalize        | 403 403 ok  404 403 403 | 403 403 ok  404 403 403
consolidated_letterhead      | 403 403 ok  404 403 403 | 403 403 ok  404 403 403
consolidated_correct+final   | 403 403 405 405 403 403 | 403 403 ok  404 403 403
consolidated_history         | 403 403 ok  404 403 403 | 403 403 405 405 403 403
notification_open            | 405 405 405 405 405 405 | ok  404 404 404 404 404
initiative                   | ok  ok  ok  ok  ok  ok  | 405 405 405 405 405 405
unit                         | ok  ok  ok  ok  ok  ok  | 405 405 405 405 405 405
annex_import                 | 403 403 403 403 403 ok  | 403 403 403 403 403 405
annex_import_progress        | 403 403 403 403 403 ok  | 403 403 403 403 403 405
annex_import_file            | 403 403 403 403 403 ok  | 403 403 403 403 403 405
annex_import_units           | 403 403 403 403 403 405 | 403 403 403 403 403 ok
annex_import_confirm         | 403 403 403 403 403 405 | 403 403 403 403 403 ok
annex_import_cancel          | 403 403 403 403 403 405 | 403 403 403 403 403 ok
annex_import_undo            | 403 403 403 403 403 405 | 403 403 403 403 403 ok
annex_import_gone            | 403 403 403 403 403 405 | 403 403 403 403 403 404
plan                         | ok  ok  ok  ok  ok  ok  | 405 405 405 405 405 405
initiatives                  | ok  ok  ok  ok  ok  ok  | 405 405 405 405 405 405
units                        | ok  ok  ok  ok  ok  ok  | 405 405 405 405 405 405
search                       | ok  ok  ok  ok  ok  ok  | 405 405 405 405 405 405
annex_export                 | ok  ok  ok  ok  ok  ok  | 405 405 405 405 405 405
obstacles                    | ok  ok  ok  ok  ok  ok  | 405 405 405 405 405 405
review                       | 403 403 ok  403 403 403 | 403 403 405 403 403 403
review_confirm               | 403 403 405 403 403 403 | 403 403 ok  403 403 403
special_reports              | 403 403 ok  403 403 403 | 403 403 405 403 403 403
special_new                  | 403 403 ok  403 403 403 | 403 403 ok  403 403 403
remind                       | 403 403 ok  403 403 403 | 403 403 ok  403 403 403
reminders                    | 403 403 ok  403 403 ok  | 403 403 405 403 403 405
reminders_again              | 403 403 405 403 403 405 | 403 403 ok  403 403 ok
alarms                       | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
rollup                       | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
rollup_attention             | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
rollup_matrix                | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
rollup_filing                | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
rollup_changes               | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
rollup_timeline              | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
rollup_trends                | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
rollup_entries               | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
rollup_workbook              | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
consolidated_reports         | 403 403 ok  403 ok  ok  | 403 403 405 403 405 405
consolidated_start           | 403 403 405 403 403 403 | 403 403 404 403 403 403
report_outline               | 403 403 ok  403 403 403 | 403 403 ok  403 403 403
any_plan:initiative          | ok  ok  ok  ok  ok  ok  | ok  ok  ok  ok  ok  ok
any_plan:unit                | ok  ok  ok  ok  ok  ok  | ok  ok  ok  ok  ok  ok
"""


def _read_table():
    """``{("report", "post"): {"officer": "ok", ...}}``."""
    table = {}
    for line in TABLE.strip().splitlines():
        (row,), *answers = (part.split() for part in line.split("|"))
        for method, cells in zip(METHODS, answers, strict=True):
            table[row, method] = dict(zip(PEOPLE, cells, strict=True))
    return table


EXPECTED = _read_table()
PLAN_PAGES = {one.name for one in plan_urlpatterns}


def named_addresses(resolver=None, varies=False, prefix=()):
    """The names of all addresses of the portal, but the admin's, in which something varies."""
    for entry in (resolver or get_resolver()).url_patterns:
        does_vary = varies or bool(entry.pattern.converters)
        if isinstance(entry, URLPattern):
            if does_vary:
                yield ":".join((*prefix, entry.name))
        elif entry.namespace != "admin":
            yield from named_addresses(entry, does_vary, (*prefix, *filter(None, [entry.namespace])))


@pytest.fixture(scope="module")
def world(shared_world):
    """Everything an address may name, of the plan of ``agency``; ``foreign`` is the agency of the other plan."""
    with shared_world():
        other_plan, plan = PlanFactory(starts_on="2024-01-01"), PlanFactory()
        duty = DutyFactory(initiative__plan=plan)
        DutyFactory(initiative__plan=other_plan)
        people = {
            "officer": UserFactory(unit=duty.unit),
            "outsider": UserFactory(unit=DutyFactory(initiative__plan=other_plan).unit),
            "agency": UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(plan)),
            "foreign": UserFactory(role=Role.STANDING_AGENCY, unit=agency_of(other_plan)),
            "leader": UserFactory(role=Role.LEADER, unit=UnitFactory()),
            "admin": UserFactory(role=Role.ADMIN, unit=UnitFactory()),
        }
        yield people, _things(duty, people)


def _things(duty, people):
    officer, agency = people["officer"], people["agency"]
    hindered = {"work_state": WorkState.BLOCKED, "difficulty": "Thiếu đầu đọc thẻ"}
    week, month = opened(duty.unit), report_of(duty.unit, "2024-03")
    final = finalize(
        start_draft(month.period, by=agency, at=TUESDAY),
        number=1, signed_on=TUESDAY.date(), signer="Nguyễn Văn Ký", by=agency, at=TUESDAY,
    )  # fmt: skip
    report = filed(week, officer, MONDAY, **hindered)
    obstacle = Obstacle.objects.get()
    asked = UnitRequest.objects.create(
        plan=duty.initiative.plan, unit=duty.unit, obstacle=obstacle, text="Bao giờ có?",
        asked_by=agency, asked_at=TUESDAY, due_at=DUE,
    )  # fmt: skip
    special = request_special_report(
        duty.initiative.plan, title="Rà soát", units=[duty.unit], initiatives=[duty.initiative],
        due_at=DUE, by=agency, at=TUESDAY,
    )  # fmt: skip
    hand = remind_by_hand([month.period], [duty.unit], text="", by=agency, at=TUESDAY).hand
    draft = start_draft(report.period, by=agency, at=TUESDAY)
    annex_import = AnnexImport.objects.create(
        plan=duty.initiative.plan, file="x.xlsx", file_name="x.xlsx", size=1, sha256="0" * 64,
        uploaded_at=TUESDAY, queued_at=TUESDAY,
    )  # fmt: skip
    return {
        "report": report,
        "draft report": month,
        "entry": report.entries.get(),
        "evidence": _evidence(report, officer),
        "draft evidence": _evidence(month, officer),
        "obstacle": obstacle,
        "request": asked,
        "special": special,
        "hand": hand,
        "consolidated": draft,
        "final": final,
        "line": ConsolidatedLine.objects.filter(section__report=draft).first(),
        "notification": NotificationFactory(user=officer, created_at=TUESDAY, url="/"),
        "unit": duty.unit,
        "duty": duty,
        "focal point": FocalPoint.objects.create(unit=duty.unit, full_name="Lò Thị Ánh"),
        "initiative": duty.initiative,
        "import": annex_import,
    }


def _evidence(report, officer):
    return Evidence.objects.create(
        entry=report.entries.get(), file="x", name="ảnh.jpg", size=1, sha256="0" * 64, kind="image/jpeg",
        uploaded_by=officer, uploaded_at=MONDAY,
    )  # fmt: skip


def kwargs_of(row, things):
    """What the address of a row of the table names."""
    name, _, variant = row.partition("+")
    of_plan = {} if name.startswith("any_plan:") else {"plan_pk": things["initiative"].plan_id}
    if name.endswith("initiative"):
        return {"code": things["initiative"].code, **of_plan}
    if name.endswith("unit"):
        return {"pk": things["unit"].pk, **of_plan}
    if name in PLAN_PAGES:
        return of_plan
    keys = {"pk": things[_thing_named(name, variant)].pk}
    if name == "difficulty_answered":
        keys |= {"obstacle": things["obstacle"].pk, "act": "con-vuong"}
    if name == "obstacle_answer":
        keys |= {"act": "tra-loi"}
    if name == "annex_import_gone":
        keys |= {"initiative_pk": things["initiative"].pk}
    return keys


def _thing_named(name, variant):
    if variant == "final":
        return variant
    of_own = {
        "nothing_to_report": "report",
        "difficulty_answered": "report",
        "evidence_attach": "entry",
        "review_exclude": "entry",
        "review_include": "entry",
        "hand_reminder": "hand",
        "consolidated_sources": "line",
        "annex": "import",
        "review": "report",
    }
    thing = of_own.get(name) or of_own.get(name.split("_")[0]) or name.split("_")[0]
    return f"draft {thing}" if variant == "draft" else thing


@pytest.fixture
def served(monkeypatch):
    """No file lies on the disk and no document is turned into a PDF: whether one may have them is asked before."""
    monkeypatch.setattr("reports.evidence.views._file", lambda *args, **kwargs: HttpResponse())
    monkeypatch.setattr("documents.pdf.can_make_pdf", lambda: True)
    monkeypatch.setattr("documents.pdf.pdf_of", lambda made: b"")


def answer(client, method, row, things):
    """In the words of the table; what the request changed is undone."""
    name, _, variant = row.partition("+")
    url = reverse(name, kwargs=kwargs_of(row, things)) + ("?nop-thay=1" if variant == "on_behalf" else "")
    with transaction.atomic():
        status = getattr(client, method)(url).status_code
        transaction.set_rollback(True)
    return str(status) if status in (403, 404, 405) else "ok"


def test_every_address_that_names_something_is_in_the_table():
    assert {row.partition("+")[0] for row, _ in EXPECTED} == set(named_addresses())


@pytest.mark.parametrize("person", PEOPLE)
def test_what_an_address_names_is_there_for_those_of_its_plan(world, served, time_machine, person):
    people, things = world
    time_machine.move_to(TUESDAY, tick=False)
    client = Client()
    client.force_login(people[person])

    found = {(row, method): answer(client, method, row, things) for row, method in EXPECTED}

    assert found == {asked: answers[person] for asked, answers in EXPECTED.items()}


ITS_OWN = {"officer", "agency", "leader", "admin"}
SEEN_BY = {
    "duty": ITS_OWN,
    "report": ITS_OWN,
    "entry": ITS_OWN,
    "evidence": ITS_OWN,
    "obstacle": ITS_OWN,
    "request": ITS_OWN,
    "focal point": {"officer", "agency", "admin"},
    "consolidated": {"agency"},
    "final": {"agency", "leader", "admin"},
    "hand": {"agency"},
}


@pytest.mark.parametrize("thing", SEEN_BY)
def test_rows_of_a_plan_are_seen_by_its_agency_and_not_by_another(world, thing):
    people, things = world
    rows = type(things[thing]).objects.filter(pk=things[thing].pk)

    seen_by = {person for person in PEOPLE if rows.visible_to(people[person], TUESDAY.date()).exists()}

    assert seen_by == SEEN_BY[thing]
