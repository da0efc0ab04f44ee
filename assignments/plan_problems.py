"""What is left over once units, people or assignments change: what nobody leads, reads, files or takes over.

Of a day and of every later day something in the plan changes on, so that it is said before it is so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import NamedTuple

from django.db import transaction
from django.urls import reverse

from assignments.duty_terms import Key, PlanFacts, all_units, turning_days
from assignments.models import AssignmentRole, StandingAgency, Unit, UnitMembership
from assignments.models.dated import holds
from assignments.models.people import can_sign_in
from assignments.permissions import Permission
from assignments.roles import PERMISSIONS, Role
from models_registry.models import Plan


class ProblemKind(StrEnum):
    """Codes scripts rely on (`check_plan --json`); the order is that of the list."""

    INITIATIVE_WITHOUT_LEAD = "initiative_without_lead"
    STANDING_AGENCY_MISSING = "standing_agency_missing"
    STANDING_AGENCY_ENDED = "standing_agency_ended"
    STANDING_AGENCY_WITHOUT_REVIEWER = "standing_agency_without_reviewer"
    DUTY_WITHOUT_SUCCESSOR = "duty_without_successor"
    COLLECTIVE_WITHOUT_MEMBERS = "collective_without_members"
    UNIT_WITHOUT_PERSON = "unit_without_person"
    PERSON_WITHOUT_ACCOUNT = "person_without_account"


_ORDER = list(ProblemKind)


class PlanProblem(NamedTuple):
    """``initiative`` is its code, ``unit`` the unit's name, each "" where it is about none.

    ``subject`` is what it is about, ``says`` what is so and what to do, ``url`` where in the admin that is done.
    ``is_of_lead``: it is a duty of who led the initiative.
    """

    plan: Plan
    kind: ProblemKind
    initiative: str
    unit: str
    subject: str
    says: str
    url: str
    is_of_lead: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """The same while the same is amiss, whatever the day it begins on."""
        return self.plan, self.kind, self.initiative, self.unit, self.url

    @property
    def message(self) -> str:
        return f"{self.subject}: {self.says}"

    def as_json(self) -> dict[str, str]:
        return {
            "plan": self.plan.number,
            "kind": self.kind,
            "initiative": self.initiative,
            "unit": self.unit,
            "message": self.message,
        }


class ProblemLine(NamedTuple):
    """Problems of a plan of which the same is to be said and which are mended at one place."""

    plan: Plan
    subjects: str
    says: str
    url: str

    @property
    def message(self) -> str:
        return f"{self.subjects}: {self.says}"


def problem_lines(problems: Iterable[PlanProblem]) -> list[ProblemLine]:
    """``problems`` for reading, those alike in one line. Pure.

    That nobody leads an initiative says as well that nobody goes on for who led it.
    """
    told = list(problems)
    unled = {(one.plan, one.initiative) for one in told if one.kind == ProblemKind.INITIATIVE_WITHOUT_LEAD}
    shown = [one for one in told if not (one.is_of_lead and (one.plan, one.initiative) in unled)]
    alike = groupby(shown, key=lambda problem: (problem.plan, problem.says, problem.url))
    return [ProblemLine(plan, ", ".join(one.subject for one in found), *rest) for (plan, *rest), found in alike]


class _Serving(NamedTuple):
    """A membership with who serves by it, by columns: a portal has hundreds."""

    unit_id: int
    valid_from: date | None
    valid_to: date | None
    user_id: int
    full_name: str
    username: str
    role: str
    is_active: bool
    password: str

    @property
    def can_sign_in(self) -> bool:
        return can_sign_in(self.is_active, self.password)

    @property
    def files(self) -> bool:
        """Whoever holds it does so in every plan."""
        return self.is_active and Permission.FILE_REPORT in PERMISSIONS[Role(self.role)]

    @property
    def can_review(self) -> bool:
        return self.can_sign_in and Permission.REVIEW_REPORTS in PERMISSIONS[Role(self.role)]


_OF_SERVING = (
    *("unit_id", "valid_from", "valid_to", "user_id"),
    *(f"user__{name}" for name in ("full_name", "username", "role", "is_active", "password")),
)


class Everybody(NamedTuple):
    """All units and who files for which, whatever the plan: read once where several plans are asked about."""

    units: Mapping[int, Unit]
    serving: Sequence[_Serving]


def everybody() -> Everybody:
    """Two queries."""
    rows = UnitMembership.objects.order_by("user__username", "pk").values_list(*_OF_SERVING)
    return Everybody(all_units(), [one for one in map(_Serving._make, rows) if one.files])


def problems_of(plan: Plan, day: date, known: Everybody | None = None) -> list[PlanProblem]:
    """What ``plan`` lacks from ``day`` on, or from its first day where that is later, in the order of the kinds.

    The number of queries is fixed.
    """
    state = _PlanState(plan, known or everybody())
    found: dict[tuple[object, ...], PlanProblem] = {}
    for on in state.days_of_change(plan.first_day_from(day)):
        since = f" từ ngày {on:%d/%m/%Y}" if on > day else ""
        for problem in state.problems_on(on, since):
            found.setdefault(problem.key, problem)
    return sorted(found.values(), key=lambda problem: _ORDER.index(problem.kind))


def problems_of_all_plans(day: date) -> list[PlanProblem]:
    """Of those that run or will run."""
    known = everybody()
    return [problem for plan in Plan.objects.not_closed(day) for problem in problems_of(plan, day, known)]


def new_problems(before: Iterable[PlanProblem], now: Iterable[PlanProblem]) -> list[PlanProblem]:
    """Those of ``now`` that were not ``before``. Pure."""
    known = {problem.key for problem in before}
    return [problem for problem in now if problem.key not in known]


def left_over_by(change: Callable[[], object], plan: Plan, day: date) -> list[PlanProblem]:
    """What ``change`` would leave over in ``plan`` that is not left over now; it is tried and nothing of it kept.

    Without their addresses: what a problem is about may be there no more.
    """
    before = problems_of(plan, day)
    with transaction.atomic():
        change()
        found = new_problems(before, problems_of(plan, day))
        transaction.set_rollback(True)
    return [problem._replace(url="") for problem in found]


class _PlanState:
    """Everything the problems of a plan follow from, read once and then asked for any day."""

    def __init__(self, plan: Plan, known: Everybody) -> None:
        self.plan = plan
        self.facts = PlanFacts(plan, known.units)
        self.initiatives = {one.pk: one for one in plan.initiatives.all()}
        self.agencies = list(StandingAgency.objects.filter(plan=plan))
        self.serving = known.serving

    def days_of_change(self, day: date) -> list[date]:
        """``day`` and those after it on which something else begins to hold, as long as the plan runs."""
        ends = self.plan.closed_on or date.max
        days = {*self.facts.days_of_change(day), *turning_days((*self.agencies, *self.serving))}
        return sorted(on for on in days if on == day or day < on <= ends)

    def problems_on(self, day: date, since: str) -> Iterator[PlanProblem]:
        duties = self.facts.duties_on(day)
        led = {initiative for (_, initiative), duty in duties.items() if duty.role == AssignmentRole.LEAD}
        agency = next((row.unit_id for row in self.agencies if row.is_valid_on(day)), None)
        yield from self._without_lead(day, led, since)
        yield from self._standing_agency(day, agency, since)
        yield from self._without_successor(day, since)
        yield from self._without_members(day, since)
        owing = {unit for unit, _ in duties}
        yield from self._without_people(day, owing, since)

    def _without_lead(self, day: date, led: set[int], since: str) -> Iterator[PlanProblem]:
        for pk, initiative in self.initiatives.items():
            if pk not in led and self.facts.is_open(pk, day):
                yield PlanProblem(
                    self.plan,
                    ProblemKind.INITIATIVE_WITHOUT_LEAD,
                    initiative.code,
                    "",
                    f"Mô hình {initiative.code}",
                    f"không có đơn vị chủ trì nào nộp báo cáo{since}. Hãy ghi đơn vị chủ trì khác, "
                    "hoặc đơn vị kế thừa có nộp báo cáo.",
                    reverse("admin:models_registry_initiative_change", args=[pk]),
                )

    def _standing_agency(self, day: date, agency: int | None, since: str) -> Iterator[PlanProblem]:
        url = reverse("admin:models_registry_plan_change", args=[self.plan.pk])
        if agency is None:
            says = f"không có cơ quan thường trực{since}. Hãy chọn một đơn vị."
            yield PlanProblem(self.plan, ProblemKind.STANDING_AGENCY_MISSING, "", "", str(self.plan), says, url)
            return
        unit = self.facts.units[agency]
        if unit.has_ended(day):
            says = (
                f"cơ quan thường trực của {self.plan} đã hết hoạt động{_after(unit)}. "
                "Hãy ghi ngày thôi và chọn cơ quan thường trực mới."
            )
            yield self._of_agency(ProblemKind.STANDING_AGENCY_ENDED, unit, says, url)
        elif not any(row.unit_id == agency and holds(row, day) and row.can_review for row in self.serving):
            says = (
                f"là cơ quan thường trực của {self.plan} mà không có ai mang vai trò {Role.STANDING_AGENCY.label} đăng "
                f"nhập được{since} nên không ai tiếp nhận báo cáo. Hãy gắn người dùng mang vai trò ấy và đặt mật khẩu "
                "cho họ."
            )
            url = reverse("admin:assignments_user_changelist")
            yield self._of_agency(ProblemKind.STANDING_AGENCY_WITHOUT_REVIEWER, unit, says, url)

    def _of_agency(self, kind: ProblemKind, unit: Unit, says: str, url: str) -> PlanProblem:
        return PlanProblem(self.plan, kind, "", unit.name, unit.name, says, url)

    def _without_successor(self, day: date, since: str) -> Iterator[PlanProblem]:
        """A successor that is not made to report takes nothing over: the duty ends all the same."""
        for (unit_id, initiative_id), is_of_lead in self._named_on(day):
            unit = self.facts.units[unit_id]
            if not unit.files_reports or not unit.has_ended(day):
                continue
            heir, code = self.facts.in_force(unit_id, day), self.initiatives[initiative_id].code
            if heir and heir.files_reports:
                continue
            if heir:
                says = (
                    f"{unit.name} hết hoạt động{_after(unit)}, đơn vị kế thừa {heir.name} không nộp báo cáo nên "
                    "không ai làm tiếp. Hãy cho đơn vị kế thừa nộp báo cáo, hoặc phân công đơn vị khác."
                )
            else:
                says = (
                    f"{unit.name} hết hoạt động{_after(unit)} mà không có đơn vị kế thừa nên không ai làm tiếp. "
                    "Hãy ghi đơn vị kế thừa, hoặc phân công đơn vị khác."
                )
            url = reverse("admin:assignments_unit_change", args=[(heir or unit).pk])
            kind, subject = ProblemKind.DUTY_WITHOUT_SUCCESSOR, f"Mô hình {code}"
            yield PlanProblem(self.plan, kind, code, unit.name, subject, says, url, is_of_lead)

    def _named_on(self, day: date) -> list[tuple[Key, bool]]:
        """Units named in the plan or through a collective, with the initiative and whether to lead it; each once, in
        the plan's order.
        """
        named: dict[Key, bool] = {}
        members = self.facts.members_on(day)
        for mention in self.facts.mentions_on(day):
            leads = mention.role == AssignmentRole.LEAD
            for unit_id in members.get(mention.unit_id, [mention.unit_id]):
                key = unit_id, mention.initiative_id
                named[key] = named.get(key, False) or leads
        place = {pk: rank for rank, pk in enumerate(self.initiatives)}
        return sorted(named.items(), key=lambda one: (self.facts.units[one[0][0]].sort_key, place[one[0][1]]))

    def _without_members(self, day: date, since: str) -> Iterator[PlanProblem]:
        filled = self.facts.members_on(day).keys()
        for unit_id in dict.fromkeys(row.unit_id for row in self.facts.mentions_on(day)):
            unit = self.facts.units[unit_id]
            if unit.is_collective and unit_id not in filled:
                yield PlanProblem(
                    self.plan,
                    ProblemKind.COLLECTIVE_WITHOUT_MEMBERS,
                    "",
                    unit.name,
                    unit.name,
                    f"đơn vị tập hợp không có thành viên nào{since} nên không ai nhận nhiệm vụ. Hãy thêm thành viên.",
                    reverse("admin:assignments_unit_change", args=[unit_id]),
                )

    def _without_people(self, day: date, owing: set[int], since: str) -> Iterator[PlanProblem]:
        serving = [row for row in self.serving if row.unit_id in owing and holds(row, day)]
        staffed = {row.unit_id for row in serving if row.can_sign_in}
        for unit in sorted((self.facts.units[pk] for pk in owing - staffed), key=lambda unit: unit.sort_key):
            yield PlanProblem(
                self.plan,
                ProblemKind.UNIT_WITHOUT_PERSON,
                "",
                unit.name,
                unit.label,
                f"phải nộp báo cáo mà không có ai đăng nhập được{since}. Hãy gắn người dùng đang hoạt động "
                "và đặt mật khẩu cho họ.",
                reverse("admin:assignments_user_changelist"),
            )
        for row in serving:
            if not row.can_sign_in:
                yield _without_account(self.plan, row, self.facts.units[row.unit_id])


def _without_account(plan: Plan, row: _Serving, unit: Unit) -> PlanProblem:
    return PlanProblem(
        plan,
        ProblemKind.PERSON_WITHOUT_ACCOUNT,
        "",
        unit.name,
        f"{row.full_name or row.username} ({unit.label})",
        "chưa có mật khẩu nên không đăng nhập được. Hãy đặt mật khẩu ban đầu.",
        reverse("admin:auth_user_password_change", args=[row.user_id]),
    )


def _after(unit: Unit) -> str:
    return f" sau ngày {unit.valid_to:%d/%m/%Y}"
