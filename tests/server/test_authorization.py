"""Who is let in."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockserver.contract import Contract, Schema
from mockserver.superoffice import default_bearer, default_ticket

Ask = Callable[..., httpx.Response]
Serving = Callable[..., str]

TICKET = default_ticket(1)
BEARER = default_bearer(1)
CUSTOM: dict[str, Any] = {
    "users": ("anna:s:ecret", "øystein:blåbær"),
    "tickets": ("7T:mine", "7T:yours"),
    "bearers": ("8A:Cust1.abc",),
}


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def knock(ask: Ask, authorization: str | None, headers: dict[str, str] | None = None, **settings: Any) -> int:
    """Return the status of a request with these credentials alone."""
    given = dict(headers or {})
    if authorization is not None:
        given["Authorization"] = authorization
    return ask(headers=given, user=None, **settings).status_code


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        pytest.param(basic("tje0", "Tje0"), 200, id="right password"),
        pytest.param(basic("tje0", "Tje0").rstrip("="), 200, id="base64 without padding"),
        pytest.param(basic("tje0", "tje0"), 401, id="password in another case"),
        pytest.param(basic("TJE0", "Tje0"), 401, id="user in another case"),
        pytest.param(basic("tje0", ""), 401, id="no password"),
        pytest.param(basic("anna", "Tje0"), 401, id="unknown user"),
        pytest.param("Basic " + base64.b64encode(b"tje0").decode(), 401, id="no colon"),
        pytest.param("Basic " + base64.b64encode(b"\xff\xfe:x").decode(), 401, id="not UTF-8"),
        pytest.param("Basic tje0:Tje0", 401, id="not base64"),
        pytest.param("Basic", 401, id="Basic alone"),
        pytest.param(f"SoTicket {TICKET}", 200, id="right ticket"),
        pytest.param(f"SoTicket {TICKET[:-1]}", 401, id="ticket cut short"),
        pytest.param("SoTicket 7T:other", 401, id="wrong ticket"),
        pytest.param(f"SoTicket {BEARER}", 401, id="token as a ticket"),
        pytest.param(f"Bearer {BEARER}", 200, id="right token"),
        pytest.param(f"Bearer   {BEARER}", 200, id="more blanks than one"),
        pytest.param("Bearer 8A:other", 401, id="wrong token"),
        pytest.param("Bearer", 401, id="Bearer alone"),
        pytest.param(TICKET, 401, id="no scheme"),
        pytest.param("Negotiate TlRMTVNTUAAB", 401, id="unknown scheme"),
        pytest.param("", 401, id="empty"),
        pytest.param(None, 401, id="missing"),
    ],
)
def test_strict(ask: Ask, authorization: str | None, status: int) -> None:
    """By default only the credentials that were told at the start are taken."""
    assert knock(ask, authorization) == status


@pytest.mark.parametrize("spell", [str.lower, str.upper, str.title, str.swapcase])
def test_scheme_names_in_any_case(ask: Ask, spell: Callable[[str], str]) -> None:
    """The vendor's own texts spell the schemes in several ways."""
    for authorization in (basic("tje0", "Tje0"), f"SoTicket {TICKET}", f"Bearer {BEARER}"):
        scheme, _, credential = authorization.partition(" ")
        assert knock(ask, f"{spell(scheme)} {credential}") == 200


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (basic("tje0", "Tje0"), 200),
        (basic("anybody", "anything"), 200),
        ("SoTicket 7T:any", 200),
        ("Bearer 8A:any", 200),
        ("Basic !!!", 401),
        ("Negotiate TlRMTVNTUAAB", 401),
        ("Bearer", 401),
        (None, 401),
    ],
)
def test_any(ask: Ask, authorization: str | None, status: int) -> None:
    """With --auth any, what is well formed is enough."""
    assert knock(ask, authorization, auth="any") == status


