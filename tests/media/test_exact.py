"""XML read by tables says what the lenient reader says, and only where nothing has to be forgiven."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver import media
from mockserver.contract import Contract, Document, Shape
from mockserver.media import MalformedBody, UnknownCharset, exact, xml
from mockserver.media.conformity import departures
from mockserver.provider import Provider
from xml_bodies import COMPONENTS, NIL, values_of

OPERATION = "CreateDefaultReOpenAppointment"
PIECES = st.sampled_from(
    [
        *(
            "x",
            " ",
            "<x/>",
            "<?x y?>",
            "<!-- x -->",
            "<![CDATA[x]]>",
            "&#65;",
            "<a>1</a>",
            "<T>1</T>",
            "</T>",
            "_x0041_",
        ),
        *(' type="string"', ' type="array"', ' xsi:nil="true"', ' xsi:nil="1"', ' xsi:type="integer"', ' a="1"'),
        *(' xmlns="urn:a"', ' xmlns:p="urn:a"', ' nil="true"', "a", "A", "1", ".", ">", "/>", "<"),
    ]
)


def is_sure(body: bytes, shape: Shape | None) -> bool:
    """Return whether *body* is read by tables, once what was read is what the lenient reader reads in it."""
    value, error = outcome(lambda: xml.decode(body, shape))
    reading, same = outcome(lambda: exact.read(body, shape))
    assert same == error
    if reading is None:
        return False
    assert repr(reading.value) == repr(value)  # types, order of members and the sign of zero included
    if reading.is_exact:
        assert list(departures(body, shape)) == []
        again = exact.read(body, shape)  # now its structure is known
        assert again.is_exact
        assert repr(again.value) == repr(value)
    return bool(reading.is_exact)


def outcome(read: Callable[[], Any]) -> tuple[Any, str]:
    """Return what *read* returns, or why it cannot."""
    try:
        return read(), ""
    except (MalformedBody, UnknownCharset) as error:
        return None, str(error)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), COMPONENTS, COMPONENTS)
def test_whatever_is_written(data: st.DataObject, schema: Any, other: Any) -> None:
    """A document has one value, and is called exact only where it departs nowhere: as we write it, and changed."""
    shape = Document({"components": {"schemas": {"T": schema, "U": other}}}).component("T")
    text = xml.encode(data.draw(values_of(shape)), shape).decode()
    is_sure(text.encode(), shape)
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(text)))
        stop = min(len(text), start + data.draw(st.integers(0, 3)))
        text = text[:start] + data.draw(PIECES) + text[stop:]
    is_sure(text.encode(), shape)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_changed_in_an_answer(data: st.DataObject, superoffice: Contract, answer: bytes) -> None:
    """So it is with a change anywhere in an answer of a real size: its tags above all."""
    shape = superoffice.document.component("AppointmentEntity")
    text = answer.decode()
    tags = [at for at, character in enumerate(text) if character in "<>"]
    start = data.draw(st.sampled_from(tags)) + data.draw(st.integers(0, 1))
    changed = text[:start] + data.draw(PIECES) + text[start + data.draw(st.integers(0, 2)) :]
    is_sure(changed.encode(), shape)


TEXTS = st.text(st.sampled_from("a1 -.<>&;#\r\n]\0\ud800\ufffe\U0001f600"), max_size=4) | st.sampled_from(
    ["1", "-7", "true", "&amp;", "&#65;", "&lt;b", "&x;", "]]>", "a>b", "<b/>", "_x0041_", " ", ""]
)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_other_texts_in_a_known_structure(data: st.DataObject, superoffice: Contract, answer: bytes) -> None:
    """A document that differs from a known one in a leaf has the value that a parser finds, or none."""
    shape = superoffice.document.component("AppointmentEntity")
    assert is_sure(answer, shape)
    start, stop = data.draw(st.sampled_from([each.span(1) for each in re.finditer(r">([^<>]*)</", answer.decode())]))
    text = answer.decode()[:start] + data.draw(TEXTS) + answer.decode()[stop:]
    is_sure(text.encode("utf-8", "surrogatepass"), shape)


def test_structures_are_forgotten() -> None:
    """Of many structures the last are kept, and each document has its value all the same."""
    shape = Document({}).shape({"type": "array", "xml": {"name": "t"}, "items": {"type": "integer"}}, "")
    for size in (*range(600), *range(600)):
        body = b"<t>" + b"<t>1</t>" * size + b"</t>"
        assert exact.read(body, shape) == ([1] * size, True)


@pytest.fixture(scope="module")
def answer(superoffice: Contract) -> bytes:
    """An answer of our own provider in XML."""
    operation = superoffice.operation(OPERATION)
    value = Provider(superoffice, seed=1).answer(operation, {"SaleId": 703}).value
    return media.encode(xml.MEDIA_TYPE, value, superoffice.document.component("AppointmentEntity"))


def test_answers_are_exact(superoffice: Contract, answer: bytes) -> None:
    """An answer in its plainest form is read by tables, in any charset."""
    shape = superoffice.document.component("AppointmentEntity")
    assert is_sure(answer, shape)
    assert exact.read(answer.decode().encode("utf-16"), shape, "utf-16") == exact.read(answer, shape)
    assert not exact.read(answer, None).is_exact


SCHEMA = {
    "type": "object",
    "xml": {"name": "station", "namespace": "urn:w", "prefix": "w"},
    "properties": {
        "name": {"type": "string"},
        "flag": {"type": "boolean"},
        "size": {"type": "number"},
        "code": {"type": "string", "xml": {"attribute": True}},
        "place": {"type": "object", "xml": {"namespace": "urn:p"}, "properties": {"lat": {"type": "number"}}},
        "sensors": {"type": "array", "xml": {"wrapped": True}, "items": {"type": "string", "xml": {"name": "sensor"}}},
        "log": {"type": "array", "items": {"type": "integer", "nullable": True}},
        "more": {"type": "object", "additionalProperties": {"type": "integer"}},
        "any": {},
    },
}


@pytest.mark.parametrize(
    ("inside", "is_exact"),
    [
        ("", True),
        ("<name>x</name><flag>true</flag><size>1.5</size>", True),
        ("\n <name>x</name>\n ", True),
        ("\n <name>x</name>\n <?x y?>\n", False),
        ("<name>]]&gt;>\r\n&#65;</name><flag >true</flag ><code2 type='string'>></code2>", False),
        ("<name>a>b\r\n&#65;</name><flag >true</flag ><any type='string'>a</any>", True),
        ("<name>_x0041_&amp;</name><flag>1</flag><size>-0.0</size>", True),
        ("<name/><log>007</log><log>18446744073709551616</log><log> 7 </log><log>x</log>", True),
        ('<name xsi:nil="true"/><log xsi:nil="true"/>', True),
        ('<log type="array"/>', True),
        ('<log type="array"><log>1</log></log>', True),
        ('<log xsi:nil="true"/><log>1</log>', False),
        ('<sensors><sensor>a</sensor><sensor type="integer">1</sensor></sensors>', True),
        ("<sensors><item>a</item></sensors>", False),
        ("<sensors>x<sensor>a</sensor></sensors>", False),
        ("<more><a>1</a><_x0031_>2</_x0031_></more>", True),
        ("<more><a>1</a><a>2</a></more>", False),
        ('<place xmlns="urn:p"><lat>1</lat></place>', True),
        ("<place><lat>1</lat></place>", False),
        ('<any type="boolean">true</any>', True),
        ('<any type="object"><a>1</a></any>', False),
        ("<any><a>1</a></any>", False),
        ("<name>x</name><name>y</name>", False),
        ("<Name>x</Name>", False),
        ("<name><b/></name>", False),
        ('<name a="1">x</name>', False),
        ('<name xsi:nil="true">x</name>', False),
        ("<name>x</name>y", False),
        ("<!-- x --><name>x</name>", False),
        ("<unknown>x</unknown>", True),
    ],
)
def test_forms(inside: str, is_exact: bool) -> None:
    """What is as plain as it can be is read by tables; all else by the reader that forgives."""
    text = f'<w:station xmlns:w="urn:w" xmlns:xsi="{NIL}">{inside}</w:station>'
    assert is_sure(text.encode(), Document({}).shape(SCHEMA, "")) == is_exact


@pytest.mark.parametrize(
    ("before", "after", "is_exact"),
    [
        ("<?xml version='1.0'?>\n", "\n", True),
        ("\ufeff", "", True),
        ("<?a?>", "", True),
        ("<?a <<?>", "", False),
        ("<?a <T>?>", "", False),
        ("<?a?><?b?>", "", False),
        ("", "<?a?>", False),
        ("", "<!-- x -->", False),
    ],
)
def test_what_stands_around(before: str, after: str, is_exact: bool) -> None:
    """Beside the root a document may have a declaration, and else nothing that is read by tables."""
    shape = Document({}).shape({"type": "object", "xml": {"name": "T"}}, "")
    assert is_sure(f"{before}<T><a>1</a></T>{after}".encode(), shape) == is_exact


@pytest.mark.parametrize("inside", ["/>", ">", "/>a", "a>b"])
@pytest.mark.parametrize("text", ["true", "", "a>b"])
def test_attributes_that_look_like_an_end(inside: str, text: str) -> None:
    """An attribute, or the declaration of a namespace, may hold what ends a tag."""
    shape = Document({}).shape({"type": "object", "xml": {"name": "T"}, "properties": {"a": {"type": "string"}}}, "")
    for quote in "'\"":
        is_sure(f"<T><a xmlns:p={quote}{inside}{quote}>{text}</a></T>".encode(), shape)
        is_sure(f"<T xmlns:p={quote}{inside}{quote}><a>{text}</a></T>".encode(), shape)


def test_depth() -> None:
    """However deep a schema recurs, no document goes deeper than a lenient reader lets it."""
    tree = {"T": {"type": "object", "properties": {"T": {"$ref": "#/components/schemas/T"}}}}
    shape = Document({"components": {"schemas": tree}}).component("T")
    for levels, is_exact in ((2, True), (129, True), (130, False), (100_000, False)):
        assert is_sure(b"<T>" * levels + b"</T>" * levels, shape) == is_exact
