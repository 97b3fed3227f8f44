"""Figures of the fleet: documented, inferred and claimed GPUs and their capacity."""

from __future__ import annotations

from analysis import hardware
from analysis.figures.left_out import r1_hours
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import above, total
from press.numbers import number


# --- how many GPUs ---------------------------------------------------------------------------
@figure(unit="GPU", headline=True)
def peak_gpus(facts: Facts) -> float:
    """H800s that served V3 and R1 at the daytime peak, when all nodes were in use."""
    return facts.serving.nodes_peak * facts.v3.gpus_per_node


@figure(unit="GPU")
def serving_gpus(facts: Facts) -> float:
    """H800s that served V3 and R1 on average over a day."""
    return facts.serving.nodes_average * facts.v3.gpus_per_node


@figure(unit="GPU")
def not_shared(facts: Facts) -> float:
    """H800s if the training cluster and the serving nodes had no GPU in common."""
    return facts.v3.gpus + peak_gpus(facts)


@figure(unit="GPU")
def h20_implied(facts: Facts) -> float:
    """H20s that SemiAnalysis's own text leaves over, though it speaks only of orders."""
    return (
        facts.semianalysis.gpus_hopper - facts.semianalysis.gpus_h800 - facts.semianalysis.gpus_h100
    )


@figure(unit="share")
def documented_share(facts: Facts) -> float:
    """Documented H800s as a share of the Hopper GPUs that SemiAnalysis claims."""
    return peak_gpus(facts) / facts.semianalysis.gpus_hopper


@figure(unit="GPU")
def claimed_in_h800s(facts: Facts) -> float:
    """The claimed Hopper GPUs as so many H800s, by peak arithmetic."""
    fleet = {
        "h800-sxm5": facts.semianalysis.gpus_h800,
        "h100-sxm5": facts.semianalysis.gpus_h100,
        "h20": h20_implied(facts),
    }
    peak = {chip: number(facts.row("accelerators", chip)["bf16_flop_per_s"]) for chip in fleet}
    return hardware.equivalents(fleet, peak, "h800-sxm5")


@figure(unit="GPU")
def documented_in_a100s(facts: Facts) -> float:
    """The documented A100s and H800s as so many A100s, by peak arithmetic."""
    fleet = {"a100-pcie": facts.fire_flyer_2.gpus, "h800-sxm5": peak_gpus(facts)}
    peak = {chip: number(facts.row("accelerators", chip)["bf16_flop_per_s"]) for chip in fleet}
    return hardware.equivalents(fleet, peak, "a100-pcie")


# --- what supply, dates, power and means allow ------------------------------------------------
@figure(unit="share")
def h800_world_share(facts: Facts) -> Estimate:
    """Share of all H800s ever shipped that SemiAnalysis gives to DeepSeek."""
    gpus = facts.semianalysis.gpus_h800
    return facts.estimate("h800.shipped_worldwide").map(lambda world: gpus / world)


@figure(unit="share")
def documented_world_share(facts: Facts) -> Estimate:
    """Share of all H800s ever shipped that DeepSeek documents."""
    gpus = peak_gpus(facts)
    return facts.estimate("h800.shipped_worldwide").map(lambda world: gpus / world)


@figure(unit="share")
def h20_world_share(facts: Facts) -> Estimate:
    """Share of all H20s shipped by the end of 2024 that the claim gives to DeepSeek."""
    gpus = h20_implied(facts)
    return facts.estimate("h20.shipped_worldwide").map(lambda world: gpus / world)


@figure(unit="share")
def h100_smuggled_share(facts: Facts) -> float:
    """The claimed H100s against all controlled AI chips thought to be smuggled in 2024."""
    return facts.semianalysis.gpus_h100 / facts.supply.smuggled_2024


def _watts(facts: Facts) -> dict[str, float]:
    """Rated power of a server at the wall for each GPU: A100 of Fire-Flyer, H800 or H100, H20."""
    hopper = facts.h100.server_power_max / facts.v3.gpus_per_node
    ratio = hardware.server_to_chip_power(
        facts.h100.server_power_max, facts.v3.gpus_per_node, facts.h800.tdp
    )
    return {
        "a100": facts.fire_flyer_2.node_power / facts.v3.gpus_per_node,
        "hopper": hopper,
        "h20": facts.hardware.h20_tdp * ratio,
    }


@figure(unit="W")
def claimed_power(facts: Facts) -> float:
    """Rated power of the servers of the claimed GPUs, A100s included."""
    watts = _watts(facts)
    hopper = facts.semianalysis.gpus_h800 + facts.semianalysis.gpus_h100
    a100 = facts.fire_flyer_2.gpus * watts["a100"]
    return a100 + hopper * watts["hopper"] + h20_implied(facts) * watts["h20"]


@figure(unit="W")
def documented_power(facts: Facts) -> float:
    """Rated power of the servers of the documented A100s and H800s."""
    watts = _watts(facts)
    return facts.fire_flyer_2.gpus * watts["a100"] + peak_gpus(facts) * watts["hopper"]


