"""Why Zalo did not do what was asked, sorted by what the caller must do next.

These are not refusals of the office (`core.errors.DomainError`): Zalo's answers are not shown to citizens.
The one refusal here, `EventNotFailed`, is read by officers.
Codes are Zalo's own, and each of its hosts has its own table, because `-118` means three different things.
"""

from enum import StrEnum

from core.errors import DomainError


class ZaloError(Exception):
    """Zalo did not do what was asked. The subclass says what to do, `code` is Zalo's number for it.

    `code` is the HTTP status where Zalo sent no number, and 0 where there was no answer at all.
    `provider_message` is Zalo's English; it is kept out of `str()` so that it does not reach logs unread.
    """

    def __init__(self, code: int, provider_message: str = "") -> None:
        super().__init__(f"{type(self).__name__} ({code})")
        self.code = code
        self.provider_message = provider_message[:200]


class EventNotFailed(DomainError):
    code = "event_not_failed"
    message = "Sự kiện này không nằm trong số xử lý không được, hoặc vừa có người cho xử lý lại."


class TokenRejected(ZaloError):
    """The OA's access token is dead: refresh it and try once more."""


class AskForNewToken(ZaloError):
    """A citizen's token or code is wrong, used or too old: ask the Mini App for a new one, never retry."""


class BackOff(ZaloError):
    """Nothing was done: try again later."""


class OutcomeUnknown(ZaloError):
    """The request left and no answer came back: it may have been done."""


class Tomorrow(ZaloError):
    """A quota of the day is used up: try again tomorrow."""


class AfterQuietHours(ZaloError):
    """Not at night: try again when our quiet hours end."""


class TryNextChannel(ZaloError):
    """This person cannot be reached this way: try the next channel."""


class NeedsHuman(ZaloError):
    """Somebody must do something in Zalo's consoles; trying again does not help."""


class NeedsConsent(NeedsHuman):
    """The OA's grant is lost: an administrator of the OA must consent again."""


class Bug(ZaloError):
    """We sent what Zalo does not take: a programmer must look at it."""


class Host(StrEnum):
    """One of Zalo's hosts; the value is the setting that holds its address."""

    OAUTH = "ZALO_OAUTH_BASE"
    GRAPH = "ZALO_GRAPH_BASE"
    OPENAPI = "ZALO_OPENAPI_BASE"
    BUSINESS = "ZALO_BUSINESS_BASE"
    MINIAPP = "ZALO_MINIAPP_OPENAPI_BASE"


def error_for(host: Host, code: int, provider_message: str = "") -> ZaloError:
    """Return the error of one of Zalo's codes; an unknown one backs off, since nothing was done."""
    return CLASSES[host].get(code, BackOff)(code, provider_message)


def _by_code(table: dict[type[ZaloError], list[int]]) -> dict[int, type[ZaloError]]:
    return {code: error for error, codes in table.items() for code in codes}


# Of templates, whichever way they go; the codes of the host for phones.
_OF_TEMPLATES = _by_code(
    {
        TokenRejected: [-124, -216, -220],
        BackOff: [-32, -100, -1123],
        Tomorrow: [-126, -144, -147, -160, -1441, -1471, -1472],
        AfterQuietHours: [-133, -234],
        TryNextChannel: [-108, -110, -114, -118, -119, -139, -140, -141],
        NeedsHuman: [
            *range(-105, -100),  # app, its secret, its link with the OA
            *(-115, -117, -120, -125, -127, -131, -145, -146, -501),
            *(-135, -136, -137, -138, -1351, -1381),  # the OA's plan, its account, the app's rights
        ],
        Bug: [
            *(-106, -107, -109, -111, -112, -113, -116, -121, -122, -123, -132, -142, -143, -1091),
            *(-1121, -1122, -1124, -1131, -1241, -161, -162),
            *range(-153, -147),
            *(-158, -159),
        ],
    }
)
_OF_THE_CHAT = _by_code(
    {
        TokenRejected: [-216, -220, -124],
        BackOff: [-32, -100, -200, -214],
        Tomorrow: [-211, -218],
        AfterQuietHours: [-234, -133],
        TryNextChannel: [-213, -217, -227, -230, -232, -244, -249],
        NeedsHuman: [-204, -205, -209, -212, -219, -221, -223, -224, -235, -248, -320, -321, -501],
        Bug: [-201, -210, -233, -237, -238, -240, -241, -242, -403],
    }
)

CLASSES: dict[Host, dict[int, type[ZaloError]]] = {
    Host.OAUTH: _by_code(
        {
            NeedsConsent: [-14014, -118, -14005],
            NeedsHuman: [-14002, -14003, -14004],
            Bug: [-14018],
        }
    ),
    Host.GRAPH: _by_code(
        {
            AskForNewToken: [452, 210, 110, 111, 114, 115, 118, 119],
            BackOff: [-32, *range(12000, 12011)],
            NeedsHuman: [112, 116, 117, -501],
            Bug: [100, 2500, -242, -1241],
        }
    ),
    # Templates by UID are sent here: what is wrong with a template is not told by this host's papers, so
    # the other host's numbers are understood as well. The two tables disagree nowhere.
    Host.OPENAPI: _OF_TEMPLATES | _OF_THE_CHAT,
    Host.BUSINESS: _OF_TEMPLATES,
    Host.MINIAPP: _by_code(
        {
            BackOff: [-32, -103],
            Tomorrow: [-109],
            TryNextChannel: [-110, -111],
            NeedsHuman: [-102, -113, -114],
        }
    ),
}
