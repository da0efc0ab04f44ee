"""How it goes: periods, the report each unit owes in a period, its entries, and the state they add up to."""

from reports.models.entries import (
    FIELD_LABELS,
    FILLED_FIELDS,
    CurrentProgress,
    IndicatorFigure,
    Progress,
    ProgressEntry,
    ProgressEntryQuerySet,
    ReviewRemark,
)
from reports.models.evidence import EVIDENCE_FOLDER, Evidence, EvidenceQuerySet
from reports.models.letterheads import Letterhead
from reports.models.obstacles import (
    UNSETTLED,
    Obstacle,
    ObstacleAnswer,
    ObstacleMention,
    ObstacleNotice,
    ObstacleQuerySet,
)
from reports.models.operations import DemoData, ScheduleTick
from reports.models.periods import RHYTHM_LABELS, ReportingPeriod
from reports.models.reports import ReportVersion, UnitReport, UnitReportQuerySet

__all__ = (
    "EVIDENCE_FOLDER",
    "FIELD_LABELS",
    "FILLED_FIELDS",
    "RHYTHM_LABELS",
    "UNSETTLED",
    "CurrentProgress",
    "DemoData",
    "Evidence",
    "EvidenceQuerySet",
    "IndicatorFigure",
    "Letterhead",
    "Obstacle",
    "ObstacleAnswer",
    "ObstacleMention",
    "ObstacleNotice",
    "ObstacleQuerySet",
    "Progress",
    "ProgressEntry",
    "ProgressEntryQuerySet",
    "ReportVersion",
    "ReportingPeriod",
    "ReviewRemark",
    "ScheduleTick",
    "UnitReport",
    "UnitReportQuerySet",
)
