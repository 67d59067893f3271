from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "cccd_portal"
    verbose_name = "Cổng"
