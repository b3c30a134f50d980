"""Flows fitted to data, and the shipped network adapted to data by them."""

from __future__ import annotations

from mist_explore.adaptation.budget import AdaptationSettings
from mist_explore.adaptation.card import AdaptationCard, Score
from mist_explore.adaptation.fit import FlowFit, FlowSettings, fit_flow, iter_fit_flow
from mist_explore.adaptation.folder import Adaptation, read_adaptation, save_adaptation
from mist_explore.adaptation.meta import KINDS, AdaptedBatch, AdaptedMeta, OpenMeta
from mist_explore.adaptation.report import FlowReport
from mist_explore.adaptation.run import AdaptationProgress, adapt, iter_adapt

__all__ = [
    "KINDS",
    "Adaptation",
    "AdaptationCard",
    "AdaptationProgress",
    "AdaptationSettings",
    "AdaptedBatch",
    "AdaptedMeta",
    "FlowFit",
    "FlowReport",
    "FlowSettings",
    "OpenMeta",
    "Score",
    "adapt",
    "fit_flow",
    "iter_adapt",
    "iter_fit_flow",
    "read_adaptation",
    "save_adaptation",
]
