"""A case as a curl command: what the shell makes of it is what was sent, and no secret is in it."""

import shlex
import subprocess

import pytest

from mockserver.conformance import Credential, Settings
from mockserver.conformance.case import Case
from mockserver.conformance.curl import command
from mockserver.exchange import Headers, Request

SETTINGS = Settings(credentials=(Credential.bearer("8A:secret"),), headers=(("SO-AppToken", "hidden"),))


def case(**parts: object) -> Case:
    return Case("example", "op", Request("POST", "/api/it's here", **parts))  # type: ignore[arg-type]


def test_secrets_are_variables_of_the_shell():
    text = command("https://crm.example.com/Cust1", case(query="$select=a,b", body=b'{"a": "it\'s"}'), SETTINGS)
    assert "secret" not in text
    assert "hidden" not in text
    words = shlex.split(text)
    assert words[5] == "https://crm.example.com/Cust1/api/it's%20here?$select=a,b"
    assert words[words.index("--data-binary") + 1] == '{"a": "it\'s"}'
    assert "Authorization: $MOCKSERVER_AUTHORIZATION" in words
    assert "SO-AppToken: $MOCKSERVER_SO_APPTOKEN" in words


def test_keys_in_a_query_and_in_cookies_are_variables_too():
    """The shell puts them in, beside what the case has there."""
    keys = ({"type": "apiKey", "in": "query", "name": "my key"}, {"type": "apiKey", "in": "cookie", "name": "sid"})
    settings = Settings(keys=tuple(Credential.key(each, "hidden") for each in keys))
    text = command("http://x", case(query="a=$b", headers=Headers([("Cookie", "c='$d'")])), settings)
    assert "hidden" not in text
    told = subprocess.run(
        ["sh", "-c", text.replace("curl", "printf '%s\\n'", 1)],
        env={"MOCKSERVER_MY_KEY": "one", "MOCKSERVER_SID": "two"},
        capture_output=True,
        check=True,
        text=True,
    ).stdout.splitlines()
    assert "http://x/api/it's%20here?a=$b&my%20key=one" in told
    assert [each for each in told if "Cookie" in each] == ["Cookie: c='$d'; sid=two"]


def test_a_case_without_credentials_has_none():
    anonymous = Case("credentials/missing", "op", Request("GET", "/"), authorized=False)
    assert "MOCKSERVER_AUTHORIZATION" not in command("http://x", anonymous, SETTINGS)


def test_a_field_without_a_value_is_sent_as_one():
    text = command("http://x", case(headers=Headers([("SO-Language", "")])), Settings())
    assert "'SO-Language;'" in text


def test_blanks_are_made_by_the_shell():
    """Thousands of them are no matter for the clipboard, and arrive all the same."""
    body = b" " * 65536 + b'{"it\'s": 1}' + b" " * 200 + b"  x"
    text = command("http://x", case(body=body), Settings())
    assert len(text) < 200
    words = text.partition("--data-binary ")[2]
    said = subprocess.run(["sh", "-c", f"printf %s {words}"], capture_output=True, check=True).stdout
    assert said == body


@pytest.mark.parametrize("body", [b"\xff\x00\\'\"\n%", b"nul\x00", bytes(range(256))])
def test_bytes_that_are_no_text_go_through_a_pipe(body: bytes):
    """What `printf` writes for curl is the body, to the byte."""
    text = command("http://x", case(body=body), Settings())
    printed = subprocess.run(["sh", "-c", text.partition(" | ")[0]], capture_output=True, check=True).stdout
    assert printed == body
    assert text.endswith("--data-binary @-")
