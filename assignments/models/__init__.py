"""Who does it: units and their names, people, assignments as the plan words them, duties, imports of the annex."""

from assignments.models.dated import Dated, DatedQuerySet
from assignments.models.duties import Assignment, AssignmentRole, Duty, DutyQuerySet
from assignments.models.imports import AnnexImport, AnnexImportQuerySet
from assignments.models.people import FocalPoint, OfUnitQuerySet, UnitMembership, User, UserManager
from assignments.models.units import CollectiveMember, StandingAgency, Unit, UnitAlias, UnitQuerySet

__all__ = [
    "AnnexImport",
    "AnnexImportQuerySet",
    "Assignment",
    "AssignmentRole",
    "CollectiveMember",
    "Dated",
    "DatedQuerySet",
    "Duty",
    "DutyQuerySet",
    "FocalPoint",
    "OfUnitQuerySet",
    "StandingAgency",
    "Unit",
    "UnitAlias",
    "UnitMembership",
    "UnitQuerySet",
    "User",
    "UserManager",
]
