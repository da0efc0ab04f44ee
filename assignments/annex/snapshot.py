"""What is kept of an import so that it can be taken back, and the changes that take it back."""

from typing import Any, TypedDict

from django.db.models import QuerySet

from models_registry.models import Initiative, Plan, Platform
from models_registry.text import fold

from .changes import Change, Changes, GroupChange, with_content
from .contents import Content, GroupContent, content_as_json, content_from_json, stored_content


class ChangedInitiative(TypedDict):
    """The parts that were changed, as they were and as they were written."""

    code: str
    old: dict[str, Any]
    new: dict[str, Any]


class Snapshot(TypedDict):
    """``created`` are codes, ``groups`` (numeral, old, new), old being empty where the group was new.

    ``platforms`` are the search keys of those that were not known before.
    """

    created: list[str]
    updated: list[ChangedInitiative]
    groups: list[tuple[str, list | None, list]]
    platforms: list[str]


def snapshot_of(changes: Changes) -> Snapshot:
    """What ``changes``, not written yet, will alter."""
    mentioned = {fold(text) for change in changes.written for text in change.new.platforms}
    return Snapshot(
        created=[change.code for change in changes.created],
        updated=[
            ChangedInitiative(
                code=change.code,
                old=content_as_json(change.old, change.fields),
                new=content_as_json(change.new, change.fields),
            )
            for change in changes.updated
            if change.old
        ],
        groups=[(group.numeral, list(group.old) if group.old else None, list(group.new)) for group in changes.groups],
        platforms=sorted(mentioned - set(Platform.objects.values_list("search_key", flat=True))),
    )


def created_by(plan: Plan, snapshot: Snapshot) -> QuerySet[Initiative]:
    return plan.initiatives.filter(code__in=snapshot["created"])


def changes_back(plan: Plan, snapshot: Snapshot) -> Changes:
    """What puts the old contents back; a part that somebody has changed since stands as they left it."""
    kept = {initiative["code"]: initiative for initiative in snapshot["updated"]}
    back = [
        _change_back(initiative, kept[initiative.code]) for initiative in with_content(plan) if initiative.code in kept
    ]
    groups = [
        GroupChange(numeral, GroupContent(*new), GroupContent(*old)) for numeral, old, new in snapshot["groups"] if old
    ]
    return Changes([], [change for change in back if change.fields], [], [], groups)


def _change_back(initiative: Initiative, kept: ChangedInitiative) -> Change:
    now = stored_content(initiative)
    return Change(initiative.code, now, _with_old_parts(now, kept), initiative)


def _with_old_parts(now: Content, kept: ChangedInitiative) -> Content:
    as_now = content_as_json(now, list(kept["new"]))
    untouched = {field for field, written in kept["new"].items() if as_now[field] == written}
    return content_from_json({field: old for field, old in kept["old"].items() if field in untouched}, now)
