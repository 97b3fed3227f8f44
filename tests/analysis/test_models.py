"""Any model: published files, transformers' own classes, checkpoints, and what is refused."""

from __future__ import annotations

import contextlib
import json
import random
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from analysis import architecture as arch
from analysis.architecture import anything, opening
from analysis.architecture.anything import describe_anything
from analysis.architecture.counting import by_component
from analysis.architecture.headers import by_header, whole_header
from analysis.architecture.meta import available, by_transformers
from analysis.architecture.shapes import component
from analysis.commands_model import counted
from press.safetensors import header

Fields = dict[str, Any]
DATA = Path(__file__).parents[1] / "data"
RECORDED = json.loads((DATA / "model_counts.json").read_text(encoding="utf-8"))
PUBLISHED: list[Fields] = RECORDED["published"]
COUNTED = [case for case in PUBLISHED if "refused" not in case]
BY_NAME = {name: case for case in PUBLISHED for name in case["names"]}
SMALL = {
    case["name"]: case["config"]
    for case in json.loads((DATA / "architecture_counts.json").read_text("utf-8"))["cases"]
    if " " in case["name"]
}
NEITHER = {
    "MiniMaxAI/MiniMax-M3",
    "moonshotai/Kimi-K3",
    "nvidia/Llama-3_3-Nemotron-Super-49B-v1",
    "stepfun-ai/Step-3.7-Flash",
    "stepfun-ai/Step-3.7-Flash-FP8",
}
"""Files whose model is in no public class under these fields."""
TRANSFORMERS = pytest.mark.skipif(not available(), reason="needs the extra [models]")


def own(config: Fields) -> arch.Architecture | None:
    """Our own layout, where it knows the family."""
    try:
        return arch.architecture(config)
    except arch.ConfigError:
        return None


def without_sight(components: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in components.items() if name != "vision"}


# Recorded counts: 89 published files and every class of transformers.


def test_enough_is_recorded() -> None:
    assert set(RECORDED["versions"]) == {"torch", "transformers"}
    assert sum(len(case["names"]) for case in PUBLISHED) == 89
    assert len({case["name"] for case in RECORDED["defaults"]}) > 200


def test_of_89_published_files_84_are_counted_exactly() -> None:
    known = {name for case in PUBLISHED if "refused" not in case for name in case["names"]}
    ours = {name for name, case in BY_NAME.items() if own(case["config"])}
    assert set(BY_NAME) - known - ours == NEITHER
    assert len(known | ours) == 84


@pytest.mark.parametrize("case", COUNTED, ids=lambda case: case["name"])
def test_our_counting_agrees_with_transformers(case: Fields) -> None:
    assert sum(case["components"].values()) == case["parameters"] + case["balance_biases"]
    made = own(case["config"])
    if made is None:
        assert case["config"]["model_type"] == "minimax_m3_vl"
        return
    result = arch.describe(case["config"])
    assert result["counted_by"] == "own"
    assert result["components"] == without_sight(case["components"])
    assert result["active_parameters"] == case["active"]
    assert result["router_balance_biases"] == case["balance_biases"]
    assert result["left_out"] == [key for key in case["config"] if key == "vision_config"]
    if result["model_type"] != "deepseek_v4":  # whose compressed cache the library's hides
        assert sum(result["kv_cache_elements_per_token"].values()) == case["cache"]
        assert result["constant_state_elements"] == case["state"]


@pytest.mark.parametrize("case", RECORDED["defaults"], ids=lambda case: case["name"])
def test_nothing_is_lost_when_names_are_read(case: Fields) -> None:
    assert sum(case["components"].values()) == case["parameters"] + case["balance_biases"]
    assert case["active"] <= sum(case["components"].values())


