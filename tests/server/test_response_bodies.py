"""What the operation answers: six media types, chosen by Accept."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from mockserver import media
from mockserver.contract import Contract, Schema

Ask = Callable[..., httpx.Response]

JSON, TEXT_JSON, XML, TEXT_XML = "application/json", "text/json", "application/xml", "text/xml"
PATCH, MERGE = "application/json-patch+json", "application/merge-patch+json"
TYPES = [JSON, TEXT_JSON, XML, TEXT_XML, PATCH, MERGE]


@pytest.mark.parametrize("media_type", TYPES)
@pytest.mark.parametrize("sale", [703, 0, 1, 2147483647])
def test_one_value_in_six_forms(ask: Ask, superoffice: Contract, media_type: str, sale: int) -> None:
    """Whatever the media type, the body decodes to the value that JSON holds, and the schema accepts it."""
    plain = ask({"SaleId": sale}).json()
    response = ask({"SaleId": sale}, {"Accept": media_type})
    schema = Schema(superoffice.document, {"$ref": "#/components/schemas/AppointmentEntity"}, "")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == f"{media_type}; charset=utf-8"
    assert media.decode(media_type, response.content, schema.shape) == plain
    assert schema.violations(plain) == []


def test_json_is_the_default(ask: Ask) -> None:
    """A client that does not say gets JSON, in UTF-8 and without a byte order mark."""
    response = ask()
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.content.startswith(b'{"Associate":{')
    assert int(response.headers["Content-Length"]) == len(response.content)


def test_xml_form(ask: Ask, superoffice: Contract) -> None:
    """The root is named after the type, elements stand in the schema's order, and null is xsi:nil."""
    text = ask(headers={"Accept": XML}).text
    assert text.startswith('<?xml version="1.0" encoding="utf-8"?>')
    assert "<AppointmentEntity " in text
    assert '<UpdatedBy xsi:nil="true"' in text
    members = [name for name in superoffice.document.component("AppointmentEntity").properties if f"<{name}" in text]
    assert len(members) > 50


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("*/*", JSON),
        ("*", JSON),
        ("application/*", JSON),
        ("text/*", TEXT_JSON),
        ("text/xml", TEXT_XML),
        ("TEXT/XML", TEXT_XML),
        ("application/xml;q=0.9, application/json;q=0.8", XML),
        ("application/json;q=0.8, application/xml;q=0.9", XML),
        ("application/xml, application/json", JSON),
        ("application/json;q=0, */*", TEXT_JSON),
        ("application/*;q=0.1, text/*;q=0.2", TEXT_JSON),
        ("text/*;q=0, */*;q=0.1", JSON),
        ("application/xml;q=0.001, image/png", XML),
        ("image/png, */*;q=0.01", JSON),
        ("application/json; charset=utf-8", JSON),
        ("application/json; charset=iso-8859-1", JSON),
        ("application/xml; version=1.0; q=0.5", XML),
        ('application/xml; a="b, c;q=0"', XML),
        ("text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", XML),
        ("application/json-patch+json", PATCH),
        ("application/merge-patch+json, application/json;q=0.5", MERGE),
        (",,application/xml,,", XML),
        ("", JSON),
        ("nonsense", JSON),
        ("application/json;q=nonsense, text/json", TEXT_JSON),
    ],
)
def test_accept(ask: Ask, accept: str, chosen: str) -> None:
    """The media type that the client likes best is answered (RFC 9110 section 12.5.1)."""
    assert ask(headers={"Accept": accept}).headers["Content-Type"] == f"{chosen}; charset=utf-8"


def test_several_fields_are_one(ask: Ask) -> None:
    """Accept may come in several lines (RFC 9110 section 5.3)."""
    headers = httpx.Headers([("Accept", "application/json;q=0.5"), ("Accept", "text/xml")])
    assert ask(headers=headers).headers["Content-Type"] == "text/xml; charset=utf-8"


@pytest.mark.parametrize("accept", ["image/png", "text/html", "application/json;q=0", "*/*;q=0", "application/yaml"])
class TestNothingAcceptable:
    """A client that takes none of the six."""

    def test_strict(self, ask: Ask, accept: str) -> None:
        """406 tells what there is, in JSON."""
        response = ask(headers={"Accept": accept})
        assert response.status_code == 406
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert response.json()["Message"].endswith(f"offered are {', '.join(TYPES)}")

    def test_lenient(self, ask: Ask, accept: str) -> None:
        """With --negotiation lenient, JSON is answered all the same."""
        response = ask(headers={"Accept": accept}, negotiation="lenient")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"


def test_vary(ask: Ask) -> None:
    """Caches are told every request header that an answer depends on (RFC 9110 section 12.5.5)."""
    for response in (ask(), ask(headers={"Accept": XML, "SO-Language": "no"})):
        names = {name.strip().lower() for name in response.headers["Vary"].split(",")}
        assert {"accept", "accept-language", "so-language", "so-culture", "so-timezone"} <= names


def test_sample_style(ask: Ask, superoffice: Contract) -> None:
    """Values as on the documentation page keep the contract too, in every media type."""
    schema = Schema(superoffice.document, {"$ref": "#/components/schemas/AppointmentEntity"}, "")
    plain = ask(style="sample").json()
    assert schema.violations(plain) == []
    for media_type in TYPES:
        body = ask(headers={"Accept": media_type}, style="sample").content
        assert media.decode(media_type, body, schema.shape) == plain