@pytest.mark.parametrize("authorization", [None, "", basic("tje0", "wrong"), "nonsense"])
def test_off(ask: Ask, authorization: str | None) -> None:
    """With --auth off nobody is asked."""
    assert knock(ask, authorization, auth="off") == 200


@pytest.mark.parametrize(
    ("authorization", "app_token", "status"),
    [
        pytest.param(basic("tje0", "Tje0"), None, 401, id="no Basic"),
        pytest.param(basic("tje0", "Tje0"), "app", 401, id="no Basic with an application's token either"),
        pytest.param(f"SoTicket {TICKET}", None, 401, id="ticket alone"),
        pytest.param(f"SoTicket {TICKET}", "", 401, id="empty application's token"),
        pytest.param(f"SoTicket {TICKET}", "app", 200, id="ticket with an application's token"),
        pytest.param("SoTicket 7T:other", "app", 401, id="wrong ticket with an application's token"),
        pytest.param(f"Bearer {BEARER}", None, 200, id="token alone"),
        pytest.param("Bearer 8A:other", "app", 401, id="wrong token"),
    ],
)
def test_online(ask: Ask, authorization: str, app_token: str | None, status: int) -> None:
    """A hosted installation knows no Basic, and a ticket needs the application's token beside it."""
    headers = {} if app_token is None else {"SO-AppToken": app_token}
    assert knock(ask, authorization, headers, installation="online") == status


@pytest.mark.parametrize(("app_token", "status"), [("ours", 200), ("other", 401)])
def test_online_with_known_applications(ask: Ask, app_token: str, status: int) -> None:
    """With --app-token only these applications are let in."""
    settings: dict[str, Any] = {"installation": "online", "app_tokens": ("ours",)}
    assert knock(ask, f"SoTicket {TICKET}", {"SO-AppToken": app_token}, **settings) == status


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        (basic("anna", "s:ecret"), 200),
        (basic("øystein", "blåbær"), 200),
        (basic("tje0", "Tje0"), 401),
        ("SoTicket 7T:yours", 200),
        (f"SoTicket {TICKET}", 401),
        ("Bearer 8A:Cust1.abc", 200),
        (f"Bearer {BEARER}", 401),
    ],
)
def test_custom_credentials(ask: Ask, authorization: str, status: int) -> None:
    """--user, --ticket and --bearer take the place of the defaults."""
    assert knock(ask, authorization, **CUSTOM) == status


class TestWithoutAuthorization:
    """The session of a browser: a cookie, and its value in a header."""

    @staticmethod
    def token(client: httpx.Client, url: str) -> str:
        """Return the value of the cookie that the landing page sets."""
        cookie = client.get(f"{url}/").headers["Set-Cookie"]
        found = re.match(r"XSRF-TOKEN=([^;]+); Path=([^;]+); SameSite=Lax", cookie)
        assert found is not None
        return found[1]

    def test_the_page_sets_the_cookie_and_holds_the_input(self, serving: Serving, client: httpx.Client) -> None:
        """Cookie and hidden input have one value, a new one for each browser."""
        page = client.get(serving() + "/")
        hidden = re.search(r'<input type="hidden"[^>]*name="XSRF_TOKEN" value="([^"]+)"', page.text)
        assert hidden is not None
        assert page.headers["Set-Cookie"].startswith(f"XSRF-TOKEN={hidden[1]};")
        assert self.token(client, serving()) != hidden[1]

    def test_a_browser_keeps_its_token(self, serving: Serving, client: httpx.Client) -> None:
        """Who comes back with a cookie gets the same one."""
        page = client.get(serving() + "/", headers={"Cookie": "a=b; XSRF-TOKEN=mine-123"})
        assert page.headers["Set-Cookie"].startswith("XSRF-TOKEN=mine-123;")
        assert 'value="mine-123"' in page.text

    def test_an_odd_cookie_is_not_repeated(self, serving: Serving, client: httpx.Client) -> None:
        """Markup in a cookie does not get into the page."""
        page = client.get(serving() + "/", headers={"Cookie": 'XSRF-TOKEN="><script>alert(1)</script>'})
        assert "alert(1)" not in page.text + page.headers["Set-Cookie"]

    def test_the_token_of_the_page_opens(self, serving: Serving, client: httpx.Client, ask: Ask) -> None:
        """The value of the cookie in X-XSRF-TOKEN is enough."""
        token = self.token(client, serving())
        assert knock(ask, None, {"X-XSRF-TOKEN": token, "Cookie": f"other=1; XSRF-TOKEN={token}"}) == 200

    @pytest.mark.parametrize(
        "headers",
        [
            pytest.param({"X-XSRF-TOKEN": "a"}, id="no cookie"),
            pytest.param({"Cookie": "XSRF-TOKEN=a"}, id="no header"),
            pytest.param({"X-XSRF-TOKEN": "a", "Cookie": "XSRF-TOKEN=b"}, id="two values"),
            pytest.param({"X-XSRF-TOKEN": "", "Cookie": "XSRF-TOKEN="}, id="both empty"),
            pytest.param({"X-XSRF-TOKEN": "a", "Cookie": "MY-XSRF-TOKEN=a"}, id="another cookie"),
            pytest.param(
                {"Authorization": "Bearer 8A:other", "X-XSRF-TOKEN": "a", "Cookie": "XSRF-TOKEN=a"},
                id="wrong credentials beside it",
            ),
        ],
    )
    def test_anything_else_does_not(self, ask: Ask, headers: dict[str, str]) -> None:
        """Both have to be there and to agree, and an Authorization header decides alone."""
        assert knock(ask, None, headers) == 401


