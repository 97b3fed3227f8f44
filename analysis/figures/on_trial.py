"""On trial: what our own small training runs show of claims 3 to 5."""

from __future__ import annotations

import math
from collections.abc import Callable

from analysis import trials
from analysis.figures.architecture import total_parameters
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure

INTERVAL = "mean of the paired differences over seeds; range: 95 % interval (Student's t)"
STATISTICS = "statistics over the curves of recorded training runs"
EXPERIMENTS = ("moe", "mtp", "mla")


def _register(
    name: str, unit: str, title: str, value: Callable[[Facts], Estimate], formula: str = INTERVAL
) -> None:
    """Publish a comparison as a figure, its title as the function's own words."""

    def found(facts: Facts) -> Estimate:
        return value(facts)

    found.__doc__ = title
    figure(name=name, unit=unit, formula=formula, untraced=STATISTICS, kind="interval")(found)


def _in(unit: str, found: Estimate) -> Estimate:
    """A difference of shares in points of a hundred; others as they are."""
    return found.map(lambda share: share * 100) if unit == POINT else found


def _equal(name: str, experiment: str, one: str, other: str, unit: str, title: str) -> None:
    """The three comparisons of two arms: equal tokens, compute and CPU seconds."""
    for axis in trials.AXES:
        words = "CPU seconds" if axis == "seconds" else axis

        def value(facts: Facts, axis: str = axis) -> Estimate:
            return _in(unit, trials.equal(facts, experiment, one, other, axis).estimate)

        _register(f"{name}_{axis}", unit, f"{title}, at equal {words}, in our runs.", value)


def _measured(
    name: str, experiment: str, one: str, other: str, measure: str, unit: str, title: str
) -> None:
    """The difference of two arms in a measure at the ends of their runs."""
    _register(
        name,
        unit,
        f"{title}, in our runs.",
        lambda facts: _in(unit, trials.measured(facts, experiment, one, other, measure).estimate),
    )


NAT, POINT = "nat/token", "point"
_equal("experts", "moe", "fine", "dense", NAT, "Loss with experts less loss without")
_equal("joint", "mtp", "joint", "none", NAT, "Loss with the MTP module less loss without")
_equal("latent", "mla", "mla-16", "mha-32", POINT, "Recall of latent less recall of full attention")
_measured("probe", "mtp", "joint", "detached", "probe", NAT,
          "Loss of the token after next read from the output, joint less detached")  # fmt: skip
for _kind in ("code", "prose"):
    _measured(f"accept_gain_{_kind}", "mtp", "joint", "detached", f"accept_{_kind}", POINT,
              f"Acceptance of first choices on {_kind}, joint less detached training")  # fmt: skip
    _measured(f"sampled_gain_{_kind}", "mtp", "joint", "detached", f"overlap_{_kind}", POINT,
              f"Acceptance under sampling on {_kind}, joint less detached training")  # fmt: skip
_measured("coarse", "moe", "coarse", "fine", "loss", NAT,
          "Loss with few large experts less loss with many small ones")  # fmt: skip
_measured("whole", "moe", "fine", "dense-total", "loss", NAT,
          "Loss with experts less loss of a dense model of their whole width")  # fmt: skip
_measured("part_alone", "mla", "mha-32-part", "mha-32", "recall", POINT,
          "Recall with half of each head rotated less recall with all of it")  # fmt: skip
for _one, _other, _name in (
    ("mla-16", "gqa-16", "latent_gqa"),
    ("mla-8", "mqa-8", "latent_mqa"),
    ("mla-8", "mha-48-part", "latent_parts"),
    ("mla-8", "mha-32", "latent_small"),
):
    _measured(_name, "mla", _one, _other, "recall", POINT,
              f"Recall of {_one} less recall of {_other}")  # fmt: skip


def _mean(name: str, experiment: str, arm: str, measure: str, unit: str, title: str) -> None:
    _register(
        name,
        unit,
        f"{title}, mean over seeds, in our runs.",
        lambda facts: trials.mean(facts, experiment, arm, measure),
        "mean over seeds; range: 95 % interval (Student's t)",
    )


for _arm in ("joint", "detached", "parallel"):
    for _kind in ("code", "prose"):
        _mean(f"accept_{_arm}_{_kind}", "mtp", _arm, f"accept_{_kind}", "share",
              f"Drafts accepted on {_kind}, {_arm} training")  # fmt: skip
        if _arm != "parallel":
            _mean(f"sampled_{_arm}_{_kind}", "mtp", _arm, f"overlap_{_kind}", "share",
                  f"Drafts accepted under sampling on {_kind}, {_arm} training")  # fmt: skip
for _arm in ("mha-32", "mla-16", "mla-8", "gqa-16", "mqa-8", "mha-32-part", "mha-48-part"):
    _mean(f"recall_{_arm.replace('-', '_')}", "mla", _arm, "recall", "share", f"Recall of {_arm}")
_mean("loss_dense", "moe", "dense", "loss", NAT, "Loss of the dense model")
_mean("busiest", "moe", "fine", "busiest", "ratio", "Load of the busiest expert, times the mean")
_mean("idlest", "moe", "fine", "idlest", "ratio", "Load of the idlest expert, times the mean")


