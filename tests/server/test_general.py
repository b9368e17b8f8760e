"""Any OpenAPI 3.0 document: two that are nothing like the vendor's, and one with all that is odd."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver import media
from mockserver.contract import Contract

Serving = Callable[..., str]
Get = Callable[..., httpx.Response]

DOCUMENTS = Path(__file__).parents[2] / "fixtures" / "documents"
SHOP, WEATHER = DOCUMENTS / "shop.yaml", DOCUMENTS / "weather.json"
ID = "6f1c1a4e-6f0a-4b8e-9d0a-0d8f4e1f2a3b"
KEY, TOKEN, REQUEST_ID = {"X-Api-Key": "any"}, {"Authorization": "bearer any"}, {"X-Request-Id": ID}
STATION = b'<station code="OSL01"><place><lat>59.9</lat><lon>10.7</lon></place></station>'
NEW = {"name": "Tea", "price": 4.5}


@pytest.fixture(scope="module")
def shop(serving: Serving, client: httpx.Client) -> Get:
    """A request to the shop: method and path, then what httpx takes."""

    def send(method: str, path: str, **given: Any) -> httpx.Response:
        return client.request(method, serving(SHOP) + path, **given)

    return send


@pytest.fixture(scope="module")
def weather(serving: Serving, client: httpx.Client) -> Get:
    """A request to the weather stations: method and path, then what httpx takes."""

    def send(method: str, path: str, **given: Any) -> httpx.Response:
        return client.request(method, serving(WEATHER) + path, **given)

    return send


def judged(document: Path, operation: str, response: httpx.Response) -> Any:
    """Return the answer's value; fails unless status, media type, headers and value are documented."""
    documented = Contract.load(document).operation(operation).answer_for(response.status_code)
    assert documented is not None, response.status_code
    media_type = response.headers["Content-Type"].partition(";")[0]
    schema = documented.contents[media_type].schema
    assert schema is not None
    value = media.decode(media_type, response.content, schema.shape)
    assert schema.violations(value) == []
    for name, header in documented.headers.items():
        text = response.headers[name]
        assert header.is_valid(int(text) if header.shape.kind == "integer" else text)
    return value


@pytest.mark.parametrize(
    ("operation", "method", "path", "given"),
    [
        ("listProducts", "GET", "/products", {}),
        ("listProducts", "GET", "/products?limit=50&tag=a&tag=b&sort=-name", {}),
        ("addProduct", "POST", "/products", {"headers": KEY, "json": NEW}),
        ("addProduct", "POST", "/products", {"headers": KEY, "data": {**NEW, "tags": ["new", "hot"]}}),
        ("getProduct", "GET", "/products/7", {}),
        ("getProduct", "GET", "/products/9223372036854775807", {}),
        ("getOrder", "GET", f"/orders/{ID}", {"headers": KEY}),
        ("getOrder", "GET", f"/orders/{ID}", {"headers": {**TOKEN, "Accept": "application/xml"}}),
        ("rootCategory", "GET", "/categories/root", {}),
        ("message", "GET", "/motd", {}),
        ("message", "GET", "/motd", {"headers": {"Accept": "text/plain"}}),
    ],
)
def test_shop(shop: Get, operation: str, method: str, path: str, given: dict[str, Any]) -> None:
    """Each operation of the shop answers what its document says: recursion, oneOf and allOf included."""
    assert judged(SHOP, operation, shop(method, path, **given)) is not None


@pytest.mark.parametrize(
    ("operation", "method", "path", "given"),
    [
        ("readings", "GET", "/stations/OSL01/readings", {"headers": REQUEST_ID}),
        (
            "readings",
            "GET",
            "/stations/BGO02/readings?between=2026-01-01,2026-01-02&box[north]=60.5&box[south]=-1",
            {"headers": REQUEST_ID},
        ),
        ("register", "PUT", "/stations", {"content": STATION, "headers": {"Content-Type": "application/xml"}}),
        ("register", "PUT", "/stations", {"json": {"code": "OSL01", "place": {"lat": 1, "lon": 2}}}),
        ("register", "PUT", "/stations", {"headers": {"Accept": "application/json"}}),
    ],
)
def test_weather(weather: Get, operation: str, method: str, path: str, given: dict[str, Any]) -> None:
    """So does each of the weather stations: dictionaries, anyOf, patterns and XML attributes included."""
    assert judged(WEATHER, operation, weather(method, path, **given)) is not None


