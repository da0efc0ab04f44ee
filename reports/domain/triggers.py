"""Triggers by which the database itself refuses a change, for the two engines the portal runs on.

SQLite rebuilds a table to alter it, and drops its triggers: a migration that alters a guarded table creates them anew.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

_Run = Callable[[Any, Any], None]


class Trigger(NamedTuple):
    """Where ``refused`` holds of a row, ``event`` on ``table`` fails with ``message``.

    ``detail``: an expression PostgreSQL adds to the message; SQLite knows only messages written out.
    """

    name: str
    table: str
    event: str
    refused: str
    message: str
    detail: str = "''"


def create(triggers: Sequence[Trigger]) -> _Run:
    """What ``RunPython`` of a migration runs to create ``triggers``, also where they are there already."""
    return _running(create_sql, triggers)


def drop(triggers: Sequence[Trigger]) -> _Run:
    return _running(drop_sql, triggers)


def create_sql(vendor: str, triggers: Sequence[Trigger]) -> list[str]:
    return [*drop_sql(vendor, triggers), *(one for trigger in triggers for one in _CREATE[vendor](trigger))]


def drop_sql(vendor: str, triggers: Sequence[Trigger]) -> list[str]:
    return [one for trigger in triggers for one in _DROP[vendor](trigger)]


def _running(sql: Callable[[str, Sequence[Trigger]], list[str]], triggers: Sequence[Trigger]) -> _Run:
    def run(apps: Any, schema_editor: Any) -> None:
        for statement in sql(schema_editor.connection.vendor, triggers):
            schema_editor.execute(statement)

    return run


def _create_sqlite(one: Trigger) -> list[str]:
    return [
        f"CREATE TRIGGER {one.name} BEFORE {one.event} ON {one.table} FOR EACH ROW WHEN {one.refused} "
        f"BEGIN SELECT RAISE(ABORT, '{one.message}'); END"
    ]


def _create_postgresql(one: Trigger) -> list[str]:
    """The condition stands in the function: that of a trigger may not look into other tables."""
    return [
        f"CREATE FUNCTION {one.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {one.refused} THEN "
        f"RAISE EXCEPTION USING MESSAGE = '{one.message}' || {one.detail}, ERRCODE = 'check_violation'; END IF; "
        f"RETURN {'OLD' if one.event == 'DELETE' else 'NEW'}; END $$",
        f"CREATE TRIGGER {one.name} BEFORE {one.event} ON {one.table} FOR EACH ROW EXECUTE FUNCTION {one.name}()",
    ]


def _drop_sqlite(one: Trigger) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {one.name}"]


def _drop_postgresql(one: Trigger) -> list[str]:
    return [f"DROP TRIGGER IF EXISTS {one.name} ON {one.table}", f"DROP FUNCTION IF EXISTS {one.name}()"]


_CREATE = {"sqlite": _create_sqlite, "postgresql": _create_postgresql}
_DROP = {"sqlite": _drop_sqlite, "postgresql": _drop_postgresql}
