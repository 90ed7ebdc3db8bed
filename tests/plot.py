"""A plot as SVG, by hand: one small chart a measure, both axes logarithmic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, EDGE = 260, 180, 40
ACROSS = 4


def plot(rows: Sequence[Mapping[str, float]], along: str, measures: Sequence[str]) -> str:
    """How each measure grows along one column of a table."""
    charts = [chart(rows, along, name, at) for at, name in enumerate(measures)]
    down = math.ceil(len(measures) / ACROSS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {ACROSS * WIDTH} {down * HEIGHT}" font-family="sans-serif" font-size="10">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(charts)}</svg>\n'
    )


def chart(rows: Sequence[Mapping[str, float]], along: str, name: str, at: int) -> str:
    left, top = at % ACROSS * WIDTH, at // ACROSS * HEIGHT
    across = scale([row[along] for row in rows], left + EDGE, left + WIDTH - 15)
    up = scale([row[name] for row in rows], top + HEIGHT - EDGE, top + 30)
    points = [(across(row[along]), up(row[name])) for row in rows]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3"/><text x="{x:.1f}" y="{y - 6:.1f}" text-anchor="middle">{row[name]:.3g}</text>'
        f'<text x="{x:.1f}" y="{top + HEIGHT - EDGE + 18}" text-anchor="middle" fill="#555">{short(row[along])}</text>'
        for row, (x, y) in zip(rows, points, strict=True)
    )
    return (
        f'<g fill="#1f5fa8"><text x="{left + EDGE}" y="{top + 14}" font-weight="bold" fill="black">{name}</text>'
        f'<polyline points="{line}" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>{dots}</g>'
    )


def short(value: float) -> str:
    """1000 as 1k, 1000000 as 1M."""
    return f"{value / 1e6:g}M" if value >= 1e6 else f"{value / 1e3:g}k" if value >= 1e3 else f"{value:g}"


def scale(values: Sequence[float], first: float, last: float):  # type: ignore[no-untyped-def]  # a function of a number
    """From a value to a place between first and last, by logarithm; all alike stand in the middle."""
    logs = [math.log10(max(value, 1e-3)) for value in values]
    low, high = min(logs), max(logs)

    def place(value: float) -> float:
        share = (math.log10(max(value, 1e-3)) - low) / (high - low) if high > low else 0.5
        return first + share * (last - first)

    return place
