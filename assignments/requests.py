"""The request as the views of the portal meet it, for the type checker."""

from django.http import HttpRequest

from assignments.models import User
from models_registry.models import Plan


class PortalRequest(HttpRequest):
    """Signed in (LoginRequiredMiddleware) and looking at a plan (CurrentPlanMiddleware)."""

    user: User
    plan: Plan | None
    plan_of_page: Plan | None


class UploadRequest(PortalRequest):
    """Carries a file (assignments/uploads.py); ``upload_refusal`` says, once FILES is read, why there is none."""

    upload_refusal: str
