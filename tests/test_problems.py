from __future__ import annotations

from typing import Any

import pytest

from mockserver import media
from mockserver.contract import Document
from mockserver.exchange import Headers
from mockserver.problems import PROBLEM, Plain, Unauthorized

DIALECT = Plain()
BEARER = {"type": "http", "scheme": "bearer"}
BASIC = {"type": "http", "scheme": "Basic"}
DOCUMENT = Document({"openapi": "3.0.3", "paths": {}})


def api_key(location: str) -> dict[str, str]:
    return {"type": "apiKey", "in": location, "name": "key"}


def admitted(scheme: dict[str, str], query: str = "", **headers: str) -> bool:
    return DIALECT.verify(scheme, Headers(headers.items()), query)


@pytest.mark.parametrize(
    ("scheme", "query", "headers"),
    [
        (BEARER, "", {"Authorization": "Bearer x"}),
        (BEARER, "", {"authorization": "bEARER x"}),
        (BASIC, "", {"Authorization": "Basic eDp5"}),
        ({"type": "oauth2"}, "", {"Authorization": "Bearer x"}),
        ({"type": "openIdConnect"}, "", {"Authorization": "Bearer x"}),
        (api_key("header"), "", {"KEY": "x"}),
        (api_key("query"), "a=b&key=x", {}),
        (api_key("cookie"), "", {"Cookie": "a=b; key=x"}),
    ],
)
def test_any_credential_of_the_kind(scheme: dict[str, str], query: str, headers: dict[str, str]) -> None:
    """What a scheme asks for is enough, whatever its value."""
    assert admitted(scheme, query, **headers) is True


@pytest.mark.parametrize(
    "scheme", [BEARER, BASIC, {"type": "oauth2"}, {"type": "openIdConnect"}, api_key("header"), api_key("cookie")]
)
def test_entry(scheme: dict[str, str]) -> None:
    """The entry to a scheme that headers can carry is let in."""
    assert admitted(scheme, **DIALECT.entry({"scheme": scheme}))


def test_entry_to_all() -> None:
    """One entry does for several schemes; a query parameter is not among header fields."""
    schemes = {"token": BEARER, "one": api_key("cookie"), "two": {**api_key("cookie"), "name": "other"}}
    assert DIALECT.entry(schemes) == {"Authorization": "Bearer any", "Cookie": "key=any; other=any"}
    assert DIALECT.entry({"key": api_key("query")}) == {}


@pytest.mark.parametrize(
    ("scheme", "query", "headers", "challenge"),
    [
        (BEARER, "", {}, 'Bearer realm="mockserver"'),
        (BEARER, "", {"Authorization": "Bearer"}, 'Bearer realm="mockserver"'),
        (BEARER, "", {"Authorization": "Bearer  "}, 'Bearer realm="mockserver"'),
        (BEARER, "", {"Authorization": "Basic x"}, 'Bearer realm="mockserver"'),
        (BASIC, "", {"Authorization": "x"}, 'Basic realm="mockserver"'),
        (BASIC, "", {"Authorization": "Basic q"}, 'Basic realm="mockserver"'),
        (BASIC, "", {"Authorization": "Basic eHk="}, 'Basic realm="mockserver"'),
        (api_key("header"), "key=x", {}, 'ApiKey realm="mockserver", name="key"'),
        (api_key("query"), "key=", {}, 'ApiKey realm="mockserver", name="key"'),
        (api_key("query"), "", {"key": "x"}, 'ApiKey realm="mockserver", name="key"'),
        (api_key("cookie"), "", {"Cookie": "a=key"}, 'ApiKey realm="mockserver", name="key"'),
        (api_key("cookie"), "", {"Cookie": "key=; a"}, 'ApiKey realm="mockserver", name="key"'),
    ],
)
def test_anything_else(scheme: dict[str, str], query: str, headers: dict[str, str], challenge: str) -> None:
    """Anything else is refused, with the challenge of the scheme (RFC 9110 section 11.6.1)."""
    with pytest.raises(Unauthorized, match=r"^send ") as caught:
        admitted(scheme, query, **headers)
    assert caught.value.status == 401
    assert caught.value.headers == {"WWW-Authenticate": challenge}


