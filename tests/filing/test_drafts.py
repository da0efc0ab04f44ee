"""What is typed is saved entry by entry; two officers at once do not overwrite each other."""

from datetime import timedelta
from decimal import Decimal

import pytest

from models_registry.models import Indicator
from reports.domain.numbers import Figure
from reports.domain.states import WorkState
from reports.filing.drafts import EntryEdit, keep_entries, save_entries, unkeep_entries
from reports.filing.services import submit_nothing, submit_report
from reports.filing.suggestions import NO_FIGURE
from reports.lifecycle.errors import AlreadyFiled, Locked
from reports.models import IndicatorFigure, UnitReport
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
    seen,
)
from tests.factories import UserFactory, vn
from tests.queries import same_queries

pytestmark = [pytest.mark.django_db, pytest.mark.engine]

LATER = MONDAY + timedelta(minutes=5)


@pytest.fixture
def colleague(unit):
    """A second officer of the same unit."""
    return UserFactory(full_name="Cán bộ Hai", unit=unit)


@pytest.fixture
def indicator(duty):
    return Indicator.objects.create(
        initiative=duty.initiative,
        name="Cơ sở tiếp nhận",
        kind=Indicator.Kind.PERCENT,
        target=100,
        unit_of_measure="cơ sở",
    )


def test_entry_is_saved_with_the_next_version_and_when(entry, officer, monday):
    saved = save_entry(entry, {"result": "đã tập huấn"}, by=officer, at=monday)

    assert (saved.version, entry_of(saved.report).result, entry_of(saved.report).version) == (1, "đã tập huấn", 1)
    assert UnitReport.objects.get(pk=entry.report_id).saved_at == monday


def test_saving_the_same_again_writes_nothing_more(entry, officer, monday):
    """A reply lost on the way is asked for again; the second time changes nothing."""
    save_entry(entry, {"result": "đã tập huấn"}, by=officer, at=monday)

    again = save_entry(entry, {"result": "đã tập huấn"}, by=officer, at=LATER)

    assert (again.version, entry.history.count()) == (1, 2)


def type_into(entry, fields, *, known, by, at=LATER, figures=None):
    """Returns what clashed."""
    edit = EntryEdit(entry.pk, fields, figures or {}, known)
    return [clash for one in save_entries(entry.report, [edit], by=by, at=at).conflicts for clash in one.clashes]


def test_second_officer_sees_both_texts_of_the_field_and_nothing_is_overwritten(entry, officer, colleague, monday):
    known = seen(entry)
    save_entry(entry, {"result": "của người thứ nhất"}, by=officer, at=monday)
    save_entry(entry, {"percent": 40}, by=colleague, at=LATER)

    (clash,) = type_into(entry, {"result": "của người thứ hai"}, known=known, by=colleague)

    assert clash == ("result", "của người thứ hai", "của người thứ nhất", officer.full_name, monday)
    assert entry_of(entry.report).result == "của người thứ nhất"


def test_choice_is_written_over_what_was_seen_of_the_other(entry, officer, colleague, monday):
    save_entry(entry, {"result": "một"}, by=officer, at=monday)

    clashes = type_into(entry, {"result": "một, hai"}, known={"result": ["", "một"]}, by=colleague)

    assert (clashes, entry_of(entry.report).result) == ([], "một, hai")


def test_what_was_sent_without_an_answer_is_written_over(entry, officer, monday):
    save_entry(entry, {"result": "gõ lần một"}, by=officer, at=monday)

    clashes = type_into(entry, {"result": "gõ lần hai"}, known={"result": ["", "gõ lần một"]}, by=officer)

    assert (clashes, entry_of(entry.report).result) == ([], "gõ lần hai")


def test_colleagues_return_to_an_old_wording_is_not_written_over(entry, officer, colleague, monday):
    """Known is what the page was last told, not every value it ever showed."""
    for text, by in (("cũ", officer), ("mới", officer), ("cũ", colleague)):
        save_entry(entry, {"result": text}, by=by, at=monday)

    (clash,) = type_into(entry, {"result": "mới hơn"}, known={"result": ["mới"]}, by=officer)

    assert (clash.theirs, clash.by, entry_of(entry.report).result) == ("cũ", colleague.full_name, "cũ")


def test_words_a_colleague_took_away_are_not_written_again_without_a_question(entry, officer, colleague, monday):
    save_entry(entry, {"result": "đã tập huấn"}, by=officer, at=monday)
    known = seen(entry_of(entry.report))
    save_entry(entry, {"result": ""}, by=colleague, at=monday)

    (clash,) = type_into(entry, {"result": "đã tập huấn 2 buổi"}, known=known, by=officer)

    assert (clash.theirs, entry_of(entry.report).result) == ("", "")