def test_published_totals() -> None:
    """As Hugging Face shows them, and as the makers say in words."""
    for name, total, active in (
        ("Qwen/Qwen3.5-397B-A17B", 397, 17),
        ("moonshotai/Kimi-K2.5", 1027, 33),
        ("nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-FP8", 121, 13),
        ("meta-llama/Llama-4-Maverick-17B-128E-Instruct", 400, 17),
        ("MiniMaxAI/MiniMax-M2.5", 229, 10),
        ("google/gemma-4-26B-A4B", 25, 4),
    ):
        result = arch.describe(BY_NAME[name]["config"])
        assert round(result["total_parameters"] / 1e9) == pytest.approx(total, abs=1), name
        assert round(result["active_parameters"] / 1e9) == pytest.approx(active, abs=1), name


# Opening: nested and re-saved files.


def test_a_nested_file_is_opened() -> None:
    inner = SMALL["qwen3 0"]
    outer = {"model_type": "qwen3_vl", "text_config": dict(inner), "vision_config": {"depth": 2}}
    outer["text_config"]["model_type"] = "qwen3_vl_text"
    result = arch.describe(outer)
    assert result["total_parameters"] == arch.parameters(inner)
    assert result["left_out"] == ["vision_config"]
    outer["tie_word_embeddings"] = not inner["tie_word_embeddings"]
    assert arch.parameters(outer) != arch.parameters(inner)


def test_a_file_saved_again_by_transformers_5_is_read() -> None:
    old = SMALL["qwen3_moe 0"]
    new = {k: v for k, v in old.items() if k != "num_experts"}
    assert arch.describe(new | {"num_local_experts": old["num_experts"]}) == arch.describe(old)
    old = SMALL["deepseek_v4 0"]
    layers, hashed = old["num_hidden_layers"], old["num_hash_layers"]
    kinds = {0: "sliding_attention", 4: "compressed_sparse_attention"}
    kinds[128] = "heavily_compressed_attention"
    new = {k: v for k, v in old.items() if k not in ("compress_ratios", "num_hash_layers")}
    new |= {
        "layer_types": [kinds[ratio] for ratio in old["compress_ratios"][:layers]],
        "compress_rates": {kinds[4]: 4, kinds[128]: 128},
        "mlp_layer_types": ["hash_moe"] * hashed + ["moe"] * (layers - hashed),
    }
    assert arch.describe(new) == arch.describe(old)
    with pytest.raises(arch.ConfigError, match="'hash_moe' first"):
        arch.describe(new | {"mlp_layer_types": ["moe", "hash_moe"] * layers})


def test_every_alias_leads_to_a_family() -> None:
    assert set(opening.SAME.values()) <= set(arch.FAMILIES)
    assert not set(opening.SAME) & set(arch.FAMILIES)


# Checkpoints: names and shapes alone.


def checkpoint_of(config: Fields) -> Fields:
    """A header as a publisher writes it: experts one by one, names as in the model's code."""
    made = arch.architecture(config)
    shapes = {"model.embed_tokens.weight": made.embedding.shape, "model.norm.weight": (8,)}
    shapes["model.norm.weight"] = made.final[0].shape
    if not made.tied:
        shapes["lm_head.weight"] = made.head.shape
    for layer in made.layers:
        place = f"model.layers.{layer.index}"
        for weight in layer.weights:
            part = "self_attn" if weight.component == "attention" else "mlp"
            part = "self_attn" if weight.name in ("q_norm", "k_norm") else part
            part += ".shared_experts" if weight.component == "shared_experts" else ""
            end = "" if weight.name.endswith("bias") else ".weight"
            if weight.component == "routed_experts":
                for n in range(weight.copies):
                    shapes[f"{place}.mlp.experts.{n}.{weight.name}{end}"] = weight.shape
            else:
                shapes[f"{place}.{part}.{weight.name}{end}"] = weight.shape
    return {name: {"dtype": "BF16", "shape": list(shape)} for name, shape in shapes.items()}


def write(path: Path, made: Fields) -> None:
    text = json.dumps(made).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"weights")