def test_answers_are_told_one_way() -> None:
    """No header changes an answer's value."""
    value: dict[str, Any] = {"a": [1]}
    DIALECT.prepare(Headers([("Accept-Language", "no")]), "$select=a")
    assert DIALECT.present(value, DOCUMENT.shape({}, ""), None) is value
    assert DIALECT.lenient is False


class TestFaults:
    """Errors as problem details (RFC 9457)."""

    def test_members(self) -> None:
        """Type, title, status and detail, in that order."""
        assert list(DIALECT.fault(404, "gone").items()) == [
            ("type", "about:blank"),
            ("title", "Not Found"),
            ("status", 404),
            ("detail", "gone"),
        ]

    @pytest.mark.parametrize(
        ("asked", "told"),
        [
            ("application/json", "application/problem+json"),
            ("text/json", "application/problem+json"),
            ("application/xml", "application/problem+xml"),
            ("text/xml", "application/problem+xml"),
            ("application/problem+xml", "application/problem+xml"),
            ("application/problem+json", "application/problem+json"),
        ],
    )
    def test_media_types(self, asked: str, told: str) -> None:
        """The problem type of the family that was asked for."""
        assert DIALECT.fault_types[asked] == told

    def test_xml(self) -> None:
        """The XML form is that of RFC 9457, appendix B."""
        body = media.encode("application/problem+xml", DIALECT.fault(400, "a < b"), DIALECT.fault_shape(DOCUMENT))
        assert b'<problem xmlns="urn:ietf:rfc:7807"' in body
        assert b"<detail>a &lt; b</detail>" in body
        value = media.decode("application/problem+xml", body, PROBLEM.component("problem"))
        assert value == DIALECT.fault(400, "a < b")

    @pytest.mark.parametrize("status", [400, 401, 404, 405, 406, 413, 415, 418, 500])
    def test_titles(self, status: int) -> None:
        """Every status has a title."""
        assert DIALECT.fault(status, "")["title"]


NAMED = Plain(frozenset({"kari:pass:word"}), frozenset({"token"}), {"key": frozenset({"one", "two"})})


@pytest.mark.parametrize(
    ("scheme", "query", "headers", "is_taken"),
    [
        (BASIC, "", {"Authorization": "Basic a2FyaTpwYXNzOndvcmQ="}, True),
        (BASIC, "", {"Authorization": "Basic eDp5"}, False),
        (BEARER, "", {"Authorization": "Bearer token"}, True),
        (BEARER, "", {"Authorization": "Bearer toke"}, False),
        ({"type": "oauth2"}, "", {"Authorization": "Bearer toke"}, False),
        ({"type": "http", "scheme": "digest"}, "", {"Authorization": "Digest x"}, True),
        (api_key("query"), "key=two", {}, True),
        (api_key("query"), "key=three", {}, False),
        (api_key("cookie"), "", {"Cookie": "key=one"}, True),
        (api_key("header"), "", {"key": "on"}, False),
        ({**api_key("header"), "name": "other"}, "", {"other": "x"}, True),
    ],
)
def test_those_that_are_named(scheme: dict[str, str], query: str, headers: dict[str, str], is_taken: bool) -> None:
    """Where credentials of a kind are named, no other of that kind is taken."""
    if is_taken:
        assert NAMED.verify(scheme, Headers(headers.items()), query)
    else:
        with pytest.raises(Unauthorized):
            NAMED.verify(scheme, Headers(headers.items()), query)


@pytest.mark.parametrize("scheme", [BEARER, BASIC, api_key("header"), api_key("cookie")])
def test_entry_with_those_that_are_named(scheme: dict[str, str]) -> None:
    """The entry is one of them."""
    assert NAMED.verify(scheme, Headers(NAMED.entry({"scheme": scheme}).items()), "")
