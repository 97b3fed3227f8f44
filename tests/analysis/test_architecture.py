"""Counts against what was published, against transformers, and against their own properties."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import architecture as arch
from analysis.architecture.blocks import BALANCE_BIAS
from analysis.architecture.counting import layer_flops, mean_reach
from analysis.architecture.records import (
    component_records,
    flops_records,
    published_flops,
    sustained_flops,
    weight_records,
)
from press.facts import Facts

RECORDED = json.loads(
    (Path(__file__).parents[1] / "data" / "architecture_counts.json").read_text(encoding="utf-8")
)
CASES = RECORDED["cases"]
BY_NAME = {case["name"]: case["config"] for case in CASES}
FACTS = Facts()
V3 = FACTS.config("deepseek-v3")


def config(model: str) -> dict[str, Any]:
    return FACTS.config(model)


# Published counts. Totals: third-party recounts and Hugging Face's own counts of the files.


@pytest.mark.parametrize(
    ("model", "total", "active", "cache"),
    [
        ("deepseek-v3", 671_026_419_200, 37_552_282_624, 70_272),
        ("llama-3.1-405b", 405_853_388_800, 405_853_388_800, 516_096),
        ("llama-3.1-8b", 8_030_261_248, 8_030_261_248, 131_072),
        ("mixtral-8x7b", 46_702_792_704, 12_879_925_248, 131_072),
        ("qwen2.5-72b", 72_706_203_648, 72_706_203_648, 327_680),
    ],
)
def test_published_counts(model: str, total: int, active: int, cache: int) -> None:
    fields = config(model)
    assert arch.parameters(fields) == total
    assert arch.active_parameters(fields) == active
    assert arch.kv_cache_bytes_per_token(fields) == cache


@pytest.mark.parametrize(
    ("name", "total"),
    [
        ("gpt-oss-20b", 20_914_757_184),
        ("gpt-oss-120b", 116_829_156_672),
        ("Qwen3-8B", 8_190_735_360),
        ("Qwen3-235B-A22B", 235_093_634_560),
        ("Mistral-7B-v0.1", 7_241_732_096),
        ("OLMoE-1B-7B", 6_919_161_856),
    ],
)
def test_hugging_face_counts(name: str, total: int) -> None:
    assert arch.parameters(BY_NAME[name]) == total


def test_checkpoint_of_v3_to_the_last_number() -> None:
    stored = arch.checkpoint_elements(V3)
    assert sum(stored.values()) == 684_531_386_000 == FACTS.value("HF-V3-total")
    assert stored["fp8_scales"] == 41_555_600 - 59 * 256  # F32 entries less the balance biases


def test_checkpoint_of_v32_to_the_last_number() -> None:
    fp8 = {"quantization_config": {"weight_block_size": [128, 128]}}
    assert sum(arch.checkpoint_elements(BY_NAME["DeepSeek-V3.2"] | fp8).values()) == 685_396_921_376


def test_readme_of_the_weights() -> None:
    def billions(count: float) -> float:
        return round(count / 1e9, 1)

    assert billions(arch.active_parameters(V3, embedding=False)) == 36.6  # V3-109
    made = arch.describe(V3)
    head, projection = made["components"]["head"], made["mtp_components"]["mtp_projection"]
    assert billions(made["mtp_parameters"] - projection) == 11.5  # V3-106
    assert billions(made["mtp_active_parameters"] - projection + head) == 1.5  # V3-110
    assert billions(made["mtp_active_parameters"] - projection + 2 * head) == 2.4  # V3-107
    switches = ("embedding", "head", "router", "norms")
    for choice in product([True, False], repeat=4):
        count = arch.active_parameters(V3, **dict(zip(switches, choice, strict=True)))
        assert billions(count) != 36.7, "V3-105 would have an explanation after all"


# transformers, at full size and small, as recorded.


def test_recorded_cases_cover_every_family() -> None:
    counted = {case["config"]["model_type"] for case in CASES}
    assert counted == set(arch.FAMILIES)
    assert len(CASES) > 100
    assert set(RECORDED["versions"]) == {"torch", "transformers"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_same_count_as_transformers(case: dict[str, Any]) -> None:
    made = arch.describe(case["config"])
    assert made["parameters_in_transformers"] == case["parameters"]
    assert made["router_balance_biases"] == case["balance_biases"]
    assert made["total_parameters"] == case["parameters"] + case["balance_biases"]
    if case["mtp_parameters"] is not None:
        modules = arch.architecture(case["config"]).mtp
        named = [w for module in modules for w in module.weights]
        balance = sum(w.parameters for w in named if w.name == BALANCE_BIAS)
        assert made["mtp_parameters"] - balance == case["mtp_parameters"]


# Published FLOPs.


def test_isca_table_2() -> None:
    rows = FACTS.rows("published_flops", paper_table="isca-2")
    configs = {row["config"]: config(row["config"]) for row in rows}
    found = {row["model"]: row for row in published_flops(rows, configs)}
    for model in ("DeepSeek-V2", "DeepSeek-V3"):
        assert round(found[model]["exact"] / 1e9) == round(found[model]["printed"] / 1e9)
    for model in ("Qwen-72B", "Llama 3.1 405B"):
        assert round(found[model]["products"] / 1e9) == round(found[model]["printed"] / 1e9)
        assert found[model]["exact"] > found[model]["printed"]


def test_isca_table_4() -> None:
    """385 and 432 TFLOP/s, MFU 38.94 % and 43.73 %: only without the router's product."""
    for causal, rate, mfu in ((True, 385, 38.94), (False, 432, 43.73)):
        for router in (True, False):
            flops = arch.flops_per_token(V3, causal=causal, router=router)
            sustained = sustained_flops(flops, 272.80e9, 2048) / 1e12
            assert (round(sustained) == rate) is not router
            assert (abs(100 * sustained / 989 - mfu) < 0.006) is not router


