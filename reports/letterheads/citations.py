"""How a document cites the plan it reports on and names days and periods (NĐ 30/2020/NĐ-CP)."""

from datetime import date

from documents.layout import month_number
from models_registry.models import Plan
from models_registry.text import one_line
from reports.models import ReportingPeriod


def short_day(day: date) -> str:
    """ "05/3/2024": as in the long form, only the months 1 and 2 take a 0."""
    return f"{day.day:02d}/{month_number(day)}/{day.year}"


def period_name(period: ReportingPeriod) -> str:
    """ "tuần 10/2024", as a period is named again once its days were told."""
    return f"theo yêu cầu {period.title}" if period.is_special else period.title


def period_words(period: ReportingPeriod) -> str:
    """ "tuần 10/2024 (từ ngày 28/02/2024 đến ngày 05/3/2024)"."""
    if period.is_special:
        return period_name(period)
    return f"{period.title} (từ ngày {short_day(period.starts_on)} đến ngày {short_day(period.ends_on)})"


def plan_number(plan: Plan) -> str:
    """The number, with space to write it by hand where it is still blank."""
    return f"\u00a0\u00a0\u00a0\u00a0{plan.number}" if plan.number.startswith("/") else plan.number


def first_citation(plan: Plan) -> str:
    """The plan in full, as it is cited the first time: type, number, day, body, subject (B3)."""
    issued = f" ngày {short_day(plan.issued_on)}" if plan.issued_on else ""
    issuer = f" của {plan.issuer}" if plan.issuer else ""
    title = one_line(plan.title)
    return f"Kế hoạch số {plan_number(plan)}{issued}{issuer} về việc {title[:1].lower()}{title[1:]}"


def subject_of(plan: Plan, when: str) -> str:
    """The trích yếu of a report on the plan, its days on a line of their own."""
    return f"Kết quả thực hiện Kế hoạch số {plan_number(plan)} {when}".replace(" (từ", "\n(từ")
