import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("booking", "0012_site_days_by_date"),
    ]

    operations = [
        migrations.AlterField(
            model_name="postingsite",
            name="site",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="booking.site",
                verbose_name="điểm thu nhận",
            ),
        ),
    ]