def test_deepseek_moe_tables_3_and_6() -> None:
    rows = [r for r in FACTS.rows("published_flops") if r["paper_table"] != "isca-2"]
    found = published_flops(rows, {"deepseek-67b": config("deepseek-67b")}, causal=False)
    for row, made in zip(rows, found, strict=True):
        printed, shorthand = row["published"] / 1e12, made["with_attention"] * 4096 / 1e12
        if row["key"] in ("moe-145b", "moe-142b"):
            assert printed * 0.975 < shorthand < printed * 0.985, row["key"]
        else:
            assert shorthand == pytest.approx(printed, abs=0.05), row["key"]


def test_deepseek_llm_table_3() -> None:
    """Non-embedding FLOPs per token M of the DeepSeek LLM paper, 4,096 tokens."""
    for layers, hidden, printed in ((32, 4096, 45.1e9), (40, 5120, 85.6e9), (80, 8192, 419e9)):
        made = arch.nominal_flops_per_token(hidden, layers, 0, context=4096)
        assert made == pytest.approx(printed, rel=2e-3)


# Cache.


def test_v2_report_cache() -> None:
    old, new = config("deepseek-67b"), config("deepseek-v2")
    cut = 1 - arch.kv_cache_bytes_per_token(new, 6 / 8) / arch.kv_cache_bytes_per_token(old)
    assert round(cut, 3) == FACTS.value("V2-001") == 0.933
    equal = 1 - arch.kv_cache_bytes_per_token(new) / arch.kv_cache_bytes_per_token(old)
    assert round(equal, 3) == 0.822
    per_group = 2 * 128 * 60 * 2  # keys and values of one group of V2's size, in bytes
    assert arch.kv_cache_bytes_per_token(new) / per_group == 2.25


def test_deepseek_v4_card() -> None:
    """284B with 13B activated and 1.6T with 49B: without the embedding."""
    for name, total, active in (("Flash", 284, 13), ("Pro", 1573, 49)):
        made = arch.describe(BY_NAME[f"DeepSeek-V4-{name}"], 2**20)
        assert round(made["total_parameters"] / 1e9) == total
        other = made["active_parameters_alternatives"]["without_embedding"]
        assert round(other / 1e9) == active
        assert made["mtp_parameters"] is None  # published, but in no public class
    long, short = 2**20, arch.kv_cache_bytes(BY_NAME["DeepSeek-V4-Pro"], 127)
    assert short == 127 * 61 * 512 * 2 + 31 * 30 * (512 + 128) * 2  # 127 // 4 entries of each kind
    cut = arch.kv_cache_bytes(BY_NAME["DeepSeek-V4-Pro"], long)
    assert cut < 0.12 * arch.kv_cache_bytes(BY_NAME["DeepSeek-V3.2"], long)


