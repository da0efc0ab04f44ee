"""What a phrase finds in a plan, of what a person may see: each hit with its kind, the likeliest kind first."""

import enum
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.urls import reverse

from assignments.ended_units import ended_words, mark_ended
from assignments.models import Duty, Unit, User
from assignments.permissions import Permission
from models_registry.models import Plan
from models_registry.text import fold
from reports.domain.calendar import Rhythm
from reports.domain.wording import cut_at
from reports.models import Obstacle, ReportingPeriod, UnitReport
from reports.web.filters import has_words

SHOWN = 20
PERIODS_SHOWN = 6
SAID = 160

_INITIATIVE = re.compile(r"^(?:mh|mo hinh)(?: so)? ?(?P<code>\S+)$")
_PERIOD = re.compile(r"\b(?:bao cao )?(?P<rhythm>tuan|thang) ?(?P<number>\d{1,2})(?:[/ -](?P<year>\d{4}))?\b")
_NAMES = ("code", "name", "short_name")
_RHYTHMS = {"tuan": Rhythm.WEEKLY, "thang": Rhythm.MONTHLY}


class Hit(NamedTuple):
    title: str
    more: str
    url: str


class Rank(enum.IntEnum):
    """How likely a kind is what was looked for: named by its number, by the words as typed, or by words of them."""

    NUMBER, PHRASE, WORDS = range(3)


class Hits(NamedTuple):
    """Hits of one kind."""

    kind: str
    hits: Sequence[Hit]
    rank: Rank = Rank.WORDS


def find(plan: Plan, phrase: str, user: User, day: date) -> list[Hits]:
    """A dozen queries at most, however much is found."""
    words = " ".join(fold(phrase).split())
    if not words:
        return []
    found = [
        _initiative_by_number(plan, words),
        *_reports_of_a_period(plan, words, user, day),
        _names(plan, phrase, words),
        _units(plan, phrase, words, day),
        _difficulties(plan, words, user, day),
        _results(plan, words, user, day),
    ]
    return sorted((one for one in found if one.hits), key=lambda one: one.rank)


def _initiative_by_number(plan: Plan, words: str) -> Hits:
    """ "MH 6", "mô hình 6"."""
    match = _INITIATIVE.match(words)
    rows = plan.initiatives.filter(code__iexact=match["code"]).values_list(*_NAMES) if match else ()
    return Hits("Mô hình", [_initiative(plan, *row) for row in rows], Rank.NUMBER)


def _initiative(plan: Plan, code: str, name: str, short_name: str) -> Hit:
    page = reverse("initiative", args=[plan.pk, code])
    return Hit(f"MH {code}: {short_name or name}", name if short_name else "", page)


def _names(plan: Plan, phrase: str, words: str) -> Hits:
    rows = plan.initiatives.search(phrase).values_list(*_NAMES)[:SHOWN]
    by_number = {match["code"]} if (match := _INITIATIVE.match(words)) else set()
    hits = [_initiative(plan, *row) for row in rows if row[0].lower() not in by_number]
    return Hits("Mô hình có tên gần giống" if by_number else "Mô hình", hits, _rank(hits, words))


def _units(plan: Plan, phrase: str, words: str, day: date) -> Hits:
    units = list(Unit.objects.search(phrase).only("name", "valid_to")[:SHOWN])
    mark_ended(units, day)
    hits = [Hit(unit.name, ended_words(unit), reverse("unit", args=[plan.pk, unit.pk])) for unit in units]
    return Hits("Đơn vị", hits, _rank(hits, words))


def _rank(hits: Iterable[Hit], words: str) -> Rank:
    return Rank.PHRASE if any(words in fold(f"{one.title} {one.more}") for one in hits) else Rank.WORDS


# --- "tuần 48", "tuan 48/2026", "báo cáo tháng 11", "phú lệ tuần 48" ---


def _reports_of_a_period(plan: Plan, words: str, user: User, day: date) -> Iterable[Hits]:
    match = _PERIOD.search(words)
    if not match:
        return ()
    periods = _periods(plan, match, day)
    rest = " ".join((words[: match.start()] + words[match.end() :]).split())
    of_period = [] if rest else _overviews(plan, periods, user, day)
    reports = _reports(plan, periods, rest, user, day)
    return Hits("Kỳ báo cáo", of_period, Rank.NUMBER), Hits("Báo cáo", reports, Rank.NUMBER)


def _periods(plan: Plan, match: re.Match[str], day: date) -> list[ReportingPeriod]:
    """Those begun that have the number, of whatever year where none is named; the latest first."""
    year, number = match["year"] or "", int(match["number"])
    code = f"-W{number:02d}" if match["rhythm"] == "tuan" else f"-{number:02d}"
    periods = ReportingPeriod.objects.filter(plan=plan, rhythm=_RHYTHMS[match["rhythm"]], starts_on__lte=day)
    of_number = periods.filter(code__startswith=year, code__endswith=code).order_by("-ends_on")
    return list(of_number.only("code", "rhythm", "starts_on", "ends_on", "name")[:PERIODS_SHOWN])


def _overviews(plan: Plan, periods: Sequence[ReportingPeriod], user: User, day: date) -> list[Hit]:
    if not user.may(Permission.VIEW_ROLLUP, plan):
        return []
    page = reverse("rollup", args=[plan.pk])
    return [Hit(f"Tình hình {period.title_on(day)}", period.title, f"{page}?ky={period.code}") for period in periods]


def _reports(plan: Plan, periods: Sequence[ReportingPeriod], rest: str, user: User, day: date) -> list[Hit]:
    """Of the units named beside the period, else of one's own."""
    visible = UnitReport.objects.visible_to(user, day).filter(period__in=periods)
    of_units = Unit.objects.search(rest) if rest else user.units_on(day)
    titles = {period.pk: period.title_on(day) for period in periods}
    rows = visible.filter(unit__in=of_units).order_by("-period__ends_on", "unit__sort_key")
    return [
        Hit(f"Báo cáo {titles[period]}", unit, reverse("report", args=[pk]))
        for pk, period, unit in rows.values_list("pk", "period", "unit__name")[:SHOWN]
    ]


# --- What units wrote ---


def _difficulties(plan: Plan, words: str, user: User, day: date) -> Hits:
    seen = Obstacle.objects.filter(duty__initiative__plan=plan).listed_to(user, day)
    rows = seen.order_by("-raised_at").values_list("pk", "text", "duty__unit__name", "duty__initiative__code")
    return Hits("Khó khăn, vướng mắc", _said(rows, words, lambda pk: reverse("obstacle", args=[pk])))


def _results(plan: Plan, words: str, user: User, day: date) -> Hits:
    """The results that hold now."""
    told = Duty.objects.owed(plan, day).visible_to(user, day).filter(~Q(current__result=""), current__isnull=False)
    columns = ("initiative__code", "current__result", "unit__name", "initiative__code")
    rows = told.order_by("-current__reported_at").values_list(*columns)
    return Hits("Kết quả đã báo cáo", _said(rows, words, lambda code: reverse("initiative", args=[plan.pk, code])))


def _said(rows: Iterable[tuple], words: str, address: Callable[..., str]) -> list[Hit]:
    """Texts are folded when asked for and need no column of their own."""
    wanted = words.split()
    hits = (
        Hit(cut_at(text, SAID), f"{unit} · MH {code}", address(key))
        for key, text, unit, code in rows
        if has_words(fold(text), wanted)
    )
    return [hit for hit, _ in zip(hits, range(SHOWN), strict=False)]
