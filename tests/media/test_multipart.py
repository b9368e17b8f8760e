from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media import MalformedBody
from mockserver.media.multipart import Part, decode

TYPE = "multipart/form-data; boundary=xyz"
DISPOSITION = b'Content-Disposition: form-data; name="'


def body(*parts: Part) -> bytes:
    """Return a body of *parts*, with the boundary xyz."""
    written = b""
    for name, content_type, text in parts:
        kind = f"Content-Type: {content_type}\r\n".encode() if content_type else b""
        written += b"--xyz\r\n" + DISPOSITION + name.encode() + b'"\r\n' + kind + b"\r\n" + text + b"\r\n"
    return written + b"--xyz--\r\n"


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters='"\\'), min_size=1)


@given(
    st.lists(
        st.builds(
            Part, NAMES, st.sampled_from(["", "image/png"]), st.binary().filter(lambda each: b"--xyz" not in each)
        )
    )
)
def test_parts(parts: list[Part]) -> None:
    """Whatever parts are sent, they come back in their order."""
    assert decode(TYPE, body(*parts)) == parts


def test_quoted_boundary_and_file_names() -> None:
    """Boundaries may be quoted, names of headers stand in any case, names of files do not matter."""
    sent = b'--a b\r\ncontent-disposition: form-data; filename="x;y.txt"; name=doc\r\n\r\nhi\r\n--a b--'
    assert decode('Multipart/Form-Data; Boundary="a b"', sent) == [Part("doc", "", b"hi")]


@pytest.mark.parametrize(
    ("content_type", "sent", "reason"),
    [
        ("multipart/form-data", body(), "no boundary"),
        ("", body(), "no boundary"),
        (TYPE, b"", "does not end with the boundary --xyz--"),
        (TYPE, b"garbage", "boundary"),
        (TYPE, b"--xyz\r\n" + DISPOSITION + b'a"\r\n\r\nhalf', "does not end with the boundary --xyz--"),
        (TYPE, b"--xyz\r\nContent-Type: text/plain\r\n\r\nx\r\n--xyz--", "part 0 has no name"),
        (TYPE, b"--xyz\r\nno header\r\n\r\nx\r\n--xyz--", "Found invalid character"),
        (f"multipart/form-data; boundary={'x' * 300}", body(), "oundary"),
    ],
)
def test_malformed(content_type: str, sent: bytes, reason: str) -> None:
    """What is no form in parts is an error that says why, and nothing goes to standard error."""
    with pytest.raises(MalformedBody, match=reason):
        decode(content_type, sent)
