"""The files of a plan: a mistake in one of them is named, and nothing is half loaded."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from assignments.models import Unit
from models_registry.models import Plan
from tests.conftest import FIXTURES

pytestmark = [pytest.mark.django_db, pytest.mark.engine]


@pytest.fixture
def folder(tmp_path):
    """A copy of the plan's files, to be spoilt."""
    for file in FIXTURES.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def spoil(folder, name, words, by):
    text = (folder / name).read_text(encoding="utf8")
    (folder / name).write_text(text.replace(words, by, 1), encoding="utf8")


def test_command_leaves_a_portal_with_a_plan_alone(plan):
    call_command("load_plan", if_empty=True, stdout=StringIO())

    assert list(Plan.objects.all()) == [plan]


def test_database_without_tables_is_told_once_and_with_what_to_do(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", list)

    with pytest.raises(CommandError, match=r"chưa có bảng nào của cổng\. Hãy chạy manage\.py migrate trước\.$"):
        call_command("load_plan", stdout=StringIO())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "words", "by", "message"),
    [
        ("don-vi.csv", "Bộ, sở, cục", "Bộ ngành", r"don-vi\.csv, dòng \d+: .*“Bộ ngành” không có trong danh sách"),
        (
            "thanh-vien.csv",
            "UBND xã Phú Lệ",
            "UBND xã Phú",
            r"thanh-vien\.csv, dòng \d+: .*Chưa có đơn vị “UBND xã Phú”",
        ),
        ("ke-hoach.md", "Thời gian thực hiện", "Thời gian", r"ke-hoach\.md: Không tìm thấy dòng “Thời gian thực hiện"),
        ("ke-hoach.toml", "Công an huyện", "Công an xã", r"ke-hoach\.toml: chưa có đơn vị “Công an xã”"),
    ],
)
def test_mistake_is_named_and_nothing_is_loaded(folder, name, words, by, message):
    spoil(folder, name, words, by)

    with pytest.raises(CommandError, match=message):
        call_command("load_plan", folder=folder, stdout=StringIO())

    assert (Unit.objects.count(), Plan.objects.count()) == (0, 0)


def test_missing_file_is_named(folder):
    (folder / "phu-luc.xlsx").unlink()

    with pytest.raises(CommandError, match=r"phu-luc\.xlsx"):
        call_command("load_plan", folder=folder, stdout=StringIO())
