"""Errors as the vendor's server tells them: four members under the name ``ErrorInfo``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.errors import MockserverError

ERROR_NAME = "ErrorInfo"
SERVER_ERRORS = 500  # RFC 9110 section 15.6
ERROR_SOURCE = "SuperOffice.Services.WebApi"
# Errors come in the media type that was asked for.
MEDIA_TYPES = (
    "application/json",
    "text/json",
    "application/xml",
    "text/xml",
    "application/json-patch+json",
    "application/merge-patch+json",
)

# 400 and 401 were recorded, 404 and 409 are named by the vendor's guide and class reference;
# the others are the .NET classes that say the same.
CLASSES = {
    400: "ArgumentException",
    401: "ArgumentException",
    403: "SoSentryException",
    404: "SoNotFoundException",
    405: "NotSupportedException",
    406: "NotSupportedException",
    409: "SoIllegalOperationException",
    413: "InvalidOperationException",
    415: "UnsupportedMediaTypeException",
    501: "NotImplementedException",
    503: "TimeoutException",
}


class RequestError(MockserverError):
    """A request cannot be answered; ``str()`` is the message of the answer with :attr:`status`."""

    status = 400

    @property
    def headers(self) -> Mapping[str, str]:
        """Header fields that go with the answer."""
        return {}


def fault(status: int, message: str) -> dict[str, Any]:
    """Return the body of an error answer, members in the server's order."""
    return {
        "Error": True,
        "ErrorType": CLASSES.get(status, "ArgumentException" if status < SERVER_ERRORS else "Exception"),
        "Message": message,
        "ErrorSource": ERROR_SOURCE,
    }
