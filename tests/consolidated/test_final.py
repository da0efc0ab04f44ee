"""A final report is numbered in order, frozen with its figures, and closed in the database as well."""

import json
from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from documents import word_file
from reports.consolidated.document_json import document_from_json, document_to_json
from reports.consolidated.drafting.facts import read_facts
from reports.consolidated.errors import AlreadyFinal, ConsolidatedError
from reports.consolidated.services.final import correct, document_of, finalize, next_number, reference_of
from reports.consolidated.services.line_edits import LineEdit, add_line, remove_line, save_lines
from reports.consolidated.services.report_drafts import discard_draft, redraft_report, redraft_section, start_draft
from reports.consolidated.sheets import sheets_from_json, sheets_of, sheets_to_json
from reports.models import (
    ConsolidatedLine,
    ConsolidatedReport,
    ConsolidatedSection,
    ConsolidatedSnapshot,
    DemoData,
    Letterhead,
)
from reports.periods.services import run_schedule
from tests.consolidated.district import THURSDAY, WEDNESDAY
from tests.factories import vn

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

FRIDAY = vn("2024-03-08 15:00")
SIGNED = date(2024, 3, 8)


@pytest.fixture
def final(draft, district):
    return finalize(draft, number=5, signed_on=SIGNED, by=district.agency, at=FRIDAY, signer="Nguyễn Văn Ký")


def test_final_report_has_number_day_and_who_issued_it(final, district):
    found = ConsolidatedReport.objects.get(pk=final.pk)

    assert (found.state, found.number, found.number_year, found.signed_on) == ("final", 5, 2024, SIGNED)
    assert (found.finalized_by, found.finalized_at, found.signer) == (district.agency, FRIDAY, "Nguyễn Văn Ký")
    assert reference_of(found) == "Báo cáo số 05/BC-CAH ngày 08/3/2024"


def test_final_report_stays_as_it_was_when_units_and_letterhead_change(final, district):
    before = word_file(document_from_json(final.snapshot.document))
    district.file("son", {"30": {"result": "Phát 200 tờ rơi"}}, at=FRIDAY)
    Letterhead.objects.create(unit=final.unit, symbol="BC-KHÁC", signer="Người Khác")

    kept = ConsolidatedReport.objects.get(pk=final.pk).snapshot

    document = document_from_json(kept.document)
    texts = [block.text for block in document.blocks if hasattr(block, "text")]
    assert (document.head.symbol, document.head.signer, document.number) == ("BC-CAH", "Nguyễn Văn Ký", 5)
    assert any(text.startswith("Trong kỳ có 3/4 đơn vị nộp báo cáo") for text in texts)
    assert len(word_file(document)) == len(before)


def test_reference_of_a_final_report_keeps_the_symbol_it_was_issued_under(final):
    Letterhead.objects.create(unit=final.unit, symbol="BC-KHÁC")

    assert reference_of(ConsolidatedReport.objects.get(pk=final.pk)) == "Báo cáo số 05/BC-CAH ngày 08/3/2024"


def test_document_is_the_same_after_being_kept(draft):
    document = document_of(draft, at=THURSDAY)

    kept = json.loads(json.dumps(document_to_json(document)))
    assert replace(document_from_json(kept), grounds=()) == document


def test_tables_are_the_same_after_being_kept(district):
    sheets = sheets_of(read_facts(district.period()))

    kept = sheets_from_json(sheets_to_json(sheets))

    assert [(one.title, [list(row) for row in one.rows]) for one in kept] == [
        (one.title, [list(row) for row in one.rows]) for one in sheets
    ]


# --- Numbers ---


def test_next_number_follows_the_last_of_the_year(final):
    assert (next_number(final, SIGNED), next_number(final, date(2025, 1, 6))) == (6, 1)


def month(district):
    return start_draft(district.period("2024-03"), by=district.agency, at=FRIDAY)


def issue(report, district, number, day=SIGNED):
    return finalize(report, number=number, signed_on=day, by=district.agency, at=FRIDAY)


