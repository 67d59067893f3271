"""Files as strangers might send them, all made here; the people and places in them are invented."""

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Iterable

from PIL import Image, ImageDraw, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

SECRET = b"cua rieng toi 8f3a"
LATITUDE, PLACE = (15.0, 34.0, 26.4), 0x8825
LEFT, RIGHT = (20, 40, 120), (250, 250, 250)
# A picture of 96 x 64, dark on the left, with a camera's name and a place; no program of ours can write one.
HEIC = base64.b85decode(
    "0000SW^{RQXk}?*00000ZE0pPXk}?*ZE0a<0004(ZDn*}000000000XXk=`10000000000aA{+700000000000000000000G"
    "-+&aV*mgE07O6l0ssL300001y8r<I00000006`Q0ssI200Msi0RR9100000tN;K2IB98aW&i*H00062000$fZf0cy000000R"
    "RAKc4ILB0000LX>Mj^0ssI300IC2MR;ju000004sdC7Z2$lO00031007o$aB^?}006gXaAR)(004Msc4I>U18@KU0FVFx000"
    "0U@BsY%`1k+-4+CHT0RR|40Sp2E{{wIU00RJ!0009300RIXx&lC90096iLID8-Z~y=U0FVFx0{{R603M()fd!W8Nhz*w0vZe"
    "m00093$N&HX00=;000968L;=Baup&SJ000wXZ)|dIV{CW;0RRmE27mwn02FC+aAg1h000000AK(B06+i$01$9#cxeCt0009B"
    "2nYZG02gU+ZD9Za00000009621c3qr1ONa48fkK6W&i*H000004r63<V*mmG0RRC200DSyWMOmw006)!0k0E)fQCiLzyJJ!l"
    "vn-)8o#(~@Jj{%K5W1I!S-6qVyJPmmN)!e&jc=1opb>pR7mG0e4hafecU=ubF8GK1|TFVo_9T{jO)Zu8~4WWy@6r-(G~cvZ&"
    "5f<)Bk--SlMc!rgAzWB!3r>sE|)fxb8q-14hYWY)Z8s3COWhH1mCH%hlWqPN3y>PgV@=S7oY(j{lGFQov9+s1VSFaAq_F{~z"
    "P{c@K_E%W>n)Hn1d~y{Nl7rwL-vuzeH&000I>cxh$;08LE*DgXcg2mk{C4*&uH000R9001%p5&#1L000311^@tvB>)5f0003"
    "1002Ay0000<ZgypEbY)}!000C40RRF30006`000000ssX7000930043T0{{X50006-000001ONp900093004>r00000000jF"
    "00031001HY00031004vl000F5003+N00031000~S0003100A2S000U"
)


