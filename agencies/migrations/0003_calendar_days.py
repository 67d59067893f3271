import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agencies', '0002_units'),
    ]

    operations = [
        migrations.CreateModel(
            name='CalendarDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('date', models.DateField(verbose_name='ngày')),
                ('kind', models.CharField(choices=[('HOLIDAY', 'nghỉ cả ngày'), ('HALF', 'làm nửa ngày'), ('WORKING', 'làm việc')], default='HOLIDAY', max_length=7, verbose_name='loại ngày')),
                ('like_weekday', models.PositiveSmallIntegerField(blank=True, choices=[(0, 'thứ Hai'), (1, 'thứ Ba'), (2, 'thứ Tư'), (3, 'thứ Năm'), (4, 'thứ Sáu'), (5, 'thứ Bảy'), (6, 'Chủ nhật')], help_text='Cho ngày làm bù: thứ Bảy làm bù cho thứ Sáu thì chọn thứ Sáu. Để trống: theo đúng thứ.', null=True, verbose_name='làm theo lịch của')),
                ('works', models.CharField(blank=True, choices=[('MORNING', 'buổi sáng'), ('AFTERNOON', 'buổi chiều')], max_length=9, verbose_name='buổi làm việc')),
                ('note', models.CharField(help_text='Hiện trên trang đặt lịch, thí dụ: Nghỉ Quốc khánh.', max_length=80, verbose_name='lời ghi cho người dân')),
                ('is_expected', models.BooleanField(default=False, help_text='Chưa có thông báo chính thức; người dân thấy chữ “dự kiến”.', verbose_name='dự kiến')),
                ('origin', models.CharField(choices=[('LOADED', 'nạp sẵn'), ('OFFICE', 'cán bộ ghi')], default='OFFICE', editable=False, max_length=6, verbose_name='nguồn')),
                ('source', models.CharField(blank=True, max_length=120, verbose_name='căn cứ')),
                ('agency', models.ForeignKey(blank=True, help_text='Để trống: cả nước.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='calendar_days', to='agencies.agency', verbose_name='đơn vị')),
            ],
            options={
                'verbose_name': 'ngày nghỉ, làm bù',
                'verbose_name_plural': 'ngày nghỉ, làm bù',
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('kind', 'WORKING'), ('like_weekday', None), _connector='OR'), name='only_a_worked_calendarday_is_like_a_weekday', violation_error_message='Chỉ ngày làm việc mới theo lịch của một thứ khác.'), models.CheckConstraint(condition=models.Q(('like_weekday', None), ('like_weekday__lte', 6), _connector='OR'), name='a_calendarday_is_like_one_of_seven_weekdays'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'HALF'), ('works__in', ('MORNING', 'AFTERNOON'))), models.Q(models.Q(('kind', 'HALF'), _negated=True), ('works', '')), _connector='OR'), name='a_half_calendarday_names_the_half_that_is_worked', violation_error_message='Chọn buổi làm việc cho ngày làm nửa ngày, và chỉ cho ngày đó.'), models.UniqueConstraint(fields=('date', 'agency'), name='one_calendar_day_per_date_and_agency', nulls_distinct=False, violation_error_message='Ngày này đã có trong lịch. Sửa dòng đã có.'), models.CheckConstraint(condition=models.Q(('origin', 'OFFICE'), ('agency', None), _connector='OR'), name='only_the_country_has_loaded_days')],
            },
        ),
    ]
