"""As whom one opens a report: an officer of its unit, or the standing agency filing for it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from assignments.middleware import look_at
from assignments.models import User
from assignments.requests import PortalRequest
from reports.domain.calendar import local_day
from reports.models import UnitReport

from .services import file_on_behalf, submit_nothing, submit_report

# How the standing agency says that it files for the unit: in the address, so that every button of the page says it.
ON_BEHALF = "nop-thay"
_SHOWN_WITH_IT = ("period__plan", "unit", "submitted_by", "returned_by", "accepted_by")


@dataclass(frozen=True)
class ReportAccess:
    """A report and what one may do with it at ``at``."""

    report: UnitReport
    at: datetime
    is_own: bool
    on_behalf: bool

    @property
    def may_file(self) -> bool:
        return self.is_own or self.on_behalf

    @property
    def is_fileable(self) -> bool:
        return self.may_file and self.report.is_fileable(self.at)

    @property
    def url(self) -> str:
        return self._address("report")

    @property
    def save_url(self) -> str:
        return self._address("report_save")

    def file(self, *, by: User, nothing: bool = False) -> None:
        """File as the unit or on its behalf. Raises Unready, NothingBefore, HasContent, AlreadyFiled or Locked."""
        if self.on_behalf:
            file_on_behalf(self.report, by=by, at=self.at, nothing=nothing)
        elif nothing:
            submit_nothing(self.report, by=by, at=self.at)
        else:
            submit_report(self.report, by=by, at=self.at)

    def _address(self, name: str) -> str:
        return reverse(name, args=[self.report.pk]) + (f"?{ON_BEHALF}=1" if self.on_behalf else "")


def report_access(request: PortalRequest, pk: int, at: datetime) -> ReportAccess:
    """Raises Http404 for a report one may not read."""
    day = local_day(at)
    own = UnitReport.objects.fileable_by(request.user, day).filter(pk=OuterRef("pk"))
    readable = UnitReport.objects.visible_to(request.user, day).annotate(is_own=Exists(own))
    report = get_object_or_404(readable.select_related(*_SHOWN_WITH_IT), pk=pk)
    look_at(request, report.period.plan)
    is_own: bool = report.is_own  # type: ignore[attr-defined]
    asks = not is_own and ON_BEHALF in request.GET
    on_behalf = asks and UnitReport.objects.reviewable_by(request.user, day).filter(pk=pk).exists()
    return ReportAccess(report, at, is_own, on_behalf)


def filing_access(request: PortalRequest, pk: int, at: datetime) -> ReportAccess:
    """Raises Http404 for a report one may not file, whether or not one may read it."""
    access = report_access(request, pk, at)
    if not access.may_file:
        raise Http404
    return access
