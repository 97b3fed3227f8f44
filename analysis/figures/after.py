"""Figures of what came after V3: tokens, FLOPs by our count, and what was never priced."""

from __future__ import annotations

from analysis.costs.rental import rental_usd
from analysis.estimate import Estimate
from analysis.facts import Facts
from analysis.figures import figure

CHAPTER = "after-v3"
TRAINING = 6
"""FLOPs for each activated parameter and token: two forward, four backward."""


def training_flop(active: Estimate, tokens: float) -> Estimate:
    """Training compute by the rule of thumb 6 N D, without attention [FLOP]."""
    return active.scaled(TRAINING * tokens)


def v3(facts: Facts) -> float:
    """The FLOPs of V3's pre-training by the same rule [FLOP]."""
    return training_flop(facts.estimate("V3-020"), facts.value("V3-015")).value


def v31_tokens(facts: Facts) -> float:
    """Tokens on which V3.1 continued V3's training [token]."""
    return facts.value("L-001a") + facts.value("L-001b")


def v32_tokens(facts: Facts) -> float:
    """Tokens on which V3.2-Exp continued V3.1's training [token]."""
    return facts.value("L-004") + facts.value("L-005")


def v4(facts: Facts, model: str) -> float:
    """The FLOPs of pre-training V4-Pro or V4-Flash [FLOP]."""
    active, tokens = {"pro": ("L-010b", "L-014b"), "flash": ("L-010d", "L-014a")}[model]
    return training_flop(facts.estimate(active), facts.value(tokens)).value


def hours_at_v3_rate(facts: Facts, flop: float) -> float:
    """GPU-hours that this compute takes at V3's own FLOPs per H800-hour [GPU-hour]."""
    return flop / (v3(facts) / facts.value("V3-001"))


@figure(
    "after.flop_v3",
    unit="FLOP",
    chapter=CHAPTER,
    formula="6 × activated parameters × tokens",
)
def flop_v3(facts: Facts) -> float:
    """Pre-training compute of DeepSeek-V3 by the rule of thumb."""
    return v3(facts)


@figure(
    "after.further_tokens",
    unit="token",
    chapter=CHAPTER,
    formula="tokens of V3.1 + tokens of V3.2-Exp",
)
def further_tokens(facts: Facts) -> float:
    """Tokens on which V3's weights were trained further, up to V3.2-Exp."""
    return v31_tokens(facts) + v32_tokens(facts)


@figure(
    "after.further_share",
    unit="share",
    chapter=CHAPTER,
    formula="further tokens ÷ tokens of V3",
)
def further_share(facts: Facts) -> float:
    """The further tokens against V3's own."""
    return (v31_tokens(facts) + v32_tokens(facts)) / facts.value("V3-015")


@figure(
    "after.flop_v31",
    unit="FLOP",
    chapter=CHAPTER,
    formula="6 × activated parameters of V3 × further tokens",
)
def flop_v31(facts: Facts) -> float:
    """Compute that V3.1 added to V3."""
    return training_flop(facts.estimate("V3-020"), v31_tokens(facts)).value


@figure(
    "after.flop_v32",
    unit="FLOP",
    chapter=CHAPTER,
    formula="6 × activated parameters of V3 × further tokens",
)
def flop_v32(facts: Facts) -> float:
    """Compute that the continued training of V3.2-Exp added, without reinforcement learning."""
    return training_flop(facts.estimate("V3-020"), v32_tokens(facts)).value


@figure(
    "after.v31_share",
    unit="share",
    chapter=CHAPTER,
    formula="further tokens of V3.1 ÷ tokens of V3",
)
def v31_share(facts: Facts) -> float:
    """Compute that V3.1 added, against V3's pre-training."""
    return training_flop(facts.estimate("V3-020"), v31_tokens(facts)).value / v3(facts)


@figure(
    "after.v32_share",
    unit="share",
    chapter=CHAPTER,
    formula="further tokens of V3.2-Exp ÷ tokens of V3",
)
def v32_share(facts: Facts) -> float:
    """Compute that the continued training of V3.2-Exp added, against V3's pre-training."""
    return training_flop(facts.estimate("V3-020"), v32_tokens(facts)).value / v3(facts)


@figure(
    "after.flop_v31_epoch",
    unit="FLOP",
    chapter=CHAPTER,
    formula="Epoch’s compute of V3.1 − Epoch’s compute of V3",
)
def flop_v31_epoch(facts: Facts) -> float:
    """Compute that V3.1 added to V3 by Epoch's estimates, for comparison."""
    return facts.value("C069") - facts.value("C049")


@figure(
    "after.v32_rl_hours",
    unit="GPU-hour",
    chapter=CHAPTER,
    formula="0.1 × pre-training GPU-hours of V3",
)
def v32_rl_hours(facts: Facts) -> float:
    """Reinforcement learning of V3.2, at least, if its share is taken of V3's pre-training."""
    return facts.value("L-008") * facts.value("V3-001")


