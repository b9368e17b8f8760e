"""What a run will send is said before it is sent, and is no more than the budget."""

from __future__ import annotations

import pytest

from mockserver.conformance import Credential, Settings, make_plan
from mockserver.contract import Contract
from mockserver.errors import UsageError

URL = "http://localhost:8080"


@pytest.mark.parametrize("budget", [1, 2, 10, 99, 500, 5000])
def test_the_budget_of_an_operation_holds(superoffice: Contract, pets: Contract, budget: int):
    for contract in (superoffice, pets):
        plan = make_plan(contract, URL, Settings(max_requests=budget))
        assert all(1 <= share.most <= budget for share in plan.shares)
        assert plan.most == sum(share.most for share in plan.shares)


def test_most_of_the_default_budget_is_planned_and_a_part_generated(superoffice: Contract):
    (share,) = make_plan(superoffice, URL, Settings()).shares
    assert 350 <= len(share.planned) <= 400
    assert share.generated >= 75
    assert share.most == 500


def test_what_writes_is_left_out_unless_it_is_allowed(pets: Contract):
    plan = make_plan(pets, URL, Settings())
    assert list(plan.left_out) == ["deletePet"]
    assert [share.operation for share in plan.shares] == ["getPet", "findPets"]
    allowed = make_plan(pets, URL, Settings(allow_writes=True))
    assert [share.operation for share in allowed.shares] == ["getPet", "deletePet", "findPets"]
    assert not allowed.left_out


def test_nothing_to_check_and_unknown_names_are_refused(pets: Contract):
    with pytest.raises(UsageError, match="--allow-writes"):
        make_plan(pets, URL, Settings(operations=("deletePet",)))
    with pytest.raises(UsageError, match="getPet"):
        make_plan(pets, URL, Settings(operations=("nothing",)))
    with pytest.raises(UsageError, match="superoffice"):
        make_plan(pets, URL, Settings(profile="nothing"))


def test_families_can_be_skipped(superoffice: Contract):
    """A server that is known to die of some requests can be asked for the rest."""
    plan = make_plan(superoffice, URL, Settings(skip=("accept", "body/patch")))
    sent = {case.family for case in plan.shares[0].planned}
    assert not {family for family in sent if family.startswith("accept") or family == "body/patch"}
    assert "body/broken" in sent
    assert "not sent  accept: left out (--skip)" in "\n".join(plan.lines())
    with pytest.raises(UsageError, match="body/written"):
        make_plan(superoffice, URL, Settings(skip=("bodies",)))


def test_the_plan_tells_all_but_secrets(pets: Contract):
    settings = Settings(
        credentials=(Credential.basic("kari:s3cret"),),
        headers=(("SO-AppToken", "hidden"),),
        rate=20,
        time_limit=60,
        profile="superoffice",
    )
    text = "\n".join(make_plan(pets, URL, settings).lines())
    for said in ("getPet", "requests at most", "20 requests a second", "60 s", "Basic", "SO-AppToken", "deletePet"):
        assert said in text
    assert "schemathesis.unsupported_method" in text
    for secret in ("s3cret", "hidden", "kari"):
        assert secret not in text
