"""The roll-up: what needs attention, who has filed, what changed, how everything stands; and the entries behind it."""

import functools
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from assignments.models import AssignmentRole
from assignments.permissions import Permission, View, requires
from assignments.requests import PortalRequest
from models_registry.models import Plan
from reports.domain.states import ReportStatus, look_of
from reports.web.decorators import needs_plan

from . import Board, Scope, UnknownPeriod, read_board, scope_of
from .attention import attention_groups, attention_of
from .board import STATES
from .choices import choices_of, hidden_of
from .entry_list import RESULTS, cells_asked, entry_lines, reports_asked
from .initiative_lines import groups_of, lines_of
from .matrix import matrix_of
from .period_changes import changes_of
from .timeline import timeline_of
from .timeliness import by_kind, figures_of, filed_before, grid_of, owing_units, period_tally
from .trends import filing_trend, state_trend, targets_of

ENTRIES_ON_PAGE = 60
# Units beside or below one another: a district fits, and a plan of thousands does not choke the browser.
UNITS_ON_PAGE = 100
Page = Callable[[PortalRequest, Board], HttpResponse]


class Tab(NamedTuple):
    """One page of the roll-up in the row of its pages."""

    url: str
    label: str
    is_current: bool


# What the grid of filings shows no sign for: nothing is owed.
_NO_SIGN = (ReportStatus.NOT_YET, ReportStatus.EXCUSED)
_TABS = {
    "rollup": "Tổng quan",
    "rollup_matrix": "Mô hình × đơn vị",
    "rollup_filing": "Nộp báo cáo",
    "rollup_changes": "Thay đổi trong kỳ",
    "rollup_timeline": "Dòng thời gian",
    "rollup_trends": "Xu hướng, chỉ tiêu",
}


def on_board(*, with_reports: bool) -> Callable[[Page], View]:
    """Read what the address asks for and hand it to the page; a period there is none of leads to the latest."""

    def decorate(page: Page) -> View:
        @requires(Permission.VIEW_ROLLUP)
        @require_safe
        @needs_plan
        @functools.wraps(page)
        def wrapped(request: PortalRequest, plan: Plan) -> HttpResponse:
            try:
                scope = scope_of(plan, request.GET.dict(), timezone.now())
            except UnknownPeriod:
                messages.error(request, f"Không có kỳ “{request.GET['ky'][:20]}”. Đang xem kỳ mới nhất.")
                return redirect("rollup", plan.pk)
            return page(request, read_board(scope, with_reports=with_reports))

        return wrapped

    return decorate


@on_board(with_reports=True)
def rollup(request: PortalRequest, board: Board) -> HttpResponse:
    """The first page, and with ``man-hinh=1`` the wall screen of the meeting room, which renews itself."""
    lines = lines_of(board)
    is_screen = request.GET.get("man-hinh") == "1"
    context = {
        "attention": attention_of(board, lines),
        "figures": figures_of(board.scope, period_tally(board)),
        "filed_before": filed_before(board),
        "trend": filing_trend(board),
        "lines": lines,
        "groups": groups_of(board, lines),
        "changed": sum(bool(line.changed) for line in lines),
        "may_remind": not is_screen and request.user.may(Permission.REVIEW_REPORTS, board.scope.plan),
        "changed_url": board.scope.address("rollup_changes", doi=1),
        "changes_url": board.scope.address("rollup_changes"),
        "matrix_url": board.scope.address("rollup_matrix"),
    }
    return _page(request, board, "rollup", "screen" if is_screen else "rollup", context)


@on_board(with_reports=True)
def rollup_attention(request: PortalRequest, board: Board) -> HttpResponse:
    """What cannot wait, in full: one group (``muc``), or all of them."""
    slug = request.GET.get("muc", "")
    groups = attention_groups(board, lines_of(board))
    asked = [group for group in groups if group.slug == slug]
    context = {
        "groups": asked or [group for group in groups if group.items],
        "kept": [("muc", group.slug) for group in asked],
        "may_remind": request.user.may(Permission.REVIEW_REPORTS, board.scope.plan),
    }
    return _page(request, board, "rollup_attention", "attention", context)


@on_board(with_reports=False)
def rollup_matrix(request: PortalRequest, board: Board) -> HttpResponse:
    """Every duty in one table; its cost is measured by ``./portal bench rollup``."""
    page = Paginator(board.columns, UNITS_ON_PAGE).get_page(request.GET.get("trang"))
    context = {"matrix": matrix_of(board, list(page)), "page": page, "legend": [look_of(state) for state in STATES]}
    return _page(request, board, "rollup_matrix", "matrix", context)


