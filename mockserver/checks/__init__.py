"""One check looks at one exchange beside its operation, and yields what breaks a rule.

Checks of heads see status and headers alone, so what they find is found once for all exchanges with the
same heads. Requests come first: what is wrong with them explains answers. Where nobody is to be blamed for a request,
since it was a probe, they are asked only if an answer needs explaining.
"""

from mockserver.checks import bodies, echo, markup, order, requests, responses
from mockserver.checks.head import Desk, Head
from mockserver.checks.manners import PLAIN, Check, HeadCheck, Manners, Narrowing
from mockserver.checks.memory import Memory
from mockserver.checks.shortcut import is_plainly_right, shortcut
from mockserver.checks.subject import Subject

__all__ = [
    "ANSWER_CHECKS",
    "ANSWER_HEAD_CHECKS",
    "PLAIN",
    "REQUEST_CHECKS",
    "REQUEST_HEAD_CHECKS",
    "RULES",
    "Check",
    "Desk",
    "Head",
    "HeadCheck",
    "Manners",
    "Memory",
    "Narrowing",
    "Subject",
    "is_plainly_right",
    "shortcut",
]

MODULES = (requests, responses, bodies, markup, echo, order)
RULES = tuple(rule for module in MODULES for rule in module.RULES)
REQUEST_HEAD_CHECKS: tuple[HeadCheck, ...] = requests.HEAD_CHECKS
ANSWER_HEAD_CHECKS: tuple[HeadCheck, ...] = responses.HEAD_CHECKS
REQUEST_CHECKS: tuple[Check, ...] = requests.CHECKS
ANSWER_CHECKS: tuple[Check, ...] = (
    *responses.CHECKS,
    *bodies.CHECKS,
    *markup.CHECKS,
    *echo.CHECKS,
    *order.CHECKS,
)
