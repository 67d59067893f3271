"""What somebody with a phone finds by asking in own words."""

import json
import re

import pytest
from django.utils import timezone

from cccd_portal.tests.browser.ways import once, with_script
from faq.models import Feedback
from faq.services.loading import load_faq

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _shipped(transactional_db):
    load_faq(now=timezone.now())


@with_script
def test_answers_are_found_while_typing(arrive, picks):
    visitor = arrive()
    visitor.open(f"/don-vi/{picks.slug}/hoi-dap/")

    visitor.page.get_by_label("Ông/bà muốn hỏi gì?").press_sequentially("the bi loi")
    assert visitor.sees("Thẻ của ông/bà bị sao?")
    assert visitor.page.locator("#found a[href$='/mat_the/']").count() == 1

    visitor.page.keyboard.press("Tab")  # the button
    visitor.page.keyboard.press("Tab")  # the first that was found
    assert visitor.page.evaluate("document.activeElement.closest('#found') !== null")
    visitor.look("found-while-typing")
    visitor.press("Bị mất")
    assert visitor.heading == "Mất thẻ thì làm lại thế nào?"


@with_script
def test_an_answer_is_read_and_said_to_help(arrive, picks):
    """The page says the same without scripts."""
    visitor = arrive()
    visitor.open(f"/don-vi/{picks.slug}/")
    visitor.press("Hỏi đáp")
    visitor.look("questions")

    visitor.page.get_by_label("Ông/bà muốn hỏi gì?").fill("lam cccd het bao nhieu tien")
    visitor.press("Tìm câu trả lời")
    visitor.follow(visitor.page.locator("#found a").first)
    visitor.look("question")

    visitor.press("Có ích")
    assert visitor.sees("Cảm ơn ông/bà.")
    assert Feedback.objects.get().is_helpful


@once
def test_machines_read_a_question_and_the_policy_has_nothing_against_it(arrive, picks):
    visitor = arrive()
    visitor.open(f"/don-vi/{picks.slug}/hoi-dap/mat_the/")

    text = re.search(r'<script type="application/ld\+json">(.*?)</script>', visitor.page.content(), re.DOTALL)
    assert json.loads(text[1])["mainEntity"][0]["name"] == visitor.heading
    assert visitor.complaints == []
