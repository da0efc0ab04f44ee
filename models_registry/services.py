"""Keep what the body of a plan says."""

from collections.abc import Iterable, Mapping
from itertools import chain, count

from django.db import transaction

from models_registry.indicator_table import IndicatorRow
from models_registry.models import Indicator, Initiative, InitiativeText, Plan
from models_registry.plan_body import ParsedPlan
from models_registry.short_names import propose_short_name


@transaction.atomic
def save_plan(parsed: ParsedPlan, *, short_name: str, issuer: str, place: str) -> Plan:
    """Create the plan of this number, or bring the one there is in line.

    A short name that another plan has gets a number behind it.
    """
    others = Plan.objects.exclude(number=parsed.number)
    names = chain([short_name], (f"{short_name[:110]} ({number})" for number in count(2)))
    plan, _ = Plan.objects.update_or_create(
        number=parsed.number,
        defaults={
            "title": parsed.title,
            "short_name": next(name for name in names if not others.have_short_name(name)),
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


@transaction.atomic
def save_indicators(plan: Plan, rows: Iterable[IndicatorRow], unit_of: Mapping[str, int]) -> list[str]:
    """Keep the numbers the plan asks for; one already there is left as a person may have corrected it.

    ``unit_of``: the key of each unit the rows name. Returns the codes of initiatives the plan does not have.
    """
    initiatives = {initiative.code: initiative for initiative in plan.initiatives.all()}
    rows = list(rows)
    for position, row in enumerate(rows):
        if row.code in initiatives:
            said = row._asdict() | {"position": position, "counting_unit_id": unit_of.get(row.counting_unit)}
            code, name, _ = said.pop("code"), said.pop("name"), said.pop("counting_unit")
            Indicator.objects.get_or_create(initiative=initiatives[code], name=name, defaults=said)
    return [row.code for row in rows if row.code not in initiatives]


@transaction.atomic
def save_short_names(plan: Plan, names: Mapping[str, str]) -> list[str]:
    """Name initiatives as ``names`` has them by code, but for what a person named; returns the codes it lacks."""
    initiatives = {initiative.code: initiative for initiative in plan.initiatives.all()}
    for code, name in names.items():
        initiative = initiatives.get(code)
        if initiative and initiative.short_name != name and is_unnamed(initiative):
            initiative.short_name = name
            initiative.save()
    return [code for code in names if code not in initiatives]


def is_unnamed(initiative: Initiative) -> bool:
    """Whether nobody has given it a short name: it has none, or the one proposed at import."""
    return initiative.short_name in ("", propose_short_name(initiative.name))
