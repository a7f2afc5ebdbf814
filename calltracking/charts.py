"""Charts as the server draws them: shapes with a link and a title each, and the same numbers as a table behind them.

A chart is data with places already computed, so that templates do no arithmetic. Shapes are drawn in a box that is
`TALL` high and a `STEP` wide for each place; words stand beside it as text, so that they keep their size on a phone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

TALL = 100
STEP = 10
GAP = 1
# What fits below a chart on a phone without touching: so many letters in all, or so many words of any length.
MOST_LETTERS, MOST_LABELS = 45, 6


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

    # What repeats a hundred times is written here: the template's own way costs several times as much.

    @property
    def drawn_shapes(self) -> SafeString:
        return _joined(
            _drawn(
                s.url,
                f'<rect class="rs-tone-{s.tone}" x="{s.x}" y="{s.y}" width="{s.width}" height="{s.height}">',
                s.title,
            )
            for s in self.shapes
        )

    @property
    def drawn_dots(self) -> SafeString:
        return _joined(
            _drawn(
                d.url,
                f'<rect class="rs-chart-hit" x="{d.left}" y="0" width="{d.width}" height="{self.tall}">',
                d.title,
                f'<line class="rs-chart-dot" x1="{d.x}" x2="{d.x}" y1="{d.y}" y2="{d.y}"/>',
            )
            for d in self.dots
        )

    @property
    def drawn_rows(self) -> SafeString:
        return _joined(
            f'<tr><th scope="row">{escape(row.name)}</th>{"".join(_cell(*cell) for cell in row.cells)}</tr>'
            for row in self.rows
        )


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
    dots, strokes = _trace(places, highest=highest)
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
        target_y=None if target is None else _y(target[0], highest=highest),
        target=target[1] if target else "",
    )


def bars(entries: Sequence[tuple[str, float, str, str, str]], *, tone: str = "accent") -> tuple[Bar, ...]:
    """Return horizontal bars of `(name, value, said, url, title)`, each as long as its share of the longest."""
    highest = max((value for _, value, *_ in entries), default=0)
    return tuple(
        Bar(name, said, url, title, round(100 * value / highest, 1) if highest else 0, tone)
        for name, value, said, url, title in entries
    )


def _trace(places: Sequence[Place], *, highest: float) -> tuple[list[Dot], list[list[str]]]:
    """Return the dots and, between gaps, the strokes that join them, as `x,y`."""
    dots, strokes, stroke = [], [], list[str]()
    for index, place in enumerate(places):
        if not place.parts:
            strokes.append(stroke)
            stroke = []
            continue
        part, x = place.parts[0], STEP * index + STEP / 2
        y = _y(part.value, highest=highest)
        stroke.append(f"{x},{y}")
        dots.append(Dot(x, y, STEP * index, STEP, part.url, f"{place.name}: {part.said}"))
    return dots, [*strokes, stroke]


def _y(value: float, *, highest: float) -> float:
    return round(TALL - TALL * min(value / highest, 1), 2)


def _joined(drawn: Iterable[str]) -> SafeString:
    return SafeString("".join(drawn))


def _drawn(url: str, shape: str, title: str, more: str = "") -> str:
    """Return a shape of ours, which is tones and numbers, with its title, and its link if there is one.

    The table behind the chart is for the keyboard; its links are the same.
    """
    drawn = f"{shape}<title>{escape(title)}</title></rect>{more}"
    return f'<a href="{escape(url)}" tabindex="-1">{drawn}</a>' if url else drawn


def _cell(said: str, url: str) -> str:
    inside = f'<a class="rs-link" href="{escape(url)}">{escape(said)}</a>' if url else escape(said)
    return f'<td class="rs-num">{inside}</td>'


def _labels(places: Sequence[Place]) -> tuple[str, ...]:
    """Return words for the bottom, evenly chosen, the first and the last among them."""
    if sum(len(place.short) for place in places) <= MOST_LETTERS:
        return tuple(place.short for place in places)
    last = len(places) - 1
    return tuple(places[round(last * nth / (MOST_LABELS - 1))].short for nth in range(MOST_LABELS))
