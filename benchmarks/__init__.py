"""Measurements and pictures that a release is made with."""
