"""Style of all figures: marks and the bare layout."""

from __future__ import annotations

from dataclasses import dataclass, replace

import plotly.graph_objects as go

from mist_explore.palette import DARK, FONT, LIGHT, Palette

__all__ = [
    "DARK",
    "LIGHT",
    "MARKS",
    "Mark",
    "Palette",
    "bare_layout",
    "faded",
    "mark_of",
    "shown",
    "signed",
    "with_legend",
]


@dataclass(frozen=True)
class Mark:
    """Style of one estimator in every figure: a label, a colour, a marker and a dash."""

    label: str
    color: str
    symbol: str
    dash: str

    def line(self, width: float = 2) -> dict[str, object]:
        """Return the style of its line, `width` pixels wide."""
        return {"color": self.color, "dash": self.dash, "width": width}

    def marker(self, size: float) -> dict[str, object]:
        """Return the style of its marker, `size` pixels wide."""
        return {"color": self.color, "symbol": self.symbol, "size": size}

    @property
    def short(self) -> str:
        """Return the label without its explanation.

        Example:
            >>> mark_of("ksg").short
            'KSG'
        """
        return self.label.partition(",")[0]

    @property
    def role(self) -> str:
        """The name of the colour in the palette.

        Example:
            >>> mark_of("ksg").role
            'third'
        """
        return next(name for name, color in LIGHT.named().items() if color == self.color)


MARKS: dict[str, Mark] = {
    "mist-qr": Mark("MIST-QR, learned", LIGHT.learned, "circle", "solid"),
    "mist-smooth": Mark("MIST-smooth, learned", LIGHT.learned, "circle-open", "longdash"),
    "mist-paper": Mark("Published recipe, small share", LIGHT.learned, "hexagon", "dashdot"),
    "gaussian-copula": Mark("Gaussian copula", LIGHT.baseline, "diamond", "dash"),
    "gaussian": Mark("Gaussian, linear", LIGHT.baseline, "diamond-open", "dot"),
    "ksg": Mark("KSG, nearest neighbours", LIGHT.third, "square", "dot"),
    "ksg-2": Mark("KSG-2, nearest neighbours", LIGHT.third, "square-open", "dash"),
    "mixed-ksg": Mark("KSG for mixed columns", LIGHT.third, "square-x", "longdash"),
    "matched-ksg": Mark("KSG of matched columns", LIGHT.third, "diamond-tall", "dashdot"),
    "canonical-ksg": Mark(
        "KSG of canonical pairs", LIGHT.third, "diamond-wide", "9px,3px,2px,3px,2px,3px"
    ),
    "lnc": Mark("LNC, corrected neighbours", LIGHT.third, "square-cross", "solid"),
    "ross": Mark("Ross, neighbours by class", LIGHT.third, "hourglass", "longdashdot"),
    "plug-in": Mark("Plug-in, frequencies", LIGHT.fourth, "octagon", "longdash"),
    "histogram": Mark("Histogram", LIGHT.fourth, "bowtie", "dashdot"),
    "kernel-density": Mark("Kernel density", LIGHT.fourth, "star", "dash"),
    "mine": Mark("MINE, a trained critic", LIGHT.fifth, "triangle-up", "solid"),
    "infonce": Mark("InfoNCE, a trained critic", LIGHT.fifth, "triangle-down", "dash"),
    "nwj": Mark("NWJ, a trained critic", LIGHT.fifth, "cross", "dot"),
    "smile": Mark("SMILE, a trained critic", LIGHT.fifth, "x", "dashdot"),
}
_SPARE = (
    (LIGHT.learned, "pentagon", "dot"),
    (LIGHT.learned, "star-square", "dash"),
    (LIGHT.learned, "hexagram", "longdashdot"),
)
"""Of networks that someone has trained and saved."""


def mark_of(estimator: str) -> Mark:
    """The mark of an estimator, known or resampled, else of a network by its name.

    Example:
        >>> mark_of("gaussian-copula").symbol
        'diamond'
    """
    inner = estimator.removeprefix("bootstrap-")
    if inner != estimator:
        mark = mark_of(inner)
        symbol = f"{mark.symbol.removesuffix('-open')}-open-dot"
        return replace(mark, label=f"{mark.short} resampled", symbol=symbol)
    spare = _SPARE[sum(estimator.encode()) % len(_SPARE)]
    return MARKS.get(estimator) or Mark(estimator, *spare)


def shown(value: float) -> str:
    """A number of nats or bits as figures and pages write it.

    Example:
        >>> shown(0.41334), shown(0.0512)
        ('0.41', '0.051')
    """
    if value < 0.0005:
        return "0"
    return f"{value:.2f}" if value >= 0.0995 else f"{value:.3f}"


def signed(value: float) -> str:
    """Return a number that may be negative, to two decimals.

    Example:
        >>> signed(-0.004), signed(-0.5)
        ('0.00', '−0.50')
    """
    text = f"{value:.2f}"
    return "0.00" if text == "-0.00" else text.replace("-", "\N{MINUS SIGN}")


def bare_layout(height: int) -> go.Layout:
    """A layout without boxes and chrome, on a transparent ground, as wide as its place."""
    axis = {
        "gridcolor": LIGHT.rule,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "tickfont": {"color": LIGHT.muted, "size": 12},
        "title": {"font": {"color": LIGHT.muted, "size": 13}},
        "fixedrange": True,
    }
    return go.Layout(
        height=height,
        autosize=True,
        font={"family": FONT, "color": LIGHT.ink, "size": 13},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 52, "r": 14, "t": 26, "b": 48},
        showlegend=False,
        hovermode="closest",
        xaxis=axis,
        yaxis=axis,
    )


def with_legend(figure: go.Figure) -> go.Figure:
    """The same figure, the names of its traces in lines above the plot."""
    legend = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"}
    return figure.update_layout(showlegend=True, legend=legend, margin_t=60)


def faded(color: str, opacity: float) -> str:
    """Return a color of the form `#rrggbb` with an opacity, for areas.

    Example:
        >>> faded("#0a1420", 0.5)
        'rgba(10, 20, 32, 0.5)'
    """
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity})"
