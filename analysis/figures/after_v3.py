"""Figures of what came after V3: tokens, FLOPs by our count, and what was never priced."""

from __future__ import annotations

from analysis.architecture import active_parameters, flops_per_token, parameters
from analysis.costs.rental import rental_usd
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.numbers import named, whole

TRAINING = named(6, "FLOPs for a parameter and token", "FLOP")
"""FLOPs for each activated parameter and token: two forward, four backward."""


def counted(facts: Facts, model: str, tokens: str, length: str) -> float:
    """Training compute counted from a configuration, attention included [FLOP].

    ``tokens`` and ``length`` are ids of facts: how many tokens, in sequences of what length. The
    modules for multi-token prediction are left out, since those of V4 are in no public class.
    """
    context = whole(facts.value(length))
    return flops_per_token(facts.config(model), context) * facts.value(tokens)


def v3(facts: Facts) -> float:
    """The FLOPs of V3's pre-training [FLOP]."""
    return counted(facts, "deepseek-v3", "v3.tokens_pretraining", "v3.sequence_length_pretraining")


def v31(facts: Facts) -> float:
    """The FLOPs that V3.1 added to V3, in sequences as long as its phases say [FLOP]."""
    first = counted(
        facts, "deepseek-v3", "v3_1.tokens_context_phase1", "v3_1.sequence_length_context_phase1"
    )
    return first + counted(
        facts, "deepseek-v3", "v3_1.tokens_context_phase2", "v3_1.sequence_length_context_phase2"
    )


def v32(facts: Facts) -> float:
    """The FLOPs that the sparse-attention stage of V3.2-Exp added [FLOP]."""
    return counted(
        facts,
        "deepseek-v3.2",
        "v3_2.tokens_sparse_attention",
        "v3_2.sequence_length_sparse_attention",
    )


def v31_tokens(facts: Facts) -> float:
    """Tokens on which V3.1 continued V3's training [token]."""
    return facts.v3_1.tokens_context_phase1 + facts.v3_1.tokens_context_phase2


def v32_tokens(facts: Facts) -> float:
    """Tokens on which V3.2-Exp continued V3.1's training [token]."""
    return facts.v3_2.tokens_indexer_warmup + facts.v3_2.tokens_sparse_attention


def v4(facts: Facts, model: str) -> Estimate:
    """The FLOPs of pre-training V4 ("pro" or "flash") in sequences of 4K, up to 64K [FLOP].

    How many tokens came in sequences of which length is not published.
    """
    tokens = {"pro": "v4_pro.tokens_pretraining", "flash": "v4_flash.tokens_pretraining"}[model]
    least, most = (counted(facts, f"deepseek-v4-{model}", tokens, f"L-014{x}") for x in "cd")
    return Estimate(least, least, most)


def hours_at_v3_rate(facts: Facts, flop: float) -> float:
    """GPU-hours that this compute takes at V3's own FLOPs per H800-hour [GPU-hour]."""
    return flop / (v3(facts) / facts.v3.gpu_hours_pretraining)


@figure(unit="FLOP")
def flop_v3(facts: Facts) -> float:
    """Pre-training compute of DeepSeek-V3, counted from its configuration."""
    return v3(facts)


@figure(unit="token")
def further_tokens(facts: Facts) -> float:
    """Tokens on which V3's weights were trained further, up to V3.2-Exp."""
    return v31_tokens(facts) + v32_tokens(facts)


@figure(unit="share")
def further_share(facts: Facts) -> float:
    """The further tokens against V3's own."""
    return (v31_tokens(facts) + v32_tokens(facts)) / facts.v3.tokens_pretraining


@figure(
    unit="FLOP",
)
def flop_v31(facts: Facts) -> float:
    """Compute that V3.1 added to V3, if its sequences were as long as the phases say."""
    return v31(facts)


@figure(unit="FLOP")
def flop_v31_rule(facts: Facts) -> float:
    """Compute that V3.1 added to V3 by the rule of thumb, which leaves attention out."""
    return TRAINING * facts.v3.parameters_active * v31_tokens(facts)


@figure(unit="FLOP")
def flop_v32(facts: Facts) -> float:
    """Compute that the sparse-attention stage of V3.2-Exp added."""
    return v32(facts)


@figure(unit="share")
def v31_share(facts: Facts) -> float:
    """Compute that V3.1 added, against V3's pre-training."""
    return v31(facts) / v3(facts)


