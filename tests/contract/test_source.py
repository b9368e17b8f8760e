from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockserver.contract.source import DEPTH_AT_MOST, Source
from mockserver.errors import DocumentError

# YAML 1.2.2, section 10.3.2: what plain scalars are; YAML 1.1 has other ideas of those marked.
SCALARS = [
    ("null", None),
    ("~", None),
    ("", None),
    ("true", True),
    ("False", False),
    ("no", "no"),  # 1.1: false
    ("on", "on"),  # 1.1: true
    ("12", 12),
    ("-7", -7),
    ("0x1F", 31),
    ("0o17", 15),
    ("017", 17),  # 1.1: 15
    ("1_000", "1_000"),  # 1.1: 1000
    ("12:30", "12:30"),  # 1.1: 750
    ("00:00:00", "00:00:00"),  # 1.1: 0
    ("2026-01-31", "2026-01-31"),  # 1.1: a date
    ("2026-01-31T10:00:00Z", "2026-01-31T10:00:00Z"),  # 1.1: a date
    ("1.5", 1.5),
    (".5", 0.5),
    ("1e3", 1000.0),  # 1.1: a text
    (".inf", ".inf"),  # 1.1: no JSON number
    ("3.0.3", "3.0.3"),
    ("'12'", "12"),
    ('"no"', "no"),
    ("!!str 12", "12"),
    ("!!int '12'", 12),
    ("!!float 1", 1.0),
    ("!!bool 'true'", True),
    ("!!null ''", None),
    ("! 12", "12"),
    ("!mine 12", "12"),
]