class TestEntities:
    """A path's id names one thing wherever it appears."""

    @pytest.mark.parametrize("number", [1, 7, 703, 9223372036854775807])
    def test_the_id_is_echoed(self, shop: Get, number: int) -> None:
        """The answer is about what the path names."""
        assert shop("GET", f"/products/{number}").json()["productId"] == number

    def test_texts_are_echoed(self, shop: Get, weather: Get) -> None:
        """Ids that are texts, and other parameters that the answer repeats, are too."""
        assert shop("GET", f"/orders/{ID}", headers=KEY).json()["orderId"] == ID
        readings = weather("GET", "/stations/TRD77/readings", headers=REQUEST_ID)
        assert readings.json()["station_code"] == "TRD77"

    def test_what_is_sent_is_shown(self, shop: Get, weather: Get) -> None:
        """So are the members of a body."""
        added = shop("POST", "/products", headers=KEY, json=NEW).json()
        assert {name: added[name] for name in NEW} == NEW
        told = weather("PUT", "/stations", content=STATION, headers={"Content-Type": "text/xml"})
        assert told.status_code == 415
        told = weather("PUT", "/stations", content=STATION, headers={"Content-Type": "application/xml"})
        assert b'code="OSL01"' in told.content
        assert b"<lat>59.9</lat>" in told.content

    def test_one_thing_everywhere(self, shop: Get) -> None:
        """A product is the same in a list, beside another product, and on its own."""
        shown = shop("GET", "/products").json()
        shown += [related for product in shown for related in product.get("related", ())]
        assert len(shown) > 3
        for product in shown:
            alone = shop("GET", f"/products/{product['productId']}").json()
            for name in ("productId", "name", "price", "stock", "discontinued"):
                assert product.get(name) == alone.get(name)
            assert product["category"]["name"] == alone["category"]["name"]


class TestPreferences:
    """What a client asks of the mock itself (Prefer, RFC 7240)."""

    @pytest.mark.parametrize("accept", ["*/*", "application/json", "application/problem+json", "text/html"])
    def test_status(self, shop: Get, accept: str) -> None:
        """A documented status is answered with its documented body, even to who would rather have another type."""
        response = shop("GET", "/products/7", headers={"Prefer": "code=404", "Accept": accept})
        assert response.status_code == 404
        assert isinstance(judged(SHOP, "getProduct", response), dict)

    def test_status_of_a_range(self, weather: Get) -> None:
        """``4XX`` documents each of them, here as plain text."""
        response = weather("GET", "/stations/OSL01/readings", headers={**REQUEST_ID, "Prefer": "code=418"})
        assert response.status_code == 418
        assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert response.text

    def test_default_documents_every_status(self, shop: Get) -> None:
        """``default`` stands for all that are not named."""
        response = shop("GET", "/categories/root", headers={"Prefer": "code=503"})
        assert response.status_code == 503
        assert judged(SHOP, "rootCategory", response)["name"] in ("food", "drinks", "books", "toys")

    def test_undocumented_status(self, shop: Get) -> None:
        """What the document does not have is refused, and what it has is told."""
        response = shop("GET", "/products/7", headers={"Prefer": "code=500"})
        assert response.status_code == 400
        assert response.json()["detail"] == "Prefer: code=500 is not documented; documented are 200, 404"

    @pytest.mark.parametrize(
        ("prefer", "text"),
        [
            ("", "Free ice cream today"),
            ("example=sunny", "Free ice cream today"),
            ("example=rainy", "Umbrellas at half price"),
            ('respond-async, example="rainy"; x=y', "Umbrellas at half price"),
            ("Example=rainy", "Umbrellas at half price"),
        ],
    )
    def test_example(self, shop: Get, prefer: str, text: str) -> None:
        """The first example is the answer; another is asked for by name."""
        assert shop("GET", "/motd", headers={"Prefer": prefer}).json() == {"text": text}

    def test_dynamic(self, shop: Get) -> None:
        """``dynamic=true`` makes an answer by the schema where there are examples."""
        response = shop("GET", "/motd", headers={"Prefer": "dynamic=true"})
        assert judged(SHOP, "message", response)["text"] not in ("Free ice cream today", "Umbrellas at half price")

    def test_unknown_example(self, shop: Get) -> None:
        """An example that is not there is refused, and those that are there are told."""
        response = shop("GET", "/motd", headers={"Prefer": "example=snowy"})
        assert response.status_code == 400
        assert "sunny, rainy" in response.json()["detail"]


