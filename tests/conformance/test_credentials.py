"""Credentials are sent, named, and never shown."""

import base64

import pytest

from mockserver.conformance import Credential
from mockserver.conformance.credentials import carried, without, wrong
from mockserver.errors import UsageError
from mockserver.exchange import Headers

SECRET = "Tje0-secret"


@pytest.mark.parametrize(
    ("credential", "name", "field"),
    [
        (Credential.basic(f"tje0:{SECRET}"), "Basic", "Authorization"),
        (Credential.bearer(SECRET), "Bearer", "Authorization"),
        (Credential.ticket(SECRET), "SoTicket", "Authorization"),
        (Credential.header(f"X-Key: {SECRET}"), "header X-Key", "X-Key"),
    ],
)
def test_a_credential_is_shown_by_name_alone(credential: Credential, name: str, field: str):
    """What is printed of a credential, by any way, holds neither the secret nor its base64 form."""
    assert credential.name == name
    assert [each for each, _ in credential.fields] == [field]
    for text in (str(credential), repr(credential), f"{credential}"):
        assert SECRET not in text
        assert base64.b64encode(f"tje0:{SECRET}".encode()).decode() not in text


@pytest.mark.parametrize("text", ["", "name", ":password"])
def test_a_user_without_name_or_colon_is_refused(text: str):
    with pytest.raises(UsageError, match="NAME:PASSWORD"):
        Credential.basic(text)


@pytest.mark.parametrize("text", ["X-Key", ": value", "X-Key: a\nb", "X-Key: \N{SNOWMAN}"])
def test_a_header_that_cannot_be_sent_is_refused_and_not_told(text: str):
    with pytest.raises(UsageError) as refused:
        Credential.header(text)
    assert "a\nb" not in str(refused.value)


def test_a_wrong_credential_is_of_the_scheme():
    """Each scheme of OAS 3.0 has a credential that nobody has, where the scheme puts it."""
    assert wrong({"type": "http", "scheme": "bearer"}) == ((("Authorization", "Bearer no-such-credential"),), "")
    assert wrong({"type": "http", "scheme": "SoTicket"}) == ((("Authorization", "SoTicket no-such-credential"),), "")
    assert wrong({"type": "oauth2"}) == ((("Authorization", "Bearer no-such-credential"),), "")
    assert wrong({"type": "apiKey", "in": "header", "name": "X-Key"}) == ((("X-Key", "no-such-credential"),), "")
    assert wrong({"type": "apiKey", "in": "query", "name": "key"}) == ((), "key=no-such-credential")
    assert wrong({"type": "apiKey", "in": "cookie", "name": "key"}) == ((("Cookie", "key=no-such-credential"),), "")
    (name, value), *_ = wrong({"type": "http", "scheme": "basic"})[0]
    assert (name, base64.b64decode(value.partition(" ")[2])) == (
        "Authorization",
        b"no-such-credential:no-such-credential",
    )


def test_what_was_carried_can_be_taken_out_again():
    fields = (("X-Key", SECRET),)
    headers = Headers([("Accept", "*/*"), ("x-key", SECRET), ("X-Other", "1")])
    assert carried(headers, fields)
    assert not carried(Headers([("X-Key", "no-such-credential")]), fields)
    assert without(headers, fields).fields == (("Accept", "*/*"), ("X-Other", "1"))
