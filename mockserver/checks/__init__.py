"""One check looks at one exchange beside its operation, and yields what breaks a rule.

Checks of heads see status and headers alone, so what they find is found once for all exchanges with the
same heads. Requests come first: what is wrong with them explains answers.
"""

from mockserver.checks import bodies, echo, markup, order, requests, responses
from mockserver.checks.head import Desk, Head
from mockserver.checks.hidden import keep
from mockserver.checks.manners import PLAIN, Check, HeadCheck, Manners, Narrowing
from mockserver.checks.shortcut import shortcut
from mockserver.checks.subject import Subject

__all__ = [
    "CHECKS",
    "HEAD_CHECKS",
    "PLAIN",
    "RULES",
    "Check",
    "Desk",
    "Head",
    "HeadCheck",
    "Manners",
    "Narrowing",
    "Subject",
    "keep",
    "shortcut",
]

MODULES = (requests, responses, bodies, markup, echo, order)
RULES = tuple(rule for module in MODULES for rule in module.RULES)
HEAD_CHECKS: tuple[HeadCheck, ...] = (*requests.HEAD_CHECKS, *responses.HEAD_CHECKS)
CHECKS: tuple[Check, ...] = (
    *requests.CHECKS,
    *responses.CHECKS,
    *bodies.CHECKS,
    *markup.CHECKS,
    *echo.CHECKS,
    *order.CHECKS,
)
