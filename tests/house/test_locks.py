"""The locks pin everything and name no registry: whoever installs uses the registry of the machine."""

import json
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
REQUIREMENTS = sorted(path.name for path in (ROOT / "requirements").iterdir())
LOCKS = [name for name in REQUIREMENTS if name.endswith(".txt")]
PACKAGE_FILES = ["package.json", "package-lock.json", ".npmrc", "pyproject.toml", "Dockerfile", ".ci/run", "portal"]
REGISTRY_WORDS = re.compile(
    r"pypi\.|pythonhosted|npmjs|yarnpkg|registry\s*=|artifactory|nexus|--(extra-)?index-url|--find-links|trusted-host",
    re.IGNORECASE,
)


def pinned(lock: str) -> dict[str, str]:
    lines = (ROOT / "requirements" / lock).read_text(encoding="utf8").splitlines()
    return dict(match.groups() for line in lines if (match := re.match(r"([a-z0-9][\w.-]*)==(\S+)", line)))


def asked(source: str) -> set[str]:
    lines = (ROOT / "requirements" / source).read_text(encoding="utf8").splitlines()
    names = (re.match(r"[A-Za-z0-9][\w.-]*", line) for line in lines)
    return {match[0].lower().replace("_", "-") for match in names if match}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_requirements_hold_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf8")

    assert "://" not in text
    assert not REGISTRY_WORDS.search(text)


@pytest.mark.parametrize("name", PACKAGE_FILES)
def test_package_files_name_no_registry(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf8")

    assert not REGISTRY_WORDS.search(text)


def test_package_lock_holds_hashes_and_no_download_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf8"))["packages"]
    installed = {name: entry for name, entry in packages.items() if name}

    assert installed
    assert not [name for name, entry in installed.items() if "resolved" in entry]
    assert not [name for name, entry in installed.items() if not entry.get("integrity")]


def test_npm_is_told_to_leave_addresses_out() -> None:
    settings = (ROOT / ".npmrc").read_text(encoding="utf8").split()

    assert "omit-lockfile-registry-resolved=true" in settings


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_asked_for_is_locked_with_a_hash(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text(encoding="utf8")
    locked = pinned(name)

    assert asked(name.replace(".txt", ".in")) <= set(locked)
    assert not re.findall(r"==\S+[^\\\n]*\n(?!    --hash=sha256:)", text)


def test_development_lock_agrees_with_the_lock_of_the_portal() -> None:
    base, development = pinned("base.txt"), pinned("dev.txt")

    assert {name: development.get(name) for name in base} == base