@on_board(with_reports=True)
def rollup_filing(request: PortalRequest, board: Board) -> HttpResponse:
    """Who filed: by kind of unit, the reports behind a figure (``ket_qua``; with ``moi_ky=1`` of all periods past their
    due time), every unit over twelve periods.
    """
    result = request.GET.get("ket_qua", "")
    page = Paginator(owing_units(board), UNITS_ON_PAGE).get_page(request.GET.get("trang"))
    figures = figures_of(board.scope, period_tally(board))
    period = board.scope.period
    is_of_all = request.GET.get("moi_ky") == "1"
    listed = board.scope.ended if is_of_all else board.scope.periods[-1:]
    context = {
        "figures": figures,
        # Only while something can still be filed is there anybody to press.
        "may_remind": period
        and period.locks_at >= board.scope.at
        and request.user.may(Permission.REVIEW_REPORTS, board.scope.plan),
        "heads": [figure.label for figure in figures],
        "kinds": by_kind(board),
        "columns": [(one, board.scope.address("rollup", ky=one.code, nhip="")) for one in board.scope.periods],
        "grid": grid_of(board, list(page)),
        "legend": [look_of(status) for status in ReportStatus if status not in _NO_SIGN],
        "page": page,
        "result": RESULTS.get(result, "phải nộp"),
        "is_of_all": is_of_all,
        "reports": reports_asked(board, result, listed),
    }
    return _page(request, board, "rollup_filing", "filing", context)


@on_board(with_reports=False)
def rollup_changes(request: PortalRequest, board: Board) -> HttpResponse:
    """What changed since the end of the period before; with ``doi=1`` where a state or a percent did."""
    changes = [one for one in changes_of(board) if one.states or request.GET.get("doi") != "1"]
    return _page(request, board, "rollup_changes", "changes", {"changes": changes})


@on_board(with_reports=False)
def rollup_timeline(request: PortalRequest, board: Board) -> HttpResponse:
    """Every initiative from its begin to its deadlines, over the months of the plan."""
    timeline = timeline_of(board, lines_of(board))
    return _page(request, board, "rollup_timeline", "timeline", {"timeline": timeline})


@on_board(with_reports=True)
def rollup_trends(request: PortalRequest, board: Board) -> HttpResponse:
    """Twelve periods of filing and of work, and the plan's indicators against what it asks."""
    context = {"charts": [filing_trend(board), state_trend(board)], "targets": targets_of(board)}
    return _page(request, board, "rollup_trends", "trends", context)


@on_board(with_reports=False)
def rollup_entries(request: PortalRequest, board: Board) -> HttpResponse:
    """The entries behind a number of the roll-up (``mo_hinh``, ``vai_tro`` besides the usual choices)."""
    code, role = request.GET.get("mo_hinh", ""), request.GET.get("vai_tro", "")
    role = role if role in AssignmentRole.values else ""
    found = Paginator(cells_asked(board, code, role), ENTRIES_ON_PAGE).get_page(request.GET.get("trang"))
    context = {
        "page": found,
        "entries": entry_lines(board, list(found)),
        "kept": [(name, value) for name, value in (("mo_hinh", code), ("vai_tro", role)) if value],
        "code": code,
        "role": AssignmentRole(role).label if role else "",
    }
    return _page(request, board, "rollup_entries", "entries", context)


def _page(request: PortalRequest, board: Board, view: str, name: str, context: Mapping[str, object]) -> HttpResponse:
    scope = board.scope
    frame = {
        "scope": scope,
        "period": scope.period,
        "choices": choices_of(board),
        "hidden": hidden_of(board),
        "tabs": [Tab(scope.address(name), label, name == view) for name, label in _TABS.items()],
        "steps": _steps(scope, view),
    }
    return render(request, f"rollup/{name}.html", {**frame, **context})


def _steps(scope: Scope, view: str) -> dict[str, str]:
    """Where else one may go from ``view``: the periods beside this one, the other rhythm, the wall screen."""
    before = scope.periods[-2] if len(scope.periods) > 1 else None
    return {
        "before": scope.address(view, ky=before.code, nhip="") if before else "",
        "after": scope.address(view, ky=scope.after.code, nhip="") if scope.after else "",
        "weekly": scope.address(view, ky="", nhip=""),
        "monthly": scope.address(view, ky="", nhip="thang"),
        "present": scope.address(view, ky=""),
        "screen": scope.address("rollup", **{"man-hinh": "1"}),
        "normal": scope.address("rollup"),
    }
