"""Two officers publish. The rule is shown to fail without its guards, then to hold with them."""

import threading
from datetime import date

import pytest

from accounts.tests.factories import EIGHT, OfficerFactory
from booking.tests.racing import without
from core.testing import run_together
from faq.models import Answer
from faq.services import publishing
from faq.tests.factories import AnswerFactory, QuestionFactory

pytestmark = pytest.mark.django_db(transaction=True)


class TestTwoAnswersOfOneQuestion:
    """Two officers publish at once: an answer from January on, and one from February on."""

    days = (date(2026, 1, 15), date(2026, 2, 15))
    guard = "one_published_answer_on_any_day"

    @pytest.fixture
    def reviewed(self) -> list[Answer]:
        question = QuestionFactory()
        facts = {"question": question, "state": Answer.State.REVIEWED, "reviewed_at": EIGHT}
        return [AnswerFactory(valid_from=date(2026, month, 1), **facts) for month in (1, 2)]

    @pytest.fixture
    def _unlocked(self, monkeypatch) -> None:
        """Whoever publishes has seen the answers of the question before the other has published."""
        both_have_read = threading.Barrier(2)
        overlapping = publishing._overlapping

        def read_together(answer: Answer) -> list[Answer]:
            found = overlapping(answer)
            both_have_read.wait(timeout=10)
            return found

        monkeypatch.setattr(publishing, "_overlapping", read_together)
        monkeypatch.setattr(publishing, "_hold", lambda answer: Answer.objects.get(pk=answer.pk))

    def publish(self, answers: list[Answer]) -> list[object]:
        head = OfficerFactory()
        return run_together(
            [lambda each=each: publishing.publish_answer(answer=each, by=head, now=EIGHT) for each in answers]
        )

    @pytest.mark.usefixtures("_unlocked")
    def test_without_the_guards_a_day_would_have_two(self, reviewed):
        """Keeps the tests below honest."""
        with without(Answer, self.guard):
            self.publish(reviewed)

            assert [Answer.objects.on(day).count() for day in self.days] == [1, 2]

    @pytest.mark.usefixtures("_unlocked")
    def test_are_never_both_published_for_a_day_by_the_database_alone(self, reviewed):
        refused = [outcome for outcome in self.publish(reviewed) if isinstance(outcome, Exception)]

        assert [self.guard in str(refusal) for refusal in refused] == [True]
        assert Answer.objects.filter(state=Answer.State.PUBLISHED).count() == 1

    def test_are_published_one_after_the_other(self, reviewed):
        outcomes = self.publish(reviewed)

        assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        assert [Answer.objects.on(day).count() for day in self.days] == [1, 1]
