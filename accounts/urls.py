from django.urls import path

from accounts import views, zalo_views

urlpatterns = [
    path("dang-nhap/", views.sign_in, name="sign-in"),
    path("dang-nhap/ma/<uuid:challenge>/", views.sign_in_code, name="sign-in-code"),
    path("dang-nhap/zalo/", zalo_views.to_zalo, name="to-zalo"),
    path("dang-nhap/zalo/xong/", zalo_views.from_zalo, name="zalo-callback"),
    path("so-dien-thoai/", zalo_views.own_phone, name="own-phone"),
    path("so-dien-thoai/<uuid:challenge>/", zalo_views.own_phone_code, name="own-phone-code"),
    path("dang-xuat/", views.sign_out, name="sign-out"),
    path("nhan-tin/", views.choose_messages, name="choose-messages"),
    path("thong-bao-du-lieu/", views.notice, name="notice"),
]
