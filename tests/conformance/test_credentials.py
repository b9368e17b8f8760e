"""Credentials are sent, named, and never shown."""

import base64

import pytest

from mockserver.conformance import Credential
from mockserver.conformance.credentials import admits, almost, combinations, empty, keys_of, wrong
from mockserver.errors import UsageError
from mockserver.exchange import Headers, Request

SECRET = "Tje0-secret"
IN_HEADER = {"type": "apiKey", "in": "header", "name": "X-Key"}
IN_QUERY = {"type": "apiKey", "in": "query", "name": "key"}
IN_COOKIE = {"type": "apiKey", "in": "cookie", "name": "sid"}


@pytest.mark.parametrize(
    ("credential", "name", "field"),
    [
        (Credential.basic(f"tje0:{SECRET}"), "Basic", "Authorization"),
        (Credential.bearer(SECRET), "Bearer", "Authorization"),
        (Credential.ticket(SECRET), "SoTicket", "Authorization"),
        (Credential.header(f"X-Key: {SECRET}"), "header X-Key", "X-Key"),
        (Credential.key(IN_HEADER, SECRET), "API key X-Key", "X-Key"),
        (Credential.key(IN_QUERY, SECRET), "API key key", "key"),
        (Credential.key(IN_COOKIE, SECRET), "API key sid", "sid"),
    ],
)
def test_a_credential_is_shown_by_name_alone(credential: Credential, name: str, field: str):
    """What is printed of a credential, by any way, holds neither the secret nor its base64 form."""
    assert credential.name == name
    assert [each for each, _ in (*credential.fields, *credential.query, *credential.cookies)] == [field]
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
    assert wrong({"type": "http", "scheme": "bearer"}).fields == (("Authorization", "Bearer no-such-credential"),)
    assert wrong({"type": "http", "scheme": "SoTicket"}).fields == (("Authorization", "SoTicket no-such-credential"),)
    assert wrong({"type": "oauth2"}).fields == (("Authorization", "Bearer no-such-credential"),)
    assert wrong(IN_HEADER).fields == (("X-Key", "no-such-credential"),)
    assert wrong(IN_QUERY).query == (("key", "no-such-credential"),)
    assert wrong(IN_COOKIE).cookies == (("sid", "no-such-credential"),)
    ((name, value),) = wrong({"type": "http", "scheme": "basic"}).fields
    assert (name, base64.b64decode(value.partition(" ")[2])) == (
        "Authorization",
        b"no-such-credential:no-such-credential",
    )


SENT = Request("GET", "/", "a=1&b=%20", Headers([("Accept", "*/*"), ("Cookie", "c=2; d=3")]))


@pytest.mark.parametrize("scheme", [IN_HEADER, IN_QUERY, IN_COOKIE])
def test_what_was_put_on_a_request_can_be_taken_off_again(scheme: dict[str, str]):
    """All that stood there stays; another value of the name is another's."""
    value = f"{SECRET}&=%+" if scheme is IN_QUERY else SECRET
    key, other = Credential.key(scheme, value), Credential.key(scheme, "other")
    signed = key.on(SENT)
    assert key.is_on(signed)
    assert not key.is_on(SENT)
    assert not other.is_on(signed)
    assert sorted(key.off(signed).headers.fields) == sorted(SENT.headers.fields)
    assert key.off(signed).query == SENT.query
    assert other.on(signed) == signed
    assert other.off(signed).query == signed.query
    assert other.off(signed).headers.fields == signed.headers.fields


def test_a_cookie_of_its_own_is_all_that_a_request_has():
    key = Credential.key(IN_COOKIE, SECRET)
    signed = key.on(Request("GET", "/"))
    assert signed.headers.fields == (("Cookie", f"sid={SECRET}"),)
    assert key.off(signed).headers.fields == ()


SCHEMES = {"Key": IN_QUERY, "Session": IN_COOKIE, "Own": IN_HEADER, "Basic": {"type": "http", "scheme": "basic"}}


def test_a_key_is_found_by_either_of_its_names():
    assert [key.query for key in keys_of(["Key=a=b"], SCHEMES)] == [(("key", "a=b"),)]
    assert [key.cookies for key in keys_of(["sid=a", "Session=b"], SCHEMES)] == [(("sid", "a"),), (("sid", "b"),)]
    assert [key.fields for key in keys_of(["X-Key=a"], SCHEMES)] == [(("X-Key", "a"),)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (SECRET, "NAME=VALUE"),
        (f"={SECRET}", "NAME=VALUE"),
        ("key=", "NAME=VALUE"),
        (f"Basic={SECRET}", "there is key, sid, X-Key"),
        (f"sid={SECRET};", "percent-encode"),
        (f"X-Key={SECRET}\n", "ASCII"),
    ],
)
def test_a_key_that_cannot_be_sent_is_refused_and_not_told(text: str, reason: str):
    with pytest.raises(UsageError, match=reason) as refused:
        list(keys_of([text], SCHEMES))
    assert SECRET not in str(refused.value)


def test_what_is_needed_beside_a_credential_is_told_by_the_requirements():
    """All schemes of one are needed, and one of several is enough (OAS 3.0.3, Security Requirement Object)."""
    basic, key = Credential.basic("kari:x"), Credential.key(IN_QUERY, "k")

    def beside(credential: Credential, *security: str) -> list[tuple[Credential, ...]]:
        return list(combinations(credential, map(str.split, security), SCHEMES, (basic, key)))

    assert beside(basic, "Basic", "Key") == [(basic,)]
    assert beside(basic, "Basic Key") == [(basic, key)]
    assert beside(key, "Basic Key", "Key") == [(key, basic), (key,)]
    assert beside(key, "Key Session", "Basic") == []
    assert admits([["Basic"], ["Key", "Session"]], SCHEMES, [basic])
    assert not admits([["Basic", "Session"], ["Key", "Session"]], SCHEMES, [basic, key])


def test_what_is_almost_a_key_is_in_its_place():
    key = Credential.key(IN_COOKIE, "abc")
    assert {each.cookies for each in almost(key)} == {(("sid", "ab"),), (("sid", "abcx"),)}
    assert {each.query for each in almost(Credential.key(IN_QUERY, "abc"))} == {(("key", "ab"),), (("key", "abcx"),)}
    assert {each.fields for each in almost(Credential.key(IN_HEADER, "abc"))} == {
        (("X-Key", "ab"),),
        (("X-Key", "abcx"),),
    }


def test_an_empty_key_is_where_the_scheme_puts_it():
    found = [empty(each) for each in (IN_HEADER, IN_QUERY, IN_COOKIE)]
    assert [each and each.fields for each in found] == [(("X-Key", ""),), (), ()]
    assert [each and each.query for each in found] == [(), (("key", ""),), ()]
    assert [each and each.cookies for each in found] == [(), (), (("sid", ""),)]
    assert empty({"type": "http", "scheme": "basic"}) is None


def test_what_is_almost_a_token_is_another():
    """Tickets and tokens are told apart by the case of their letters, too."""
    almosts = [each.fields[0][1] for each in almost(Credential.bearer("8A:Cust"))]
    assert almosts == ["Bearer 8A:Cus", "Bearer 8A:Custx", "Bearer 8a:cUST", "NoSuchScheme 8A:Cust"]
