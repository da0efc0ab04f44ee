"""The order of the apps, and of the rooms inside them: pyproject.toml holds it, and nobody gets round it."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
APPS = ("config", "reports", "assignments", "documents", "models_registry")


def modules() -> Iterator[Path]:
    for app in APPS:
        yield from (path for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts)


def imported_apps(node: ast.AST) -> set[str]:
    names: list[str] = []
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        names = [node.module]
    elif isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    return {name.split(".")[0] for name in names} & set(APPS)


def test_import_contracts_are_kept() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]

    result = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_no_app_is_imported_inside_a_function() -> None:
    inside = []
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
        nodes = (node for function in functions for node in ast.walk(function))
        inside += [f"{path.relative_to(ROOT)}:{node.lineno}" for node in nodes if imported_apps(node)]

    assert inside == []
