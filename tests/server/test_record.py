"""``--record``: what was served can be validated."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from mockserver import recordings
from mockserver.documents import bundled
from mockserver.errors import UsageError
from mockserver.exchange import Exchange
from mockserver.judging import Judge
from mockserver.recordings import Source
from mockserver.server.assembly import assemble
from mockserver.server.background import Background
from mockserver.server.settings import Settings

PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"


def test_record(tmp_path: Path) -> None:
    """Each exchange is appended, whole and without secrets; a judge finds nothing in what a good client did."""
    path = tmp_path / "traffic.ndjson"
    settings = Settings(document=str(bundled()), record=str(path), redact=("Title",), log=False)
    before, urls = datetime.now(UTC), []
    for sale in (703, 704):
        with Background(settings) as server:
            urls.append(server.url)
            httpx.post(server.url + PATH, json={"SaleId": sale}, auth=("tje0", "Tje0")).raise_for_status()
    (shard,) = recordings.shards(Source(str(path)))
    exchanges = [each for each in recordings.read(shard) if isinstance(each, Exchange)]
    assert [each.request.body for each in exchanges] == [b'{"SaleId":703}', b'{"SaleId":704}']
    judge = Judge(server.contract)
    assert [judge.judge(each).findings for each in exchanges] == [(), ()]
    assert [each.request.server for each in exchanges] == [urls[0], urls[1]]
    started = [datetime.fromisoformat(each.started or "") for each in exchanges]
    assert before <= started[0] < started[1] <= datetime.now(UTC)
    text = path.read_text("utf-8")
    assert "dGplMDpUamUw" not in text
    assert r"\"Title\":\"[redacted]\"" in text


def test_nowhere_to_record(tmp_path: Path) -> None:
    """A file that cannot be written is told before anything is served."""
    with pytest.raises(UsageError, match=r"--record .*: cannot be written: No such file"):
        assemble(Settings(document=str(bundled()), record=str(tmp_path / "nowhere" / "traffic.ndjson")))
