"""A good body written otherwise: as right, as wrong as can be mistaken for right, or what either may be made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mockserver.conformance.case import Expected

NAME = re.compile(rb'"(\w+)"(\s*:)')
FIRST_NAME = re.compile(rb'"(\w)(\w*)"\s*:')
TEXT = re.compile(rb">(\s*)([^<>\s][^<>]*)</")
TAG = re.compile(rb"<(\w+)([^<>]*>)")
# More characters than a parser reads at once, and more levels than any value has. A thousand are too many for many
# a good parser that calls itself, Python's among them.
LONG = 64 * 1024
DEEP = 200
ROOT = re.compile(rb"^(?:<\?xml.*?\?>\s*)?(<[^<>]*>)(.*)(</[^<>]*>)\s*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Spelling:
    """Another way to write a body that is an object; *says* is what is tried."""

    says: str
    spell: Callable[[bytes], bytes]
    expected: Expected = Expected.READING


Table = Mapping[str, tuple[Spelling, ...]]


def _with_member(text: bytes) -> Callable[[bytes], bytes]:
    """Return a change that adds *text* behind the last member of a JSON object."""
    return lambda body: body[:-1] + (b"," if body != b"{}" else b"") + text + b"}"


def _twice(body: bytes) -> bytes:
    return body[:-1] + b"," + body[1:] if body != b"{}" else body


def _cased(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    return lambda body: NAME.sub(lambda found: b'"' + change(found[1]) + b'"' + found[2], body)


def _camel(name: bytes) -> bytes:
    return name[:1].lower() + name[1:]


def _nested(body: bytes) -> bytes:
    return _with_member(b'"NoSuchMember": ' + b"[" * DEEP + b"]" * DEEP)(body)


def _escaped(body: bytes) -> bytes:
    return FIRST_NAME.sub(lambda found: b'"\\u%04x' % ord(found[1]) + found[2] + b'":', body, count=1)


def _inside(before: bytes, after: bytes = b"") -> Callable[[bytes], bytes]:
    """Return a change that writes *before* and *after* what the root element of XML holds."""
    return lambda body: ROOT.sub(lambda found: found[1] + before + found[2] + after + found[3], body)


GOOD: Table = MappingProxyType(
    {
        "json": (
            Spelling("blanks around it", lambda body: b" \r\n\t" + body + b"\n"),
            Spelling("names in camel case", _cased(_camel)),
            Spelling("names in capitals", _cased(bytes.upper)),
            Spelling("a member that nobody knows", _with_member(b'"NoSuchMember": "\xc3\xa6"')),
            Spelling("an object that nobody knows", _with_member(b'"NoSuchMember": {"": [true, null, 1e3]}')),
            Spelling("an escaped name", _escaped),
            Spelling(f"{LONG} blanks before it", lambda body: b" " * LONG + body),
            # RFC 8259, sections 4, 6, 8.1, 8.2 and 9: what a reader makes of these is its own matter.
            Spelling("each member twice", _twice, Expected.ANYTHING),
            Spelling("a byte order mark", lambda body: b"\xef\xbb\xbf" + body, Expected.ANYTHING),
            Spelling("half of a pair of surrogates", _with_member(rb'"NoSuchMember": "\ud800"'), Expected.ANYTHING),
            Spelling("the character 0", _with_member(rb'"NoSuchMember": "\u0000"'), Expected.ANYTHING),
            Spelling("a number beyond any float", _with_member(b'"NoSuchMember": 1e999'), Expected.ANYTHING),
            Spelling(f"{DEEP} levels", _nested, Expected.ANYTHING),
        ),
        "xml": (
            Spelling("no declaration", lambda body: ROOT.sub(rb"\1\2\3", body)),
            Spelling("blanks and a comment", _inside(b"\n  <!-- as people write it -->\n  ", b"\n")),
            Spelling("an element that nobody knows", _inside(b"", b"<NoSuchMember>1</NoSuchMember>")),
            Spelling("sections of text", lambda body: TEXT.sub(rb">\1<![CDATA[\2]]></", body)),
            Spelling(f"{LONG} blanks", _inside(b" " * LONG)),
            Spelling(f"{DEEP} levels", _inside(b"<a>" * DEEP, b"</a>" * DEEP), Expected.ANYTHING),
            Spelling("a namespace", lambda body: TAG.sub(rb'<\1 xmlns="urn:none"\2', body, count=1), Expected.ANYTHING),
            # Some parsers refuse it for safety, and it is well-formed.
            Spelling("a document type", lambda body: b"<!DOCTYPE any>" + ROOT.sub(rb"\1\2\3", body), Expected.ANYTHING),
        ),
        "form": (
            Spelling("a name that nobody knows", lambda body: body + b"&NoSuchMember=%C3%A6"),
            # Servers take the first, the last or both.
            Spelling("a name twice", lambda body: body + b"&" + body, Expected.ANYTHING),
        ),
    }
)
BROKEN: Table = MappingProxyType(
    {
        "json": (
            Spelling("a comma before the end", lambda body: body[:-1] + b",}"),
            Spelling("single quotes", lambda body: body.replace(b'"', b"'")),
            Spelling("names without quotes", lambda body: NAME.sub(rb"\1\2", body)),
            Spelling("a comment", lambda body: b"/* as people write it */" + body),
            Spelling("more after the end", lambda body: body + b"x"),
            Spelling("another one after it", lambda body: body + body),
            Spelling("NaN", _with_member(b'"NoSuchMember": NaN')),
        ),
        "xml": (
            Spelling("no text in any element", lambda body: TEXT.sub(rb">\1</", body)),
            Spelling("two roots", lambda body: body + b"<NoSuchMember/>"),
            Spelling("an entity that nobody declares", _inside(b"&nosuch;")),
            Spelling("an element that never ends", _inside(b"<NoSuchMember>")),
        ),
    }
)
