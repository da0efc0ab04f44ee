"""Signing in: guessing is throttled and tells nothing of who exists; a session is its owner's (CHECKS 7–10)."""

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from assignments.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "đúng-mật-khẩu"


class CountingHasher(MD5PasswordHasher):
    """Says of each password whether it was worth hashing."""

    algorithm = "counting"
    hashed = 0

    def encode(self, password, salt):
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.fixture
def hasher(settings):
    settings.PASSWORD_HASHERS = ["tests.people.test_sign_in.CountingHasher"]
    CountingHasher.hashed = 0
    return CountingHasher


@pytest.fixture
def somebody(officer, hasher):
    """An officer with a password, kept by the counting hasher."""
    officer.set_password(PASSWORD)
    officer.save()
    hasher.hashed = 0
    return officer


@pytest.fixture
def clock(time_machine, monday):
    time_machine.move_to(monday, tick=False)
    return time_machine


def sign_in(client, name, password, address="10.0.0.1"):
    return client.post("/dang-nhap/", {"username": name, "password": password}, REMOTE_ADDR=address)


def page_of(client):
    return client.get("/")["Location"] if client.get("/").status_code == 302 else "home"


# --- Guessing (CHECK 8) ---


@pytest.mark.slow
def test_of_200_wrong_passwords_five_are_looked_at_and_the_right_one_works_after_the_wait(
    client, clock, somebody, hasher
):
    statuses = {sign_in(client, somebody.username, f"sai-{n}").status_code for n in range(200)}
    hashed = hasher.hashed
    clock.shift(15 * 60 + 1)

    assert (hashed, statuses) == (5, {200, 429})
    assert sign_in(client, somebody.username, PASSWORD).status_code == 302


@pytest.mark.slow
def test_address_that_tries_200_names_is_refused_after_a_few_and_others_go_on(client, clock, somebody, hasher):
    statuses = [sign_in(client, f"can-bo-khac-{n}", "123456").status_code for n in range(200)]

    assert (statuses, hasher.hashed) == ([200] * 25 + [429] * 175, 25)
    assert sign_in(client, somebody.username, PASSWORD).status_code == 429
    assert sign_in(client, somebody.username, PASSWORD, address="10.0.0.2").status_code == 302


@pytest.mark.slow
def test_address_that_goes_on_guessing_hashes_at_most_a_hundred_in_an_hour(client, clock, hasher):
    for n in range(3600 // 30):
        sign_in(client, f"ten-{n}", "123456")
        clock.shift(30)

    assert hasher.hashed <= 100


def test_address_is_let_in_again_after_the_wait(client, clock, somebody):
    for n in range(30):
        sign_in(client, f"ten-{n}", "123456")
    clock.shift(15 * 60 + 1)

    assert sign_in(client, somebody.username, PASSWORD).status_code == 302


def test_office_behind_one_address_goes_on_when_its_people_mistype_and_come_right(client, clock, hasher):
    people = UserFactory.create_batch(30)
    for person in people:
        person.set_password(PASSWORD)
        person.save()

    statuses = [
        (
            sign_in(client, person.username, "gõ nhầm").status_code,
            sign_in(Client(), person.username, PASSWORD).status_code,
        )
        for person in people
    ]

    assert statuses == [(200, 302)] * 30


def test_person_who_goes_on_mistyping_locks_nobody_else_out_of_the_office(client, clock, somebody):
    colleague = UserFactory()
    colleague.set_password(PASSWORD)
    colleague.save()
    for n in range(100):
        sign_in(client, somebody.username, f"sai-{n}")

    assert sign_in(Client(), colleague.username, PASSWORD).status_code == 302


# --- Who exists (CHECK 9) ---


def test_known_unknown_and_switched_off_names_cost_the_same_and_read_the_same(client, clock, somebody, hasher):
    off = UserFactory(is_active=False)
    off.set_password(PASSWORD)
    off.save()
    told = {}
    for name in (somebody.username, "không-có", off.username):
        hasher.hashed = 0
        answer = sign_in(client, name, "sai")
        told[name] = (hasher.hashed, answer.status_code, answer.content.decode().replace(name, "").count("chưa đúng"))

    assert set(told.values()) == {(1, 200, 1)}


# --- Passwords (CHECK 10) ---


@pytest.mark.parametrize("password", ["Phòng Nội vụ", "phongnoivu", "PHONG-NOI-VU-2024", "0123456789", "a1b2c3d"])
def test_password_easy_to_guess_is_refused(officer, password):
    with pytest.raises(ValidationError):
        validate_password(password, officer)


@pytest.mark.slow
def test_three_thousand_usual_passwords_are_refused(officer):
    usual = sorted(CommonPasswordValidator().passwords)[:: len(CommonPasswordValidator().passwords) // 3000]

    assert len(usual) >= 3000
    assert [one for one in usual if is_accepted(one, officer)] == []


def is_accepted(password, user):
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True


def test_password_of_64_characters_is_accepted(officer):
    assert is_accepted("mèo trèo cau " * 5, officer)


# --- Sessions (CHECK 7) ---


def test_session_gets_a_new_key_when_one_signs_in(client, somebody):
    client.get("/dang-nhap/")
    session = client.session
    session["plan"] = 1
    session.save()
    client.cookies["sessionid"] = before = session.session_key

    sign_in(client, somebody.username, PASSWORD)

    assert client.cookies["sessionid"].value != before
    stranger = Client()
    stranger.cookies["sessionid"] = before
    assert page_of(stranger) == "/dang-nhap/?next=/"


def test_session_is_dead_after_signing_out(client, somebody):
    sign_in(client, somebody.username, PASSWORD)
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    before = page_of(thief)

    client.post("/dang-xuat/")

    assert (before, page_of(thief)) == ("home", "/dang-nhap/?next=/")


def test_other_sessions_are_dead_after_the_password_was_changed(client, somebody):
    sign_in(client, somebody.username, PASSWORD)
    elsewhere = Client()
    sign_in(elsewhere, somebody.username, PASSWORD)
    new = {"old_password": PASSWORD, "new_password1": "mèo trèo cau 5", "new_password2": "mèo trèo cau 5"}

    client.post("/tai-khoan/mat-khau/", new)

    assert (page_of(client), page_of(elsewhere)) == ("home", "/dang-nhap/?next=/")
    assert User.objects.get(pk=somebody.pk).check_password("mèo trèo cau 5")


@pytest.mark.parametrize("typed", ["can-bo", "Can-Bo", " CAN-BO"])
def test_name_opens_its_account_whatever_its_case(client, clock, typed):
    user = UserFactory(username="Can-bo")
    user.set_password(PASSWORD)
    user.save()

    sign_in(client, typed, PASSWORD)

    assert (user.username, client.session.get("_auth_user_id")) == ("can-bo", str(user.pk))


def test_wrong_passwords_count_under_one_name_whatever_its_case(client, clock, somebody, hasher):
    name = somebody.username
    for number in range(6):
        sign_in(client, name[:number].upper() + name[number:], "sai")

    assert hasher.hashed == 5
