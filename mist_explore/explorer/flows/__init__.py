"""The flows page: a random invertible map bends the columns, and the true value stays."""

from __future__ import annotations

from mist_explore.explorer.flows.compute import result
from mist_explore.explorer.flows.page import FlowsPage
from mist_explore.explorer.flows.settings import FlowsState

__all__ = ["PAGE", "FlowsPage", "FlowsState", "result"]

PAGE = FlowsPage
