"""The NumPy DeepSeek-V3 against transformers (recorded), against itself, and against bad input."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.architecture import ConfigError
from analysis.mechanisms import (
    TINY,
    CheckpointError,
    Config,
    DeepSeekV3,
    MTPModule,
    decode,
    random_weights,
    shapes,
    speculate,
)
from analysis.mechanisms.attention import LatentCache, softmax
from analysis.mechanisms.experiments import successor_weights
from analysis.mechanisms.experts import choose, gates, sigmoid, updated_bias
from analysis.mechanisms.rope import frequencies, rms_norm, rotate, softmax_scale
from press.facts import DATA

RECORD = json.loads((DATA / "mechanisms.json").read_text())
CASES: dict[str, Any] = RECORD["cases"]
TOKENS: list[int] = RECORD["tokens"]


def build(case: str = "v3") -> tuple[DeepSeekV3, MTPModule]:
    config = CASES[case]["config"]
    weights = random_weights(shapes(config) | shapes(config, mtp=True), CASES[case]["seed"])
    model = DeepSeekV3(config, weights)
    return model, MTPModule(model, weights)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize(("steps", "tolerance"), [("shipped", 1e-6), ("float64", 1e-12)])
def test_logits_are_those_of_transformers(case: str, steps: str, tolerance: float) -> None:
    """To 1e-6 of the largest logit as shipped, to 1e-12 once its float32 steps are in float64."""
    model, mtp = build(case)
    with np.load(DATA / "mechanisms.npz") as recorded:
        main, draft = recorded[f"{case}/{steps}/main"], recorded[f"{case}/{steps}/mtp"]
    assert main.shape == (len(TOKENS), 64)
    assert draft.shape == (len(TOKENS) - 1, 64)
    np.testing.assert_allclose(model.logits(TOKENS), main, atol=tolerance * abs(main).max(), rtol=0)
    guess = mtp.logits(model.hidden(TOKENS)[:-1], TOKENS[1:])
    np.testing.assert_allclose(guess, draft, atol=tolerance * abs(draft).max(), rtol=0)


def test_recorded_cases_differ_where_they_should() -> None:
    """A case that changed nothing would test nothing."""
    with np.load(DATA / "mechanisms.npz") as recorded:
        mains = [recorded[f"{case}/float64/main"] for case in CASES]
    for i, one in enumerate(mains):
        assert all(abs(one - other).max() > 0.1 for other in mains[:i])
    kinds = [Config.read(case["config"]) for case in CASES.values()]
    assert {k.q_lora_rank is None for k in kinds} == {True, False}
    assert {k.n_group == 1 for k in kinds} == {True, False}
    assert {k.rope_scaling is None or not k.rope_scaling for k in kinds} == {True, False}


@pytest.mark.parametrize("case", CASES)
def test_absorbed_attention_equals_expanded(case: str) -> None:
    model, _ = build(case)
    difference = model.logits(TOKENS, absorbed=True) - model.logits(TOKENS)
    assert abs(difference).max() < 1e-12


@settings(max_examples=25, deadline=None)
@given(
    tokens=st.lists(st.integers(0, 63), min_size=1, max_size=10),
    cut=st.integers(0, 10),
    absorbed=st.booleans(),
)
def test_decoding_in_pieces_equals_the_full_pass(
    tokens: list[int], cut: int, absorbed: bool
) -> None:
    model, _ = build()
    cache, pieces = model.new_cache(), []
    first, rest = tokens[:cut], tokens[cut:]
    if first:
        pieces.append(model.logits(first, cache, absorbed=absorbed))
    pieces += [model.logits([token], cache, absorbed=absorbed) for token in rest]
    np.testing.assert_allclose(np.concatenate(pieces), model.logits(tokens), atol=1e-12)
    c = model.config
    width = c.kv_lora_rank + c.qk_rope_head_dim
    assert cache.nbytes == c.num_hidden_layers * len(tokens) * width * 8


def test_later_tokens_do_not_change_earlier_logits() -> None:
    model, _ = build()
    other = [*TOKENS[:-1], (TOKENS[-1] + 1) % 64]
    difference = abs(model.logits(TOKENS) - model.logits(other)).max(axis=1)
    assert difference[:-1].max() < 1e-12
    assert difference[-1] > 1e-3


def test_cache_of_the_real_geometry_is_the_published_70_272_bytes_a_token() -> None:
    """ISCA 2025 paper, Table 1: 70.272 KB per token in BF16."""
    cache = LatentCache(layers=61, width=512 + 64, dtype=np.float16)
    for layer in range(61):
        cache.append(layer, np.zeros((3, 576)))
    assert (cache.nbytes, len(cache)) == (3 * 70_272, 3)
    cache.truncate(1)
    assert (cache.nbytes, len(cache)) == (70_272, 1)


def test_half_precision_cache_changes_little() -> None:
    model, _ = build()
    cache = model.new_cache(np.float16)
    rows = [model.logits([t], cache, absorbed=True) for t in TOKENS]
    difference = abs(np.concatenate(rows) - model.logits(TOKENS)).max()
    assert 1e-8 < difference < 0.01
    assert cache.nbytes * 4 == 8 * len(TOKENS) * 3 * 20


@settings(max_examples=20, deadline=None)
@given(prompt=st.lists(st.integers(0, 63), min_size=1, max_size=6), count=st.integers(2, 12))
def test_speculative_decoding_gives_the_same_tokens(prompt: list[int], count: int) -> None:
    model, mtp = build()
    plain, drafted = decode(model, prompt, count), speculate(model, mtp, prompt, count)
    assert drafted.tokens[:count] == plain.tokens
    assert plain.passes == count - 1
    assert len(drafted.tokens) - 1 == drafted.passes + drafted.accepted


def test_a_perfect_draft_halves_the_passes() -> None:
    """A model whose next token depends on the last token alone, and a module that knows it."""
    config = TINY | {"hidden_size": 64}
    weights = successor_weights(config, noise=0, seed=1)
    model = DeepSeekV3(config, weights)
    decoding = speculate(model, MTPModule(model, weights), [5], 41)
    assert decoding.tokens[:41] == tuple((5 + k) % 64 for k in range(1, 42))
    assert (decoding.passes, decoding.accepted) == (20, 20)
    assert decoding.tokens_per_pass == 2


# Parts


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_rotation_knows_only_distance(m: int, n: int, shift: int) -> None:
    c = Config.read(TINY)
    rng = np.random.RandomState(1)
    q, k = rng.standard_normal((2, 1, c.qk_rope_head_dim))

    def score(a: int, b: int) -> float:
        return float((rotate(q, np.array([a]), c) @ rotate(k, np.array([b]), c).T)[0, 0])

    assert score(m, n) == pytest.approx(score(m + shift, n + shift), abs=1e-9)
    assert np.linalg.norm(rotate(q, np.array([m]), c)) == pytest.approx(np.linalg.norm(q))


def test_yarn_keeps_fast_pairs_and_slows_slow_ones() -> None:
    real = {"qk_rope_head_dim": 64, "rope_theta": 10000}
    yarn = TINY["rope_scaling"] | {"original_max_position_embeddings": 4096}
    plain = frequencies(Config.read(TINY | real | {"rope_scaling": None}))
    slowed = frequencies(Config.read(TINY | real | {"rope_scaling": yarn}))
    turns = plain * 4096 / (2 * np.pi)
    assert (slowed[turns > 40] == plain[turns > 40]).all()
    assert slowed[turns < 0.9] == pytest.approx(plain[turns < 0.9] / 40)
    assert (np.diff(slowed / plain) <= 1e-12).all()


def test_softmax_scale_of_the_real_model() -> None:
    """0.1 · ln 40 + 1 = 1.3689, squared, over √192."""
    real = TINY | {"qk_nope_head_dim": 128, "qk_rope_head_dim": 64}
    assert softmax_scale(Config.read(real)) == pytest.approx(1.36888794**2 / 192**0.5, rel=1e-8)


def test_norm_softmax_sigmoid() -> None:
    x = np.array([[-800.0, 0.0, 800.0]])
    assert sigmoid(x).tolist() == [[0, 0.5, 1]]
    assert softmax(x).tolist() == [[0, 0, 1]]
    assert (rms_norm(x, np.ones(3), 0) ** 2).mean() == pytest.approx(1)


routing = st.tuples(st.integers(0, 2**31), st.integers(1, 8), st.integers(1, 8))


@given(routing)
def test_group_limit_holds_and_the_best_are_chosen(case: tuple[int, int, int]) -> None:
    seed, kept, top = case
    scores = sigmoid(np.random.RandomState(seed).standard_normal((5, 64)))
    bias = np.random.RandomState(seed + 1).standard_normal(64) * 0.1
    chosen = choose(scores, bias, groups=8, kept=kept, top=top)
    for token, experts in enumerate(chosen):
        groups = set(experts // 8)
        assert len(set(experts)) == top
        assert len(groups) <= kept
        biased = (scores[token] + bias).reshape(8, 8)
        strength = np.sort(biased, axis=1)[:, -2:].sum(axis=1)
        allowed = np.argsort(strength)[-kept:]
        best = np.sort(biased[allowed].ravel())[-top:]
        assert np.sort((scores[token] + bias)[experts]) == pytest.approx(best)


def test_gates_take_the_affinity_and_not_the_bias() -> None:
    c = Config.read(TINY)
    scores = sigmoid(np.random.RandomState(0).standard_normal((3, 16)))
    chosen = choose(scores, np.zeros(16), groups=4, kept=2, top=4)
    weight = gates(scores, chosen, c)
    assert weight.sum(axis=1) == pytest.approx(2.5)
    picked = np.take_along_axis(scores, chosen, axis=1)
    assert weight / picked == pytest.approx(np.broadcast_to((weight / picked)[:, :1], (3, 4)))


def test_bias_moves_against_the_load() -> None:
    assert updated_bias(np.zeros(4), np.array([10.0, 5, 5, 0]), 0.001).tolist() == [
        -0.001,
        0,
        0,
        0.001,
    ]


# Bad input: the name, what was found, what is expected

WEIGHTS = random_weights(shapes(TINY), 0)
TENSOR = "model.layers.1.mlp.experts.3.down_proj.weight"


def test_every_tensor_is_needed_and_has_one_shape() -> None:
    for name in shapes(TINY):
        rest = {k: v for k, v in WEIGHTS.items() if k != name}
        with pytest.raises(CheckpointError, match=f"tensor '{name}' is missing, expected shape"):
            DeepSeekV3(TINY, rest)
        with pytest.raises(CheckpointError, match=f"tensor '{name}' has shape"):
            DeepSeekV3(TINY, WEIGHTS | {name: WEIGHTS[name][:-1]})


def bad_number() -> dict[str, Any]:
    return {TENSOR: np.full((32, 12), np.nan)}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({TENSOR: np.zeros((12, 32))}, r"has shape \(12, 32\), expected \(32, 12\)"),
        (bad_number(), "holds NaN or infinity, expected finite numbers"),
        ({TENSOR: np.zeros((32, 12), np.int8)}, "holds int8, expected floating-point"),
        ({TENSOR + "_scale_inv": np.ones(1)}, "convert the FP8 files to BF16 or float32 first"),
    ],
)
def test_unusable_tensors_are_refused_by_name(change: dict[str, Any], words: str) -> None:
    with pytest.raises(CheckpointError, match=f"tensor '{TENSOR}' .*{words}"):
        DeepSeekV3(TINY, WEIGHTS | change)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kv_lora_rank": None}, "'kv_lora_rank': found null; needed a whole number"),
        ({"kv_lora_rank": "16"}, "'kv_lora_rank': found '16'; needed a whole number"),
        ({"num_hidden_layers": 0}, "'num_hidden_layers': found 0; needed a whole number"),
        ({"model_type": "deepseek_v2"}, "'model_type': found 'deepseek_v2'; needed 'deepseek_v3'"),
        ({"qk_rope_head_dim": 3}, "'qk_rope_head_dim': found 3; needed an even number"),
        ({"n_group": 3}, "'n_routed_experts': found 16; needed a multiple of n_group"),
        ({"n_group": 16}, "'n_group': found 16; needed groups of two experts or more"),
        ({"n_group": 0}, "'n_group': found 0; needed a whole number of at least 1"),
        ({"topk_group": 5}, "'topk_group': found 5; needed at most n_group = 4"),
        ({"num_experts_per_tok": 9}, "'num_experts_per_tok': found 9; needed at most 8"),
        ({"scoring_func": "softmax"}, "'scoring_func': found 'softmax'; needed 'sigmoid'"),
        ({"num_key_value_heads": 2}, "'num_key_value_heads': found 2; needed 4"),
        ({"rope_scaling": {"type": "linear"}}, "'rope_scaling': found type 'linear'; needed"),
        ({"rope_scaling": {"type": "yarn"}}, r"'rope_scaling\.factor': found None; needed a num"),
    ],
)
def test_impossible_configurations_are_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        DeepSeekV3(TINY | change, WEIGHTS)


@pytest.mark.parametrize(
    ("tokens", "words"),
    [
        ([], "found float64 of shape"),
        ([[1, 2]], "expected one row of whole numbers"),
        ([1.5], "found float64"),
        ([1, 64], "found 64 at position 1, expected 0 to 63"),
        ([-1], "found -1 at position 0"),
    ],
)
def test_impossible_tokens_are_refused(tokens: Any, words: str) -> None:
    with pytest.raises(CheckpointError, match=words):
        DeepSeekV3(TINY, WEIGHTS).logits(tokens)


def test_mtp_needs_its_own_tensors_and_the_main_model_does_not() -> None:
    model = DeepSeekV3(TINY | {"num_nextn_predict_layers": 1}, WEIGHTS)
    with pytest.raises(CheckpointError, match=r"'model\.layers\.3\..*is missing"):
        MTPModule(model, WEIGHTS)


def test_configuration_of_transformers_5_reads_the_same() -> None:
    """There RoPE's fields stand under ``rope_parameters``, with ``rope_type`` for ``type``."""
    yarn = {k: v for k, v in TINY["rope_scaling"].items() if k != "type"}
    newer = {k: v for k, v in TINY.items() if not k.startswith("rope")} | {
        "rope_parameters": yarn | {"rope_type": "yarn", "rope_theta": 10000}
    }
    one, other = DeepSeekV3(TINY, WEIGHTS), DeepSeekV3(newer, WEIGHTS)
    assert (one.logits(TOKENS) == other.logits(TOKENS)).all()
