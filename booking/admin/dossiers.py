from django.contrib import admin

from booking.services import dossiers
from dossiers.admin import DossierAdmin
from dossiers.models import Dossier

admin.site.unregister(Dossier)


@admin.register(Dossier)
class DossierWithPlaceAdmin(DossierAdmin):
    """The same pages; who ends a dossier there ends the place that was given for it."""

    refusing = staticmethod(dossiers.refuse)
    stopping = staticmethod(dossiers.stop)
