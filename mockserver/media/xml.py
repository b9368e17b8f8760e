"""XML 1.0: value to bytes and back, as a shape and its XML Objects say (OAS 3.0.3, XML Object).

What the schema tells, the document does not repeat. Where it does not tell a value's type,
an attribute ``type`` does, after .NET's mapping of JSON to XML, so that any JSON value comes
back as it was, valid or not. Null is ``xsi:nil="true"``; names and characters that XML
cannot carry are escaped (see :mod:`mockserver.media.escaping`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from mockserver.errors import MockserverError
from mockserver.media import escaping
from mockserver.media.body import DEPTH_AT_MOST, codec, marked_encoding, text_of, too_deep
from mockserver.media.elements import SCHEMA_INSTANCE, Plan, Tag, plan, root_tag
from mockserver.media.errors import MalformedBody
from mockserver.media.json import Shared

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element, TreeBuilder

    from mockserver.contract.shape import Shape

MEDIA_TYPE = "application/xml"
DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
INSTANCE = f' xmlns:xsi="{SCHEMA_INSTANCE}"'

Write = Callable[[str], None]

KINDS: dict[type, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    dict: "object",
    Shared: "object",
    list: "array",
    type(None): "null",
}
TEXTS: dict[str, Callable[[Any], str]] = {
    "string": escaping.text,
    "integer": str,
    "number": repr,
    "boolean": {True: "true", False: "false"}.__getitem__,
}

NIL = re.compile(r"\{http://www\.w3\.org/[0-9]+/(?:10/)?XMLSchema-instance\}(?:nil|null)")
TYPE_OF_INSTANCE = f"{{{SCHEMA_INSTANCE}}}type"
TYPES = {*KINDS.values()}
DECLARED_ENCODING = re.compile(rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']""")
# Encodings in which no byte is a letter of ASCII by itself.
WIDE = ("utf-16", "utf-32")
SPACE = " \t\r\n"
# What entities are declared in, as comments and CDATA sections are: a document without needs no wary parser.
DECLARED = "<!"
# An array nests one element deeper than its value: the one that each item is.
LEVELS_AT_MOST = DEPTH_AT_MOST + 1
INTEGER = re.compile(r"[+-]?[0-9]{1,4000}")
NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
BOOLEANS = {"true": True, "1": True, "false": False, "0": False}


def encode(value: Any, shape: Shape | None, root_name: str | None = None) -> bytes:
    """Return *value* as a document in UTF-8 whose element is *root_name*, or named after its type."""
    planned = plan(shape)
    parts = [DECLARATION]
    _write_element(parts.append, root_tag(planned, root_name), planned, value, INSTANCE)
    return "".join(parts).encode()


def _write_element(write: Write, tag: Tag, planned: Plan, value: Any, noted: str = "") -> None:
    """Write *value* as one element that has the attributes *noted*."""
    kind = KINDS[type(value)]
    if kind == "null":
        write(f'{tag.start}{noted} xsi:nil="true"/>')
        return
    if kind not in planned.told:
        noted = f'{noted} {planned.note}="{kind}"'
    if kind == "object":
        _write_object(write, tag, planned, value, noted)
    elif kind == "array":
        _write_array(write, tag, planned, value, noted)
    else:
        write(f"{tag.start}{noted}>{TEXTS[kind](value)}{tag.end}")


def _write_array(write: Write, tag: Tag, planned: Plan, items: list[Any], noted: str) -> None:
    write(f"{tag.start}{noted}>")
    for item in items:
        _write_element(write, planned.item_tag or tag, planned.items, item)
    write(tag.end)


def _write_object(write: Write, tag: Tag, planned: Plan, value: dict[str, Any], noted: str) -> None:
    head = tag.start + noted
    told: set[str] = set()
    if planned.attributes:
        head, told = _with_attributes(head, planned, value)
    write(f"{head}>")
    members = planned.members
    for name, (member_tag, member) in members.items():
        if name in value and name not in told:
            item = value[name]
            # Nine of ten members are leaves of the type that the schema says: they skip all questions.
            if KINDS[type(item)] == member.leaf:
                write(f"{member_tag.start}>{TEXTS[member.leaf](item)}{member_tag.end}")
            else:
                _write_member(write, member_tag, member, item)
    for name, item in value.items():
        if name not in members:
            _write_member(write, planned.undeclared_tag(name), planned.additional, item)
    write(tag.end)