def test_number_given_once_is_not_given_again(final, district):
    with pytest.raises(ConsolidatedError, match="Số 05 năm 2024 đã cấp cho Báo cáo gửi cấp trên tuần 28/02 – 05/03"):
        issue(month(district), district, 5)


def test_number_out_of_order_is_refused(final, district):
    with pytest.raises(ConsolidatedError, match="không theo thứ tự: số 05 đã cấp ngày 08/3/2024"):
        issue(month(district), district, 6, date(2024, 3, 7))


def test_number_in_order_is_taken_on_an_earlier_day_when_it_is_lower(final, district):
    assert issue(month(district), district, 4, date(2024, 3, 7)).number == 4


@pytest.mark.parametrize(
    ("number", "day", "why"),
    [
        (0, SIGNED, "bắt đầu từ 1"),
        (1, date(2024, 3, 9), "chưa tới"),
        (1, date(2024, 2, 1), "trước khi kỳ báo cáo bắt đầu"),
    ],
)
def test_number_and_day_that_cannot_be_are_refused(draft, district, number, day, why):
    with pytest.raises(ConsolidatedError, match=why):
        issue(draft, district, number, day)

    assert ConsolidatedReport.objects.get().state == "draft"


def test_database_refuses_one_number_twice_for_one_unit(final, district):
    other = month(district)

    ConsolidatedSnapshot.objects.create(report=other, document={}, sheets=[])

    with pytest.raises(IntegrityError), transaction.atomic():
        ConsolidatedReport.objects.filter(pk=other.pk).update(
            state="final",
            number=5,
            number_year=2024,
            signed_on=SIGNED,
            finalized_at=FRIDAY,
            finalized_by=district.agency,
        )


# --- Closed ---


def test_services_refuse_to_change_a_final_report(final, district):
    by, at = district.agency, FRIDAY
    section = final.sections.get(kind="results")
    line = section.lines.first()
    refused = {
        "save": lambda: save_lines(final, [LineEdit(line.pk, "Khác", [line.text])], by=by, at=at),
        "add": lambda: add_line(section, form="bullet", by=by, at=at),
        "remove": lambda: remove_line(line, by=by, at=at),
        "redraft": lambda: redraft_section(section, by=by, at=at),
        "take in": lambda: redraft_report(final, by=by, at=at),
        "discard": lambda: discard_draft(final, by=by, at=at),
        "finalize": lambda: finalize(final, number=6, signed_on=SIGNED, by=by, at=at),
    }

    for act in refused.values():
        with pytest.raises(AlreadyFinal):
            act()


def breaches(final):
    section = final.sections.get(kind="results")
    line = section.lines.filter(entries__isnull=False).first()
    entry = line.entries.first()
    reports, lines = ConsolidatedReport.objects.filter(pk=final.pk), ConsolidatedLine.objects.filter(pk=line.pk)
    snapshots = ConsolidatedSnapshot.objects.filter(report=final)
    through = ConsolidatedLine.entries.through.objects
    return {
        "number": lambda: reports.update(number=7),
        "back to draft": lambda: reports.update(state="draft"),
        "addressees": lambda: reports.update(addressees="Nơi khác"),
        "delete": lambda: reports._raw_delete("default"),
        "line": lambda: lines.update(text="Khác"),
        "delete line": lambda: lines._raw_delete("default"),
        "new line": lambda: ConsolidatedLine.objects.create(section=section, position=99, form="bullet", text="Thêm"),
        "move line in": lambda: ConsolidatedLine.objects.exclude(section__report=final).update(section=section),
        "section": lambda: ConsolidatedSection.objects.filter(pk=section.pk).update(title="Khác"),
        "snapshot": lambda: snapshots.update(document={}),
        "delete snapshot": lambda: snapshots._raw_delete("default"),
        "source": lambda: through.create(consolidatedline=section.lines.last(), progressentry=entry),
        "delete source": lambda: through.filter(consolidatedline=line)._raw_delete("default"),
    }


