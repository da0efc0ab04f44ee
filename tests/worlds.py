"""Rows that cost more to write than to look at: written once, counted for the planner, copied, taken out again."""

import fcntl
import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psycopg
from django.conf import settings
from django.db import connection, transaction

from tests.migrated import copy_to_postgres

# What migrating writes of the models themselves; it is the same after every test.
OF_THE_MODELS = ("django_migrations", "django_content_type", "auth_permission")

Facts = TypeVar("Facts")


def count_rows() -> None:
    """Tell PostgreSQL how many rows there are, which a server in use finds out by itself.

    Of rows written in a transaction that never ends it finds out nothing, plans for one, and joins each with all.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def empty_tables() -> None:
    """Take out what a test has committed, as ``flush`` does, but only where there is something.

    ``flush`` gives each of 84 tables and all their indexes a new file, then asks for every permission anew.
    """
    tables = [name for name in connection.introspection.table_names() if name not in OF_THE_MODELS]
    look = " UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(look)
        filled = [name for (name,) in cursor.fetchall()]
        # Without triggers: in any order of foreign keys, and what our own triggers keep for ever goes as well.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name in filled:
            cursor.execute(f'DELETE FROM "{name}"')


@contextmanager
def world_of_its_own(name: str, make: Callable[[], Facts]) -> Iterator[Facts]:
    """Go over to a copy of the world ``name``; yields what ``make`` told of it.

    It is made once a run, by whichever worker comes first; copying one takes a tenth of a second.
    """
    facts = _made(f"world_{name}", make)
    copy = f"{name}_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    _admin(f'CREATE DATABASE "{copy}" TEMPLATE "world_{name}"')
    with _moved_to(copy):
        yield facts
    _admin(f'DROP DATABASE "{copy}" WITH (FORCE)')  # a browser may still hold a line


def _made(database: str, make: Callable[[], Facts]) -> Facts:
    told = Path(settings.DATA_DIR, f"{database}.pickle")
    with told.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            copy_to_postgres(connection.settings_dict, database)
            with _moved_to(database):
                told.write_bytes(pickle.dumps(make()))
                count_rows()
    facts: Facts = pickle.loads(told.read_bytes())  # noqa: S301 - written by this run itself
    return facts


@contextmanager
def _moved_to(database: str) -> Iterator[None]:
    """Every thread's next connection leads there: their settings are one and the same dictionary."""
    home = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = database
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = home


def _admin(statement: str) -> None:
    where = connection.settings_dict
    with psycopg.connect(
        host=where["HOST"], port=where["PORT"], user=where["USER"], dbname="postgres", autocommit=True
    ) as link:
        link.execute(statement)
