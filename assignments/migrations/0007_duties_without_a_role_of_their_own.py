from django.db import migrations, models


class Migration(migrations.Migration):
    # Apart from the rows taken away before: PostgreSQL alters no table with events still to come.

    dependencies = [('assignments', '0006_one_duty_per_unit_and_initiative')]

    operations = [
        migrations.RemoveConstraint(
            model_name='duty',
            name='duty_ends_after_start',
        ),
        migrations.RemoveConstraint(
            model_name='duty',
            name='one_standing_duty_per_unit_initiative',
        ),
        migrations.RemoveConstraint(
            model_name='duty',
            name='duty_is_not_support',
        ),
        # On the way back a duty has a role again, before the step before tells which.
        migrations.AlterField(
            model_name='duty',
            name='role',
            field=models.CharField(choices=[('lead', 'Chủ trì'), ('coordinating', 'Phối hợp'), ('support', 'Hỗ trợ')], default='lead', max_length=20, verbose_name='vai trò'),
        ),
        migrations.RemoveField(
            model_name='duty',
            name='is_principal',
        ),
        migrations.RemoveField(
            model_name='duty',
            name='role',
        ),
        migrations.RemoveField(
            model_name='duty',
            name='valid_from',
        ),
        migrations.RemoveField(
            model_name='duty',
            name='valid_to',
        ),
        migrations.RemoveField(
            model_name='duty',
            name='via',
        ),
        migrations.AddConstraint(
            model_name='duty',
            constraint=models.UniqueConstraint(fields=('unit', 'initiative'), name='one_duty_per_unit_initiative'),
        ),
    ]
