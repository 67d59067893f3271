from django.db import migrations

from accounts.services.phones import phone_key_of


def fill(apps, schema_editor):
    """Key the phones of bookings made before there was a key, so that officers find them as well."""
    bookings = apps.get_model('booking', 'Booking').objects
    for booking in bookings.filter(phone__isnull=False, phone_key='').iterator(chunk_size=1000):
        booking.phone_key = phone_key_of(booking.phone)
        booking.save(update_fields=['phone_key'])


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0006_the_desk'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
