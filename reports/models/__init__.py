"""How it goes: periods, the report each unit owes in a period, its entries, and the state they add up to."""

from reports.models.consolidated import (
    ConsolidatedLine,
    ConsolidatedReport,
    ConsolidatedReportQuerySet,
    ConsolidatedSection,
    ConsolidatedSnapshot,
    OutlineSection,
    SectionKind,
)
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
from reports.models.evidence import EVIDENCE_FOLDER, Evidence, EvidenceQuerySet, delete_files
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
from reports.models.summaries import PeriodState

__all__ = (
    "EVIDENCE_FOLDER",
    "FIELD_LABELS",
    "FILLED_FIELDS",
    "RHYTHM_LABELS",
    "UNSETTLED",
    "ConsolidatedLine",
    "ConsolidatedReport",
    "ConsolidatedReportQuerySet",
    "ConsolidatedSection",
    "ConsolidatedSnapshot",
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
    "OutlineSection",
    "PeriodState",
    "Progress",
    "ProgressEntry",
    "ProgressEntryQuerySet",
    "ReportVersion",
    "ReportingPeriod",
    "ReviewRemark",
    "ScheduleTick",
    "SectionKind",
    "UnitReport",
    "UnitReportQuerySet",
    "delete_files",
)
