"""Schemas with XML Objects, and values of them, drawn at random."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from mockserver.contract.shape import Shape

NIL = "http://www.w3.org/2001/XMLSchema-instance"
STRING, INTEGER, NUMBER, BOOLEAN = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))

# Names that differ in case, that XML does not know, that look escaped, and that mean something to XML or to us.
NAMES = st.sampled_from(
    [
        *("a", "A", "id", "Id", "type", "Type", "nil", "item", "xml", "xmlns", "T", "U", "a.", "a..", "_", "-"),
        *(
            "1a",
            "1A",
            "a b",
            "a:b",
            "",
            "_x_",
            "_X_",
            "_x0041_",
            "_X0041_",
            "_x0041",
            "_x0031_a",
            "_x20AC_",
            "€",
            "å",
            "Å",
        ),
        *("Ⓐ", "ⓐ", "😀", "_x0001F600_", "\x00", "\ud800", "K", "k", "İ"),
    ]
)
TEXTS = st.lists(
    st.sampled_from(
        [
            *"a1_\t\n\r <>&\"'",
            "\x00",
            "\x85",
            "\ud800",
            "\udc00",
            "\ufffe",
            "😀",
            "x0041_",
            "_x0041",
            "_x_",
            "]]>",
            "true",
            "1.0",
            "xD800",
        ]
    ),
    max_size=4,
).map("".join)
FLOATS = st.sampled_from([0.0, -0.0, 1.0, 150.0, 0.1, 1e22, 1e308, 5e-324]) | st.floats(
    allow_nan=False, allow_infinity=False
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.just(2**70), FLOATS, TEXTS)
VALUES = st.recursive(
    SCALARS, lambda child: st.lists(child, max_size=3) | st.dictionaries(NAMES, child, max_size=3), max_leaves=5
)

XML_OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "name": NAMES,
        "namespace": st.sampled_from(["urn:a", "http://b/?c&d", "", NIL, "a}b", "a b"]),
        "prefix": st.sampled_from(["p", "q", "xsi", "xml", "xmlns", "1", ""]),
        "attribute": st.just(value=True),
        "wrapped": st.just(value=True),
    },
)
LEAVES = st.sampled_from([STRING, INTEGER, NUMBER, BOOLEAN, {}])
REFERENCES = st.sampled_from([{"$ref": "#/components/schemas/T"}, {"$ref": "#/components/schemas/U"}])


def records(child: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("object"), "properties": st.dictionaries(NAMES, child, max_size=4)},
        optional={"additionalProperties": st.booleans() | child, "xml": XML_OBJECTS},
    )


def composites(child: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    arrays = st.fixed_dictionaries({"type": st.just("array"), "items": child}, optional={"xml": XML_OBJECTS})
    choices = st.fixed_dictionaries({"oneOf": st.lists(LEAVES, min_size=2, max_size=3)})
    return st.one_of(records(child), arrays, arrays, choices)


LEAVES_WITH_XML = st.builds(lambda leaf, xml_object: {**leaf, "xml": xml_object}, LEAVES, XML_OBJECTS)
SCHEMAS = st.recursive(st.one_of(LEAVES, LEAVES_WITH_XML, LEAVES_WITH_XML, REFERENCES), composites, max_leaves=6)
COMPONENTS = records(SCHEMAS) | composites(SCHEMAS)


@st.composite
def values_of(draw: st.DrawFn, shape: Shape, levels: int = 4) -> Any:
    """Draw a value that the shape takes, for the most part."""
    if levels == 0 or draw(st.integers(0, 7)) == 0:
        return draw(VALUES)
    match shape.kind:
        case "object":
            value = {
                name: draw(values_of(child, levels - 1))
                for name, child in shape.properties.items()
                if draw(st.integers(0, 3))
            }
            for name in draw(st.lists(NAMES | st.sampled_from([*shape.properties, "a"]).map(str.swapcase), max_size=2)):
                value.setdefault(name, draw(values_of(shape.additional, levels - 1) if shape.additional else VALUES))
            return value
        case "array":
            return [draw(values_of(shape.items, levels - 1)) for _ in range(draw(st.integers(0, 3)))]
        case "string" | "integer" | "number" | "boolean":
            return draw(
                {"string": TEXTS, "integer": st.integers(), "number": FLOATS, "boolean": st.booleans()}[shape.kind]
            )
    return draw(VALUES)
