"""Names of units an annex uses and nobody knows: what each of them is, settled once for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from assignments.models import AnnexImport, Unit, User


@dataclass(frozen=True)
class KnownUnit:
    """``key`` (of UnknownUnit in the preview) is another way of writing ``unit``."""

    key: str
    unit: Unit


@dataclass(frozen=True)
class NewUnit:
    """``key`` is a unit of its own, named as printed unless ``name`` says otherwise."""

    key: str
    kind: Unit.Kind
    level: Unit.Level
    files_reports: bool
    name: str = ""


@dataclass(frozen=True)
class NewCollective:
    """``key`` stands for several units."""

    key: str
    level: Unit.Level
    members: Sequence[Unit]
    name: str = ""


Choice = KnownUnit | NewUnit | NewCollective


def settle_units(annex_import: AnnexImport, choices: Sequence[Choice], *, by: User | None, at: datetime) -> AnnexImport:
    """Write all the choices or none, and have the file read anew. Raises ImportRefused, in words."""
    raise NotImplementedError
