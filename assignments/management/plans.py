"""Which plan a command is about."""

from django.core.management.base import CommandError

from models_registry.models import Plan


def plan_numbered(number: str) -> Plan:
    """The plan of that number, or the only one there is. Raises CommandError, naming what there is to choose from."""
    plans = list(Plan.objects.filter(number=number) if number else Plan.objects.all())
    if len(plans) == 1:
        return plans[0]
    if number:
        raise CommandError(f"Không có kế hoạch số “{number}”.")
    known = ", ".join(plan.number for plan in plans)
    raise CommandError(
        f"Cổng có nhiều kế hoạch, hãy chọn bằng --plan: {known}." if known else "Cổng chưa có kế hoạch nào."
    )
