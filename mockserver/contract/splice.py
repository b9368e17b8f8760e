"""A document's text with one member at its top replaced: comments and layout stay as they were written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import yaml

from mockserver.contract.source import LOADER

OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


def spliced(text: str, name: str, value: Any) -> str:
    """Return the YAML or JSON *text* of a mapping with *value* as its member *name*, added where there is none."""
    written = orjson.dumps(value).decode()
    events: Iterator[Any] = yaml.parse(text, Loader=LOADER)
    root: Any = next(event for event in events if isinstance(event, OPENING))
    first = None
    for key in events:
        if isinstance(key, CLOSING):
            break
        first = first or key
        end = _end(events)
        if key.value == name:
            # A text in block style ends with its last line break, which is to stay.
            end -= text[end - 1] == "\n"
            return f"{text[: key.end_mark.index]}: {written}{text[end:]}"
    if root.flow_style:
        at, member = root.start_mark.index + 1, f"{orjson.dumps(name).decode()}: {written}, "
    else:
        mark: Any = (first or root).start_mark
        at, member = mark.index, f"{name}: {written}\n{' ' * mark.column}"
    return text[:at] + member + text[at:]


def _end(events: Iterator[Any]) -> int:
    """Return where the next value ends: in flow style where its bracket is, in block style where its last part ends."""
    end, flow_styles = 0, []
    for event in events:
        if isinstance(event, OPENING):
            flow_styles.append(event.flow_style)
        elif not isinstance(event, CLOSING) or flow_styles.pop():
            end = event.end_mark.index
        if not flow_styles:
            break
    return end
