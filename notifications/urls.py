from django.urls import path

from notifications import views

urlpatterns = [
    path("tin-cua-toi/", views.my_messages, name="my-messages"),
    path("tin-cua-toi/<uuid:public_id>/mo/", views.open_message, name="open-message"),
]