@figure(unit="USD/year")
def claimed_electricity(facts: Facts) -> float:
    """A year's electricity of the claimed GPUs at Epoch's load, PUE and price."""
    watts = hardware.watts_at_the_wall(
        claimed_power(facts), 1.0, facts.epoch.server_load_share, facts.epoch.pue
    )
    kwh = hardware.energy_kwh(hardware.HOURS_PER_YEAR, watts)
    return kwh * facts.epoch.electricity_price


@figure(
    unit="year",
)
def fee_years(facts: Facts) -> Estimate:
    """Years of High-Flyer's management fees that the claimed servers would take."""
    most, least = (
        facts.semianalysis.capex_total
        / (facts.high_flyer.management_fee_rate * assets / hardware.ONE_YEAR)
        for assets in (
            facts.high_flyer.assets_managed_2023_10,
            facts.high_flyer.assets_managed_2025,
        )
    )
    return Estimate(least, least, most)


@figure(unit="year")
def best_year_years(facts: Facts) -> float:
    """Years of the fees reckoned for High-Flyer's best year that the claimed servers would take."""
    return facts.semianalysis.capex_total / facts.high_flyer.fees_2025


@figure(unit="claim")
def claims(facts: Facts) -> float:
    """Statements from outside that name 50,000 GPUs or more."""
    rows = facts.rows("fleet_estimates", standing="claimed")
    return number(
        total(above(row["gpus"], facts.semianalysis.gpus_hopper, at_least=True) for row in rows)
    )


@figure(unit="claim")
def claim_roots(facts: Facts) -> float:
    """Statements of 50,000 GPUs or more that go back to no earlier one."""
    rows = facts.rows("fleet_estimates", standing="claimed")
    least = facts.semianalysis.gpus_hopper
    roots = [row for row in rows if not row["cites"]]
    return number(total(above(row["gpus"], least, at_least=True) for row in roots))


# --- what the GPUs can do --------------------------------------------------------------------
@figure(unit="GPU-hour")
def capacity_documented(facts: Facts) -> float:
    """GPU-hours a year of the documented H800s."""
    return hardware.capacity_gpu_hours(peak_gpus(facts))


@figure(unit="GPU-hour")
def capacity_claimed(facts: Facts) -> float:
    """H800-hours a year that the claimed Hopper fleet is worth."""
    return hardware.capacity_gpu_hours(claimed_in_h800s(facts))


@figure(unit="day")
def v3_days_of_claimed(facts: Facts) -> float:
    """Days of the whole claimed Hopper fleet, counted in H800s, that V3's run amounts to."""
    return hardware.days_on(facts.v3.gpu_hours_total, claimed_in_h800s(facts))


@figure(unit="share")
def v3_share_of_claimed(facts: Facts) -> float:
    """Share of a year of the claimed Hopper fleet, counted in H800s, that V3's run amounts to."""
    return facts.v3.gpu_hours_total / capacity_claimed(facts)


@figure(unit="share")
def v3_share_of_documented(facts: Facts) -> float:
    """Share of a year of the documented H800s that V3 took."""
    return facts.v3.gpu_hours_total / capacity_documented(facts)


@figure(unit="GPU-hour")
def v2_gpu_hours(facts: Facts) -> float:
    """Pre-training GPU-hours of DeepSeek-V2."""
    return hardware.gpu_hours_from_rate(
        facts.v2.tokens_pretraining, facts.v2.gpu_hours_per_trillion_tokens
    )


@figure(unit="GPU-hour")
def published_runs(facts: Facts) -> float:
    """GPU-hours of the published runs of DeepSeek-V2, V3 and R1."""
    return v2_gpu_hours(facts) + facts.v3.gpu_hours_total + r1_hours(facts).value


@figure(unit="share")
def published_share_of_documented(facts: Facts) -> float:
    """The published runs as a share of one year of the documented H800s."""
    return published_runs(facts) / capacity_documented(facts)


@figure(unit="GPU-hour")
def serving_gpu_hours(facts: Facts) -> float:
    """GPU-hours of a year of serving at the level of 28 February 2025."""
    return hardware.capacity_gpu_hours(serving_gpus(facts))


@figure(unit="share")
def serving_share_of_documented(facts: Facts) -> float:
    """Share of the documented H800s that serving takes on average."""
    return serving_gpus(facts) / peak_gpus(facts)


@figure(unit="GPU")
def a100_first_delivery(facts: Facts) -> float:
    """A100s in Fire-Flyer 2 at its first delivery in January 2021."""
    tf32 = number(facts.row("accelerators", "a100-pcie")["bf16_flop_per_s"]) / 2
    return facts.fire_flyer_2.tf32_flop_per_s_delivered / tf32


@figure(unit="GPU")
def a100_mean_2022(facts: Facts) -> float:
    """A100s that Fire-Flyer 2's use in 2022 implies on average."""
    return hardware.gpus_from_use(
        facts.fire_flyer_2.gpu_hours_used_2022,
        hardware.ONE_YEAR,
        facts.fire_flyer_2.capacity_used_share_2022,
    )


@figure(unit="W")
def fire_flyer_power(facts: Facts) -> float:
    """Power of Fire-Flyer 2's GPU nodes."""
    return facts.fire_flyer_2.nodes * number(facts.row("fire_flyer", "node_power")["ours"])
