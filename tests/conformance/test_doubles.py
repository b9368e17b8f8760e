"""One exchange, one set of findings."""

from mockserver.conformance.doubles import DOUBLES, without_doubles
from mockserver.conformance.expectation import RULES
from mockserver.finding import Finding, Party, Severity


def finding(rule: str, message: str = "") -> Finding:
    return Finding(rule, Severity.ERROR, Party.PROVIDER, message)


def test_what_two_judges_say_counts_once():
    """The judge's own word stays; that of Schemathesis and of the run goes."""
    said = [
        finding("status.documented"),
        finding("conformance.crash"),
        finding("schemathesis.not_a_server_error"),
        finding("schemathesis.status_code_conformance"),
    ]
    assert [each.rule for each in without_doubles(said)] == ["status.documented"]
    assert [each.rule for each in without_doubles(said[1:])] == ["conformance.crash"]


def test_what_stands_for_a_graver_one_is_as_grave():
    """The judge of recordings only warns of missing credentials; a run knows that it sent none."""
    warning = Finding("credentials.demanded", Severity.WARNING, Party.PROVIDER, "anonymous")
    (told,) = without_doubles([warning, finding("conformance.credentials")])
    assert (told.rule, told.severity) == ("credentials.demanded", Severity.ERROR)


def test_two_faults_of_one_answer_are_two_findings():
    said = (finding("response.body", "one"), finding("response.body", "two"), finding("schemathesis.use_after_free"))
    assert without_doubles(said) == said
    assert without_doubles((*said, said[0])) == said


def test_no_rule_of_ours_rests_on_itself():
    """Every rule that may be left out is left out for another: none of a pair, or of a ring, is lost for good."""
    ours = {rule.id for rule in RULES}
    for rule, others in DOUBLES.items():
        assert rule in ours or rule.startswith("schemathesis.")
        for other in others:
            assert not any(known.startswith(other) and rule.startswith(DOUBLES[known]) for known in DOUBLES)