def _with_attributes(head: str, planned: Plan, value: dict[str, Any]) -> tuple[str, set[str]]:
    """Return the start of a tag with attributes added to it, and the properties that they tell.

    An attribute has no place for a note, so that a value of another type must be an element.
    """
    told = set()
    for name, (local, prefix, declaration) in planned.attributes.items():
        if name not in value:
            continue
        item = value[name]
        kind = KINDS[type(item)]
        child = planned.member(name)
        if kind not in child.told and (kind, child.kind) != ("string", "any"):
            continue
        qualified = local
        if prefix and (declaration in head or f' xmlns:{prefix}="' not in head):
            qualified = f"{prefix}:{local}"
            head += "" if declaration in head else declaration
        text = escaping.attribute(item) if kind == "string" else TEXTS[kind](item)
        head += f' {qualified}="{text}"'
        told.add(name)
    return head, told


def _write_member(write: Write, tag: Tag, planned: Plan, value: Any) -> None:
    """Write *value* as the element of a member, or as one for each item of an array that is not wrapped."""
    if not planned.repeats or type(value) is not list:
        _write_element(write, tag, planned, value)
    elif _can_repeat(planned.items, value):
        for item in value:
            _write_element(write, tag, planned.items, item)
    else:
        _write_element(write, tag, planned, value, f' {planned.note}="array"')


def _can_repeat(planned: Plan, items: list[Any]) -> bool:
    """Whether *items* as elements of their own will be read as an array.

    No element is no array, and a single one that is null, or tells its type, is the member itself.
    """
    if len(items) != 1:
        return bool(items)
    kind = KINDS[type(items[0])]
    return kind in planned.told and kind != "array"


def decode(body: bytes, shape: Shape | None, charset: str | None = None) -> Any:
    """Return the value that *body* tells, as leniently as a server reads.

    Elements match declared properties in any case, namespaces and the name of the outermost
    element do not count, and a text that is no number where one is due stays a text. *charset*
    beats the XML declaration (RFC 7303, section 3). Raises MalformedBody, also for any document
    type declaration and for what nests too deep, and UnknownCharset.
    """
    return read(parsed(document_text(body, charset)), plan(shape))


def document_text(body: bytes, charset: str | None) -> str:
    """Return *body* as text: by *charset*, else by its byte order mark, else by what the document declares."""
    if charset is None and marked_encoding(body) is None:
        declared = DECLARED_ENCODING.match(body)
        # Bytes that could be read so far are not UTF-16, whatever they declare; .NET's StringWriter always does.
        if declared and not codec(declared[1].decode()).startswith(WIDE):
            charset = declared[1].decode()
    return text_of(body, charset, MEDIA_TYPE)


def misdeclared(body: bytes, charset: str | None) -> tuple[str, str] | None:
    """Return the encoding that *body* declares and the one that it is in, where they read its bytes otherwise.

    XML 1.0, section 4.3.3; a *charset* beside the document wins (RFC 7303, section 3), and leaves whoever reads it
    from a file with the wrong letters. *body* could be read by :func:`document_text`.
    """
    found = DECLARED_ENCODING.match(body)
    if found is None:
        return None
    declared = found[1].decode()
    actual = charset or marked_encoding(body) or "utf-8"
    if charset is None and marked_encoding(body) is None and not declared.lower().startswith(WIDE):
        return None  # it was read as it declares
    try:
        same = body.decode(codec(declared)) == body.decode(codec(actual))
    except (MockserverError, UnicodeError):
        same = False
    return None if same else (declared, actual)


def parsed(text: str, root: Element | None = None) -> Element:
    """Return the outermost element of *text*: *root*, where that was parsed already, unless it goes too deep.

    Raises MalformedBody as :func:`decode` does.
    """
    root = root if root is not None else plainly_parsed(text)
    if root is None:
        return _parsed_warily(text)
    if _is_deep(root):
        raise too_deep(MEDIA_TYPE)
    return root


def plainly_parsed(text: str) -> Element | None:
    """Return the outermost element of a *text* that declares nothing, however deep; None of any other, or of no XML."""
    # Loaded late, as few bodies are XML: the parser takes 10 ms to import.
    from xml.etree.ElementTree import ParseError, fromstring  # noqa: PLC0415 (see above)

    if DECLARED in text:
        return None
    try:
        return fromstring(text)  # noqa: S314 (nothing declares an entity)
    except (ParseError, UnicodeError):
        return None  # the wary way tells why, and where


def _is_deep(root: Element) -> bool:
    """Whether *root* has more levels than a value may: looks level by level, so depth costs no stack."""
    level = [root]
    for _ in range(LEVELS_AT_MOST):
        level = [child for parent in level for child in parent]
        if not level:
            return False
    return True


