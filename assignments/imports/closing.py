"""Initiatives that an annex no longer lists: closed or kept, as a person decides."""

from datetime import date, datetime

from django.db import transaction

from assignments.annex.importer import lock_plan
from assignments.duties import refresh_duties
from assignments.models import User
from models_registry.history import set_history_author
from models_registry.models import Initiative

from .errors import ImportRefused


@transaction.atomic
def close_initiative(initiative: Initiative, *, on: date, by: User | None, at: datetime) -> Initiative:
    """Follow it no longer from ``on``; its reports stay. Raises ImportRefused where it is closed already."""
    initiative = _locked(initiative)
    initiative.closed_on, initiative.kept_on = on, None
    _save(initiative, by, at)
    refresh_duties(initiative.plan, at=at, since=on)
    return initiative


@transaction.atomic
def keep_initiative(initiative: Initiative, *, on: date, by: User | None, at: datetime) -> Initiative:
    """Go on following it; it is not proposed for closing again. Raises ImportRefused where it is closed already."""
    initiative = _locked(initiative)
    initiative.kept_on = on
    _save(initiative, by, at)
    return initiative


def _locked(initiative: Initiative) -> Initiative:
    lock_plan(initiative.plan)
    initiative = Initiative.objects.select_related("plan").get(pk=initiative.pk)
    if initiative.closed_on:
        raise ImportRefused(f"Mô hình {initiative.code} đã kết thúc theo dõi từ ngày {initiative.closed_on:%d/%m/%Y}.")
    return initiative


def _save(initiative: Initiative, by: User | None, at: datetime) -> None:
    set_history_author(initiative, by=by, at=at)
    initiative.save()
