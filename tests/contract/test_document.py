from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mockserver.contract import Document
from mockserver.errors import DocumentError

if TYPE_CHECKING:
    from pathlib import Path

ROOT: dict[str, Any] = {
    "paths": {"/a/{b}": {"get": {"description": "A"}}, "/c": {"$ref": "#/paths/~1a~1%7Bb%7D"}},
    "components": {
        "schemas": {
            "One": {"$ref": "#/components/schemas/Two"},
            "Two": {"$ref": "#/components/schemas/Three"},
            "Three": {"type": "string"},
            "a/b~c d": {"type": "integer"},
            "Ping": {"$ref": "#/components/schemas/Pong"},
            "Pong": {"$ref": "#/components/schemas/Ping"},
            "Self": {"$ref": "#/components/schemas/Self"},
        }
    },
}
FOLLOWED = [
    ({"type": "null"}, {"type": "null"}, "/here", None),
    ({"$ref": "#/components/schemas/One"}, {"type": "string"}, "/components/schemas/Three", "Three"),
    ({"$ref": "#/components/schemas/a~1b~0c%20d"}, {"type": "integer"}, "/components/schemas/a~1b~0c d", "a/b~c d"),
    ({"$ref": "#/paths/~1c"}, {"get": {"description": "A"}}, "/paths/~1a~1{b}", None),
    ({"$ref": "#/paths/~1a~1{b}/get"}, {"description": "A"}, "/paths/~1a~1{b}/get", None),
    ({"$ref": {"type": "string"}}, {"$ref": {"type": "string"}}, "/here", None),
]
UNFOLLOWED = [
    ({"$ref": "#/components/schemas/Ping"}, "the reference leads in a circle", "/here"),
    ({"$ref": "#/components/schemas/Self"}, "the reference leads in a circle", "/here"),
    ({"$ref": "#/components/schemas/No"}, "the reference '#/components/schemas/No' leads nowhere", "/here"),
    ({"$ref": "#Three"}, "the reference '#Three' leads nowhere", "/here"),
    ({"$ref": "#/components/schemas/Three/type"}, "expected a mapping, found str", "/components/schemas/Three/type"),
    ({"$ref": "Three"}, "cannot follow the reference 'Three': only files and this document", "/here"),
    (["no", "mapping"], "expected a mapping, found list", "/here"),
]


class TestReferences:
    """What a reference means."""

    @pytest.mark.parametrize(("node", "target", "pointer", "name"), FOLLOWED)
    def test_followed(self, node: Any, target: Any, pointer: str, name: str | None) -> None:
        """A chain of references leads to the node at its end, with its place, and its name if it is a component."""
        assert Document(ROOT).follow(node, "/here") == (target, pointer, name)

    @pytest.mark.parametrize(("node", "reason", "pointer"), UNFOLLOWED)
    def test_unfollowed(self, node: Any, reason: str, pointer: str) -> None:
        """A reference that leads in a circle, nowhere, or to what is no mapping is an error at its place."""
        with pytest.raises(DocumentError) as caught:
            Document(ROOT).follow(node, "/here")
        assert (caught.value.reason, caught.value.pointer) == (reason, pointer)

    def test_components(self) -> None:
        """Component schemas are found by name, references among them followed."""
        document = Document(ROOT)
        assert document.component_names == tuple(ROOT["components"]["schemas"])
        assert document.component("One") is document.component("Three")
        assert document.component("a/b~c d").kind == "integer"
        assert Document({}).component_names == ()

    def test_unknown_component(self) -> None:
        """A component schema that is not there is an error that names it."""
        with pytest.raises(DocumentError, match="there is no component schema 'Four'"):
            Document(ROOT).component("Four")


