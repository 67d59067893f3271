from django.urls import path

from accounts import views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="sign-in"),
    path("dang-nhap/ma/<uuid:challenge>/", views.sign_in_code, name="sign-in-code"),
    path("dang-xuat/", views.sign_out, name="sign-out"),
    path("nhan-tin/", views.choose_messages, name="choose-messages"),
    path("thong-bao-du-lieu/", views.notice, name="notice"),
]
