"""What citizens ask by the API and on the pages."""

import json
import re
from datetime import date

import pytest
from django.urls import reverse

from agencies.models import Agency
from agencies.tests.factories import AgencyFactory
from booking.tests.factories import NOW
from faq.markdown import to_html, to_text
from faq.models import Answer, Feedback, Miss
from faq.services.loading import load_faq
from faq.tests.factories import AnswerFactory

pytestmark = pytest.mark.django_db
ASK = "/api/v1/faq/ask/"


@pytest.fixture
def office() -> Agency:
    load_faq(now=NOW)
    return AgencyFactory(name="Công an phường Mai", hotline="02353811113")


def ask(client, office: Agency, text: str, **more):
    return client.post(ASK, {"agency": office.slug, "text": text, **more}, content_type="application/json")


class TestApi:
    def test_topics_in_their_order(self, client, office):
        topics = client.get("/api/v1/faq/topics/", {"agency": office.slug}).json()

        assert topics[0]["key"] == "who"
        assert len(topics) == 15

    def test_questions_of_a_topic(self, client, office):
        found = client.get("/api/v1/faq/questions/", {"agency": office.slug, "topic": "fees"}).json()

        assert {"le_phi", "mien_le_phi"} <= {one["key"] for one in found}
        assert {one["topic"] for one in found} == {"fees"}
        assert set(found[0]) >= {"key", "question", "answer", "topic", "law_basis", "confirmed"}

    def test_questions_by_words(self, client, office):
        found = client.get(
            "/api/v1/faq/questions/", {"agency": office.slug, "q": "mat the lam lai sao"}
        ).json()

        assert found[0]["key"] == "mat_the"
        assert len(found) <= 10

    def test_an_agency_is_needed(self, client, office):
        assert client.get("/api/v1/faq/questions/").status_code == 400
        assert client.get("/api/v1/faq/questions/", {"agency": "khong-co"}).status_code == 404

    def test_a_text_is_answered(self, client, office):
        said = ask(client, office, "le phi lam cccd bao nhieu").json()

        assert said["kind"] == "answer"
        assert said["answer"]["key"] == said["choices"][0]["key"] == "le_phi"

    def test_a_conversation_goes_on(self, client, office):
        first = ask(client, office, "alo").json()["conversation"]

        assert ask(client, office, "alo", conversation=first).json()["conversation"] == first

    def test_an_unsure_text_is_answered_with_choices(self, client, office):
        said = ask(client, office, "làm thẻ").json()

        assert said["kind"] == "choices"
        assert said["answer"] is None
        assert 1 <= len(said["choices"]) <= 3

    def test_choices_that_differ_by_one_fact_come_with_the_question_for_it(self, client, office):
        said = ask(client, office, "làm căn cước cho con").json()

        assert (said["kind"], said["notice"]) == ("choices", "Làm thẻ cho người mấy tuổi?")
        assert {"Dưới 6 tuổi", "Từ 6 đến 13 tuổi"} <= {choice["label"] for choice in said["choices"]}

    def test_what_is_not_ours_is_unknown(self, client, office):
        said = ask(client, office, "làm hộ chiếu mất bao lâu").json()

        assert (said["kind"], said["answer"], said["choices"]) == ("unknown", None, [])
        assert "Chưa rõ" in said["notice"]
        assert Miss.objects.get().agency == office

    def test_who_is_in_danger_hears_of_113(self, client, office):
        assert "113" in ask(client, office, "cứu tôi với").json()["notice"]

    def test_who_complains_hears_of_the_lawful_channel(self, client, office):
        said = ask(client, office, "tôi tố cáo cán bộ đòi tiền").json()

        assert "tiếp công dân" in said["notice"]
        assert "đòi tiền" not in said["notice"]

    @pytest.mark.parametrize(
        "body",
        [
            {"text": "alo"},
            {"agency": "khong-co", "text": "alo"},
            {"text": 5},
            {"text": ""},
            {"text": "a" * 2001},
            {"text": "alo", "conversation": "x"},
        ],
    )
    def test_a_wrong_field_is_named(self, client, office, body):
        answer = client.post(
            ASK,
            {"agency": office.slug, **body} if body != {"text": "alo"} else body,
            content_type="application/json",
        )

        assert answer.status_code == 422
        assert answer.json()["errors"]
        assert not Miss.objects.exists()

    def test_an_opinion_is_kept_without_figures(self, client, office):
        answer = client.post(
            "/api/v1/faq/questions/le_phi/feedback/",
            {"helpful": False, "comment": "gọi 0905123456", "agency": office.slug},
            content_type="application/json",
        )

        assert answer.status_code == 204
        given = Feedback.objects.get()
        assert (given.is_helpful, given.comment, given.agency) == (False, "gọi …", office)

    def test_an_opinion_of_no_question_is_not_found(self, client, office):
        answer = client.post(
            "/api/v1/faq/questions/khong-co/feedback/", {"helpful": True}, content_type="application/json"
        )

        assert answer.status_code == 404


