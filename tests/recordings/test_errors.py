from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from backports import zstd

from mockserver.exchange import Exchange

from .conftest import Recording

DOCS = Path(__file__).parents[2] / "docs" / "recordings.md"
WITHOUT = """
import sys
sys.modules[sys.argv[1]] = None
from mockserver.errors import MockserverError
from mockserver.recordings import read, shards, sources
try:
    print([each for source in sources([sys.argv[2]]) for shard in shards(source) for each in read(shard)])
except MockserverError as error:
    print(error)
"""


@pytest.mark.parametrize(
    ("module", "path", "extra"),
    [
        ("backports.zstd" if sys.version_info < (3, 14) else "compression.zstd", "a.ndjson.zst", "compression"),
        ("fsspec", "memory://a.ndjson", "remote"),
        ("brotli", "brotli.ndjson", "compression"),
    ],
)
def test_what_is_not_installed_is_named(module: str, path: str, extra: str, tmp_path: Path) -> None:
    """Without an extra, its name is told and how to install it."""
    (tmp_path / "a.ndjson.zst").write_bytes(zstd.compress(b"{}"))
    (tmp_path / "brotli.ndjson").write_text(
        '{"request":{"method":"GET","url":"/"},"response":{"status":200,"base64":"CwGAewH/Aw==",'
        '"headers":[["Content-Encoding","br"],["Content-Type","application/json"]]}}'
    )
    command = [sys.executable, "-c", WITHOUT, module, path]
    told = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert f"pip install 'mockserver[{extra}]'" in told


def test_the_line_of_the_documentation_is_read(recording: Recording) -> None:
    """What docs/recordings.md shows is an exchange."""
    lines = re.findall(r"```json\n(.*?)```", DOCS.read_text(), re.DOTALL)
    (exchange,) = recording(lines[0].encode())
    assert isinstance(exchange, Exchange)
    assert exchange.request.body == b'{"SaleId": 703}'
