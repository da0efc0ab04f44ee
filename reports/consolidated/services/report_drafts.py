"""Drafting the consolidated report of a period, and drafting it anew without losing what people wrote."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from assignments.models import StandingAgency, Unit, User
from models_registry.history import set_history_author
from models_registry.text import clean
from reports.domain.wording import vn_moment
from reports.models import ConsolidatedLine, ConsolidatedReport, ConsolidatedSection, ReportingPeriod

from ..changes_since_draft import taken_from
from ..drafting.drafted_line import DraftLine
from ..drafting.facts import Facts, read_facts
from ..drafting.sections import draft
from ..errors import AlreadyFinal, ConsolidatedError
from .outline_edits import outline_of

LONGEST_ADDRESSEES = 2_000
_BATCH = 500
_SOURCES = (
    (ConsolidatedLine.entries.through, "progressentry_id", "entries"),
    (ConsolidatedLine.obstacles.through, "obstacle_id", "obstacles"),
)


@transaction.atomic
def start_draft(period: ReportingPeriod, *, by: User, at: datetime) -> ConsolidatedReport:
    """Draft the report of ``period`` by the plan's outline from what stands at ``at``; a draft that exists is returned.

    Raises ConsolidatedError where the period is a special one or has a final report, or the plan no standing agency.
    """
    held = ReportingPeriod.objects.select_for_update(of=("self",)).select_related("plan").get(pk=period.pk)
    begun = held.consolidated.drafts().first()
    if begun:
        return begun
    if held.is_special:
        raise ConsolidatedError(
            "Báo cáo gửi cấp trên lập cho một tuần hoặc một tháng; báo cáo đột xuất được đưa vào đó."
        )
    if held.consolidated.final().exists():
        raise ConsolidatedError(f"Kỳ {held.title_at(at)} đã có báo cáo ban hành. Hãy mở báo cáo đó, lập bản thay thế.")
    report = ConsolidatedReport(period=held, unit=_issuer(held), drafted_at=at, drafted_by=by, taken_at=at)
    report.taken = taken_from(held)
    report.addressees = held.plan.issuer
    save_with_history(report, by=by, at=at, why="Soạn dự thảo")
    active = [section for section in outline_of(held.plan, at=at) if section.is_active]
    sections = ConsolidatedSection.objects.bulk_create(
        ConsolidatedSection(
            report=report, position=place, level=one.level, kind=one.kind, title=one.title, drafted_at=at
        )
        for place, one in enumerate(active, start=1)
    )
    facts = read_facts(held)
    for section in sections:
        _draft(section, facts, by=by, at=at)
    return report


@transaction.atomic
def redraft_section(section: ConsolidatedSection, *, by: User, at: datetime, also_edited: bool = False) -> None:
    """Draft one section anew from what stands at ``at``; edited and removed lines stay unless ``also_edited``.

    Lines written by hand always stay. Raises AlreadyFinal.
    """
    report = lock_draft(section.report)
    section = report.sections.get(pk=section.pk)
    _draft(section, read_facts(report.period), by=by, at=at, also_edited=also_edited)
    save_with_history(report, by=by, at=at, why=f"Soạn lại mục “{section.title}”")


@transaction.atomic
def redraft_report(report: ConsolidatedReport, *, by: User, at: datetime) -> ConsolidatedReport:
    """Draft every section anew, so that what came in since is in it; what people wrote stays. Raises AlreadyFinal."""
    report = lock_draft(report)
    report.taken, report.taken_at = taken_from(report.period), at
    facts = read_facts(report.period)
    for section in report.sections.all():
        _draft(section, facts, by=by, at=at)
    save_with_history(report, by=by, at=at, why="Lấy số liệu mới")
    return report


@transaction.atomic
def discard_draft(report: ConsolidatedReport, *, by: User, at: datetime) -> None:
    """Throw a draft away; its history stays. Raises AlreadyFinal."""
    report = lock_draft(report)
    set_history_author(report, by=by, at=at)
    report.delete()


@transaction.atomic
def save_addressees(report: ConsolidatedReport, addressees: str, *, by: User, at: datetime) -> None:
    """To whom the report goes, one a line. Raises AlreadyFinal, and ConsolidatedError for too many words."""
    report, addressees = lock_draft(report), clean(addressees).strip()
    if len(addressees) > LONGEST_ADDRESSEES:
        raise ConsolidatedError(
            f"Nơi gửi dài {len(addressees)} ký tự, quá {LONGEST_ADDRESSEES}, nên chưa lưu. Hãy viết gọn lại."
        )
    if report.addressees != addressees:
        report.addressees = addressees
        save_with_history(report, by=by, at=at, why="Sửa nơi gửi")


def lock_draft(report: ConsolidatedReport) -> ConsolidatedReport:
    """Read a draft and lock its row for this transaction: whoever writes comes here first. Raises AlreadyFinal."""
    held = ConsolidatedReport.objects.select_for_update(of=("self",)).select_related("period__plan", "unit")
    report = held.get(pk=report.pk)
    if report.is_final:
        raise AlreadyFinal(report)
    return report


def save_with_history(report: ConsolidatedReport, *, by: User, at: datetime, why: str) -> None:
    """Write the row with who, when and why in its history."""
    set_history_author(report, by=by, at=at)
    report._change_reason = why[:100]  # type: ignore[attr-defined]
    report.save()


def _issuer(period: ReportingPeriod) -> Unit:
    agency = StandingAgency.objects.on(period.ends_on).filter(plan=period.plan_id).select_related("unit").first()
    if agency is None:
        raise ConsolidatedError(
            f"Đến {vn_moment(period.due_at)} kế hoạch không có cơ quan thường trực để ban hành báo cáo. "
            "Hãy nhờ người quản trị ghi cơ quan thường trực."
        )
    return agency.unit


# --- Lines ---


def _draft(section: ConsolidatedSection, facts: Facts, *, by: User, at: datetime, also_edited: bool = False) -> None:
    if not section.is_drafted:
        return
    old = list(section.lines.order_by("position", "pk"))
    drafted = draft(section.kind, facts)
    by_key = {line.key: line for line in old if line.key}
    pairs = [(by_key.get(one.key) or ConsolidatedLine(section=section), one) for one in drafted]
    for line, one in pairs:
        _tell(line, one, also_edited=also_edited)
    matched = [line for line, _ in pairs]
    gone = [line for line in old if line not in matched and not (line.is_stable and not (also_edited and line.key))]
    ConsolidatedLine.objects.filter(pk__in=[line.pk for line in gone]).delete()
    _write(in_order(matched, [line for line in old if line not in gone]), by=by, at=at)
    _write_sources(pairs)
    section.drafted_at = at
    section.save(update_fields=["drafted_at"])


def _tell(line: ConsolidatedLine, one: DraftLine, *, also_edited: bool) -> None:
    """Give ``line`` the drafted text, unless a person edited or removed it."""
    if line.pk and line.is_stable and not also_edited:
        return
    line.is_new_text = line.text != one.text or line.removed_at is not None  # type: ignore[attr-defined]
    line.form, line.text, line.key = one.form, one.text, one.key
    line.is_edited, line.removed_at = False, None


def in_order(drafted: Sequence[ConsolidatedLine], old: Sequence[ConsolidatedLine]) -> list[ConsolidatedLine]:
    """The drafted lines in their order, and each of the ``old`` ones not among them after the line it stood behind."""
    ordered = list(drafted)
    before: ConsolidatedLine | None = None
    for line in old:
        if line not in ordered:
            ordered.insert(ordered.index(before) + 1 if before else 0, line)
        before = line
    return ordered


def _write(lines: Iterable[ConsolidatedLine], *, by: User, at: datetime) -> None:
    new: list[ConsolidatedLine] = []
    told: list[ConsolidatedLine] = []
    moved: list[ConsolidatedLine] = []
    for place, line in enumerate(lines, start=1):
        is_moved, line.position = line.position != place, place
        if line.pk is None:
            new.append(line)
        elif getattr(line, "is_new_text", False):
            line.version += 1
            told.append(line)
        elif is_moved:
            moved.append(line)
    made = bulk_create_with_history(new, ConsolidatedLine, batch_size=_BATCH, default_user=by, default_date=at)
    for line, saved in zip(new, made, strict=True):
        line.pk = saved.pk
    fields = ["form", "text", "is_edited", "removed_at", "version", "position"]
    bulk_update_with_history(told, ConsolidatedLine, fields, batch_size=_BATCH, default_user=by, default_date=at)
    ConsolidatedLine.objects.bulk_update(moved, ["position"], batch_size=_BATCH)


def _write_sources(pairs: Sequence[tuple[ConsolidatedLine, DraftLine]]) -> None:
    """What each line was drawn from, written anew."""
    for through, _, _ in _SOURCES:
        through.objects.filter(consolidatedline__in=[line.pk for line, _ in pairs]).delete()
    link_sources((line, {"entries": one.entries, "obstacles": one.obstacles}) for line, one in pairs)


def link_sources(told: Iterable[tuple[ConsolidatedLine, Mapping[str, Iterable[int]]]]) -> None:
    """Tie each line to what it was drawn from: keys by "entries" and "obstacles"."""
    pairs = list(told)
    for through, field, name in _SOURCES:
        through.objects.bulk_create(
            (through(consolidatedline_id=line.pk, **{field: key}) for line, keys in pairs for key in keys[name]),
            batch_size=_BATCH,
        )
