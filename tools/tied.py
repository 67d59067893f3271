"""Become another Python program that ends when its parent does: `python -m tools.tied PARENT MODULE …`."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):  # it died before the kernel knew our wish
        sys.exit(1)
    os.execv(sys.executable, [sys.executable, "-m", *command])  # noqa: S606 - to become it is the purpose


if __name__ == "__main__":
    main()
