from typing import Any

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.management import create_permissions
from django.db.models.signals import post_migrate  # noqa: TID251 - the one of ours; see `keep_roles`


class PortalConfig(AppConfig):
    name = "cccd_portal"
    verbose_name = "Cổng"

    def ready(self) -> None:
        post_migrate.connect(keep_roles, sender=_last_to_migrate())


class OfficersSideConfig(AdminConfig):
    """Django's admin, entered by the officers' own site: `admin.site` is what modules register on."""

    default_site = "cccd_portal.admin_site.OfficersSite"


def _last_to_migrate() -> AppConfig:
    return [config for config in apps.get_app_configs() if config.models_module is not None][-1]


def keep_roles(**_: Any) -> None:
    """Bring the groups in step with `cccd_portal.roles` once all tables are there.

    The single signal of the house: nothing else runs after every migration, in tests as well.
    """
    from accounts.services.officers import sync_roles
    from cccd_portal.roles import GRANTS

    for config in apps.get_app_configs():  # Django makes the rights of the last room only after this
        create_permissions(config, verbosity=0)
    sync_roles(GRANTS)
