"""What becomes of a file before it is kept: it is drawn anew, in a process that may break down alone."""

import hashlib
import json
import logging
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from core.errors import FieldError, Invalid, Unavailable
from core.uploads import LARGEST
from dossiers.errors import FileTooLarge, FileTypeUnknown

log = logging.getLogger(__name__)
PROGRAM = Path(__file__).with_name("redrawing.py")
SECONDS = 40
# In one process of the portal: two files of the worst kind take 2 GB between them.
AT_ONCE = 2
PATIENCE_SECONDS = 15
FAULTS = {
    "empty": "Tệp không có nội dung. Chọn lại tệp.",
    "damaged": "Không mở được tệp này: tệp hỏng hoặc tải lên chưa hết. Chụp lại hoặc chọn tệp khác.",
    "too_many_pixels": "Ảnh quá lớn (trên 64 triệu điểm ảnh). Chụp lại với cỡ ảnh nhỏ hơn.",
    "too_many_pages": "Tệp PDF có quá 10 trang. Chỉ gửi các trang cần thiết.",
    "locked": "Tệp PDF có mật khẩu. Bỏ mật khẩu hoặc chụp ảnh giấy tờ rồi gửi lại.",
    "too_heavy": "Tệp này quá nặng để xử lý. Chụp ảnh giấy tờ rồi gửi lại.",
}
_places = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Cleaned:
    """A JPEG or a PDF of pictures, drawn by us; `sha256` is of `content`."""

    content: bytes
    media_type: str
    pages: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def content_of(file: UploadedFile) -> bytes:
    """What was handed in; of what was too large, nothing was kept (`core.uploads`).

    :raises FileTooLarge: over 10 MB
    """
    if (file.size or 0) > LARGEST:
        raise FileTooLarge
    return file.read()


def clean(content: bytes) -> Cleaned:
    """Give a file that looks like this one and carries nothing else: no place, no script, no second file.

    :raises FileTooLarge: over 10 MB
    :raises FileTypeUnknown: not a JPEG, PNG, HEIC or PDF, whatever it is called
    :raises Invalid: the field `file` is empty, damaged, locked, or too much to draw
    :raises Unavailable: too many files at this moment
    """
    if len(content) > LARGEST:
        raise FileTooLarge
    if not _places.acquire(timeout=PATIENCE_SECONDS):
        raise Unavailable
    try:
        said, drawn = _redraw(content)
    finally:
        _places.release()
    if "fault" in said:
        raise _refusal(said["fault"])
    return Cleaned(drawn, said["media_type"], said["pages"])


def _redraw(content: bytes) -> tuple[dict[str, Any], bytes]:
    """What the program says and draws. If it breaks down or takes too long, the file was too heavy."""
    try:
        done = subprocess.run(  # noqa: S603 - our own program; nothing of the file's is in the command
            [sys.executable, "-I", str(PROGRAM)],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            cwd="/",
            env={},  # no secret of the portal's within reach of a decoder
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as broken:
        log.warning("A file broke the drawing: %s", getattr(broken, "returncode", "too slow"))
        return {"fault": "too_heavy"}, b""
    head, _, drawn = done.stdout.partition(b"\n")
    return json.loads(head), drawn


def _refusal(fault: str) -> Exception:
    if fault == "unknown_type":
        return FileTypeUnknown()
    return Invalid(errors=[FieldError("file", fault, FAULTS[fault])])
