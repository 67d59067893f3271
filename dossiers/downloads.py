"""A paper of a citizen on its way to a browser that may see it, and to no cache."""

from django.http import HttpResponse

from dossiers.models import Attachment


def as_download(attachment: Attachment, content: bytes, *, inline: bool = False) -> HttpResponse:
    """The file, to be saved or, with `inline`, shown. We drew it; still it may do nothing."""
    where = "inline" if inline else "attachment"
    return HttpResponse(
        content,
        content_type=attachment.media_type,
        headers={
            "Content-Disposition": f'{where}; filename="{attachment.file_name}"',
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
