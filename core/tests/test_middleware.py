"""Every request has an id of ours, in the log and in the answer."""

import logging

import pytest
from django.core.exceptions import BadRequest
from django.db import OperationalError
from django.http import HttpResponse

from core.errors import Forbidden
from core.logs import RequestIdFilter, request_id
from core.middleware import ReadableAddress, RefusalPages, RequestId


class TestRequestId:
    def test_is_another_one_each_time_and_never_the_callers(self, rf):
        seen = []
        middleware = RequestId(lambda _: HttpResponse(seen.append(request_id.get())))

        answers = [middleware(rf.get("/", headers={"X-Request-Id": "theirs"})) for _ in range(2)]

        assert [answer["X-Request-Id"] for answer in answers] == seen
        assert len({*seen, "theirs"}) == 3

    def test_is_forgotten_after_the_request_even_when_it_fails(self, rf):
        def fail(_):
            raise KeyError

        with pytest.raises(KeyError):
            RequestId(fail)(rf.get("/"))

        assert request_id.get() == "-"

    def test_is_put_into_each_line_of_the_log(self):
        record = logging.LogRecord("a", logging.INFO, "a.py", 1, "Hết chỗ", None, None)

        assert RequestIdFilter().filter(record)
        assert record.request_id == "-"


class TestReadableAddress:
    @pytest.mark.parametrize("address", ["/a%00b/", "/?a=%00", "/?%00=1", "/a/?b=1&c=x%00y"])
    def test_refuses_a_nul(self, rf, address):
        with pytest.raises(BadRequest):
            ReadableAddress(lambda _: HttpResponse())(rf.get(address))

    @pytest.mark.parametrize("address", ["/", "/%C3%A0/?a=%0A", "/?a=%2500"])
    def test_lets_all_else_pass(self, rf, address):
        assert ReadableAddress(lambda _: HttpResponse())(rf.get(address)).status_code == 200


class TestRefusalPages:
    def answer(self, rf, exception):
        return RefusalPages(lambda _: None).process_exception(rf.get("/"), exception)

    def test_says_a_refusal_in_its_own_words(self, rf):
        answer = self.answer(rf, Forbidden())

        assert answer.status_code == 403
        assert Forbidden.message in answer.content.decode()

    def test_asks_to_come_back_when_the_database_is_busy(self, rf):
        assert self.answer(rf, OperationalError()).status_code == 503

    def test_leaves_a_bug_to_whoever_reports_it(self, rf):
        assert self.answer(rf, ValueError()) is None
