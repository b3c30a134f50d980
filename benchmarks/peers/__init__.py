"""Our estimators beside others: on the suites, and beside the package `benchmark-mi`."""