class _Builder:
    """What a parser tells its events to: builds elements, and refuses to go too deep."""

    def __init__(self, builder: TreeBuilder) -> None:
        self._level = 0
        self._builder = builder
        self.data = builder.data
        self.close = builder.close

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._level += 1
        if self._level > LEVELS_AT_MOST:
            raise too_deep(MEDIA_TYPE)
        self._builder.start(name, attributes)

    def end(self, name: str) -> None:
        self._level -= 1
        self._builder.end(name)


def _parsed_warily(text: str) -> Element:
    """Return the outermost element of a *text* that may declare what it likes, or is no XML at all."""
    from xml.etree.ElementTree import ParseError, TreeBuilder  # noqa: PLC0415 (see above)
    from xml.parsers.expat import ErrorString  # noqa: PLC0415 (see above)

    from defusedxml import DefusedXmlException  # noqa: PLC0415 (see above)
    from defusedxml.ElementTree import DefusedXMLParser  # noqa: PLC0415 (see above)

    parser = DefusedXMLParser(target=_Builder(TreeBuilder()), forbid_dtd=True)
    try:
        parser.feed(text)
        root: Element = parser.close()
    except ParseError as error:
        line, column = error.position
        raise MalformedBody(MEDIA_TYPE, ErrorString(error.code), line, column + 1) from error
    except DefusedXmlException as error:
        reason = "it has a document type declaration, which is refused as entities could be declared in it"
        raise MalformedBody(MEDIA_TYPE, reason) from error
    except UnicodeError as error:
        raise MalformedBody(MEDIA_TYPE, "it holds a lone surrogate") from error
    return root


def read(element: Element, planned: Plan) -> Any:
    """Return the value that *element* tells, as leniently as :func:`decode`."""
    attributes = element.items()
    if attributes and _is_nil(attributes):
        return None
    kind = (_noted(element, planned) if attributes else None) or _apparent(element, planned)
    if kind == "object":
        return _read_object(element, planned)
    if kind == "array":
        return [read(child, planned.items) for child in element]
    return scalar(_text(element), kind)


def _is_nil(attributes: Iterable[tuple[str, str]]) -> bool:
    return any(BOOLEANS.get(text.strip()) for name, text in attributes if NIL.fullmatch(name))


def _text(element: Element) -> str:
    """Return all text of *element* itself, between its children too."""
    text = element.text or ""
    return text + "".join([child.tail or "" for child in element]) if len(element) else text


def _noted(element: Element, planned: Plan) -> str | None:
    """Return the type that a note on *element* tells, or None without one that makes sense."""
    noted = element.get(TYPE_OF_INSTANCE)
    if noted not in TYPES and planned.note == "type":
        noted = element.get("type")
    return noted if noted in TYPES else None


def _apparent(element: Element, planned: Plan) -> str:
    """Return the type that the schema tells, unless *element* is plainly of another."""
    if planned.kind in ("object", "array"):
        return planned.kind if len(element) or not _text(element).strip(SPACE) else "string"
    if len(element):
        return "object"
    return "string" if planned.kind == "any" else planned.kind


def _read_object(element: Element, planned: Plan) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for qualified, text in element.items():
        name = (
            None if qualified.startswith(f"{{{SCHEMA_INSTANCE}}}") else planned.property_of_attribute(_local(qualified))
        )
        if name is not None:
            kind = planned.member(name).kind
            value[name] = scalar(text, "string" if kind == "any" else kind)
    found: dict[str, list[Element]] = {}
    for child in element:
        found.setdefault(planned.property_of(_local(child.tag)), []).append(child)
    value.update({name: _read_member(children, planned.member(name)) for name, children in found.items()})
    return value


def _read_member(elements: list[Element], planned: Plan) -> Any:
    """Return the value of a member that *elements* tell together.

    Several are an array even where the schema knows of none, so that nothing is lost unseen.
    """
    single = len(elements) == 1
    if planned.repeats and not (single and (_is_nil(elements[0].items()) or _noted(elements[0], planned))):
        return [read(element, planned.items) for element in elements]
    values = [read(element, planned) for element in elements]
    return values[0] if single else values


def scalar(text: str, kind: str) -> Any:
    """Return the value of a *kind* that *text* spells; text that spells none stays text."""
    plain = text.strip(SPACE)
    if kind in ("integer", "number"):
        if INTEGER.fullmatch(plain):
            return int(plain)
        if NUMBER.fullmatch(plain) and math.isfinite(float(plain)):
            return float(plain)
    elif kind == "boolean" and plain.lower() in BOOLEANS:
        return BOOLEANS[plain.lower()]
    elif kind == "null":
        return None
    return escaping.unescaped(text)


def _local(name: str) -> str:
    return name.rpartition("}")[2]
