"""Triggers by which the database refuses a change of state no report can make, for the two engines the portal runs on.

SQLite rebuilds a table to alter it, and drops its triggers: a migration that alters ``UnitReport`` installs them
anew.
"""

from collections.abc import Iterable

TABLE = "reports_unitreport"
NAME = "report_takes_no_illegal_step"
_MESSAGE = "a report cannot take this step"


def install(vendor: str, steps: Iterable[tuple[str, str]]) -> list[str]:
    """Statements after which ``state`` changes only by one of ``steps`` and ``missed_at`` is never taken back."""
    pairs = ", ".join(f"('{before}', '{after}')" for before, after in steps)
    illegal = (
        f"(NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({_values(vendor, pairs)}))"
        " OR (OLD.missed_at IS NOT NULL AND NEW.missed_at IS NULL)"
    )
    return [*remove(vendor), *_INSTALL[vendor](illegal)]


def remove(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {NAME}"]
    return [f"DROP TRIGGER IF EXISTS {NAME} ON {TABLE}", f"DROP FUNCTION IF EXISTS {NAME}()"]


def _values(vendor: str, pairs: str) -> str:
    return f"VALUES {pairs}" if vendor == "sqlite" else pairs


def _install_sqlite(illegal: str) -> list[str]:
    return [
        f"CREATE TRIGGER {NAME} BEFORE UPDATE OF state, missed_at ON {TABLE} FOR EACH ROW WHEN {illegal} "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    ]


def _install_postgresql(illegal: str) -> list[str]:
    return [
        f"CREATE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{_MESSAGE}: %% to %%', OLD.state, NEW.state USING ERRCODE = 'check_violation'; END $$",
        f"CREATE TRIGGER {NAME} BEFORE UPDATE OF state, missed_at ON {TABLE} FOR EACH ROW "
        f"WHEN ({illegal}) EXECUTE FUNCTION {NAME}()",
    ]


_INSTALL = {"sqlite": _install_sqlite, "postgresql": _install_postgresql}
