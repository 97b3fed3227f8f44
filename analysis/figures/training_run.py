"""Figures of the training run: hours, days, utilisation, downtime, power and the network."""

from __future__ import annotations

from analysis import hardware
from analysis.architecture import describe, flops_per_token, mtp_flops_per_token
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import maximum, minimum, total
from press.numbers import day, named, number, plain, shaped, whole


def _run_flop_per_token(facts: Facts, *, causal: bool = True) -> float:
    """The model's arithmetic for one training token, by the convention of the published MFU."""
    context = whole(facts.v3.sequence_length_pretraining)
    return flops_per_token(facts.config("deepseek-v3"), context, causal=causal, router=False)


def _h800(facts: Facts, column: str) -> float:
    return number(facts.row("accelerators", "h800-sxm5")[column])


THOUSAND_HOURS = named(1e3, "rounding of the rate", "GPU-hour/trillion tokens")


def _rounded(value: float, step: float) -> Estimate:
    """A number that was printed to the nearest ``step``."""
    return Estimate(value, value - step / 2, value + step / 2)


@figure(name="flops_per_token", unit="FLOP/token")
def flop_per_token(facts: Facts) -> float:
    """FLOPs to train DeepSeek-V3 on one token, counted from its configuration."""
    return _run_flop_per_token(facts)


@figure(unit="GPU-hour")
def gpu_hours_from_rate(facts: Facts) -> Estimate:
    """Pre-training GPU-hours, first way: the report's rate times its tokens."""
    tokens = _rounded(facts.v3.tokens_pretraining, 0.1e12)
    return tokens.times(_rounded(facts.v3.gpu_hours_per_trillion_tokens, THOUSAND_HOURS)).map(
        lambda hours: hours / hardware.TRILLION
    )


@figure(unit="GPU-hour")
def gpu_hours_from_tokens_per_day(facts: Facts) -> Estimate:
    """Pre-training GPU-hours, second way: the pace that a later paper measured."""
    pace, gpus = facts.v3.tokens_per_day, facts.v3.gpus
    return _rounded(facts.v3.tokens_pretraining, 0.1e12).map(
        lambda tokens: hardware.gpu_hours_from_pace(tokens, pace, gpus)
    )


@figure(unit="GPU-hour")
def gpu_hours_from_flops(facts: Facts) -> Estimate:
    """Pre-training GPU-hours, third way: counted FLOPs at the published utilisation."""
    flop, peak = _run_flop_per_token(facts), _h800(facts, "bf16_flop_per_s")
    share = facts.v3.mfu_causal_attention
    return _rounded(facts.v3.tokens_pretraining, 0.1e12).map(
        lambda tokens: hardware.gpu_hours_from_flops(tokens, flop, peak, share)
    )


@figure(unit="GPU-hour")
def gpu_hours_at_typical_mfu(facts: Facts) -> Estimate:
    """Pre-training GPU-hours that an outsider predicts from another laboratory's utilisation."""
    flop, peak = _run_flop_per_token(facts), _h800(facts, "bf16_flop_per_s")
    tokens = facts.v3.tokens_pretraining
    return facts.estimate("llama3_405b.mfu").map(
        lambda share: hardware.gpu_hours_from_flops(tokens, flop, peak, share)
    )


@figure(unit="share")
def rebuild_spread(facts: Facts) -> float:
    """How far the three rebuilds and the reported GPU-hours lie apart at most."""
    hours = [
        facts.v3.gpu_hours_pretraining,
        gpu_hours_from_rate(facts).value,
        gpu_hours_from_tokens_per_day(facts).value,
        gpu_hours_from_flops(facts).value,
    ]
    return maximum(*hours) / minimum(*hours) - 1


@figure(unit="day")
def days_per_trillion(facts: Facts) -> float:
    """Days on the cluster for each trillion tokens."""
    return hardware.days_on(facts.v3.gpu_hours_per_trillion_tokens, facts.v3.gpus)


@figure(unit="day")
def days_pretraining(facts: Facts) -> float:
    """Days of pre-training, if no GPU ever paused."""
    return hardware.days_on(facts.v3.gpu_hours_pretraining, facts.v3.gpus)


@figure(unit="day")
def days_total(facts: Facts) -> float:
    """Days for everything in the report's Table 1, if no GPU ever paused."""
    return hardware.days_on(facts.v3.gpu_hours_total, facts.v3.gpus)


