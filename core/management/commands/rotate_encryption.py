from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand
from django.db import connection, models, transaction

from core.crypto import EncryptedTextField, cipher

BATCH = 500


class Command(BaseCommand):
    help = "Mã hóa lại dữ liệu cá nhân bằng khóa đầu của FIELD_ENCRYPTION_KEYS; cổng vẫn hoạt động."

    def handle(self, *args: Any, **options: Any) -> None:
        for model in apps.get_models():
            for field in model._meta.local_fields:
                if isinstance(field, EncryptedTextField):
                    self.stdout.write(f"{model._meta.label}.{field.name}={_rotate(model, field)}")


def _rotate(model: type[models.Model], field: EncryptedTextField) -> int:
    """Encrypt one column anew, batch by batch; a value that was written meanwhile is new already."""
    quote = connection.ops.quote_name
    table, column, key = (
        quote(model._meta.db_table),
        quote(str(field.column)),
        quote(str(model._meta.pk.column)),
    )
    # Names from the models, values by parameters: nothing of a stranger's is in these statements.
    some = f"{key} > %s AND {column} IS NOT NULL ORDER BY {key} LIMIT %s"
    read = f"SELECT {key}, {column} FROM {table} WHERE {some}"  # noqa: S608 - names of our own models
    write = f"UPDATE {table} SET {column} = %s WHERE {key} = %s AND {column} = %s"  # noqa: S608 - likewise
    count, last = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(read, [last, BATCH])
            rows = cursor.fetchall()
            for pk, token in rows:
                cursor.execute(write, [cipher().rotate(token.encode()).decode(), pk, token])
        if not rows:
            return count
        count, last = count + len(rows), rows[-1][0]
