"""The flows page: a random invertible map bends the columns, and the truth stands still."""

from __future__ import annotations

from mist_explore.explorer.flows.compute import FlowsResult, result
from mist_explore.explorer.flows.page import FlowsPage, flows_page
from mist_explore.explorer.flows.state import FIRST_SCREEN, FlowsState

__all__ = ["FIRST_SCREEN", "FlowsPage", "FlowsResult", "FlowsState", "flows_page", "result"]