def test_sliding_windows_forget() -> None:
    fields = BY_NAME["gpt-oss-20b"]
    per_token = arch.kv_cache_bytes_per_token(fields)
    assert arch.kv_cache_bytes(fields, 128) == 128 * per_token
    assert arch.kv_cache_bytes(fields, 1000) == (1000 + 128) * per_token / 2
    gap = arch.flops_per_token(fields, 1000, causal=False)
    assert arch.flops_per_token(fields, 1000) < gap


def test_alternating_windows_are_the_default_of_gpt_oss() -> None:
    fields = dict(BY_NAME["gpt-oss-20b"])
    named = arch.describe(fields)
    del fields["layer_types"]
    assert arch.describe(fields) == named


def test_indexer_attends_to_the_best_only() -> None:
    dense, sparse = BY_NAME["DeepSeek-V3"], BY_NAME["DeepSeek-V3.2"]
    assert arch.kv_cache_bytes_per_token(sparse) == arch.kv_cache_bytes_per_token(dense) + 61 * 256
    long = 131_072
    assert arch.flops_per_token(sparse, long) < arch.flops_per_token(dense, long) / 2


# Properties.

any_case = st.sampled_from([case["config"] for case in CASES if " " in case["name"]])
context = st.integers(1, 5000)


@given(any_case, context)
def test_parts_sum_to_the_whole(fields: dict[str, Any], length: int) -> None:
    made = arch.describe(fields, length)
    assert sum(made["components"].values()) == made["total_parameters"]
    assert sum(made["active_components"].values()) == made["active_parameters"]
    assert sum(made["attention_projections"].values()) == made["components"].get("attention", 0)
    assert sum(made["mtp_components"].values()) == (made["mtp_parameters"] or 0)
    assert sum(r["active"] for r in component_records(fields)) == made["active_parameters"]
    parts = sum(r["flops"] for r in flops_records(fields, length))
    assert parts == pytest.approx(made["training_flops_per_token"])
    assert json.loads(json.dumps(made)) == made


@given(any_case, context)
def test_order_of_counts(fields: dict[str, Any], length: int) -> None:
    made = arch.describe(fields, length)
    other = made["active_parameters_alternatives"]
    assert made["active_parameters"] <= made["total_parameters"]
    assert other["without_embedding_and_head"] <= other["without_embedding"]
    assert other["without_embedding"] <= made["active_parameters"]
    assert made["training_flops_per_token"] <= made["training_flops_per_token_non_causal"]
    assert made["training_flops_per_token"] == 3 * made["forward_flops_per_token"]
    held = made["kv_cache_bytes_at_context"] - 2 * made["constant_state_elements"]
    assert 0 <= held <= length * made["kv_cache_bytes_per_token"]
    more = arch.describe(fields, length + 1)
    chunked = "chunked" in made["kv_cache_elements_per_token"]  # whose reach falls at a new chunk
    assert chunked or more["training_flops_per_token"] >= made["training_flops_per_token"]
    alone = arch.describe(fields, 1)
    assert alone["forward_flops_per_token"] == alone["forward_flops_per_token_non_causal"]


@given(any_case, st.sampled_from([0.5, 0.75, 1, 2, 4]))
def test_cache_scales_with_the_element(fields: dict[str, Any], size: float) -> None:
    assert arch.kv_cache_bytes_per_token(fields, size) == size * arch.kv_cache_bytes_per_token(
        fields, 1
    )


@given(context, st.integers(1, 6000))
def test_mean_reach_in_chunks_is_the_mean(length: int, chunk: int) -> None:
    seen = [position % chunk + 1 for position in range(length)]
    assert mean_reach(length, chunk, True, chunked=True) == pytest.approx(sum(seen) / length)


