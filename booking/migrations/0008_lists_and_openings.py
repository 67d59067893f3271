# The lists that officers hand in, and the opening of agencies.

import core.crypto
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_units'),
        ('booking', '0007_phone_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Opening',
            fields=[
            ],
            options={
                'verbose_name': 'mở đơn vị',
                'verbose_name_plural': 'mở đơn vị',
                'permissions': [('open_agency', 'Mở, đóng đơn vị và gửi tin thử')],
                'proxy': True,
                'default_permissions': ('view',),
                'indexes': [],
                'constraints': [],
            },
            bases=('agencies.agency',),
        ),
        migrations.CreateModel(
            name='SheetImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('SITES', 'điểm thu nhận và lịch mở cửa'), ('REGISTRATIONS', 'danh sách đăng ký')], max_length=13, verbose_name='loại')),
                ('content', core.crypto.EncryptedTextField(editable=False, null=True, verbose_name='các dòng chờ nhập')),
                ('refused', core.crypto.EncryptedTextField(editable=False, null=True, verbose_name='các dòng không nhập được')),
                ('rows', models.PositiveIntegerField(default=0, verbose_name='số dòng')),
                ('position', models.PositiveIntegerField(default=0, editable=False, verbose_name='đã xét đến dòng')),
                ('taken_in', models.PositiveIntegerField(default=0, verbose_name='số dòng đã nhập')),
                ('grounds', models.CharField(blank=True, max_length=200, verbose_name='căn cứ')),
                ('created_at', models.DateTimeField(verbose_name='tải lên lúc')),
                ('expires_at', models.DateTimeField(verbose_name='giữ đến')),
                ('lease_until', models.DateTimeField(editable=False, null=True, verbose_name='đang nhập đến')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='nhập xong lúc')),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sheet_imports', to='agencies.agency', verbose_name='đơn vị')),
                ('officer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='cán bộ')),
            ],
            options={
                'verbose_name': 'lần nhập từ Excel',
                'verbose_name_plural': 'nhập từ Excel',
                'permissions': [('import_sites', 'Nhập điểm thu nhận và lịch mở cửa từ Excel'), ('import_registrations', 'Nhập danh sách đăng ký từ Excel')],
                'default_permissions': ('view',),
            },
        ),
        migrations.AddField(
            model_name='booking',
            name='sheet_import',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bookings', to='booking.sheetimport', verbose_name='nhập từ danh sách'),
        ),
        migrations.AddIndex(
            model_name='sheetimport',
            index=models.Index(condition=models.Q(('content__isnull', False), ('refused__isnull', False), _connector='OR'), fields=['expires_at'], name='imports_with_rows_by_age'),
        ),
        migrations.AddConstraint(
            model_name='sheetimport',
            constraint=models.CheckConstraint(condition=models.Q(('finished_at', None), ('content__isnull', True), _connector='OR'), name='a_finished_import_keeps_no_list'),
        ),
        migrations.AddConstraint(
            model_name='sheetimport',
            constraint=models.CheckConstraint(condition=models.Q(('position__lte', models.F('rows')), ('taken_in__lte', models.F('position'))), name='an_import_takes_no_more_than_it_has_seen'),
        ),
    ]