class TestRefusal:
    """What a client is told."""

    @pytest.mark.parametrize("authorization", [None, basic("tje0", "wrong"), "SoTicket 7T:x", "Bearer 8A:x", "odd"])
    def test_shape(self, ask: Ask, superoffice: Contract, authorization: str | None) -> None:
        """Every refusal has the four members of the real server, in its order, and says what is wrong."""
        headers = {} if authorization is None else {"Authorization": authorization}
        response = ask(headers=headers, user=None)
        error = response.json()
        assert list(error) == ["Error", "ErrorType", "Message", "ErrorSource"]
        assert Schema(superoffice.document, {"$ref": "#/components/schemas/ErrorInfo"}, "").is_valid(error)
        assert error["ErrorType"] == "ArgumentException"
        assert error["ErrorSource"] == "SuperOffice.Services.WebApi"

    def test_the_recorded_words(self, ask: Ask) -> None:
        """Without credentials the message begins as the captured one."""
        message = ask(user=None).json()["Message"]
        assert message.startswith("X-XSRF-TOKEN HTTP header missing. ")

    def test_no_secrets(self, ask: Ask) -> None:
        """A refusal tells neither what was sent nor what would have been right."""
        text = ask(headers={"Authorization": "Bearer 8A:guess"}, user=None).text
        assert not any(secret in text for secret in ("8A:guess", BEARER, TICKET, "Tje0"))

    @pytest.mark.parametrize(
        ("installation", "schemes"), [("onsite", ["Basic", "SoTicket", "Bearer"]), ("online", ["SoTicket", "Bearer"])]
    )
    def test_challenges(self, ask: Ask, installation: str, schemes: list[str]) -> None:
        """WWW-Authenticate names the schemes that the installation takes (RFC 9110 section 11.6.1)."""
        challenge = ask(user=None, installation=installation).headers["WWW-Authenticate"]
        assert re.findall(r'(\w+) realm="SuperOffice WebAPI"', challenge) == schemes

    def test_a_wrong_token_is_called_invalid(self, ask: Ask) -> None:
        """RFC 6750 section 3.1."""
        response = ask(headers={"Authorization": "Bearer 8A:x"}, user=None)
        assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]

    def test_credentials_come_before_the_body(self, ask: Ask) -> None:
        """Who is not let in is not told what is wrong with the body."""
        assert ask(b"{", {"Content-Type": "application/json"}, user=None).status_code == 401
