"""Settings are checked when they are made, and their secrets are not in what is printed of them."""

from typing import Any

import pytest

from mockserver.conformance import Case, Credential, Settings
from mockserver.conformance.settings import rate
from mockserver.errors import UsageError
from mockserver.exchange import Request


@pytest.mark.parametrize(
    ("text", "expected"), [("20/s", 20), ("20", 20), ("0.5/s", 0.5), ("120/m", 2), ("1800/h", 0.5), (" 3/S ", 3)]
)
def test_a_rate_is_requests_a_second(text: str, expected: float):
    assert rate(text) == expected


@pytest.mark.parametrize("text", ["", "fast", "0/s", "-1/s", "20/d", "1e3", "20 per s"])
def test_what_is_no_rate_is_refused(text: str):
    with pytest.raises(UsageError, match="20/s"):
        rate(text)


@pytest.mark.parametrize(
    "choice", [{"max_requests": 0}, {"workers": 0}, {"timeout": 0}, {"timeout": -1}, {"timeout": 1e9}]
)
def test_settings_that_cannot_be_are_refused(choice: dict[str, Any]):
    with pytest.raises(UsageError):
        Settings(**choice)


def test_the_first_credential_and_the_headers_are_the_secrets():
    settings = Settings(
        credentials=(Credential.bearer("one"), Credential.ticket("two")), headers=(("SO-AppToken", "three"),)
    )
    assert settings.secrets.fields == (("Authorization", "Bearer one"), ("SO-AppToken", "three"))
    assert not {"one", "two", "three"} & set(repr(settings).replace("'", " ").split())


def test_the_document_tells_what_an_api_key_is():
    """It goes beside the credential, where somebody signs in; a header field in which one is sent is one, too."""
    schemes = {
        "Own": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "Session": {"type": "apiKey", "in": "cookie", "name": "sid"},
    }
    given = Settings(
        credentials=(Credential.bearer("one"),),
        headers=(("x-key", "two"), ("X-Trace", "three"), ("Cookie", "sid=four; a=b")),
        api_keys=("sid=five",),
    )
    settings = given.known_to(schemes)
    assert [each.name for each in settings.keys] == ["API key sid", "header x-key", "header Cookie"]
    assert settings.headers == (("X-Trace", "three"),)
    assert settings.known_to(schemes) == settings
    assert "five" not in repr(given)
    anonymous = Case("credentials/missing", "op", Request("GET", "/"), authorized=False)
    assert settings.added(anonymous).fields == (("X-Trace", "three"),)
    both = Case("credentials/right", "op", Request("GET", "/"), authorized=False, credential="Bearer and API key sid")
    assert settings.added(both).cookies == (("sid", "five"),)
    assert settings.added(both).fields == (("Authorization", "Bearer one"), ("X-Trace", "three"))
