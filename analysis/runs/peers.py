"""The tables behind the comparison chapters: runs, costs, predictions, scores, yardsticks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from analysis import serving
from analysis.architecture import flops_per_token
from analysis.assumptions import simulated
from analysis.costs.amortised import DAYS_PER_YEAR, Amortised
from analysis.costs.ladder import v3_amortised
from analysis.costs.rental import implied_usd_per_gpu_hour, rental_usd
from analysis.runs import comparisons, training
from analysis.runs.comparisons import Cost, TrendTest, cost_fact, cost_ratio
from press.estimate import Estimate
from press.facts import Facts
from press.numbers import day, number

V3, LLAMA, SONNET, GPT4O = "deepseek-v3", "llama-3.1-405b", "claude-3.5-sonnet", "gpt-4o"
HOPPER = ("h100-sxm5", "h800-sxm5")
V3_PRICE, GPT4O_PRICE = "page/deepseek-v3/list", "after-r1/gpt-4o-0513/openai"


def run(facts: Facts, key: str) -> Mapping[str, Any]:
    """One row of ``training_runs``."""
    return facts.row("training_runs", key)


def known(key: str, value: float | None) -> float:
    """The value, or ``ValueError`` where a run lacks the inputs for it."""
    if value is None:
        raise ValueError(f"training run {key!r} lacks the inputs for this number")
    return value


def flop(facts: Facts, key: str) -> float:
    """FLOPs of a run by 6ND [FLOP]."""
    return known(key, training.own_flop(run(facts, key)))


def flop_with_attention(facts: Facts, key: str) -> float | None:
    """FLOPs of a run from its configuration, attention at 4,096 tokens counted [FLOP].

    ``None`` where no configuration is published.
    """
    row = run(facts, key)
    if row["config"] is None or row["tokens"] is None:
        return None
    return flops_per_token(facts.config(row["config"])) * number(row["tokens"])


def hours(facts: Facts, key: str, *, further: bool = True) -> float:
    """Published GPU-hours of a run, with or without its further stages [GPU-hour]."""
    row = run(facts, key)
    return known(key, training.all_chip_hours(row) if further else training.chip_hours(row))


def cloud_rate(facts: Facts) -> float:
    """The price of an H100-hour behind Epoch's cloud cost of Llama 3.1 405B [USD/GPU-hour]."""
    assumed = facts.llama3_405b.training_hours_epoch * number(run(facts, LLAMA)["chips"])
    return implied_usd_per_gpu_hour(facts.llama3_405b.cost_cloud, assumed)


def prices(facts: Facts) -> training.Prices:
    """What pricing any run takes besides the run and its chip."""
    return training.Prices(
        rental_usd_per_hour=facts.v3.price_per_gpu_hour,
        cloud_usd_per_hour=cloud_rate(facts),
        usd_per_kwh=facts.epoch.electricity_price,
        pue=facts.epoch.pue,
        hardware_price=facts.estimate("epoch.hardware_price_factor"),
        training_time=facts.estimate("epoch.training_time_factor"),
        overall=facts.estimate("epoch.amortised_cost_factor"),
    )


def method(facts: Facts, key: str) -> Amortised:
    """What a run used up by Epoch's method, from its hours and the launch price of its chips."""
    row = run(facts, key)
    chip = facts.row("training_chips", row["accelerator"])
    kwh, pue = facts.epoch.electricity_price, facts.epoch.pue
    parts = training.amortised(row, chip, usd_per_kwh=kwh, pue=pue)
    if parts is None:
        raise ValueError(f"training run {key!r} has no hours to price")
    return parts


def amortised(facts: Facts, key: str) -> Cost:
    """The amortised cost of a run; that of V3 is the ladder's, the same on every page."""
    row = run(facts, key)
    if key == V3:
        return Cost(row["system"], simulated(facts, v3_amortised), "amortised")
    usd = training.amortised_range(
        method(facts, key),
        published=row["hours_kind"] in training.PUBLISHED_HOURS,
        hardware_price=facts.estimate("epoch.hardware_price_factor"),
        overall=facts.estimate("epoch.amortised_cost_factor"),
    )
    return Cost(row["system"], usd, "amortised")