def picture(width: int = 480, height: int = 320, mode: str = "RGB") -> Image.Image:
    """A sheet that is dark on its left half and light on its right."""
    image = Image.new("RGB", (width, height), RIGHT)
    ImageDraw.Draw(image).rectangle((0, 0, width // 2 - 1, height), fill=LEFT)
    if mode == "I;16":
        grey = image.convert("L").tobytes()
        return Image.frombytes(mode, image.size, bytes(half for shade in grey for half in (shade, shade)))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def photograph(*, orientation: int = 1, **size: int) -> bytes:
    """A JPEG as a phone writes it: with the place, a comment, a packet of XMP and a profile of colours."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, SECRET.decode()
    exif[PLACE] = {1: "N", 2: LATITUDE, 3: "E", 4: (108.0, 28.0, 28.3)}
    return saved(
        picture(**size),
        "JPEG",
        exif=exif,
        comment=SECRET,
        xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>",
        icc_profile=b"\0" * 40 + SECRET + b"\0" * 88,
    )


def screenshot(mode: str = "RGB", **options: object) -> bytes:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET.decode(), zip=True)
    return saved(picture(mode=mode), "PNG", pnginfo=text, **options)


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("secret.txt", SECRET)
    return out.getvalue()


def png(width: int, height: int, rows: int, chunks: Iterable[tuple[bytes, bytes]] = ()) -> bytes:
    """A PNG that says it is so large, with that many empty rows in it, and chunks before them."""
    packer = zlib.compressobj(9)
    row = bytes(width + 1)
    pixels = b"".join([packer.compress(row) for _ in range(rows)]) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = [(b"IHDR", head), *chunks, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def huge_jpeg() -> bytes:
    """A small JPEG whose header says 65,000 by 65,000."""
    small = photograph()
    frame = small.index(b"\xff\xc0")
    return small[: frame + 5] + struct.pack(">HH", 65_000, 65_000) + small[frame + 9 :]


def pdf(pages: int = 1) -> bytes:
    return _written(_pages(pages))


def _pages(count: int) -> PdfWriter:
    sheets = [picture(200, 280) for _ in range(count)]
    scanned = saved(sheets[0], "PDF", save_all=True, append_images=sheets[1:])
    return PdfWriter(clone_from=PdfReader(io.BytesIO(scanned)))


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def locked_pdf(*, password: str) -> bytes:
    """A PDF that opens with `password`; without one it opens by itself, and only forbids printing."""
    writer = _pages(1)
    writer.encrypt(user_password=password, owner_password="chi chu moi biet", algorithm="AES-256")
    return _written(writer)


def armed_pdf() -> bytes:
    """A PDF with a script, a program to start, an address, a file inside, and data about who made it."""
    writer = _pages(1)
    said = SECRET.decode()
    writer.add_attachment("secret.txt", SECRET)
    writer.add_metadata({"/Author": said, "/Title": said})
    script = _action("JavaScript", JS=f"app.alert('{said}')")
    names = writer.root_object["/Names"]
    names[NameObject("/JavaScript")] = DictionaryObject(
        {NameObject("/Names"): ArrayObject([TextStringObject("first"), script])}
    )
    writer.root_object[NameObject("/OpenAction")] = _action("Launch", F="cmd.exe", P=said)
    page = writer.pages[0]
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    link = {"/Type": NameObject("/Annot"), "/Subtype": NameObject("/Link")}
    link |= {"/Rect": ArrayObject([NumberObject(n) for n in (0, 0, 200, 280)])}
    link |= {"/A": _action("URI", URI="https://la.example")}
    page[NameObject("/Annots")] = ArrayObject(
        [DictionaryObject({NameObject(name): value for name, value in link.items()})]
    )
    return _written(writer)


def _action(kind: str, **said: str) -> DictionaryObject:
    words = {NameObject(f"/{name}"): TextStringObject(text) for name, text in said.items()}
    return DictionaryObject({NameObject("/S"): NameObject(f"/{kind}"), **words})


def drawn_pdf(
    *, width: int, height: int, content: bytes = b"", resources: DictionaryObject | None = None
) -> bytes:
    """A PDF of one page of that size in points, drawn by these operators."""
    writer = PdfWriter()
    page = writer.add_blank_page(width, height)
    stream = DecodedStreamObject()
    stream.set_data(content)
    page[NameObject("/Contents")] = writer._add_object(stream)
    if resources is not None:
        page[NameObject("/Resources")] = resources
    return _written(writer)


def pdf_with_a_huge_picture() -> bytes:
    """A PDF of some kilobytes with a picture of 60,000 by 60,000 in it."""
    picture = DecodedStreamObject()
    picture.set_data(zlib.compress(bytes(60_000) * 2_000, 9))
    for name, value in (("Width", 60_000), ("Height", 60_000), ("BitsPerComponent", 8)):
        picture[NameObject(f"/{name}")] = NumberObject(value)
    picture[NameObject("/Type")] = NameObject("/XObject")
    picture[NameObject("/Subtype")] = NameObject("/Image")
    picture[NameObject("/ColorSpace")] = NameObject("/DeviceRGB")
    picture[NameObject("/Filter")] = NameObject("/FlateDecode")
    resources = DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/huge"): picture})})
    return drawn_pdf(width=200, height=200, content=b"q 200 0 0 200 0 0 cm /huge Do Q", resources=resources)
