from __future__ import annotations

import base64
import hashlib
import re

import pytest

from mockserver.excerpt import excerpt
from mockserver.finding import Finding, Party, Severity
from mockserver.report import Judged, Report, Tally
from mockserver.reports import Run, render
from mockserver.reports.html import GROUPS


def page(*findings: Finding, run: Run | None = None) -> str:
    """Return the page that tells *findings*."""
    tally = Tally()
    tally.add(Judged("get", 200, findings))
    return render("html", tally.report(), run or Run()).decode()


def finding(**facts: str) -> Finding:
    """Return a finding, its texts replaced by *facts*."""
    texts = {"rule": "a.b", "message": "wrong", "operation": "get"} | facts
    return Finding(severity=Severity.ERROR, party=Party.PROVIDER, **texts)  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["rule", "message", "part", "pointer", "expected", "actual", "operation", "excerpt"])
def test_hostile_texts(field: str) -> None:
    """Whatever a stranger wrote stands on the page as text, in every place that shows it."""
    attack = "</script></code><script>alert('&amp;')</script>\" onfocus=alert(1) autofocus x=\""
    told = page(finding(**{field: attack}))
    assert told.count("<script") == 1
    assert "<script>alert" not in told
    assert not re.search("<[^>]* onfocus=alert[^>]*>", re.sub('"[^"]*"', '""', told))
    assert "&lt;/script&gt;&lt;/code&gt;&lt;script&gt;alert(&#x27;&amp;amp;&#x27;)" in told


def test_policy() -> None:
    """The page's own policy lets run the script that it carries, and nothing else: nothing is fetched."""
    told = page(finding())
    (policy,) = re.findall('http-equiv="Content-Security-Policy" content="([^"]*)"', told)
    assert policy.startswith("default-src 'none';")
    for tag in ("script", "style"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", told, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?://|url\(|@import", told)


def test_mark() -> None:
    """The line to blame is marked in the excerpt, the lines round it are not."""
    told = page(finding(pointer="/b", excerpt=excerpt({"a": 1, "b": "<2>"}, "/b")))
    assert "<mark>&gt;   &quot;b&quot;: &quot;&lt;2&gt;&quot;</mark>" in told
    assert "<span>    &quot;a&quot;: 1</span>" in told


def test_many_groups() -> None:
    """Of ten thousand groups the gravest are shown, with a note that says so, and all are counted."""
    told = page(*(finding(part=f"header {number}") for number in range(10_000)))
    assert told.count("<details") == GROUPS
    assert "The 1,000 gravest of 10,000 groups are shown here" in told
    assert "<b>10,000</b> errors" in told


def test_labels() -> None:
    """Every control has a label, and every table heads of rows and columns."""
    told = page(finding())
    controls = re.findall(r"<(?:input|select)\b", told)
    assert len(controls) == 4
    assert len(re.findall(r"<label[^>]*>[^<]*<(?:input|select)\b", told)) == len(controls)
    assert told.count("<th ") == len(re.findall('<th scope="(?:row|col)"', told))


def test_nothing_found(run: Run) -> None:
    """A page without findings has no filter, and says so."""
    told = render("html", Report(), run).decode()
    assert "Nothing was found." in told
    assert "<form" not in told
