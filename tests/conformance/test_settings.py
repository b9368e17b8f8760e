"""Settings are checked when they are made, and their secrets are not in what is printed of them."""

import pytest

from mockserver.conformance import Credential, Settings
from mockserver.conformance.settings import rate
from mockserver.errors import UsageError


@pytest.mark.parametrize(
    ("text", "expected"), [("20/s", 20), ("20", 20), ("0.5/s", 0.5), ("120/m", 2), ("1800/h", 0.5), (" 3/S ", 3)]
)
def test_a_rate_is_requests_a_second(text: str, expected: float):
    assert rate(text) == expected


@pytest.mark.parametrize("text", ["", "fast", "0/s", "-1/s", "20/d", "1e3", "20 per s"])
def test_what_is_no_rate_is_refused(text: str):
    with pytest.raises(UsageError, match="20/s"):
        rate(text)


@pytest.mark.parametrize("choice", [{"max_requests": 0}, {"workers": 0}])
def test_settings_that_cannot_be_are_refused(choice: dict[str, int]):
    with pytest.raises(UsageError):
        Settings(**choice)


def test_the_first_credential_and_the_headers_are_the_secrets():
    settings = Settings(
        credentials=(Credential.bearer("one"), Credential.ticket("two")), headers=(("SO-AppToken", "three"),)
    )
    assert settings.secrets == (("Authorization", "Bearer one"), ("SO-AppToken", "three"))
    assert not {"one", "two", "three"} & set(repr(settings).replace("'", " ").split())
