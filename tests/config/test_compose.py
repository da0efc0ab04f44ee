"""docker-compose.yml and the Dockerfile without an engine: their shape, and their commands run for real."""

import http.client
import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml

from tests.processes import free_port, run_in_background, wait_until

pytestmark = [pytest.mark.once, pytest.mark.programs]

ROOT = Path(__file__).resolve().parents[2]
TOOLS = Path(sys.executable).parent
COMPOSE_TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf8")
COMPOSE: dict[str, Any] = yaml.safe_load(COMPOSE_TEXT)
SERVICES: dict[str, Any] = COMPOSE["services"]
VARIABLE = re.compile(r"(?<!\$)\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")
HOST = "kehoach.example.vn"
GIVEN = {"SECRET_KEY": "a-secret-key-for-the-test-of-the-compose-file-0123456789", "ALLOWED_HOSTS": HOST}


def example_variables() -> set[str]:
    text = (ROOT / ".env.example").read_text(encoding="utf8")
    return set(re.findall(r"^(?:# )?([A-Z_]+)=", text, re.MULTILINE))


def filled_in(value: str) -> str:
    """What compose makes of a value when .env holds only what is required."""
    return VARIABLE.sub(lambda match: GIVEN.get(match[1]) or (match[3] if match[2] == "-" else "x"), value)


# --- Shape ---


def test_compose_file_follows_the_specification() -> None:
    command = [TOOLS / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]

    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.returncode == 0, result.stdout


def test_dockerfile_has_no_finding() -> None:
    result = subprocess.run([TOOLS / "hadolint", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert result.stdout == ""
    assert result.returncode == 0


def test_compose_depends_only_on_services_that_can_satisfy_it() -> None:
    wishes = [
        (name, target, wish["condition"])
        for name, service in SERVICES.items()
        for target, wish in service.get("depends_on", {}).items()
    ]
    healthy = [wish for wish in wishes if wish[2] == "service_healthy"]

    assert [wish for wish in wishes if wish[1] not in SERVICES] == []
    assert [wish for wish in healthy if "healthcheck" not in SERVICES[wish[1]]] == []
    assert len(wishes) >= len(healthy) > 0


def test_compose_uses_exactly_the_volumes_it_declares() -> None:
    used = {volume.split(":")[0] for service in SERVICES.values() for volume in service.get("volumes", [])}

    assert used == set(COMPOSE.get("volumes", {}))


def test_compose_variables_are_explained_in_the_example() -> None:
    used = {match[1] for match in VARIABLE.finditer(COMPOSE_TEXT)}
    handed_on = {name for service in SERVICES.values() if "build" in service for name in service["environment"]}

    assert used <= example_variables()
    assert handed_on <= example_variables()


def test_compose_refuses_to_start_without_its_secrets() -> None:
    required = {match[1] for match in VARIABLE.finditer(COMPOSE_TEXT) if match[2] == "?"}

    assert required == {"SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD"}
    assert all(match[3] for match in VARIABLE.finditer(COMPOSE_TEXT) if match[2] == "?")


def test_compose_opens_no_port_to_the_network() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert ports
    assert all(str(port).startswith("127.0.0.1:") for port in ports)


def test_image_leaves_secrets_and_data_out() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf8").split()

    assert {".env", ".git", "var", ".venv"} <= set(ignored)


def test_image_does_not_run_as_root() -> None:
    users = re.findall(r"^USER (\S+)", (ROOT / "Dockerfile").read_text(encoding="utf8"), re.MULTILINE)

    assert users
    assert users[-1] not in ("root", "0")


# --- The commands themselves ---


@pytest.fixture(scope="module")
def environment(
    private_postgres: str, private_broker: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, str]]:
    """The environment compose gives its services, on a database and a queue of their own."""
    folder, name = tmp_path_factory.mktemp("compose"), f"compose_{os.getpid()}"
    with psycopg.connect(private_postgres, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        declared = SERVICES["web"]["environment"]
        yield {
            **{key: filled_in(str(value)) for key, value in declared.items()},
            "PATH": f"{TOOLS}:{os.environ['PATH']}",
            "DATABASE_URL": private_postgres.rsplit("/", 1)[0] + f"/{name}",
            "CELERY_BROKER_URL": private_broker.rsplit("/", 1)[0] + "/9",
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "PORTAL_TICK_SECONDS": "2",
        }
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def command_of(service: str, port: int = 8000) -> list[str]:
    command: list[str] = SERVICES[service]["command"]
    return [part.replace("0.0.0.0:8000", f"127.0.0.1:{port}") for part in command]


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    found = [sys.executable if command[0] == "python" else command[0], *command[1:]]
    return subprocess.run(found, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def answer(port: int, path: str) -> tuple[int, dict[str, str]]:
    """Status and headers, asked as the https server in front of the portal asks."""
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, dict(response.headers)
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers)
    except OSError:
        return 0, {}


def heartbeats(address: str) -> list[Any]:
    with psycopg.connect(address) as link:
        return link.execute("SELECT at FROM reports_scheduletick WHERE name = 'heartbeat'").fetchall()


@pytest.fixture(scope="module")
def port(environment: dict[str, str]) -> Iterator[int]:
    """The port of a web server running with its worker and beat, started in compose's order."""
    migrated = run(command_of("migrate"), environment)
    assert migrated.returncode == 0, migrated.stderr
    collected = run(["python", "manage.py", "collectstatic", "--noinput"], environment)
    assert collected.returncode == 0, collected.stderr
    port = free_port()
    with ExitStack() as stack:
        for service in ("web", "worker", "beat"):
            stack.enter_context(run_in_background(command_of(service, port), environment, ROOT))
        yield port


def test_heartbeats_of_compose_reach_the_database(port: int, environment: dict[str, str]) -> None:
    first = wait_until(lambda: heartbeats(environment["DATABASE_URL"]), "a first heartbeat")

    wait_until(lambda: heartbeats(environment["DATABASE_URL"]) != first, "a second heartbeat")


def test_web_of_compose_is_healthy(port: int, environment: dict[str, str]) -> None:
    wait_until(lambda: answer(port, "/healthz")[0] == 200, "/healthz")
    check: list[str] = SERVICES["web"]["healthcheck"]["test"][1:]

    assert run([*check, str(port)], environment).returncode == 0
    assert run([*check, str(free_port())], environment).returncode == 1


def test_worker_of_compose_is_healthy(port: int, environment: dict[str, str]) -> None:
    check: str = SERVICES["worker"]["healthcheck"]["test"][1]
    here = check.replace("celery@$$HOSTNAME", "celery@$(hostname)")

    wait_until(lambda: run(["sh", "-c", here], environment).returncode == 0, "the worker's answer")


def test_sign_in_page_of_compose_is_served_with_its_protection(port: int) -> None:
    wait_until(lambda: answer(port, "/dang-nhap/")[0] == 200, "/dang-nhap/")

    _, headers = answer(port, "/dang-nhap/")

    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"


def test_plain_http_is_sent_to_https(port: int) -> None:
    wait_until(lambda: answer(port, "/healthz")[0], "the web server")
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=10)

    link.request("GET", "/", headers={"Host": HOST})
    reply = link.getresponse()

    assert reply.status == 301
    assert reply.headers["Location"] == f"https://{HOST}/"