def test_fields_that_do_not_clash_are_brought_together(entry, officer, colleague, monday):
    known = seen(entry)
    save_entry(entry, {"result": "của người thứ nhất", "percent": None}, by=officer, at=monday)

    clashes = type_into(entry, {"result": "", "percent": 40}, known=known, by=colleague)

    merged = entry_of(entry.report)
    assert (clashes, merged.result, merged.percent, merged.version) == ([], "của người thứ nhất", 40, 2)


def test_one_clash_among_several_entries_holds_up_no_other(duty, officer, colleague, monday):
    more_duties(duty, 1)
    first, second = opened(duty.unit).entries.all()
    save_entry(first, {"result": "một"}, by=officer, at=monday)
    edits = [EntryEdit(one.pk, {"result": text}, known=seen(one)) for one, text in ((first, "hai"), (second, "ba"))]

    saved = save_entries(first.report, edits, by=colleague, at=LATER)

    assert [conflict.entry for conflict in saved.conflicts] == [first]
    assert list(first.report.entries.values_list("result", flat=True)) == ["một", "ba"]


def test_figures_are_saved_and_emptied_again_and_never_zero(entry, indicator, officer, monday):
    counted = {indicator.pk: Figure(Decimal("2"), Decimal("3"))}
    save_entry(entry, {}, by=officer, at=monday, figures=counted)

    save_entry(entry, {}, by=officer, at=LATER, figures={indicator.pk: Figure(None)})

    kept = [(row.value, row.total, row.version) for row in IndicatorFigure.history.order_by("history_id")]
    assert kept == [(2, 3, 1), (None, None, 2)]
    assert IndicatorFigure.objects.get().value is None


def test_figures_counted_by_two_clash_like_texts(entry, indicator, officer, colleague, monday):
    save_entry(entry, {}, by=officer, at=monday, figures={indicator.pk: Figure(Decimal(2), Decimal(3))})

    mine = {indicator.pk: Figure(Decimal(3), Decimal(3))}
    (clash,) = type_into(entry, {}, known={f"figure-{indicator.pk}": [NO_FIGURE]}, by=colleague, figures=mine)

    assert (clash.key, clash.mine.value, clash.theirs.value) == (f"figure-{indicator.pk}", 3, 2)
    assert (clash.by, clash.at) == (officer.full_name, monday)


def test_figure_left_alone_does_not_clash_with_the_one_counted_meanwhile(entry, indicator, officer, colleague, monday):
    save_entry(entry, {}, by=officer, at=monday, figures={indicator.pk: Figure(Decimal(2), Decimal(3))})

    known = seen(entry, **{f"figure-{indicator.pk}": NO_FIGURE})
    type_into(entry, {"percent": 5}, known=known, by=colleague, figures={indicator.pk: NO_FIGURE})

    assert (IndicatorFigure.objects.get().value, entry_of(entry.report).percent) == (2, 5)


def test_text_is_cleaned_on_its_way_in(entry, officer, monday):
    save_entry(entry, {"result": "tập hu\u00e2\u0301n\x00\u200b"}, by=officer, at=monday)

    assert entry_of(entry.report).result == "tập huấn"


@pytest.mark.parametrize("name", ["duty", "report_id", "version", "is_kept", "excluded_at"])
def test_fields_that_are_not_the_officers_are_refused(entry, officer, monday, name):
    with pytest.raises(ValueError, match="not filled in by an officer"):
        save_entry(entry, {name: 1}, by=officer, at=monday)


def test_entry_of_another_report_is_not_found(entry, outsider, duty, officer, monday):
    foreign = report_of(duty.unit, "2024-03").entries.get()

    with pytest.raises(KeyError):
        save_entries(entry.report, [EntryEdit(foreign.pk, {"result": "x"})], by=officer, at=monday)


def test_filed_and_locked_reports_take_no_more_words(entry, officer, monday):
    with pytest.raises(Locked):
        save_entry(entry, {"result": "x"}, by=officer, at=vn("2024-03-13 00:00"))
    filed(entry.report, by=officer, at=monday)
    with pytest.raises(AlreadyFiled):
        save_entry(entry, {"result": "x"}, by=officer, at=monday)


# --- Giữ như kỳ trước ---


