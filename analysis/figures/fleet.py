"""Figures of the fleet: documented, inferred and claimed GPUs and their capacity."""

from __future__ import annotations

from analysis import hardware
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import above, total
from press.numbers import number


# --- how many GPUs ---------------------------------------------------------------------------
@figure(unit="GPU", headline=True, formula="peak nodes × GPUs per node")
def peak_gpus(facts: Facts) -> float:
    """H800s that served V3 and R1 at the daytime peak, when all nodes were in use."""
    return facts.serving.nodes_peak * facts.v3.gpus_per_node


@figure(unit="GPU", formula="mean nodes × GPUs per node")
def serving_gpus(facts: Facts) -> float:
    """H800s that served V3 and R1 on average over a day."""
    return facts.serving.nodes_average * facts.v3.gpus_per_node


@figure(unit="GPU", formula="V3's cluster + peak serving GPUs")
def not_shared(facts: Facts) -> float:
    """H800s if the training cluster and the serving nodes had no GPU in common."""
    return facts.v3.gpus + peak_gpus(facts)


@figure(unit="GPU", formula="50,000 Hopper − 10,000 H800 − 10,000 H100")
def h20_implied(facts: Facts) -> float:
    """H20s that SemiAnalysis's own text leaves over, though it speaks only of orders."""
    return (
        facts.semianalysis.gpus_hopper - facts.semianalysis.gpus_h800 - facts.semianalysis.gpus_h100
    )


@figure(unit="share", formula="peak serving GPUs ÷ 50,000")
def documented_share(facts: Facts) -> float:
    """Documented H800s as a share of the Hopper GPUs that SemiAnalysis claims."""
    return peak_gpus(facts) / facts.semianalysis.gpus_hopper


@figure(unit="GPU", formula="Σ GPUs × dense BF16 peak ÷ peak of the H800, for H800, H100 and H20")
def claimed_in_h800s(facts: Facts) -> float:
    """The claimed 50,000 Hopper GPUs as so many H800s, by peak arithmetic."""
    fleet = {
        "h800-sxm5": facts.semianalysis.gpus_h800,
        "h100-sxm5": facts.semianalysis.gpus_h100,
        "h20": h20_implied(facts),
    }
    peak = {chip: number(facts.row("accelerators", chip)["bf16_flop_per_s"]) for chip in fleet}
    return hardware.equivalents(fleet, peak, "h800-sxm5")


@figure(unit="share", formula="10,000 ÷ H800s ever shipped")
def h800_world_share(facts: Facts) -> Estimate:
    """Share of all H800s ever shipped that SemiAnalysis gives to DeepSeek."""
    gpus = facts.semianalysis.gpus_h800
    return facts.estimate("h800.shipped_worldwide").map(lambda world: gpus / world)


@figure(unit="share", formula="peak serving GPUs ÷ H800s ever shipped")
def documented_world_share(facts: Facts) -> Estimate:
    """Share of all H800s ever shipped that DeepSeek documents."""
    gpus = peak_gpus(facts)
    return facts.estimate("h800.shipped_worldwide").map(lambda world: gpus / world)


@figure(unit="share", formula="implied H20s ÷ shipped by end 2024")
def h20_world_share(facts: Facts) -> Estimate:
    """Share of all H20s shipped by the end of 2024 that the claim gives to DeepSeek."""
    gpus = h20_implied(facts)
    return facts.estimate("h20.shipped_worldwide").map(lambda world: gpus / world)


@figure(unit="claim", formula="claimed counts of 50,000 GPUs or more")
def claims(facts: Facts) -> float:
    """Statements from outside that name 50,000 GPUs or more."""
    rows = facts.rows("fleet_estimates", standing="claimed")
    return number(
        total(above(row["gpus"], facts.semianalysis.gpus_hopper, at_least=True) for row in rows)
    )


@figure(unit="claim", formula="of those, the ones that go back to no other statement")
def claim_roots(facts: Facts) -> float:
    """Statements of 50,000 GPUs or more that go back to no earlier one."""
    rows = facts.rows("fleet_estimates", standing="claimed")
    least = facts.semianalysis.gpus_hopper
    roots = [row for row in rows if not row["cites"]]
    return number(total(above(row["gpus"], least, at_least=True) for row in roots))


# --- what the GPUs can do --------------------------------------------------------------------
@figure(unit="GPU-hour", formula="peak serving GPUs × 8,766")
def capacity_documented(facts: Facts) -> float:
    """GPU-hours a year of the documented H800s."""
    return hardware.capacity_gpu_hours(peak_gpus(facts))


