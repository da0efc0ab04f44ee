"""The annex of a plan as an Excel file that imports to the same data."""

from models_registry.models import Plan


def export_annex(plan: Plan) -> bytes:
    """The workbook (.xlsx) of the annex as it stands."""
    raise NotImplementedError
