"""The service's own pages: what is served, Swagger UI, the document, health."""

from __future__ import annotations

import mimetypes
import secrets
from collections.abc import Callable, Mapping
from functools import cache, partial
from html import escape
from pathlib import Path
from string import Template
from typing import Any

import orjson
import yaml

from mockserver import __version__, packages
from mockserver.contract import Contract, Operation
from mockserver.contract.references import EXTERNAL
from mockserver.contract.source import plain_value
from mockserver.contract.splice import spliced
from mockserver.exchange import Headers, cookies, path_of
from mockserver.server.gateway import Scope
from mockserver.server.messages import Answer, Field, fields, headers_of

Page = Callable[[Scope], Answer]
TEMPLATES = Path(__file__).parent / "templates"
COOKIE, HEADER = "XSRF-TOKEN", "X-XSRF-TOKEN"
COOKIE_VALUE_AT_MOST = 256


def service_pages(contract: Contract, base_path: str) -> dict[str, Page]:
    """Return the pages by path; none of them needs the internet."""
    html = (b"content-type", b"text/html; charset=utf-8")
    as_written = cache(partial(_yaml, contract, base_path))
    pages: dict[str, Page] = {
        "/": Landing(contract, base_path),
        "/healthz": _fixed((b"content-type", b"application/json"), b'{"status":"ok"}'),
        "/openapi.json": _fixed((b"content-type", b"application/json"), _json(contract, base_path)),
        "/openapi.yaml": lambda _: Answer(200, ((b"content-type", b"application/yaml"),), as_written()),
        "/ui": _redirect(f"{base_path}/ui/"),
        "/ui/": _fixed(html, (TEMPLATES / "ui.html").read_bytes()),
    }
    pages |= {f"/ui/{file.name}": partial(_file, file) for file in _swagger_ui()}
    routed = path_of(base_path)
    return {routed + path: page for path, page in pages.items()} | ({routed: pages["/"]} if routed else {})


class Landing:
    """A small page that shows what is served, sets the XSRF cookie and holds the hidden input."""

    def __init__(self, contract: Contract, base_path: str) -> None:
        self.path = base_path or "/"
        self.sets_cookie = any(scheme.get("name") == HEADER for scheme in contract.security_schemes.values())
        texts = {
            "title": _html(contract.title),
            "version": escape(__version__),
            "base": _html(base_path),
            "source": _html(Path(contract.document.source).name),
            "operations": "\n".join(_row(operation, base_path) for operation in contract.operations),
            "count": str(len(contract.operation_ids)),
            "browser": _template("xsrf.html") if self.sets_cookie else "",
        }
        self.template = Template(Template(_template("landing.html")).safe_substitute(texts))

    def __call__(self, scope: Scope) -> Answer:
        """Return the page; a browser that has a token already keeps it."""
        if not self.sets_cookie:
            return Answer(200, fields(("Content-Type", "text/html; charset=utf-8")), self.template.template.encode())
        token = _token(headers_of(scope)) or secrets.token_urlsafe(24)
        body = self.template.safe_substitute(token=escape(token)).encode()
        cookie = f"{COOKIE}={token}; Path={self.path}; SameSite=Lax"
        head = fields(
            ("Content-Type", "text/html; charset=utf-8"), ("Set-Cookie", cookie), ("Cache-Control", "no-store")
        )
        return Answer(200, head, body)


def _template(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _token(headers: Headers) -> str:
    """Return the token that a browser holds, or an empty text if it holds none that is safe to repeat."""
    value = cookies(headers).get(COOKIE, "")
    safe = value.replace("-", "").replace("_", "").isalnum() and value.isascii()
    return value if safe and len(value) <= COOKIE_VALUE_AT_MOST else ""


def _row(operation: Operation, base_path: str) -> str:
    return (
        f'<tr><td><span class="method {operation.method.lower()}">{operation.method}</span></td>'
        f"<td><code>{_html(base_path + operation.path)}</code><p>{_html(operation.summary)}</p></td></tr>"
    )


def _html(text: str) -> str:
    """Return *text* for HTML, and safe from the template's own placeholders."""
    return escape(text).replace("$", "&#36;")


def _json(contract: Contract, base_path: str) -> bytes:
    """Return the document as JSON, with this server as its only server."""
    return orjson.dumps(_served(contract, base_path))


def _served(contract: Contract, base_path: str) -> Mapping[str, Any]:
    return {**contract.document.root, "servers": [{"url": base_path or "/"}]}


class _Dumper(yaml.SafeDumper):
    """Writes no aliases, which would stand for what is alike by chance, and quotes what YAML 1.2 takes for no text."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 (see the class)
        """Return True."""
        return True

    def represent_str(self, data: str) -> Any:
        """Return a node for a text."""
        quoted = "'" if not isinstance(plain_value(data), str) else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=quoted)


_Dumper.add_representer(str, _Dumper.represent_str)


def _yaml(contract: Contract, base_path: str) -> bytes:
    """Return the document as it was written, with this server as its only server; one in files as the JSON has it."""
    if EXTERNAL in contract.document.root:
        options: dict[str, Any] = {"allow_unicode": True, "sort_keys": False, "width": 120}
        whole: str = yaml.dump(_served(contract, base_path), Dumper=_Dumper, **options)
        return whole.encode()
    text, here = contract.document.text, base_path or "/"
    servers = contract.document.root.get("servers")
    is_here = isinstance(servers, list) and [each.get("url") for each in servers if isinstance(each, dict)] == [here]
    return (text if is_here else spliced(text, "servers", [{"url": here}])).encode()


def _fixed(content_type: Field, body: bytes) -> Page:
    answer = Answer(200, (content_type,), body)
    return lambda _: answer


def _redirect(target: str) -> Page:
    answer = Answer(307, fields(("Location", target)))
    return lambda _: answer


@cache
def _swagger_ui() -> tuple[Path, ...]:
    """Return the files of Swagger UI that its page needs, of the newest version."""
    folders = sorted((packages.folder("swagger_ui_bundle") / "vendor").iterdir())
    wanted = {"swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"}
    return tuple(file for file in folders[-1].iterdir() if file.name in wanted) if folders else ()


def _file(path: Path, _: Scope) -> Answer:
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return Answer(200, fields(("Content-Type", kind), ("Cache-Control", "max-age=3600")), path.read_bytes())
