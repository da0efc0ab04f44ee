"""Take an import back."""

from datetime import date, datetime

from assignments.models import AnnexImport, User


def why_not_undoable(annex_import: AnnexImport) -> str:
    """In words, why this import cannot be taken back; empty where it can."""
    raise NotImplementedError


def undo_import(annex_import: AnnexImport, *, by: User | None, at: datetime, today: date) -> AnnexImport:
    """Put back what the import changed and take away what it created. Raises ImportRefused, in words."""
    raise NotImplementedError
