from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("booking", "0011_slots_shut_with_their_day")]

    operations = [
        migrations.AddIndex(
            "sitecalendarday", models.Index(fields=["date", "id"], name="site_days_by_date")
        ),
    ]
