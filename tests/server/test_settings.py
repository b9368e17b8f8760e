from __future__ import annotations

import contextlib
import io
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.documents import bundled
from mockserver.errors import DocumentError, MockserverError, UsageError
from mockserver.server.assembly import assemble
from mockserver.server.listening import listen
from mockserver.server.run import say
from mockserver.server.settings import Settings

texts = st.text(max_size=20)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: texts,
    int: st.integers(),
    bool: st.booleans(),
    tuple[str, ...]: st.lists(texts, max_size=3).map(tuple),
    str | None: st.none() | texts,
}
HINTS = get_type_hints(Settings)
ALL = st.builds(
    Settings,
    **{name: VALUES[hint] if hint in VALUES else st.sampled_from(get_args(hint)) for name, hint in HINTS.items()},
)


@given(ALL)
def test_json_and_back(settings: Settings) -> None:
    """Settings reach a worker process as they were."""
    assert Settings.from_json(settings.to_json()) == settings


def test_all_have_defaults_but_the_document() -> None:
    """A document is enough."""
    assert Settings("a.yaml").port == 8080
    assert {field.name for field in fields(Settings)} == set(get_type_hints(Settings))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"base_path": "Cust1"}, "--base-path 'Cust1' is not a path: write it like /Cust12345"),
        ({"base_path": "/a b"}, "--base-path '/a b' is not a path"),
        ({"base_path": "/a?b"}, "--base-path '/a?b' is not a path"),
        ({"base_path": "/{a}"}, "--base-path"),
        ({"base_path": "//"}, None),
        ({"locales": ("xx_YY",)}, "xx_YY"),
        ({"now": "yesterday"}, "--now 'yesterday' is not a date and time"),
        ({"time_zone": "Mars"}, "unknown time zone 'Mars'"),
        ({"time_zone": "../../etc/passwd"}, "unknown time zone"),
        ({"users": ("tje0",)}, "--user"),
        ({"users": (":x",)}, "--user"),
        ({"style": "odd"}, "odd"),
    ],
)
def test_what_cannot_be_met(settings: dict[str, Any], message: str | None) -> None:
    """A setting that makes no sense is one line that says how to mend it."""
    wanted = Settings(str(bundled()), **settings)
    if message is None:
        assemble(wanted)
        return
    with pytest.raises(UsageError) as caught:
        assemble(wanted)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_unknown_dialect(tmp_path: Path) -> None:
    """A document may only name a dialect that there is."""
    document = tmp_path / "odd.yaml"
    document.write_text("openapi: 3.0.3\nx-dialect: klingon\ninfo: {title: a, version: '1'}\npaths: {}\n", "utf-8")
    with pytest.raises(DocumentError, match=r"odd\.yaml:2: unknown dialect 'klingon'; known is superoffice"):
        assemble(Settings(str(document)))


class TestCredentials:
    """What the ready line tells."""

    @staticmethod
    def told(**settings: Any) -> tuple[str, ...]:
        """Return the lines about a server with these settings."""
        return assemble(Settings(str(bundled()), **settings)).credentials

    def test_default(self) -> None:
        """One of each kind."""
        assert [line.split()[0] for line in self.told()] == ["Basic", "SoTicket", "Bearer"]
        assert self.told()[0] == "Basic    tje0:Tje0"

    def test_online(self) -> None:
        """No Basic."""
        assert [line.split()[0] for line in self.told(installation="online")] == ["SoTicket", "Bearer"]

    def test_custom(self) -> None:
        """All that were given."""
        lines = self.told(users=("a:b", "c:d:e"), tickets=("t",), bearers=("u", "v"))
        assert [line.split(maxsplit=1)[1] for line in lines] == ["a:b", "c:d:e", "t", "u", "v"]

    @pytest.mark.parametrize("mode", ["any", "off"])
    def test_others(self, mode: str) -> None:
        """Where it does not matter, it is said so."""
        assert f"--auth {mode}" in self.told(auth=mode)[0]


class TestListen:
    """Sockets."""

    def test_taken(self) -> None:
        """A port that somebody listens on is told with what to do."""
        with listen("127.0.0.1", 0) as taken:
            port = taken.getsockname()[1]
            with pytest.raises(UsageError, match=f"cannot listen on 127.0.0.1:{port}: .* choose another --port, or 0"):
                listen("127.0.0.1", port)

    @pytest.mark.parametrize(
        ("host", "port", "message"),
        [
            ("nowhere.invalid", 0, "--host nowhere.invalid: unknown host"),
            ("192.0.2.1", 0, "cannot listen on 192.0.2.1:0"),
            ("a" * 70, 0, "unknown host"),
        ],
    )
    def test_impossible(self, host: str, port: int, message: str) -> None:
        """So is a host that is not ours, and a port that is none."""
        with pytest.raises(MockserverError) as caught:
            listen(host, port)
        assert message in str(caught.value)


def test_a_title_that_the_terminal_cannot_spell(tmp_path: Path) -> None:
    """The ready line is told all the same."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with contextlib.redirect_stdout(stream):
        say("mockserver is ready: Æ")
    assert stream.buffer.getvalue() == b"mockserver is ready: \\xc6\n"  # type: ignore[attr-defined]
