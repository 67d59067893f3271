from django.urls import path

from dossiers.views import attaching, beginning, case, checking, filling, guide, mine, scanning

urlpatterns = [
    path("don-vi/<slug:slug>/can-gi/", guide.guide, name="guide"),
    path("don-vi/<slug:slug>/khai-ho-so/", beginning.begin, name="declare-begin"),
    path("ho-so/", mine.my_dossiers, name="my-dossiers"),
    path("ho-so/<uuid:public_id>/", mine.dossier, name="dossier"),
    path("ho-so/<uuid:public_id>/khai/<int:number>/", filling.page, name="declare-page"),
    path("ho-so/<uuid:public_id>/luu/<int:number>/", filling.keep, name="declare-keep"),
    path("ho-so/<uuid:public_id>/quy-dinh-moi/", filling.new_law, name="declare-new-law"),
    path("ho-so/<uuid:public_id>/quet/", scanning.scan, name="declare-scan"),
    path("ho-so/<uuid:public_id>/giay-to/", attaching.papers, name="declare-papers"),
    path("ho-so/<uuid:public_id>/giay-to/<uuid:attachment_id>/", attaching.paper, name="declare-paper"),
    path(
        "ho-so/<uuid:public_id>/giay-to/<uuid:attachment_id>/bo/",
        attaching.remove,
        name="declare-paper-remove",
    ),
    path("ho-so/<uuid:public_id>/truong-hop/", case.case, name="declare-case"),
    path("ho-so/<uuid:public_id>/kiem-tra/", checking.check, name="declare-check"),
    path("ho-so/<uuid:public_id>/thong-bao.pdf", mine.letter_file, name="dossier-letter"),
    path("ho-so/<uuid:public_id>/to-khai.pdf", mine.form_file, name="dossier-form"),
]
