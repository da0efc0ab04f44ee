"""What the frame of every page needs."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from reports.models import DemoData


def portal(request: HttpRequest) -> dict[str, object]:
    """``plan``: the current plan or None; ``has_demo_data``: whether what is shown is made up. Read when used."""
    return {
        "plan": getattr(request, "plan", None),
        "has_demo_data": SimpleLazyObject(DemoData.objects.exists),
    }