def write(folder: Path, **files: str) -> Path:
    """Write *files*, by name without their ending, and return the path of the first."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    return folder / f"{next(iter(files))}.yaml"


API = "openapi: 3.0.3\nschema:\n  $ref: 'common.yaml#/shared/Thing'\n"

REMOTE = "https://x.example/y.yaml#/z"
GONE = "leads nowhere: it cannot be read: No such file or directory"
UNREADABLE = [
    ({"api": API}, f"api.yaml:2: the reference 'common.yaml#/shared/Thing' {GONE} (at /schema)"),
    ({"api": API, "common": "shared: [\n"}, "common.yaml:2: is not YAML: "),
    ({"api": API, "common": "- a\n"}, "common.yaml: is not an OpenAPI document: expected a mapping at the top"),
    ({"api": f"a: {{$ref: '{REMOTE}'}}\n"}, f"api.yaml:1: refers to {REMOTE}: only files are followed; download it"),
    (
        {"api": API, "common": "a: 1\nshared: {Thing: {$ref: gone.yaml}}\n"},
        f"common.yaml:2: the reference 'gone.yaml' {GONE} (at /shared/Thing)",
    ),
]


class TestFiles:
    """Documents of one file and of several."""

    def test_reading(self, tmp_path: Path) -> None:
        """A document knows its text, its name and the file that it was read from."""
        path = write(tmp_path, api="\N{BYTE ORDER MARK}openapi: 3.0.3\n")
        document = Document.read(path)
        assert document.root == {"openapi": "3.0.3"}
        assert (document.source, document.text, list(document.files)) == (str(path), "openapi: 3.0.3\n", [path])

    def test_files_side_by_side(self, tmp_path: Path) -> None:
        """A reference to a node of another file leads there; that file's own references stay its own."""
        common = "shared:\n  Thing: {$ref: '#/shared/Other'}\n  Other: {type: string}\n"
        document = Document.read(write(tmp_path, api=API, common=common))
        target, _, name = document.follow(document.root["schema"], "/schema")
        assert (target, name) == ({"type": "string"}, None)
        assert list(document.files) == [tmp_path / "api.yaml", tmp_path / "common.yaml"]

    def test_whole_files(self, tmp_path: Path) -> None:
        """A reference without a fragment means a whole file, and blanks in its name may be escaped."""
        (tmp_path / "a thing.yaml").write_text("type: string\n", "utf-8")
        document = Document.read(write(tmp_path, api="schema: {$ref: a%20thing.yaml}\n"))
        assert document.follow(document.root["schema"], "/schema")[0] == {"type": "string"}

    def test_files_that_refer_to_each_other(self, tmp_path: Path) -> None:
        """Files may refer back, to themselves and in circles, and each is read once."""
        document = Document.read(
            write(
                tmp_path,
                api="a: {$ref: 'one.yaml#/x'}\nb: {$ref: 'two.yaml#/y'}\ncomponents: {schemas: {Base: {}}}\n",
                one="x: {$ref: 'two.yaml#/y'}\nz: {$ref: './one.yaml#/x'}\n",
                two="y: {$ref: 'api.yaml#/components/schemas/Base'}\nback: {$ref: 'one.yaml#/z'}\n",
            )
        )
        for name in ("a", "b"):
            assert document.follow(document.root[name], f"/{name}")[2] == "Base"
        assert len(document.files) == 3

    def test_folders(self, tmp_path: Path) -> None:
        """A file's references are relative to the file, not to the document."""
        (tmp_path / "parts").mkdir()
        (tmp_path / "parts" / "one.yaml").write_text("x: {$ref: 'two.yaml#/y'}\n", "utf-8")
        (tmp_path / "parts" / "two.yaml").write_text("y: {type: integer}\n", "utf-8")
        document = Document.read(write(tmp_path, api="a: {$ref: 'parts/one.yaml#/x'}\n"))
        assert document.follow(document.root["a"], "/a")[0] == {"type": "integer"}

    def test_examples_refer_to_nothing(self, tmp_path: Path) -> None:
        """In an example, a default, an enum or an extension ``$ref`` is a member like any other."""
        text = (
            "a: {example: {$ref: no.yaml}, default: {$ref: no.yaml}, enum: [{$ref: no.yaml}], x-b: {$ref: no.yaml}}\n"
            "examples: {c: {value: {$ref: no.yaml}}}\n"
            "d: {properties: {example: {$ref: yes.yaml}, default: {$ref: yes.yaml}}}\n"
            "responses: {default: {$ref: yes.yaml}}\n"
        )
        document = Document.read(write(tmp_path, api=text, yes="type: string\n"))
        assert document.root["a"]["example"] == {"$ref": "no.yaml"}
        for node in (*document.root["d"]["properties"].values(), *document.root["responses"].values()):
            assert document.follow(node, "/d")[0] == {"type": "string"}

    @pytest.mark.parametrize(("files", "message"), UNREADABLE)
    def test_unreadable_references(self, tmp_path: Path, files: dict[str, str], message: str) -> None:
        """A file that cannot be had is an error in the file and on the line that refers to it."""
        with pytest.raises(DocumentError) as caught:
            Document.read(write(tmp_path, **files))
        assert str(caught.value).removeprefix(f"{tmp_path}/").startswith(message)

    def test_place_in_another_file(self, tmp_path: Path) -> None:
        """A reference that leads nowhere inside another file is told with that file, its line and its pointer."""
        common = "shared:\n  Thing: {type: string}\n  Other:\n    $ref: '#/shared/Gone'\n"
        api = "a: {$ref: 'common.yaml#/shared/Other'}\nb: {$ref: 'common.yaml#/shared/No'}\n"
        document = Document.read(write(tmp_path, api=api, common=common))
        with pytest.raises(DocumentError) as caught:
            document.follow(document.root["a"], "/a")
        place = f"{tmp_path}/common.yaml"
        assert str(caught.value) == f"{place}:3: the reference '{place}#/shared/Gone' leads nowhere (at /shared/Other)"
        with pytest.raises(DocumentError) as caught:
            document.follow(document.root["b"], "/b")
        assert str(caught.value) == f"{tmp_path}/api.yaml:2: the reference '{place}#/shared/No' leads nowhere (at /b)"

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("gone.yaml", "cannot be read: No such file or directory"),
            ("", "cannot be read: Is a directory"),
            ("latin.yaml", "is not UTF-8 text; save it as UTF-8"),
        ],
    )
    def test_unreadable(self, tmp_path: Path, name: str, reason: str) -> None:
        """A document that cannot be read is an error that says why."""
        (tmp_path / "latin.yaml").write_bytes("title: Blåbær\n".encode("latin-1"))
        with pytest.raises(DocumentError) as caught:
            Document.read(tmp_path / name)
        assert (caught.value.source, caught.value.reason) == (str(tmp_path / name), reason)


def test_line(tmp_path: Path) -> None:
    """The line of a node is that in its own file."""
    document = Document.read(
        write(tmp_path, api="a: 1\nb:\n  c: {$ref: 'common.yaml#/e'}\n", common="d: 1\ne:\n  f: 2\n")
    )
    _, pointer, _ = document.follow(document.at("/b/c"), "/b/c")
    assert [document.line(each) for each in ("/b/c", pointer, f"{pointer}/f")] == [3, 2, 3]
    assert Document({"a": {"b": 1}}).line("/a/b") == 0
