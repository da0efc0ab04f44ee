"""How to work with the portal, in the words of the screens; and what its pages are put together from."""

from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from assignments.models import Unit
from assignments.permissions import Anyone, Permission, open_to, requires
from assignments.requests import PortalRequest
from reports.domain.states import ObstacleState, ReminderState, ReportStatus, RequestState, WorkState, look_of
from reports.drawing.charts import Line, column_chart, line_chart, sparkline, spread_bar, target_bar

from .filters import UnitFilter

_SPREAD = {WorkState.BLOCKED: 3, WorkState.NOT_STARTED: 2, WorkState.IN_PROGRESS: 12, WorkState.DONE: 6, "": 2}
_WEEKS = ["03/11", "10/11", "17/11", "24/11"]


@open_to(Anyone.SIGNED_IN)
@require_safe
def help_page(request: PortalRequest) -> HttpResponse:
    context = {
        "work_looks": [look_of(state) for state in WorkState],
        "report_looks": [look_of(status) for status in ReportStatus],
        "may_follow_reminders": request.user.may(Permission.FOLLOW_REMINDERS),
        "may_see_samples": request.user.may(Permission.MANAGE_REGISTRY),
    }
    return render(request, "pages/help.html", context)


@requires(Permission.MANAGE_REGISTRY)
@require_safe
def look_samples(request: PortalRequest) -> HttpResponse:
    """Every part of docs/look.md in every state, with made-up content."""
    looks = {
        "Công việc": [*WorkState, ""],
        "Báo cáo": ReportStatus,
        "Khó khăn": ObstacleState,
        "Yêu cầu": RequestState,
        "Tin nhắc": ReminderState,
    }
    levels = {
        constants.SUCCESS: "Đã lưu.",
        constants.WARNING: "Chưa chọn đơn vị nào.",
        constants.ERROR: "Chưa lưu được.",
    }
    context = {
        "looks": {title: [look_of(state) for state in states] for title, states in looks.items()},
        "work_looks": [look_of(state) for state in WorkState],
        "bars": [spread_bar(_SPREAD), target_bar(63, "300/473 cơ sở, 63\u00a0%")],
        "charts": [
            sparkline("Đã nộp", [(f"{day:02}/11", 80 + day) for day in range(1, 13)]),
            line_chart(
                "Tiến độ", _WEEKS, [Line("Trung tâm Y tế", [10, 40, 40, 95]), Line("Công an xã", [5, 20, None, 60])]
            ),
            column_chart("Trạng thái", [(week, _SPREAD) for week in _WEEKS], "đơn vị"),
        ],
        "said": [Message(level, words) for level, words in levels.items()],
        "form": _SampleForm(),
        "mistaken": _SampleForm({"percent": "105"}, auto_id="sai_%s"),
        "filter": UnitFilter({}, queryset=Unit.objects.none()),
        "page": Paginator(range(100), 20).get_page(2),
    }
    return render(request, "pages/look_samples.html", context)


class _SampleForm(forms.Form):
    percent = forms.IntegerField(
        label="Tiến độ (%)",
        help_text="Số từ 0 đến 100.",
        max_value=100,
        error_messages={"max_value": "Tiến độ là số từ 0 đến 100."},
        widget=forms.TextInput(attrs={"class": "in"}),
    )
    result = forms.CharField(
        label="Kết quả trong kỳ",
        error_messages={"required": "Hãy ghi kết quả."},
        widget=forms.Textarea(attrs={"class": "in", "rows": 2}),
    )
