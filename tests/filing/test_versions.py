"""Every filing is kept word for word, and what changed from one to the next is told."""

import json
from decimal import Decimal

import pytest

from models_registry.models import Indicator
from reports.domain.numbers import Figure
from reports.filing.drafts import keep_entries
from reports.filing.services import submit_nothing, submit_report, withdraw_report
from reports.filing.versions import FieldDiff, changes_between, changes_since_last, snapshot, versions_of
from reports.models import ReportVersion
from reports.review.services import return_report
from tests.acts import (
    MONDAY,
    NEXT_MONDAY,
    entry_of,
    filed,
    fill,
    more_duties,
    opened,
    report_of,
    save_entry,
)
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


def test_each_filing_is_a_version_with_who_and_when(report, officer, standing_agency):
    filed(report, officer, MONDAY, result="2 buổi")
    return_report(report, reason="Sai", by=standing_agency, at=MONDAY)
    filed(report, officer, NEXT_MONDAY, result="3 buổi")

    (second, changes), (first, none) = versions_of(report)

    assert [(one.number, one.at, one.by) for one in (first, second)] == [
        (1, MONDAY, officer),
        (2, NEXT_MONDAY, officer),
    ]
    assert (changes[0].fields, none) == ([FieldDiff("result", "kết quả", "2 buổi", "3 buổi")], [])


def test_version_keeps_what_was_filed_whatever_is_typed_later(report, officer):
    filed(report, officer, MONDAY, result="2 buổi")
    withdraw_report(report, by=officer, at=MONDAY)
    fill(report, officer, MONDAY, result="sửa lại")

    assert ReportVersion.objects.get().content[0]["result"] == "2 buổi"


def test_nothing_to_report_is_a_version_without_words(report, officer):
    filed(report_of(report.unit, "2024-03"), officer, MONDAY)

    submit_nothing(report, by=officer, at=MONDAY)

    version = ReportVersion.objects.get(report=report)
    assert (version.nothing_to_report, version.content[0]["work_state"]) == (True, "")


def test_snapshot_is_json_with_figures_as_written_here(entry, officer):
    number = Indicator.objects.create(
        initiative=entry.duty.initiative, name="Cơ sở", kind="percent", target=100, unit_of_measure="cơ sở"
    )
    figures = {number.pk: Figure(Decimal("1234.5"), Decimal(2000))}
    save_entry(entry, {}, by=officer, at=MONDAY, figures=figures)

    (told,) = snapshot(entry.report.entries.all())

    assert (told["figures"], told["code"]) == ({"Cơ sở": "1.234,5/2.000"}, entry.duty.initiative.code)
    assert json.loads(json.dumps(told)) == told


def test_changes_since_the_last_week_are_told_in_words(report, officer, unit):
    filed(report, officer, MONDAY, percent=40, result="lắp 1", difficulty="")
    next_week = opened(unit, NEXT_MONDAY, "2024-W11")
    filed(next_week, officer, NEXT_MONDAY, percent=60, work_state="blocked", difficulty="Hỏng")

    (diff,) = changes_since_last(next_week)

    assert [tuple(field)[1:] for field in diff.fields] == [
        ("trạng thái", "Đang triển khai", "Vướng mắc"),
        ("tiến độ", "40\u00a0%", "60\u00a0%"),
        ("khó khăn, vướng mắc", "", "Hỏng"),
        ("cấp giải quyết", "", "Cấp huyện"),
    ]


def test_changes_are_seen_against_the_last_week_with_news(report, officer, unit):
    filed(report, officer, MONDAY, percent=40)
    submit_nothing(opened(unit, NEXT_MONDAY, "2024-W11"), by=officer, at=NEXT_MONDAY)
    later = NEXT_MONDAY + (NEXT_MONDAY - MONDAY)
    filed(opened(unit, later, "2024-W12"), officer, later, percent=50)

    (diff,) = changes_since_last(report_of(unit, "2024-W12"))

    assert [(field.old, field.new) for field in diff.fields] == [("40\u00a0%", "50\u00a0%")]


def test_kept_and_unanswered_entries_are_no_change(report, officer, unit):
    filed(report, officer, MONDAY)
    next_week = opened(unit, NEXT_MONDAY, "2024-W11")
    assert changes_since_last(next_week) == []

    keep_entries(next_week, by=officer, at=NEXT_MONDAY)
    submit_report(next_week, by=officer, at=NEXT_MONDAY)

    assert changes_since_last(next_week) == []


def test_first_report_ever_is_all_change(report, officer):
    filed(report, officer, MONDAY)

    (diff,) = changes_since_last(report)

    assert [(field.field, field.old) for field in diff.fields] == [("work_state", ""), ("percent", "")]


def test_comparing_a_version_with_itself_tells_nothing(report, officer):
    filed(report, officer, MONDAY, result="2 buổi")
    content = report.versions.get().content

    assert changes_between(content, content) == []


@same_queries(10)
def test_changes_take_the_same_queries_for_any_number(duty, officer, rows, counted):
    more_duties(duty, rows - 1)
    filed(opened(duty.unit), officer, MONDAY)
    next_week = opened(duty.unit, NEXT_MONDAY, "2024-W11")
    filed(next_week, officer, NEXT_MONDAY, percent=70)

    with counted:
        assert len(changes_since_last(next_week)) == rows


def test_entry_knows_its_initiative_in_a_version(report, officer):
    filed(report, officer, MONDAY)

    assert report.versions.get().content[0]["entry"] == entry_of(report).pk
