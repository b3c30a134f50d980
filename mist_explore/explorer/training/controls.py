"""The controls of the training page: those of the network, and those of the critics."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets as widgets

from mist_explore.distributions import FAMILIES
from mist_explore.explorer.controls import parameter_slider, whole_number, whole_slider
from mist_explore.explorer.training.critic_state import BOUNDS as CRITIC_BOUNDS
from mist_explore.explorer.training.critic_state import CriticState
from mist_explore.explorer.training.lab import LabControls
from mist_explore.explorer.training.state import BOUNDS, SIZES, TrainingState
from mist_explore.network import network_of
from mist_explore.transforms import TRANSFORMS

__all__ = ["CriticControls", "TrainingControls"]

ROWS = (10, 15, 20, 30, 50, 75, 100, 150, 200, 300, 400, 500, 750, 1_000)
STEPS = (20, 50, 100, 200, 300, 500, 750, 1_000, 1_500, 2_000, 3_000, 5_000, 10_000, 20_000)
CRITIC_ROWS = (100, 200, 300, 500, 1_000, 2_000, 5_000)
CRITIC_STEPS = (100, 200, 300, 600, 1_000, 2_000, 3_000)
BATCHES = (8, 16, 32, 64, 128, 256, 512)


class TrainingControls(LabControls[TrainingState]):
    """What a network is trained on, how large it is, and for how long."""

    def __init__(
        self,
        state: TrainingState,
        wanted: Callable[[TrainingState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self.families = widgets.SelectMultiple(
            options=[(family.label, name) for name, family in FAMILIES.items()],
            description="Families of distributions",
            rows=7,
        )
        self.transforms = widgets.SelectMultiple(
            options=[(pair.label, name) for name, pair in TRANSFORMS.items()],
            description="Transforms of X and of Y",
            rows=7,
        )
        self.n_samples = widgets.SelectionRangeSlider(
            options=ROWS, index=(0, 1), description="Rows of a sample"
        )
        self.dims = widgets.IntRangeSlider(
            min=BOUNDS["dims"][0], max=BOUNDS["dims"][1], description="Columns of a side"
        )
        self.size = widgets.Dropdown(
            options=[(f"{name}: {_n_weights(name):,} weights", name) for name in SIZES],
            description="Network",
        )
        self.steps = widgets.SelectionSlider(options=STEPS, description="Optimizer steps")
        self.seed = whole_number("Seed of weights and data", BOUNDS["seed"])
        self.listen(self.families, TrainingState.with_families)
        self.listen(self.transforms, TrainingState.with_transforms)
        self.listen(self.n_samples, TrainingState.with_n_samples)
        self.listen(self.dims, TrainingState.with_dims)
        self.listen(self.size, TrainingState.with_size)
        self.listen(self.steps, TrainingState.with_steps)
        self.listen(self.seed, TrainingState.with_seed)
        self.show(state)

    @property
    def in_sight(self) -> tuple[widgets.Widget, ...]:
        """The controls that everybody sees."""
        return (
            *(self.families, self.transforms),
            *(self.n_samples, self.dims, self.size, self.steps),
        )

    @property
    def advanced(self) -> tuple[widgets.Widget, ...]:
        """The controls for those who look for more."""
        return (self.seed,)

    @property
    def lockable(self) -> tuple[widgets.Widget, ...]:
        """All that changes what is trained."""
        return (
            *(self.families, self.transforms, self.n_samples, self.dims),
            *(self.size, self.steps, self.seed),
        )

    def _set(self, state: TrainingState) -> None:
        self.families.value = state.families
        self.transforms.value = state.transforms
        _set_range(self.n_samples, ROWS, state.n_samples)
        self.dims.value = state.dims
        self.size.value = state.size
        _set_stop(self.steps, STEPS, state.steps)
        self.seed.value = state.seed


class CriticControls(LabControls[CriticState]):
    """What critics are trained on, and how."""

    def __init__(
        self,
        state: CriticState,
        wanted: Callable[[CriticState], None],
        failed: Callable[[Exception], None],
    ) -> None:
        super().__init__(state, wanted, failed)
        self.family = widgets.Dropdown(
            options=[(family.label, name) for name, family in FAMILIES.items()],
            description="Family of distributions",
        )
        self.strength = widgets.Box()
        self.n_samples = widgets.SelectionSlider(options=CRITIC_ROWS, description="Rows")
        self.dim = whole_slider("Columns of X and of Y", CRITIC_BOUNDS["dim"])
        self.batch = widgets.SelectionSlider(options=BATCHES, description="Rows in a batch")
        self.steps = widgets.SelectionSlider(options=CRITIC_STEPS, description="Steps")
        self.seed = whole_number("Seed of dataset and critics", CRITIC_BOUNDS["seed"])
        self.listen(self.family, CriticState.with_family)
        self.listen(self.n_samples, CriticState.with_n_samples)
        self.listen(self.dim, CriticState.with_dim)
        self.listen(self.batch, CriticState.with_batch)
        self.listen(self.steps, CriticState.with_steps)
        self.listen(self.seed, CriticState.with_seed)
        self.show(state)

    @property
    def in_sight(self) -> tuple[widgets.Widget, ...]:
        """The controls that everybody sees."""
        return (self.family, self.strength, self.n_samples, self.dim, self.batch, self.steps)

    @property
    def lockable(self) -> tuple[widgets.Widget, ...]:
        """All that changes what is trained."""
        return (
            *(self.family, *self.strength.children, self.n_samples),
            *(self.dim, self.batch, self.steps, self.seed),
        )

    def _set(self, state: CriticState) -> None:
        if not self.strength.children or state.family != self.state.family:
            slider = parameter_slider(FAMILIES[state.family].parameters[0])
            self.listen(slider, lambda old, value: old.with_strength(round(value, 9)))
            self.strength.children = (slider,)
        self.family.value = state.family
        (slider,) = self.strength.children
        slider.value = (
            int(state.strength) if isinstance(slider, widgets.IntSlider) else state.strength
        )
        _set_stop(self.n_samples, CRITIC_ROWS, state.n_samples)
        self.dim.value = state.dim
        _set_stop(self.batch, BATCHES, state.batch)
        _set_stop(self.steps, CRITIC_STEPS, state.steps)
        self.seed.value = state.seed


def _n_weights(size: str) -> int:
    return sum(weights.numel() for weights in network_of(SIZES[size]).parameters())


def _set_stop(slider: widgets.SelectionSlider, stops: tuple[int, ...], value: int) -> None:
    """Set a slider with stops; a link may ask for any number between them."""
    slider.options = sorted({*stops, value})
    slider.value = value


def _set_range(
    slider: widgets.SelectionRangeSlider, stops: tuple[int, ...], value: tuple[int, int]
) -> None:
    slider.options = sorted({*stops, *value})
    slider.value = value
