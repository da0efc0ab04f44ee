"""User names are one whatever their case. Where two differed in it alone, all but one get a number, and it is said."""

import sys
from collections import defaultdict
from unicodedata import normalize

from django.db import migrations


def fold(apps, schema_editor):
    users = apps.get_model("assignments", "User").objects
    named = defaultdict(list)
    for user in users.order_by("pk"):
        named[normalize("NFKC", user.username).lower()].append(user)
    taken = set(named)
    for name, same in named.items():
        # Who signed in last goes on under the name.
        first, *others = sorted(same, key=lambda user: user.last_login.timestamp() if user.last_login else 0, reverse=True)
        new = {first.pk: name} | {user.pk: _free(name, taken) for user in others}
        for user in others:
            sys.stderr.write(
                f"\nTên đăng nhập “{user.username}” chỉ khác “{first.username}” ở chữ hoa, chữ thường nên đổi thành "
                f"“{new[user.pk]}”. Hãy báo cho {user.full_name}.\n"
            )
        # Those that make room go first.
        for user in (*others, first):
            if user.username != new[user.pk]:
                users.filter(pk=user.pk).update(username=new[user.pk])


def _free(name, taken):
    number = 2
    while (free := f"{name[:140]}-{number}") in taken:
        number += 1
    taken.add(free)
    return free


class Migration(migrations.Migration):
    dependencies = [("assignments", "0007_duties_without_a_role_of_their_own")]

    operations = [migrations.RunPython(fold, migrations.RunPython.noop, elidable=True)]
