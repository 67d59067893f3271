"""The signed events of the contract, V6 to V9, byte for byte."""

from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A body, what signs it, and the header that must come of it."""

    app_id: str
    secret: str
    timestamp: str
    raw: bytes
    signature: str

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(int(self.timestamp) / 1000, tz=UTC)


APP_ID = "2334789304983807556"
OA_ID = "3674338702778449434"
SECRET = "OA_SECRET_KEY_0123456789"

V6 = Signed(
    app_id=APP_ID,
    secret=SECRET,
    timestamp="1787209817225",
    raw=(
        '{"app_id":"2334789304983807556","user_id_by_app":"552177279717587730",'
        '"event_name":"user_send_text","timestamp":"1787209817225","sender":{"id":"675059164343092785"},'
        '"recipient":{"id":"3674338702778449434"},"message":{"msg_id":"b2db3895fe26797f2030",'
        '"text":"Xin chào, tôi muốn hỏi lịch làm CCCD"}}'
    ).encode(),
    signature="mac=8dee9d2940025c2237ac75d2269a09794ff60e5cfba6124777b0d8a2c0e4f9a4",
)
V7 = Signed(
    app_id=APP_ID,
    secret=SECRET,
    timestamp="1787209817477",
    raw=(
        b'{"sender":{"id":"3674338702778449434"},"recipient":{"id":"84987654321"},'
        b'"event_name":"user_received_message","message":{"delivery_time":"1787209817000",'
        b'"msg_id":"a4d0243feee163bd3af2","tracking_id":"appt-1024-rem24h"},'
        b'"app_id":"2334789304983807556","timestamp":"1787209817477"}'
    ),
    signature="mac=b9de005f8f8902ad0b6f681f48ba248330b5bbd125b65e71b9d9ab3129c363a1",
)
V8 = Signed(
    app_id="123",
    secret="secret",
    timestamp="1700000000000",
    raw=(
        b'{"app_id":"123","event_name":"follow","oa_id":"456","follower":{"id":"789"},'
        b'"timestamp":"1700000000000"}'
    ),
    signature="mac=249b6adfb8b1556bda2e50fcd775e4b875bd45631056ca8d076a3fc50f6a9053",
)
# Of the Mini App: another signature, without a prefix; the time is a number.
V9 = Signed(
    app_id="1234567890123456789",
    secret="MINIAPP_API_KEY_0123",
    timestamp="1760000000000",
    raw=(
        b'{"event":"user.revoke.consent","appId":"1234567890123456789","userId":"3368637342326461234",'
        b'"timestamp":1760000000000}'
    ),
    signature="08662225aa0ce451e71bbeabce934d36412d2824b62e8bb587e6ba4b951cadc1",
)
