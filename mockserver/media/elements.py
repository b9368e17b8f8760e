"""Which element or attribute carries which property (OAS 3.0.3, XML Object): worked out once for each shape."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from html import unescape
from typing import TYPE_CHECKING, Any, NamedTuple

from mockserver.media import escaping

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from mockserver.contract.shape import Shape

SCHEMA_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ITEM = "item"
LEAVES = ("string", "integer", "number", "boolean")

# Names that mean something to XML itself, or that we bind ourselves.
RESERVED_ATTRIBUTE = "xmlns"
RESERVED_PREFIX = re.compile("xsi|xml.*", re.IGNORECASE)
RESERVED_NAMESPACES = {SCHEMA_INSTANCE, "http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/"}
DECLARATION = re.compile(r' xmlns(?::[^=]+)?="([^"]*)"')
URI = re.compile(r"[!#-;=?-\[\]_a-z~]+")


class Tag(NamedTuple):
    """An element's tags: *start* lacks its ``>``, so that attributes can follow."""

    start: str
    end: str


class Attribute(NamedTuple):
    """An attribute: *declaration* is the one that *prefix* needs, both blank where there is none."""

    local: str
    prefix: str
    declaration: str


class Expected(NamedTuple):
    """The name that an element should have, and the namespace that its children are in unless they say otherwise."""

    local: str
    namespace: str
    inherited: str
    tag: str


class Plan:
    """How the values of one shape stand in XML; without a shape, how any value does.

    Children are planned when first asked for, as shapes are.
    """

    def __init__(self, shape: Shape | None) -> None:
        self.shape = shape
        self.kind = shape.kind if shape else "any"
        # An integer needs no note where the schema says number: its text has no point.
        self.told = ("number", "integer") if self.kind == "number" else (self.kind,)
        self.leaf = self.kind if self.kind in LEAVES else ""
        xml: Any = shape.node.get("xml") if shape else None
        self.xml: Mapping[str, Any] = xml if isinstance(xml, dict) else {}
        self.repeats = self.kind == "array" and self.xml.get("wrapped") is not True

    @cached_property
    def own_name(self) -> str | None:
        """The name that the schema gives its element; None without one, or if XML cannot carry it as it is."""
        name = self.xml.get("name")
        return name if isinstance(name, str) and escaping.is_plain_name(name) else None

    @cached_property
    def naming(self) -> Plan:
        """The plan that names the element of a property: items that stand alone have their own names."""
        return self.items if self.repeats and self.items.own_name else self

    @cached_property
    def note(self) -> str:
        """The attribute that tells a type where the schema does not: ``type``, unless a property claims that name."""
        bearer = self.items if self.repeats else self
        return "xsi:type" if bearer.property_of_attribute("type") else "type"

    @cached_property
    def items(self) -> Plan:
        """The plan of an array's items."""
        return plan(self.shape.items) if self.shape and self.kind == "array" else ANY

    @cached_property
    def item_tag(self) -> Tag | None:
        """The tag of each item inside an array's own element; None if it is the same as the array's."""
        if self.kind != "array":
            return tag(ITEM)
        name = self.items.own_name or (self.items.shape and self.items.shape.name)
        return tag(escaping.name(name), self.items.xml) if name else None

    @cached_property
    def members(self) -> dict[str, tuple[Tag, Plan]]:
        """Tag and plan of each declared property, in the document's order."""
        return {
            name: (tag(element, self._children[name].naming.xml), self._children[name])
            for element, name in self._elements.items()
        }

    @cached_property
    def additional(self) -> Plan:
        """The plan of members that the schema does not declare."""
        return plan(self.shape.additional) if self.shape and self.kind == "object" else ANY

    @cached_property
    def attributes(self) -> dict[str, Attribute]:
        """Attribute of each property that is to be one."""
        return {name: _attribute(local, self._children[name].xml) for local, name in self._attributes.items()}

    def member(self, name: str) -> Plan:
        """Return the plan of member *name*, declared or not."""
        return self._children.get(name, self.additional)

    def undeclared_tag(self, name: str) -> Tag:
        """Return the tag of the undeclared member *name*, disguised where it would be read as a declared one."""
        element = escaping.name(name)
        return tag(escaping.disguised(name) if element.lower() in self._readable_folded else element)

    def property_of(self, element: str) -> str:
        """Return the member that *element* carries: the exact name first, then one in another case."""
        name = self._readable.get(element)
        if name is None:
            name = self._readable_folded.get(element.lower())
        return escaping.unescaped_name(element) if name is None else name

    def property_of_attribute(self, local: str) -> str | None:
        """Return the member that the attribute *local* carries, or None."""
        name = self._attributes.get(local)
        return self._attributes_folded.get(local.lower()) if name is None else name

    @cached_property
    def _children(self) -> dict[str, Plan]:
        if self.shape is None or self.kind != "object":
            return {}
        return {name: plan(shape) for name, shape in self.shape.properties.items()}

    @cached_property
    def _elements(self) -> dict[str, str]:
        """Property by element; where two claim one name, the later keeps its own, with dots if need be."""
        elements: dict[str, str] = {}
        for name, child in self._children.items():
            element = child.naming.own_name
            if element is None or element in elements:
                element = escaping.name(name)
            elements[_free(element, elements)] = name
        return elements

    @cached_property
    def _readable(self) -> dict[str, str]:
        """Property by element, or by its own name where no element has that."""
        return {**{escaping.name(name): name for name in self._children}, **self._elements}

    @cached_property
    def _readable_folded(self) -> dict[str, str]:
        return _folded(self._readable)

    @cached_property
    def _attributes(self) -> dict[str, str]:
        """Property by attribute; objects and arrays are elements whatever the schema says."""
        attributes: dict[str, str] = {}
        for name, child in self._children.items():
            if child.xml.get("attribute") is True and child.kind not in ("object", "array"):
                local = child.own_name or escaping.name(name)
                attributes[_free(local, {*attributes, RESERVED_ATTRIBUTE})] = name
        return attributes

    @cached_property
    def _attributes_folded(self) -> dict[str, str]:
        return _folded(self._attributes)