def rental(facts: Facts, key: str) -> Cost:
    """All published hours of a run at the price of DeepSeek's report."""
    usd = rental_usd(hours(facts, key), facts.v3.price_per_gpu_hour)
    return Cost(run(facts, key)["system"], Estimate(usd), "rental")


def predictions(facts: Facts, *, own_mfu: bool = False) -> list[training.Prediction]:
    """Predicted hours of every run with published hours, at Epoch's median utilisation."""
    chips = training.chips_of(facts, facts.rows("training_runs"))
    runs = facts.rows("training_runs")
    return training.predict_hours(runs, chips, facts.epoch.mfu_median, own_mfu=own_mfu)


def hopper_hours(facts: Facts, least_flop: float = 0.0) -> dict[str, float]:
    """All published GPU-hours of each pre-training run on H100 or H800 chips.

    ``least_flop`` leaves smaller runs out: V3 is compared with large ones only.
    """
    return {
        row["run"]: found
        for row in facts.rows("training_runs")
        if row["accelerator"] in HOPPER
        and row["hours_kind"] in training.PUBLISHED_HOURS
        and row["scope"] != "reinforcement learning"
        and (training.best_flop(row) or 0.0) >= least_flop
        and (found := training.all_chip_hours(row)) is not None
    }


def cost_rows(facts: Facts) -> list[dict[str, Any]]:
    """Every run on every definition of cost that its inputs allow: one row a run and definition.

    Costs are computed where hours or chips are known; Epoch's published estimate stands in
    where they are not.
    """
    price, rows = prices(facts), []
    for row in facts.rows("training_runs"):
        chip = facts.row("training_chips", row["accelerator"]) if row["accelerator"] else None
        published = row["hours_kind"] in training.PUBLISHED_HOURS
        basis = "published hours" if published else "estimated hours"
        found = {
            kind: (usd, "chips and list price" if kind == "acquisition" else basis)
            for kind, usd in training.run_costs(row, chip, price).items()
        }
        if row["run"] == V3:
            found["amortised"] = (amortised(facts, V3).usd, basis)
        for kind, column in (("amortised", "amortised_fact"), ("market_rental", "cloud_fact")):
            if row[column] and kind not in found:
                usd = facts.estimate("epoch.amortised_cost_factor").scaled(facts.value(row[column]))
                found[kind] = (usd, "Epoch AI’s estimate")
        rows += [
            {"run": row, "definition": kind, "usd": usd, "basis": how}
            for kind, (usd, how) in found.items()
        ]
    return rows


def inputs(facts: Facts, ids: Iterable[str], *, subject: bool = True) -> list[dict[str, Any]]:
    """Facts as rows of a table for a page: what (and of what), value, unit, source and grade."""
    sources = facts.table("sources").by_key
    return [
        {
            "What": f"{fact.subject}: {fact.quantity}" if subject else fact.quantity,
            "Value": facts.value(fact.id),
            "Unit": fact.unit + (f", {fact.definition}" if fact.definition else ""),
            "Source": sources[fact.source]["label"],
            "Evidence": fact.evidence,
        }
        for fact in (facts[name] for name in ids)
    ]


def quotes(facts: Facts, ids: Iterable[str]) -> list[dict[str, str]]:
    """Facts as rows of a table of what the sources say, in their own words."""
    sources = facts.table("sources").by_key
    return [
        {
            "On": fact.quantity,
            "In its words": fact.quote or str(fact.value),
            "Source": f"{sources[fact.source]['label']}, {fact.locator}",
        }
        for fact in (facts[name] for name in ids)
    ]


def day6_traffic(facts: Facts) -> serving.Traffic:
    """The tokens of the day that DeepSeek describes."""
    cached = facts.serving.cached_tokens_per_day
    return serving.Traffic(
        cached, facts.serving.input_tokens_per_day - cached, facts.serving.output_tokens_per_day
    )


