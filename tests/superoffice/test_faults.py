from __future__ import annotations

import pytest

from mockserver.superoffice.faults import ERROR_NAME, RequestError, fault


def test_the_members_are_those_of_the_recorded_error() -> None:
    """Names, order and constants as a real server sent them."""
    assert list(fault(401, "Who?").items()) == [
        ("Error", True),
        ("ErrorType", "ArgumentException"),
        ("Message", "Who?"),
        ("ErrorSource", "SuperOffice.Services.WebApi"),
    ]
    assert ERROR_NAME == "ErrorInfo"


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "ArgumentException"),
        (401, "ArgumentException"),
        (404, "SoNotFoundException"),
        (405, "NotSupportedException"),
        (415, "UnsupportedMediaTypeException"),
        (418, "ArgumentException"),
        (500, "Exception"),
        (502, "Exception"),
    ],
)
def test_each_status_has_its_class(status: int, name: str) -> None:
    """Where there is no better word: an argument on the client's side, an exception on the server's."""
    assert fault(status, "")["ErrorType"] == name


def test_a_request_error_is_a_bad_request() -> None:
    """What is wrong with a request is answered 400 unless it says otherwise."""
    assert RequestError("no").status == 400
    assert RequestError("no").headers == {}
