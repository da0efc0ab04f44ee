"""A change in the admin that leaves something over is asked about before it is kept, a file's told after it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.messages.storage import default_storage
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from import_export.results import Result

from assignments.concerned_plans import says_plan_among
from assignments.plan_problems import PlanProblem, new_problems, problem_lines, problems_of_all_plans
from models_registry.models import Plan

# A mixin for classes of the admin, which it must not come after.
AdminMixin: Any = admin.ModelAdmin if TYPE_CHECKING else object
# In what is posted: the person has read what would be left over.
CONFIRMED = "_van_luu"
# And wants to go on typing instead.
BACK = "_quay_lai"
UNSAVED = "Chưa lưu gì. Sửa xong hãy lưu lại."


class ProblemsFirst(AdminMixin):
    """What a save or a deletion would leave over is shown before anything is kept (``assignments/plan_problems.py``).

    It stands before ``FileTable``, which ends an imported file without asking anybody after it.
    """

    def get_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Whoever goes back to the form finds what was typed."""
        form = super().get_form(request, *args, **kwargs)
        return type(form)(form.__name__, (_Unsaved, form), {}) if BACK in request.POST else form

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _asked_first(request, partial(super().changeform_view, request, *args, **kwargs))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Going back is no error to be looked for."""
        if BACK in request.POST:
            messages.warning(request, UNSAVED)
            context["errors"] = [told for told in context["errors"] if UNSAVED not in told]
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if BACK in request.POST:
            return redirect(request.get_full_path())
        return _asked_first(request, partial(super().delete_view, request, *args, **kwargs))

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """For what is done to several rows at once."""
        if BACK in request.POST:
            return redirect(request.get_full_path())
        return _asked_first(request, partial(super().changelist_view, request, *args, **kwargs))

    def process_dataset(self, dataset: Any, form: Any, request: HttpRequest, **kwargs: Any) -> Result:
        request.problems_before = _problems()  # type: ignore[attr-defined]
        return super().process_dataset(dataset, form, request, **kwargs)

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        answer = super().process_result(result, request)
        problems = new_problems(request.problems_before, _problems())  # type: ignore[attr-defined]
        says_plan = _says_plan(problems)
        for line in problem_lines(problems):
            messages.warning(request, f"{line.plan}: {line.message}" if says_plan else line.message)
        return answer


class _Unsaved:
    """Makes a form one that cannot be saved as it was posted."""

    def clean(self) -> None:
        super().clean()  # type: ignore[misc]
        raise ValidationError(UNSAVED)


def _asked_first(request: HttpRequest, act: Callable[[], HttpResponse]) -> HttpResponse:
    """What ``act`` answers; a page that asks, and nothing kept, where it would leave over what was not before."""
    if request.method != "POST" or CONFIRMED in request.POST:
        return act()
    before = _problems()
    with transaction.atomic():
        answer = act()
        # Only what was kept is followed by another page.
        problems = new_problems(before, _problems()) if answer.status_code == 302 else []
        if problems:
            transaction.set_rollback(True)
    return _question(request, problems) if problems else answer


def _question(request: HttpRequest, problems: list[PlanProblem]) -> HttpResponse:
    # What was said of a change that is not kept goes with it.
    request._messages = default_storage(request)  # type: ignore[attr-defined]
    posted = [(name, value) for name, values in request.POST.lists() for value in values]
    context = {
        **admin.site.each_context(request),
        "title": "Thay đổi này để lại việc chưa có người làm",
        "lines": problem_lines(problems),
        "says_plan": _says_plan(problems),
        "posted": [pair for pair in posted if pair[0] != "csrfmiddlewaretoken"],
        "confirmed": CONFIRMED,
        "back": BACK,
    }
    return render(request, "admin/problems_first.html", context)


def _problems() -> list[PlanProblem]:
    return problems_of_all_plans(timezone.localdate())


def _says_plan(problems: list[PlanProblem]) -> bool:
    """Where there is a single plan, nothing is to be told apart."""
    shown = Plan.objects.not_closed(timezone.localdate()).values_list("pk", flat=True)
    return says_plan_among(shown, (problem.plan.pk for problem in problems))
