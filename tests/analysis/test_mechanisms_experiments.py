"""The experiments, the ablation tables and the figures of the mechanism chapters."""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import ablations as ablation_charts
from analysis.charts import code as code_charts
from analysis.charts import latent_attention as latent_attention_charts
from analysis.charts import mixture_of_experts as mixture_of_experts_charts
from analysis.charts import multi_token_prediction as multi_token_prediction_charts
from analysis.mechanisms import TINY, DeepSeekV3, MTPModule, decode, speculate
from analysis.mechanisms.ablations import compared, with_errors
from analysis.mechanisms.experiments import (
    balance,
    drawn_affinity,
    expected_nodes,
    implied_overhead,
    nodes_reached,
    speed_up,
    successor_weights,
    tokens_per_step,
)
from analysis.mechanisms.experts import choose
from press import figures
from press.estimate import Estimate
from press.facts import Facts

FACTS = Facts()
ARMS = {
    "mtp": ("no MTP", "MTP"),
    "balancing": ("auxiliary loss", "bias only"),
    "latent": ("MHA", "MLA"),
    "heads": ("MQA", "GQA", "MHA"),
}
UNITS = {"K": 1e3, "B": 1e9, "T": 1e12}


def value(key: str) -> float:
    return figures.value(key, FACTS)


# Published tables


@pytest.mark.parametrize("ablation", ARMS)
def test_every_cell_stands_in_its_printed_row(ablation: str) -> None:
    """The values of one measure, read from the quoted row from left to right."""
    rows = FACTS.rows("ablations", ablation=ablation)
    by_quote: dict[str, list[float]] = {}
    for row in rows:
        by_quote.setdefault(row["quote"], []).append(row["value"])
    for quote, values in by_quote.items():
        printed = re.findall(r"(?<![\w-])(\d+(?:\.\d+)?)([KBT]?)(?![\w-])", quote)[-len(values) :]
        assert values == [float(n) * UNITS.get(unit, 1) for n, unit in printed], quote
    arms, scales = {row["arm"] for row in rows}, {row["scale"] for row in rows}
    assert arms == set(ARMS[ablation])
    measures = {row["measure"] for row in rows}
    assert len(rows) == len(measures) * len(arms) * len(scales)


def test_ablation_rows_per_table() -> None:
    """V3 Tables 4 and 5: 13 rows of 4; V2 Table 8: 5 of 3; Table 9: 7 of 4."""
    counts = {name: len(FACTS.rows("ablations", ablation=name)) for name in ARMS}
    assert counts == {"mtp": 52, "balancing": 52, "latent": 28, "heads": 15}


def test_losses_are_counted() -> None:
    """FINDINGS section 2, item 11: neither method is uniformly better."""
    assert value("multi_token_prediction.mmlu_large") == pytest.approx(66.6 - 67.5)
    assert value("mixture_of_experts.mmlu_large") == pytest.approx(67.2 - 68.3)
    assert value("mixture_of_experts.mbpp_small") == pytest.approx(35.8 - 36.6)
    assert value("multi_token_prediction.naturalquestions_small") == pytest.approx(22.3 - 22.7)
    for name in ("multi_token_prediction", "mixture_of_experts"):
        counts = [value(f"{name}.scores{end}") for end in ("", "_better", "_worse")]
        assert counts == [20, 17, 2]
    assert (value("latent_attention.scores"), value("latent_attention.scores_better")) == (8, 7)


def test_sampling_errors_of_the_ablations() -> None:
    """By hand: 18 and 8 scores have one; HumanEval's gain of 9.2 on 164 problems is z = 1.67."""
    sizes = FACTS.rows("benchmark_sizes")
    rows = with_errors(compared(FACTS.rows("ablations", ablation="mtp"), *ARMS["mtp"]), sizes)
    assert sum("z" in row for row in rows) == 18
    code = next(r for r in rows if r["scale"] == "large" and "HumanEval" in str(r["measure"]))
    assert float(code["z"]) == pytest.approx(1.67, abs=0.005)
    assert sum(abs(float(row.get("z", 0))) > 1.96 for row in rows) == 6
    assert value("mixture_of_experts.scores_beyond") == 5
    assert value("mixture_of_experts.gains_beyond") == 4
    assert value("latent_attention.scores_beyond") == 4
    chart = ablation_charts.ablation_chart(rows, before="a", after="b", source="s", finding="f")
    assert "within chance" in str(chart.to_dict())
    shown = ablation_charts.error_table(rows, "no MTP", "MTP").set_index(["Model", "Benchmark"])
    assert shown.loc[("large", "HumanEval (Pass@1)"), "95 % interval"] == "−1.6 to +20.0"


