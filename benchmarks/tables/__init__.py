"""Benchmark on real tables in Python packages, through every interface of the project."""
