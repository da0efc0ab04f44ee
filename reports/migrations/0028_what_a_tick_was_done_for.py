from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0027_alarm_of_a_request'),
    ]

    operations = [
        migrations.AddField(
            model_name='scheduletick',
            name='done_for',
            field=models.CharField(blank=True, max_length=120, verbose_name='đã làm cho'),
        ),
    ]
