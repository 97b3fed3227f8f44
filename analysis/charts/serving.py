"""Charts of serving: API prices, Day 6's margin and what the hardware allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from analysis.serving import Tariff, Traffic, margin_over_cost, usd_per_million
from press.estimate import Estimate
from press.formats import format_number
from press.theme import COLOURS, finish


def prices_frame(
    prices: Sequence[tuple[str, str, Tariff]], mixes: Mapping[str, Traffic]
) -> pd.DataFrame:
    """Mean prices of a million tokens: one row a model and mix.

    Parameters
    ----------
    prices
        Name, maker and tariff of each model.
    mixes
        Traffic by the name of the mix.
    """
    return pd.DataFrame(
        {"model": name, "maker": maker, "mix": mix, "usd": usd_per_million(traffic, tariff)}
        for mix, traffic in mixes.items()
        for name, maker, tariff in prices
    ).sort_values(["mix", "usd"], ignore_index=True)


def prices_chart(frame: pd.DataFrame, *, over: float) -> Any:
    """API prices of models at the mix of tokens that the reader chooses.

    Parameters
    ----------
    frame
        As :func:`prices_frame` makes it.
    over
        Price of o1 over that of R1 at the first mix [ratio].
    """
    mixes = list(dict.fromkeys(frame["mix"]))
    mixes.sort(key=lambda mix: not mix.startswith("Day 6"))
    chosen = alt.param(
        name="mix", value=mixes[0], bind=alt.binding_radio(options=mixes, name="Mix of tokens ")
    )
    base = (
        alt.Chart(frame.assign(text=[format_number(usd, "$.2") for usd in frame["usd"]]))
        .transform_filter("datum.mix == mix")
        .encode(
            x=alt.X(
                "usd:Q",
                title="US dollars a million (log)",
                scale=alt.Scale(type="log"),
                axis=alt.Axis(format="$~r", values=[0.1, 0.3, 1, 3, 10, 30, 60]),
            ),
            y=alt.Y(
                "model:N",
                title=None,
                sort=alt.EncodingSortField("usd", order="ascending"),
                axis=alt.Axis(labelLimit=130),
            ),
            tooltip=[
                alt.Tooltip("model:N", title="Model"),
                alt.Tooltip("mix:N", title="Mix of tokens"),
                alt.Tooltip("usd:Q", title="US dollars a million", format="$.3~r"),
            ],
        )
    )
    own = alt.condition(
        alt.datum.maker == "DeepSeek", alt.value(COLOURS["accent"]), alt.value(COLOURS["neutral"])
    )
    points = base.mark_point(filled=True, size=90, opacity=1).encode(color=own)
    words = base.mark_text(align="left", dx=9).encode(text="text:N")
    times = format_number(over, ".0")
    return finish(
        (points + words).add_params(chosen).properties(width="container", height=alt.Step(22)),
        title=f"In January 2025 a million tokens of o1 cost {times} times those of R1",
        alt="Dot chart of API prices of language models in January and February 2025, cheapest on "
        f"top. DeepSeek’s models are near the cheap end; o1 costs {times} times R1, and models of "
        "Google and OpenAI’s mini are cheaper than R1.",
        source="DeepSeek’s price page; LiteLLM price lists of January and February 2025",
        table=frame.rename(
            columns={
                "model": "Model",
                "maker": "Maker",
                "mix": "Mix of tokens",
                "usd": "US dollars a million tokens",
            }
        ),
    )


def margin_chart(
    revenue_if_all_paid: Mapping[tuple[str, str], float],
    cost: float,
    break_even: Estimate,
    headline: float,
) -> Any:
    """Profit over cost against the share of tokens that is paid for.

    Parameters
    ----------
    revenue_if_all_paid
        Revenue of the day by model and tariff, every token billed [USD].
    cost
        Rent of the day [USD].
    break_even
        Share of tokens to be paid for, over the tariffs [share].
    headline
        Day 6's margin [share].
    """
    shares = [n / 20 for n in range(21)]
    frame = pd.DataFrame(
        {
            "model": model,
            "hours": hours,
            "paid": share,
            "margin": margin_over_cost(usd * share, cost),
        }
        for (model, hours), usd in revenue_if_all_paid.items()
        for share in shares
    )
    colours = alt.Scale(domain=["R1", "V3"], range=[COLOURS["accent"], COLOURS["neutral"]])
    lines = (
        alt.Chart(frame)
        .mark_line()
        .encode(
            x=alt.X("paid:Q", title="Share of tokens paid for", axis=alt.Axis(format=".0%")),
            y=alt.Y("margin:Q", title="Profit over cost", axis=alt.Axis(format=".0%")),
            color=alt.Color("model:N", scale=colours),
            strokeDash=alt.StrokeDash("hours:N", sort=None),
            tooltip=[
                alt.Tooltip("model:N", title="Prices of"),
                alt.Tooltip("hours:N", title="Tariff"),
                alt.Tooltip("paid:Q", title="Share paid for", format=".0%"),
                alt.Tooltip("margin:Q", title="Profit over cost", format=".0%"),
            ],
        )
    )
    ends = frame[frame["paid"] == 1].assign(
        text=lambda last: [
            f"{r.model}, {r.hours}: {format_number(r.margin, '.0%')}" for r in last.itertuples()
        ]
    )
    names = alt.Chart(ends).mark_text(align="right", dx=-12, dy=-9)
    beside = names.encode(x="paid:Q", y="margin:Q", text="text:N")
    zero = alt.Chart(pd.DataFrame({"y": [0.0]})).mark_rule().encode(y="y:Q")
    low, high = (format_number(end, ".0%") for end in break_even.bounds)
    top = format_number(headline, ".0%")
    return finish(
        (lines + zero + beside).properties(width="container", height=300),
        title=f"Rent is covered once {low} to {high} of tokens are paid for; {top} needs them all",
        alt="Line chart of profit over cost against the share of tokens paid for, one line a "
        f"tariff. All lines start at minus 100 %; at R1’s list price the line ends at {top}; "
        f"the lines cross zero between {low} and {high}.",
        source="DeepSeek, Day 6 and price page; night tariff of 27 February 2025",
        table=frame.rename(
            columns={
                "model": "Prices of",
                "hours": "Tariff",
                "paid": "Share paid for",
                "margin": "Profit over cost",
            }
        ),
    )
