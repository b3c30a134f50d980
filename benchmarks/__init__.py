"""Benchmarks, figures and screenshots of a release."""
