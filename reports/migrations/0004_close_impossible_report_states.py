from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('reports', '0003_tell_first_filing_and_miss')]

    operations = [
        migrations.AddConstraint(
            model_name='unitreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('first_submitted_at__isnull', False), ('state__in', ('submitted', 'returned', 'accepted')), ('submitted_at__isnull', False), ('submitted_by__isnull', False)), models.Q(models.Q(('state__in', ('submitted', 'returned', 'accepted')), _negated=True), ('first_submitted_at', None), ('submitted_at', None), ('submitted_by', None)), _connector='OR'), name='filed_report_says_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='unitreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False), ('state', 'accepted')), models.Q(models.Q(('state', 'accepted'), _negated=True), ('accepted_at', None), ('accepted_by', None)), _connector='OR'), name='accepted_report_says_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='unitreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), models.Q(('returned_at__isnull', False), ('returned_by__isnull', False), models.Q(('return_reason', ''), _negated=True)), _connector='OR'), name='returned_report_says_why'),
        ),
        migrations.AddConstraint(
            model_name='unitreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'missed'), _negated=True), ('missed_at__isnull', False), _connector='OR'), name='missed_report_says_when'),
        ),
        migrations.AddConstraint(
            model_name='unitreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('reopen_reason', ''), ('reopened_until', None)), models.Q(('missed_at__isnull', False), ('reopened_until__isnull', False), models.Q(('reopen_reason', ''), _negated=True)), _connector='OR'), name='only_missed_report_is_reopened_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='unitreport',
            constraint=models.CheckConstraint(condition=models.Q(('nothing_to_report', False), ('state__in', ('submitted', 'accepted')), _connector='OR'), name='nothing_to_report_stands'),
        ),
        migrations.AddConstraint(
            model_name='unitreport',
            constraint=models.CheckConstraint(condition=models.Q(('filed_on_behalf', False), ('state__in', ('submitted', 'returned', 'accepted')), _connector='OR'), name='filed_on_behalf_is_filed'),
        ),
    ]
