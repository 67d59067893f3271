from django.db import migrations, models
from django.db.models import Q

# Days that officers closed before their slots knew of it.
SHUT = """
UPDATE booking_slot SET is_open = false, is_shut_with_day = true FROM booking_serviceday AS day
WHERE day.id = day_id AND day.is_manual AND NOT day.is_open AND booking_slot.is_open
"""
OPENED = "UPDATE booking_slot SET is_open = true, is_shut_with_day = false WHERE is_shut_with_day"


class Migration(migrations.Migration):
    dependencies = [("booking", "0010_sites_by_name")]

    operations = [
        migrations.AddField(
            "slot",
            "is_shut_with_day",
            models.BooleanField(
                db_default=False, default=False, editable=False, verbose_name="đóng cùng ngày"
            ),
        ),
        migrations.RunSQL(SHUT, OPENED),
        migrations.AddConstraint(
            "slot",
            models.CheckConstraint(
                condition=~Q(is_open=True, is_shut_with_day=True), name="open_slot_is_not_shut"
            ),
        ),
    ]
