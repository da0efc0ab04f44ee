"""The version and the licence are written once and told alike everywhere."""

import json
import re
import tomllib

import pytest
import yaml
from django.conf import settings

pytestmark = pytest.mark.once

ROOT = settings.BASE_DIR
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))["project"]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf8")


def test_settings_take_the_version_from_the_project():
    assert PROJECT["version"] == settings.PORTAL_VERSION
    assert re.fullmatch(r"\d+\.\d+\.\d+", settings.PORTAL_VERSION)


@pytest.mark.django_db
def test_foot_of_a_page_tells_the_version(client):
    assert f"Phiên bản {PROJECT['version']}</p>" in client.get("/dang-nhap/").content.decode()


def test_changelog_begins_with_this_version():
    assert re.findall(r"^## (\d\S+)", text_of("CHANGELOG.md"), re.MULTILINE)[0] == PROJECT["version"]


def test_licence_is_one():
    licences = {
        PROJECT["license"],
        json.loads(text_of("package.json"))["license"],
        json.loads(text_of("package-lock.json"))["packages"][""]["license"],
    }

    assert licences == {"Apache-2.0"}
    assert re.search(r"Apache License\s+Version 2\.0", text_of("LICENSE"))


def test_hook_before_a_commit_runs_the_lint():
    hooks = [hook for repo in yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"] for hook in repo["hooks"]]

    assert [(hook["entry"], hook["language"]) for hook in hooks] == [("./portal lint", "system")]