@figure(unit="GPU-hour", formula="50,000 × 8,766")
def capacity_claimed(facts: Facts) -> float:
    """GPU-hours a year of the claimed Hopper fleet."""
    return hardware.capacity_gpu_hours(facts.semianalysis.gpus_hopper)


@figure(unit="day", formula="V3's GPU-hours ÷ 50,000 ÷ 24")
def v3_days_of_claimed(facts: Facts) -> float:
    """Days of the whole claimed Hopper fleet that V3's GPU-hours amount to."""
    return hardware.days_on(facts.v3.gpu_hours_total, facts.semianalysis.gpus_hopper)


@figure(unit="share", formula="V3's GPU-hours ÷ GPU-hours a year of 50,000 GPUs")
def v3_share_of_claimed(facts: Facts) -> float:
    """Share of a year of the claimed Hopper fleet that V3 took."""
    return facts.v3.gpu_hours_total / capacity_claimed(facts)


@figure(unit="share", formula="V3's GPU-hours ÷ GPU-hours a year of the documented H800s")
def v3_share_of_documented(facts: Facts) -> float:
    """Share of a year of the documented H800s that V3 took."""
    return facts.v3.gpu_hours_total / capacity_documented(facts)


@figure(unit="GPU-hour", formula="V2's tokens × GPU-hours per trillion tokens")
def v2_gpu_hours(facts: Facts) -> float:
    """Pre-training GPU-hours of DeepSeek-V2."""
    return hardware.gpu_hours_from_rate(
        facts.v2.tokens_pretraining, facts.v2.gpu_hours_per_trillion_tokens
    )


@figure(unit="GPU-hour", formula="512 × (198 + 80) + GPU-hours for data")
def r1_gpu_hours(facts: Facts) -> float:
    """GPU-hours of R1-Zero, R1 and their training data."""
    hours = facts.r1_zero.rl_wall_hours + facts.r1.rl_wall_hours
    return facts.r1_zero.rl_gpus * hours + facts.r1.gpu_hours_sft_data


@figure(unit="GPU-hour", formula="V2 + V3 + R1")
def published_runs(facts: Facts) -> float:
    """GPU-hours of the published runs of DeepSeek-V2, V3 and R1."""
    return v2_gpu_hours(facts) + facts.v3.gpu_hours_total + r1_gpu_hours(facts)


@figure(unit="share", formula="published runs ÷ GPU-hours a year of the documented H800s")
def published_share_of_documented(facts: Facts) -> float:
    """The published runs as a share of one year of the documented H800s."""
    return published_runs(facts) / capacity_documented(facts)


@figure(unit="GPU-hour", formula="mean serving GPUs × 8,766")
def serving_gpu_hours(facts: Facts) -> float:
    """GPU-hours of a year of serving at the level of 28 February 2025."""
    return hardware.capacity_gpu_hours(serving_gpus(facts))


@figure(unit="share", formula="mean serving GPUs ÷ peak serving GPUs")
def serving_share_of_documented(facts: Facts) -> float:
    """Share of the documented H800s that serving takes on average."""
    return serving_gpus(facts) / peak_gpus(facts)


@figure(unit="GPU", formula="325 PFLOP/s ÷ TF32 peak of an A100 (half its BF16 peak)")
def a100_first_delivery(facts: Facts) -> float:
    """A100s in Fire-Flyer 2 at its first delivery in January 2021."""
    tf32 = number(facts.row("accelerators", "a100-pcie")["bf16_flop_per_s"]) / 2
    return facts.fire_flyer_2.tf32_flop_per_s_delivered / tf32


@figure(unit="GPU", formula="GPU-hours used ÷ 8,766 ÷ share in use")
def a100_mean_2022(facts: Facts) -> float:
    """A100s that Fire-Flyer 2's use in 2022 implies on average."""
    return hardware.gpus_from_use(
        facts.fire_flyer_2.gpu_hours_used_2022, 1.0, facts.fire_flyer_2.capacity_used_share_2022
    )


@figure(unit="W", formula="nodes × power of a node")
def fire_flyer_power(facts: Facts) -> float:
    """Power of Fire-Flyer 2's GPU nodes."""
    return facts.fire_flyer_2.nodes * number(facts.row("fire_flyer", "node_power")["ours"])
