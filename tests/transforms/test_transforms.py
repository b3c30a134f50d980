"""Properties of every transform in the registry, and of transformed distributions."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from mist_explore.distributions import FAMILIES, Gaussian, dense_correlation
from mist_explore.interfaces import JointDistribution, Transform
from mist_explore.seeding import as_generator
from mist_explore.transforms import (
    TRANSFORMS,
    WIGGLE_X,
    Asinh,
    Bimodal,
    Composition,
    Elementwise,
    Flow,
    HalfCube,
    LinearMap,
    NormalCdf,
    Spiral,
    SwissRoll,
    Wiggle,
    linear_mixing,
    transformed,
)
from mist_explore.transforms.root import increasing_root


def fits(name: str, dim_x: int, dim_y: int) -> bool:
    try:
        TRANSFORMS[name].make(dim_x, dim_y, seed=0)
    except ValueError:
        return False
    return True


DIMS = {
    name: [(dx, dy) for dx in (1, 2, 3, 6) for dy in (1, 2, 3, 6) if fits(name, dx, dy)]
    for name in TRANSFORMS
}
_SIDES: dict[str, tuple[Transform, int]] = {
    f"{name}-{side}-{dim}": (transform, dim)
    for name, pair in TRANSFORMS.items()
    for dims in (DIMS[name][0], DIMS[name][-1])
    for side, dim, transform in zip("xy", dims, pair.make(*dims, seed=3), strict=True)
}
SIDES = [pytest.param(transform, dim, id=name) for name, (transform, dim) in _SIDES.items()]
SQUARE = [
    pytest.param(transform, dim, id=name)
    for name, (transform, dim) in _SIDES.items()
    if transform.dim_out(dim) == dim
]
ELEMENTWISE = [
    pytest.param(transform, id=name)
    for name, (transform, dim) in _SIDES.items()
    if isinstance(transform, Elementwise) and dim == 1
]
RANDOM = ["linear", "flow", "halfcube-linear"]


def rows(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.randn(*shape, generator=as_generator(seed), dtype=dtype)


def test_every_transform_fits_some_dimensions() -> None:
    assert all(DIMS.values())
    assert all(name == pair.name and pair.label for name, pair in TRANSFORMS.items())


@pytest.mark.parametrize(("transform", "dim"), SIDES)
class TestEveryTransform:
    @given(seed=st.integers(0, 2**32), scale=st.floats(0.1, 1.2))
    def test_round_trip(self, transform: Transform, dim: int, seed: int, scale: float) -> None:
        x = scale * rows(50, dim, seed=seed)
        torch.testing.assert_close(transform.inverse(transform.forward(x)), x, rtol=0, atol=1e-8)

    def test_shapes_and_dtypes(self, transform: Transform, dim: int) -> None:
        for dtype in (torch.float32, torch.float64):
            v = transform.forward(rows(2, 3, 7, dim, dtype=dtype))
            assert v.shape == (2, 3, 7, transform.dim_out(dim))
            assert v.dtype == transform.inverse(v).dtype == dtype

    def test_leading_axes_change_nothing(self, transform: Transform, dim: int) -> None:
        x = rows(2, 3, 7, dim)
        together = transform.forward(x)
        for i, j in itertools.product(range(2), range(3)):
            torch.testing.assert_close(together[i, j], transform.forward(x[i, j]))

    def test_float32_is_rounded_float64(self, transform: Transform, dim: int) -> None:
        x = rows(100, dim, dtype=torch.float32)
        wide, narrow = transform.forward(x.double()), transform.forward(x)
        torch.testing.assert_close(narrow.double(), wide, rtol=1e-5, atol=1e-5)

    def test_forward_leaves_its_input_alone(self, transform: Transform, dim: int) -> None:
        x = rows(20, dim)
        transform.forward(x)
        torch.testing.assert_close(x, rows(20, dim), rtol=0, atol=0)


@pytest.mark.parametrize(("transform", "dim"), SQUARE)
class TestEverySquareTransform:
    def test_log_jacobian_is_that_of_autodiff(self, transform: Transform, dim: int) -> None:
        x = rows(12, dim, seed=5)
        expected = [
            torch.linalg.slogdet(
                torch.autograd.functional.jacobian(lambda r: transform.forward(r[None])[0], row)
            ).logabsdet
            for row in x
        ]
        stated = transform.log_abs_det_jacobian(x)
        assert stated.shape == (12,)
        torch.testing.assert_close(stated, torch.stack(expected), rtol=1e-9, atol=1e-9)

    def test_log_jacobian_has_the_leading_axes(self, transform: Transform, dim: int) -> None:
        x = rows(2, 3, 7, dim, dtype=torch.float32)
        stated = transform.log_abs_det_jacobian(x)
        assert stated.shape == (2, 3, 7)
        assert stated.dtype == torch.float32

    def test_gradients_at_the_origin_are_finite(self, transform: Transform, dim: int) -> None:
        x = torch.zeros(3, dim, dtype=torch.float64, requires_grad=True)
        transform.forward(x).sum().backward()
        assert x.grad is not None
        assert bool(torch.isfinite(x.grad).all())


def cells(transform: Elementwise, count: int) -> tuple[Tensor, Tensor, Tensor]:
    """Edges and middles of cells of the image of a normal column, and the mass in each cell.

    The mass is the width times the density that the inverse and the Jacobian state in the middle.
    """
    # An even count puts 0, where the half-cube has no density, on an edge.
    edges = transform.forward(torch.linspace(-6, 6, count + 1, dtype=torch.float64)[:, None])[:, 0]
    middle = (edges[1:] + edges[:-1]) / 2
    x = transform.inverse(middle[:, None])
    log_normal = -0.5 * x[:, 0].square() - 0.5 * math.log(2 * math.pi)
    return edges, middle, edges.diff() * (log_normal - transform.log_abs_det_jacobian(x)).exp()


@pytest.mark.parametrize("transform", ELEMENTWISE)
class TestEveryElementwiseTransform:
    @given(a=st.floats(-5, 5), b=st.floats(-5, 5))
    def test_strictly_increasing(self, transform: Elementwise, a: float, b: float) -> None:
        low, high = sorted((a, b))
        v = transform.forward(torch.tensor([[low], [high + 1e-6]], dtype=torch.float64))
        assert float(v[0]) < float(v[1])

    def test_increasing_on_a_fine_grid(self, transform: Elementwise) -> None:
        x = torch.linspace(-6, 6, 20_001, dtype=torch.float64)[:, None]
        assert bool((transform.forward(x).diff(dim=0) > 0).all())

    def test_density_integrates_to_what_is_drawn(self, transform: Elementwise) -> None:
        edges, _, mass = cells(transform, 4000)
        assert float(mass.sum()) == pytest.approx(1, abs=1e-3)
        n = 20_000
        drawn = transform.forward(rows(n, 1, seed=7))[:, 0].sort().values
        below = torch.searchsorted(drawn, edges[1:]).double() / n
        # Kolmogorov's statistic exceeds this with probability 1e-6.
        assert float((mass.cumsum(0) - below).abs().max()) < 2.7 / math.sqrt(n) + 1e-3

    def test_mutual_information_is_kept_on_a_grid(self, transform: Elementwise) -> None:
        distribution = Gaussian(dense_correlation(torch.tensor(0.6, dtype=torch.float64), 1, 1), 1)
        image = transformed(distribution, (transform, transform))
        _, middle, mass = cells(transform, 600)
        v, w = (g.reshape(-1, 1) for g in torch.meshgrid(middle, middle, indexing="ij"))
        pointwise = image.pointwise_mutual_information(v, w).reshape(len(mass), len(mass))
        joint = mass[:, None] * mass[None, :] * pointwise.exp()
        assert float(joint.sum()) == pytest.approx(1, abs=1e-2)
        assert float((joint * pointwise).sum()) == pytest.approx(
            float(distribution.mutual_information), abs=1e-2
        )


def monte_carlo_agrees(distribution: JointDistribution, n: int, seed: int) -> None:
    """The stated mutual information and its pointwise values against draws alone.

    Beside the mean, an identity of bounded expectations that a wrong log-ratio r of the joint
    density to the product of the marginals breaks, as does a wrong constant in it:
    E_joint[1 / (1 + e^r)] = E_product[e^r / (1 + e^r)].
    """
    x, y = distribution.draw(n, as_generator(seed))
    joint = distribution.pointwise_mutual_information(x, y)
    product = distribution.pointwise_mutual_information(x, y.roll(1, dims=-2))
    error = float(joint.std()) / math.sqrt(n)
    assert float(joint.mean()) == pytest.approx(
        float(distribution.mutual_information), abs=5 * error + 1e-9
    )
    left, right = torch.sigmoid(-joint), torch.sigmoid(product)
    error = math.sqrt(float(left.var() + right.var()) / n)
    assert float(left.mean()) == pytest.approx(float(right.mean()), abs=5 * error + 1e-9)


@pytest.mark.parametrize("name", TRANSFORMS)
class TestEveryTransformedDistribution:
    @given(data=st.data())
    def test_pointwise_values_are_those_of_the_draws(self, name: str, data: st.DataObject) -> None:
        dims = data.draw(st.sampled_from(DIMS[name]))
        correlation = data.draw(st.floats(0, 0.9))
        distribution = FAMILIES["normal-dense"].distribution(*dims, correlation=correlation)
        seed = data.draw(st.integers(0, 2**32))
        monte_carlo_agrees(transformed(distribution, name, seed), 2000, seed)

    @given(data=st.data())
    def test_pointwise_value_is_the_distribution_s_at_the_preimage(
        self, name: str, data: st.DataObject
    ) -> None:
        distribution = FAMILIES["student-dense"].distribution(
            *data.draw(st.sampled_from(DIMS[name])), df=30
        )
        seed = data.draw(st.integers(0, 2**32))
        image = transformed(distribution, name, seed)
        x, y = distribution.draw(100, as_generator(seed))
        v, w = image.draw(100, as_generator(seed))
        torch.testing.assert_close(
            image.pointwise_mutual_information(v, w),
            distribution.pointwise_mutual_information(x, y),
            rtol=1e-6,
            atol=1e-6,
        )

    def test_same_seed_same_sample(self, name: str) -> None:
        distribution = FAMILIES["normal-dense"].distribution(*DIMS[name][0])
        first, again = (transformed(distribution, name, 4).sample(30, 9) for _ in range(2))
        assert (first.x == again.x).all()
        assert (first.y == again.y).all()
        other = transformed(distribution, name, 4).sample(30, 10)
        assert (first.x != other.x).any()

    def test_dimensions_and_truth(self, name: str) -> None:
        for dims in DIMS[name]:
            distribution = FAMILIES["normal-dense"].distribution(*dims)
            image = transformed(distribution, name)
            sample = image.sample(10, seed=0)
            assert (sample.dim_x, sample.dim_y) == (image.dim_x, image.dim_y)
            assert float(image.mutual_information) == float(distribution.mutual_information)
            assert image.provenance == distribution.provenance

    def test_batches_keep_their_axes(self, name: str) -> None:
        dim_x, dim_y = DIMS[name][-1]
        distributions = FAMILIES["normal-dense"].random(dim_x, dim_y, 4, as_generator(0))
        image = transformed(distributions, name)
        x, y = image.draw(9, as_generator(1), torch.float32)
        assert x.shape == (4, 9, image.dim_x)
        assert y.shape == (4, 9, image.dim_y)
        assert x.dtype == y.dtype == torch.float32
        assert image.mutual_information.shape == (4,)
        v, w = image.draw(9, as_generator(1))
        assert image.pointwise_mutual_information(v, w).shape == (4, 9)

    def test_torch_s_global_generator_is_left_alone(self, name: str) -> None:
        before = torch.random.get_rng_state()
        distribution = FAMILIES["normal-dense"].distribution(*DIMS[name][0])
        transformed(distribution, name, seed=11).sample(10, seed=12)
        assert torch.equal(before, torch.random.get_rng_state())


@pytest.mark.parametrize("name", RANDOM)
def test_random_transforms_differ_between_seeds_and_sides(name: str) -> None:
    x = rows(20, 3)
    one, side = (t.forward(x) for t in TRANSFORMS[name].make(3, 3, seed=1))
    two, _ = (t.forward(x) for t in TRANSFORMS[name].make(3, 3, seed=2))
    assert not torch.allclose(one, two, atol=1e-2)
    assert not torch.allclose(one, side, atol=1e-2)


@pytest.mark.parametrize(
    ("name", "dims", "message"),
    [
        ("spiral", (1, 3), "spiral does not fit X: expected at least 2 columns .* got 1"),
        ("spiral", (2, 2), "spiral does not fit Y: expected at least 3 columns .* got 2"),
        ("swiss-roll", (2, 1), "swiss-roll does not fit X: expected 1 column .* got 2"),
    ],
)
def test_dimensions_that_do_not_fit_are_named(
    name: str, dims: tuple[int, int], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        TRANSFORMS[name].make(*dims, seed=0)
    with pytest.raises(ValueError, match=message):
        transformed(FAMILIES["normal-dense"].distribution(*dims), name)


def test_an_unknown_transform_is_named() -> None:
    with pytest.raises(ValueError, match=r"among base, wigglify, .*got 'wiggly'"):
        transformed(FAMILIES["normal-dense"].distribution(1, 1), "wiggly")


def test_an_error_names_the_side_that_does_not_fit() -> None:
    distribution = FAMILIES["normal-dense"].distribution(3, 2)
    with pytest.raises(ValueError, match="does not fit Y: expected 3 columns to mix; got 2"):
        transformed(distribution, (linear_mixing(3, 0), linear_mixing(3, 0)))


class TestElementwise:
    def test_far_tails_keep_their_digits(self) -> None:
        x = torch.tensor([[-30.0], [-9.0], [9.0], [30.0]], dtype=torch.float64)
        bimodal = Bimodal(0.3, (0.0, 5.0))
        torch.testing.assert_close(bimodal.inverse(bimodal.forward(x)), x, rtol=1e-12, atol=0)

    def test_heavy_tails_do_not_overflow(self) -> None:
        x = torch.tensor([[-1e200], [1e200]], dtype=torch.float64)
        torch.testing.assert_close(
            Asinh().log_abs_det_jacobian(x), torch.full((2,), -200 * math.log(10)).double()
        )
        torch.testing.assert_close(WIGGLE_X.inverse(WIGGLE_X.forward(x)), x)

    def test_bimodal_columns_have_the_stated_mixture(self) -> None:
        v = Bimodal(0.3, (0.0, 5.0)).forward(rows(40_000, 1))
        expected = 0.7 * 5  # the mean of the mixture
        assert float(v.mean()) == pytest.approx(expected, abs=5 * float(v.std()) / 200)
        near_first = (v < 2.5).double().mean()
        assert float(near_first) == pytest.approx(0.3, abs=0.015)

    def test_wiggle_that_would_decrease_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"\|amplitude x frequency\| < 1.*got 1\.2"):
            Wiggle(((0.4, 3.0, 0.0),))

    def test_weight_outside_the_unit_interval_is_refused(self) -> None:
        with pytest.raises(ValueError, match=r"expected a weight in \(0, 1\); got 1"):
            Bimodal(1, (0.0, 1.0))

    @pytest.mark.parametrize("value", [-0.1, 1.1, math.nan])
    def test_inverse_of_the_normal_cdf_outside_its_image(self, value: float) -> None:
        with pytest.raises(ValueError, match=r"expected values in \[0, 1\].*got"):
            NormalCdf().inverse(torch.tensor([[0.5], [value]]))

    @pytest.mark.parametrize("value", [math.nan, math.inf])
    def test_numerical_inverse_of_what_is_not_finite(self, value: float) -> None:
        with pytest.raises(ValueError, match="expected finite values to invert"):
            WIGGLE_X.inverse(torch.tensor([[0.0], [value]]))

    def test_half_cube_is_the_published_formula(self) -> None:
        x = rows(50, 2)
        torch.testing.assert_close(HalfCube().forward(x), x * x.abs().sqrt())


@given(
    target=st.floats(-1e3, 1e3),
    steepness=st.floats(0.1, 50),
    left=st.floats(0, 1e3),
    right=st.floats(0, 1e3),
)
def test_root_of_a_steep_step(target: float, steepness: float, left: float, right: float) -> None:
    # Newton alone diverges on an arctangent; the bracket must save it.
    root = torch.tensor([target], dtype=torch.float64)

    def step(y: Tensor) -> tuple[Tensor, Tensor]:
        s = steepness * (y - root)
        return s.atan(), steepness / (1 + s.square())

    found = increasing_root(step, root - left, root + right)
    torch.testing.assert_close(found, root, rtol=1e-12, atol=1e-12)


class TestLinearMap:
    @given(dim=st.integers(1, 12), seed=st.integers(0, 2**32), stretch=st.floats(1, 4))
    def test_condition_is_bounded(self, dim: int, seed: int, stretch: float) -> None:
        matrix = linear_mixing(dim, seed, stretch).matrix
        assert float(torch.linalg.cond(matrix)) <= stretch**2 * (1 + 1e-9)

    def test_a_matrix_for_each_distribution_of_a_batch(self) -> None:
        matrices = torch.stack([linear_mixing(3, seed).matrix for seed in range(4)])
        x = rows(4, 10, 3)
        together = LinearMap(matrices)
        for i in range(4):
            alone = LinearMap(matrices[i])
            torch.testing.assert_close(together.forward(x)[i], alone.forward(x[i]))
            torch.testing.assert_close(
                together.log_abs_det_jacobian(x)[i], alone.log_abs_det_jacobian(x[i])
            )
        torch.testing.assert_close(together.inverse(together.forward(x)), x)

    def test_singular_and_oblong_matrices_are_refused(self) -> None:
        with pytest.raises(ValueError, match="expected an invertible matrix"):
            LinearMap(torch.ones(2, 2))
        with pytest.raises(ValueError, match=r"expected a square matrix; got shape \(2, 3\)"):
            LinearMap(torch.ones(2, 3))

    def test_wrong_columns_are_refused(self) -> None:
        with pytest.raises(ValueError, match="expected 3 columns to mix; got 2"):
            linear_mixing(3, 0).forward(rows(5, 2))


class TestSpiral:
    @given(seed=st.integers(0, 2**32))
    def test_keeps_norms_and_other_columns(self, seed: int) -> None:
        x = rows(20, 4, seed=seed)
        v = Spiral((1, 2)).forward(x)
        torch.testing.assert_close(v.norm(dim=-1), x.norm(dim=-1))
        torch.testing.assert_close(v[:, [0, 3]], x[:, [0, 3]], rtol=0, atol=0)

    def test_turns_by_the_mean_square(self) -> None:
        quarter = math.sqrt(math.pi)  # the mean square of (quarter, 0) is pi / 2
        v = Spiral((0, 1)).forward(torch.tensor([[quarter, 0.0]], dtype=torch.float64))
        torch.testing.assert_close(v, torch.tensor([[0.0, quarter]], dtype=torch.float64))


class TestSwissRoll:
    def test_injective_different_points_stay_apart(self) -> None:
        u = torch.linspace(0, 1, 400, dtype=torch.float64)[:, None]
        v = SwissRoll().forward(u)
        apart = torch.cdist(v, v) + 10 * torch.eye(400)
        # A step along the roll is shorter than the gap between two turns.
        shortest = v.diff(dim=0).norm(dim=-1).min()
        assert float(apart.min()) == pytest.approx(float(shortest))

    def test_has_no_log_determinant(self) -> None:
        with pytest.raises(ValueError, match=r"expected a square map .* maps 1 column to 2"):
            SwissRoll().log_abs_det_jacobian(torch.zeros(3, 1))
        with pytest.raises(ValueError, match="expected a square map"):
            Composition(NormalCdf(), SwissRoll()).log_abs_det_jacobian(torch.zeros(3, 1))

    def test_raw_normal_columns_are_refused(self) -> None:
        with pytest.raises(ValueError, match=r"expected values in \[0, 1\].*put the normal CDF"):
            SwissRoll().forward(torch.tensor([[-0.5]]))

    def test_points_off_the_roll_are_refused(self) -> None:
        v = SwissRoll().forward(torch.tensor([[0.3]], dtype=torch.float64))
        with pytest.raises(ValueError, match=r"expected points on the Swiss roll.*distance"):
            SwissRoll().inverse(-v)
        with pytest.raises(ValueError, match="expected 2 columns on the Swiss roll; got 1"):
            SwissRoll().inverse(v[:, :1])


class TestComposition:
    def test_acts_in_order(self) -> None:
        x = rows(10, 3)
        both = Composition(NormalCdf(), Spiral((0, 1)))
        torch.testing.assert_close(
            both.forward(x), Spiral((0, 1)).forward(NormalCdf().forward(x)), rtol=0, atol=0
        )
        torch.testing.assert_close(both.inverse(both.forward(x)), x)

    def test_log_jacobian_is_that_of_autodiff(self) -> None:
        chain = Composition(WIGGLE_X, linear_mixing(3, 1), Spiral((0, 2)), HalfCube())
        row = rows(1, 3)
        jacobian = torch.autograd.functional.jacobian(lambda r: chain.forward(r[None])[0], row[0])
        torch.testing.assert_close(
            chain.log_abs_det_jacobian(row)[0], torch.linalg.slogdet(jacobian).logabsdet
        )

    def test_dimensions_are_followed_through(self) -> None:
        assert Composition(NormalCdf(), SwissRoll(), linear_mixing(2, 0)).dim_out(1) == 2
        with pytest.raises(ValueError, match="expected 3 columns to mix; got 2"):
            Composition(SwissRoll(), linear_mixing(3, 0)).dim_out(1)

    def test_nothing_to_compose_is_refused(self) -> None:
        with pytest.raises(ValueError, match="at least one transform"):
            Composition()


class TestFlow:
    @pytest.mark.parametrize("dim", [1, 2, 5, 32])
    def test_strength_goes_from_the_identity_to_far_from_linear(self, dim: int) -> None:
        x = rows(2000, dim)
        design = torch.cat([x, torch.ones(2000, 1)], dim=1)

        def nonlinearity(strength: float) -> float:
            """The share of the variance that no linear map of x explains."""
            v = Flow(dim, seed=5, strength=strength).forward(x)
            rest = v - design @ torch.linalg.lstsq(design, v).solution
            return float((rest.var(0) / v.var(0)).mean())

        torch.testing.assert_close(Flow(dim, seed=5, strength=0).forward(x), x)
        none, some, much = (nonlinearity(s) for s in (0, 0.4, 1))
        assert none < 1e-9 < 0.01 < some < much
        assert much > 0.1

    @pytest.mark.parametrize("dim", [1, 2, 32])
    def test_heavy_tails_come_back(self, dim: int) -> None:
        x, _ = FAMILIES["student-dense"].distribution(dim, 1, df=1).draw(5000, as_generator(0))
        assert float(x.abs().max()) > 1e3
        flow = Flow(dim, seed=2)
        torch.testing.assert_close(flow.inverse(flow.forward(x)), x, rtol=1e-8, atol=1e-8)

    def test_single_precision_data_come_back(self) -> None:
        x = rows(5000, 32)
        flow = Flow(32, seed=1)
        stored = flow.forward(x).float().double()
        torch.testing.assert_close(flow.inverse(stored), x, rtol=0, atol=1e-2)

    def test_every_column_moves_and_depends_on_others(self) -> None:
        flow = Flow(4, seed=0)
        jacobian = torch.autograd.functional.jacobian(
            lambda r: flow.forward(r[None])[0], rows(1, 4)[0]
        )
        assert int((jacobian.abs() > 1e-3).sum(1).min()) >= 3

    def test_flows_of_the_same_parameters_are_equal_values(self) -> None:
        x = rows(10, 2)
        assert Flow(2, 7) == Flow(2, 7) != Flow(2, 8)
        torch.testing.assert_close(Flow(2, 7).forward(x), Flow(2, 7).forward(x), rtol=0, atol=0)

    def test_bad_parameters_are_named(self) -> None:
        with pytest.raises(ValueError, match=r"expected a strength in \[0, 1\]; got 1.5"):
            Flow(2, 0, strength=1.5)
        with pytest.raises(ValueError, match="at least 1 column and 1 layer; got 0 columns"):
            Flow(0, 0)
        with pytest.raises(ValueError, match="expected 2 columns for the flow; got 3"):
            Flow(2, 0).forward(rows(5, 3))
