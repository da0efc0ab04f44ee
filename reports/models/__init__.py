"""How it goes: periods, the report each unit owes in a period, its entries, and the state they add up to."""

from .consolidated import (
    ConsolidatedLine,
    ConsolidatedReport,
    ConsolidatedReportQuerySet,
    ConsolidatedSection,
    ConsolidatedSnapshot,
    OutlineSection,
    SectionKind,
)
from .entries import (
    WITH_COUNTING,
    CurrentProgress,
    IndicatorFigure,
    Progress,
    ProgressEntry,
    ProgressEntryQuerySet,
    ReviewRemark,
)
from .evidence import Evidence, EvidenceQuerySet
from .letterheads import Letterhead
from .notifications import Notification, NotificationQuerySet
from .obstacles import UNSETTLED, Obstacle, ObstacleAnswer, ObstacleMention, ObstacleNotice, ObstacleQuerySet
from .operations import DemoData, ScheduleTick
from .period_states import PeriodState
from .periods import RHYTHM_LABELS, ReportingPeriod
from .reminder_rules import UP_TO_DUE, Channel, ContactPreference, Purpose, ReminderKind, ReminderRule, ReminderSlot
from .reminders import PENDING, Alarm, HandReminder, Reminder, ReminderItem, ReminderQuerySet, ReminderState
from .reports import (
    DUE_AT,
    LOCKS_AT,
    ReportVersion,
    UnitReport,
    UnitReportQuerySet,
    given_up_before,
    near_until,
    past_due,
)
from .requests import SUBJECTS, UnitRequest, UnitRequestQuerySet
from .workdays import DAY_OFF_LABELS, DueDayRule, Holiday

__all__ = (
    "DAY_OFF_LABELS",
    "DUE_AT",
    "LOCKS_AT",
    "PENDING",
    "RHYTHM_LABELS",
    "SUBJECTS",
    "UNSETTLED",
    "UP_TO_DUE",
    "WITH_COUNTING",
    "Alarm",
    "Channel",
    "ConsolidatedLine",
    "ConsolidatedReport",
    "ConsolidatedReportQuerySet",
    "ConsolidatedSection",
    "ConsolidatedSnapshot",
    "ContactPreference",
    "CurrentProgress",
    "DemoData",
    "DueDayRule",
    "Evidence",
    "EvidenceQuerySet",
    "HandReminder",
    "Holiday",
    "IndicatorFigure",
    "Letterhead",
    "Notification",
    "NotificationQuerySet",
    "Obstacle",
    "ObstacleAnswer",
    "ObstacleMention",
    "ObstacleNotice",
    "ObstacleQuerySet",
    "OutlineSection",
    "PeriodState",
    "Progress",
    "ProgressEntry",
    "ProgressEntryQuerySet",
    "Purpose",
    "Reminder",
    "ReminderItem",
    "ReminderKind",
    "ReminderQuerySet",
    "ReminderRule",
    "ReminderSlot",
    "ReminderState",
    "ReportVersion",
    "ReportingPeriod",
    "ReviewRemark",
    "ScheduleTick",
    "SectionKind",
    "UnitReport",
    "UnitReportQuerySet",
    "UnitRequest",
    "UnitRequestQuerySet",
    "given_up_before",
    "near_until",
    "past_due",
)
