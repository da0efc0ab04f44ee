"""A made-up district with known numbers: three initiatives in two groups, four units, one week and one month."""

from dataclasses import dataclass, field
from datetime import date

from assignments.models import StandingAgency, Unit, User
from assignments.roles import Role
from models_registry.models import Deadline, Initiative, Plan
from reports.domain.numbers import Figure
from reports.domain.states import WorkState
from reports.filing.drafts import EntryEdit, save_entries
from reports.filing.services import submit_report
from reports.models import ReportingPeriod, UnitReport
from reports.periods.services import run_schedule
from tests.acts import filed_as_nothing
from tests.factories import (
    DutyFactory,
    InitiativeFactory,
    InitiativeGroupFactory,
    PlanFactory,
    UnitFactory,
    UserFactory,
    vn,
)

MONDAY = vn("2024-03-04 08:00")
WEDNESDAY = vn("2024-03-06 08:00")
THURSDAY = vn("2024-03-07 09:00")


@dataclass
class District:
    """``initiatives`` by code; ``units`` by a short word; ``agency``: the person who writes the report."""

    plan: Plan
    agency: User
    initiatives: dict[str, Initiative]
    units: dict[str, Unit]
    officers: dict[str, User] = field(default_factory=dict)

    def period(self, code="2024-W10"):
        return ReportingPeriod.objects.select_related("plan").get(plan=self.plan, code=code)

    def report(self, unit, code="2024-W10"):
        return UnitReport.objects.get(unit=self.units[unit], period__code=code)

    def file(self, unit, said, *, at=MONDAY, code="2024-W10", figures=None):
        """File the report of ``unit``; ``said`` holds the fields of each initiative by its code."""
        report, by = self.report(unit, code), self.officers[unit]
        counted = {self.indicator.pk: figures} if figures else {}
        edits = [
            EntryEdit(
                entry.pk,
                {"work_state": WorkState.IN_PROGRESS, **said.get(entry.duty.initiative.code, {})},
                counted if entry.duty.initiative.code == "6" else {},
            )
            for entry in report.entries.select_related("duty__initiative")
        ]
        save_entries(report, edits, by=by, at=at)
        return submit_report(report, by=by, at=at)

    def file_nothing(self, unit, *, at=MONDAY, code="2024-W10"):
        return filed_as_nothing(self.report(unit, code), self.officers[unit], at)

    @property
    def indicator(self):
        return self.initiatives["6"].indicators.get()


def make_district():
    """The district before anybody has reported; the periods of 04/03/2024 are open."""
    plan = PlanFactory(
        number="15/KH-UBND",
        title="Triển khai các mô hình",
        issuer="UBND huyện Quan Hóa",
        place="Quan Hóa",
        issued_on=date(2024, 3, 1),
    )
    police = UnitFactory(name="Công an huyện", short_name="CAH", kind="police", files_reports=False)
    StandingAgency.objects.create(plan=plan, unit=police)
    first = InitiativeGroupFactory(plan=plan, numeral="I", name="Nhóm phát triển kinh tế", position=1)
    second = InitiativeGroupFactory(plan=plan, numeral="II", name="Nhóm công dân số", position=2)
    initiatives = {
        code: InitiativeFactory(plan=plan, group=group, code=code, name=name, position=place)
        for place, (code, group, name) in enumerate(
            [
                ("6", first, "Khám bệnh bằng căn cước"),
                ("9", first, "Quản lý lưu trú"),
                ("30", second, "Tố giác tội phạm"),
            ]
        )
    }
    Deadline.objects.create(initiative=initiatives["6"], text="Năm 2024 và thường xuyên", kind="year", ongoing=True)
    Deadline.objects.create(initiative=initiatives["9"], text="01/3/2024", kind="day", due_on=date(2024, 3, 1))
    Deadline.objects.create(initiative=initiatives["30"], text="12/3/2024", kind="day", due_on=date(2024, 3, 12))
    initiatives["6"].indicators.create(
        name="Cơ sở tiếp nhận căn cước", kind="percent", target=100, unit_of_measure="cơ sở"
    )
    units = {
        "health": UnitFactory(name="Trung tâm Y tế", kind="public_service"),
        "justice": UnitFactory(name="Phòng Tư pháp"),
        "le": UnitFactory(name="UBND xã Phú Lệ", kind="commune"),
        "son": UnitFactory(name="UBND xã Phú Sơn", kind="commune"),
    }
    DutyFactory(unit=units["health"], initiative=initiatives["6"])
    DutyFactory(unit=units["le"], initiative=initiatives["6"], role="coordinating")
    DutyFactory(unit=units["justice"], initiative=initiatives["9"])
    DutyFactory(unit=units["le"], initiative=initiatives["30"])
    DutyFactory(unit=units["son"], initiative=initiatives["30"])
    agency = UserFactory(role=Role.STANDING_AGENCY, unit=police, full_name="Cán bộ thường trực")
    officers = {name: UserFactory(unit=unit) for name, unit in units.items()}
    run_schedule(at=MONDAY)
    return District(plan, agency, initiatives, units, officers)


def live_a_week(district):
    """Week 10: two units on time, one late, one silent."""
    district.file(
        "health",
        {
            "6": {
                "percent": 60,
                "result": "Đã lắp 2/3 đầu đọc.\n- Tập huấn cho nhân viên",
                "next_steps": "Lắp nốt đầu đọc;",
            }
        },
        figures=Figure(2, 3),
    )
    district.file(
        "justice",
        {
            "9": {
                "work_state": WorkState.BLOCKED,
                "percent": 20,
                "difficulty": "Thiếu máy quét",
                "proposal": "Cấp máy quét cho cơ sở lưu trú",
                "solving_level": "district",
            }
        },
    )
    district.file(
        "le",
        {"6": {"result": "Tập huấn cho nhân viên."}, "30": {"percent": 40, "result": "Tuyên truyền tại 05 bản"}},
        at=WEDNESDAY,
    )