ANY = Plan(None)


@lru_cache(maxsize=4096)
def plan(shape: Shape | None) -> Plan:
    """Return the plan of *shape*."""
    return ANY if shape is None else Plan(shape)


def root_tag(planned: Plan, name: str | None) -> Tag:
    """Return the tag of a document's element: called *name*, or as the schema says, or after its type."""
    name = name or planned.own_name or (planned.shape and planned.shape.name) or "root"
    return tag(escaping.name(name), planned.xml)


def tag(element: str, xml: Mapping[str, Any] | None = None) -> Tag:
    """Return the tags of *element*, in the namespace that the XML Object *xml* gives it."""
    prefix, declaration = _namespace(xml) if xml else ("", "")
    name = f"{prefix}:{element}" if prefix else element
    return Tag(f"<{name}{declaration}", f"</{name}>")


@lru_cache(maxsize=4096)
def expected(tag: Tag, inherited: str) -> Expected:
    """Return what an element with *tag* should be called, inside one that hands down the namespace *inherited*."""
    prefix, _, local = tag.start[1:].partition(" ")[0].rpartition(":")
    declared = DECLARATION.search(tag.start)
    namespace = inherited if declared is None else unescape(declared[1])
    handed_down = inherited if prefix else namespace
    return Expected(local, namespace, handed_down, f"{{{namespace}}}{local}" if namespace else local)


def _attribute(local: str, xml: Mapping[str, Any]) -> Attribute:
    prefix, declaration = _namespace(xml)
    # A default namespace is for elements alone (Namespaces in XML 1.0, section 6.2).
    return Attribute(local, prefix, declaration if prefix else "")


def _namespace(xml: Mapping[str, Any]) -> tuple[str, str]:
    """Return the prefix of an XML Object and the declaration of its namespace; blank where XML would forbid them."""
    prefix, namespace = xml.get("prefix"), xml.get("namespace")
    if not isinstance(namespace, str) or not URI.fullmatch(namespace) or namespace in RESERVED_NAMESPACES:
        return "", ""
    if not isinstance(prefix, str) or not escaping.is_plain_name(prefix) or RESERVED_PREFIX.fullmatch(prefix):
        prefix = ""
    declared = f"xmlns:{prefix}" if prefix else "xmlns"
    return prefix, f' {declared}="{escaping.attribute(namespace)}"'


def _free(name: str, taken: Container[str]) -> str:
    """Return *name*, with as many dots as keep it apart from those *taken*."""
    while name in taken:
        name += "."
    return name


def _folded(names: Mapping[str, str]) -> dict[str, str]:
    folded: dict[str, str] = {}
    for name, meant in names.items():
        folded.setdefault(name.lower(), meant)
    return folded
