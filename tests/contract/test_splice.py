"""A member at the top of a document's text, replaced in place."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from mockserver.contract.splice import spliced

DOCUMENTS = Path(__file__).parents[2]
SERVERS = [{"url": "/å"}]


HERE = 'servers: [{"url":"/å"}]'
CASES = {
    "flow": ("a: 1\nservers: []\nb: 2\n", f"a: 1\n{HERE}\nb: 2\n"),
    "block": (
        "# å\nservers:  # here\n- url: /\n  # inside\n\n# after\nb: 2\n",
        f"# å\n{HERE}\n  # inside\n\n# after\nb: 2\n",
    ),
    "block with a text of lines": ("servers:\n  - a: |\n      two\n      lines\nb: 2\n", f"{HERE}\nb: 2\n"),
    "end": ("b: 2\nservers:\n  - {url: /, variables: {a: {default: x}}}", f"b: 2\n{HERE}"),
    "nothing": ("servers:\nb: 2\n", f"{HERE}\nb: 2\n"),
    "JSON": ('{"a": {"servers": [1]}, "servers": [2]}', '{"a": {"servers": [1]}, "servers": [{"url":"/å"}]}'),
    "JSON without": ('{"a": 1}', '{"servers": [{"url":"/å"}], "a": 1}'),
    "YAML without": ("# first\n\n  a: 1\n  b: 2\n", f"# first\n\n  {HERE}\n  a: 1\n  b: 2\n"),
    "aliases": ("---\na: &x [1]\nb: *x\n", f"---\n{HERE}\na: &x [1]\nb: *x\n"),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_text(text: str, expected: str) -> None:
    """The member is written anew, and everything else stays where it was."""
    assert spliced(text, "servers", SERVERS) == expected


@pytest.mark.parametrize(
    "path", ["openapi/superoffice.yaml", "fixtures/documents/shop.yaml", "fixtures/documents/weather.json"]
)
def test_documents(path: str) -> None:
    """What is read afterwards is what was read before, but for that member."""
    text = (DOCUMENTS / path).read_text("utf-8")
    assert yaml.safe_load(spliced(text, "servers", SERVERS)) == {**yaml.safe_load(text), "servers": SERVERS}
