"""The page of joint tables: entropies, and the bias of the plug-in estimate."""

from __future__ import annotations

from mist_explore.explorer.joint_tables.compute import result
from mist_explore.explorer.joint_tables.page import JointTablePage
from mist_explore.explorer.joint_tables.settings import JointTableState

__all__ = ["PAGE", "JointTablePage", "JointTableState", "result"]

PAGE = JointTablePage
