"""`python -m zalo.sandbox`: a stand-in Zalo on this machine, for demonstrations and tests."""

import os
import sys

import uvicorn

from zalo.sandbox.app import build
from zalo.sandbox.config import Config, NotStarted


def main() -> None:
    try:
        config = Config.from_environment(os.environ)
    except NotStarted as error:
        sys.exit(str(error))
    port = int(os.environ.get("SANDBOX_PORT") or 8001)
    sys.stdout.write(f"Zalo sandbox: http://127.0.0.1:{port}/\n")
    sys.stdout.flush()
    # No access log: addresses carry phone numbers.
    uvicorn.run(
        build(config),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        ws="none",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=1,
    )


if __name__ == "__main__":
    main()
