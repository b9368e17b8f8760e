from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.exchange import Headers
from mockserver.superoffice.authorization import Gate, Identity, Refusal, default_bearer, default_ticket

TICKET = default_ticket(1)
BEARER = default_bearer(1)
USERS = {"tje0": "Tje0", "odd:no": "", "åse": "p:ø"}
ONSITE = Gate("strict", "onsite", USERS, frozenset({TICKET}), frozenset({BEARER}))
ONLINE = Gate("strict", "online", USERS, frozenset({TICKET}), frozenset({BEARER}))
SECRETS = (TICKET, BEARER, "Tje0", "secret")


def basic(text: str) -> str:
    return "Basic " + base64.b64encode(text.encode()).decode()


def enter(door: Gate, authorization: str | None = None, **headers: str) -> Identity | Refusal:
    fields = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return door.admit(Headers(fields if authorization is None else [("Authorization", authorization), *fields]))


def refused(door: Gate, authorization: str | None = None, **headers: str) -> Refusal:
    verdict = enter(door, authorization, **headers)
    assert isinstance(verdict, Refusal)
    assert verdict.status == 401
    return verdict


class TestBasic:
    """User names and passwords (RFC 7617)."""

    @pytest.mark.parametrize(
        ("authorization", "user"),
        [
            ("Basic dGplMDpUamUw", "tje0"),
            ("basic dGplMDpUamUw", "tje0"),
            ("BASIC   dGplMDpUamUw  ", "tje0"),
            (basic("åse:p:ø"), "åse"),
            (basic("åse:p:ø").rstrip("="), "åse"),
        ],
    )
    def test_a_known_user_enters(self, authorization: str, user: str) -> None:
        """The scheme in any case, one or more blanks, UTF-8, colons in the password, padding or not."""
        assert enter(ONSITE, authorization) == Identity("Basic", user)

    @pytest.mark.parametrize(
        "authorization",
        [
            basic("tje0:wrong"),
            basic("nobody:Tje0"),
            basic("tje0:"),
            basic("tje0"),
            basic("TJE0:Tje0"),
            "Basic",
            "Basic ",
            "Basic !!!",
            "Basic dGplMDpUamUw x",
            "Basic /w==",
            basic("odd:no:"),
            "Basic ÿÿÿÿ",
        ],
    )
    def test_anything_else_is_refused(self, authorization: str) -> None:
        """Wrong names, wrong passwords, and what is no base64 of name:password."""
        refused(ONSITE, authorization)

    def test_online_knows_no_basic(self) -> None:
        """Whatever the password."""
        assert "Online" in refused(ONLINE, "Basic dGplMDpUamUw").message


class TestTicketAndBearer:
    """Tickets, and access tokens (RFC 6750)."""

    @pytest.mark.parametrize("scheme", ["SoTicket", "SOTICKET", "SOTicket", "soticket "])
    def test_a_known_ticket_enters_as_it_is(self, scheme: str) -> None:
        """The scheme in any case; on site no application's token is asked for."""
        assert enter(ONSITE, f"{scheme} {TICKET}") == Identity("SoTicket")

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER "])
    @pytest.mark.parametrize("door", [ONSITE, ONLINE])
    def test_a_known_token_enters(self, door: Gate, scheme: str) -> None:
        """On site and online, without an application's token."""
        assert enter(door, f"{scheme} {BEARER}") == Identity("Bearer")

    @pytest.mark.parametrize(
        "authorization",
        [
            "SoTicket 7T:wrong",
            f"SoTicket {BEARER}",
            f"Bearer {TICKET}",
            "Bearer",
            TICKET,
            f"Negotiate {TICKET}",
            "SoTicket",
            f"SoTicket{TICKET}",
        ],
    )
    def test_anything_else_is_refused(self, authorization: str) -> None:
        """Wrong tokens, missing ones, and schemes that nobody knows."""
        refused(ONSITE, authorization)

    @pytest.mark.parametrize(
        ("app_tokens", "given", "enters"),
        [
            ((), "any", True),
            ((), "", False),
            ((), "  ", False),
            (("good",), "good", True),
            (("good",), "bad", False),
            (("good",), "", False),
        ],
    )
    def test_online_a_ticket_needs_the_applications_token(
        self, app_tokens: tuple[str, ...], given: str, enters: bool
    ) -> None:
        """Any will do, unless some are set."""
        door = Gate("strict", "online", {}, frozenset({TICKET}), app_tokens=frozenset(app_tokens))
        verdict = enter(door, f"SoTicket {TICKET}", SO_AppToken=given)
        assert isinstance(verdict, Identity) is enters


