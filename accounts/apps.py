from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "Tài khoản"

    def ready(self) -> None:
        """Make the bearer scheme known to the generated schema."""
        import accounts.api.schema  # noqa: F401 - registers itself when imported
