"""Keep what the body of a plan says."""

from django.db import transaction

from models_registry.body import ParsedPlan
from models_registry.models import InitiativeText, Plan


@transaction.atomic
def save_plan(parsed: ParsedPlan, *, short_name: str, issuer: str, place: str) -> Plan:
    """Create the plan of this number, or bring the one there is in line."""
    plan, _ = Plan.objects.update_or_create(
        number=parsed.number,
        defaults={
            "title": parsed.title,
            "short_name": short_name,
            "issuer": issuer,
            "place": place,
            "issued_text": parsed.issued_text,
            "basis": parsed.basis,
            "period_text": parsed.period_text,
            "starts_on": parsed.starts_on,
            "ends_on": parsed.ends_on,
            "stated_initiatives": parsed.stated_initiatives,
        },
    )
    return plan


@transaction.atomic
def save_passages(plan: Plan, parsed: ParsedPlan) -> list[str]:
    """Keep the body's passages beside the annex's cells; returns the codes of initiatives the plan does not have."""
    initiatives = {initiative.code: initiative for initiative in plan.initiatives.all()}
    source = InitiativeText.Source.BODY
    texts = [
        InitiativeText(initiative=initiatives[found.code], source=source, kind=kind, text=text)
        for found in parsed.initiatives
        if found.code in initiatives
        for kind, text in {InitiativeText.Kind.NAME: found.name, **found.passages}.items()
    ]
    InitiativeText.objects.filter(initiative__plan=plan, source=source).delete()
    InitiativeText.objects.bulk_create(texts)
    return [found.code for found in parsed.initiatives if found.code not in initiatives]
