"""What a report still lacks before it can be filed, line by line: the page, the script and the filing ask here."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reports.domain.entry_fields import FIELD_LABELS, FILLED_FIELDS
from reports.domain.numbers import Figure
from reports.domain.unlikely import Question, questions_about
from reports.models import Progress, ProgressEntry, ReviewRemark, UnitReport

from .suggestions import latest_progress
from .versions import snapshot

EXPLANATION = "explanation"


class Missing(NamedTuple):
    """What one line lacks: in which field of the form, and what to do."""

    field: str
    words: str


class EntryCheck(NamedTuple):
    """What keeps an entry from being filed, None where nothing does.

    ``questions`` are asked of unlikely answers, explained or not; ``remarks`` are those nobody has acted on.
    """

    missing: Missing | None = None
    questions: Sequence[Question] = ()
    remarks: Sequence[ReviewRemark] = ()


def check_entries(report: UnitReport, entries: Sequence[ProgressEntry]) -> dict[int, EntryCheck]:
    """By the entry's key; one query where the report was returned with remarks, else none.

    Read by ``entries_with_last_word``, and evidence, ``figures__indicator``, remarks with them.
    """
    words = latest_progress(report, entries)
    is_remarked = any(open_remarks(entry) for entry in entries)
    filed = _last_filed(report) if is_remarked else {}
    return {entry.pk: _check(entry, words.get(entry.duty_id), filed.get(entry.pk, {})) for entry in entries}


def open_remarks(entry: ProgressEntry) -> list[ReviewRemark]:
    """What was asked on the last return; filing the report anew answers it."""
    return [remark for remark in entry.remarks.all() if remark.is_unanswered]


def _last_filed(report: UnitReport) -> dict[int, Mapping[str, Any]]:
    """What was filed the last time, by the entry's key, as ``snapshot`` makes it."""
    last = report.versions.order_by("-number").first()
    return {entry["entry"]: entry for entry in last.content} if last else {}


def _check(entry: ProgressEntry, last: Progress | None, filed: Mapping[str, Any]) -> EntryCheck:
    questions = _questions(entry, last)
    remarks = [remark for remark in open_remarks(entry) if not _is_acted_on(remark, entry, filed)]
    return EntryCheck(_missing(entry, remarks, questions), questions, remarks)


def _questions(entry: ProgressEntry, last: Progress | None) -> list[Question]:
    """What was only kept was asked about when it was said."""
    if entry.is_kept or not entry.is_answered:
        return []
    said = {name: getattr(entry, name) for name in FILLED_FIELDS}
    counted = [(row.indicator, Figure(row.value, row.total)) for row in entry.figures.all()]
    return questions_about(said, last.percent if last else None, counted)


def _is_acted_on(remark: ReviewRemark, entry: ProgressEntry, filed: Mapping[str, Any]) -> bool:
    """What was remarked on is no longer as it was filed, or it was explained since."""
    (now,) = snapshot([entry])
    if now[EXPLANATION] and now[EXPLANATION] != filed.get(EXPLANATION):
        return True
    return any(now[name] != filed.get(name) for name in ([remark.field] if remark.field else FIELD_LABELS))


def _missing(entry: ProgressEntry, remarks: Sequence[ReviewRemark], questions: Sequence[Question]) -> Missing | None:
    if entry.missing:
        return Missing(entry.missing_field, entry.missing)
    if remarks:
        field = remarks[0].field if remarks[0].field in FILLED_FIELDS else EXPLANATION
        return Missing(field, "sửa theo ý kiến, hoặc giải thích vì sao giữ nguyên")
    if questions and not entry.explanation.strip():
        if questions[0].field == "solving_level":
            return Missing("solving_level", "chọn cấp có thẩm quyền giải quyết, hoặc giải thích")
        return Missing(questions[0].field, "sửa lại, hoặc giải thích chỗ được hỏi")
    return None
