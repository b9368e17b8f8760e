"""What the operation takes: seven media types, any charset, and every reason for a no."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

Ask = Callable[..., httpx.Response]

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PATCH = "application/json-patch+json"
MERGE = "application/merge-patch+json"
XML = "<CreateDefaultReOpenAppointmentRequest><{0}>703</{0}></CreateDefaultReOpenAppointmentRequest>"
BILLION_LAUGHS = """<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;&l;&l;&l;&l;&l;&l;">]>
<CreateDefaultReOpenAppointmentRequest><SaleId>&m;</SaleId></CreateDefaultReOpenAppointmentRequest>"""
EXTERNAL_ENTITY = """<!DOCTYPE a [<!ENTITY f SYSTEM "file:///etc/passwd">]>
<CreateDefaultReOpenAppointmentRequest><SaleId>&f;</SaleId></CreateDefaultReOpenAppointmentRequest>"""


def post(ask: Ask, content_type: str, body: str | bytes, **settings: Any) -> httpx.Response:
    content = body.encode() if isinstance(body, str) else body
    return ask(content, {"Content-Type": content_type}, **settings)


def sale(response: httpx.Response) -> Any:
    """Return the id of the sale that was answered; fails for a refusal, with its text."""
    assert response.status_code == 200, response.text
    return response.json()["Sale"]["SaleId"]


def reasons(response: httpx.Response) -> list[str]:
    """Return the reasons of a 400, one a line."""
    assert response.status_code == 400, response.text
    return list(response.json()["Message"].splitlines())


@pytest.mark.parametrize("name", ["SaleId", "saleId", "saleid", "SALEID", "sAlEiD"])
@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, '{{"{0}": 703}}'),
        ("text/json", '{{"{0}": 703}}'),
        ("application/xml", XML),
        ("text/xml", XML),
        (FORM, "{0}=703"),
        (MERGE, '{{"{0}": 703}}'),
        (PATCH, '[{{"op": "replace", "path": "/{0}", "value": 703}}]'),
        pytest.param(PATCH, '[{{"op": "add", "path": "{0}", "value": 703}}]', id="patch, no slash"),
        pytest.param(PATCH, '{{"{0}": 703}}', id="patch, an object"),
    ],
)
def test_media_types_and_names(ask: Ask, media_type: str, body: str, name: str) -> None:
    """Each of the seven media types names the sale, its member spelled in any case."""
    assert sale(post(ask, media_type, body.format(name))) == 703


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, '{"SaleId": "703"}'),
        (JSON, '{"SaleId": " 703 "}'),
        (JSON, '{"SaleId": "+703"}'),
        (MERGE, '{"saleid": "703"}'),
        (PATCH, '[{"op": "add", "path": "/SaleId", "value": "703"}]'),
        (FORM, "SaleId=+703"),
        (FORM, "SaleId=%37%30%33"),
    ],
)
def test_numbers_as_texts(ask: Ask, media_type: str, body: str) -> None:
    """An integer may come as a text of digits."""
    assert sale(post(ask, media_type, body)) == 703


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, '{"Foo": [1, {"SaleId": "x"}], "SaleId": 703, "": null}'),
        (FORM, "Foo=1&SaleId=703&Foo=2&=3"),
        (MERGE, '{"Foo": null, "SaleId": 703}'),
        ("application/xml", "<Any><Foo>1</Foo><SaleId>703</SaleId><Bar><SaleId>x</SaleId></Bar></Any>"),
    ],
)
def test_unknown_members(ask: Ask, media_type: str, body: str) -> None:
    """Members that nobody knows are ignored."""
    assert sale(post(ask, media_type, body)) == 703


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, '{"saleid": 1, "SaleId": 703}'),
        (JSON, '{"SaleId": 703, "saleid": 1}'),
        (JSON, '{"SaleId": 1, "SaleId": 703}'),
    ],
)
def test_a_member_twice(ask: Ask, media_type: str, body: str) -> None:
    """The exact name wins, and of equals the last."""
    assert sale(post(ask, media_type, body)) == 703


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, "{}"),
        (MERGE, "{}"),
        (MERGE, '{"SaleId": null}'),
        (PATCH, "[]"),
        (PATCH, '[{"op": "test", "path": "/SaleId", "value": 0}]'),
        (FORM, "Foo=1"),
        ("text/xml", "<CreateDefaultReOpenAppointmentRequest/>"),
        (JSON, '{"SaleId": 0}'),
        (JSON, '{"SaleId": -1}'),
        (JSON, '{"SaleId": -2147483648}'),
    ],
)
def test_no_sale(ask: Ask, media_type: str, body: str) -> None:
    """Nothing is required: without a sale, or with an id below 1, the answer has none."""
    response = post(ask, media_type, body)
    assert response.status_code == 200, response.text
    assert response.json()["Sale"] is None


WRONG = [
    ("null", "/SaleId: expected integer, found null"),
    ('"abc"', "/SaleId: expected integer, found string 'abc'"),
    ('""', "/SaleId: expected integer, found string ''"),
    ('"7.5"', "/SaleId: expected integer, found string '7.5'"),
    ("7.5", "/SaleId: expected integer, found number 7.5"),
    ("703.0", "/SaleId: expected integer, found number 703.0"),
    ("true", "/SaleId: expected integer, found boolean true"),
    ("[]", "/SaleId: expected integer, found []"),
    ('{"a": 1}', "/SaleId: expected integer, found an object of 1"),
    ("2147483648", "/SaleId: 2147483648 is not at most 2147483647"),
    ("-2147483649", "/SaleId: -2147483649 is not at least -2147483648"),
    ('"99999999999999999999999"', "/SaleId: 99999999999999999999999 is not at most 2147483647"),
    ("99999999999999999999999", "/SaleId: 99999999999999999999999 is not at most 2147483647"),
]


@pytest.mark.parametrize(
    ("media_type", "value", "reason"),
    [
        (media_type, value, reason)
        for media_type in (JSON, "text/json", MERGE, PATCH)
        for value, reason in WRONG
        if (media_type, value) != (MERGE, "null")  # null removes a member (RFC 7396)
    ],
)
def test_wrong_values(ask: Ask, media_type: str, value: str, reason: str) -> None:
    """A value that is no int32 is refused, with its place and what it is instead."""
    assert reasons(post(ask, media_type, f'{{"SaleId": {value}}}')) == [reason]


@pytest.mark.parametrize(
    ("media_type", "body", "reason"),
    [
        (FORM, "SaleId=abc", "/SaleId: expected integer, found string 'abc'"),
        (FORM, "SaleId=", "/SaleId: expected integer, found string ''"),
        (FORM, "SaleId=1&SaleId=2", "/SaleId: expected integer, found an array of 2"),
        ("text/xml", XML.format("SaleId").replace("703", "x"), "/SaleId: expected integer, found string 'x'"),
        (PATCH, '[{"op": "add", "path": "/SaleId", "value": "x"}]', "/SaleId: expected integer, found string 'x'"),
        (JSON, "[]", "(root): expected object, found []"),
        (JSON, "703", "(root): expected object, found integer 703"),
        (JSON, "null", "(root): expected object, found null"),
        (MERGE, "[]", "(root): expected object, found []"),
    ],
)
def test_wrong_bodies(ask: Ask, media_type: str, body: str, reason: str) -> None:
    """So is it in every media type, and so is a body that is no object."""
    assert reasons(post(ask, media_type, body)) == [reason]


def test_every_reason_at_once(ask: Ask) -> None:
    """One answer tells all that is wrong, each reason with its pointer."""
    patch = [{"op": "fly", "path": "/SaleId"}, {"path": "/SaleId"}, {"op": "add", "path": 5}]
    told = reasons(post(ask, PATCH, json.dumps(patch)))
    places = {reason.partition(":")[0] for reason in told}
    assert places == {"/0/op", "/1/op", "/2/path"}


@pytest.mark.parametrize(
    ("patch", "reason"),
    [
        ([{"op": "replace", "path": "/Foo", "value": 1}], "operation 0 of the patch cannot be applied: "),
        (
            [{"op": "add", "path": "/SaleId", "value": 1}, {"op": "test", "path": "/saleid", "value": 2}],
            "operation 1 of the patch cannot be applied: the value at /SaleId is not the one asked for",
        ),
        ([{"op": "add", "path": "/~2", "value": 1}], "operation 0 of the patch cannot be applied: `path` is no JSON"),
        ([{"op": "add", "path": "/SaleId"}], "operation 0 of the patch cannot be applied: `add` needs `value`"),
    ],
)
def test_patches_that_fail(ask: Ask, patch: Any, reason: str) -> None:
    """A patch that cannot be applied says which of its operations is to blame."""
    (told,) = reasons(post(ask, PATCH, json.dumps(patch)))
    assert told.startswith(reason)


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        (JSON, "{"),
        (JSON, '{"SaleId": 703,}'),
        (JSON, '{"SaleId": NaN}'),
        (JSON, "{'SaleId': 703}"),
        (JSON, '{"SaleId": 703} x'),
        (JSON, "   "),
        pytest.param(JSON, "[" * 100_000, id="deep, unclosed JSON"),
        pytest.param(JSON, '{"a":' * 5_000 + "1" + "}" * 5_000, id="deep JSON"),
        pytest.param(JSON, b"\xff\xfe\xfd", id="bytes"),
        pytest.param(JSON, b'{"a": "bl\xe5"}', id="Latin-1 without saying so"),
        ("text/json", "SaleId=703"),
        (MERGE, "{"),
        (PATCH, "[{]"),
        ("application/xml", "<a>"),
        ("application/xml", "SaleId=703"),
        ("application/xml", "<a><b></a></b>"),
        ("text/xml", "<a/><b/>"),
        ("text/xml", "<a>&nbsp;</a>"),
        pytest.param("text/xml", "<a>" * 10_000 + "</a>" * 10_000, id="deep XML"),
        pytest.param("application/xml", BILLION_LAUGHS, id="entities that grow"),
        pytest.param("application/xml", EXTERNAL_ENTITY, id="an entity from a file"),
        (FORM, "SaleId=%ff"),
        pytest.param(FORM, b"SaleId=\xff", id="bytes in a form"),
    ],
)
def test_malformed(ask: Ask, media_type: str, body: str | bytes) -> None:
    """A body that is not what it says it is gets one line of a reason, and no more of a server's inside."""
    (told,) = reasons(post(ask, media_type, body))
    assert told.startswith("the body is not ")
    assert "root:" not in told