@pytest.mark.parametrize("name", ["llama 1", "qwen3_moe 0", "glm4_moe 2", "olmo3 0", "mixtral 3"])
def test_a_checkpoint_counts_as_its_configuration(name: str, tmp_path: Path) -> None:
    config = SMALL[name] | {"num_nextn_predict_layers": 0}
    write(tmp_path / "model.safetensors", checkpoint_of(config))
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    result, expected = counted(tmp_path / "model.safetensors"), arch.describe(config)
    assert result["counted_by"] == "checkpoint"
    for key in ("components", "active_components", "total_parameters", "router_balance_biases"):
        assert result[key] == expected[key], key
    assert result["kv_cache_bytes_per_token"] == expected["kv_cache_bytes_per_token"]
    assert result["training_flops_per_token"] == expected["training_flops_per_token"]


def test_an_index_reads_the_shards_beside_it(tmp_path: Path) -> None:
    config = SMALL["llama 0"]
    whole = checkpoint_of(config)
    names = sorted(whole)
    halves = {"a.safetensors": names[::2], "b.safetensors": names[1::2]}
    for file, part in halves.items():
        write(tmp_path / file, {name: whole[name] for name in part})
    places = {name: file for file, part in halves.items() for name in part}
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {"total_size": 99}, "weight_map": places}))
    assert counted(index)["total_parameters"] == arch.parameters(config)
    (tmp_path / "b.safetensors").unlink()
    with pytest.raises(ValueError, match=r"names without shapes \(metadata: 99 bytes in all\)"):
        counted(index)


def test_a_quantised_checkpoint_counts_numbers_not_bytes() -> None:
    made = {
        "model.embed_tokens.weight": {"dtype": "BF16", "shape": [10, 8]},
        "model.layers.0.self_attn.q_proj.weight": {"dtype": "F8_E4M3", "shape": [8, 8]},
        "model.layers.0.self_attn.q_proj.weight_scale_inv": {"dtype": "F32", "shape": [1, 1]},
        "model.layers.0.mlp.up_proj.weight_packed": {"dtype": "U8", "shape": [16, 4]},
        "model.layers.0.mlp.up_proj.weight_scale": {"dtype": "F8_E4M3", "shape": [16, 1]},
        "model.layers.0.mlp.down_proj_blocks": {"dtype": "U8", "shape": [8, 1, 16]},
    }
    layout, scales = by_header(made)
    assert by_component(layout.weights) == {"embedding": 80, "attention": 64, "dense_ffn": 384}
    assert scales == 17
    packed = {"model.layers.0.mlp.up_proj.qweight": {"dtype": "I32", "shape": [1, 8]}}
    with pytest.raises(arch.ConfigError, match="several numbers in one"):
        by_header(made | packed)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no length of a header"),
        (b"\xff" * 16, "no length of a header"),
        (struct.pack("<Q", 100) + b"{}", "2 of 100 bytes of its header"),
        (struct.pack("<Q", 2) + b"no", "no JSON"),
        (struct.pack("<Q", 2) + b"[]", "found a list as its header"),
    ],
)
def test_what_is_no_safetensors_file_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=words):
        header(path)


def test_experts_without_a_number_for_a_token_are_refused() -> None:
    with pytest.raises(arch.ConfigError, match="how many experts a token uses"):
        by_header(checkpoint_of(SMALL["mixtral 0"]))


def test_an_index_leads_nowhere_else(tmp_path: Path) -> None:
    asked: list[str] = []

    def shard(name: str) -> None:
        asked.append(name)

    with pytest.raises(arch.ConfigError, match="without shapes"):
        whole_header({"weight_map": {"x": "../secret.safetensors"}}, shard)
    assert asked == ["../secret.safetensors"]
    (tmp_path / "in").mkdir()
    write(tmp_path / "secret.safetensors", checkpoint_of(SMALL["llama 0"]))
    index = tmp_path / "in" / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"x": "../secret.safetensors"}}))
    with pytest.raises(ValueError, match="without shapes"):
        counted(index)


# What is refused, and how.


def test_code_of_others_is_never_run(monkeypatch: pytest.MonkeyPatch) -> None:
    config = BY_NAME["moonshotai/Kimi-K3"]["config"] | {
        "auto_map": {"AutoModel": "modeling_kimi_k3.KimiK3ForConditionalGeneration"}
    }
    with pytest.raises(arch.ConfigError, match=r"own folder \(modeling_kimi_k3.py\); .*never run"):
        describe_anything(config)
    monkeypatch.setattr(anything, "available", lambda: None)
    with pytest.raises(arch.ConfigError, match=r"own folder \(modeling_kimi_k3.py\); .*never run"):
        describe_anything(config)


