"""Benchmark comparison of estimators on the suites, and with the package `benchmark-mi`."""