@pytest.fixture
def next_week(report, officer, monday):
    """Week 11, after a week 10 filed as blocked."""
    said = {"work_state": WorkState.BLOCKED, "difficulty": "Thiếu đầu đọc", "solving_level": "district"}
    filed(report, officer, monday, result="đã lắp 2/3", **said)
    return opened(report.unit, NEXT_MONDAY, "2024-W11")


def test_kept_entry_says_how_the_work_stands_and_nothing_of_last_weeks_result(next_week, officer):
    (kept,) = keep_entries(next_week, by=officer, at=NEXT_MONDAY)

    assert (kept.is_kept, kept.work_state, kept.percent, kept.difficulty) == (True, "blocked", 60, "Thiếu đầu đọc")
    assert (kept.result, kept.missing, kept.has_words) == ("", "", False)


def test_undone_entry_has_no_answer_again_and_what_was_typed_stays(next_week, officer):
    (kept,) = keep_entries(next_week, by=officer, at=NEXT_MONDAY)

    undone = unkeep_entries(next_week, [kept.pk], by=officer, at=NEXT_MONDAY)
    save_entry(kept, {"result": "đã lắp xong"}, by=officer, at=NEXT_MONDAY)
    again = unkeep_entries(next_week, [kept.pk], by=officer, at=NEXT_MONDAY)

    entry = entry_of(next_week)
    assert ([one.pk for one in undone], again) == ([kept.pk], [])
    assert (entry.is_kept, entry.work_state, entry.difficulty, entry.result) == (False, "", "", "đã lắp xong")


def test_silence_is_not_keeping(next_week, officer):
    assert [entry.missing for entry in next_week.entries.all()] == ["chọn trạng thái công việc"]


def test_keeping_all_leaves_what_has_an_answer_and_what_was_never_reported(duty, officer, monday):
    more_duties(duty, 1)
    report = opened(duty.unit)
    filed(report, officer, monday)
    more_duties(duty, 1)
    next_week = opened(duty.unit, NEXT_MONDAY, "2024-W11")
    first, second = next_week.entries.all()[:2]
    save_entry(first, {"work_state": WorkState.DONE, "result": "xong"}, by=officer, at=NEXT_MONDAY)

    kept = keep_entries(next_week, by=officer, at=NEXT_MONDAY)

    assert [entry.pk for entry in kept] == [second.pk]
    assert [entry.work_state for entry in next_week.entries.all()] == ["done", "in_progress", ""]


def test_keeping_one_covers_a_state_but_never_words(next_week, officer):
    (entry,) = fill(next_week, officer, NEXT_MONDAY, result="đã lắp xong")

    assert keep_entries(next_week, [entry.pk], by=officer, at=NEXT_MONDAY) == []
    assert entry_of(next_week).result == "đã lắp xong"


def test_entry_changed_after_keeping_is_kept_no_more(next_week, officer):
    (kept,) = keep_entries(next_week, by=officer, at=NEXT_MONDAY)

    changed = save_entry(kept, {"percent": 70}, by=officer, at=NEXT_MONDAY)

    assert (changed.is_kept, changed.has_words, changed.percent) == (False, True, 70)


def test_report_kept_as_a_whole_can_be_filed(next_week, officer):
    keep_entries(next_week, by=officer, at=NEXT_MONDAY)

    assert submit_report(next_week, by=officer, at=NEXT_MONDAY).state == "submitted"


def test_kept_words_do_not_stand_in_the_way_of_nothing_to_report(next_week, officer):
    keep_entries(next_week, by=officer, at=NEXT_MONDAY)

    submit_nothing(next_week, by=officer, at=NEXT_MONDAY)

    emptied = entry_of(next_week)
    assert (emptied.work_state, emptied.difficulty, emptied.is_kept) == ("", "", False)


@same_queries(10)
def test_saving_takes_the_same_queries_for_any_number_of_entries(duty, officer, rows, counted):
    more_duties(duty, rows - 1)
    report = opened(duty.unit)
    edits = [EntryEdit(entry.pk, {"result": "x"}) for entry in report.entries.all()]

    with counted:
        save_entries(report, edits, by=officer, at=MONDAY)


@same_queries(10)
def test_keeping_takes_the_same_queries_for_any_number_of_entries(duty, officer, rows, counted):
    more_duties(duty, rows - 1)
    filed(opened(duty.unit), officer, MONDAY)
    next_week = opened(duty.unit, NEXT_MONDAY, "2024-W11")

    with counted:
        keep_entries(next_week, by=officer, at=NEXT_MONDAY)
