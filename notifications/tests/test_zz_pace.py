import time, threading
import pytest
from django.db import connection, connections
from notifications.tests.test_with_sandbox import *  # noqa
from notifications.tests.test_with_sandbox import _running

@pytest.mark.parametrize("who", ["follower","caller"])
@pytest.mark.parametrize("senders", [1, 4, 8])
@pytest.mark.parametrize("latency", [0, 50])
def test_pace_820(sandbox, agency, request, settings, who, senders, latency):
    settings.MESSAGE_SENDERS = senders
    sandbox.faults(latency_ms=latency)
    owe(agency, request.getfixturevalue(who), count=820)
    b=time.monotonic()
    r = send_due(now=FOUR)
    print("PACE", who, senders, latency, r, round(time.monotonic()-b,2))

for name in list(globals()):
    if name.startswith("Test"): del globals()[name]
