import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('booking', '0004_posted_to_sites'),
    ]

    operations = [
        migrations.AddField(
            model_name='slot',
            name='is_open',
            field=models.BooleanField(db_default=True, default=True, editable=False, verbose_name='nhận đặt'),
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='ngày')),
                ('starts_at', models.TimeField(verbose_name='từ giờ')),
                ('ends_at', models.TimeField(verbose_name='đến giờ')),
                ('slot_minutes', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(240)], verbose_name='độ dài khung giờ (phút)')),
                ('capacity', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(500)], verbose_name='số người mỗi khung giờ')),
                ('kind', models.CharField(choices=[('OVERTIME', 'ngoài giờ'), ('MOBILE', 'lưu động')], default='OVERTIME', max_length=8, verbose_name='loại buổi')),
                ('note', models.CharField(blank=True, help_text='Thí dụ: Làm thêm buổi tối.', max_length=80, verbose_name='lời ghi cho người dân')),
                ('cancelled_at', models.DateTimeField(editable=False, null=True, verbose_name='hủy lúc')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='booking.site', verbose_name='điểm thu nhận')),
            ],
            options={
                'verbose_name': 'buổi ngoài giờ, lưu động',
                'verbose_name_plural': 'buổi ngoài giờ, lưu động',
                'permissions': [('plan_session', 'Mở, hủy buổi ngoài giờ và lịch lưu động')],
            },
        ),
        migrations.AddField(
            model_name='slot',
            name='session',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='slots', to='booking.session', verbose_name='buổi'),
        ),
        migrations.CreateModel(
            name='SessionWard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12, validators=[django.core.validators.RegexValidator('^(2021|2025):[0-9]{5}$', 'Mã phường, xã có dạng 2025:20353.')], verbose_name='mã phường, xã')),
                ('name', models.CharField(max_length=80, verbose_name='tên phường, xã')),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wards', to='booking.session', verbose_name='buổi')),
            ],
            options={
                'verbose_name': 'địa bàn của buổi',
                'verbose_name_plural': 'địa bàn của buổi',
            },
        ),
        migrations.CreateModel(
            name='SiteCalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='ngày')),
                ('kind', models.CharField(choices=[('HOLIDAY', 'nghỉ cả ngày'), ('HALF', 'làm nửa ngày'), ('WORKING', 'làm việc')], default='HOLIDAY', max_length=7, verbose_name='loại ngày')),
                ('like_weekday', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'thứ Hai'), (1, 'thứ Ba'), (2, 'thứ Tư'), (3, 'thứ Năm'), (4, 'thứ Sáu'), (5, 'thứ Bảy'), (6, 'Chủ nhật')], help_text='Cho ngày làm bù: thứ Bảy làm bù cho thứ Sáu thì chọn thứ Sáu. Để trống: theo đúng thứ.', null=True, verbose_name='làm theo lịch của')),
                ('works', models.CharField(blank=True, choices=[('MORNING', 'buổi sáng'), ('AFTERNOON', 'buổi chiều')], max_length=9, verbose_name='buổi làm việc')),
                ('note', models.CharField(help_text='Hiện trên trang đặt lịch, thí dụ: Nghỉ Quốc khánh.', max_length=80, verbose_name='lời ghi cho người dân')),
                ('is_expected', models.BooleanField(default=False, help_text='Chưa có thông báo chính thức; người dân thấy chữ “dự kiến”.', verbose_name='dự kiến')),
                ('site', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='calendar_days', to='booking.site', verbose_name='điểm thu nhận')),
            ],
            options={
                'verbose_name': 'ngày riêng của điểm',
                'verbose_name_plural': 'ngày riêng của điểm',
                'abstract': False,
            },
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(fields=['date', 'site'], name='sessions_by_date'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='session_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='session',
            constraint=models.CheckConstraint(condition=models.Q(('capacity__gte', 1), ('slot_minutes__gte', 5)), name='session_has_room_and_length'),
        ),
        migrations.AddConstraint(
            model_name='sessionward',
            constraint=models.UniqueConstraint(fields=('session', 'code'), name='a_ward_once_per_session'),
        ),
        migrations.AddConstraint(
            model_name='sitecalendarday',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'WORKING'), ('like_weekday', None), _connector='OR'), name='only_a_worked_sitecalendarday_is_like_a_weekday', violation_error_message='Chỉ ngày làm việc mới theo lịch của một thứ khác.'),
        ),
        migrations.AddConstraint(
            model_name='sitecalendarday',
            constraint=models.CheckConstraint(condition=models.Q(('like_weekday', None), ('like_weekday__lte', 6), _connector='OR'), name='a_sitecalendarday_is_like_one_of_seven_weekdays'),
        ),
        migrations.AddConstraint(
            model_name='sitecalendarday',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'HALF'), ('works__in', ('MORNING', 'AFTERNOON'))), models.Q(models.Q(('kind', 'HALF'), _negated=True), ('works', '')), _connector='OR'), name='a_half_sitecalendarday_names_the_half_that_is_worked', violation_error_message='Chọn buổi làm việc cho ngày làm nửa ngày, và chỉ cho ngày đó.'),
        ),
        migrations.AddConstraint(
            model_name='sitecalendarday',
            constraint=models.UniqueConstraint(fields=('site', 'date'), name='one_calendar_day_per_site_and_date', violation_error_message='Điểm này đã có dòng cho ngày đó. Sửa dòng đã có.'),
        ),
    ]
