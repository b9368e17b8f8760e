"""Which names stand before a secret, and which before what is known of a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Literal

Kind = Literal["secret", "secret text", "person"]

SEPARATORS = re.compile(r"[-_.\s:$]")
# A name that has one of these in it stands before a secret, and so does all that is below it.
SECRET_PARTS = (
    *("token", "secret", "password", "passwd", "passphrase", "passwort", "apikey", "accesskey", "privatekey"),
    *("credential", "authorization", "cookie", "sessionid", "xsrf", "csrf"),
)
# A field of HTTP has such a word in its name, and no secret (Fetch standard, section 3.3.2).
HARMLESS = frozenset({"accesscontrolallowcredentials"})
# These are secrets only as a text: a Ticket that is an object is one of a help desk.
SECRET_TEXTS = frozenset({"ticket", "soticket", "sig", "signature", "pwd", "pw", "auth", "jwt", "otp", "assertion"})
# What is told about a secret is none.
ABOUT = re.compile(r"(?:type|expires|expiresin|expiresat|expiry|endpoint|length|count|lifetime|policy|scheme)$")
PERSON_PARTS = (
    *("firstname", "lastname", "middlename", "surname", "fullname", "formalname", "nickname", "username", "personname"),
    *("email", "phone", "mobile", "fax", "street", "address", "zipcode", "postal", "birth", "ssn", "socialsecurity"),
    *("personnumber", "passport", "salutation"),
)
PERSON_NAMES = frozenset({"name", "mail", "city", "zip", "title", "displayname", "contactname", "login"})
Kinds = Callable[[str], Kind | None]


def kinds(names: Iterable[str] = (), *, people: bool = False) -> Kinds:
    """Return the function from a name to what stands behind it; *names* are secret too, *people* are persons' data.

    Case and separators do not count: ``X-Api-Key`` and ``apiKey`` are one name.
    """
    more = frozenset(map(plain, names))

    @lru_cache(maxsize=8192)
    def kind(name: str) -> Kind | None:
        word = plain(name)
        if word in more:
            return "secret"
        if not ABOUT.search(word) and word not in HARMLESS:
            if any(part in word for part in SECRET_PARTS):
                return "secret"
            if word in SECRET_TEXTS:
                return "secret text"
        is_person = people and (word in PERSON_NAMES or any(part in word for part in PERSON_PARTS))
        return "person" if is_person else None

    return kind


def plain(name: str) -> str:
    """Return *name* in lower case, without what separates its words."""
    return SEPARATORS.sub("", name).lower()
