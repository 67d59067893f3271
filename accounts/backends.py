from django.contrib.auth.backends import ModelBackend

from accounts.models import Officer


class OfficerBackend(ModelBackend):
    """Passwords as Django checks them; whose session it is comes with their second factor in one query."""

    def get_user(self, user_id: int) -> Officer | None:
        rows = Officer.objects.select_related("second_factor").defer("second_factor__secret")
        officer = rows.filter(pk=user_id).first()
        return officer if officer and self.user_can_authenticate(officer) else None
