"""Content codings of request bodies (RFC 9110, section 8.4)."""

from __future__ import annotations

import zlib

from mockserver.server.refusal import Refused

# Both are told from the first bytes, and some clients name the one and send the other.
CODINGS = {"gzip": 47, "x-gzip": 47, "deflate": 47}
ACCEPTED = "gzip, deflate, identity"


def decoded(body: bytes, codings: str, at_most: int) -> bytes:
    """Return *body* without its *codings*, the value of ``Content-Encoding``.

    Raises Refused: 415 for an unknown coding, 400 for a body that is not coded so, 413 past *at_most* bytes.
    """
    for coding in reversed([each.strip().lower() for each in codings.split(",")]):
        if coding not in CODINGS and coding not in ("identity", ""):
            message = f"the content coding {coding!r} is not supported; send one of {ACCEPTED}"
            raise Refused(415, message, {"Accept-Encoding": ACCEPTED})
        if coding in CODINGS:
            body = _inflated(body, coding, at_most)
    return body


def _inflated(body: bytes, coding: str, at_most: int) -> bytes:
    whole = b""
    while body:
        # A body of gzip may have several members (RFC 1952, section 2.2).
        inflating = zlib.decompressobj(CODINGS[coding])
        try:
            whole += inflating.decompress(body, at_most + 1 - len(whole))
        except zlib.error as error:
            raise Refused(400, f"the body is not {coding}: {error}") from error
        if len(whole) > at_most:
            raise Refused(413, f"the request body is larger than {at_most} bytes when it is decoded")
        if not inflating.eof:
            raise Refused(400, f"the body is not {coding}: it is cut short")
        body = inflating.unused_data
    return whole
