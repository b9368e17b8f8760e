"""The registry: which media type is written how."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from mockserver import media
from mockserver.contract.document import Document

if TYPE_CHECKING:
    from mockserver.errors import MockserverError

SCHEMA = {"type": "object", "properties": {"SaleId": {"type": "integer"}}}
SHAPE = Document({"components": {"schemas": {"Request": SCHEMA}}}).component("Request")


@pytest.mark.parametrize(
    ("media_type", "family"),
    [
        ("application/json", "json"),
        ("text/json", "json"),
        ("Application/JSON; charset=utf-8", "json"),
        ("application/json-patch+json", "json"),
        ("application/merge-patch+json", "json"),
        ("application/problem+json", "json"),
        ("application/xml", "xml"),
        ("text/xml", "xml"),
        ("application/atom+xml", "xml"),
        ("application/x-www-form-urlencoded", "form"),
        ("text/plain", "text"),
        ("text/csv", "text"),
        ("application/octet-stream", None),
        ("multipart/form-data", None),
        ("json", None),
        ("text", None),
        ("", None),
    ],
)
def test_family(media_type: str, family: str | None) -> None:
    """The family is that of the subtype or of its suffix."""
    assert media.family(media_type) == family


@pytest.mark.parametrize(
    ("media_type", "body", "value"),
    [
        ("application/json", b'{"SaleId":703}', {"SaleId": 703}),
        ("application/merge-patch+json", b'{"SaleId":703}', {"SaleId": 703}),
        ("application/json-patch+json", b'[{"op":"remove"}]', [{"op": "remove"}]),
        ("application/x-www-form-urlencoded", b"SaleId=703", {"SaleId": "703"}),
        ("text/plain", "blåbær".encode(), "blåbær"),
    ],
)
def test_decode_and_encode(media_type: str, body: bytes, value: Any) -> None:
    """Each family is read and written in its own way."""
    assert media.decode(media_type, body, SHAPE) == value
    assert media.encode(media_type, value, SHAPE) == body


def test_xml_follows_the_shape() -> None:
    """XML is read and written as the shape says."""
    body = media.encode("text/xml; charset=utf-8", {"SaleId": 703}, SHAPE)
    assert body.endswith(b"<SaleId>703</SaleId></Request>")
    assert media.decode("text/xml", body, SHAPE) == {"SaleId": 703}


def test_text_of_other_values() -> None:
    """As text, a value that is none is written as JSON."""
    assert media.encode("text/plain", {"a": 1}) == b'{"a":1}'
    assert media.encode("text/plain", "\ud800") == b"?"


def test_charset() -> None:
    """Text is read by the charset of the header."""
    assert media.decode("text/plain", "å".encode("latin-1"), charset="latin-1") == "å"
    with pytest.raises(media.MalformedBody, match="the body is not text/plain: byte 0xe5 at offset 0 is not utf-8"):
        media.decode("text/plain", "å".encode("latin-1"))
    with pytest.raises(media.MalformedBody, match="the body is not text/plain: "):
        media.decode("text/plain", b"\xff\xfea")


def test_unsupported() -> None:
    """A media type that nobody can read is told by its name."""
    for use in (lambda: media.decode("image/png", b""), lambda: media.encode("image/png", "")):
        with pytest.raises(media.UnsupportedMediaType, match="the media type 'image/png' is not supported"):
            use()


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (
            media.MalformedBody("text/xml", "no element found", 1, 2),
            "the body is not text/xml: no element found (line 1, column 2)",
        ),
        (media.UnknownCharset("x"), "the charset 'x' is unknown; send utf-8"),
        (
            media.UnsupportedMediaType("a/b", ("c/d", "e/f")),
            "the media type 'a/b' is not supported; send one of c/d, e/f",
        ),
        (media.UnsupportedMediaType("a" * 99), f"the media type '{'a' * 59}…' is not supported"),
        (media.PatchFailed(3, "why"), "operation 3 of the patch cannot be applied: why"),
    ],
)
def test_errors_are_one_line(error: MockserverError, text: str) -> None:
    """Each error says in one line what is wrong and what to do."""
    assert str(error) == text


def test_importing_is_cheap() -> None:
    """Nobody loads a parser of XML, or the contract, by importing the room alone."""
    heavy = "{'lxml', 'defusedxml', 'jsonpatch', 'xml.etree', 'mockserver.media.xml', 'mockserver.contract'}"
    script = f"import sys, mockserver.media; sys.exit(', '.join({heavy} & set(sys.modules)) or 0)"
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr.strip()) == (0, "")
