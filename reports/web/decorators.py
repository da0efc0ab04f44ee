"""What several pages need before they can answer."""

import functools
import operator
from collections.abc import Callable
from typing import Any

from django.db.models import Model, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from assignments.middleware import look_at
from assignments.permissions import View
from assignments.requests import PortalRequest
from models_registry.models import Plan


def needs_plan(view: Callable[..., HttpResponse]) -> View:
    """Hand the plan one is looking at to the view, that of the address where it names one (``plan_pk``).

    Where there is no plan at all, say what to do about it.
    """

    @functools.wraps(view)
    def wrapped(request: PortalRequest, *args: Any, plan_pk: int | None = None, **kwargs: Any) -> HttpResponse:
        if not request.plan:
            return render(request, "web/no_plan.html")
        return view(request, request.plan, *args, **kwargs)

    return wrapped


def plan_of(model: type[Model], *paths: str) -> Callable[[Callable[..., HttpResponse]], View]:
    """Hand to the view the plan of the row its ``pk`` names, found along one of ``paths``.

    The frame is of that plan as well. The address of one row needs no plan. Raises Http404 for a row there is none of;
    whether one may read it is the view's to ask.
    """

    def decorate(view: Callable[..., HttpResponse]) -> View:
        @functools.wraps(view)
        def wrapped(request: PortalRequest, *, pk: int, **kwargs: Any) -> HttpResponse:
            rows = model._default_manager.filter(pk=pk)
            of_row = [Q(pk__in=rows.filter(**{f"{path}__isnull": False}).values(path)) for path in paths]
            plan = get_object_or_404(Plan, functools.reduce(operator.or_, of_row))
            look_at(request, plan)
            return view(request, plan, pk=pk, **kwargs)

        return wrapped

    return decorate