def test_cut_of_the_cache_by_its_parts() -> None:
    """By hand: 1 − 576 ÷ 2,048 a layer; 2 × 128 × 1,088 ÷ (2 × 576) FLOP a byte of cache."""
    assert value("latent_attention.cut_per_layer") == pytest.approx(0.71875)
    assert value("latent_attention.flop_per_cached_byte") == pytest.approx(241.8, abs=0.05)
    assert value("latent_attention.balance_throttled") == pytest.approx(865e12 / 3.36e12)
    assert value("latent_attention.balance_peak") == pytest.approx(989e12 / 3.36e12)


def test_fewer_bits_per_byte_count_as_a_gain() -> None:
    rows = compared(FACTS.rows("ablations", ablation="balancing"), *ARMS["balancing"])
    pile = next(r for r in rows if r["measure"] == "Pile-test (BPB)" and r["scale"] == "large")
    assert (pile["before"], pile["after"], pile["gain"]) == (0.656, 0.652, 0.004)


def test_latent_attention_against_the_reports() -> None:
    assert value("latent_attention.gqa_groups") == FACTS.value("V2-016") == 2.25
    assert round(value("latent_attention.share_small"), 2) == FACTS.value("V2-022a")
    assert round(value("latent_attention.share_large"), 2) == FACTS.value("V2-022b")
    assert value("latent_attention.kv_bytes_v3") == value("latent_attention.row") * 61 * 2 == 70_272
    assert value("latent_attention.bytes_mha") == 2 * 128 * 128 * 61 * 2


def test_drafting_is_counted_in_bytes_and_is_no_free_lunch() -> None:
    """The published pair leaves 2.8 to 5.6 % for a draft; by bytes it takes 6.8 or 10.3 %."""
    step = figures.evaluate("multi_token_prediction.tokens_per_step", FACTS)
    assert (step.low, step.high) == (1.85, 1.9)
    needed = figures.evaluate("multi_token_prediction.implied_overhead", FACTS)
    assert needed.high is not None
    alone, deployed = (
        value(f"multi_token_prediction.draft_bytes_{where}") for where in ("alone", "deployed")
    )
    assert (alone, deployed) == pytest.approx((0.068, 0.103), abs=5e-4)
    assert needed.high < alone < deployed
    free = [value(f"multi_token_prediction.speed_up_{x}") for x in ("alone", "deployed_free")]
    assert free == pytest.approx([1.76, 1.70], abs=5e-3)
    assert max(free) < FACTS.value("V3-038")


def test_scores_of_mtp_are_read_with_their_errors() -> None:
    """MMLU -0.9 and HumanEval +9.2 are within chance; six of eighteen stand out, all gains."""
    counts = ("scores_with_error", "gains_beyond", "gains_beyond_small", "losses_beyond")
    assert [value(f"multi_token_prediction.{name}") for name in counts] == [18, 6, 5, 0]
    errors = [
        value(f"multi_token_prediction.{name}_errors")
        for name in ("humaneval", "mmlu_large", "mmlu_small")
    ]
    assert errors == pytest.approx([1.67, -1.60, 5.54], abs=0.005)


def test_experts_in_all() -> None:
    assert value("architecture.routed_experts_total") == 58 * 256
    assert value("mixture_of_experts.experts_total") == 58 * 257
    assert value("mixture_of_experts.experts_run") == 58 * 9


def test_simulated_figures_are_not_called_documented() -> None:
    for key in ("mixture_of_experts.nodes_limited", "mixture_of_experts.traffic_cut"):
        assert figures.evaluate(key, FACTS).standing == "inferred"


# Properties


@pytest.mark.parametrize(("experts", "nodes", "top"), [(8, 4, 3), (6, 2, 2), (6, 3, 1)])
def test_expected_nodes_by_counting_every_choice(experts: int, nodes: int, top: int) -> None:
    choices = np.array(list(combinations(range(experts), top)))
    counted = nodes_reached(choices, experts=experts, nodes=nodes).mean()
    assert expected_nodes(experts=experts, nodes=nodes, top=top) == pytest.approx(counted)


