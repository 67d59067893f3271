from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0007_mini_app_notifications'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProofTries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(editable=False, max_length=64, unique=True)),
                ('tries', models.PositiveSmallIntegerField(default=0, verbose_name='số lần thử')),
                ('until', models.DateTimeField(verbose_name='đếm đến')),
            ],
            options={
                'verbose_name': 'lần thử chứng minh',
                'verbose_name_plural': 'lần thử chứng minh',
                'indexes': [models.Index(fields=['until'], name='proof_tries_by_age')],
                'constraints': [models.CheckConstraint(condition=models.Q(('tries__lte', 5)), name='no_more_than_five_tries')],
            },
        ),
    ]
