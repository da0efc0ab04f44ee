"""What several pages need before they can answer."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from assignments.permissions import View
from assignments.requests import PortalRequest


def needs_plan(view: Callable[..., HttpResponse]) -> View:
    """Hand the plan one is looking at to the view; where there is none, say what to do about it."""

    @functools.wraps(view)
    def wrapped(request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.plan:
            return render(request, "web/no_plan.html")
        return view(request, request.plan, *args, **kwargs)

    return wrapped
