"""Addresses of pages within a plan."""

from django.urls import reverse


def plan_page(view: str, plan: int | None) -> str:
    """The page of the plan with the key ``plan``; where none is named, the one that leads on or asks which."""
    return reverse(f"any_plan:{view}") if plan is None else reverse(view, args=[plan])
