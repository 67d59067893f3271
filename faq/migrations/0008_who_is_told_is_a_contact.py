import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made anew: nobody has asked to be told yet."""

    dependencies = [
        ("accounts", "0008_proof_tries"),
        ("agencies", "0007_series_of_dossiers"),
        ("faq", "0007_what_officers_do_with_misses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="announcement",
            name="says",
            field=models.TextField(
                help_text="Viết được **đậm**, danh sách với dấu -, liên kết [chữ](https://…).",
                max_length=1600,
                verbose_name="nội dung",
            ),
        ),
        migrations.DeleteModel(name="Delivery"),
        migrations.DeleteModel(name="Subscription"),
        migrations.CreateModel(
            name="Subscription",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ward", models.CharField(blank=True, default="", max_length=12, verbose_name="phường, xã")),
                ("asked_at", models.DateTimeField(verbose_name="đăng ký lúc")),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="agencies.agency",
                        verbose_name="đơn vị",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subscriptions",
                        to="accounts.zalocontact",
                        verbose_name="liên hệ Zalo",
                    ),
                ),
            ],
            options={
                "verbose_name": "người đăng ký nhận thông báo",
                "verbose_name_plural": "người đăng ký nhận thông báo",
                "constraints": [
                    models.UniqueConstraint(fields=("agency", "contact"), name="one_subscription_per_person")
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("oa_id", models.CharField(max_length=30, verbose_name="mã Official Account")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("WAITING", "chờ gửi"),
                            ("TRIED", "đã chuyển, chưa rõ kết quả"),
                            ("SENT", "đã gửi"),
                            ("FAILED", "không gửi được"),
                            ("LEFT_OUT", "không gửi nữa"),
                        ],
                        default="WAITING",
                        max_length=8,
                        verbose_name="trạng thái",
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="gửi từ")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="số lần gửi")),
                ("tried_at", models.DateTimeField(blank=True, null=True, verbose_name="chuyển lúc")),
                (
                    "last_error",
                    models.CharField(blank=True, default="", max_length=80, verbose_name="lỗi gần nhất"),
                ),
                (
                    "announcement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="faq.announcement",
                        verbose_name="thông báo",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.zalocontact",
                        verbose_name="liên hệ Zalo",
                    ),
                ),
            ],
            options={
                "verbose_name": "lượt gửi thông báo",
                "verbose_name_plural": "lượt gửi thông báo",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "WAITING")),
                        fields=["due_at", "id"],
                        name="deliveries_waiting",
                    ),
                    models.Index(fields=["oa_id", "tried_at"], name="deliveries_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("announcement", "contact"), name="one_delivery_per_person_and_announcement"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["TRIED", "SENT"]), _negated=True),
                            ("tried_at__isnull", False),
                            _connector="OR",
                        ),
                        name="what_was_tried_has_its_time",
                    ),
                ],
            },
        ),
    ]
