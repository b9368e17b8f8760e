"""Answers whose value hangs on the media type (OAS 3.0.3, Media Type Object)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Get = Callable[..., httpx.Response]
Api = Callable[..., Get]

OBJECT = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}, "additionalProperties": False}
FLAGS = {"type": "array", "minItems": 1, "items": {"type": "boolean"}}
TITLE = {"type": "object", "required": ["title"], "properties": {"title": {"type": "string"}}}
NAMED = {"one": {"value": {"n": 1}}, "two": {"value": {"n": 2}}}


def answers(**contents: dict[str, Any]) -> dict[str, Any]:
    """Return a path whose GET answers each status with the content given for it."""
    responses = {status[1:]: {"description": "", "content": content} for status, content in contents.items()}
    return {"get": {"responses": responses}}


PATHS = {
    "/versions": answers(
        _200={"application/json": {"schema": OBJECT}, "application/vnd.v2+json": {"schema": FLAGS}},
        _400={"application/json": {"schema": OBJECT}, "application/problem+json": {"schema": TITLE}},
    ),
    "/written": answers(
        _200={
            "application/json": {"example": {"a": 1}},
            "application/xml": {"example": "<r><a>1</a></r>"},
            "application/x-www-form-urlencoded": {"example": "a=1&b=%20"},
            "text/csv": {"example": "a\n1\n"},
        }
    ),
    "/csv": answers(_200={"application/json": {"schema": FLAGS}, "text/csv": {"example": "a,b"}}),
    "/charsets": answers(
        _200={
            f"{name}; charset={charset}": {"schema": {"type": "object"}, "example": {"a": "å€"}}
            for name, charset in {
                "application/json": "iso-8859-1",
                "text/plain": "iso-8859-1",
                "application/xml": "iso-8859-1",
                "text/json": "utf-16-le",
                "text/csv": "unheard-of",
            }.items()
        }
    ),
    "/same": answers(
        _200={
            "application/json": {"schema": OBJECT, "examples": NAMED},
            "application/xml": {"schema": OBJECT},
            "text/plain": {},
        }
    ),
    "/named": answers(
        _200={"application/json": {"schema": OBJECT}, "text/yaml": {"examples": {"page": {"value": "n: 1"}}}}
    ),
}


@pytest.fixture
def ask(api: Api) -> Get:
    """A GET of one of the paths, with header fields."""
    send = api(PATHS)
    return lambda path, **headers: send("GET", path, headers=headers)


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", dict),
        ("application/vnd.v2+json", list),
        ("*/*", dict),
        ("application/json;q=0.1, */*", list),
    ],
)
def test_schema_of_the_media_type(ask: Get, accept: str, kind: type) -> None:
    """What is generated keeps the schema of the media type that was asked for."""
    assert type(ask("/versions", Accept=accept).json()) is kind


def test_schema_of_an_error(ask: Get) -> None:
    """So is a documented error."""
    answer = ask("/versions", Accept="application/problem+json", Prefer="code=400")
    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")
    assert list(ask("/versions", Accept="application/json", Prefer="code=400").json()) == ["n"]


@pytest.mark.parametrize(
    ("path", "accept", "text"),
    [
        ("/written", "application/json", '{"a":1}'),
        ("/written", "application/xml", "<r><a>1</a></r>"),
        ("/written", "application/x-www-form-urlencoded", "a=1&b=%20"),
        ("/written", "text/csv", "a\n1\n"),
        ("/csv", "text/csv", "a,b"),
        ("/same", "application/json", '{"n":1}'),
        ("/same", "text/plain", '{"n":1}'),
    ],
)
def test_example_of_the_media_type(ask: Get, path: str, accept: str, text: str) -> None:
    """An example belongs to its media type, and a text stands for a body that JSON cannot write."""
    assert ask(path, Accept=accept).text == text


def test_an_example_in_another_form(ask: Get) -> None:
    """Media types with one schema have the example of one of them, each in its own form."""
    assert "<n>2</n>" in ask("/same", Accept="application/xml", Prefer="example=two").text


def test_a_text_is_not_lent(ask: Get) -> None:
    """A text of another media type is no example of JSON."""
    assert all(isinstance(item, bool) for item in ask("/csv", Accept="application/json").json())


def test_named_example_chooses(ask: Get) -> None:
    """An example that was asked for by name is answered in the media type that has it."""
    answer = ask("/named", Prefer="example=page")
    assert (answer.text, answer.headers["Content-Type"]) == ("n: 1", "text/yaml; charset=utf-8")
    assert ask("/named", Prefer="example=none").status_code == 400


@pytest.mark.parametrize(
    ("accept", "content_type", "body"),
    [
        ("text/plain", "text/plain; charset=iso-8859-1", b'{"a":"\xe5?"}'),
        ("application/json", "application/json; charset=iso-8859-1", b'{"a":"\\u00e5\\u20ac"}'),
        ("text/json", "text/json; charset=utf-16-le", '{"a":"\\u00e5\\u20ac"}'.encode("utf-16-le")),
        ("text/csv", "text/csv; charset=unheard-of", '{"a":"å€"}'.encode()),
    ],
)
def test_charset(ask: Get, accept: str, content_type: str, body: bytes) -> None:
    """A body is written in the charset that the document names."""
    answer = ask("/charsets", Accept=accept)
    assert (answer.headers["Content-Type"], answer.content) == (content_type, body)


def test_charset_of_xml(ask: Get) -> None:
    """XML declares it, and can spell what it has not."""
    answer = ask("/charsets", Accept="application/xml").content
    assert answer.startswith(b'<?xml version="1.0" encoding="iso-8859-1"?>')
    assert b">\xe5&#8364;</a>" in answer


def test_nothing_acceptable(ask: Get) -> None:
    """What no documented media type fits is refused, and all of them are named."""
    answer = ask("/versions", Accept="image/png")
    assert answer.status_code == 406
    assert "application/json, application/vnd.v2+json" in answer.text
