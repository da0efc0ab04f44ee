"""The measurements are found by their name and say what they measure; their figures are looked at by hand."""

import subprocess
import sys

import pytest

from tests.bench.__main__ import first_line, listed

pytestmark = pytest.mark.once


def test_every_measurement_says_what_it_measures():
    assert "import" in [line.split(maxsplit=1)[0] for line in listed()]
    assert all(len(line.split(maxsplit=1)) == 2 for line in listed())


def test_module_without_a_word_about_itself_has_an_empty_line(tmp_path):
    (tmp_path / "a.py").write_text("x = 1")

    assert first_line(tmp_path / "a.py") == ""


@pytest.mark.parametrize("name", ["khong-co", "_annex", "../conftest"])
def test_unknown_measurement_is_refused_with_the_list(name):
    asked = subprocess.run([sys.executable, "-m", "tests.bench", name], capture_output=True, text=True, check=False)

    assert asked.returncode == 1
    assert "import" in asked.stdout
    assert f"Không có phép đo “{name}”." in asked.stderr
