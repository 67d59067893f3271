"""What strangers send is drawn anew, or refused in words."""

import io
import subprocess
import sys
import zipfile
import zlib

import pytest
from PIL import Image
from pypdf import PdfReader

from core.errors import Invalid, Unavailable
from core.uploads import LARGEST
from dossiers import cleaning, redrawing
from dossiers.cleaning import clean
from dossiers.errors import FileTooLarge, FileTypeUnknown
from dossiers.tests import strangers_files as files
from dossiers.tests.strangers_files import LEFT, RIGHT, SECRET


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def at(image: Image.Image, side: str) -> tuple[int, ...]:
    """The colour near the middle of a side."""
    across, down = {"left": (1, 10), "right": (19, 10), "top": (10, 1), "foot": (10, 19)}[side]
    return image.getpixel((image.width * across // 20, image.height * down // 20))


def is_about(colour: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return all(abs(seen - meant) < 12 for seen, meant in zip(colour, wanted, strict=True))


def fault_of(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        clean(content)
    (error,) = refused.value.errors
    assert error.field == "file"
    assert error.message == cleaning.FAULTS[error.code]
    return error.code


class TestAPhotograph:
    def test_keeps_its_picture_and_loses_where_and_by_whom_it_was_taken(self):
        sent = files.photograph()
        assert SECRET in sent
        assert opened(sent).getexif().get_ifd(files.PLACE)

        cleaned = clean(sent)

        kept = opened(cleaned.content)
        assert (cleaned.media_type, cleaned.pages, kept.format) == ("image/jpeg", 1, "JPEG")
        assert kept.size == (480, 320)
        assert is_about(kept.getpixel((20, 160)), LEFT)
        assert is_about(kept.getpixel((460, 160)), RIGHT)
        assert not kept.getexif()
        assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert SECRET not in cleaned.content

    @pytest.mark.parametrize(
        ("orientation", "dark", "light"),
        [
            (1, "left", "right"),
            (2, "right", "left"),
            (3, "right", "left"),
            (4, "left", "right"),
            (5, "top", "foot"),
            (6, "top", "foot"),
            (7, "foot", "top"),
            (8, "foot", "top"),
            (99, "left", "right"),
        ],
    )
    def test_stands_upright(self, orientation, dark, light):
        kept = opened(clean(files.photograph(orientation=orientation)).content)

        assert is_about(at(kept, dark), LEFT)
        assert is_about(at(kept, light), RIGHT)

    def test_of_an_iphone_becomes_a_jpeg(self):
        kept = opened(clean(files.HEIC).content)

        assert (kept.format, kept.size) == ("JPEG", (96, 64))
        assert is_about(kept.getpixel((5, 30)), (0, 0, 128))
        assert not kept.getexif()

    def test_is_no_larger_than_can_be_read(self):
        kept = opened(clean(files.photograph(width=5000, height=2500)).content)

        assert kept.size == (3000, 1500)

    @pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
    def test_may_have_any_kind_of_colours(self, mode):
        kept = opened(clean(files.screenshot(mode=mode)).content).convert("RGB")

        assert sum(kept.getpixel((20, 160))) < sum(kept.getpixel((460, 160))) - 300

    def test_is_laid_on_white_where_it_is_transparent(self):
        nothing = files.saved(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG")

        assert is_about(opened(clean(nothing).content).getpixel((20, 20)), (255, 255, 255))

    def test_of_the_same_bytes_gives_the_same_bytes(self):
        assert clean(files.photograph()) == clean(files.photograph())
        assert len(clean(files.photograph()).sha256) == 64


class TestAFileInAFile:
    @pytest.mark.parametrize("picture", [files.photograph(), files.screenshot()], ids=["jpeg", "png"])
    @pytest.mark.parametrize(
        "tail", [files.archive(), b"<script>alert(1)</script>", files.pdf()], ids=["zip", "html", "pdf"]
    )
    def test_is_left_behind(self, picture, tail):
        assert zipfile.is_zipfile(io.BytesIO(picture + files.archive()))

        cleaned = clean(picture + tail)

        assert not zipfile.is_zipfile(io.BytesIO(cleaned.content))
        assert tail not in cleaned.content
        assert opened(cleaned.content).size == (480, 320)

    def test_is_left_behind_by_a_pdf_too(self):
        cleaned = clean(files.pdf() + files.archive())

        assert not zipfile.is_zipfile(io.BytesIO(cleaned.content))

    def test_of_many_frames_only_the_first_is_kept(self):
        frames = [Image.new("RGB", (60, 60), (shade, 0, 0)) for shade in range(200)]
        moving = files.saved(frames[0], "PNG", save_all=True, append_images=frames[1:])

        kept = opened(clean(moving).content)

        assert kept.getpixel((30, 30))[0] < 10


class TestAPdf:
    def test_becomes_pictures_of_its_pages(self):
        cleaned = clean(files.pdf(pages=3))

        assert (cleaned.media_type, cleaned.pages) == ("application/pdf", 3)
        pages = PdfReader(io.BytesIO(cleaned.content)).pages
        assert len(pages) == 3
        (drawn,) = pages[2].images
        assert drawn.image.size == (1429, 2000)
        assert is_about(drawn.image.getpixel((300, 1000)), LEFT)
        assert is_about(drawn.image.getpixel((1200, 1000)), RIGHT)

    def test_loses_scripts_programs_addresses_files_and_who_made_it(self):
        sent = files.armed_pdf()
        assert all(word in sent for word in (b"/JavaScript", b"/Launch", b"/URI", b"/EmbeddedFile", SECRET))

        reader = PdfReader(io.BytesIO(clean(sent).content))

        assert not reader.metadata
        assert set(reader.root_object) == {"/Type", "/Pages"}
        (page,) = reader.pages
        assert set(page) == {"/Type", "/Parent", "/MediaBox", "/Resources", "/Contents"}
        assert SECRET not in clean(sent).content

    def test_of_the_same_bytes_gives_the_same_bytes(self):
        assert clean(files.armed_pdf()).sha256 == clean(files.armed_pdf()).sha256

    def test_with_a_password_is_refused(self):
        assert fault_of(files.locked_pdf(password="mat khau")) == "locked"

    def test_that_only_forbids_printing_is_drawn(self):
        assert clean(files.locked_pdf(password="")).pages == 1

    def test_of_ten_pages_is_kept_and_of_more_refused(self):
        assert clean(files.pdf(pages=10)).pages == 10
        assert fault_of(files.pdf(pages=11)) == "too_many_pages"
        assert fault_of(files.pdf(pages=100)) == "too_many_pages"

    def test_with_a_page_of_a_kilometre_is_drawn_small(self):
        wide = clean(files.drawn_pdf(width=14_400 * 200, height=20_000))

        assert max(PdfReader(io.BytesIO(wide.content)).pages[0].images[0].image.size) <= 2001

    def test_with_a_picture_that_unpacks_to_ten_gigabytes_harms_nobody(self):
        cleaned = clean(files.pdf_with_a_huge_picture())

        assert cleaned.pages == 1
        assert len(cleaned.content) < 1_000_000


class TestRefuses:
    @pytest.mark.parametrize(
        "content",
        [
            files.saved(files.picture(), "GIF"),
            files.saved(files.picture(), "WEBP"),
            files.saved(files.picture(), "TIFF"),
            files.saved(files.picture(), "BMP"),
            b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
            b"<!doctype html><script>alert(1)</script>",
            files.archive(),
            b"MZ\x90\x00" + bytes(200),
            b"\x7fELF" + bytes(200),
            b"%!PS-Adobe-3.0",
            b"Xin chao",
            b"\x00\x00\x00\x1cftypisom" + bytes(200),
            b"<!--" + files.pdf() + b"-->",
        ],
        ids=[
            "gif",
            "webp",
            "tiff",
            "bmp",
            "svg",
            "html",
            "zip",
            "exe",
            "elf",
            "eps",
            "text",
            "video",
            "both",
        ],
    )
    def test_what_is_none_of_the_four_kinds_by_its_content(self, content):
        with pytest.raises(FileTypeUnknown):
            clean(content)

    def test_what_is_over_ten_megabytes(self):
        with pytest.raises(FileTooLarge):
            clean(files.photograph() + bytes(LARGEST))

    def test_nothing_at_all(self):
        assert fault_of(b"") == "empty"

    @pytest.mark.parametrize(
        "content",
        [
            files.photograph()[:3200],
            files.screenshot()[:800],
            files.HEIC[:600],
            files.pdf()[:60],
            b"%PDF-1.7\n" + bytes(500),
            b"\xff\xd8\xff\xe0" + bytes(500),
            b"\x89PNG\r\n\x1a\n" + bytes(500),
            files.screenshot().replace(b"IDAT", b"IDAX", 1),
        ],
        ids=["jpeg", "png", "heic", "pdf", "no-pdf", "no-jpeg", "no-png", "no-pixels"],
    )
    def test_what_is_cut_off_or_broken(self, content):
        assert fault_of(content) == "damaged"

    @pytest.mark.parametrize(
        "content",
        [files.png(30_000, 30_000, rows=3), files.png(9_000, 7_200, rows=7_200), files.huge_jpeg()],
        ids=["sparse", "whole", "jpeg"],
    )
    def test_a_bomb_of_pixels_before_it_goes_off(self, content):
        assert len(content) < 200_000
        assert fault_of(content) == "too_many_pixels"

    def test_a_bomb_of_text_in_a_picture(self):
        text = b"word\0\0" + zlib.compress(bytes(100_000_000), 9)

        assert fault_of(files.png(10, 10, rows=10, chunks=[(b"zTXt", text)])) == "damaged"

    def test_what_takes_too_long(self, monkeypatch):
        monkeypatch.setattr(cleaning, "SECONDS", 0.001)

        assert fault_of(files.photograph()) == "too_heavy"

    def test_to_work_on_more_files_at_once_than_there_is_memory_for(self, monkeypatch):
        monkeypatch.setattr(cleaning, "PATIENCE_SECONDS", 0.01)
        taken = [cleaning._places.acquire(blocking=False) for _ in range(cleaning.AT_ONCE)]
        try:
            with pytest.raises(Unavailable):
                clean(files.photograph())
        finally:
            for _ in filter(None, taken):
                cleaning._places.release()

        assert clean(files.photograph()).pages == 1


class TestTheProgram:
    def in_its_bounds(self, does: str) -> str:
        folder = str(cleaning.PROGRAM.parent)
        program = f"import sys; sys.path.insert(0, {folder!r}); import redrawing; redrawing._bind(); {does}"
        return subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-I", "-c", program], capture_output=True, text=True, check=False
        ).stderr

    def test_has_no_more_memory_than_it_may(self):
        assert self.in_its_bounds("bytearray(1 << 28)") == ""
        assert "MemoryError" in self.in_its_bounds("bytearray(1 << 30)")

    def test_writes_no_file(self, tmp_path):
        assert "OSError" in self.in_its_bounds(f"open({str(tmp_path / 'left')!r}, 'wb', 0).write(b'a')")

    def test_says_a_fault_for_each_that_has_words(self):
        assert redrawing.CPU_SECONDS < cleaning.SECONDS
        assert {"too_heavy", "damaged"} < set(cleaning.FAULTS)
