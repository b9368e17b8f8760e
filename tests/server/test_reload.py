"""A document that changes while it is served."""

from __future__ import annotations

import asyncio
from pathlib import Path

from mockserver.server.assembly import Server, assemble
from mockserver.server.reload import INTERVAL, Reloading
from mockserver.server.settings import Settings

API = "openapi: 3.0.3\ninfo: {title: %s, version: '1'}\npaths: {/a: %s}\n"
OK = "{get: {responses: {'204': {description: ''}}}}"


def titles(folder: Path, *steps: dict[str, str]) -> list[str]:
    """Serve ``api.yaml`` in *folder*, write the files of each step; return the title that is served after each."""
    settings = Settings(document=str(folder / "api.yaml"), log=False)

    def write(files: dict[str, str]) -> None:
        for name, text in files.items():
            (folder / name).write_text(text, "utf-8")

    def make() -> Server:
        return assemble(settings)

    async def serve() -> list[str]:
        write(steps[0])
        reloading = Reloading(make(), make)
        reloading.start()
        found = [reloading.server.contract.title]
        for files in steps[1:]:
            write(files)
            await asyncio.sleep(INTERVAL * 3)
            found.append(reloading.server.contract.title)
        return found

    return asyncio.run(serve())


def test_a_file_that_is_waited_for(tmp_path: Path) -> None:
    """A document that refers to a file which is not there is taken up when it comes, and when it is mended."""
    steps = (
        {"api.yaml": API % ("one", OK)},
        {"api.yaml": API % ("two", "{$ref: 'part.yaml#/a'}")},
        {"part.yaml": "a: ["},
        {"part.yaml": f"a: {OK}"},
        {"part.yaml": "a: {}", "api.yaml": API % ("three", "{$ref: 'part.yaml#/a'}")},
    )
    assert titles(tmp_path, *steps) == ["one", "one", "one", "two", "three"]