class TestRefusals:
    """Requests that break the document."""

    @pytest.mark.parametrize(
        ("method", "path", "given", "reasons"),
        [
            (
                "GET",
                "/products?limit=0&sort=colour",
                {},
                [
                    "(query parameter limit): 0 is not at least 1",
                    "(query parameter sort): 'colour' is not among 'name', '-name', 'price'",
                ],
            ),
            ("GET", "/products?limit=ten", {}, ["(query parameter limit): expected integer, found string 'ten'"]),
            ("GET", "/products/tea", {}, ["(path parameter productId): expected integer, found string 'tea'"]),
            ("GET", "/products/0", {}, ["(path parameter productId): 0 is not at least 1"]),
            ("GET", "/orders/7", {"headers": KEY}, ["(path parameter orderId): '7' is not a valid uuid"]),
            ("POST", "/products", {"headers": KEY}, ["(body): a request body is required, and none was sent"]),
            (
                "POST",
                "/products",
                {"headers": KEY, "json": {"name": "", "price": 0, "tags": ["A", "A"], "colour": "red"}},
                [
                    "/name: '' is not at least 1 characters long",
                    "/price: 0 is not more than 0",
                    "/tags: an array of 2 is not free of repeated items",
                    "/tags/0: 'A' is not of the form ^[a-z]{2,8}$",
                    "/tags/1: 'A' is not of the form ^[a-z]{2,8}$",
                    "/colour: member 'colour' is not declared",
                ],
            ),
            (
                "POST",
                "/products",
                {"headers": KEY, "data": {"price": "cheap"}},
                ["/name: required member 'name' is missing", "/price: expected number, found string 'cheap'"],
            ),
        ],
    )
    def test_shop(self, shop: Get, method: str, path: str, given: dict[str, Any], reasons: list[str]) -> None:
        """400 with every reason and its place, as problem details (RFC 9457)."""
        response = shop(method, path, **given)
        assert response.status_code == 400
        assert response.headers["Content-Type"].partition(";")[0] == "application/problem+json"
        problem = response.json()
        assert sorted(problem.pop("detail").splitlines()) == sorted(reasons)
        assert problem == {"type": "about:blank", "title": "Bad Request", "status": 400}

    def test_every_kind_of_parameter_at_once(self, weather: Get) -> None:
        """Query, path and header are judged together; names are case-sensitive, errors are texts."""
        path = "/stations/osl/readings?between=2026-01-01&box[north]=up&BETWEEN=x"
        assert sorted(weather("GET", path).text.splitlines()) == [
            "(header parameter X-Request-Id): is required, and was not sent",
            "(path parameter station_code): 'osl' is not of the form ^[A-Z]{3}[0-9]{2}$",
            "(query parameter between): an array of 1 is not at least 2 items long",
            "(query parameter box)/north: expected number, found string 'up'",
        ]

    @pytest.mark.parametrize(
        ("accept", "content_type"),
        [
            ("*/*", "application/problem+json"),
            ("application/json", "application/problem+json"),
            ("application/xml", "application/problem+xml"),
            ("text/xml", "application/problem+xml"),
            ("application/problem+xml", "application/problem+xml"),
            ("image/png", "application/problem+json"),
        ],
    )
    def test_errors_in_two_forms(self, shop: Get, accept: str, content_type: str) -> None:
        """XML for who asks for XML, JSON for everybody else."""
        for path, status in (("/nowhere", 404), ("/products/tea", 400)):
            response = shop("GET", path, headers={"Accept": accept})
            assert response.status_code == status
            assert response.headers["Content-Type"] == f"{content_type}; charset=utf-8"

    def test_media_type(self, shop: Get) -> None:
        """415 tells what is taken, 406 what is given."""
        refused = shop("POST", "/products", headers={**KEY, "Content-Type": "text/plain"}, content=b"x")
        assert refused.status_code == 415
        assert refused.headers["Accept"] == "application/json, application/x-www-form-urlencoded"
        assert shop("GET", "/products/7", headers={"Accept": "text/html"}).status_code == 406

    def test_methods(self, shop: Get) -> None:
        """405 tells what is allowed, HEAD where GET is."""
        response = shop("PATCH", "/products/7")
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, DELETE, HEAD, OPTIONS"
        assert shop("OPTIONS", "/products/7").headers["Allow"] == "GET, DELETE, HEAD, OPTIONS"
        assert shop("HEAD", "/products/7").status_code == 200
        assert shop("HEAD", "/products/7").content == b""


