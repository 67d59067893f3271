"""Files on their way in."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest
from django.test import RequestFactory

from core.uploads import LARGEST


def received(**files: bytes) -> HttpRequest:
    sent = {name: SimpleUploadedFile(f"{name}.jpg", content) for name, content in files.items()}
    return RequestFactory().post("/", {"kind": "x", **sent})


class TestInMemory:
    def test_keeps_a_file_of_the_largest_size_and_never_writes_one(self):
        content = bytes(range(256)) * (LARGEST // 256)

        file = received(file=content).FILES["file"]

        assert file.read() == content
        assert (file.size, file.name) == (LARGEST, "file.jpg")
        assert not hasattr(file, "temporary_file_path")

    def test_says_how_large_one_was_that_is_too_large_and_keeps_nothing_of_it(self):
        request = received(file=bytes(LARGEST + 5))

        assert request.FILES["file"].size == LARGEST + 5
        assert request.FILES["file"].read() == b""
        assert request.POST["kind"] == "x"

    def test_keeps_no_more_of_several_than_of_one(self):
        request = received(first=bytes(LARGEST - 10), second=bytes(100))

        assert len(request.FILES["first"].read()) == LARGEST - 10
        assert request.FILES["second"].read() == b""
        assert request.FILES["second"].size > LARGEST
