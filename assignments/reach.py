"""In which plans somebody holds a permission: what every page, queryset and message narrows by."""

from dataclasses import dataclass

from django.db.models import Q

from models_registry.models import Plan


@dataclass(frozen=True)
class Reach:
    """The plans with the keys ``plans``; every plan, also those to come, where it is None."""

    plans: frozenset[int] | None

    def __bool__(self) -> bool:
        """Whether there is any."""
        return self.plans is None or bool(self.plans)

    def __contains__(self, plan: Plan) -> bool:
        return self.plans is None or plan.pk in self.plans

    def rows(self, path: str) -> Q:
        """A condition on rows: their plan, reached by the lookup ``path``, is among these."""
        return ~Q(pk__in=()) if self.plans is None else Q(**{f"{path}__in": self.plans})


EVERYWHERE = Reach(None)
NOWHERE = Reach(frozenset())
