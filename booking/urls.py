from django.urls import path, re_path

from booking.views import (
    changes,
    checking,
    dossier_lookup,
    dossiers,
    drafts,
    hours,
    joining,
    lookup,
    mine,
    places,
)

urlpatterns = [
    path("", places.home, name="home"),
    path("don-vi/<slug:slug>/", places.agency, name="agency"),
    path("don-vi/<slug:slug>/lich-cap-can-cuoc/", places.coming_sessions, name="schedule"),
    path("diem/<uuid:public_id>/", places.site, name="site"),
    re_path(
        r"^don-vi/(?P<slug>[-\w]+)/(?P<intent>chon-gio|som-nhat|dang-ky)/$", drafts.begin, name="draft-begin"
    ),
    path("dat-lich/ho-so/", dossiers.book, name="book-for-dossiers"),
    path("dat-lich/<uuid:public_id>/nguoi/", drafts.people, name="draft-people"),
    path("dat-lich/<uuid:public_id>/nguoi/<int:position>/", drafts.person, name="draft-person"),
    path("dat-lich/<uuid:public_id>/nguoi/<int:position>/bo/", drafts.drop_person, name="draft-drop"),
    path("dat-lich/<uuid:public_id>/gio/", hours.when, name="draft-when"),
    path("dat-lich/<uuid:public_id>/kiem-tra/", checking.check, name="draft-check"),
    path("dat-lich/<uuid:public_id>/ma/", checking.code, name="draft-code"),
    path("lich-hen/", mine.my_appointments, name="my-appointments"),
    path("lich-hen/gop/", joining.join_account, name="join-account"),
    path("lich-hen/<str:code>/", mine.ticket, name="ticket"),
    path("lich-hen/<str:code>/se-den/", changes.confirm, name="confirm"),
    path("lich-hen/<str:code>/doi/", changes.move, name="move"),
    path("lich-hen/<str:code>/huy/", changes.cancel, name="cancel"),
    re_path(
        r"^lich-hen/(?P<code>[A-Z0-9]+)/(?P<name>phieu\.pdf|phieu\.svg|phieu\.png|lich\.ics)$",
        mine.ticket_file,
        name="ticket-file",
    ),
    path("dang-ky/<uuid:public_id>/rut/", changes.withdraw, name="withdraw"),
    path("ho-so/<uuid:public_id>/rut/", dossiers.withdraw, name="dossier-withdraw"),
    path("ho-so/<uuid:public_id>/xoa/", dossier_lookup.erase_own, name="dossier-erase"),
    path("tra-cuu/ho-so/", dossier_lookup.look_up, name="dossier-look-up"),
    path("tra-cuu/ho-so/xem/", dossier_lookup.see, name="dossier-looked-up"),
    path("tra-cuu/ho-so/rut/", dossier_lookup.withdraw, name="dossier-looked-up-withdraw"),
    path("tra-cuu/ho-so/xoa/", dossier_lookup.erase, name="dossier-looked-up-erase"),
    path("tra-cuu/", lookup.look_up, name="look-up"),
]