@pytest.mark.parametrize("media_type", [JSON, "text/json", "application/xml", "text/xml", FORM, PATCH, MERGE])
def test_empty(ask: Ask, media_type: str) -> None:
    """A body is required."""
    assert reasons(post(ask, media_type, b"")) == ["(body): a request body is required, and none was sent"]


class TestCharsets:
    """Any charset that the header names."""

    @pytest.mark.parametrize(
        "charset",
        ["utf-8", "UTF-8", "utf8", "utf-16", "UTF-16LE", "utf-16be", "utf-32", "iso-8859-1", "windows-1252", "latin1"],
    )
    @pytest.mark.parametrize(
        ("media_type", "body"),
        [
            (JSON, '{{"Name": "blåbær", "SaleId": 703}}'),
            (PATCH, '[{{"op": "add", "path": "/saleId", "value": 703}}]'),
            ("text/xml", '<?xml version="1.0" encoding="{0}"?><Any><Navn>blåbær</Navn><SaleId>703</SaleId></Any>'),
            (FORM, "Name=blåbær&SaleId=703"),
        ],
    )
    def test_named(self, ask: Ask, media_type: str, body: str, charset: str) -> None:
        """The body is read in the charset of its Content-Type."""
        content = body.format(charset).encode(charset)
        assert sale(post(ask, f"{media_type}; charset={charset}", content)) == 703

    @pytest.mark.parametrize(
        "content_type",
        [
            'application/json; charset="utf-16"',
            "application/json;charset=UTF-16",
            "application/json ; Charset = utf-16",
            'application/json; boundary="a;charset=utf-8"; charset=utf-16',
        ],
    )
    def test_spelling(self, ask: Ask, content_type: str) -> None:
        """Quotes, blanks, case and other parameters do not matter (RFC 9110 section 8.3)."""
        assert sale(post(ask, content_type, '{"SaleId": 703}'.encode("utf-16"))) == 703

    @pytest.mark.parametrize("charset", ["klingon", "utf-99", "hex", "zip", "punycode", "undefined", "idna", "a" * 500])
    def test_unknown(self, ask: Ask, charset: str) -> None:
        """A charset that is none is refused by name, and what to send instead is told."""
        response = post(ask, f"application/json; charset={charset}", '{"SaleId": 703}')
        assert response.status_code == 415
        assert response.json()["Message"].endswith("is unknown; send utf-8")

    def test_a_byte_order_mark(self, ask: Ask) -> None:
        """A byte order mark is no part of the text."""
        assert sale(post(ask, JSON, '{"SaleId": 703}'.encode("utf-8-sig"))) == 703
        assert sale(post(ask, "text/xml", XML.format("SaleId").encode("utf-8-sig"))) == 703

    def test_not_in_the_charset(self, ask: Ask) -> None:
        """Bytes that the charset does not have are told by their place."""
        response = post(ask, "application/json; charset=ascii", '{"a": "å"}')
        assert reasons(response) == ["the body is not application/json: byte 0xc3 at offset 7 is not ascii"]


