"""Content negotiation, as tables of what clients send and as laws over any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.media import negotiation
from mockserver.media.negotiation import MediaType, choose

JSON, TEXT_JSON, XML, PATCH = "application/json", "text/json", "application/xml", "application/json-patch+json"
OFFERED = (JSON, TEXT_JSON, XML, "text/xml", PATCH, "application/merge-patch+json")
# RFC 9110, section 12.5.1: the third example.
RFC_ACCEPT = "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5"
HEADERS = st.text() | st.text(alphabet='ab*/;,="\\ q.01\t')


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        pytest.param(None, JSON, id="no field"),
        pytest.param("", JSON, id="empty"),
        pytest.param("  ", JSON, id="blank"),
        pytest.param("*/*", JSON, id="anything"),
        pytest.param("application/xml", XML, id="one"),
        pytest.param("APPLICATION/Xml", XML, id="any case"),
        pytest.param("application/json; charset=utf-8", JSON, id="charset"),
        pytest.param("application/json;charset=iso-8859-1", JSON, id="another charset"),
        pytest.param("application/xml;version=1", XML, id="a parameter that is not offered"),
        pytest.param("text/*", TEXT_JSON, id="half a wildcard"),
        pytest.param("application/xml, application/json", JSON, id="a tie goes to the first offered"),
        pytest.param("application/json;q=0.2, application/xml;q=0.3", XML, id="weights"),
        pytest.param("application/json;q=0.2,application/xml;Q=.3", XML, id="weights without zero and in upper case"),
        pytest.param("application/json;q=0, */*", TEXT_JSON, id="the specific refusal beats the wildcard"),
        pytest.param("*/*;q=0", None, id="nothing at all"),
        pytest.param("application/json;q=0.000", None, id="refused"),
        pytest.param("image/png", None, id="not offered"),
        pytest.param("image/png, */*;q=0.1", JSON, id="rather another one"),
        pytest.param("application/*;q=0.5, text/xml;q=0.4", JSON, id="wildcard of a type"),
        pytest.param("application/xml;q=0.5;ext=1, text/xml;q=0.4", XML, id="a weight that is not last"),
        pytest.param('application/xml;v="a,b;q=0", text/xml;q=0.5', XML, id="separators in quotes"),
        pytest.param("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", JSON, id="Java"),
        pytest.param("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", XML, id="a browser"),
        pytest.param(",,application/xml,,", XML, id="empty elements"),
        pytest.param("nonsense, application/xml", XML, id="a malformed element is skipped"),
        pytest.param("application/json;q=2, application/xml;q=0.1", XML, id="a weight over 1 is malformed"),
        pytest.param("application/json;q=, application/xml", XML, id="an empty weight is malformed"),
        pytest.param("*/json, application/xml", XML, id="half a wildcard at the wrong end is malformed"),
        pytest.param("nonsense", JSON, id="no sense at all"),
        pytest.param('"', JSON, id="a lone quote"),
        pytest.param("application/json;version=2;q=0", None, id="alone, a refused version accepts nothing"),
        pytest.param("application/json;version=2;q=0, */*", JSON, id="a version refused is not all refused"),
    ],
)
def test_choose(accept: str | None, chosen: str | None) -> None:
    """The best of what is offered is chosen: by weight, by how specific a range is, and by order."""
    assert choose(accept, OFFERED) == chosen


@pytest.mark.parametrize(
    ("offered", "refused", "q"),
    [
        ("text/plain", "0.69", "0.71"),
        ("text/html", "0.29", "0.31"),
        ("image/jpeg", "0.49", "0.51"),
        ("text/plain;format=fixed", "0.39", "0.41"),
        ("text/html;level=3", "0.29", "0.31"),
    ],
)
def test_rfc_table(offered: str, refused: str, q: str) -> None:
    """Media types get the weights of the table in RFC 9110, section 12.5.1."""
    other = "application/other"
    assert choose(f"{RFC_ACCEPT}, {other};q={refused}", [other, offered]) == offered
    assert choose(f"{RFC_ACCEPT}, {other};q={q}", [offered, other]) == other


def test_flowed_text_comes_first() -> None:
    """A range with a parameter beats the same range without it, for what has that parameter."""
    assert choose(RFC_ACCEPT, ["text/plain", "text/plain;format=flowed"]) == "text/plain;format=flowed"


def test_nothing_offered() -> None:
    """Where nothing is offered, nothing is chosen."""
    assert choose(None, []) is None
    assert choose("*/*", []) is None


def test_nonsense_offered() -> None:
    """What is no media type is offered in vain, unless nothing was asked for."""
    assert choose("*/*", ["nonsense", JSON]) == JSON


@given(HEADERS, st.lists(st.sampled_from(OFFERED), unique=True))
def test_any_text_chooses_from_the_offered(accept: str, offered: list[str]) -> None:
    """Whatever a header holds, the choice is one of those offered, or none."""
    assert choose(accept, offered) in {*offered, None}


@given(st.permutations(OFFERED), st.sampled_from(OFFERED))
def test_order_does_not_matter_to_a_plain_wish(offered: list[str], wanted: str) -> None:
    """Whoever asks for one media type gets it, wherever it stands among those offered."""
    assert choose(wanted, offered) == wanted


@given(HEADERS)
def test_nothing_raises(text: str) -> None:
    """No text whatever makes the room raise."""
    negotiation.parse_accept(text)
    negotiation.parse_weighted(text)
    negotiation.charset_of(text)
    negotiation.essence(text)
    MediaType.parse(text)


@pytest.mark.parametrize(
    "text", ["a/b" + "; " * 20_000 + "x=", '"\\"' * 20_000 + "\\", "a;q" * 20_000, '"' + '\\"' * 20_000]
)
def test_long_nonsense_is_read_in_no_time(text: str) -> None:
    """A text made to set patterns thinking is done with as soon as any other."""
    assert choose(text, OFFERED) == JSON
    assert negotiation.parse_weighted(text) == ()
    assert negotiation.charset_of(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text/xml", MediaType("text", "xml")),
        ("Text/XML", MediaType("text", "xml")),
        (" text/xml ; Charset = UTF-8 ;; ", MediaType("text", "xml", (("charset", "UTF-8"),))),
        (r'text/x;a="b \" ; , c";d=e', MediaType("text", "x", (("a", 'b " ; , c'), ("d", "e")))),
        ("*", MediaType("*", "*")),
        ("text", None),
        ("text/", None),
        ("/xml", None),
        ("text/xml/x", None),
        ("text/xml;charset", None),
        ("text/xml; charset=", None),
        ('text/xml; charset="utf-8', None),
        ("text/xml, text/xml", None),
        ("", None),
    ],
)
def test_media_type(text: str, expected: MediaType | None) -> None:
    """A media type is parsed as RFC 9110, section 8.3.1 writes it; what it does not write is none."""
    assert MediaType.parse(text) == expected


def test_essence() -> None:
    """The essence is the media type alone, in lower case; of nonsense it is what stands before the semicolon."""
    media_type = MediaType.parse("Text/XML; charset=utf-8")
    assert media_type is not None
    assert media_type.essence == "text/xml"
    assert negotiation.essence("Text/XML ; charset=utf-8") == "text/xml"
    assert negotiation.essence("nonsense;") == "nonsense"


def test_parse_accept_keeps_order() -> None:
    """Ranges come in the order of the field, their weights beside them and out of the parameters."""
    ranges = negotiation.parse_accept("text/a;q=0.5;x=1, x, b/*")
    assert [(each.media_type, each.q) for each in ranges] == [
        (MediaType("text", "a", (("x", "1"),)), 0.5),
        (MediaType("b", "*"), 1.0),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ()),
        ("en", (("en", 1.0),)),
        ("da, en-GB;q=0.8, en;q=0.7", (("da", 1.0), ("en-GB", 0.8), ("en", 0.7))),
        ("en;q=0.7,nb-NO ; q=0.9,*;q=0.1", (("nb-NO", 0.9), ("en", 0.7), ("*", 0.1))),
        ("a,b,c;q=1.0", (("a", 1.0), ("b", 1.0), ("c", 1.0))),
        ("a;q=0", (("a", 0.0),)),
        ("a;q=2, b;q=x, c d, ;q=1, e;q=, f", (("f", 1.0),)),
    ],
)
def test_weighted(text: str, expected: tuple[tuple[str, float], ...]) -> None:
    """Tokens come by weight, equals in their order, malformed ones not at all."""
    assert negotiation.parse_weighted(text) == expected


@pytest.mark.parametrize(
    ("content_type", "charset"),
    [
        ("application/json", None),
        ("application/json; charset=UTF-8", "utf-8"),
        ('text/xml;Charset="ISO-8859-1"', "iso-8859-1"),
        ("text/xml; boundary=x; charset=a; charset=b", "a"),
        ('text/xml; charset=""', None),
        ("nonsense; charset=utf-8", None),
        ("", None),
    ],
)
def test_charset(content_type: str, charset: str | None) -> None:
    """The charset is that of the first parameter of this name."""
    assert negotiation.charset_of(content_type) == charset
