"""Fixtures with a mock server, and conformance tests of any server, for pytest.

Every project that has both packages installed loads this module, so it imports nothing of ours
before a fixture or an option asks for it (docs/pytest.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mockserver.contract import Contract
    from mockserver.server.settings import Settings
    from mockserver.testing import MockServer

URL = "mockserver_url"
CONTRACT = "mockserver_contract"
MARKER = "conformance: judges a server by its contract; --mockserver-url URL tells which, by default the mock"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, each of which a configuration file may give, too."""
    group = parser.getgroup("mockserver", "contract tests with mockserver")
    url = (
        "server that conformance tests are pointed at, with its base path; a ready-made test of each operation is added"
    )
    contract = "OpenAPI document (default: the SuperOffice WebAPI's)"
    group.addoption("--mockserver-url", metavar="URL", help=url)
    group.addoption("--mockserver-contract", metavar="PATH", help=contract)
    group.addoption(
        "--mockserver-max-requests",
        metavar="N",
        type=int,
        help="requests to each operation of that server at most (default: 500)",
    )
    group.addoption(
        "--mockserver-profile",
        metavar="NAME",
        help="what that server is: mock, or superoffice for a real one (default: mock)",
    )
    group.addoption("--mockserver-allow-writes", action="store_true", help="test operations that write, too")
    parser.addini(URL, url)
    parser.addini(CONTRACT, contract + "; relative to the configuration file")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", MARKER)


@pytest.hookimpl(tryfirst=True)  # before -k and -m choose among the tests
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Add a conformance test of each operation, where a server to be tested is given."""
    if url_given(config):
        from mockserver.pytest_conformance import conformance_of  # noqa: PLC0415 (see the module's docstring)

        collector = conformance_of(session, url_given(config), document_given(config))
        items.extend(item for item in session.genitems(collector) if isinstance(item, pytest.Item))


def url_given(config: pytest.Config) -> str:
    """Return the URL of the server to be tested, without a slash at its end; "" if none is given."""
    url: str = config.getoption(URL) or config.getini(URL)
    return url.rstrip("/")


def document_given(config: pytest.Config) -> str | None:
    """Return the path of the contract's document, or None for that of the package.

    An option names it, or pytest's configuration, or the project's own (docs/validate.md).
    """
    option: str | None = config.getoption(CONTRACT)
    if option:
        return str(config.invocation_params.dir / option)
    name: str = config.getini(CONTRACT)
    if name:
        return str((config.inipath.parent if config.inipath else config.rootpath) / name)
    from mockserver.config import find  # noqa: PLC0415 (see the module's docstring)

    project = find(config.rootpath)
    chosen = project.options.get("contract")
    return str(project.path.parent / chosen) if project.path and isinstance(chosen, str) else None


@pytest.fixture(scope="session")
def contract(pytestconfig: pytest.Config) -> Contract:
    """The contract that --mockserver-contract names, or that of the SuperOffice WebAPI."""
    from mockserver.contract import Contract  # noqa: PLC0415 (see the module's docstring)
    from mockserver.documents import bundled  # noqa: PLC0415 (see the module's docstring)

    return Contract.load(document_given(pytestconfig) or bundled())


@pytest.fixture(scope="session")
def mock_server_settings(pytestconfig: pytest.Config) -> Settings:
    """What the mock server is started with; a project may have a fixture of this name, with other settings."""
    from mockserver.testing import default_settings  # noqa: PLC0415 (see the module's docstring)

    return default_settings(document_given(pytestconfig))


@pytest.fixture(scope="session")
def mock_server_of_session(mock_server_settings: Settings) -> Iterator[MockServer]:
    """The mock server that all tests share."""
    from mockserver.testing import MockServer  # noqa: PLC0415 (see the module's docstring)

    with MockServer(mock_server_settings) as server:
        yield server


@pytest.fixture
def mock_server(mock_server_of_session: MockServer) -> MockServer:
    """A mock server on a free port with nothing recorded: url, credentials, exchanges, findings, reset()."""
    mock_server_of_session.reset()
    return mock_server_of_session


@pytest.fixture(scope="session")
def mockserver_url(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> str:
    """The URL of the server that tests are pointed at: --mockserver-url, or a mock server."""
    given = url_given(pytestconfig)
    if given:
        return given
    server: MockServer = request.getfixturevalue("mock_server_of_session")
    return server.url


@pytest.fixture(scope="session")
def mockserver_credentials(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> dict[str, str]:
    """Header fields that let a client in at mockserver_url: those of the environment, or of the mock server."""
    if url_given(pytestconfig):
        from mockserver.exchange import Request  # noqa: PLC0415 (same)
        from mockserver.pytest_conformance import asked_of  # noqa: PLC0415 (see the module's docstring)

        asked, _ = asked_of(pytestconfig, url_given(pytestconfig), document_given(pytestconfig))
        settings = asked.settings().known_to(asked.load()[0].security_schemes)
        return dict(settings.secrets.on(Request("GET", "/")).headers.fields)
    server: MockServer = request.getfixturevalue("mock_server_of_session")
    return server.credentials
