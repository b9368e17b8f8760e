"""A case as a curl command that a person can paste; credentials stay in variables of the shell."""

from __future__ import annotations

import re
import shlex
from urllib.parse import quote

from mockserver.conformance.case import Case
from mockserver.conformance.credentials import Credential
from mockserver.conformance.settings import Settings
from mockserver.exchange import Request, raw_path

BLANKS = re.compile(" {100,}")


def command(url: str, case: Case, settings: Settings) -> str:
    """Return the command that sends *case* to the server at *url*.

    Values of secrets are not in it: ``$MOCKSERVER_AUTHORIZATION`` stands for that of Authorization.
    """
    request = case.request
    added = settings.added(case).lacking(request)
    words = ["curl", "-sS", "-i", "-X", request.method, _target(url, request, added)]
    for name, value in request.headers.fields:
        # curl's own way to send a field without a value.
        if not (added.cookies and name.lower() == "cookie"):
            words += ["-H", shlex.quote(f"{name}: {value}" if value.strip() else f"{name};")]
    for name, _ in added.fields:
        words += ["-H", f'"{name}: ${variable(name)}"']
    if added.cookies:
        given = f"{request.headers['cookie']}; " if "cookie" in request.headers else ""
        hidden = "; ".join(f"{name}=${variable(name)}" for name, _ in added.cookies)
        words += ["-H", f"{shlex.quote(f'Cookie: {given}')}" + f'"{hidden}"']
    if not request.body:
        return " ".join(words)
    try:
        text = request.body.decode()
    except UnicodeDecodeError:
        text = ""
    if text and "\0" not in text:
        return " ".join([*words, "--data-binary", _quoted(text)])
    octal = "".join(f"\\{byte:03o}" for byte in request.body)
    return " ".join(["printf", f"'{octal}'", "|", *words, "--data-binary", "@-"])


def _target(url: str, request: Request, added: Credential) -> str:
    """Return the URL as a word of the shell."""
    hidden = "&".join(f"{quote(name, '')}=${variable(name)}" for name, _ in added.query)
    if not hidden:
        return shlex.quote(url + raw_path(request.path) + (f"?{request.query}" if request.query else ""))
    query = f"{request.query}&" if request.query else ""
    return shlex.quote(f"{url}{raw_path(request.path)}?{query}") + f'"{hidden}"'


def _quoted(text: str) -> str:
    """Return *text* as one word of the shell, which makes up by itself the blanks that nobody wants to paste."""
    parts = BLANKS.split(text)
    runs = [f"\"$(printf '%{len(run)}s')\"" for run in BLANKS.findall(text)]
    quoted = [shlex.quote(part) if part else "" for part in parts]
    return "".join(word for pair in zip(quoted, [*runs, ""], strict=True) for word in pair) or "''"


def variable(name: str) -> str:
    """Return the shell variable that stands for the value of the header field, parameter or cookie *name*."""
    return "MOCKSERVER_" + "".join(each if each.isalnum() else "_" for each in name).upper()
