"""The plugin for pytest, in projects of users."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mockserver.documents import bundled
from mockserver.server.background import Background
from mockserver.server.settings import Settings
from mockserver.testing import MockServer

pytest_plugins = ("pytester",)

ROOT = Path(__file__).parents[1]
PLUGIN = ("-p", "mockserver.pytest_plugin", "-p", "no:cacheprovider")
SHOP = ROOT / "fixtures" / "documents" / "shop.yaml"
HEAVY = ("connexion", "schemathesis", "faker", "uvicorn", "jsonschema_rs", "yaml", "mockserver.contract")
CALL = """
import json
from urllib.request import ProxyHandler, Request, build_opener

def call(url, headers, body):
    target = url + "/api/v1/Agents/Appointment/CreateDefaultReOpenAppointment"
    headers = {"Content-Type": "application/json", **headers}
    with build_opener(ProxyHandler({})).open(Request(target, json.dumps(body).encode(), headers)) as answer:
        return json.load(answer)
"""
Run = Callable[..., pytest.RunResult]


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run pytest in a project whose test module is *text*, with the plugin and no other."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in ("USER", "TICKET", "BEARER", "APP_TOKEN", "HEADERS"):
        monkeypatch.delenv(f"MOCKSERVER_{name}", raising=False)
        monkeypatch.delenv(f"MOCKSERVER_CHECK_{name}", raising=False)

    def run(text: str, *arguments: str, user: str = "") -> pytest.RunResult:
        if user:
            monkeypatch.setenv("MOCKSERVER_CHECK_USER", user)
        pytester.makepyfile(call=CALL, test_mine=text)
        return pytester.runpytest_inprocess(*PLUGIN, "--strict-markers", *arguments)

    return run


@pytest.fixture(scope="module")
def staging() -> Iterator[str]:
    """The URL of a server that is not the plugin's."""
    with Background(Settings(document=str(bundled()), seed=7, log=False)) as server:
        yield server.url


def test_mock_server(run: Run) -> None:
    """A test has a server with credentials, and finds what it was asked; the next one finds it forgotten."""
    result = run(
        """
        from call import call

        def test_one(mock_server, contract):
            assert call(mock_server.url, mock_server.credentials, {"SaleId": 7})["Sale"]["SaleId"] == 7
            (exchange,) = mock_server.exchanges
            assert exchange.request.body == b'{"SaleId": 7}'
            assert contract.find("POST", exchange.request.path).operation.id in contract.operation_ids
            assert mock_server.findings == ()
            mock_server.reset()
            assert mock_server.exchanges == ()
            call(mock_server.url, mock_server.credentials, {"SaleId": 7})

        def test_two(mock_server):
            assert mock_server.exchanges == ()
        """
    )
    result.assert_outcomes(passed=2)


