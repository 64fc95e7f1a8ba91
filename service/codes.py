"""Pictures of the codes that lead to guides: QR codes as SVG for screens and print, as PNG for chat groups (S09)."""

from __future__ import annotations

from io import BytesIO

import segno

#: Pixels (or units) per module; a poster scales the picture, a chat group does not.
_SCALE = 8
#: The quiet zone a reader needs around the code, in modules.
_BORDER = 4


def code_svg(address: str) -> bytes:
    """The QR code of an address as an SVG document. Error correction M: a poster may lose a corner."""
    return _drawn(address, "svg", xmldecl=False, svgclass=None, lineclass=None)


def code_png(address: str) -> bytes:
    """The same as a PNG picture."""
    return _drawn(address, "png")


def _drawn(address: str, kind: str, **options: object) -> bytes:
    out = BytesIO()
    segno.make_qr(address, error="m").save(out, kind=kind, scale=_SCALE, border=_BORDER, **options)
    return out.getvalue()