class TestSecurity:
    """Any well-formed credential of the kind that the document asks for."""

    ORDER = f"/orders/{ID}"

    @pytest.mark.parametrize(
        ("method", "path", "headers", "status"),
        [
            ("POST", "/products", {}, 401),
            ("POST", "/products", TOKEN, 401),
            ("POST", "/products", {"X-Api-Key": ""}, 401),
            ("POST", "/products", {"x-api-key": "1"}, 201),
            ("DELETE", "/products/7", {}, 401),
            ("DELETE", "/products/7", KEY, 401),
            ("DELETE", "/products/7", {"Authorization": "Basic dGplMDpUamUw"}, 401),
            ("DELETE", "/products/7", {"Authorization": "Bearer"}, 401),
            ("DELETE", "/products/7", TOKEN, 204),
            ("GET", ORDER, {}, 401),
            ("GET", ORDER, KEY, 200),
            ("GET", ORDER, TOKEN, 200),
            ("GET", "/products", {}, 200),
        ],
    )
    def test_schemes(self, shop: Get, method: str, path: str, headers: dict[str, str], status: int) -> None:
        """An API key, a token, either, or nothing."""
        given = {"json": NEW} if method == "POST" else {}
        assert shop(method, path, headers=headers, **given).status_code == status

    def test_refusal(self, shop: Get) -> None:
        """Where one of several would do, all of them are told."""
        response = shop("GET", self.ORDER)
        assert response.headers["WWW-Authenticate"] == (
            'Bearer realm="mockserver", ApiKey realm="mockserver", name="X-Api-Key"'
        )
        assert response.json() == {
            "type": "about:blank",
            "title": "Unauthorized",
            "status": 401,
            "detail": "send Authorization: Bearer; or send header X-Api-Key",
        }

    def test_switched_off(self, serving: Serving, client: httpx.Client) -> None:
        """With --auth off nobody is asked."""
        url = serving(SHOP, auth="off")
        assert client.get(url + self.ORDER).status_code == 200
        assert client.delete(url + "/products/7").status_code == 204

    def test_no_content(self, shop: Get) -> None:
        """204 has no body, no type and no length (RFC 9110 section 15.3.5)."""
        response = shop("DELETE", "/products/7", headers=TOKEN)
        assert response.content == b""
        assert not {"content-type", "content-length"} & set(response.headers)