class TestPages:
    def test_the_list_leads_to_every_question(self, client, office):
        page = client.get(reverse("questions", args=[office.slug])).content.decode()

        for key in Answer.objects.on(date(2026, 11, 23)).values_list("question__key", flat=True)[:10]:
            assert reverse("question", args=[office.slug, key]) in page

    def test_words_are_searched_without_a_script(self, client, office):
        page = client.get(reverse("questions", args=[office.slug]), {"q": "mất thẻ làm lại sao"})

        assert page.context["found"][0].key == "mat_the"

    def test_the_fact_that_is_open_is_asked_for(self, client, office):
        address = reverse("questions", args=[office.slug])
        page = client.get(address, {"q": "làm căn cước cho con"}).content.decode()

        assert "Làm thẻ cho người mấy tuổi?" in page
        assert f'<a href="{reverse("question", args=[office.slug, "duoi_6"])}">Dưới 6 tuổi</a>' in page

    def test_what_is_found_is_had_alone_while_typing(self, client, office):
        words = {"q": "mất thẻ làm lại sao"}
        address = reverse("questions", args=[office.slug])
        part = client.get(address, {**words, "only": "found"}).content.decode()

        assert "<html" not in part
        assert part.strip() in client.get(address, words).content.decode()

    def test_words_in_the_page_are_words(self, client, office):
        page = client.get(reverse("questions", args=[office.slug]), {"q": "<b>x</b>"}).content.decode()

        assert "<b>x</b>" not in page

    def test_danger_is_told_where_to_call(self, client, office):
        page = client.get(reverse("questions", args=[office.slug]), {"q": "cứu tôi với"}).content.decode()

        assert "113" in page

    def test_a_question_has_its_address_and_structured_data(self, client, office):
        page = client.get(reverse("question", args=[office.slug, "tra_cuu"]))

        assert page.status_code == 200
        text = page.content.decode()
        data = json.loads(
            re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)[1]
        )
        assert data["@type"] == "FAQPage"
        assert data["mainEntity"][0]["name"] == "Tra cứu hồ sơ, xem thẻ xong chưa ở đâu?"
        assert "{{" not in text
        assert "Cần xác nhận tại đơn vị" in text

    def test_structured_data_cannot_end_its_element(self, client, office):
        answer = AnswerFactory(published=True, says="Xem </script><script>alert(1)</script>.")

        text = client.get(reverse("question", args=[office.slug, answer.question.key])).content.decode()

        assert "<script>alert" not in text

    def test_a_question_not_answered_here_is_not_found(self, client, office):
        office.law_date = date(2021, 4, 20)
        office.save()

        assert client.get(reverse("question", args=[office.slug, "sap_nhap_so"])).status_code == 404

    def test_an_opinion_is_thanked_for(self, client, office):
        address = reverse("question", args=[office.slug, "le_phi"])

        page = client.post(address, {"helpful": "co"}, follow=True)

        assert "Cảm ơn" in page.content.decode()
        assert Feedback.objects.get().is_helpful

    def test_an_opinion_without_a_choice_is_refused(self, client, office):
        page = client.post(reverse("question", args=[office.slug, "le_phi"]), {"comment": "x"})

        assert page.status_code == 422
        assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**Đậm** và thường", "<p><strong>Đậm</strong> và thường</p>"),
        ("- một\n- hai", "<ul>\n<li>một</li>\n<li>hai</li>\n</ul>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[xấu](javascript:alert(1))", "<p>[xấu](javascript:alert(1))</p>"),
        ("[http](http://x.vn)", '<p><a rel="noopener">http</a></p>'),
        ("# Đầu đề", "<p># Đầu đề</p>"),
        ("![ảnh](https://x.vn/a.png)", '<p>!<a href="https://x.vn/a.png" rel="noopener">ảnh</a></p>'),
    ],
)
def test_only_the_little_markdown_becomes_html(text: str, shown: str):
    assert to_html(text) == shown


def test_a_chat_reads_plain_text():
    said = "**Mang theo:**\n\n- thẻ cũ\n- [giấy hẹn](https://x.vn/a?b=1&c=2)\n\nA < B"

    assert to_text(said) == "Mang theo:\n- thẻ cũ\n- giấy hẹn (https://x.vn/a?b=1&c=2)\nA < B"