BREACHES = (
    "number", "back to draft", "addressees", "delete", "line", "delete line", "new line", "move line in", "section",
    "snapshot", "delete snapshot", "source", "delete source",
)  # fmt: skip


@pytest.mark.parametrize("breach", BREACHES)
def test_database_refuses_to_change_a_final_report(final, district, breach):
    month(district)  # has lines that could be moved in

    with pytest.raises(DatabaseError, match="a final report is not changed"), transaction.atomic():
        breaches(final)[breach]()


def test_every_breach_is_tried(final):
    assert tuple(breaches(final)) == BREACHES


def test_database_refuses_a_final_report_without_what_it_was_made_from(draft, district):
    with pytest.raises(DatabaseError, match="a final report is not changed"), transaction.atomic():
        ConsolidatedReport.objects.filter(pk=draft.pk).update(
            state="final",
            number=1,
            number_year=2024,
            signed_on=SIGNED,
            finalized_at=FRIDAY,
            finalized_by=district.agency,
        )


def test_database_refuses_a_final_report_without_number_or_day(draft):
    ConsolidatedSnapshot.objects.create(report=draft, document={}, sheets=[])

    with pytest.raises(IntegrityError), transaction.atomic():
        ConsolidatedReport.objects.filter(pk=draft.pk).update(state="final")


def test_made_up_final_report_can_be_taken_away(final):
    DemoData.objects.create(made_at=FRIDAY, weeks=1)

    final.delete()

    assert not ConsolidatedReport.objects.exists()


# --- Corrections ---


def test_correction_is_a_new_version_that_begins_with_what_was_issued(final, district):
    later = correct(final, by=district.agency, at=FRIDAY)
    again = correct(final, by=district.agency, at=FRIDAY)

    assert (again, later.version, later.corrects, later.state) == (later, 2, final, "draft")
    assert [line.text for line in later.sections.get(kind="results").lines.all()] == [
        line.text for line in final.sections.get(kind="results").lines.all()
    ]
    sources = later.sections.get(kind="results").lines.get(text__startswith="UBND xã Phú Lệ").entries
    assert sources.get().report.unit == district.units["le"]


def test_correction_says_what_it_replaces_and_leaves_that_as_it_was(final, district):
    later = correct(final, by=district.agency, at=FRIDAY)
    line = later.sections.get(kind="difficulties").lines.last()
    save_lines(later, [LineEdit(line.pk, "Thiếu 02 máy quét.", [line.text])], by=district.agency, at=FRIDAY)

    later = finalize(later, number=6, signed_on=SIGNED, by=district.agency, at=FRIDAY)

    texts = [block.text for block in document_from_json(later.snapshot.document).blocks if hasattr(block, "text")]
    assert (
        "Báo cáo này thay thế Báo cáo số 05/BC-CAH ngày 08/3/2024 của Công an huyện về kết quả thực hiện "
        "Kế hoạch số 15/KH-UBND tuần 10/2024."
    ) in texts
    assert "Thiếu 02 máy quét." in texts
    first = document_from_json(ConsolidatedReport.objects.get(version=1).snapshot.document)
    assert "Thiếu 02 máy quét." not in [block.text for block in first.blocks if hasattr(block, "text")]


def test_version_that_was_replaced_is_not_corrected_again(final, district):
    later = correct(final, by=district.agency, at=FRIDAY)
    finalize(later, number=6, signed_on=SIGNED, by=district.agency, at=FRIDAY)

    with pytest.raises(ConsolidatedError, match="đã được thay bằng"):
        correct(final, by=district.agency, at=FRIDAY)


def test_draft_is_not_corrected_but_edited(draft, district):
    with pytest.raises(ConsolidatedError, match="sửa thẳng vào dự thảo"):
        correct(draft, by=district.agency, at=FRIDAY)


def test_period_with_a_final_report_is_not_drafted_from_the_beginning(final, district):
    run_schedule(at=WEDNESDAY)

    with pytest.raises(ConsolidatedError, match="đã có báo cáo ban hành"):
        start_draft(district.period(), by=district.agency, at=FRIDAY)