def tariff(facts: Facts, key: str) -> serving.Tariff:
    """Prices of a row of ``api_prices``; cached input costs full price where none is listed."""
    row = facts.row("api_prices", key)
    uncached, cached = row["input_usd_per_million"], row["cached_usd_per_million"]
    return serving.Tariff(
        uncached if cached is None else cached, uncached, row["output_usd_per_million"]
    )


def blended_price(facts: Facts, key: str) -> float:
    """Price of a million tokens at Day 6's mix [USD/million tokens]."""
    return serving.usd_per_million(day6_traffic(facts), tariff(facts, key))


def large_hopper_hours(facts: Facts) -> dict[str, float]:
    """The same of the large runs, which the chart of costs shows."""
    return hopper_hours(facts, training.LARGE_RUN_FLOP)


def hopper_before(facts: Facts) -> dict[str, float]:
    """V3's hours as a divisor: large Hopper runs of others that came before it, in V3's hours."""
    mine, end = hours(facts, V3), day(run(facts, V3)["released"])
    rows = {key: run(facts, key) for key in large_hopper_hours(facts)}
    return {
        key: hours(facts, key) / mine
        for key, row in rows.items()
        if row["developer"] != "DeepSeek" and day(row["released"]) < end
    }


def years_between(facts: Facts, earlier: str, later: str) -> float:
    """Years from the release of one run to that of another [year].

    Raises
    ------
    ValueError
        If a release is known to the month only: half a month is too much of half a year.
    """
    for key in (earlier, later):
        if len(run(facts, key)["released"]) < len("2024-07-23"):
            raise ValueError(
                f"data/training_runs.csv, row {key!r}, column 'released': found "
                f"{run(facts, key)['released']!r}, expected a day, since a time between two "
                "releases is computed from it"
            )
    first, second = (day(run(facts, k)["released"]) for k in (earlier, later))
    return (second - first) / DAYS_PER_YEAR


def compute_test(facts: Facts) -> TrendTest:
    """V3's FLOPs against those of Llama 3.1 405B and the trend in algorithms."""
    halving = facts.estimate("progress.compute_halving_months").map(comparisons.yearly_rate)
    since = Estimate(years_between(facts, LLAMA, V3))
    return TrendTest(
        "Llama 3.1 405B, FLOPs",
        "halving in eight months",
        Estimate(flop(facts, LLAMA) / flop(facts, V3)),
        comparisons.expected_saving(halving, since),
    )


def cost_tests(facts: Facts) -> list[TrendTest]:
    """V3's amortised cost against that of Claude 3.5 Sonnet and Amodei's two yardsticks."""
    name, observed = "Claude 3.5 Sonnet, cost", sonnet_ratio(facts)
    by_now = facts.estimate("amodei.trend_cost_ratio")
    weaker = by_now.scaled(facts.amodei.scaling_curve_deficit)
    return [
        TrendTest(name, "three to four times (Amodei)", observed, by_now),
        TrendTest(name, "and V3 half as far (Amodei)", observed, weaker),
    ]


def sonnet_ratio(facts: Facts) -> Estimate:
    """Epoch's amortised cost of Claude 3.5 Sonnet over V3's."""
    return cost_ratio(
        cost_fact(facts, "claude3_5_sonnet.cost_amortised_2023usd"), amortised(facts, V3)
    )


def price_tests(facts: Facts) -> list[TrendTest]:
    """V3's API price against that of GPT-4o of May 2024 and two trends in prices."""
    since = Estimate(years_between(facts, GPT4O, V3))
    name = "GPT-4o, API price"
    observed = Estimate(blended_price(facts, GPT4O_PRICE) / blended_price(facts, V3_PRICE))
    return [
        TrendTest(name, label, observed, comparisons.expected_saving(yearly, since))
        for label, yearly in (
            ("tenfold a year (a16z)", Estimate(facts.progress.price_fall_per_year_a16z)),
            ("Epoch AI’s fit for MMLU", facts.estimate("progress.price_fall_per_year_mmlu")),
        )
    ]


def trend_tests(facts: Facts) -> list[TrendTest]:
    """V3 against its yardsticks: the observed saving beside the one that a trend predicts."""
    return [compute_test(facts), *cost_tests(facts), *price_tests(facts)]
