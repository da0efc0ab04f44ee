"""Mutants that no test can tell from the code: the line as it is and as it would be, and why nobody sees a difference.

They are taken out of the sample and told apart from those killed; a line that was changed since no longer matches.
"""

EQUIVALENT: dict[tuple[str, str], str] = {
    (
        "if not found or _DATE_BESIDE.search(found[1]):",
        "if not found or _DATE_BESIDE.search(found[ 0]):",
    ): "what stands before the group has none of the marks that a date beside begins with",
    ("_BATCH = 500", "_BATCH = 499"): "how many rows go at a time changes no row",
    ("_BATCH = 500", "_BATCH = 501"): "how many rows go at a time changes no row",
    (
        'rows, batch_size=_BATCH, update_conflicts=True, unique_fields=["duty"], update_fields=list(_WRITTEN)',
        'rows, update_conflicts=True, unique_fields=["duty"], update_fields=list(_WRITTEN)',
    ): "how many rows go at a time changes no row",
    (
        'known = CurrentProgress.objects.filter(duty__in=duty_ids).select_related("entry", "result_entry")',
        'known = CurrentProgress.objects.filter().select_related("entry", "result_entry")',
    ): "more is read, and looked up by the same keys",
    (
        'locked = UnitReport.objects.locked(at).select_for_update(of=("self",))',
        "locked = UnitReport.objects.locked(at).select_for_update()",
    ): "SQLite holds no rows; what is held at once is tested on PostgreSQL (tests/filing/test_at_once.py)",
    (
        "bulk_create_with_history(expected, UnitReport, batch_size=_BATCH, default_date=at)",
        "bulk_create_with_history(expected, UnitReport, default_date=at)",
    ): "how many rows go at a time changes no row",
    (
        "bulk_create_with_history(entries, ProgressEntry, batch_size=_BATCH, default_date=at)",
        "bulk_create_with_history(entries, ProgressEntry, default_date=at)",
    ): "how many rows go at a time changes no row",
    (
        "Plan.objects.select_for_update().get(pk=plan.pk)",
        "pass",
    ): "SQLite holds no rows; what is held at once is tested on PostgreSQL (tests/filing/test_at_once.py)",
    (
        'role = AssignmentRole.LEAD if answering and answering[0].role == AssignmentRole.LEAD else ""',
        'role = AssignmentRole.LEAD if answering and answering[ -1].role == AssignmentRole.LEAD else ""',
    ): "those who answer for an initiative all lead it, or none of them does",
    (
        "@dataclass(frozen=True)",
        "@dataclass()",
    ): "nothing writes into it, and mypy lets nobody do so",
    (
        "@dataclass(frozen=True)",
        "@dataclass(frozen=False)",
    ): "nothing writes into it, and mypy lets nobody do so",
    (
        "kept = Deadline.history.filter(initiative__plan=board.scope.plan, history_date__lte=until)"
        '.exclude(history_type="-")',
        'kept = Deadline.history.filter( history_date__lte=until).exclude(history_type="-")',
    ): "more is read, and told of the initiatives shown alone",
}
