"""Everything that somebody who takes published bytes apart would find."""

import io
import zipfile

import pikepdf


def published(data: bytes) -> bytes:
    """The bytes, and all that is compressed inside them."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [entry.filename.encode() for entry in archive.infolist()]
            return b"\n".join([data, *names, *(archive.read(entry) for entry in archive.infolist())])
    if data.startswith(b"%PDF"):
        with pikepdf.open(io.BytesIO(data)) as document:
            things = list(document.objects)
            streams = [_inflated(each) for each in things if isinstance(each, pikepdf.Stream)]
            return b"\n".join([data, *streams, *(each.unparse() for each in things)])
    return data


def _inflated(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:  # a photograph stays as it is
        return stream.read_raw_bytes()
