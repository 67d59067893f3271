from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0014_places_of_an_appointment'),
    ]

    # The counts of an hour or a day are worth less than a way to carry them over.
    operations = [
        migrations.DeleteModel(
            name='ProofTries',
        ),
    ]