@figure(unit="token/day")
def tokens_per_day(facts: Facts) -> float:
    """Tokens per day from the report's batch and the later paper's time per step."""
    return hardware.tokens_per_day(
        facts.v3.batch_size_pretraining, facts.v3.sequence_length_pretraining, facts.v3.step_time
    )


@figure(unit="FLOP/s")
def flops_per_gpu(facts: Facts) -> float:
    """FLOP/s of each GPU during pre-training."""
    return hardware.flop_per_s_per_gpu(
        facts.v3.tokens_per_day, _run_flop_per_token(facts), facts.v3.gpus
    )


@figure(unit="share")
def mfu_bf16(facts: Facts) -> float:
    """Model FLOPs utilisation against the BF16 peak."""
    return hardware.mfu(flops_per_gpu(facts), _h800(facts, "bf16_flop_per_s"))


@figure(unit="share")
def mfu_bf16_non_causal(facts: Facts) -> float:
    """Model FLOPs utilisation against the BF16 peak when full attention is counted."""
    achieved = hardware.flop_per_s_per_gpu(
        facts.v3.tokens_per_day,
        _run_flop_per_token(facts, causal=False),
        facts.v3.gpus,
    )
    return hardware.mfu(achieved, _h800(facts, "bf16_flop_per_s"))


@figure(unit="share")
def mfu_bf16_with_mtp(facts: Facts) -> float:
    """Utilisation of the BF16 peak when the multi-token prediction module is counted as work."""
    extra = mtp_flops_per_token(
        facts.config("deepseek-v3"), whole(facts.v3.sequence_length_pretraining)
    )
    return mfu_bf16(facts) * (1 + extra / _run_flop_per_token(facts))


@figure(unit="share")
def mfu_fp8(facts: Facts) -> float:
    """Model FLOPs utilisation against the FP8 peak."""
    return hardware.mfu(flops_per_gpu(facts), _h800(facts, "fp8_flop_per_s"))


MIXED = "arithmetic by the format that the report gives each part"


def _by_format(facts: Facts, context: float) -> tuple[float, float]:
    """Training FLOPs of a token in FP8, and in BF16: attention and the output head."""
    config = facts.config("deepseek-v3")
    once, twice = (
        float(flops_per_token(config, n, router=False)) for n in (int(context), 2 * int(context))
    )
    attention = (twice - once) * (int(context) + 1) / int(context)
    bf16 = attention + 6 * float(describe(config)["components"]["head"])
    return once - bf16, bf16


def _seconds(facts: Facts, context: float) -> float:
    """Seconds of a token on one H800 at the peak of each format."""
    fp8, bf16 = _by_format(facts, context)
    return fp8 / _h800(facts, "fp8_flop_per_s") + bf16 / _h800(facts, "bf16_flop_per_s")


@figure(
    unit="share",
    formula="FLOP/s per GPU ÷ the peak for FP8 products with attention and head in BF16",
    untraced=MIXED,
)
def mfu_mixed(facts: Facts) -> float:
    """Utilisation of the peak that the run's own mix of number formats allows."""
    context = facts.v3.sequence_length_pretraining
    peak = sum(_by_format(facts, context)) / _seconds(facts, context)
    return hardware.mfu(float(flops_per_gpu(facts)), float(peak))


@figure(unit="share")
def bubble_share(facts: Facts) -> float:
    """Share of a training step in which GPUs wait for the pipeline."""
    bubble = number(facts.row("training_step", "bubble")["multi_plane_s"])
    return bubble / facts.v3.step_time


@figure(unit="share")
def mfu_if_four_times(facts: Facts) -> float:
    """Utilisation of the BF16 peak at a quarter of the pace that the later paper reports."""
    return mfu_bf16(facts) / 4


@figure(unit="share")
def mfu_if_ten_times(facts: Facts) -> float:
    """Utilisation of the BF16 peak at a tenth of the pace that the later paper reports."""
    return mfu_bf16(facts) / 10


@figure(unit="day")
def downtime_ceiling_days(facts: Facts) -> float:
    """Days of pause that fit between the billed hours and “less than two months”."""
    months = facts.v3.pretraining_months_max
    most = named(hardware.most_days(int(plain(months))), "most days of two months", "day")
    return shaped(most, months) - days_pretraining(facts)


