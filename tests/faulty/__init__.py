"""Who checks the checker: good answers with one thing broken, each of which must be found by a check that fits."""
