"""Who does it: units and their names, people, assignments as the plan words them, duties, imports of the annex."""

from .dated import Dated, DatedQuerySet
from .duties import Assignment, AssignmentRole, Duty, DutyHandover, DutyQuerySet, DutyTerm, role_in_words
from .imports import AnnexImport, AnnexImportQuerySet
from .people import FocalPoint, OfUnitQuerySet, UnitMembership, User, UserManager
from .units import CollectiveMember, StandingAgency, Unit, UnitAlias, UnitQuerySet

__all__ = [
    "AnnexImport",
    "AnnexImportQuerySet",
    "Assignment",
    "AssignmentRole",
    "CollectiveMember",
    "Dated",
    "DatedQuerySet",
    "Duty",
    "DutyHandover",
    "DutyQuerySet",
    "DutyTerm",
    "FocalPoint",
    "OfUnitQuerySet",
    "StandingAgency",
    "Unit",
    "UnitAlias",
    "UnitMembership",
    "UnitQuerySet",
    "User",
    "UserManager",
    "role_in_words",
]