@figure(unit="share")
def downtime_ceiling_share(facts: Facts) -> float:
    """Pause that fits into “less than two months”, relative to the billed hours."""
    return downtime_ceiling_days(facts) / days_pretraining(facts)


@figure(unit="USD")
def downtime_ceiling_usd(facts: Facts) -> float:
    """Rent for the pause that fits into “less than two months”, at the report’s price."""
    hours = downtime_ceiling_days(facts) * hardware.HOURS_PER_DAY * facts.v3.gpus
    return hours * facts.v3.price_per_gpu_hour


@figure(unit="1")
def interruptions_expected(facts: Facts) -> float:
    """Unexpected interruptions of pre-training, at the rate that Meta had per GPU-hour."""
    observed = facts.llama3_405b.gpus * facts.llama3_405b.snapshot_days * hardware.HOURS_PER_DAY
    return hardware.expected_interruptions(
        facts.llama3_405b.unexpected_interruptions, observed, facts.v3.gpu_hours_pretraining
    )


@figure(unit="token")
def context_tokens(facts: Facts) -> float:
    """Tokens of the context extension."""
    first = facts.v3.batch_size_context_phase1 * facts.v3.sequence_length_context_phase1
    second = facts.v3.batch_size_context_phase2 * facts.v3.sequence_length_context_phase2
    return facts.v3.steps_per_context_phase * (first + second)


@figure(unit="GPU-hour/trillion tokens")
def context_gpu_hours_per_trillion(facts: Facts) -> float:
    """GPU-hours per trillion tokens of the context extension."""
    return facts.v3.gpu_hours_context_extension / context_tokens(facts) * hardware.TRILLION


@figure(unit="ratio")
def context_ratio(facts: Facts) -> float:
    """How many times more GPU-hours a token took in the context extension."""
    return context_gpu_hours_per_trillion(facts) / facts.v3.gpu_hours_per_trillion_tokens


@figure(unit="ratio")
def context_flop_ratio(facts: Facts) -> float:
    """How many times more FLOPs a token took in the context extension."""
    config = facts.config("deepseek-v3")
    long = [
        flops_per_token(config, whole(facts.value(key)), router=False)
        for key in ("v3.sequence_length_context_phase1", "v3.sequence_length_context_phase2")
    ]
    return total(long) / len(long) / _run_flop_per_token(facts)


@figure(
    unit="ratio",
    formula="mean time at the longer contexts ÷ at the first, each part at its format’s peak",
    untraced=MIXED,
)
def context_ratio_mixed(facts: Facts) -> float:
    """How many times the time a token takes in the context extension, every part at its peak."""
    stages = ("v3.sequence_length_context_phase1", "v3.sequence_length_context_phase2")
    long = [_seconds(facts, facts.value(stage)) for stage in stages]
    return float(sum(long) / len(long) / _seconds(facts, facts.v3.sequence_length_pretraining))


@figure(unit="hour")
def post_training_hours(facts: Facts) -> float:
    """Hours of the whole cluster for post-training."""
    return facts.v3.gpu_hours_post_training / facts.v3.gpus


@figure(unit="W")
def watts_per_gpu(facts: Facts) -> Estimate:
    """Power at the wall for each H800, with its share of the server and the building."""
    tdp = _h800(facts, "tdp_w")
    ratio = hardware.server_to_chip_power(facts.h100.server_power_max, facts.v3.gpus_per_node, tdp)
    load = facts.epoch.server_load_share
    pue = Estimate(facts.epoch.pue, facts.epoch.pue_hyperscale, facts.china.pue_target_2025)
    return pue.map(lambda p: hardware.watts_at_the_wall(tdp, ratio, load, p))


@figure(unit="W")
def run_power(facts: Facts) -> Estimate:
    """Power that the cluster of the run draws at the wall while it trains."""
    return watts_per_gpu(facts).scaled(facts.v3.gpus)


@figure(unit="kWh")
def run_energy(facts: Facts) -> Estimate:
    """Electricity for all GPU-hours of the report's Table 1."""
    hours = facts.v3.gpu_hours_total
    return watts_per_gpu(facts).map(lambda watts: hardware.energy_kwh(hours, watts))


@figure(unit="USD")
def network_usd(facts: Facts) -> float:
    """Price of the cluster's network by DeepSeek's own cost per endpoint."""
    return facts.v3.gpus * facts.network.cost_per_endpoint


