import pytest

from zalo import errors
from zalo.errors import Host, error_for


class TestErrorFor:
    @pytest.mark.parametrize(
        ("host", "error", "codes"),
        [
            (Host.OAUTH, errors.NeedsConsent, [-14014]),
            (Host.GRAPH, errors.AskForNewToken, [452, 115, 118, 119]),
            (Host.GRAPH, errors.NeedsHuman, [-501]),
            (Host.OPENAPI, errors.TokenRejected, [-216, -220, -124]),
            (Host.OPENAPI, errors.BackOff, [-32, -100]),
            (Host.OPENAPI, errors.Tomorrow, [-211]),
            (Host.OPENAPI, errors.AfterQuietHours, [-234]),
            (Host.OPENAPI, errors.TryNextChannel, [-213, -217, -227, -230, -232, -244, -249]),
            (Host.OPENAPI, errors.NeedsHuman, [-204, -209, -212, -223, -320, -321]),
            (Host.OPENAPI, errors.Bug, [-201, -210, -233, -240, -242]),
            (Host.BUSINESS, errors.TokenRejected, [-124, -216, -220]),
            (Host.BUSINESS, errors.BackOff, [-32, -100]),
            (Host.BUSINESS, errors.Tomorrow, [-144, -147, -1441]),
            (Host.BUSINESS, errors.AfterQuietHours, [-133, -234]),
            (Host.BUSINESS, errors.TryNextChannel, [-108, -114, -118, -119, -139, -140, -141]),
            (
                Host.BUSINESS,
                errors.NeedsHuman,
                [*range(-105, -100), -115, -117, -120, -131, -135, -138, -146],
            ),
            (Host.BUSINESS, errors.Bug, [-109, -111, -112, -113, -121, -122, -132, -1121, -1122]),
        ],
    )
    def test_sorts_a_code_by_what_the_caller_must_do(self, host, error, codes):
        assert {code: type(error_for(host, code)) for code in codes} == dict.fromkeys(codes, error)

    @pytest.mark.parametrize("host", Host)
    def test_backs_off_from_a_code_that_nobody_knows(self, host):
        assert type(error_for(host, -99_999)) is errors.BackOff

    def test_carries_zalos_number_and_keeps_zalos_words_out_of_the_log(self):
        error = error_for(Host.BUSINESS, -108, "Phone 84905123456 is invalid " + "x" * 500)

        assert error.code == -108
        assert str(error) == "TryNextChannel (-108)"
        assert len(error.provider_message) == 200
