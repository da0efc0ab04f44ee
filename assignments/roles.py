"""Which role may do what. This table is the whole of it: pages ask for a permission, never for a role.

In which plans it may: ``User.reach``.
"""

from django.db import models

from assignments.permissions import Permission


class Role(models.TextChoices):
    ADMIN = "admin", "Quản trị"
    STANDING_AGENCY = "standing_agency", "Cơ quan thường trực"
    LEADER = "leader", "Lãnh đạo"
    OFFICER = "officer", "Cán bộ đơn vị"


PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ADMIN: frozenset(
        {
            Permission.VIEW_PLAN,
            Permission.VIEW_ALL_REPORTS,
            Permission.VIEW_ROLLUP,
            Permission.VIEW_FOCAL_POINTS,
            Permission.VIEW_ALARMS,
            Permission.FOLLOW_REMINDERS,
            Permission.MANAGE_REGISTRY,
        }
    ),
    Role.STANDING_AGENCY: frozenset(
        {
            Permission.VIEW_PLAN,
            Permission.FILE_REPORT,
            Permission.VIEW_ALL_REPORTS,
            Permission.REVIEW_REPORTS,
            Permission.VIEW_ALARMS,
            Permission.FOLLOW_REMINDERS,
            Permission.MANAGE_OBSTACLES,
            Permission.VIEW_ROLLUP,
            Permission.VIEW_FOCAL_POINTS,
            Permission.WRITE_CONSOLIDATED,
        }
    ),
    Role.LEADER: frozenset(
        {
            Permission.VIEW_PLAN,
            Permission.VIEW_ALL_REPORTS,
            Permission.VIEW_ALARMS,
            Permission.VIEW_ROLLUP,
        }
    ),
    Role.OFFICER: frozenset(
        {
            Permission.VIEW_PLAN,
            Permission.FILE_REPORT,
        }
    ),
}


def held_everywhere(role: str) -> frozenset[Permission]:
    """What ``role`` may do in every plan: in those of another agency a standing agency is what an officer is."""
    return PERMISSIONS[Role.OFFICER if role == Role.STANDING_AGENCY else role]