def test_without_transformers_the_way_in_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anything, "available", lambda: None)
    with pytest.raises(arch.ConfigError, match=r"pip install '.\[models\]'"):
        describe_anything({"model_type": "falcon"})
    with pytest.raises(arch.ConfigError, match=r"no transformers and torch here"):
        describe_anything(SMALL["llama 0"], by="transformers")
    variant = SMALL["gemma4 0"] | {"hidden_size_per_layer_input": 8}
    with pytest.raises(arch.ConfigError, match=r"layers that share .* counts more kinds"):
        describe_anything(variant)
    with pytest.raises(arch.ConfigError, match="one of auto, own, transformers"):
        describe_anything(SMALL["llama 0"], by="guess")


ODD = (None, -1, 0, 1.5, "8", True, [], {}, [1], 10**12, 7, 1024)


def mutated(config: Fields, draw: random.Random) -> tuple[Fields, str, Any]:
    """The configuration with one field gone, of another kind, or out of all proportion."""
    made = json.loads(json.dumps(config))
    part = made["text_config"] if "text_config" in made and draw.random() < 0.8 else made
    key = draw.choice(sorted(part))
    if draw.random() < 0.2:
        del part[key]
        return made, key, None
    value = draw.choice(ODD)
    part[key] = value
    return made, key, value


def sound(result: Fields) -> bool:
    parts = sum(result["components"].values()) == result["total_parameters"]
    return parts and result["active_parameters"] <= result["total_parameters"]


def test_a_thousand_mutated_files_are_counted_or_refused_plainly() -> None:
    """A field of another kind is refused, or the count does not depend on it."""
    draw = random.Random(19)
    cases = [case["config"] for case in PUBLISHED if own(case["config"])] + list(SMALL.values())
    refused: list[str] = []
    for _ in range(1000):
        config = draw.choice(cases)
        made, key, value = mutated(config, draw)
        try:
            result = describe_anything(made, 64, by="own")
        except arch.ConfigError as error:
            refused.append(str(error))
            continue
        assert sound(result)
        wrong_kind = isinstance(value, str | float | dict) or value in (-1, 10**12)
        if wrong_kind and key != "hybrid_override_pattern":
            same = describe_anything(config, 64, by="own")
            assert result["components"] == same["components"], (key, value)
    assert 200 < len(refused) < 800
    assert all("found " in words and "needed " in words for words in refused)


@TRANSFORMERS
def test_mutated_files_end_plainly_in_transformers_too() -> None:
    draw = random.Random(20)
    for _ in range(150):
        made, _, _ = mutated(draw.choice(list(SMALL.values())), draw)
        with contextlib.suppress(arch.ConfigError):  # anything else is a defect
            assert sound(describe_anything(made, 64, by="transformers"))


@TRANSFORMERS
@pytest.mark.parametrize("case", COUNTED[::6], ids=lambda case: case["name"])
def test_the_library_still_counts_what_was_recorded(case: Fields) -> None:
    made, _ = by_transformers(case["config"])
    assert by_component(made.weights) == case["components"]


def test_components_by_name() -> None:
    for name, part in (
        ("model.layers.0.mlp.gate.weight", "router"),
        ("model.layers.0.mlp.gate_proj.weight", "dense_ffn"),
        ("model.layers.0.mlp.shared_expert_gate.weight", "shared_experts"),
        ("backbone.layers.3.mixer.A_log", "state_space"),
        ("model.layers.0.linear_attn.A_log", "linear_attention"),
        ("model.layers.0.self_attn.indexer.wk.weight", "indexer"),
        ("model.layers.0.self_attn.indexer.k_norm.bias", "norms"),
        ("model.visual.blocks.0.attn.qkv.weight", "vision"),
        ("transformer.wte.weight", "embedding"),
        ("nothing.known", "other"),
    ):
        assert component(name) == part, name
