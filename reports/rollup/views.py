"""The roll-up: what asks for a decision, what is late, who has filed, how everything stands; the entries behind it."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

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
from reports.domain.states import ReportStatus, WorkState, look_of
from reports.drawing.charts import BAR_ORDER
from reports.web.decorators import needs_plan

from . import Board, UnknownPeriod, read_board, scope_of
from .attention import DECIDE, attention_groups, list_url
from .choices import choices_of, hidden_of
from .entry_list import RESULTS, cells_asked, entry_lines, reports_asked
from .filing_card import filing_card
from .frame import figures_as_of, is_running, kept_hidden, period_heading, running_words, steps_of
from .initiative_lines import BLOCKED, LATE, InitiativeLine, groups_of, late_lines, lines_of
from .matrix import matrix_of
from .period_changes import changes_of
from .problems import decisions_of, waiting_obstacles
from .timeline import timeline_of
from .timeliness import by_kind, figures_of, grid_of, last_day, owing_units, period_tally
from .trends import filing_trend, state_trend, targets_of

ENTRIES_ON_PAGE = 60
# Units below one another: a district fits, and a plan of thousands does not choke the browser.
UNITS_ON_PAGE = 100
# The wall cannot scroll: 2 × 11 rows, one of them for what the signs mean.
_ON_WALL = 21
Page = Callable[[PortalRequest, Board], HttpResponse]


class Tab(NamedTuple):
    """A page of the roll-up behind the first one."""

    url: str
    label: str


# What the grid of filings shows no sign for: nothing is owed.
_NO_SIGN = (ReportStatus.NOT_YET, ReportStatus.EXCUSED)
_TITLES = {
    "rollup": "Tình hình chung",
    "rollup_matrix": "Đơn vị × mô hình",
    "rollup_filing": "Nộp báo cáo",
    "rollup_changes": "Thay đổi trong kỳ",
    "rollup_timeline": "Dòng thời gian",
    "rollup_trends": "Xu hướng, chỉ tiêu",
    "rollup_attention": "Cần chú ý",
    "rollup_entries": "Chi tiết",
}
_TABS = ("rollup_matrix", "rollup_filing", "rollup_changes", "rollup_timeline", "rollup_trends")


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
    problems, late = decisions_of(board, waiting_obstacles(board)), late_lines(lines)
    scope = board.scope
    context = {
        "problems": problems,
        "late": late,
        "blocked": sum(line.is_blocked for line in lines),
        "filing": filing_card(board) if scope.period else None,
        "lines": lines,
        "groups": groups_of(lines),
        "looked_at": sum(line.needs_a_look for line in lines),
        "changed": sum(bool(line.changed) for line in lines),
        "legend": [look_of(state) for state in BAR_ORDER if state or any(line.counts[""] for line in lines)],
        "urls": {
            "problems": list_url(scope, DECIDE),
            "late": list_url(scope, LATE),
            "blocked": list_url(scope, BLOCKED),
            "changed": scope.address("rollup_changes", doi=1),
            "screen": scope.address("rollup", **{"man-hinh": "1"}),
        },
    }
    if request.GET.get("man-hinh") == "1":
        return _wall(request, board, lines, context)
    return _page(request, board, "rollup", "rollup", context)


def _wall(
    request: PortalRequest, board: Board, lines: list[InitiativeLine], context: Mapping[str, object]
) -> HttpResponse:
    """Where more initiatives run than fit, those that need a look go first."""
    scope = board.scope
    shown = lines if len(lines) <= _ON_WALL else sorted(lines, key=lambda line: not line.needs_a_look)[:_ON_WALL]
    running = scope.after if scope.after and is_running(scope, scope.after) else None
    wall = {
        "scope": scope,
        "period": scope.period,
        "heading": period_heading(scope.period, with_year=True) if scope.period else "",
        "shown": shown,
        "left": len(lines) - len(shown),
        "running": running and period_heading(running),
        "running_days": (running.ends_on - timezone.localdate(scope.now)).days if running else 0,
        "running_words": running and running_words(scope, running),
        "normal_url": scope.address("rollup"),
    }
    return render(request, "rollup/screen.html", {**context, **wall})


@on_board(with_reports=True)
def rollup_attention(request: PortalRequest, board: Board) -> HttpResponse:
    """What cannot wait, in full: one group (``muc``), or all of them."""
    slug = request.GET.get("muc", "")
    groups = attention_groups(board, lines_of(board))
    asked = [group for group in groups if group.slug == slug]
    context = {
        "groups": asked or [group for group in groups if group.items],
        "kept": [("muc", group.slug) for group in asked],
    }
    return _page(request, board, "rollup_attention", "attention", context)


@on_board(with_reports=False)
def rollup_matrix(request: PortalRequest, board: Board) -> HttpResponse:
    """Every duty in one table, with ``van_de=1`` what is blocked or late alone; its cost is measured by
    ``./portal bench rollup``.
    """
    only_problems = request.GET.get("van_de") == "1"
    board = _with_problems(board) if only_problems else board
    page = Paginator(board.columns, UNITS_ON_PAGE).get_page(request.GET.get("trang"))
    context = {
        "matrix": matrix_of(board, list(page)),
        "page": page,
        "legend": [look_of(state) for state in BAR_ORDER],
        "only_problems": only_problems,
        "choices": choices_of(board, ("loai", "nhom")),
        "about": f"{page.paginator.count} đơn vị, {len(board.initiatives)} mô hình",
    }
    return _page(request, board, "rollup_matrix", "matrix", context)


def _with_problems(board: Board) -> Board:
    cells = [cell for cell in board.cells if cell.state == WorkState.BLOCKED or board.is_late(cell)]
    kept = {cell.initiative_id for cell in cells}
    return replace(board, cells=cells, initiatives=[one for one in board.initiatives if one.pk in kept])


@on_board(with_reports=True)
def rollup_filing(request: PortalRequest, board: Board) -> HttpResponse:
    """Who filed: by kind of unit, the reports behind a figure (``ket_qua``; with ``moi_ky=1`` of all periods past their
    due time), every unit over twelve periods.
    """
    result = request.GET.get("ket_qua", "")
    page = Paginator(owing_units(board), UNITS_ON_PAGE).get_page(request.GET.get("trang"))
    counts = period_tally(board)
    figures = figures_of(board.scope, counts)
    is_of_all = request.GET.get("moi_ky") == "1"
    listed = board.scope.ended if is_of_all else board.scope.periods[-1:]
    context = {
        "missing": counts.missing,
        "heads": [figure.label for figure in figures],
        "kinds": by_kind(board),
        "columns": [
            (last_day(one), board.scope.address("rollup", ky=one.code, nhip="")) for one in board.scope.periods
        ],
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
    named = f" mô hình {code}" if code else ""
    context = {
        "page": found,
        "entries": entry_lines(board, list(found)),
        "kept": kept_hidden({"mo_hinh": code, "vai_tro": role}),
        "title": f"Chi tiết{named}{f', {AssignmentRole(role).label.lower()}' if role else ''}",
        "about": f"{found.paginator.count} nhiệm vụ",
    }
    return _page(request, board, "rollup_entries", "entries", context)


def _page(request: PortalRequest, board: Board, view: str, name: str, context: Mapping[str, Any]) -> HttpResponse:
    scope = board.scope
    choices = context.get("choices") or choices_of(board)
    frame = {
        "scope": scope,
        "period": scope.period,
        "heading": period_heading(scope.period, with_year=True) if scope.period else "",
        "figures_as_of": figures_as_of(scope, tells_filing=view in ("rollup", "rollup_filing")),
        "title": _TITLES[view],
        "choices": choices,
        "hidden": hidden_of(board, choices),
        "tabs": [Tab(scope.address(name), _TITLES[name]) for name in _TABS] if view == "rollup" else [],
        "steps": steps_of(scope, view),
        "up_url": scope.address("rollup"),
        "may_write": request.user.may(Permission.WRITE_CONSOLIDATED, scope.plan),
        "may_remind": scope.is_fileable and request.user.may(Permission.REVIEW_REPORTS, scope.plan),
    }
    return render(request, f"rollup/{name}.html", {**frame, **context})