@given(context, st.none() | st.integers(1, 6000), st.sampled_from([1, 2, 4, 128]))
def test_mean_reach_is_the_mean(length: int, reach: int | None, stride: int) -> None:
    limit = length if reach is None else reach
    seen = [min(position // stride, limit) for position in range(1, length + 1)]
    assert mean_reach(length, reach, True, stride) == pytest.approx(sum(seen) / length)
    assert mean_reach(length, reach, False, stride) == seen[-1]


def test_every_layer_of_v3_uses_nearly_as_much() -> None:
    """Nine experts of 2,048 are as wide as the dense network of 18,432."""
    used = [
        sum(w.active_parameters for w in layer.weights) for layer in arch.architecture(V3).layers
    ]
    assert max(used) - min(used) == 256 * 7168  # the router
    costs = {layer_flops(layer, 4096, True, router=False) for layer in arch.architecture(V3).layers}
    assert len(costs) == 1


def test_weights_of_a_layer_sum_to_it() -> None:
    rows = weight_records(V3, 10)
    assert sum(row["parameters"] for row in rows) == 11_507_286_272


# Bad input.


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        (
            {"model_type": "gpt_5"},
            "model_type",
            "found 'gpt_5'; needed one of cohere2, deepseek_v2",
        ),
        ({"model_type": None}, "model_type", "found None"),
        ({"model_type": ["llama"]}, "model_type", "found ['llama']"),
        ({"hidden_size": None}, "hidden_size", "found null; needed a whole number"),
        ({"hidden_size": 7168.0}, "hidden_size", "found 7168.0"),
        ({"hidden_size": True}, "hidden_size", "found True"),
        ({"num_hidden_layers": 0}, "num_hidden_layers", "found 0; needed a whole number of at"),
        ({"num_hidden_layers": 10**9}, "num_hidden_layers", "needed at most 10000"),
        ({"num_experts_per_tok": 257}, "num_experts_per_tok", "as n_routed_experts is 256"),
        ({"first_k_dense_replace": 62}, "first_k_dense_replace", "as num_hidden_layers is 61"),
        ({"moe_layer_freq": 2}, "moe_layer_freq", "found 2; needed at most 1"),
        ({"attention_bias": "no"}, "attention_bias", "found 'no'; needed true or false"),
        ({"mlp_layer_types": ["dense"]}, "mlp_layer_types", "found 1 entries; needed a list of 61"),
        ({"mlp_layer_types": ["thick"] * 61}, "mlp_layer_types", "found 'thick'"),
    ],
)
def test_impossible_fields_are_refused(change: dict[str, Any], key: str, words: str) -> None:
    with pytest.raises(arch.ConfigError) as error:
        arch.describe(V3 | change)
    assert error.value.key == key
    assert f"config key '{key}': " in str(error.value)
    assert words in str(error.value)


@pytest.mark.parametrize("key", ["vocab_size", "kv_lora_rank", "q_lora_rank", "n_routed_experts"])
def test_missing_fields_are_refused(key: str) -> None:
    with pytest.raises(arch.ConfigError, match=f"'{key}': found no such key"):
        arch.parameters({k: v for k, v in V3.items() if k != key})


def test_other_refusals() -> None:
    llama = BY_NAME["Llama-3.1-8B"]
    with pytest.raises(arch.ConfigError, match="multiple of num_attention_heads=32"):
        arch.parameters(llama | {"hidden_size": 4095})
    with pytest.raises(arch.ConfigError, match="divisor of num_attention_heads=32"):
        arch.parameters(llama | {"num_key_value_heads": 5})
    assert arch.parameters({"model_type": "kimi_k25", "text_config": V3}) == arch.parameters(V3)
    with pytest.raises(arch.ConfigError, match="an object with the model's fields"):
        arch.parameters([1])  # type: ignore[arg-type]
    with pytest.raises(arch.ConfigError, match="'context': found 0"):
        arch.describe(V3, 0)
    v4 = BY_NAME["DeepSeek-V4-Pro"]
    with pytest.raises(arch.ConfigError, match="'compress_ratios': found 8; needed 0, 4 or 128"):
        arch.parameters(v4 | {"compress_ratios": [8] * 61})
    with pytest.raises(arch.ConfigError, match="found 60 entries; needed one for each of 61"):
        arch.parameters(v4 | {"compress_ratios": [4] * 60})
    with pytest.raises(arch.ConfigError, match="'o_groups': found 7; needed a divisor"):
        arch.parameters(v4 | {"o_groups": 7})
    with pytest.raises(arch.ConfigError, match="'sliding_window': found no such key"):
        arch.parameters({k: v for k, v in BY_NAME["Mistral-7B-v0.1"].items() if "slid" not in k})


values = st.sampled_from([None, -1, 0, 1, 2, 3, 7, 64, 10**6, 0.5, True, "8", "", [], {}])


@given(st.dictionaries(st.sampled_from(sorted(V3)), values))
def test_any_field_is_counted_or_refused(change: dict[str, Any]) -> None:
    try:
        counted = arch.parameters(V3 | change)
    except arch.ConfigError:
        return
    assert counted > 0