@figure(unit="share")
def nvlink_cut(facts: Facts) -> float:
    """Share of the H100's NVLink bandwidth that the H800 lacks."""
    h100 = number(facts.row("accelerators", "h100-sxm5")["nvlink_gb_per_s"])
    return 1 - _h800(facts, "nvlink_gb_per_s") / h100


@figure(unit="day")
def h800_window(facts: Facts) -> float:
    """Days on which the H800 could be sold to China without a licence."""
    row = facts.row("export_controls", "h800")
    return day(row["sold_until"]) - day(row["sold_from"])


TRACED = "operations counted for DeepSeek's trace of four layers"


def _trace_work(facts: Facts) -> tuple[float, float, float]:
    """Training FLOPs of the traced layers: FP8 products, attention, router."""
    config = facts.config("deepseek-v3")
    parts, layers = describe(config)["components"], config["num_hidden_layers"]
    sparse = layers - config["first_k_dense_replace"]
    used = config["num_experts_per_tok"] / config["n_routed_experts"]
    weights = parts["attention"] / layers
    weights += (parts["shared_experts"] + parts["routed_experts"] * used) / sparse
    router = config["hidden_size"] * config["n_routed_experts"]
    tokens, traced = float(facts.profile.train_tokens), float(facts.profile.train_layers)
    _, bf16 = _by_format(facts, tokens)
    attention = (bf16 - 6 * parts["head"]) / layers
    share = tokens * traced
    return float(6 * weights * share), float(attention * share), float(6 * router * share)


@figure(
    unit="FLOP/s",
    formula="FLOPs of the traced layers and tokens ÷ time of the trace",
    untraced=TRACED,
)
def trace_flop_per_s(facts: Facts) -> float:
    """Rate of model arithmetic in DeepSeek's published trace of a training step."""
    return sum(_trace_work(facts)) / float(facts.profile.train_pair_time)


@figure(unit="share", formula="rate in the trace ÷ BF16 peak", untraced=TRACED)
def trace_mfu(facts: Facts) -> float:
    """Utilisation of the BF16 peak in the trace, which leaves out all that surrounds the layers."""
    return hardware.mfu(trace_flop_per_s(facts), float(_h800(facts, "bf16_flop_per_s")))


@figure(unit="share", formula="FLOP/s per GPU in the run ÷ in the trace", untraced=TRACED)
def trace_share(facts: Facts) -> float:
    """The rate claimed for the run against that of the trace."""
    return float(flops_per_gpu(facts)) / trace_flop_per_s(facts)


@figure(unit="share", formula="FLOPs of FP8 products ÷ their time ÷ FP8 peak", untraced=TRACED)
def trace_fp8_share(facts: Facts) -> float:
    """Share of the FP8 peak that the products in the trace reach."""
    rate = _trace_work(facts)[0] / float(facts.profile.train_fp8_time)
    return rate / float(_h800(facts, "fp8_flop_per_s"))


@figure(unit="share", formula="FLOPs of attention ÷ its time ÷ BF16 peak", untraced=TRACED)
def trace_bf16_share(facts: Facts) -> float:
    """Share of the BF16 peak that attention in the trace reaches."""
    rate = _trace_work(facts)[1] / float(facts.profile.train_attention_time)
    return rate / float(_h800(facts, "bf16_flop_per_s"))


@figure(
    unit="GPU-hour",
    formula="tokens × FLOPs per token ÷ rate in the trace ÷ seconds of an hour",
    untraced=TRACED,
)
def trace_gpu_hours(facts: Facts) -> float:
    """GPU-hours of pre-training at the rate of the trace, with nothing else in the step."""
    work = float(facts.v3.tokens_pretraining) * float(_run_flop_per_token(facts))
    return work / trace_flop_per_s(facts) / 3600


@figure(unit="second")
def pair_seconds(facts: Facts) -> Estimate:
    """Time that the step of the run leaves for a pair such as the traced one."""
    steady = steady_seconds(facts)
    return facts.estimate("dualpipe.overlapped_pairs").map(lambda pairs: steady / pairs)


@figure(unit="second")
def steady_seconds(facts: Facts) -> float:
    """Time in a training step for overlapped forward and backward passes."""
    return number(facts.row("training_step", "steady")["multi_plane_s"])
