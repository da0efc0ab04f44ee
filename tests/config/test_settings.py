"""The settings come from the environment alone, refuse to be incomplete, and are all explained in .env.example."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory, override_settings

from config.client_ip import client_ip

ROOT = Path(__file__).resolve().parents[2]
COMPLETE = {
    "SECRET_KEY": "a-long-enough-secret-key-with-many-different-characters-0123456789",
    "DATABASE_URL": "postgres://portal:x@db:5432/portal",
    "ALLOWED_HOSTS": "kehoach.example.vn",
    "CELERY_BROKER_URL": "redis://redis:6379/0",
}
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "WEB_PORT", "WEB_CONCURRENCY", "WEB_THREADS"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the project's settings, out of reach of the .env this machine may have."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "config", tmp_path / "config", ignore=skip)
    shutil.copy(ROOT / "manage.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(copy: Path, command: list[str], **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=copy,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def setting(copy: Path, name: str, **environment: str) -> str:
    result = run(copy, ["-c", f"from config import settings; print(settings.{name})"], **environment)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_production_refuses_to_start_and_names_everything_missing(copy: Path) -> None:
    result = run(copy, ["manage.py", "check"])

    assert result.returncode != 0
    assert all(name in result.stderr for name in COMPLETE)
    assert ".env.example" in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("missing", COMPLETE)
def test_production_refuses_to_start_without(missing: str, copy: Path) -> None:
    present = {name: value for name, value in COMPLETE.items() if name != missing}

    result = run(copy, ["manage.py", "check"], **present, **{missing: "  "})

    assert result.returncode != 0
    assert missing in result.stderr
    assert not [name for name in present if name in result.stderr]


def test_unknown_environment_is_refused(copy: Path) -> None:
    result = run(copy, ["manage.py", "check"], PORTAL_ENV="staging")

    assert result.returncode != 0
    assert "PORTAL_ENV" in result.stderr


def test_production_reads_the_env_file(copy: Path) -> None:
    (copy / ".env").write_text("\n".join(f"{name}={value}" for name, value in COMPLETE.items()), encoding="utf8")

    assert setting(copy, "ALLOWED_HOSTS") == "['kehoach.example.vn']"


@pytest.mark.parametrize("environment", ["local", "test"])
def test_env_file_of_the_real_portal_is_not_read_by(environment: str, copy: Path) -> None:
    (copy / ".env").write_text("DATABASE_URL=postgres://portal:x@db:5432/portal\n", encoding="utf8")

    assert "sqlite3" in setting(copy, "DATABASES", PORTAL_ENV=environment)


def test_production_is_strict_by_default(copy: Path) -> None:
    names = ("DEBUG", "PORTAL_HTTPS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT")

    values = setting(copy, "DEBUG" + "".join(f", settings.{name}" for name in names[1:]), **COMPLETE)

    assert values == "False True True True True"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ({}, "http://localhost:8000"),
        ({"PORT": "8123"}, "http://localhost:8123"),
        ({"PORT": "8123", "PORTAL_URL": "http://may-chu/"}, "http://may-chu"),
    ],
)
def test_links_of_a_local_run_follow_its_port_unless_told(given: dict[str, str], url: str, copy: Path) -> None:
    assert setting(copy, "PORTAL_URL", PORTAL_ENV="local", DATA_DIR=str(copy), **given) == url


def test_lists_may_have_spaces(copy: Path) -> None:
    hosts = setting(copy, "ALLOWED_HOSTS", **{**COMPLETE, "ALLOWED_HOSTS": "a.vn, b.vn ,"})

    assert hosts == "['a.vn', 'b.vn']"


def test_local_secret_key_is_made_once_for_its_owner_only(copy: Path) -> None:
    first = setting(copy, "SECRET_KEY", PORTAL_ENV="local")
    second = setting(copy, "SECRET_KEY", PORTAL_ENV="local")
    path = copy / "var" / "secret-key"

    assert first == second == path.read_text(encoding="ascii")
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in path.parent.glob("secret-key*")] == ["secret-key"]


def test_log_of_a_local_run_tells_what_failed_without_the_values_of_variables(copy: Path) -> None:
    failing = (
        "import logging.config; from config import settings; logging.config.dictConfig(settings.LOGGING)\n"
        "def call(phone):\n try: phone / 2\n except TypeError: logging.exception('failed')\n"
        "call('0' * 3 + '123')"
    )

    log = run(copy, ["-c", failing], PORTAL_ENV="local").stderr

    assert ("TypeError: unsupported operand" in log, "000123" in log) == (True, False)


def test_every_setting_read_is_explained_in_the_example() -> None:
    source = (ROOT / "config" / "settings.py").read_text(encoding="utf8")
    read = set(re.findall(r"""(?:env\.\w+|names)\(\s*"([A-Z_]+)\"""", source))

    example = (ROOT / ".env.example").read_text(encoding="utf8")
    explained = set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE))

    assert read
    assert explained - COMPOSE_ONLY == read


@pytest.mark.engine
@pytest.mark.django_db
def test_database_is_the_one_this_run_asked_for(database_engine: str) -> None:
    assert connection.vendor == {"postgres": "postgresql", "sqlite": "sqlite"}[database_engine]


@pytest.mark.engine
@pytest.mark.django_db
def test_sqlite_stands_several_writers(database_engine: str) -> None:
    if database_engine != "sqlite":
        pytest.skip("about SQLite")
    with connection.cursor() as cursor:
        mode = cursor.execute("PRAGMA journal_mode").fetchone()[0]

    assert mode == "wal"
    assert connection.transaction_mode == "IMMEDIATE"


def request_from(remote: str, forwarded: str = "") -> HttpRequest:
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **headers)


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "1.1.1.1", "9.9.9.9"),
        (1, "", "9.9.9.9"),
        (1, "2.2.2.2", "2.2.2.2"),
        (1, "1.1.1.1, 2.2.2.2", "2.2.2.2"),
        (2, "1.1.1.1, 2.2.2.2, 3.3.3.3", "2.2.2.2"),
        (2, "2.2.2.2", "9.9.9.9"),
    ],
)
def test_client_address_trusts_only_our_own_proxies(proxies: int, forwarded: str, expected: str) -> None:
    with override_settings(PORTAL_PROXY_COUNT=proxies):
        assert client_ip(request_from("9.9.9.9", forwarded)) == expected