@figure(
    unit="ratio",
    formula="exp(mean of ln(tokens to the dense model's final loss ÷ its tokens))",
    untraced=STATISTICS,
)
def share_tokens(facts: Facts) -> Estimate:
    """Tokens that the mixture needs for the dense model's final loss, as a share, in our runs."""
    return trials.share_to_reach(facts, "moe", "fine", "dense", "tokens").estimate.map(math.exp)


@figure(
    unit="ratio",
    formula="exp(mean of ln(seconds to the dense model's final loss ÷ the dense model's seconds))",
    untraced=STATISTICS,
)
def share_seconds(facts: Facts) -> Estimate:
    """CPU seconds that the mixture needs for the dense model's loss, as a share, in our runs."""
    return trials.share_to_reach(facts, "moe", "fine", "dense", "seconds").estimate.map(math.exp)


@figure(
    unit="nat/token",
    formula="largest difference of a seed, either way, between joint and parallel",
    untraced=STATISTICS,
)
def parallel_loss(facts: Facts) -> float:
    """Largest difference in the next token's loss between joint and parallel training."""
    found = trials.measured(facts, "mtp", "joint", "parallel", "loss")
    return max(abs(difference) for difference in found.differences)


@figure(unit="1", formula="rows of the three results tables", untraced=STATISTICS)
def recorded(facts: Facts) -> float:
    """Training runs recorded for claims 3 to 5."""
    return float(sum(len(trials.runs(facts, name)) for name in EXPERIMENTS))


@figure(
    unit="hour",
    formula="CPU seconds of the training steps of all runs, in hours",
    untraced=STATISTICS,
)
def cpu_hours(facts: Facts) -> float:
    """Processor time of all training runs for claims 3 to 5."""
    every = [run for name in EXPERIMENTS for run in trials.runs(facts, name)]
    return sum(float(run.row["cpu_s"]) for run in every) / 3600


@figure(unit="token", formula="tokens of one run of the dense arm", untraced=STATISTICS)
def run_tokens(facts: Facts) -> float:
    """Tokens that the dense model of the experiment on experts is trained on."""
    return float(trials.of_arm(trials.runs(facts, "moe"), "dense")[1].row["tokens"])


@figure(unit="parameter", formula="parameters of the dense arm", untraced=STATISTICS)
def run_parameters(facts: Facts) -> float:
    """Parameters of the dense model of the experiment on experts."""
    return float(trials.of_arm(trials.runs(facts, "moe"), "dense")[1].row["parameters"])


@figure(unit="ratio", formula="parameters of V3 ÷ parameters of the dense arm", untraced=STATISTICS)
def smaller(facts: Facts) -> float:
    """How many times smaller than DeepSeek-V3 the dense model of our runs is."""
    return total_parameters(facts) / run_parameters(facts)


@figure(
    unit="ratio",
    formula="tokens of V3's training ÷ tokens of one run of the dense arm",
    untraced=STATISTICS,
)
def shorter(facts: Facts) -> float:
    """How many times fewer tokens than DeepSeek-V3 the dense model of our runs has seen."""
    return facts.v3.tokens_pretraining / run_tokens(facts)


@figure(
    unit="ratio",
    formula="training FLOPs a token of the joint arm ÷ of the arm without module",
    untraced=STATISTICS,
)
def module_compute(facts: Facts) -> float:
    """Training arithmetic with the MTP module against that without, in our small model."""
    found = trials.runs(facts, "mtp")
    one, other = (trials.of_arm(found, arm)[1] for arm in ("joint", "none"))
    return float(one.row["training_flop_per_token"] / other.row["training_flop_per_token"])


@figure(
    unit="ratio",
    formula="parameters of the arm with experts ÷ of the dense arm",
    untraced=STATISTICS,
)
def stored(facts: Facts) -> float:
    """Parameters of the mixture in our runs against those of the dense model."""
    return float(
        trials.of_arm(trials.runs(facts, "moe"), "fine")[1].row["parameters"]
        / run_parameters(facts)
    )


@figure(unit="token", formula="tokens of its run", untraced=STATISTICS)
def mini_tokens(facts: Facts) -> float:
    """Tokens that the trained miniature has seen."""
    return float(facts.row("experiment_mini", "mini-1")["tokens"])


@figure(unit="ratio", formula="parameters of V3 ÷ parameters of the trained miniature",
        untraced=STATISTICS)  # fmt: skip
def mini_smaller(facts: Facts) -> float:
    """How many times smaller than DeepSeek-V3 the trained miniature is, module included."""
    return total_parameters(facts) / float(facts.row("experiment_mini", "mini-1")["parameters"])


@figure(unit="share", formula="drafts that are the model's first choice ÷ drafts, held-out code",
        untraced=STATISTICS)  # fmt: skip
def mini_accept_code(facts: Facts) -> float:
    """Drafts of the trained miniature accepted on held-out code."""
    return float(facts.row("experiment_mini", "mini-1")["accept_code"])


@figure(unit="share", formula="drafts that are the model's first choice ÷ drafts, held-out prose",
        untraced=STATISTICS)  # fmt: skip
def mini_accept_prose(facts: Facts) -> float:
    """Drafts of the trained miniature accepted on held-out prose."""
    return float(facts.row("experiment_mini", "mini-1")["accept_prose"])