def parameter(name: str, location: str, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": location, "required": True, "schema": schema}


def answer(media_type: str, **content: Any) -> dict[str, Any]:
    return {"responses": {"200": {"description": "", "content": {media_type: content}}}}


TEXT = {"type": "string"}
BINARY = {"type": "string", "format": "binary"}
ODD = {
    "openapi": "3.0.3",
    "info": {"title": "All that is odd", "version": "1"},
    "paths": {
        "/things/{thing-id}": {
            "get": {
                "parameters": [parameter("thing-id", "path", type="integer")],
                **answer("*/*", schema={"type": "object", "properties": {"thing-id": {"type": "integer"}}}),
            }
        },
        "/{any}/{thing}": {
            "get": {
                "parameters": [parameter("any", "path", type="string"), parameter("thing", "path", type="string")],
                **answer("application/json", example="the open path"),
            }
        },
        "/fixed/{thing}": {
            "get": {
                "parameters": [parameter("thing", "path", type="string")],
                **answer("application/json", example="the fixed path"),
            }
        },
        "/files/{name}.{suffix}": {
            "get": {
                "parameters": [parameter("name", "path", type="string"), parameter("suffix", "path", type="string")],
                **answer("image/png", schema=BINARY),
            }
        },
        "/upload": {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"multipart/form-data": {"schema": {}}, "application/octet-stream": {"schema": BINARY}},
                },
                "responses": {"202": {"description": "taken"}},
            }
        },
        "/ranges": {
            "post": {
                "requestBody": {"content": {"application/*": {"schema": {"type": "object"}}}},
                **answer("text/*", schema=TEXT),
            }
        },
        "/own": {
            "get": {"responses": {"304": {"description": "not modified"}}},
            "head": {
                "responses": {"200": {"description": "", "headers": {"X-Count": {"schema": {"type": "integer"}}}}}
            },
            "options": answer("text/plain", example="own options"),
        },
        "/own/{id}": {
            "parameters": [parameter("id", "path", type="string")],
            "get": {"responses": {"304": {"description": "not modified"}}},
            "head": {"responses": {"202": {"description": "the head's own"}}},
        },
        "/nothing": {"get": answer("application/json")},
    },
}


@pytest.fixture(scope="module")
def odd(serving: Serving, client: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Get:
    """A request to a server of the odd document."""
    path = tmp_path_factory.mktemp("odd") / "odd.json"
    path.write_text(json.dumps(ODD), "utf-8")

    def send(method: str, where: str, **given: Any) -> httpx.Response:
        return client.request(method, serving(path) + where, **given)

    return send


class TestOdd:
    """What documents may hold besides."""

    def test_names_of_path_parameters(self, odd: Get) -> None:
        """A path parameter may have any name."""
        assert odd("GET", "/things/7").json() == {"thing-id": 7}
        assert odd("GET", "/things/x").json()["detail"].startswith("(path parameter thing-id): ")

    def test_the_most_specific_path(self, odd: Get) -> None:
        """A path with fewer parameters wins, wherever it stands (OAS 3.0.3, Paths Object)."""
        assert odd("GET", "/fixed/x").json() == "the fixed path"
        assert odd("GET", "/other/x").json() == "the open path"

    @pytest.mark.parametrize(
        ("accept", "content_type"),
        [
            ("*/*", "application/json; charset=utf-8"),
            ("application/xml", "application/xml; charset=utf-8"),
            ("text/plain", "text/plain; charset=utf-8"),
        ],
    )
    def test_any_media_type(self, odd: Get, accept: str, content_type: str) -> None:
        """Where the document says ``*/*``, the client chooses."""
        assert odd("GET", "/things/7", headers={"Accept": accept}).headers["Content-Type"] == content_type

    def test_ranges(self, odd: Get) -> None:
        """Ranges of media types take what is in them, and answer one of them."""
        for media_type, status in (("application/json", 200), ("application/x+json", 200), ("text/plain", 415)):
            response = odd("POST", "/ranges", content=b"{}", headers={"Content-Type": media_type})
            assert response.status_code == status
        assert odd("POST", "/ranges").headers["Content-Type"] == "text/plain; charset=utf-8"

    def test_binary(self, odd: Get) -> None:
        """Bodies that nobody here can read are taken as they are, and given without a charset."""
        assert odd("POST", "/upload", files={"file": b"\x00\xff"}).status_code == 202
        headers = {"Content-Type": "application/octet-stream"}
        assert odd("POST", "/upload", content=b"\x00\xff", headers=headers).status_code == 202
        picture = odd("GET", "/files/a.b.png")
        assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/png")

    def test_methods_of_its_own(self, odd: Get) -> None:
        """HEAD and OPTIONS may be operations."""
        assert odd("GET", "/own").status_code == 304
        assert int(odd("HEAD", "/own").headers["X-Count"]) is not None
        assert odd("OPTIONS", "/own").text == "own options"
        assert odd("GET", "/own/7").status_code == 304
        assert odd("HEAD", "/own/7").status_code == 202

    def test_no_schema(self, odd: Get) -> None:
        """A media type without a schema and without an example has an answer too."""
        assert odd("GET", "/nothing").status_code == 200
