"""Where each officer worked until now becomes a posting that has no end."""

from django.db import migrations


def post(apps, schema_editor):
    officer_model = apps.get_model("accounts", "Officer")
    posting_model = apps.get_model("accounts", "Posting")
    posting_model.objects.bulk_create(
        posting_model(officer=officer, agency=officer.agency, valid_from=officer.date_joined.date())
        for officer in officer_model.objects.filter(is_superuser=False).order_by("pk")
    )


def recall(apps, schema_editor):
    officer_model = apps.get_model("accounts", "Officer")
    for posting in apps.get_model("accounts", "Posting").objects.order_by("pk"):
        officer_model.objects.filter(pk=posting.officer_id).update(agency=posting.agency)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_postings_and_audit")]
    operations = [migrations.RunPython(post, recall)]
