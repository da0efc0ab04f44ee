"""The portal with one page more, the least a page with the same cells can cost: one SQL, rows joined in Python."""

import os

import django
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.contrib.auth.decorators import login_not_required  # noqa: E402  # Django has to be set up first
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import include, path  # noqa: E402

CELLS = """
    SELECT d.initiative_id, d.unit_id, coalesce(c.work_state, ''), c.percent
    FROM assignments_duty d
    JOIN assignments_dutyterm t ON t.duty_id = d.id AND t.valid_to IS NULL
    JOIN models_registry_initiative i ON i.id = d.initiative_id
    LEFT JOIN reports_currentprogress c ON c.duty_id = d.id
    WHERE i.plan_id = %s
    ORDER BY d.initiative_id, d.unit_id
"""


@login_not_required
def floor(request: HttpRequest, plan: int) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(CELLS, [plan])
        rows: dict[int, list[str]] = {}
        for initiative, unit, state, percent in cursor.fetchall():
            rows.setdefault(initiative, []).append(f"<td id={unit}>{state} {percent}</td>")
    body = "".join(f"<tr><th>{initiative}</th>{''.join(cells)}</tr>" for initiative, cells in rows.items())
    return HttpResponse(f"<!DOCTYPE html><table>{body}</table>")


urlpatterns = [path("san/<int:plan>/", floor), path("", include("config.urls"))]
settings.ROOT_URLCONF = "tests.bench._floor"
application = get_wsgi_application()
