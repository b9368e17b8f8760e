"""What the tests of every room share."""

from __future__ import annotations

import pytest
from hypothesis import settings

from mockserver.contract import Contract
from mockserver.documents import bundled

# No deadline: a machine under load is slow, and nothing here measures time.
settings.register_profile("mockserver", settings(deadline=None))
settings.load_profile("mockserver")


@pytest.fixture(scope="session")
def superoffice() -> Contract:
    """The contract that the package ships."""
    return Contract.load(bundled())
