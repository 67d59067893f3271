"""Draws a stranger's file anew: what comes out looks like what came in, and has nothing else of it.

A program of its own. `dossiers.cleaning` starts it for each file, with little memory and time and without the
portal's secrets, because decoders are where break-ins begin. It knows nothing of the portal.

In: the file. Out: a line of JSON, then the new file. The line says `media_type` and `pages`, or the `fault`.
"""

import contextlib
import io
import json
import os
import resource
import sys
from dataclasses import dataclass

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

JPEG, PDF = "image/jpeg", "application/pdf"
HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
MOST_PIXELS = 64_000_000  # the finest cameras of phones write 50 million into 10 MB
LONGEST_SIDE = 3_000
MOST_PAGES = 10
LONGEST_SIDE_OF_PAGE = 2_000  # A4 at 170 dots an inch: small print stays readable
QUALITY = 85
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
MEMORY_BYTES = 1 << 30
CPU_SECONDS = 10


class Undrawable(Exception):
    """The file cannot be drawn; the first argument is the fault's code."""


@dataclass(frozen=True)
class Drawing:
    """A JPEG, or a PDF that has nothing but a picture on each page."""

    content: bytes
    media_type: str
    pages: int


def redraw(content: bytes) -> Drawing:
    """Draw a JPEG, PNG, HEIC or PDF anew, told apart by what is in it; what else is in it is left behind.

    :raises Undrawable: `empty`, `unknown_type`, `damaged`, `too_many_pixels`, `locked`, `too_many_pages`
    """
    if not content:
        raise Undrawable("empty")
    if content.startswith(b"%PDF-"):
        return _redraw_pages(content)
    kind = _kind_of_image(content)
    if kind is None:
        raise Undrawable("unknown_type")
    return Drawing(_jpeg(_picture(content, kind)), JPEG, 1)


def _kind_of_image(content: bytes) -> str | None:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[4:8] == b"ftyp" and content[8:12] in HEIF_BRANDS:
        return "HEIF"
    return None


def _picture(content: bytes, kind: str) -> Image.Image:
    """The first picture of the file, upright, on white, no larger than it must be to be read."""
    if kind == "HEIF":
        # Loads three libraries, which most files need not.
        from pi_heif import register_heif_opener

        register_heif_opener()
    try:
        image: Image.Image = Image.open(io.BytesIO(content), formats=[kind])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Undrawable("too_many_pixels") from bomb
    if image.width * image.height > MOST_PIXELS:
        raise Undrawable("too_many_pixels")
    turn = _turn(image)
    # A large JPEG is decoded at a half or a quarter of its size.
    image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    image.load()
    flat = _flat(image)
    flat.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # Comments and the like would be written again with the picture.
    flat.info.clear()
    return flat if turn is None else flat.transpose(turn)


def _turn(image: Image.Image) -> Image.Transpose | None:
    """How to hold the picture, as the camera says; what it says unreadably turns nothing."""
    orientation = 1
    with contextlib.suppress(Exception):
        orientation = image.getexif().get(0x0112, 1)
    return TURNS.get(orientation)


def _flat(image: Image.Image) -> Image.Image:
    """Grey or coloured, eight bits, without transparency."""
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("1", "L"):
        return image.convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    drawn = image.convert("RGBA")
    white = Image.new("RGB", drawn.size, "white")
    white.paste(drawn, mask=drawn.getchannel("A"))
    return white


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _redraw_pages(content: bytes) -> Drawing:
    with contextlib.closing(_open_pdf(content)) as document:
        if len(document) > MOST_PAGES:
            raise Undrawable("too_many_pages")
        if not len(document):
            raise Undrawable("damaged")
        document.init_forms()  # so that what was typed into a form is drawn; scripts are not even compiled in
        first, *others = [_draw_page(document, number) for number in range(len(document))]
    out = io.BytesIO()
    first.save(
        out,
        "PDF",
        save_all=True,
        append_images=others,
        resolution=LONGEST_SIDE_OF_PAGE / (297 / 25.4),
        quality=QUALITY,
        # Neither when nor by what it was made: the same file always gives the same bytes.
        title=None,
        creationDate=None,
        modDate=None,
    )
    return Drawing(out.getvalue(), PDF, 1 + len(others))


def _open_pdf(content: bytes) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        locked = error.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise Undrawable("locked" if locked else "damaged") from error


def _draw_page(document: pdfium.PdfDocument, number: int) -> Image.Image:
    """A page as a picture, by its longest side: a page of a kilometre is drawn as small as any other."""
    page = document[number]
    width, height = page.get_size()
    if min(width, height) <= 0:
        raise Undrawable("damaged")
    scale = LONGEST_SIDE_OF_PAGE / max(width, height)
    image: Image.Image = page.render(scale=scale).to_pil()
    return image.convert("RGB")


def _bind() -> None:
    """From here on this process has little memory and time, lets others go first, and writes no file."""
    os.nice(5)
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_CPU: CPU_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    if sys.platform == "darwin":  # a developer's machine; it refuses to bound the memory
        del limits[resource.RLIMIT_AS]
    for what, most in limits.items():
        resource.setrlimit(what, (most, most))


def main() -> None:
    _bind()
    said: dict[str, str | int]
    content = b""
    try:
        drawing = redraw(sys.stdin.buffer.read())
        said, content = {"media_type": drawing.media_type, "pages": drawing.pages}, drawing.content
    except Undrawable as error:
        said = {"fault": str(error)}
    except MemoryError:
        said = {"fault": "too_heavy"}
    except Exception as error:  # noqa: BLE001 - decoders stumble over broken files in every way
        said = {"fault": "damaged", "because": type(error).__name__}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
