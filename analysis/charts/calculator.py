"""The calculator in the page: a chart whose sliders are Vega parameters, without a kernel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.ladder import DOLLARS, short_usd
from analysis.costs.amortised import DEPRECIATION_OOM_PER_YEAR
from analysis.costs.calculator import Known, ladder_for
from analysis.costs.ownership import HOURS_PER_YEAR, MONTHS_PER_YEAR
from press.theme import COLOURS, finish


@dataclass(frozen=True)
class Slider:
    """A setting that a reader can move: its name in the formulas, its words and its span."""

    name: str
    label: str
    least: float
    most: float
    step: float


SLIDERS = (
    Slider("price", "Price of a GPU-hour, USD", 0.5, 12, 0.01),
    Slider("hours", "GPU-hours of the run, million", 0.1, 40, 0.001),
    Slider("factor", "All compute ÷ final run", 1, 20, 0.1),
    Slider("people", "People, full-time equivalents", 0, 500, 1),
    Slider("pay", "Cost of a person, thousand USD a year", 0, 1500, 1),
    Slider("months", "Months of work", 1, 36, 0.1),
    Slider("gpus", "GPUs of the fleet", 8, 60000, 8),
    Slider("capital", "Server and network, thousand USD a GPU", 5, 100, 0.1),
    Slider("years", "Years of ownership", 1, 6, 0.5),
    Slider("busy", "Part of the fleet’s hours that work, %", 5, 100, 1),
    Slider("power", "Electricity, USD a kWh", 0.02, 0.3, 0.001),
)

RUNGS = {
    "run": "The run, rented",
    "development": "All development compute and R1",
    "staff": "With people",
    "owned": "The run, on the owned fleet",
    "fleet": "The owned fleet, all years",
}


def expressions(known: Known) -> dict[str, str]:
    """Each rung as a Vega expression of the sliders: the formulas of ``ladder_for`` once more.

    The parity of both is tested at many settings.
    """
    watts = known.server_watts_per_gpu
    energy = watts * known.load * known.pue * HOURS_PER_YEAR / 1000
    hosting = watts / 1000 * known.hosting_usd_per_kw_month * MONTHS_PER_YEAR
    run = "hours * 1e6 * price"
    development = f"({run} * factor + {known.r1_gpu_hours!r} * price)"
    kept = f"(1 - pow(10, -{DEPRECIATION_OOM_PER_YEAR!r} * years))"
    fleet = f"gpus * (capital * 1e3 * {kept} + ({energy!r} * power + {hosting!r}) * years)"
    return {
        "run": run,
        "development": development,
        "staff": f"{development} + people * pay * 1e3 * months / {MONTHS_PER_YEAR!r}",
        "owned": f"hours * 1e6 * ({fleet}) / (gpus * {HOURS_PER_YEAR!r} * years * busy / 100)",
        "fleet": fleet,
    }


def rounded(defaults: Mapping[str, float]) -> dict[str, float]:
    """The settings at the nearest position of their sliders, as a browser shows them.

    >>> rounded({"price": 2.0, "pay": 138.77})
    {'price': 2.0, 'pay': 139}
    """
    sliders = {slider.name: slider for slider in SLIDERS}
    return {
        name: round(
            sliders[name].least
            + round((value - sliders[name].least) / sliders[name].step) * sliders[name].step,
            6,
        )
        for name, value in defaults.items()
    }


def calculator_chart(defaults: Mapping[str, float], known: Known) -> Any:
    """The ladder that follows the sliders, from Vega parameters alone.

    Parameters
    ----------
    defaults
        A value for every slider of ``SLIDERS``, in its unit.
    known
        What the sliders do not move.
    """
    start = rounded(defaults)
    found = ladder_for(start, known)
    sliders = [
        alt.param(
            name=s.name,
            value=start[s.name],
            bind=alt.binding_range(min=s.least, max=s.most, step=s.step, name=s.label),
        )
        for s in SLIDERS
    ]
    values = "[" + ", ".join(expressions(known).values()) + "][datum.index]"
    money = (
        "datum.usd >= 1e9 ? '$' + format(datum.usd / 1e9, '.3~r') + 'B' : datum.usd >= 1e6 ? "
        "'$' + format(datum.usd / 1e6, '.3~r') + 'M' : '$' + format(datum.usd / 1e3, '.3~r') + 'K'"
    )
    frame = pd.DataFrame({"index": range(len(RUNGS)), "rung": list(RUNGS.values())})
    base = (
        alt.Chart(frame)
        .transform_calculate(usd=values)
        .transform_calculate(text=f"datum.rung + ' · ' + ({money})")
        .transform_calculate(spoken="datum.rung + ': ' + format(datum.usd, '.0f') + ' US dollars'")
        .encode(
            y=alt.Y("rung:N", sort=None, axis=None, scale=alt.Scale(paddingOuter=0.3)),
            tooltip=[
                alt.Tooltip("rung:N", title="Rung"),
                alt.Tooltip("usd:Q", title="USD", format="$,.0f"),
            ],
        )
    )
    scale = alt.Scale(type="log", domain=[1e5, 1e10], nice=False, clamp=True)
    stems = base.mark_rule(strokeWidth=6, opacity=0.35, color=COLOURS["accent"], aria=False).encode(
        x=alt.X("usd:Q", scale=scale), x2=alt.value(0)
    )
    dots = base.mark_circle(size=130, opacity=1, color=COLOURS["accent"]).encode(
        x=alt.X(
            "usd:Q",
            title="US dollars, logarithmic scale",
            scale=scale,
            axis=alt.Axis(values=[10.0**n for n in range(5, 11)], labelExpr=DOLLARS, tickCount=6),
        ),
        description="spoken:N",
    )
    labels = base.mark_text(align="left", dy=-14, fontSize=13.5, aria=False).encode(
        x=alt.value(0), text="text:N"
    )
    return finish(
        alt.layer(stems, dots, labels)
        .properties(width="container", height=46 * len(RUNGS))
        .add_params(*sliders),
        title=f"First values: the run costs {short_usd(found['run'])}, all development compute "
        f"{short_usd(found['development'])}, with people {short_usd(found['staff'])}",
        alt="Dots on a logarithmic dollar scale that follow the sliders. At their first values: "
        + "; ".join(f"{words} {short_usd(found[name])}" for name, words in RUNGS.items())
        + ".",
        source="This report’s formulas, with the reader’s values",
        table=pd.DataFrame(
            [
                {"Rung": words, "USD at the first values": found[name]}
                for name, words in RUNGS.items()
            ]
        ),
    )
