"""Files on their way in: they are kept in memory, touch no disk in the clear, and are never too many."""

import io
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

LARGEST = 10 * 1024 * 1024


class InMemory(FileUploadHandler):
    """Keep what a request brings, up to one largest file. What is beyond comes out empty and too large."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._room = LARGEST
        self._parts: list[bytes] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._parts = []

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - the framework's signature
        self._room -= len(raw_data)
        if self._room >= 0:
            self._parts.append(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        kept = self._room >= 0
        return InMemoryUploadedFile(
            file=io.BytesIO(b"".join(self._parts) if kept else b""),
            field_name=self.field_name,
            name=self.file_name or "",
            content_type=self.content_type,
            size=file_size if kept else max(file_size, LARGEST + 1),
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