# Texts with all that means something to YAML, and values made of them.
TEXTS = st.text("ab :#-?'\"{}[],&*!|>%@\\\néß🙂", max_size=6) | st.sampled_from(["no", "1", "~", "2026-01-31"])
VALUES = st.recursive(
    TEXTS | st.integers(-(2**63), 2**63) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def error_of(text: str) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        Source("api.yaml", text).tree()
    return caught.value


class TestValues:
    """What a text holds."""

    @pytest.mark.parametrize(("text", "value"), SCALARS)
    def test_scalars(self, text: str, value: Any) -> None:
        """Scalars are what YAML 1.2 makes of them, which OAS asks for."""
        found = Source("api.yaml", f"a: {text}\n").tree()["a"]
        assert (type(found), found) == (type(value), value)

    @pytest.mark.parametrize("key", ["200", "1.0", "no", "true", "~", "2026-01-31", "'a b'"])
    def test_keys(self, key: str) -> None:
        """Keys are texts, as they are written."""
        assert Source("api.yaml", f"{key}: 1\n").tree() == {key.strip("'"): 1}

    def test_merge_keys(self) -> None:
        """Own members win over merged ones, wherever they stand, and earlier merged ones over later."""
        text = "a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {z: 3, <<: [*a, *b]}\nd: {<<: *b, x: 4}\ne: {'<<': 5}\n"
        tree = Source("api.yaml", text).tree()
        assert (tree["c"], tree["d"], tree["e"]) == ({"x": 1, "y": 1, "z": 3}, {"x": 4, "z": 2}, {"<<": 5})

    def test_aliases_are_copies(self) -> None:
        """What an alias repeats is another value, so that a change of the one is none of the other."""
        tree = Source("api.yaml", "a: &a {x: 1}\nb: *a\n").tree()
        tree["a"]["x"] = 2
        assert tree["b"] == {"x": 1}

    def test_flow_style(self) -> None:
        """A text that begins with a brace and is not JSON may be YAML."""
        assert Source("api.yaml", "{a: 1, 'b': [2,],}").tree() == {"a": 1, "b": [2]}

    @given(st.dictionaries(TEXTS, VALUES, max_size=4))
    def test_json(self, tree: dict[str, Any]) -> None:
        """JSON texts are read as JSON."""
        assert Source("api.json", json.dumps(tree)).tree() == tree

    @given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
    def test_yaml(self, tree: dict[str, Any]) -> None:
        """What PyYAML writes is read as it was."""
        assert Source("api.yaml", yaml.dump(tree, allow_unicode=True)).tree() == tree


BROKEN = [
    ("a: [1,\nb: 2\n", "is not YAML: did not find expected", 3),
    ("a: 1\n\tb: 2\n", "is not YAML: found", 2),
    ("a: *b\n", "is not YAML: no anchor &b ends before its alias", 1),
    ("a: 1\nb: &b [*b]\n", "is not YAML: no anchor &b ends before its alias", 2),
    ("a: 1\n? [b]\n: c\n", "is not YAML: a key must be a text", 2),
    ("a:\n  <<: 5\n", "is not YAML: << takes a mapping, or a list of mappings", 2),
    ("a: 1\n---\nb: 2\n", "holds more than one YAML document", 2),
    ("a: \x00\n", "is not YAML: unacceptable character #x0000", 0),
    ("a: !!int x\n", "is not YAML: invalid literal for int() with base 10: 'x'", 0),
    ('{"a": 1,\n"b": }}', "is not JSON: unexpected", 2),
    ('{"a": [1,\n', "is not JSON: unexpected", 2),
    ("a: 1\nb:\n  c: 1\n  d: 2\n  c: 3\n", "has the key 'c' twice: it stands on line 3 too", 5),
    ('{"a": 1,\n"b": {"a": 1,\n"a": 2}}', "has the key 'a' twice: it stands on line 2 too", 3),
    ('{"a": [{"b":\t1,\t"b": 2}]}', "has the key 'b' twice: it stands on line 1 too", 1),
    ("- a\n", "is not an OpenAPI document: expected a mapping at the top", 0),
    ("", "is not an OpenAPI document: expected a mapping at the top", 0),
    ("just words", "is not an OpenAPI document: expected a mapping at the top", 0),
]


class TestErrors:
    """What cannot be read."""

    @pytest.mark.parametrize(("text", "reason", "line"), BROKEN)
    def test_broken(self, text: str, reason: str, line: int) -> None:
        """A broken text is an error that tells the reason, and the line where one is to blame."""
        error = error_of(text)
        assert error.reason.startswith(reason)
        assert (error.source, error.line) == ("api.yaml", line)

    def test_aliases_that_explode(self) -> None:
        """Nine aliases of nine aliases of nine … are refused before they fill the memory."""
        lines = [f"a{each}: &a{each} [{', '.join([f'*a{each - 1}'] * 9)}]" for each in range(1, 12)]
        assert error_of("a0: &a0 [x]\n" + "\n".join(lines)).reason.startswith("grows beyond measure: its aliases")

    def test_merges_that_explode(self) -> None:
        """Merge keys that repeat merge keys are refused too, though their result is small."""
        lines = [f"a{each}: &a{each} {{<<: [{', '.join([f'*a{each - 1}'] * 9)}]}}" for each in range(1, 12)]
        assert error_of("a0: &a0 {x: 1}\n" + "\n".join(lines)).reason.startswith("grows beyond measure: its aliases")

    @pytest.mark.parametrize(
        "text",
        [
            "a: " + "[" * 100_000 + "]" * 100_000,
            "\n".join("  " * depth + "a:" for depth in range(1000)),
            '{"a":' * 1000 + "1" + "}" * 1000,
            "\n".join(f"a{depth}: &a{depth} [{f'*a{depth - 1}' if depth else 1}]" for depth in range(1000)),
        ],
        ids=["flow", "block", "json", "aliases"],
    )
    def test_deep_nesting(self, text: str) -> None:
        """A text that is nested without end is an error, not the end of the process."""
        assert error_of(text).reason == f"is nested more than {DEPTH_AT_MOST} deep"

    @pytest.mark.parametrize("depth", [DEPTH_AT_MOST, DEPTH_AT_MOST + 1])
    @pytest.mark.parametrize("text", ["a: {}", '{{"a": {}}}', "{{a: {}}}"], ids=["block", "json", "flow"])
    def test_depth(self, text: str, depth: int) -> None:
        """However a text is written, so many lists in each other are taken, and not one more."""
        source = Source("api.yaml", text.format("[" * depth + "]" * depth))
        if depth <= DEPTH_AT_MOST:
            assert source.tree()["a"]
        else:
            with pytest.raises(DocumentError):
                source.tree()


LINES = """\
openapi: 3.0.3
x-types:
  id: &id
    type: integer
    minimum: 1
  named: &named {<<: *id, title: Name}
paths:
  /a~b/{c}:
    get: {tags: [one,
      two]}
  '/quoted':
    parameters:
      - name: first
      - {name: second,
         in: query}
schema:
  <<: [*named, *id]
  description: Merged
alias: *id
"""


class TestLines:
    """Where nodes begin."""

    @pytest.mark.parametrize(
        ("pointer", "line"),
        [
            ("", 1),
            ("/openapi", 1),
            ("/x-types/id/minimum", 5),
            ("/paths/~1a~0b~1{c}", 8),
            ("/paths/~1a~0b~1{c}/get/tags/1", 10),
            ("/paths/~1quoted/parameters/0", 13),
            ("/paths/~1quoted/parameters/1/in", 15),
            ("/schema", 16),
            ("/schema/description", 18),
            ("/schema/title", 6),
            ("/schema/minimum", 5),
            ("/x-types/named/type", 4),
            ("/alias", 19),
            ("/alias/type", 4),
            ("/paths/~1quoted/nowhere/at/all", 11),
            ("/paths/~1quoted/parameters/2", 12),
            ("/nowhere", 1),
        ],
    )
    def test_yaml(self, pointer: str, line: int) -> None:
        """A node begins on the line of its key, or of its item; what is merged in, where it was written."""
        assert Source("api.yaml", LINES).line(pointer) == line

    def test_json(self) -> None:
        """Lines of JSON are found too."""
        text = json.dumps({"paths": {"/a": {"get": [1, {"b": 2}]}}}, indent=2)
        assert [Source("a.json", text).line(each) for each in ("/paths", "/paths/~1a/get", "/paths/~1a/get/1/b")] == [
            2,
            4,
            7,
        ]

    def test_unknown(self) -> None:
        """A tree that was not read from a text has no lines, nor has a text that YAML cannot read."""
        assert Source("api.yaml", "").line("/paths") == 0
        assert Source("api.yaml", "a: [").line("/a") == 0
