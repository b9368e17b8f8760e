"""How an XML document departs from the form that its schema gives it (OAS 3.0.3, XML Object).

Reading XML is lenient, see :func:`mockserver.media.xml.decode`: what it forgives stands here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from xml.etree.ElementTree import Element, fromstring

from mockserver.contract.pointer import join
from mockserver.media.elements import SCHEMA_INSTANCE, Expected, Plan, Tag, expected, plan, root_tag
from mockserver.media.xml import BOOLEANS, NIL, SPACE, TYPES, document_text

if TYPE_CHECKING:
    from mockserver.contract.shape import Shape

INSTANCE = f"{{{SCHEMA_INSTANCE}}}"
NIL_NAMES = ("nil", "null")


class Departure(NamedTuple):
    """One departure: *kind* is what departs, *pointer* leads into the value that the document holds."""

    kind: Literal["root", "namespace", "structure"]
    pointer: str
    message: str
    expected: str
    actual: str


def departures(body: bytes, shape: Shape | None, charset: str | None = None) -> Iterator[Departure]:
    """Yield where *body*, which :func:`mockserver.media.xml.decode` can read, is not written as *shape* says."""
    # What could be read has no document type declaration: nothing is left to defuse.
    root = fromstring(document_text(body, charset))  # noqa: S314 (see above)
    planned = plan(shape)
    due = expected(root_tag(planned, None), "")
    _, local = _split(root.tag)
    if shape is not None and local != due.local:
        message = f"the root element is <{local}>, not <{due.local}>"
        yield Departure("root", "", message, f"<{due.local}>", f"<{local}>")
    yield from _element(root, planned, due, "", None)


def _element(element: Element, planned: Plan, own: Expected, pointer: str, around: str | None) -> Iterator[Departure]:
    """Yield the departures of an element and all below it; *around* is the wrong namespace that its parent is in."""
    namespace, local = _split(element.tag)
    wrong = namespace if namespace != own.namespace else None
    if namespace not in (own.namespace, around):
        message = f"<{local}> is in {_named(namespace)}, not in {_named(own.namespace)}"
        yield Departure("namespace", pointer, message, _named(own.namespace), _named(namespace))
    if element.attrib:
        yield from _attributes(element, planned, pointer)
    if not len(element):
        yield from _leaf(element, planned, pointer)
        return
    if any(text.strip(SPACE) for text in _texts(element)):
        stray = next(text.strip(SPACE) for text in _texts(element) if text.strip(SPACE))
        yield Departure(
            "structure", pointer, f"text {stray[:40]!r} stands between elements", "elements alone", stray[:40]
        )
    if planned.kind == "object":
        yield from _members(element, planned, own, pointer, wrong)
    elif planned.kind == "array":
        yield from _items(element, planned, own, pointer, wrong)


def _leaf(element: Element, planned: Plan, pointer: str) -> Iterator[Departure]:
    """Yield how a boolean departs from its spelling (XML Schema Part 2, section 3.2.2.1)."""
    text = (element.text or "").strip(SPACE)
    if planned.kind == "boolean" and text not in BOOLEANS and text.lower() in BOOLEANS:
        yield Departure("structure", pointer, f"a boolean is written {text.lower()}, not {text}", text.lower(), text)


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


def _members(element: Element, planned: Plan, own: Expected, pointer: str, around: str | None) -> Iterator[Departure]:
    counts: dict[str, int] = {}
    for child in element:
        _, local = _split(child.tag)
        name = planned.property_of(local)
        declared = planned.members.get(name)
        due = expected(declared[0] if declared else Tag(f"<{local}", ""), own.inherited)
        counts[name] = counts.get(name, -1) + 1
        member, place = planned.member(name), join(pointer, name)
        if child.tag == due.tag and not (child.attrib or len(child) or member.kind == "boolean" or planned.attributes):
            continue
        if member.repeats and not _is_noted(child):
            member, place = member.items, join(place, counts[name])
        if name in planned.attributes and not _is_noted(child):
            message = f"element <{local}> should be an attribute"
            yield Departure("structure", place, message, f"an attribute {local}", f"<{local}>")
        elif local != due.local:
            yield _misnamed(place, local, due)
        yield from _element(child, member, due, place, around)


def _items(element: Element, planned: Plan, own: Expected, pointer: str, around: str | None) -> Iterator[Departure]:
    for index, child in enumerate(element):
        _, local = _split(child.tag)
        place = join(pointer, index)
        tag = planned.item_tag or Tag(f"<{own.local}", "")
        due = expected(tag, own.inherited)
        if local != due.local:
            yield _misnamed(place, local, due)
        yield from _element(child, planned.items, due, place, around)


def _misnamed(pointer: str, local: str, due: Expected) -> Departure:
    return Departure("structure", pointer, f"element <{local}> should be <{due.local}>", f"<{due.local}>", f"<{local}>")


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
