"""Values replaced by the name before them, in JSON, XML and forms, and nothing else touched.

The texts are read token by token and not as values: what surrounds a secret keeps its white space,
its numbers and its order, and a body that is broken is redacted as far as it goes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import unquote_plus

from mockserver.redaction.names import Kind, Kinds

Replace = Callable[[str, Kind], str]

QUOTED = r'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?$)'
# Quick, and finds too much rather than too little: what stands between two strings may look like a name.
NAME = re.compile(r'"([^"]*+)"\s*+:')
STRING = re.compile(rf"({QUOTED})(\s*+:\s*+)?", re.DOTALL)
BRACKET = re.compile(rf"[{{}}\[\]]|{QUOTED}", re.DOTALL)
LEAF = re.compile(rf"({QUOTED})(\s*+:)?|(-?[0-9][0-9.eE+-]*+)", re.DOTALL)
SCALAR = re.compile(rf"{QUOTED}|[^\s,{{}}\[\]]*+", re.DOTALL)
MARKUP = re.compile(
    r"<!--.*?(?:-->|$)|<!\[CDATA\[(?P<data>.*?)(?P<close>\]\]>|$)|<\?.*?(?:\?>|$)"
    r"|<(?P<end>/?)(?P<name>[^\s/<>]+)(?P<attributes>(?:[^<>\"'/]++|/(?!>)|\"[^\"]*\"|'[^']*'){0,1000}?)(?P<empty>/?)>|(?P<text>[^<]+)|<",
    re.DOTALL,
)
# A name is looked at from its beginning alone: from each letter of it, a long text without a sign would never end.
ATTRIBUTE = re.compile(r"""(?<![^\s=/"'])([^\s=/]++)(\s*+=\s*+)("[^"]*"|'[^']*')""")
PAIR = re.compile(r"(?<![^&=\s])([^&=\s]++)=([^&\s]*)")
PART = re.compile(
    r'(\bname="([^"]*)"[^\r\n]*(?:\r?\n[^\r\n]+)*\r?\n\r?\n)(.*?)(?=\r?\n--|$)', re.DOTALL | re.IGNORECASE
)


def in_json(text: str, kinds: Kinds, replace: Replace) -> str:
    """Return the JSON *text* with what stands behind names of a kind replaced, in containers every leaf."""
    if not any(kinds(name) or "\\" in name for name in set(NAME.findall(text))):
        return text
    pieces: list[str] = []
    done = at = 0
    while match := STRING.search(text, at):
        at = match.end()
        kind = kinds(_value(match[1])) if match[2] else None
        if kind is None:
            continue
        if text[at : at + 1] in ("{", "[") and kind == "secret text":
            continue
        end = _end(text, at)
        pieces += text[done:at], LEAF.sub(_leaf(kind, replace), text[at:end])
        done = at = end
    return "".join([*pieces, text[done:]])


def _leaf(kind: Kind, replace: Replace) -> Callable[[re.Match[str]], str]:
    def replaced(match: re.Match[str]) -> str:
        if match[3]:
            # A number stays one, so that the body keeps its schema.
            replace(match[3], kind)
            return "0"
        value = _value(match[1])
        if match[2] or not value:
            return match[0]
        new = replace(value, kind)
        return match[0] if new == value else json.dumps(new, ensure_ascii=False)

    return replaced


def _value(quoted: str) -> str:
    """Return the text that *quoted* stands for; of one that is broken, what stands there."""
    if "\\" in quoted:
        try:
            return str(json.loads(quoted, strict=False))
        except ValueError:
            pass
    return quoted[1:].removesuffix('"')


def _end(text: str, at: int) -> int:
    """Return where the value ends that begins *at*."""
    if text[at : at + 1] not in ("{", "["):
        match = SCALAR.match(text, at)
        return match.end() if match else at
    depth = 0
    for token in BRACKET.finditer(text, at):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    return len(text)


def in_xml(text: str, kinds: Kinds, replace: Replace) -> str:
    """Return the XML or HTML *text* with the content of elements and attributes whose name is of a kind replaced."""
    open_: list[Kind | None] = []

    def replaced(match: re.Match[str]) -> str:
        kind = open_[-1] if open_ else None
        if match["name"]:
            if match["end"]:
                del open_[-1:]
                return match[0]
            if not match["empty"]:
                open_.append(kinds(match["name"].rpartition(":")[2]) or kind)
            start, end = match.start("attributes") - match.start(), match.end("attributes") - match.start()
            return match[0][:start] + _attributes(match["attributes"], kinds, replace) + match[0][end:]
        if kind is None:
            return match[0]
        if match["data"]:
            return f"<![CDATA[{replace(match['data'], kind)}{match['close']}"
        content = (match["text"] or "").strip()
        return match[0].replace(content, escape(replace(unescape(content), kind), quote=False)) if content else match[0]

    return MARKUP.sub(replaced, text)


def _attributes(text: str, kinds: Kinds, replace: Replace) -> str:
    pairs = {match[1].lower(): match[3][1:-1] for match in ATTRIBUTE.finditer(text)}
    # An <input name="password" value="…"> or <add key="password" value="…"> names what its value is.
    named = kinds(pairs.get("name", pairs.get("key", pairs.get("id", ""))))

    def replaced(match: re.Match[str]) -> str:
        name = match[1].rpartition(":")[2]
        kind = kinds(name) if name.lower() not in ("name", "key", "title") else None
        kind = kind or (named if name.lower() in ("value", "content") else None)
        content = unescape(match[3][1:-1])
        if kind is None or not content or match[1].lower().startswith("xmlns"):
            return match[0]
        return f"{match[1]}{match[2]}{match[3][0]}{escape(replace(content, kind))}{match[3][0]}"

    return ATTRIBUTE.sub(replaced, text)


def in_form(text: str, kinds: Kinds, replace: Replace) -> str:
    """Return the form or query *text* with the values of fields whose name is of a kind replaced."""

    def replaced(match: re.Match[str]) -> str:
        kind = kinds(unquote_plus(match[1]))
        value = unquote_plus(match[2])
        if kind is None or not value or (new := replace(value, kind)) == value:
            return match[0]
        return f"{match[1]}={new}"

    return PAIR.sub(replaced, text)


def in_multipart(text: str, kinds: Kinds, replace: Replace) -> str:
    """Return the form with parts *text* (RFC 7578) with the values of fields whose name is of a kind replaced."""

    def replaced(match: re.Match[str]) -> str:
        kind = kinds(match[2])
        return match[0] if kind is None or not match[3] else match[1] + replace(match[3], kind)

    return PART.sub(replaced, text)
