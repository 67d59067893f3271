"""The environment of a developer's machine: where it is kept, and the secrets it is made of.

`$LOCAL_DIR/services.env` holds everything `cccd_portal/settings.py` needs; settings read it without
overriding the real environment, so `manage.py` run by hand meets the same servers as `make run`.
"""

import base64
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from tools.errors import ToolFailed

ROOT = Path(__file__).resolve().parent.parent
ENV_FILE = "services.env"


def _fernet_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


# Made once for a LOCAL_DIR and kept: data encrypted yesterday must be readable today.
SECRETS: Mapping[str, Callable[[], str]] = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_ENCRYPTION_KEYS": _fernet_key,
    "INDEX_KEY": lambda: secrets.token_urlsafe(32),
    "ZALO_APP_SECRET": lambda: secrets.token_urlsafe(24),
    "ZALO_OA_WEBHOOK_SECRET": lambda: secrets.token_urlsafe(24),
    "ZALO_MINIAPP_API_KEY": lambda: secrets.token_urlsafe(24),
    "DEMO_PASSWORD": lambda: secrets.token_urlsafe(9),
    "POSTGRES_PASSWORD": lambda: secrets.token_urlsafe(24),
    "REDIS_PASSWORD": lambda: secrets.token_urlsafe(24),
}


def local_dir() -> Path:
    """The folder of this copy's private servers, secrets and built static files."""
    return Path(os.environ.get("LOCAL_DIR") or ROOT / ".local").resolve()


def port() -> int:
    return _port("PORT", default=8000)


def sandbox_port() -> int:
    return _port("SANDBOX_PORT", default=8001)


def _port(name: str, *, default: int) -> int:
    value = os.environ.get(name) or str(default)
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise ToolFailed(f"{name} must be a number from 1 to 65535")
    return int(value)


def demo_settings() -> dict[str, str]:
    """What makes a portal of this machine a demo: the sandbox is its Zalo, nothing throttles, no night."""
    zalo = f"http://127.0.0.1:{sandbox_port()}"
    portal = f"http://127.0.0.1:{port()}"
    return _zalo_at(zalo) | {
        "DEMO": "1",
        "HTTPS": "0",
        "PUBLIC_BASE_URL": portal,
        "PORTAL_WEBHOOK_URL": f"{portal}/webhooks/zalo/",
        "QUIET_HOURS": "0",
        "SANDBOX_BASE_URL": zalo,
        # As they would be registered in Zalo's console, compared to the letter.
        "SANDBOX_CALLBACKS": " ".join(
            portal + path for path in ("/dang-nhap/zalo/xong/", "/admin/agencies/zaloconnection/callback/")
        ),
        "THROTTLE_FACTOR": "100",
        "OTP_PAUSE_SECONDS": "0",
        "OTP_PER_DAY": "1000",
        "MESSAGES_PER_PERSON_A_DAY": "100",
        # The first office of the demo lends its Official Account to one-time codes and the Mini App.
        "ZALO_APP_OA_ID": "1604402779131415926",
        "ZALO_MINIAPP_ID": "1604402779131415927",
        "ZALO_OTP_OA_ID": "1604402779131415926",
        "ZALO_OTP_TEMPLATE_ID": "portal-otp",
    }


def test_settings() -> dict[str, str]:
    """What tests need: no throttle they did not ask for, no built static files, Zalo behind a closed door."""
    return _zalo_at("http://127.0.0.1:9") | {
        "DEMO": "1",
        "HTTPS": "0",
        # A thread of its own would not see what a test has not committed.
        "MESSAGE_SENDERS": "1",
        "EVENT_HANDLERS": "1",
        "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "THROTTLE_FACTOR": "0",
    }


def _zalo_at(address: str) -> dict[str, str]:
    hosts = ("OAUTH", "GRAPH", "OPENAPI", "BUSINESS", "MINIAPP_OPENAPI")
    return {"ZALO_APP_ID": "2334789304983807556"} | {f"ZALO_{host}_BASE": address for host in hosts}


def make_folder(folder: Path) -> None:
    """Make `folder` for this user only.

    :raises ToolFailed: it belongs to somebody else
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ToolFailed(
            f"{folder} cannot be made ({error.strerror}): set LOCAL_DIR to another folder"
        ) from error
    if not os.access(folder, os.W_OK) or (os.geteuid() != 0 and folder.stat().st_uid != os.geteuid()):
        raise ToolFailed(f"{folder} belongs to another user: set LOCAL_DIR to a folder of your own")


def read_env(folder: Path) -> dict[str, str]:
    """What `folder`'s services.env says; nothing when there is none."""
    path = folder / ENV_FILE
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def write_env(folder: Path, values: Mapping[str, str]) -> None:
    """Replace `folder`'s services.env in one step, readable by its owner only."""
    path = folder / ENV_FILE
    fresh = path.with_suffix(f".{os.getpid()}")
    fresh.unlink(missing_ok=True)
    text = "# Written by tools.services for this machine only. Delete the whole folder to start afresh.\n"
    text += "".join(f"{name}={values[name]}\n" for name in sorted(values))
    with os.fdopen(
        os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    fresh.replace(path)


def keep_secrets(folder: Path) -> dict[str, str]:
    """The secrets of `folder`, made on first use."""
    known = read_env(folder)
    kept = {name: known.get(name) or make() for name, make in SECRETS.items()}
    # Whoever names the demo's password names it for the commands run by hand as well.
    kept["DEMO_PASSWORD"] = os.environ.get("DEMO_PASSWORD") or kept["DEMO_PASSWORD"]
    if any(known.get(name) != value for name, value in kept.items()):
        write_env(folder, known | kept)
    return kept
