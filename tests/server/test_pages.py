"""The service's own pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import httpx
import pytest
import yaml

from mockserver.contract.source import Source
from mockserver.documents import bundled

Serving = Callable[..., str]

SHOP = Path(__file__).parents[2] / "fixtures" / "documents" / "shop.yaml"
PATH = "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"


def test_landing(serving: Serving, client: httpx.Client) -> None:
    """The landing page says what is served, and is not kept by caches: it holds a token."""
    page = client.get(serving() + "/")
    assert page.status_code == 200
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    assert "SuperOffice WebAPI" in page.text
    assert PATH in page.text


def test_landing_of_another_document(serving: Serving, client: httpx.Client) -> None:
    """Another document's operations are listed below its own base path."""
    page = client.get(serving(SHOP) + "/")
    assert "Operations (7)" in page.text
    assert "/v1/products/{productId}" in page.text
    assert "XSRF" not in page.text + str(page.headers)


def test_titles_are_escaped(serving: Serving, client: httpx.Client, tmp_path: Path) -> None:
    """What a document says is text, not markup."""
    document = tmp_path / "markup.yaml"
    document.write_text(
        "openapi: 3.0.3\ninfo: {title: '<b>$count & co</b>', version: '1'}\n"
        "paths: {'/<i>': {get: {summary: '<script>', responses: {'204': {description: none}}}}}\n",
        "utf-8",
    )
    page = client.get(serving(document) + "/")
    assert "<b>" not in page.text
    assert "<i>" not in page.text
    assert "<script>" not in page.text
    assert "<b>$count & co</b>" in unescape(page.text)


@pytest.mark.parametrize("page", ["/", "/ui/"])
def test_nothing_is_loaded_from_elsewhere(serving: Serving, client: httpx.Client, page: str) -> None:
    """Both pages work without the internet."""
    text = client.get(serving() + page).text
    loaded = re.findall(r'(?:src|href|url|action)\s*[=:]\s*"([^"]*)"', text)
    assert loaded
    assert not [target for target in loaded if "//" in target]
    assert not re.search(r"@import|https?://|\burl\(", text)


def test_every_file_of_the_ui_is_there(serving: Serving, client: httpx.Client) -> None:
    """What Swagger UI's page loads is served, with its type, and kept by caches."""
    url = serving() + "/ui/"
    page = client.get(url)
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    files = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert {file.rpartition(".")[2] for file in files} == {"css", "js", "png"}
    for file in files:
        response = client.get(url + file)
        assert response.status_code == 200
        assert response.headers["Content-Type"].partition(";")[0] in ("text/css", "text/javascript", "image/png")
        assert "max-age" in response.headers["Cache-Control"]


def test_ui_without_a_slash(serving: Serving, client: httpx.Client) -> None:
    """``/ui`` leads to ``/ui/``, from where the relative links work."""
    response = client.get(serving() + "/ui")
    assert response.status_code == 307
    assert response.headers["Location"] == "/ui/"


def test_the_ui_shows_the_document(serving: Serving, client: httpx.Client) -> None:
    """The page reads the document that is served beside it.

    By its absolute URL: given a relative one, Swagger UI resolves a recursive schema for ever.
    """
    page = client.get(serving() + "/ui/").text
    (target,) = re.findall(r'url: new URL\("([^"]+)", location\.href\)\.href', page)
    assert client.get(str(httpx.URL(serving() + "/ui/").join(target))).json()["openapi"] == "3.0.3"


def test_document(serving: Serving, client: httpx.Client) -> None:
    """The document is there as YAML, as it was written, and as JSON, with this server as its only one."""
    written = client.get(serving() + "/openapi.yaml")
    as_json = client.get(serving() + "/openapi.json")
    assert written.headers["Content-Type"].startswith("application/yaml")
    assert as_json.headers["Content-Type"].startswith("application/json")
    assert written.content == bundled().read_bytes()
    assert as_json.json() == {**yaml.safe_load(written.text), "servers": [{"url": "/"}]}


def test_document_below_a_base_path(serving: Serving, client: httpx.Client) -> None:
    """Both forms of the document name the server that serves them; the comments stay."""
    url = serving(base_path="/Cust1")
    written = client.get(url + "/openapi.yaml").text
    assert yaml.safe_load(written) == client.get(url + "/openapi.json").json()
    assert yaml.safe_load(written)["servers"] == [{"url": "/Cust1"}]
    assert written.count("#") == bundled().read_text("utf-8").count("#")


def test_document_of_another(serving: Serving, client: httpx.Client) -> None:
    """A document that is served elsewhere names this server instead."""
    document = client.get(serving(SHOP) + "/openapi.json").json()
    assert document["servers"] == [{"url": "/v1"}]
    assert set(document["paths"]) == {
        "/products",
        "/products/{productId}",
        "/orders/{orderId}",
        "/categories/root",
        "/motd",
    }


@pytest.mark.parametrize("base_path", [None, "/elsewhere"])
def test_two_forms_of_one_document(
    serving: Serving, client: httpx.Client, tmp_path: Path, base_path: str | None
) -> None:
    """YAML and JSON say the same where the document is not served as it was written: in files, or elsewhere."""
    text = "openapi: 3.0.3\ninfo: {title: Æ, version: '1e3'}\nservers: [{url: 'https://a.example/v1'}]\n"
    (tmp_path / "api.yaml").write_text(text + "paths: {/p: {$ref: 'paths.yaml#/p'}}\n", "utf-8")
    (tmp_path / "paths.yaml").write_text("p: {get: {responses: {'204': {description: 'no'}}}}\n", "utf-8")
    url = serving(tmp_path / "api.yaml", base_path=base_path)
    written = Source("served", client.get(f"{url}/openapi.yaml").text).tree()
    assert written == client.get(f"{url}/openapi.json").json()
    assert written["servers"] == [{"url": base_path or "/v1"}]
    assert written["paths"] == {"/p": {"$ref": "#/x-external-documents/0/p"}}


def test_health(serving: Serving, client: httpx.Client) -> None:
    """Health is told without credentials."""
    assert client.get(serving() + "/healthz").json() == {"status": "ok"}


def test_a_document_may_have_such_paths_itself(serving: Serving, client: httpx.Client, tmp_path: Path) -> None:
    """Where the document has an operation, its answer comes before a page of ours."""
    document = tmp_path / "own.yaml"
    document.write_text(
        "openapi: 3.0.3\ninfo: {title: Own, version: '1'}\n"
        "paths: {/healthz: {get: {responses: {'200': {description: own, content: {text/plain: {example: mine}}}}}}}\n",
        "utf-8",
    )
    response = client.get(serving(document) + "/healthz")
    assert response.text == "mine"
    assert client.get(serving(document) + "/").status_code == 200
