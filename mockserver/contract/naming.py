"""What names say: which property is the key of an entity, and which entity a name's ``Id`` speaks of.

A component schema ``T`` with a property ``TId`` (in other styles of naming ``t_id``, or plain ``id``) is
an entity and that property its key; ``TId`` elsewhere names one of them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ID = re.compile(r"[-_]?(?:id|Id|ID)$")


@lru_cache(maxsize=4096)
def normal(name: str) -> str:
    """Return *name* without case, hyphens and underscores: ``product_id`` and ``productId`` are one name."""
    return re.sub(r"[-_. ]", "", name).lower()


def stem(name: str) -> str | None:
    """Return *name* without its ``Id``; None if it does not end so."""
    return ID.sub("", name) if ID.search(name) else None


def key_names(name: str) -> tuple[str, str]:
    """Return what the key of the component *name* is called, in its normal form: the surest first."""
    return f"{normal(name)}id", "id"


def key_property(name: str, properties: Iterable[str]) -> str | None:
    """Return which of *properties* is the key of the component *name*; None if it is no entity."""
    by_normal = {normal(each): each for each in properties}
    return next((by_normal[each] for each in key_names(name) if each in by_normal), None)
