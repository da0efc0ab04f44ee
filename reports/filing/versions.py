"""What was filed each time, word for word, and what changed from one time to the next."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from reports.domain.entry_fields import FIELD_LABELS, FILLED_FIELDS, field_words
from reports.domain.unlikely import Question
from reports.models import ProgressEntry, ReportVersion, UnitReport


class FieldDiff(NamedTuple):
    """One thing that changed, in words ready to be shown; ``old`` or ``new`` is "" where nothing was said."""

    field: str
    label: str
    old: str
    new: str


class EntryDiff(NamedTuple):
    """What changed of one duty; ``code`` is the initiative's."""

    duty_id: int
    code: str
    fields: list[FieldDiff]


def snapshot(
    entries: Iterable[ProgressEntry], questions: Mapping[int, Sequence[Question]] | None = None
) -> list[dict[str, Any]]:
    """What the entries say, as JSON keeps it; initiative, ``figures`` and ``evidence`` should be read with them.

    ``questions`` are what was asked of unlikely answers, by the entry's key.
    """
    return [
        {
            "entry": entry.pk,
            "duty": entry.duty_id,
            "code": entry.duty.initiative.code,
            "is_kept": entry.is_kept,
            **{name: getattr(entry, name) for name in FILLED_FIELDS},
            "figures": counted_words(entry),
            "evidence": [file.name for file in entry.evidence.all()],
            "questions": [question.text for question in (questions or {}).get(entry.pk, ())],
        }
        for entry in entries
    ]


def versions_of(report: UnitReport) -> list[tuple[ReportVersion, list[EntryDiff]]]:
    """Every version, the latest first, each with what it changed of the one before it; one query."""
    versions = list(report.versions.select_related("by").order_by("number"))
    earlier: Sequence[ReportVersion | None] = [None, *versions][: len(versions)]
    told = [
        (version, changes_between(before.content, version.content) if before else [])
        for before, version in zip(earlier, versions, strict=True)
    ]
    return told[::-1]


def changes_between(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[EntryDiff]:
    """What ``after`` says otherwise than ``before``, both made by ``snapshot``; entries unchanged are left out."""
    old_of = {old["duty"]: old for old in before}
    diffs = [_diff(old_of.get(new["duty"], {}), new) for new in after]
    return [diff for diff in diffs if diff.fields]


def changes_since_last(report: UnitReport, entries: Sequence[ProgressEntry] | None = None) -> list[EntryDiff]:
    """What the report says otherwise than the unit last said of the same duties in an earlier period of its rhythm.

    What a unit did not say again (a week without a new result) is no change; eight queries at most. ``entries`` are
    those of the report where they were read already, with all that ``snapshot`` asks for.
    """
    entries = _with_all(report.entries) if entries is None else entries
    earlier = (
        ProgressEntry.objects.counted()
        .filter(duty__in=[entry.duty_id for entry in entries], report__period__rhythm=report.period.rhythm)
        .filter(report__period__ends_on__lt=report.period.ends_on)
        .order_by("duty", "-report__period__ends_on", "-report__submitted_at")
    )
    last: dict[int, int] = {}
    for duty_id, pk in earlier.values_list("duty", "pk"):
        last.setdefault(duty_id, pk)
    before = list(ProgressEntry.objects.filter(pk__in=last.values()).prefetch_related("figures__indicator", "evidence"))
    duties = {entry.duty_id: entry.duty for entry in entries}
    for entry in before:
        entry.duty = duties[entry.duty_id]
    said = [entry for entry in entries if entry.is_answered and not entry.is_kept]
    return changes_between(snapshot(before), snapshot(said))


def _with_all(entries: Any) -> list[ProgressEntry]:
    return list(entries.select_related("duty__initiative").prefetch_related("figures__indicator", "evidence"))


def counted_words(entry: ProgressEntry) -> dict[str, str]:
    """What was counted under an entry, by the names of the indicators; have ``figures__indicator`` prefetched."""
    return {figure.indicator.name: figure.words for figure in entry.figures.all() if figure.value is not None}


def _diff(old: Mapping[str, Any], new: Mapping[str, Any]) -> EntryDiff:
    names = (*FILLED_FIELDS, "figures", "evidence")
    pairs = [(name, _words(name, old.get(name)), _words(name, new.get(name))) for name in names]
    changed = [FieldDiff(name, FIELD_LABELS[name], was, now) for name, was, now in pairs if now not in ("", was)]
    return EntryDiff(new["duty"], new["code"], changed)


def _words(name: str, value: Any) -> str:
    if name == "figures":
        return "; ".join(f"{label}: {number}" for label, number in (value or {}).items())
    return "; ".join(value or ()) if name == "evidence" else field_words(name, value)
