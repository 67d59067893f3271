"""Every code of Zalo's papers by what its caller must do: written by hand, apart from the code's table."""

import pytest

from zalo import errors
from zalo.errors import Host, error_for

# One line a code, in the order of the contract: §1.3, §2, §3.7, §4.5, §5.
REFRESH, BACK_OFF, TOMORROW = errors.TokenRejected, errors.BackOff, errors.Tomorrow
MORNING, NEXT, HUMAN, BUG = errors.AfterQuietHours, errors.TryNextChannel, errors.NeedsHuman, errors.Bug
CONSENT, NEW_TOKEN = errors.NeedsConsent, errors.AskForNewToken
OAUTH = {
    -14002: HUMAN,  # no such app, or it is not switched on
    -14003: HUMAN,  # address of the callback
    -14004: HUMAN,  # secret
    -14005: CONSENT,  # code wrong, used or too old
    -14014: CONSENT,  # refresh token wrong, used or too old
    -14018: BUG,
    -118: CONSENT,
}
GRAPH = {
    452: NEW_TOKEN,
    210: NEW_TOKEN,
    110: NEW_TOKEN,
    111: NEW_TOKEN,
    112: HUMAN,  # app not linked with an OA
    100: BUG,
    2500: BUG,
    **dict.fromkeys(range(12000, 12011), BACK_OFF),
    -501: HUMAN,  # our address is not in Việt Nam
    -242: BUG,
    -1241: BUG,
    114: NEW_TOKEN,
    115: NEW_TOKEN,
    116: HUMAN,
    117: HUMAN,
    118: NEW_TOKEN,
    119: NEW_TOKEN,
    -32: BACK_OFF,
}
OPENAPI = {
    -32: BACK_OFF,
    -100: BACK_OFF,
    -200: BACK_OFF,
    -201: BUG,
    -204: HUMAN,
    -205: HUMAN,
    -209: HUMAN,
    -210: BUG,
    -211: TOMORROW,
    -212: HUMAN,
    -213: NEXT,
    -214: BACK_OFF,
    -216: REFRESH,
    -217: NEXT,
    -218: TOMORROW,
    -219: HUMAN,
    -220: REFRESH,
    -221: HUMAN,
    -224: HUMAN,
    -223: HUMAN,
    -227: NEXT,
    -230: NEXT,
    -232: NEXT,
    -233: BUG,
    -234: MORNING,
    -235: HUMAN,
    -237: BUG,
    -238: BUG,
    -241: BUG,
    -240: BUG,
    -242: BUG,
    -244: NEXT,
    -248: HUMAN,
    -249: NEXT,
    -320: HUMAN,
    -321: HUMAN,
    -403: BUG,
    -124: REFRESH,
    -501: HUMAN,
    # Of templates by UID, told by the other host's papers only.
    -1441: TOMORROW,
    -1472: TOMORROW,
    -1121: BUG,
    -131: HUMAN,
    -133: MORNING,
    -139: NEXT,
}
BUSINESS = {
    -100: BACK_OFF,
    -101: HUMAN,
    -102: HUMAN,
    -103: HUMAN,
    -104: HUMAN,
    -105: HUMAN,
    -106: BUG,
    -107: BUG,
    -108: NEXT,
    -109: BUG,
    -1091: BUG,
    -110: NEXT,
    -111: BUG,
    -112: BUG,
    -1121: BUG,
    -1122: BUG,
    -1123: BACK_OFF,
    -1124: BUG,
    -113: BUG,
    -1131: BUG,
    -114: NEXT,
    -115: HUMAN,
    -116: BUG,
    -117: HUMAN,
    -118: NEXT,
    -119: NEXT,
    -120: HUMAN,
    -121: BUG,
    -122: BUG,
    -123: BUG,
    -124: REFRESH,
    -1241: BUG,
    -125: HUMAN,
    -126: TOMORROW,
    -127: HUMAN,
    -131: HUMAN,
    -132: BUG,
    -133: MORNING,
    -135: HUMAN,
    -1351: HUMAN,
    -136: HUMAN,
    -137: HUMAN,
    -138: HUMAN,
    -1381: HUMAN,
    -139: NEXT,
    -140: NEXT,
    -141: NEXT,
    -142: BUG,
    -143: BUG,
    -144: TOMORROW,
    -1441: TOMORROW,
    -145: HUMAN,
    -146: HUMAN,
    -147: TOMORROW,
    -1471: TOMORROW,
    -1472: TOMORROW,
    -148: BUG,
    -149: BUG,
    -150: BUG,
    -151: BUG,
    -152: BUG,
    -153: BUG,
    -158: BUG,
    -159: BUG,
    -160: TOMORROW,
    -161: BUG,
    -162: BUG,
    -32: BACK_OFF,
    -216: REFRESH,
    -220: REFRESH,
    -234: MORNING,
    -501: HUMAN,
}
MINIAPP = {
    -102: HUMAN,  # the key
    -103: BACK_OFF,
    -109: TOMORROW,
    -110: NEXT,
    -111: NEXT,
    -113: HUMAN,  # our address is not on their list
    -114: HUMAN,  # the id of the Mini App
    -32: BACK_OFF,
}
TABLES = {
    Host.OAUTH: OAUTH,
    Host.GRAPH: GRAPH,
    Host.OPENAPI: OPENAPI,
    Host.BUSINESS: BUSINESS,
    Host.MINIAPP: MINIAPP,
}


class TestErrorFor:
    @pytest.mark.parametrize("host", Host)
    def test_sorts_every_code_by_what_the_caller_must_do(self, host):
        assert {code: type(error_for(host, code)) for code in TABLES[host]} == TABLES[host]

    @pytest.mark.parametrize("host", Host)
    def test_knows_no_code_that_is_not_in_the_table_above(self, host):
        of_templates = set(BUSINESS) if host is Host.OPENAPI else set()

        assert set(errors.CLASSES[host]) == set(TABLES[host]) | of_templates

    def test_finds_the_two_tables_of_one_host_of_one_mind(self):
        both = OPENAPI.keys() & BUSINESS.keys()

        assert {code for code in both if OPENAPI[code] is not BUSINESS[code]} == set()

    @pytest.mark.parametrize("host", Host)
    def test_backs_off_from_a_code_that_nobody_knows(self, host):
        assert type(error_for(host, -99_999)) is errors.BackOff

    def test_carries_zalos_number_and_keeps_zalos_words_out_of_the_log(self):
        error = error_for(Host.BUSINESS, -108, "Phone 84905123456 is invalid " + "x" * 500)

        assert error.code == -108
        assert str(error) == "TryNextChannel (-108)"
        assert len(error.provider_message) == 200
