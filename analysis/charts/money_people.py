"""Charts of money and people: amounts of hardware, salaries and the authors' careers."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from analysis.charts.bars import bars
from press.formats import format_number
from press.theme import finish


def hardware_chart(amounts: pd.DataFrame, floor_share: float) -> Any:
    """What was paid for hardware, from the documented clusters to the estimate of the fleet.

    Parameters
    ----------
    amounts
        Columns ``item``, ``usd`` (acquisition, US dollars) and ``standing``; the last two rows are
        the floor of the source text and its total.
    floor_share
        The figure ``money_people.floor_share``.
    """
    frame = amounts.assign(millions=amounts["usd"] / 1e6)
    frame["text"] = [f"{format_number(r.usd, '$,.0M')}, {r.standing}" for r in frame.itertuples()]
    tips = [alt.Tooltip("item:N", title="What"), alt.Tooltip("text:N", title="USD")]
    chart = bars(frame, "millions", "Million US dollars", row="item", tooltip=tips)
    share = format_number(floor_share, ".0%")
    return finish(
        chart,
        title=f"The $500M is {share} of the $1.6B that the same text gives for hardware",
        alt="Bar chart of hardware bought: Fire-Flyer 1 and Fire-Flyer 2 as reported, the floor of "
        f"500 million US dollars and the 1.6 billion of SemiAnalysis. The floor is {share} of the "
        "largest bar.",
        source="Reuters, 36Kr, SemiAnalysis (31 January 2025); acquisition cost throughout",
        table=frame.assign(millions=frame["millions"].round(0))[
            ["item", "millions", "standing"]
        ].rename(
            columns={"item": "What", "millions": "Million US dollars", "standing": "Standing"}
        ),
    )


def salary_chart(salaries: pd.DataFrame, offer_over_advert: float) -> Any:
    """Advertised, rumoured and alleged yearly pay, in dollars.

    Parameters
    ----------
    salaries
        Columns ``item``, ``usd`` (a year), ``kind``; the first row is the lowest advert, the
        last the alleged offer, the second the highest advert.
    offer_over_advert
        The figure ``money_people.offer_over_advert``.
    """
    frame = salaries.assign(thousands=salaries["usd"] / 1e3)
    times = format_number(offer_over_advert, ".1x")
    frame["text"] = [f"{format_number(r.usd, '$,.0K')}, {r.kind}" for r in frame.itertuples()]
    tips = [alt.Tooltip("item:N", title="What"), alt.Tooltip("text:N", title="USD a year")]
    chart = bars(
        frame, "thousands", "Thousand US dollars a year", row="item",
        lit=list(frame["item"][frame["kind"] == frame["kind"].iloc[0]]), tooltip=tips,
    )  # fmt: skip
    return finish(
        chart,
        title=f"The $1.3M is {times} the highest salary that DeepSeek advertised",
        alt="Bar chart of yearly pay in US dollars: "
        + "; ".join(f"{r.item}, {format_number(r.usd, '$,~2')}" for r in frame.itertuples())
        + ".",
        source="QbitAI, Znews, SemiAnalysis; yuan at the rates of early 2025",
        table=frame.assign(thousands=frame["thousands"].round(0))[
            ["item", "thousands", "kind"]
        ].rename(
            columns={
                "item": "What",
                "thousands": "Thousand US dollars a year",
                "kind": "Kind",
            }
        ),
    )


def careers_chart(careers: pd.DataFrame, us_share: float) -> Any:
    """Where DeepSeek's authors had studied and worked.

    Parameters
    ----------
    careers
        Columns ``group`` and ``people``; the second row is the one with US ties.
    us_share
        The figure ``money_people.us_share``.
    """
    frame = careers.assign(share=careers["people"] / careers["people"].sum())
    abroad = format_number(us_share, ".0%")
    frame["text"] = [f"{r.people:,}: {format_number(r.share, '.0%')}" for r in frame.itertuples()]
    tips = [alt.Tooltip("group:N", title="Career"), alt.Tooltip("text:N", title="Authors")]
    chart = bars(
        frame, "people", "Authors", row="group", lit=[frame["group"].iloc[1]], tooltip=tips
    )
    return finish(
        chart,
        title=f"{abroad} of DeepSeek’s authors had studied or worked in the United States",
        alt="Bar chart of DeepSeek's authors with known careers: those who studied and worked only "
        f"in China, {abroad} had been in the United States, the rest elsewhere or unclear.",
        source="Hoover Institution, April 2025, as reported by Chosun Biz",
        table=frame.assign(share=(frame["share"] * 100).round(1)).rename(
            columns={"group": "Career", "people": "Authors", "share": "Share, per cent"}
        ),
    )
