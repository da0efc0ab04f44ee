"""User names are one whatever their case; of those of before that differed in it alone, who is renamed is told of."""

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from assignments.models import User
from tests.factories import UserFactory, vn

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once, pytest.mark.slow]

BEFORE = [("assignments", "0007_duties_without_a_role_of_their_own")]


@pytest.fixture
def latest():
    targets = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield targets
    MigrationExecutor(connection).migrate(targets)


def test_names_that_differed_in_capitals_alone_get_a_number_and_are_told(latest, capsys):
    names = {
        "Thu": "2024-01-01 08:00",
        "thu": "2024-03-01 08:00",
        "thu-2": "2024-01-01 08:00",
        "ANH": "2024-01-01 08:00",
    }
    people = {name: UserFactory(last_login=vn(seen), full_name=f"Người {name}") for name, seen in names.items()}
    MigrationExecutor(connection).migrate(BEFORE)
    for name, person in people.items():
        User.objects.filter(pk=person.pk).update(username=name)

    MigrationExecutor(connection).migrate(latest)

    now = dict(User.objects.values_list("pk", "username"))
    assert [now[person.pk] for person in people.values()] == ["thu-3", "thu", "thu-2", "anh"]
    assert capsys.readouterr().err.strip() == (
        "Tên đăng nhập “Thu” chỉ khác “thu” ở chữ hoa, chữ thường nên đổi thành “thu-3”. Hãy báo cho Người Thu."
    )


def test_names_that_differ_in_their_case_alone_are_one_for_the_database(officer):
    other = UserFactory()

    with pytest.raises(IntegrityError):
        User.objects.filter(pk=other.pk).update(username=officer.username.upper())
