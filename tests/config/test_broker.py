"""The folder in which a local run keeps its messages."""

import pytest

from config.celery import drop_torn_messages

pytestmark = pytest.mark.once

MESSAGES = {"1.celery.msg": "", "2.celery.msg": '{"body": "e30', "3.celery.msg": '{"body": "e30="}'}


def test_half_a_message_is_cleared_away_and_a_whole_one_stays(settings, tmp_path):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path)}
    for name, content in MESSAGES.items():
        (tmp_path / name).write_text(content)

    drop_torn_messages()

    assert [path.name for path in tmp_path.iterdir()] == ["3.celery.msg"]


def test_broker_without_a_folder_has_nothing_to_clear(settings):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}

    assert drop_torn_messages() is None