class TestSession:
    """The XSRF token of a browser's session."""

    @pytest.mark.parametrize(
        ("token", "cookie"),
        [
            ("abc", "XSRF-TOKEN=abc"),
            ("abc", "a=b; XSRF-TOKEN=abc; c=d"),
            ("abc", "a=b, XSRF-TOKEN=abc"),
            ("abc", 'XSRF-TOKEN="abc"'),
            ("a+b/c==", "XSRF-TOKEN=a%2Bb%2Fc%3D%3D"),
            ("a%2Bb", "XSRF-TOKEN=a+b"),
        ],
    )
    def test_the_cookies_token_enters(self, token: str, cookie: str) -> None:
        """Without Authorization the header has to have the cookie's value, however it is encoded."""
        assert enter(ONSITE, x_xsrf_token=token, cookie=cookie) == Identity("XSRF")
        assert enter(ONLINE, "  ", x_xsrf_token=token, cookie=cookie) == Identity("XSRF")

    @pytest.mark.parametrize(
        ("token", "cookie"),
        [
            ("abc", ""),
            ("abc", "XSRF-TOKEN=abd"),
            ("abc", "XSRF-TOKEN="),
            ("abc", "MY-XSRF-TOKEN=abc"),
            ("abc", "xsrf=abc"),
            ("ab", "XSRF-TOKEN=abc"),
        ],
    )
    def test_any_other_token_is_refused(self, token: str, cookie: str) -> None:
        """A header without its cookie opens nothing."""
        assert "XSRF-TOKEN cookie" in refused(ONSITE, x_xsrf_token=token, cookie=cookie).message

    @pytest.mark.parametrize(
        "headers", [{}, {"cookie": "XSRF-TOKEN=abc"}, {"x_xsrf_token": " ", "cookie": "XSRF-TOKEN= "}]
    )
    def test_nothing_at_all_says_what_the_real_server_says(self, headers: Any) -> None:
        """The message begins as the recorded one does, and names what would do."""
        message = refused(ONSITE, **headers).message
        assert message.startswith("X-XSRF-TOKEN HTTP header missing.")
        assert "Basic, SoTicket, Bearer" in message

    def test_wrong_credentials_are_not_made_good(self) -> None:
        """An Authorization header that is wrong decides, whatever the session says."""
        refused(ONSITE, "Bearer wrong", x_xsrf_token="abc", cookie="XSRF-TOKEN=abc")


class TestRefusal:
    """What is said to those who stay outside."""

    def test_the_challenges_fit_the_installation(self) -> None:
        """On site three schemes are asked for, online two."""
        assert refused(ONSITE).challenges == (
            'Basic realm="SuperOffice WebAPI", charset="UTF-8"',
            'SoTicket realm="SuperOffice WebAPI"',
            'Bearer realm="SuperOffice WebAPI"',
        )
        assert refused(ONLINE).challenges == (
            'SoTicket realm="SuperOffice WebAPI"',
            'Bearer realm="SuperOffice WebAPI"',
        )

    def test_a_wrong_token_is_called_invalid(self) -> None:
        """RFC 6750 section 3: an error only where a token was given."""
        assert (
            refused(ONLINE, "Bearer wrong").challenges[-1] == 'Bearer realm="SuperOffice WebAPI", error="invalid_token"'
        )

    @pytest.mark.parametrize(
        "authorization", ["Bearer secret", "SoTicket secret", "secret", basic("tje0:secret"), "secret secret"]
    )
    def test_no_credential_is_repeated(self, authorization: str) -> None:
        """Neither what was sent nor what would have been right."""
        for door in (ONSITE, ONLINE):
            verdict = refused(door, authorization)
            assert not any(secret in f"{verdict.message} {verdict.challenges}" for secret in (*SECRETS, authorization))


class TestModes:
    """Gates that look less closely."""

    @pytest.mark.parametrize("authorization", [None, "Bearer wrong", "nonsense"])
    def test_off_asks_for_nothing(self, authorization: str | None) -> None:
        """Everybody enters."""
        assert enter(Gate("off"), authorization) == Identity("none")

    @pytest.mark.parametrize(
        ("authorization", "scheme"),
        [(basic("who:ever"), "Basic"), ("SoTicket 7T:x", "SoTicket"), ("Bearer 8A:x", "Bearer")],
    )
    def test_any_takes_what_is_well_formed(self, authorization: str, scheme: str) -> None:
        """Whoever it is."""
        verdict = enter(Gate("any"), authorization)
        assert isinstance(verdict, Identity)
        assert verdict.scheme == scheme

    @pytest.mark.parametrize("authorization", [None, "Basic !!!", basic("nocolon"), "Bearer", "Digest x", ""])
    def test_any_refuses_what_is_not(self, authorization: str | None) -> None:
        """A credential has to be there and to be one."""
        refused(Gate("any"), authorization)

    def test_any_keeps_the_installations_rules(self) -> None:
        """Online there is no Basic, and a ticket needs some application's token."""
        door = Gate("any", "online", app_tokens=frozenset({"good"}))
        refused(door, basic("who:ever"))
        refused(door, "SoTicket 7T:x")
        assert enter(door, "SoTicket 7T:x", so_apptoken="other") == Identity("SoTicket")


class TestDefaults:
    """What a server takes that was told nothing."""

    def test_the_documented_user_is_known(self) -> None:
        """The user of the documentation's own sample."""
        assert enter(Gate(), "Basic dGplMDpUamUw") == Identity("Basic", "tje0")

    def test_the_tokens_of_a_seed(self) -> None:
        """They look like the vendor's, and are the same in every worker and on any day."""
        assert TICKET.startswith("7T:")
        assert BEARER.startswith("8A:Cust12345.")
        assert (default_ticket(1), default_bearer(1)) == (TICKET, BEARER)
        assert default_ticket(1) != default_ticket(2)
        assert default_bearer(1) != default_bearer(2)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_no_header_raises(text: str) -> None:
    """Whatever is sent, it is refused if it is not known, and taken or refused where anything goes."""
    for authorization in (text, f"Basic {text}", f"Bearer {text}", f"SoTicket {text}"):
        refused(ONSITE, authorization, x_xsrf_token=text)
        assert isinstance(enter(Gate("any"), authorization, cookie=text), Refusal | Identity)


@given(st.text(st.characters(codec="utf-8", exclude_characters=":"), min_size=1), st.text(st.characters(codec="utf-8")))
def test_any_name_and_password_will_do(name: str, password: str) -> None:
    """What a user chose is understood, in UTF-8."""
    door = Gate(users={name: password})
    assert enter(door, basic(f"{name}:{password}")) == Identity("Basic", name)