@figure(unit="share")
def v32_share(facts: Facts) -> float:
    """Compute that the sparse-attention stage of V3.2-Exp added, against V3's pre-training."""
    return v32(facts) / v3(facts)


@figure(unit="FLOP")
def flop_v31_epoch(facts: Facts) -> float:
    """Compute that V3.1 added to V3 by Epoch's estimates, for comparison."""
    return facts.v3_1.training_flop_epoch - facts.v3.training_flop_epoch


@figure(unit="GPU-hour")
def v32_rl_hours(facts: Facts) -> float:
    """Reinforcement learning of V3.2, at least, if its share is taken of V3's pre-training."""
    return facts.v3_2.post_training_to_pretraining_cost * facts.v3.gpu_hours_pretraining


@figure(unit="ratio")
def v32_rl_times(facts: Facts) -> float:
    """Reinforcement learning of V3.2 against the post-training line of V3, at least."""
    return (
        facts.v3_2.post_training_to_pretraining_cost
        * facts.v3.gpu_hours_pretraining
        / facts.v3.gpu_hours_post_training
    )


@figure(unit="USD")
def v32_rl_rental(facts: Facts) -> float:
    """Reinforcement learning of V3.2 at the assumed price of a GPU-hour, at least."""
    return rental_usd(
        facts.v3_2.post_training_to_pretraining_cost * facts.v3.gpu_hours_pretraining,
        facts.v3_2.price_per_gpu_hour,
    )


@figure(unit="FLOP")
def flop_v4_pro(facts: Facts) -> Estimate:
    """Pre-training compute of DeepSeek-V4-Pro, counted from its configuration."""
    return v4(facts, "pro")


@figure(unit="FLOP")
def flop_v4_flash(facts: Facts) -> Estimate:
    """Pre-training compute of DeepSeek-V4-Flash, counted from its configuration."""
    return v4(facts, "flash")


@figure(
    unit="ratio",
)
def v4_longest(facts: Facts) -> float:
    """How much more a token of V4-Pro takes in the longest sequences than in the first."""
    config = facts.config("deepseek-v4-pro")
    short, long = (flops_per_token(config, whole(facts.value(f"L-014{x}"))) for x in "ce")
    return long / short


@figure(unit="FLOP")
def flop_v41_flash(facts: Facts) -> float:
    """Pre-training compute of DeepSeek-V4.1-Flash by the rule of thumb, from third-party notes.

    The notes give two counts of activated parameters. Training computes all layers, hence the
    larger; that is our inference.
    """
    return TRAINING * facts.v4_1_flash.active_decode * facts.v4_1_flash.tokens_pretraining


@figure(unit="ratio")
def v4_pro_times_v3(facts: Facts) -> Estimate:
    """Pre-training compute of V4-Pro against V3."""
    return v4(facts, "pro").scaled(1 / v3(facts))


@figure(unit="ratio")
def v4_flash_times_v3(facts: Facts) -> Estimate:
    """Pre-training compute of V4-Flash against V3."""
    return v4(facts, "flash").scaled(1 / v3(facts))


@figure(unit="ratio")
def v4_pro_rule(facts: Facts) -> float:
    """Pre-training compute of V4-Pro against V3 by the rule of thumb, without attention."""
    ours = facts.v4_pro.parameters_active * facts.v4_pro.tokens_pretraining
    return ours / (facts.v3.parameters_active * facts.v3.tokens_pretraining)


@figure(unit="USD")
def v4_pro_rental(facts: Facts) -> Estimate:
    """What V4-Pro's pre-training would cost if trained as V3 was, at V3’s assumed price."""
    return _rental(facts, "pro")


@figure(unit="USD")
def v4_flash_rental(facts: Facts) -> Estimate:
    """What V4-Flash's pre-training would cost if trained as V3 was, at V3’s assumed price."""
    return _rental(facts, "flash")


def _rental(facts: Facts, model: str) -> Estimate:
    price = facts.v3.price_per_gpu_hour
    return v4(facts, model).map(lambda flop: rental_usd(hours_at_v3_rate(facts, flop), price))


@figure(unit="parameter")
def v4_pro_parameters(facts: Facts) -> float:
    """Parameters of V4-Pro, counted from its configuration."""
    return parameters(facts.config("deepseek-v4-pro"))


@figure(unit="parameter")
def v4_pro_active(facts: Facts) -> float:
    """Parameters that one token uses in V4-Pro, counted from its configuration."""
    return active_parameters(facts.config("deepseek-v4-pro"), embedding=False)