@given(st.integers(0, 1000), st.integers(1, 8))
def test_nodes_reached_never_exceed_the_limit(seed: int, kept: int) -> None:
    scores = drawn_affinity(16, 64, skew=0.5, seed=seed)
    chosen = choose(scores, np.zeros(64), groups=8, kept=kept, top=8)
    nodes = nodes_reached(chosen, experts=64, nodes=8)
    assert nodes.max() <= kept
    assert nodes.min() >= 1


def test_bias_update_balances_and_its_absence_does_not() -> None:
    scores = drawn_affinity(512, 64, skew=0.5, seed=1)
    routing = {"groups": 8, "kept": 4, "top": 8}
    still = balance(scores, steps=50, speed=0, **routing)
    moving = balance(scores, steps=400, speed=0.001, **routing)
    assert {r["busiest"] for r in still} == {still[0]["busiest"]}
    assert moving[0]["busiest"] > 3
    assert moving[-1]["busiest"] < 1.2
    assert moving[-1]["idlest"] > 0.8
    assert 0.8 < moving[-1]["affinity"] < 1
    steps = [r["step"] for r in moving]
    assert steps == list(range(401))


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 4))
def test_speed_up_and_overhead_are_inverse(p: float, overhead: float, depth: int) -> None:
    gained = speed_up(p, overhead, depth)
    assert implied_overhead(p, gained, depth) == pytest.approx(overhead, abs=1e-12)
    assert 1 <= tokens_per_step(p, depth) <= depth + 1
    assert gained <= tokens_per_step(p, depth)


@pytest.mark.parametrize("noise", [0.0, 1.0, 2.0])
def test_drafts_of_a_noisy_module_change_the_passes_and_not_the_text(noise: float) -> None:
    config = TINY | {"vocab_size": 128, "hidden_size": 48}
    weights = successor_weights(config, noise=noise, seed=3)
    model = DeepSeekV3(config, weights)
    drafted = speculate(model, MTPModule(model, weights), [5], 61)
    plain = decode(model, [5], 61)
    assert drafted.tokens[:61] == plain.tokens
    assert drafted.passes == 30 if noise == 0 else 30 < drafted.passes < 60


# Charts: the title says what the data say


def test_chart_titles_carry_the_numbers() -> None:
    scores = drawn_affinity(256, 64, skew=0.5, seed=1)
    routing = {"groups": 8, "kept": 4, "top": 8}
    runs = {s: balance(scores, steps=300, speed=s, **routing) for s in (0.0, 0.01)}
    load = mixture_of_experts_charts.load_chart(runs, shown=0.01)
    assert f"from {runs[0.01][0]['busiest']:.1f} to" in title(load)
    cut = latent_attention_charts.precision_chart({"a": 100.0, "m": 20.0, "b": 10.0, "c": 5.0})
    assert "80.0" in title(cut)
    assert "95.0" in title(cut)
    fit = multi_token_prediction_charts.speed_up_chart(
        [(16, Estimate(1.5)), (88, Estimate(1.2, 1.1, 1.3))],
        load=88,
        published=1.8,
        others=[("Somebody", 1, 1.8)],
    )
    assert "about 1.2 × at Day 6’s load, not 1.8 ×" in title(fit)


def test_ablation_chart_and_table_show_losses() -> None:
    rows = FACTS.rows("ablations", ablation="mtp")
    chart = ablation_charts.ablation_chart(
        compared(rows, *ARMS["mtp"]), before="no MTP", after="MTP", source="s", finding="f"
    )
    assert "MMLU −0.9 (large)" in chart.to_dict()["description"]
    frame = ablation_charts.ablation_table(rows, ARMS["mtp"])
    assert frame.shape == (13, 5)
    mmlu = frame.set_index("Measure").loc["MMLU"]
    assert mmlu["MTP, large"] == 66.6


def test_source_code_is_shown_as_code() -> None:
    shown = code_charts.source_code(choose)._repr_markdown_()
    assert shown.startswith("```python\ndef choose(")
    assert shown.endswith("\n```")


def title(chart: Any) -> str:
    return str(chart.to_dict()["usermeta"]["title"])
