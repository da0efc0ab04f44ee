"""What the drafting page sends: texts as they are typed, and its buttons, each saving the texts first."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, TypeVar

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from assignments.models import User
from assignments.permissions import Permission, requires
from assignments.requests import PortalRequest
from models_registry.text import clean
from reports.domain.wording import clock, vn_moment
from reports.models import ConsolidatedLine, ConsolidatedReport, ConsolidatedSection
from reports.web.posted_keys import key_from

from ..errors import AlreadyFinal, ConsolidatedError
from ..services.line_edits import (
    LONGEST_LINE,
    LineConflict,
    LineEdit,
    Saved,
    add_line,
    move_line,
    remove_line,
    restore_line,
    save_lines,
)
from ..services.report_drafts import discard_draft, redraft_report, redraft_section, save_addressees
from .pages import draft_page, report_of

Row = TypeVar("Row", ConsolidatedLine, ConsolidatedSection)


class Refusal(NamedTuple):
    """Words of the field ``name`` that were not saved, and ``why``, to be told."""

    name: str
    why: str


class Gone(Exception):
    """The line or section a button was pressed for is not in the report (any more)."""

    def __str__(self) -> str:
        return "Dòng ấy không còn trong dự thảo, có người vừa soạn lại. Nội dung ở các dòng khác đã được lưu."


class Act(NamedTuple):
    """A press of a button: whose report, what was pressed, by whom and when; ``known``: all values of each name."""

    report: ConsolidatedReport
    posted: Mapping[str, str]
    known: Mapping[str, list[str]]
    by: User
    at: datetime


@requires(Permission.WRITE_CONSOLIDATED)
@never_cache
@require_http_methods(["GET", "POST"])
def consolidated_save(request: PortalRequest, pk: int) -> HttpResponse:
    """Save the lines the page's script sends; tells what stands in them, and what somebody else wrote meanwhile.

    GET answers with the CSRF token to write with. Answers 409 with ``closed`` once the report is final.
    """
    report = report_of(request, pk)
    if request.method == "GET":
        return JsonResponse({"user": request.user.pk, "token": get_token(request)})
    at = timezone.now()
    try:
        saved, refused = _save_texts(_act(request, report, at))
    except AlreadyFinal as error:
        return JsonResponse({"closed": str(error)}, status=409)
    return JsonResponse(
        {
            "saved_at": clock(at),
            "lines": [{"pk": line.pk, "text": line.text} for line in saved.lines],
            "others": [{"pk": line.pk, "text": line.text} for line in saved.others],
            "conflicts": [_conflict(one) for one in saved.conflicts],
            "gone": [edit.line_id for edit in saved.gone],
            "refused": [one._asdict() for one in refused],
        }
    )


@requires(Permission.WRITE_CONSOLIDATED)
@require_POST
def consolidated_edit(request: PortalRequest, pk: int) -> HttpResponse:
    """Save the texts, then do what the button says, and come back to the place it was pressed."""
    act = _act(request, report_of(request, pk), timezone.now())
    try:
        saved, refused = _save_texts(act)
        _tell(request, saved, refused)
        if saved.conflicts or refused:
            names = ["addressees", *(one.name for one in refused)]
            typed = {name: act.posted[name] for name in names if name in act.posted}
            conflicts = {one.line.pk: one for one in saved.conflicts}
            return draft_page(request, act.report, conflicts, typed, status=409 if conflicts else 422)
        place = _do(request, act)
    except (AlreadyFinal, Gone) as error:
        messages.error(request, str(error))
        place = ""
    return redirect(f"{act.report.get_absolute_url()}{place}")


@requires(Permission.WRITE_CONSOLIDATED)
@require_POST
def consolidated_discard(request: PortalRequest, pk: int) -> HttpResponse:
    """Throw the draft away; pressed twice, the second finds it gone."""
    if not ConsolidatedReport.objects.filter(pk=pk).exists():
        return redirect("any_plan:consolidated_reports")
    report = report_of(request, pk)
    try:
        discard_draft(report, by=request.user, at=timezone.now())
    except AlreadyFinal as error:
        messages.error(request, str(error))
        return redirect(report)
    messages.success(request, f"Đã hủy dự thảo {report}. Có thể soạn lại từ đầu ở danh sách.")
    return redirect("consolidated_reports", report.period.plan_id)


# --- Texts ---


def _act(request: PortalRequest, report: ConsolidatedReport, at: datetime) -> Act:
    return Act(report, request.POST.dict(), dict(request.POST.lists()), request.user, at)


def _save_texts(act: Act) -> tuple[Saved, list[Refusal]]:
    saved = save_lines(act.report, _edits(act), by=act.by, at=act.at)
    refused = [_too_long(edit) for edit in saved.too_long]
    if "addressees" in act.posted:
        try:
            save_addressees(act.report, act.posted["addressees"], by=act.by, at=act.at)
        except AlreadyFinal:
            raise
        except ConsolidatedError as error:
            refused.append(Refusal("addressees", str(error)))
    return saved, refused


def _too_long(edit: LineEdit) -> Refusal:
    long = f"Dòng dài {len(clean(edit.text).strip())} ký tự, quá {LONGEST_LINE}, nên chưa lưu."
    return Refusal(f"dong-{edit.line_id}", f"{long} Hãy viết gọn lại hoặc tách thành nhiều dòng.")


def _tell(request: PortalRequest, saved: Saved, refused: Iterable[Refusal]) -> None:
    """What could not be saved, and why."""
    for edit in saved.gone:
        words = clean(edit.text).strip()
        messages.warning(
            request, f"Có người vừa bỏ hoặc soạn lại dòng đang sửa nên dòng không còn. Nội dung chưa lưu: {words}"
        )
    for one in refused:
        messages.error(request, one.why)
    if saved.conflicts:
        messages.error(request, "Có dòng vừa được người khác sửa. Chưa ghi đè gì: hãy xem cả hai rồi lưu lại.")


def _edits(act: Act) -> list[LineEdit]:
    keys = {name: key_from(name.removeprefix("dong-")) for name in act.posted if name.startswith("dong-")}
    return [
        LineEdit(key, act.posted[name], act.known.get(f"{name}-known") or [""])
        for name, key in keys.items()
        if key is not None
    ]


def _conflict(one: LineConflict) -> dict[str, object]:
    return {
        "pk": one.line.pk,
        "theirs": one.line.text,
        "by": one.by or "Người khác",
        "at": vn_moment(one.at) if one.at else "",
    }


# --- Buttons ---


def _do(request: PortalRequest, act: Act) -> str:
    """Do what was pressed; returns the place of the page to come back to."""
    for name, do in _ACTS.items():
        if name in act.posted:
            return do(request, act)
    messages.success(request, f"Đã lưu lúc {vn_moment(act.at)}.")
    return ""


def _line(act: Act, name: str) -> ConsolidatedLine:
    of_report = ConsolidatedLine.objects.filter(section__report=act.report)
    return _named(act, name, of_report.select_related("section__report"))


def _section(act: Act, name: str) -> ConsolidatedSection:
    return _named(act, name, act.report.sections.select_related("report"))


def _named(act: Act, button: str, rows: QuerySet[Row]) -> Row:
    """That of ``rows`` whose key the button carries."""
    found = rows.filter(pk=key_from(act.posted[button]) or 0).first()
    if found is None:
        raise Gone
    return found


def _remove(request: PortalRequest, act: Act) -> str:
    line = remove_line(_line(act, "bo"), by=act.by, at=act.at)
    messages.success(request, "Đã bỏ một dòng. Có thể lấy lại ở cuối mục, phần “Dòng đã bỏ”.")
    return f"#muc-{line.section_id}"


def _restore(request: PortalRequest, act: Act) -> str:
    line = restore_line(_line(act, "lay-lai"), by=act.by, at=act.at)
    return f"#dong-{line.pk}"


def _move(request: PortalRequest, act: Act) -> str:
    up = "len" in act.posted
    line = _line(act, "len" if up else "xuong")
    move_line(line, up=up, by=act.by, at=act.at)
    return f"#dong-{line.pk}"


def _add(request: PortalRequest, act: Act) -> str:
    section = _section(act, "them")
    asked = act.posted.get(f"kieu-{section.pk}", "")
    form = asked if asked in ConsolidatedLine.Form.values else ConsolidatedLine.Form.PARAGRAPH
    line = add_line(section, form=form, by=act.by, at=act.at)
    return f"#dong-{line.pk}"


def _redraft_section(request: PortalRequest, act: Act) -> str:
    section = _section(act, "soan-lai")
    redraft_section(section, by=act.by, at=act.at, also_edited=f"ca-dong-sua-{section.pk}" in act.posted)
    messages.success(request, f"Đã soạn lại mục “{section.title}” từ số liệu hiện có.")
    return f"#muc-{section.pk}"


def _redraft_report(request: PortalRequest, act: Act) -> str:
    redraft_report(act.report, by=act.by, at=act.at)
    messages.success(request, "Đã đưa số liệu mới vào dự thảo. Các dòng đã sửa tay được giữ nguyên.")
    return ""


_ACTS: dict[str, Callable[[PortalRequest, Act], str]] = {
    "bo": _remove,
    "lay-lai": _restore,
    "len": _move,
    "xuong": _move,
    "them": _add,
    "soan-lai": _redraft_section,
    "lay-moi": _redraft_report,
}
