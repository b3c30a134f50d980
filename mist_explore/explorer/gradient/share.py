"""A state of the gradient page as Python: the same numbers everywhere."""

from __future__ import annotations

from mist_explore.explorer.gradient.compute import STEPS, climb_distribution, points_distribution
from mist_explore.explorer.gradient.selection import FOLDS
from mist_explore.explorer.gradient.state import TABLES, GradientState
from mist_explore.seeding import derive_seed

__all__ = ["as_python"]


def as_python(state: GradientState) -> str:
    """Lines of Python that give the gradient, the climb and the chosen features."""
    points, climbed, target = (
        points_distribution(state),
        climb_distribution(state),
        TABLES[state.table],
    )
    return (
        "import torch\n"
        "import mist_explore as mx\n"
        "from mist_explore.distributions.ridge import Ridge\n"
        "from mist_explore.estimators import DifferentiableEstimator\n\n"
        f"smooth = DifferentiableEstimator(mx.load({state.network!r}).checkpoint)\n\n"
        "# The gradient of an estimate by the sample\n"
        f"distribution = Ridge({points.curve!r}, {points.weights!r}, {points.noise!r})\n"
        f"sample = distribution.sample({state.n_samples}, seed={state.seed})\n"
        "x, y = (torch.tensor((s - s.mean(0)) / s.std(0), requires_grad=True) "
        "for s in (sample.x, sample.y))\n"
        "information = smooth.mutual_information(x, y)\n"
        "information.backward()\n"
        "print(float(information.detach()), x.grad.norm(), y.grad.norm())\n\n"
        "# The direction of X that tells most about Y\n"
        f"distribution = Ridge({climbed.curve!r}, {climbed.weights!r}, {climbed.noise!r})\n"
        f"seed = {derive_seed(state.seed, 'climb')}\n"
        f"sample = distribution.sample({state.n_samples}, seed)\n"
        f"*_, last = mx.informative_projection(\n"
        f"    sample.x, sample.y, {STEPS}, seed={state.seed}, estimator=smooth)\n"
        "print(last.information, distribution.mutual_information)\n"
        "print(last.direction, distribution.direction)\n\n"
        "# Features in a scikit-learn pipeline\n"
        "from sklearn.feature_selection import SelectKBest\n"
        "from sklearn.model_selection import StratifiedKFold, cross_val_score\n"
        "from sklearn.neighbors import KNeighborsClassifier\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler\n"
        f"table = mx.load_dataset({state.table!r})\n"
        f"numbers = [name for name in table.numeric_columns if name != {target!r}]\n"
        f"ready = mx.prepare(table, numbers, [{target!r}])\n"
        f"select = SelectKBest(mx.information_scores, k={state.kept})\n"
        "pipeline = make_pipeline(StandardScaler(), select, KNeighborsClassifier(5))\n"
        f"folds = StratifiedKFold({FOLDS}, shuffle=True, random_state=0)\n"
        f"classes = table.columns[{target!r}][ready.rows].astype(str)\n"
        "print(cross_val_score(pipeline, ready.sample.x, classes, cv=folds).mean())\n"
    )