class TestContentType:
    """The header's own oddities."""

    @pytest.mark.parametrize(
        "content_type",
        ["application/json", "APPLICATION/JSON", "application/json;", "application/json ; a=b", "application/json; q"],
    )
    def test_taken(self, ask: Ask, content_type: str) -> None:
        """Case, blanks and parameters do not matter."""
        assert sale(post(ask, content_type, '{"SaleId": 703}')) == 703

    def test_missing(self, ask: Ask) -> None:
        """A body that does not say what it is, is read as JSON."""
        assert sale(ask(b'{"SaleId": 703}', {})) == 703

    @pytest.mark.parametrize(
        "content_type", ["text/plain", "application/octet-stream", "json", "*/*", "a/b/c", ";", "å"]
    )
    def test_unsupported(self, ask: Ask, content_type: str) -> None:
        """Any other type is 415, and the answer says what to send (RFC 9110 section 15.5.16)."""
        response = ask(b'{"SaleId": 703}', httpx.Headers({"Content-Type": content_type}, encoding="latin-1"))
        assert response.status_code == 415
        assert response.headers["Accept"].split(", ") == [
            "application/json",
            "text/json",
            "application/xml",
            "text/xml",
            "application/x-www-form-urlencoded",
            "application/json-patch+json",
            "application/merge-patch+json",
        ]

    @pytest.mark.parametrize("second", ["application/json", "application/xml"])
    def test_twice(self, ask: Ask, second: str) -> None:
        """Two fields are no media type."""
        headers = httpx.Headers([("Content-Type", "application/json"), ("Content-Type", second)])
        assert ask(b'{"SaleId": 703}', headers).status_code == 415

    def test_the_body_decides_not(self, ask: Ask) -> None:
        """A body is read as what it is said to be, not as what it looks like."""
        assert post(ask, "application/xml", '{"SaleId": 703}').status_code == 400


class TestFraming:
    """Bodies of known and of unknown length."""

    @pytest.mark.parametrize("size", [1, 7, 1000])
    def test_chunked(self, ask: Ask, size: int) -> None:
        """A body that comes in pieces is a body."""
        body = b'{"Foo": "' + b"x" * 5_000 + b'", "SaleId": 703}'

        def pieces() -> Iterator[bytes]:
            yield from (body[at : at + size] for at in range(0, len(body), size))

        assert sale(ask(pieces(), {"Content-Type": JSON})) == 703

    def test_chunked_and_empty(self, ask: Ask) -> None:
        """Pieces without bytes are no body."""
        assert reasons(ask(iter([b""]), {"Content-Type": JSON})) == [
            "(body): a request body is required, and none was sent"
        ]
