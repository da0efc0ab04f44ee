"""The triggers by which the database itself keeps a final consolidated report as it is.

While the database holds made-up data nothing in it is official, so that this can be taken away again.
"""

from .triggers import Trigger

_REPORTS = "reports_consolidatedreport"
_OF_REPORT = "SELECT r.state FROM reports_consolidatedreport r WHERE r.id = {row}.report_id"
_OF_SECTION = (
    "SELECT r.state FROM reports_consolidatedreport r JOIN reports_consolidatedsection s ON s.report_id = r.id"
    " WHERE s.id = {row}.section_id"
)
_OF_LINE = (
    "SELECT r.state FROM reports_consolidatedreport r JOIN reports_consolidatedsection s ON s.report_id = r.id"
    " JOIN reports_consolidatedline l ON l.section_id = s.id WHERE l.id = {row}.consolidatedline_id"
)
# What belongs to a report, and how its report's state is found.
_PARTS = {
    "reports_consolidatedsection": _OF_REPORT,
    "reports_consolidatedsnapshot": _OF_REPORT,
    "reports_consolidatedline": _OF_SECTION,
    "reports_consolidatedline_entries": _OF_LINE,
    "reports_consolidatedline_obstacles": _OF_LINE,
}
_ROWS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
_MADE_UP = "EXISTS (SELECT 1 FROM reports_demodata)"
_UNKEPT = "NOT EXISTS (SELECT 1 FROM reports_consolidatedsnapshot k WHERE k.report_id = NEW.id)"
_MESSAGE = "a final report is not changed"


def final_report_triggers() -> list[Trigger]:
    """Triggers by which a final report and its parts cannot change, and none becomes final without its snapshot."""
    return [
        Trigger(f"{table.removeprefix('reports_')}_sealed_{event.lower()}", table, event, refused, _MESSAGE)
        for (table, event), refused in _rules().items()
    ]


def _rules() -> dict[tuple[str, str], str]:
    """For each table and event, the condition of a change that is refused."""
    rules = {
        (_REPORTS, "UPDATE"): f"OLD.state = 'final' OR (NEW.state = 'final' AND {_UNKEPT})",
        (_REPORTS, "DELETE"): f"OLD.state = 'final' AND NOT {_MADE_UP}",
    }
    for table, owner in _PARTS.items():
        for event, rows in _ROWS.items():
            states = " OR ".join(f"'final' = ({owner.format(row=row)})" for row in rows)
            rules[table, event] = f"({states}) AND NOT {_MADE_UP}" if event == "DELETE" else states
    return rules
