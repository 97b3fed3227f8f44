"""Your model, your run: from what an analyst knows to the rungs of the ladder, with their ranges.

What is not given is taken from the report's tables, and each such default is listed with its
source. The rungs' formulas are ``analysis.costs.own``; their definitions ``data/run_ladder.csv``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from analysis import assumptions
from analysis.costs import own
from analysis.costs.amortised import INTERCONNECT_SHARE
from analysis.costs.uncertainty import Distribution, input_names, spread
from analysis.runs import utilisation
from analysis.runs.questions import Run, UnlikelyError, check
from press.estimate import Estimate
from press.facts import Facts
from press.figures import evaluate

__all__ = ["Run", "UnlikelyError", "chip", "inputs", "price_run"]

Found = dict[str, Distribution]

TAKEN = (
    "depreciation_oom_per_year",
    "pue",
    "electricity_factor",
    "usd_per_kwh",
    "development_factor",
)
"""Inputs that are the same for every run: those of V3's own ladder."""
YEARS_OWNED = (0.0, 1.0, 2.0)
"""Age of a server's price where nobody says when the run began: our judgement."""
HOURS_PER_DAY = 24.0


def chip(facts: Facts, text: str) -> Mapping[str, Any]:
    """The chip that a user names, by key or name, however it is written.

    >>> chip(Facts(), "H100 SXM5")["key"], chip(Facts(), "b200")["key"]
    ('h100-sxm5', 'b200')
    """
    rows = facts.table("training_chips").rows
    known = {_plain(row[column]): row["key"] for row in rows for column in ("key", "name")}
    wanted = _plain(text)
    if wanted not in known:
        near = difflib.get_close_matches(wanted, known, 1, cutoff=0.5)
        hint = f"; did you mean {known[near[0]]!r}?" if near else ""
        names = ", ".join(str(row["key"]) for row in rows)
        raise ValueError(f"--chip: found {text!r}, expected one of {names}{hint}")
    return facts.row("training_chips", known[wanted])


def _plain(text: Any) -> str:
    return re.sub(r"[^a-z0-9]", "", str(text).lower().removeprefix("nvidia").removeprefix("google"))


def inputs(facts: Facts, run: Run) -> tuple[Found, list[dict[str, Any]]]:
    """The distribution of every input of the rungs, and which of them were defaults."""
    row = chip(facts, run.chip)
    found: Found = {name: assumptions.distribution(facts, name) for name in TAKEN}
    defaults = [_listed(facts, name, found[name]) for name in TAKEN]
    found["network_overhead"] = Distribution.fixed(1 / (1 - INTERCONNECT_SHARE))
    why = "the network is 19 % of a cluster's price: Epoch AI"
    defaults.append(
        _default("network_overhead", found["network_overhead"], "ratio", why, "epoch-cost-code")
    )
    found["v3_usd_per_gpu_hour"] = Distribution.fixed(facts.v3.price_per_gpu_hour)
    if run.gpu_hours is not None:  # so that the hours come out as given, whatever the chip
        fixed = {"flop": run.gpu_hours * own.SECONDS_PER_HOUR, "peak_flop_per_s": 1.0, "mfu": 1.0}
    else:
        fixed = {"flop": run.flop_per_token * run.tokens, "peak_flop_per_s": row["peak_flop_per_s"]}
        if run.mfu is not None:
            fixed["mfu"] = run.mfu
        else:
            found["mfu"], why = utilisation.default(facts, row)
            defaults.append(_default("mfu", found["mfu"], "share", why, "data/training_runs.csv"))
    if run.price is not None:
        fixed["usd_per_gpu_hour"] = run.price
    else:
        found["usd_per_gpu_hour"], listed = _rent(facts, row)
        defaults.append(listed)
    found["server_usd_per_gpu"] = _server(facts, row)
    place = f"data/training_chips.csv, {row['key']} ({row['source']})"
    why = f"{row['locator']}; range in proportion to the prices seen for an H100 server"
    defaults.append(
        _default("server_usd_per_gpu", found["server_usd_per_gpu"], "USD/GPU", why, place)
    )
    if run.started is None:
        found["years_owned"] = Distribution("triangular", *YEARS_OWNED)
        why = "one year after the price, up to two: our judgement; --start gives the day"
        defaults.append(_default("years_owned", found["years_owned"], "year", why, "this report"))
    else:
        fixed["years_owned"] = max(0.0, run.started)
    watts = (row["tdp_w"] or 0.0) * row["chip_to_server_power"]
    fixed["server_watts_per_gpu"] = watts
    load = assumptions.distribution(facts, "load")
    scale = row["tdp_fraction"] / load.central
    found["load"] = Distribution(
        load.shape, load.low * scale, row["tdp_fraction"], load.high * scale
    )
    why = "share of the rated power that servers draw" if watts else "no power published: left out"
    defaults.append(_default("load", found["load"], "share", why, place))
    if run.people is not None:
        fixed |= {"people": run.people, "months": run.months or 0.0}
        if run.pay is not None:
            fixed["usd_per_person_year"] = run.pay
        else:
            found["usd_per_person_year"], listed = _pay(facts)
            defaults.append(listed)
    found |= {name: Distribution.fixed(float(value)) for name, value in fixed.items()}
    return found, defaults


