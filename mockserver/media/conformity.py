"""How an XML document departs from the form that its schema gives it (OAS 3.0.3, XML Object).

Reading XML is lenient, see :func:`mockserver.media.xml.decode`: what it forgives stands here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape
from typing import TYPE_CHECKING, Literal, NamedTuple
from xml.etree.ElementTree import Element, fromstring

from mockserver.contract.pointer import join
from mockserver.media.elements import SCHEMA_INSTANCE, Plan, Tag, plan, root_tag
from mockserver.media.xml import BOOLEANS, NIL, SPACE, TYPES, document_text

if TYPE_CHECKING:
    from mockserver.contract.shape import Shape

INSTANCE = f"{{{SCHEMA_INSTANCE}}}"
NIL_NAMES = ("nil", "null")
DECLARATION = re.compile(r' xmlns(?::[^=]+)?="([^"]*)"')


class Departure(NamedTuple):
    """One departure: *kind* is what departs, *pointer* leads into the value that the document holds."""

    kind: Literal["root", "namespace", "structure"]
    pointer: str
    message: str
    expected: str
    actual: str


class _Expected(NamedTuple):
    """The name that an element should have, and the namespace that its children are in unless they say otherwise."""

    local: str
    namespace: str
    inherited: str
    tag: str


def departures(body: bytes, shape: Shape | None, charset: str | None = None) -> Iterator[Departure]:
    """Yield where *body*, which :func:`mockserver.media.xml.decode` can read, is not written as *shape* says."""
    # What could be read has no document type declaration: nothing is left to defuse.
    root = fromstring(document_text(body, charset))  # noqa: S314 (see above)
    planned = plan(shape)
    expected = _expected(root_tag(planned, None), "")
    _, local = _split(root.tag)
    if shape is not None and local != expected.local:
        message = f"the root element is <{local}>, not <{expected.local}>"
        yield Departure("root", "", message, f"<{expected.local}>", f"<{local}>")
    yield from _element(root, planned, expected, "", None)


def _element(
    element: Element, planned: Plan, expected: _Expected, pointer: str, around: str | None
) -> Iterator[Departure]:
    """Yield the departures of an element and all below it; *around* is the wrong namespace that its parent is in."""
    namespace, local = _split(element.tag)
    wrong = namespace if namespace != expected.namespace else None
    if namespace not in (expected.namespace, around):
        message = f"<{local}> is in {_named(namespace)}, not in {_named(expected.namespace)}"
        yield Departure("namespace", pointer, message, _named(expected.namespace), _named(namespace))
    if element.attrib:
        yield from _attributes(element, planned, pointer)
    if not len(element):
        return
    if any(text.strip(SPACE) for text in _texts(element)):
        stray = next(text.strip(SPACE) for text in _texts(element) if text.strip(SPACE))
        yield Departure(
            "structure", pointer, f"text {stray[:40]!r} stands between elements", "elements alone", stray[:40]
        )
    if planned.kind == "object":
        yield from _members(element, planned, expected, pointer, wrong)
    elif planned.kind == "array":
        yield from _items(element, planned, expected, pointer, wrong)


def _attributes(element: Element, planned: Plan, pointer: str) -> Iterator[Departure]:
    for name, text in element.attrib.items():
        namespace, local = _split(name)
        if NIL.fullmatch(name):
            value = BOOLEANS.get(text.strip(SPACE))
            if value is None:
                yield Departure("structure", pointer, f"xsi:nil is {text!r}, not true or false", "true or false", text)
            elif value and (len(element) or (element.text or "").strip(SPACE)):
                yield Departure("structure", pointer, "an element with xsi:nil is not empty", "no content", "content")
        elif local in NIL_NAMES and planned.property_of_attribute(local) is None:
            message = f"the attribute {local} is not in the namespace of XML Schema instances, so it says nothing"
            yield Departure("structure", pointer, message, f"xsi:nil ({SCHEMA_INSTANCE})", _named(namespace))


def _members(
    element: Element, planned: Plan, expected: _Expected, pointer: str, around: str | None
) -> Iterator[Departure]:
    counts: dict[str, int] = {}
    for child in element:
        _, local = _split(child.tag)
        name = planned.property_of(local)
        declared = planned.members.get(name)
        due = _expected(declared[0] if declared else Tag(f"<{local}", ""), expected.inherited)
        counts[name] = counts.get(name, -1) + 1
        if child.tag == due.tag and not child.attrib and not len(child):
            continue
        member, place = planned.member(name), join(pointer, name)
        if member.repeats and not _is_noted(child):
            member, place = member.items, join(place, counts[name])
        if local != due.local:
            yield _misnamed(place, local, due)
        yield from _element(child, member, due, place, around)


def _items(
    element: Element, planned: Plan, expected: _Expected, pointer: str, around: str | None
) -> Iterator[Departure]:
    for index, child in enumerate(element):
        _, local = _split(child.tag)
        place = join(pointer, index)
        tag = planned.item_tag or Tag(f"<{expected.local}", "")
        due = _expected(tag, expected.inherited)
        if local != due.local:
            yield _misnamed(place, local, due)
        yield from _element(child, planned.items, due, place, around)


def _misnamed(pointer: str, local: str, due: _Expected) -> Departure:
    return Departure("structure", pointer, f"element <{local}> should be <{due.local}>", f"<{due.local}>", f"<{local}>")


@lru_cache(maxsize=4096)
def _expected(tag: Tag, inherited: str) -> _Expected:
    """Return what an element with *tag* should be called, inside one that hands down the namespace *inherited*."""
    prefix, _, local = tag.start[1:].partition(" ")[0].rpartition(":")
    declared = DECLARATION.search(tag.start)
    namespace = inherited if declared is None else unescape(declared[1])
    handed_down = inherited if prefix else namespace
    return _Expected(local, namespace, handed_down, f"{{{namespace}}}{local}" if namespace else local)


def _is_noted(element: Element) -> bool:
    """Whether an element tells the type of a whole member, or that there is none."""
    noted = element.get(f"{INSTANCE}type") or element.get("type")
    return noted in TYPES or any(NIL.fullmatch(name) for name in element.attrib)


def _texts(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        yield child.tail or ""


@lru_cache(maxsize=4096)
def _split(name: str) -> tuple[str, str]:
    """Return namespace and local name of ``{namespace}name``."""
    namespace, _, local = name.rpartition("}")
    return namespace.removeprefix("{"), local


def _named(namespace: str) -> str:
    return f"the namespace {namespace}" if namespace else "no namespace"