def test_one_server_for_all(run: Run) -> None:
    """All tests of a session share one server; its settings are the project's."""
    result = run(
        """
        import pytest
        from call import call
        from mockserver.server.settings import Settings
        from mockserver.testing import default_settings

        urls = set()

        @pytest.fixture(scope="session")
        def mock_server_settings():
            return Settings(document=default_settings().document, auth="off", style="sample", log=False)

        @pytest.mark.parametrize("number", [1, 2])
        def test(mock_server, mockserver_url, number):
            assert mock_server.credentials == {}
            assert mock_server.url == mockserver_url
            assert call(mock_server.url, {}, {"SaleId": number})["Sale"]["SaleId"] == number
            urls.add(mock_server.url)
            assert len(urls) == 1
        """
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize("option", [True, False])
def test_another_contract(run: Run, pytester: pytest.Pytester, option: bool) -> None:
    """A contract is named by an option, or in the configuration file, relative to it."""
    pytester.makefile(".yaml", shop=SHOP.read_text("utf-8"))
    if not option:
        pytester.makepyprojecttoml('[tool.pytest.ini_options]\nmockserver_contract = "shop.yaml"')
    result = run(
        """
        def test(contract, mock_server):
            assert "listProducts" in contract.operation_ids
            assert set(mock_server.credentials) == {"X-Api-Key", "Authorization"}
        """,
        *(["--mockserver-contract", "shop.yaml"] if option else []),
    )
    result.assert_outcomes(passed=1)


def test_url(run: Run, staging: str) -> None:
    """Tests that ask for the URL are pointed at the server that is given."""
    text = """
        from call import call

        def test(mockserver_url, mockserver_credentials):
            assert call(mockserver_url, mockserver_credentials, {"SaleId": 7})
            print("at", mockserver_url)
    """
    run(text, "-s").stdout.no_fnmatch_line(f"*at {staging}")
    chosen = ("-k", "test_mine", "-s", "--mockserver-url", f"{staging}/")
    run(text, *chosen, user="tje0:Tje0").stdout.fnmatch_lines([f"*at {staging}"])


def test_conformance(run: Run, staging: str) -> None:
    """A ready-made test of each operation is added, and chosen by its marker among the project's own."""
    chosen = ("-m", "conformance", "--mockserver-url", staging, "--mockserver-max-requests", "20", "-v")
    result = run(
        """
        import pytest

        @pytest.mark.conformance
        def test_mine(mockserver_url): pass

        def test_other(): raise AssertionError
        """,
        *chosen,
        user="tje0:Tje0",
    )
    result.assert_outcomes(passed=2, deselected=1)
    result.stdout.fnmatch_lines(["mockserver::CreateDefaultReOpenAppointment PASSED*"])


def test_conformance_alone(run: Run, staging: str) -> None:
    """A project needs no test of its own."""
    result = run("", "--mockserver-url", staging, "--mockserver-max-requests", "20", user="tje0:Tje0")
    result.assert_outcomes(passed=1)


def test_failure(run: Run, staging: str) -> None:
    """A failure tells what was found and how to see it again, on few lines and without a traceback or credentials."""
    contract = json.dumps(json.loads(_with_a_rule_that_nobody_keeps()))
    Path("strict.json").write_text(contract, "utf-8")
    chosen = ("--mockserver-url", staging, "--mockserver-contract", "strict.json", "--mockserver-max-requests", "20")
    result = run("", *chosen, user="tje0:Tje0")
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert re.search(r"^[0-9]+ errors.* in [0-9]+ exchanges with http://127", text, re.MULTILINE)
    assert "error body.range at /AppointmentId" in text
    assert "again: curl" in text
    assert "Traceback" not in text
    assert "dGplMDpUamUw" not in text


def _with_a_rule_that_nobody_keeps() -> str:
    import yaml  # noqa: PLC0415 (for one test)

    tree = yaml.safe_load(bundled().read_bytes())
    tree["components"]["schemas"]["AppointmentEntity"]["properties"]["AppointmentId"]["minimum"] = 1
    return json.dumps(tree, default=str)


LOWERED = '[severities]\n"body.range" = "warning"\n'
POLICIES = {
    "": False,
    '[[ignores]]\nrule = "body.range"\npointer = "/AppointmentId"\n': True,
    '[[ignores]]\nrule = "body.range"\npointer = "/SaleId"\n': False,
    LOWERED: True,
    f'fail-on = "warning"\n{LOWERED}': False,
    '[check]\nbaseline = "known.json"\n': True,
}


@pytest.mark.parametrize(("text", "passes"), POLICIES.items())
def test_policy_of_the_project(run: Run, staging: str, text: str, passes: bool) -> None:
    """What the project ignores, accepts or takes less gravely counts as it does for `mockserver check`."""
    Path("strict.json").write_text(_with_a_rule_that_nobody_keeps(), "utf-8")
    operation, part = "CreateDefaultReOpenAppointment", "response body"
    known = {"rule": "body.range", "operation": operation, "part": part, "pointer": "/AppointmentId"}
    Path("known.json").write_text(json.dumps({"version": 1, "known": [known]}), "utf-8")
    Path("mockserver.toml").write_text(f'contract = "strict.json"\n{text}', "utf-8")
    result = run("", "--mockserver-url", staging, "--mockserver-max-requests", "20", user="tje0:Tje0")
    result.assert_outcomes(passed=int(passes), failed=int(not passes))


def test_options_of_the_project(run: Run, staging: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables and options of `mockserver check` count, the plugin's own before them; a rule misspelt is told."""
    Path("mockserver.toml").write_text('[check]\nmax-requests = 7\nprofile = "superoffice"\n', "utf-8")
    monkeypatch.setenv("MOCKSERVER_HEADERS", f"X-Trace: one two\nAuthorization: Basic {'dGplMDpUamUw'}")
    text = """
        def test(mockserver_credentials):
            assert mockserver_credentials == {"X-Trace": "one two", "Authorization": "Basic dGplMDpUamUw"}
    """
    run(text, "--mockserver-url", staging).assert_outcomes(passed=2)
    monkeypatch.setenv("MOCKSERVER_CHECK_MAX_REQUESTS", "many")
    result = run("", "--mockserver-url", staging)
    result.stdout.fnmatch_lines(["*'--max-requests': 'many' is not a valid integer*"])
    run("", "--mockserver-url", staging, "--mockserver-max-requests", "9", "-k", "Create").assert_outcomes(passed=1)
    Path("mockserver.toml").write_text('[severities]\n"body.rnage" = "note"\n', "utf-8")
    result = run("", "--mockserver-url", staging, "--mockserver-max-requests", "9")
    result.stdout.fnmatch_lines(["severities body.rnage: there is no such rule; near it are body.range*"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--mockserver-url", "http://127.0.0.1:9"), "no server answers at http://127.0.0.1:9 (*"),
        (("--mockserver-url", "crm.example.com"), "'crm.example.com' is not the URL of a server*"),
        (("--mockserver-url", "http://127.0.0.1:9", "--mockserver-contract", "no.yaml"), "*no.yaml: cannot be read*"),
        (
            ("--mockserver-url", "http://127.0.0.1:9", "--mockserver-profile", "x"),
            "*'--profile': 'x' is not one of 'mock', 'superoffice'*",
        ),
    ],
)
def test_wrong_use(run: Run, arguments: tuple[str, ...], message: str) -> None:
    """Whatever cannot be is told in one line."""
    result = run("", *arguments)
    assert result.ret != 0
    result.stdout.fnmatch_lines([message])
    assert "Traceback" not in result.stdout.str()


def test_costs_nothing(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """A project that does not use the plugin loads nothing of ours but the plugin."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makepyfile(
        f"""
        import sys

        def test_loaded():
            assert not [name for name in {HEAVY!r} if name in sys.modules]
            ours = {{name for name in sys.modules if name.partition(".")[0] == "mockserver"}}
            assert ours == {{"mockserver", "mockserver.pytest_plugin"}}
        """
    )
    pytester.run(sys.executable, "-m", "pytest", *PLUGIN, "--strict-markers").assert_outcomes(passed=1)


def test_entry_point() -> None:
    """Installed, the package tells pytest where its plugin is."""
    import tomllib  # noqa: PLC0415 (for one test)

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"mockserver": "mockserver.pytest_plugin"}


def test_guide(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, staging: str) -> None:
    """The project of docs/pytest.md passes: against the mock, and pointed at a server."""
    guide = (ROOT / "docs" / "pytest.md").read_text("utf-8")
    files = re.findall(r"^```\w+\n# ([\w./]+)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL)
    assert {name for name, _ in files} == {"reminders.py", "test_reminders.py", "mockserver.toml", "pyproject.toml"}
    Path("contract-baseline.json").write_text('{"version": 1, "known": []}', "utf-8")
    for name, text in files:
        Path(name).write_text(text, "utf-8")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("MOCKSERVER_CHECK_USER", "tje0:Tje0")
    pytester.runpytest_inprocess(*PLUGIN).assert_outcomes(passed=3)
    chosen = ("--mockserver-url", staging, "-m", "conformance", "--mockserver-max-requests", "20")
    pytester.runpytest_inprocess(*PLUGIN, *chosen).assert_outcomes(passed=2, deselected=2)


def test_without_pytest() -> None:
    """The server needs no pytest."""
    with MockServer() as server:
        assert server.url.startswith("http://127.0.0.1:")