def _rent(facts: Facts, row: Mapping[str, Any]) -> tuple[Distribution, dict[str, Any]]:
    """What the chip rents for: the usual price, and the cheapest and dearest seen."""
    rents = facts.rows("chip_rents", chip=row["key"])
    usual = next((rent for rent in rents if rent["usual"]), None)
    if usual is None:
        raise ValueError(
            f"--price: found none, and data/chip_rents.csv has no list price of {row['name']}; "
            "give the price of a chip-hour in USD"
        )
    prices = [rent["usd_per_chip_hour"] for rent in rents]
    made = Distribution("triangular", min(prices), usual["usd_per_chip_hour"], max(prices))
    if made.low == made.high:
        made = Distribution.fixed(made.central)
    why = f"{usual['provider']}, {usual['term']}, {usual['date']}"
    why += "" if len(rents) == 1 else f"; range over {len(rents)} list prices"
    place = f"data/chip_rents.csv, {usual['key']} ({usual['source']})"
    return made, _default("usd_per_gpu_hour", made, "USD/GPU-hour", why, place)


def _server(facts: Facts, row: Mapping[str, Any]) -> Distribution:
    """A chip's share of its server's price, with the spread that H100 servers show."""
    seen = assumptions.distribution(facts, "server_usd_per_gpu")
    price = row["server_usd_per_chip"]
    low, high = (price * end / seen.median for end in (seen.low, seen.high))
    return Distribution(seen.shape, low, price, high)


def _pay(facts: Facts) -> tuple[Distribution, dict[str, Any]]:
    cny = assumptions.distribution(facts, "cny_per_person_year")
    rate = assumptions.distribution(facts, "cny_per_usd").median
    made = Distribution(cny.shape, cny.low / rate, cny.central / rate, cny.high / rate)
    why = "what this report takes for a person at DeepSeek and a year; --pay gives another"
    return made, _default("usd_per_person_year", made, "USD/year", why, "data/assumptions.csv")


def _listed(facts: Facts, name: str, found: Distribution) -> dict[str, Any]:
    """A default that V3's ladder has too, with the reason that stands in its table."""
    row = facts.table("assumptions").by_key.get(name)
    if row is None:
        return _default(name, found, "USD/kWh", "Epoch AI's price for 2024", "epoch-cost-code")
    source = f"data/assumptions.csv ({row['source']})"
    return _default(name, found, row["unit"], row["reason"], source)


def _default(name: str, found: Distribution, unit: str, why: str, source: str) -> dict[str, Any]:
    """What was taken for an input: its median, and the 5th and 95th percentile."""
    known = found.interval
    return {
        "input": name,
        "value": float(known.value),
        "low": None if known.low is None else float(known.low),
        "high": None if known.high is None else float(known.high),
        "unit": unit,
        "why": why,
        "source": source,
    }


def price_run(facts: Facts, run: Run, *, sure: bool = False) -> dict[str, Any]:
    """The run's hours, days, energy and rungs, side by side with V3's, and the defaults taken.

    Raises
    ------
    ValueError
        If an input is impossible or missing; ``UnlikelyError`` if it must be confirmed.
    """
    check(run, sure=sure)
    found, defaults = inputs(facts, run)
    row = chip(facts, run.chip)
    hours = spread(own.gpu_hours, found)
    gpus = run.gpus
    if run.days is not None:
        gpus = hours.value / (run.days * HOURS_PER_DAY)
    if gpus is not None:
        found["gpus"] = Distribution.fixed(gpus)
    power = spread(own.energy_kwh, found) if row["tdp_w"] else None
    days = None if gpus is None else hours.map(lambda h: h / gpus / HOURS_PER_DAY)
    mfu = float(found["mfu"].median) if run.gpu_hours is None else None
    return {
        "flop": run.flop_per_token * run.tokens,
        "tokens": run.tokens,
        "chip": row["key"],
        "chip_name": row["name"],
        "peak_flop_per_s": row["peak_flop_per_s"],
        "mfu": mfu,
        **_ends("gpu_hours", hours),
        "gpus": gpus,
        **_ends("days", days),
        **_ends("energy_kwh", power),
        "rungs": [
            _rung(facts, text, found)
            for text in facts.table("run_ladder").rows
            if set(input_names(own.RUNGS[text["key"]])) <= set(found)
        ],
        "defaults": defaults,
    }


def _rung(facts: Facts, text: Mapping[str, Any], found: Found) -> dict[str, Any]:
    made = spread(own.RUNGS[text["key"]], found)
    beside = evaluate(text["v3"], facts)
    low, high = made.bounds
    return {
        "key": text["key"],
        "label": text["label"],
        "value": float(made.value),
        "low": float(low),
        "high": float(high),
        "definition": text["definition"],
        "includes": text["includes"],
        "leaves_out": text["leaves_out"],
        "v3": {
            "key": text["v3"],
            "label": facts.row("ladder", text["v3"])["label"],
            "value": float(beside.value),
            "low": float(beside.value if beside.low is None else beside.low),
            "high": float(beside.value if beside.high is None else beside.high),
        },
    }


def _ends(name: str, found: Estimate | None) -> dict[str, float | None]:
    """A number and its range under one name; nothing where it is not known."""
    if found is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    low, high = found.bounds
    return {name: float(found.value), f"{name}_low": float(low), f"{name}_high": float(high)}