@figure(
    "after.v32_rl_times",
    unit="ratio",
    chapter=CHAPTER,
    formula="reinforcement learning of V3.2 ÷ post-training of V3",
)
def v32_rl_times(facts: Facts) -> float:
    """Reinforcement learning of V3.2 against the post-training line of V3, at least."""
    return facts.value("L-008") * facts.value("V3-001") / facts.value("V3-003")


@figure(
    "after.v32_rl_rental",
    unit="USD",
    chapter=CHAPTER,
    formula="0.1 × pre-training GPU-hours of V3 × $2",
)
def v32_rl_rental(facts: Facts) -> float:
    """Reinforcement learning of V3.2 at $2 a GPU-hour, at least."""
    return rental_usd(facts.value("L-008") * facts.value("V3-001"), facts.value("L-006"))


@figure(
    "after.flop_v4_pro",
    unit="FLOP",
    chapter=CHAPTER,
    formula="6 × activated parameters × tokens",
)
def flop_v4_pro(facts: Facts) -> float:
    """Pre-training compute of DeepSeek-V4-Pro."""
    return v4(facts, "pro")


@figure(
    "after.flop_v4_flash",
    unit="FLOP",
    chapter=CHAPTER,
    formula="6 × activated parameters × tokens",
)
def flop_v4_flash(facts: Facts) -> float:
    """Pre-training compute of DeepSeek-V4-Flash."""
    return v4(facts, "flash")


@figure(
    "after.flop_v41_flash",
    unit="FLOP",
    chapter=CHAPTER,
    formula="6 × activated parameters (prefill to decode) × tokens",
)
def flop_v41_flash(facts: Facts) -> Estimate:
    """Pre-training compute of DeepSeek-V4.1-Flash, from third-party notes."""
    return training_flop(facts.estimate("L-019b"), facts.value("L-020"))


@figure(
    "after.v4_pro_times_v3",
    unit="ratio",
    chapter=CHAPTER,
    formula="compute of V4-Pro ÷ compute of V3",
)
def v4_pro_times_v3(facts: Facts) -> float:
    """Pre-training compute of V4-Pro against V3."""
    return v4(facts, "pro") / v3(facts)


@figure(
    "after.v4_flash_times_v3",
    unit="ratio",
    chapter=CHAPTER,
    formula="compute of V4-Flash ÷ compute of V3",
)
def v4_flash_times_v3(facts: Facts) -> float:
    """Pre-training compute of V4-Flash against V3."""
    return v4(facts, "flash") / v3(facts)


@figure(
    "after.v4_pro_hours",
    unit="GPU-hour",
    chapter=CHAPTER,
    formula="compute of V4-Pro ÷ V3’s FLOPs per GPU-hour",
)
def v4_pro_hours(facts: Facts) -> float:
    """GPU-hours that V4-Pro would take at V3's rate on H800."""
    return hours_at_v3_rate(facts, v4(facts, "pro"))


@figure(
    "after.v4_pro_rental",
    unit="USD",
    chapter=CHAPTER,
    formula="GPU-hours at V3’s rate × $2",
)
def v4_pro_rental(facts: Facts) -> float:
    """What V4-Pro's pre-training would cost if it had been trained as V3 was, at $2 an hour."""
    return rental_usd(hours_at_v3_rate(facts, v4(facts, "pro")), facts.value("V3-009"))


@figure(
    "after.v4_flash_rental",
    unit="USD",
    chapter=CHAPTER,
    formula="GPU-hours at V3’s rate × $2",
)
def v4_flash_rental(facts: Facts) -> float:
    """What V4-Flash's pre-training would cost if it had been trained as V3 was, at $2 an hour."""
    return rental_usd(hours_at_v3_rate(facts, v4(facts, "flash")), facts.value("V3-009"))


@figure(
    "after.v4_experts",
    unit="parameter",
    chapter=CHAPTER,
    formula="layers × (routed + shared experts) × 3 × width × inner width",
)
def v4_experts(facts: Facts) -> float:
    """Parameters in the experts of V4-Pro, counted from its configuration."""
    experts = facts.value("V4-C2") + facts.value("V4-C4")
    return facts.value("V4-C1") * experts * _expert(facts)


@figure(
    "after.v4_experts_active",
    unit="parameter",
    chapter=CHAPTER,
    formula="layers × (chosen + shared experts) × 3 × width × inner width",
)
def v4_experts_active(facts: Facts) -> float:
    """Expert parameters that one token uses in V4-Pro, counted from its configuration."""
    experts = facts.value("V4-C3") + facts.value("V4-C4")
    return facts.value("V4-C1") * experts * _expert(facts)


@figure(
    "after.v4_experts_share",
    unit="share",
    chapter=CHAPTER,
    formula="parameters in the experts ÷ printed total",
)
def v4_experts_share(facts: Facts) -> float:
    """Share of V4-Pro's printed total that its experts account for."""
    experts = facts.value("V4-C2") + facts.value("V4-C4")
    return facts.value("V4-C1") * experts * _expert(facts) / facts.value("L-010a")


def _expert(facts: Facts) -> float:
    """Parameters of one expert: gate, up and down projection."""
    return 3 * facts.value("V4-C5") * facts.value("V4-C6")
