"""Charts as the server draws them: shapes with a link and a title each, and the same numbers as a table behind them.

A chart is data with places already computed, so that templates do no arithmetic. Shapes are drawn in a box that is
`TALL` high and a `STEP` wide for each place; words stand beside it as text, so that they keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

TALL = 100
STEP = 10
GAP = 1
# How many words fit below a chart without touching one another.
MOST_LABELS = 6


@dataclass(frozen=True)
class Part:
    """One part of a column: how much, in which tone (good, bad, warn, info, plain, accent), and the rows it opens."""

    value: float
    said: str
    tone: str = "accent"
    url: str = ""


@dataclass(frozen=True)
class Place:
    """One place along the bottom: a day, a week, a bucket. `name` is said in full, `short` below the chart."""

    name: str
    short: str
    parts: tuple[Part, ...]
    url: str = ""


@dataclass(frozen=True)
class Shape:
    """A rectangle of a column, with its link and its title."""

    x: float
    y: float
    width: float
    height: float
    tone: str
    url: str
    title: str


@dataclass(frozen=True)
class Dot:
    """A point of a line, within a strip as wide as its place that can be hit."""

    x: float
    y: float
    left: float
    width: float
    url: str
    title: str


@dataclass(frozen=True)
class Row:
    """One line of the table behind a chart: its name, and each value with its link."""

    name: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Chart:
    """What `parts/charts/columns.html` and `line.html` draw."""

    title: str
    width: float
    top: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, str], ...]
    heading: str
    rows: tuple[Row, ...]
    shapes: tuple[Shape, ...] = ()
    dots: tuple[Dot, ...] = ()
    lines: tuple[str, ...] = ()
    target_y: float | None = None
    target: str = ""
    tall: int = TALL

    @property
    def is_empty(self) -> bool:
        return not self.shapes and not self.dots


@dataclass(frozen=True)
class Bar:
    """One line of `parts/charts/bars.html`: `share` of the longest, 0 to 100."""

    name: str
    said: str
    url: str
    title: str
    share: float
    tone: str = "accent"


def columns(
    title: str, places: Sequence[Place], *, series: Sequence[tuple[str, str]], heading: str = "Day", top: str = ""
) -> Chart:
    """Return stacked columns, one for each place; `series` are the words and tones of the parts, from the bottom up.

    `top` says how much the highest column is; the number itself unless told.
    """
    highest = max((sum(part.value for part in place.parts) for place in places), default=0)
    shapes = []
    for index, place in enumerate(places):
        below = 0.0
        for part in place.parts:
            height = TALL * part.value / highest if highest else 0
            if height:
                x, y = STEP * index + GAP, TALL - below - height
                said = f"{place.name}: {part.said}"
                shapes.append(Shape(x, round(y, 2), STEP - 2 * GAP, round(height, 2), part.tone, part.url, said))
            below += height
    rows = [Row(place.name, tuple((part.said, part.url) for part in place.parts)) for place in places]
    return Chart(
        title=title,
        width=STEP * max(len(places), 1),
        top=top or f"{highest:,.0f}",
        labels=_labels(places),
        series=tuple(series),
        heading=heading,
        rows=tuple(rows),
        shapes=tuple(shapes),
    )


def line(
    title: str,
    places: Sequence[Place],
    *,
    highest: float,
    top: str,
    series: str,
    target: tuple[float, str] | None = None,
    heading: str = "Day",
) -> Chart:
    """Return a line through the first part of each place; a place without parts is a gap in it.

    `target` is a value and its words, drawn as a line across.
    """
    highest = max(highest, target[0] if target else 0) or 1
    dots, strokes, stroke = [], [], list[str]()
    for index, place in enumerate(places):
        if not place.parts:
            strokes.append(stroke)
            stroke = []
            continue
        part, x = place.parts[0], STEP * index + STEP / 2
        y = round(TALL - TALL * min(part.value / highest, 1), 2)
        stroke.append(f"{x},{y}")
        dots.append(Dot(x, y, STEP * index, STEP, part.url, f"{place.name}: {part.said}"))
    strokes.append(stroke)
    nothing = (("–", ""),)
    rows = [Row(place.name, tuple((part.said, part.url) for part in place.parts[:1]) or nothing) for place in places]
    return Chart(
        title=title,
        width=STEP * max(len(places), 1),
        top=top,
        labels=_labels(places),
        series=((series, "accent"),),
        heading=heading,
        rows=tuple(rows),
        dots=tuple(dots),
        # One point alone draws no line: it is given a short one.
        lines=tuple(" ".join(each if len(each) > 1 else [*each, *each]) for each in strokes if each),
        target_y=None if target is None else round(TALL - TALL * min(target[0] / highest, 1), 2),
        target=target[1] if target else "",
    )


def bars(entries: Sequence[tuple[str, float, str, str, str]], *, tone: str = "accent") -> tuple[Bar, ...]:
    """Return horizontal bars of `(name, value, said, url, title)`, each as long as its share of the longest."""
    highest = max((value for _, value, *_ in entries), default=0)
    return tuple(
        Bar(name, said, url, title, round(100 * value / highest, 1) if highest else 0, tone)
        for name, value, said, url, title in entries
    )


def _labels(places: Sequence[Place]) -> tuple[str, ...]:
    """Return words for the bottom, evenly chosen, the first and the last among them."""
    if len(places) <= MOST_LABELS + 2:
        return tuple(place.short for place in places)
    last = len(places) - 1
    return tuple(places[round(last * nth / (MOST_LABELS - 1))].short for nth in range(MOST_LABELS))
