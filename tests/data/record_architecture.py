"""Records how many parameters transformers counts, for tests that need neither it nor torch.

Run from the root of the repository, in an environment of its own:

    pip install torch==2.13.0 transformers==5.24.0
    python tests/data/record_architecture.py

Every model is built on the meta device, which allocates nothing: published configurations at
full size, and small ones drawn at random, eight of each family.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import CONFIG_MAPPING, AutoModelForCausalLM
from transformers.modeling_layers import MtpModel

HERE = Path(__file__).resolve().parent
Fields = dict[str, Any]

DEEPSEEK_V3: Fields = {
    "model_type": "deepseek_v3", "hidden_size": 7168, "num_hidden_layers": 61,
    "num_attention_heads": 128, "num_key_value_heads": 128, "vocab_size": 129280,
    "intermediate_size": 18432, "moe_intermediate_size": 2048, "n_routed_experts": 256,
    "n_shared_experts": 1, "num_experts_per_tok": 8, "n_group": 8, "topk_group": 4,
    "first_k_dense_replace": 3, "moe_layer_freq": 1, "q_lora_rank": 1536, "kv_lora_rank": 512,
    "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "v_head_dim": 128, "attention_bias": False,
    "num_nextn_predict_layers": 1, "tie_word_embeddings": False,
}  # fmt: skip


def dense(
    model_type: str, hidden: int, inner: int, layers: int, heads: int, groups: int, vocabulary: int
) -> Fields:
    """The fields that every family of the Llama kind has."""
    return {
        "model_type": model_type,
        "hidden_size": hidden,
        "intermediate_size": inner,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "num_key_value_heads": groups,
        "vocab_size": vocabulary,
    }


DEEPSEEK_V4: Fields = {
    "model_type": "deepseek_v4", "hidden_size": 4096, "num_hidden_layers": 43,
    "num_attention_heads": 64, "num_key_value_heads": 1, "head_dim": 512, "vocab_size": 129280,
    "moe_intermediate_size": 2048, "n_routed_experts": 256, "n_shared_experts": 1,
    "num_experts_per_tok": 6, "num_hash_layers": 3, "q_lora_rank": 1024, "qk_rope_head_dim": 64,
    "o_groups": 8, "o_lora_rank": 1024, "index_n_heads": 64, "index_head_dim": 128,
    "index_topk": 512, "hc_mult": 4, "sliding_window": 128, "num_nextn_predict_layers": 1,
    "compress_ratios": [0, 0, 4, *[128, 4] * 20, 0], "tie_word_embeddings": False,
}  # fmt: skip

ALTERNATING = ["sliding_attention", "full_attention"]
PUBLISHED: dict[str, Fields] = {
    "DeepSeek-V3": DEEPSEEK_V3,
    "DeepSeek-V3.2": DEEPSEEK_V3
    | {"model_type": "deepseek_v32", "index_n_heads": 64, "index_head_dim": 128}
    | {"index_topk": 2048},
    "Kimi-K2": DEEPSEEK_V3
    | {"model_type": "kimi_k2", "num_attention_heads": 64, "num_key_value_heads": 64}
    | {"n_routed_experts": 384, "first_k_dense_replace": 1, "n_group": 1, "topk_group": 1}
    | {"vocab_size": 163840, "num_nextn_predict_layers": 0},
    "DeepSeek-V4-Flash": DEEPSEEK_V4,
    "DeepSeek-V4-Pro": DEEPSEEK_V4
    | {"hidden_size": 7168, "num_hidden_layers": 61, "num_attention_heads": 128}
    | {"moe_intermediate_size": 3072, "n_routed_experts": 384, "q_lora_rank": 1536}
    | {"o_groups": 16, "index_topk": 1024, "compress_ratios": [128, 128, *[4, 128] * 29, 4, 0]},
    "Llama-3.1-8B": dense("llama", 4096, 14336, 32, 32, 8, 128256),
    "Llama-3.1-405B": dense("llama", 16384, 53248, 126, 128, 8, 128256),
    "Mistral-7B-v0.1": dense("mistral", 4096, 14336, 32, 32, 8, 32000) | {"sliding_window": 4096},
    "Mixtral-8x7B": dense("mixtral", 4096, 14336, 32, 32, 8, 32000)
    | {"num_local_experts": 8, "num_experts_per_tok": 2, "sliding_window": None},
    "Qwen2.5-72B": dense("qwen2", 8192, 29568, 80, 64, 8, 152064),
    "Qwen3-8B": dense("qwen3", 4096, 12288, 36, 32, 8, 151936) | {"head_dim": 128},
    "Qwen3-235B-A22B": dense("qwen3_moe", 4096, 12288, 94, 64, 4, 151936)
    | {"head_dim": 128, "moe_intermediate_size": 1536, "num_experts": 128}
    | {"num_experts_per_tok": 8, "decoder_sparse_step": 1, "mlp_only_layers": []},
    "gpt-oss-20b": dense("gpt_oss", 2880, 2880, 24, 64, 8, 201088)
    | {"head_dim": 64, "num_local_experts": 32, "num_experts_per_tok": 4, "sliding_window": 128}
    | {"layer_types": ALTERNATING * 12, "attention_bias": True},
    "gpt-oss-120b": dense("gpt_oss", 2880, 2880, 36, 64, 8, 201088)
    | {"head_dim": 64, "num_local_experts": 128, "num_experts_per_tok": 4, "sliding_window": 128}
    | {"layer_types": ALTERNATING * 18, "attention_bias": True},
    "OLMo-2-7B": dense("olmo2", 4096, 11008, 32, 32, 32, 100352),
    "OLMoE-1B-7B": dense("olmoe", 2048, 1024, 16, 16, 16, 50304)
    | {"num_experts": 64, "num_experts_per_tok": 8},
    "GLM-4.5": dense("glm4_moe", 5120, 12288, 92, 96, 8, 151552)
    | {"head_dim": 128, "moe_intermediate_size": 1536, "n_routed_experts": 160}
    | {"n_shared_experts": 1, "num_experts_per_tok": 8, "first_k_dense_replace": 3}
    | {"attention_bias": True, "use_qk_norm": True, "num_nextn_predict_layers": 1}
    | {"n_group": 1, "topk_group": 1},
}


def small(model_type: str, draw: random.Random) -> Fields:
    """A small configuration of a family, with its switches drawn at random."""
    groups = draw.choice([1, 2, 4])
    heads, size = groups * draw.choice([1, 2, 3]), 2 * draw.randint(2, 8)
    layers, flip = draw.randint(2, 5), lambda: draw.random() < 0.5
    fields = dense(
        model_type, heads * size, draw.randint(8, 40), layers, heads, groups, draw.randint(20, 90)
    )
    fields["tie_word_embeddings"] = flip()
    count = 4 * draw.randint(1, 4)
    chosen = draw.randint(1, count)
    latent = {
        "q_lora_rank": draw.randint(4, 16) if flip() or model_type == "deepseek_v32" else None,
        "kv_lora_rank": draw.randint(4, 16), "qk_nope_head_dim": draw.randint(2, 12),
        "qk_rope_head_dim": 2 * draw.randint(1, 4), "v_head_dim": draw.randint(2, 12),
        "num_key_value_heads": heads, "attention_bias": flip(), "moe_layer_freq": 1,
    }  # fmt: skip
    fine = {
        "moe_intermediate_size": draw.randint(4, 12), "n_routed_experts": count,
        "num_experts_per_tok": chosen, "n_shared_experts": draw.randint(1, 3), "n_group": 1,
        "topk_group": 1, "first_k_dense_replace": draw.randint(0, layers),
    }  # fmt: skip
    experts = {"num_experts": count, "num_experts_per_tok": chosen}
    mtp = {"num_nextn_predict_layers": draw.randint(0, 2)}
    own_head = {"head_dim": 2 * draw.randint(2, 10)}
    bias = {"attention_bias": flip()}
    kinds = ("sliding_attention", "full_attention")
    window = {"sliding_window": 8, "layer_types": [draw.choice(kinds) for _ in range(layers)]}
    window["layer_types"][-1] = "full_attention"
    delta = {
        "linear_num_key_heads": groups, "linear_num_value_heads": 2 * groups,
        "linear_key_head_dim": draw.randint(4, 8), "linear_value_head_dim": draw.randint(4, 8),
        "linear_conv_kernel_dim": draw.choice([2, 4]),
    }  # fmt: skip
    extra: dict[str, Fields] = {
        "deepseek_v2": latent | fine | {"mlp_bias": flip()},
        "deepseek_v3": latent | fine | mtp,
        "kimi_k2": latent | fine | {"num_nextn_predict_layers": 0},
        "deepseek_v32": latent | fine | mtp
        | {"index_n_heads": draw.randint(1, 4), "index_head_dim": 16, "index_topk": 4},
        "deepseek_v4": fine | own_head
        | {"q_lora_rank": 8, "qk_rope_head_dim": 2, "o_groups": groups, "o_lora_rank": 4}
        | {"index_n_heads": draw.randint(1, 4), "index_head_dim": 16, "index_topk": 4}
        | {"hc_mult": draw.randint(2, 4), "sliding_window": 8, "n_shared_experts": 1}
        | {"num_hash_layers": draw.randint(0, layers), "num_nextn_predict_layers": 1}
        | {"compress_ratios": [*(draw.choice([0, 4, 128]) for _ in range(layers)), 0]},
        "llama": bias | {"mlp_bias": flip()} | (own_head if flip() else {}),
        "mistral": {"sliding_window": draw.choice([None, 8])} | (own_head if flip() else {}),
        "mixtral": {"num_local_experts": count, "num_experts_per_tok": chosen},
        "qwen2": {"use_sliding_window": flip(), "sliding_window": 8, "max_window_layers": 1},
        "qwen3": own_head | bias,
        "qwen3_moe": own_head | bias | experts | {"moe_intermediate_size": draw.randint(4, 12)}
        | {"mlp_only_layers": draw.choice([[], [0], [1]])}
        | {"decoder_sparse_step": draw.choice([1, 2])},
        "gpt_oss": own_head | {"num_local_experts": count, "num_experts_per_tok": chosen}
        | {"sliding_window": 8, "attention_bias": flip()},
        "olmo2": bias,
        "olmoe": bias | experts,
        "glm4_moe": own_head | bias | fine | mtp | {"use_qk_norm": flip()},
        "cohere2": bias | {"sliding_window": 8} | (own_head if flip() else {}),
        "gemma3": own_head | bias | {"sliding_window": 8},
        "gemma4": own_head | bias | window | {"attention_k_eq_v": flip()}
        | {"global_head_dim": 2 * draw.randint(2, 10), "num_global_key_value_heads": groups}
        | {"hidden_size_per_layer_input": 0, "num_kv_shared_layers": 0}
        | {"use_double_wide_mlp": False, "enable_moe_block": flip(), "num_experts": count}
        | {"top_k_experts": chosen, "moe_intermediate_size": draw.randint(4, 12)},
        "glm_moe_dsa": latent | fine | {"num_nextn_predict_layers": 0}
        | {"index_n_heads": draw.randint(1, 4), "index_head_dim": 16, "index_topk": 4}
        | {"q_lora_rank": draw.randint(4, 16), "attention_bias": flip()}
        | ({"indexer_types": ["full", *draw.choices(["full", "shared"], k=layers - 1)]}
           if flip() else {}),
        "granite": bias | {"mlp_bias": flip()},
        "llama4": own_head | bias | {"num_local_experts": count, "num_experts_per_tok": chosen}
        | {"intermediate_size_mlp": draw.randint(8, 40), "attention_chunk_size": 8}
        | {"interleave_moe_layer_step": draw.choice([1, 2])},
        "mimo_v2_flash": own_head | bias | fine | {"n_shared_experts": None, "sliding_window": 8}
        | {"v_head_dim": draw.randint(2, 12), "swa_num_key_value_heads": 2 * groups}
        | {"hybrid_layer_pattern": [int(i > 0 and (i + 1) % 6 > 0) for i in range(layers)]}
        | {"moe_layer_freq": [int(i > 0) for i in range(layers)]},  # the library reads no other
        "minimax_m2": own_head | {"num_local_experts": count, "num_experts_per_tok": chosen},
        "nemotron_h": own_head | bias | fine | {"mlp_bias": flip(), "use_bias": flip()}
        | {"hybrid_override_pattern": "M" + "".join(draw.choice("M*-E") for _ in range(layers - 1))}
        | {"mamba_num_heads": 2 * draw.randint(1, 4), "mamba_head_dim": 4, "n_groups": 2}
        | {"ssm_state_size": 8, "conv_kernel": draw.choice([2, 4]), "use_conv_bias": flip()}
        | {"moe_shared_expert_intermediate_size": draw.randint(4, 12), "n_shared_experts": 1}
        | ({"moe_latent_size": draw.randint(4, 12)} if flip() else {}),
        "olmo3": bias | {"sliding_window": 8},
        "phi3": {"sliding_window": draw.choice([None, 8])},
        "qwen3_5": own_head | bias | delta,
        "qwen3_5_moe": own_head | bias | delta | experts
        | {"moe_intermediate_size": draw.randint(4, 12), "shared_expert_intermediate_size": 6},
        "qwen3_next": own_head | bias | delta | experts
        | {"moe_intermediate_size": draw.randint(4, 12), "shared_expert_intermediate_size": 6}
        | {"decoder_sparse_step": draw.choice([1, 2]), "mlp_only_layers": draw.choice([[], [0]])},
    }  # fmt: skip
    if model_type == "deepseek_v4":
        del fields["intermediate_size"]  # transformers takes it for moe_intermediate_size
    return fields | extra[model_type]


FAMILIES = (
    "deepseek_v2", "deepseek_v3", "deepseek_v32", "deepseek_v4", "glm4_moe", "gpt_oss", "kimi_k2",
    "llama", "mistral", "mixtral", "olmo2", "olmoe", "qwen2", "qwen3", "qwen3_moe",
    "cohere2", "gemma3", "gemma4", "glm_moe_dsa", "granite", "llama4", "mimo_v2_flash",
    "minimax_m2", "nemotron_h", "olmo3", "phi3", "qwen3_5", "qwen3_5_moe", "qwen3_next",
)  # fmt: skip
CLASSES = {
    "kimi_k2": "deepseek_v3", "gemma3": "gemma3_text", "gemma4": "gemma4_text",
    "llama4": "llama4_text", "qwen3_5": "qwen3_5_text", "qwen3_5_moe": "qwen3_5_moe_text",
}  # fmt: skip
"""What transformers calls the language models of families that it names otherwise."""


def counted(name: str, config: Fields) -> Fields:
    """What transformers counts for one configuration."""
    fields = dict(config)
    model_type = fields.pop("model_type")
    fields["pad_token_id"] = 0  # some classes have one beyond a small vocabulary
    modules = fields.get("num_nextn_predict_layers", 0)
    made = CONFIG_MAPPING[CLASSES.get(model_type, model_type)].from_dict(fields)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(made)
        known = hasattr(made, "num_mtp_layers")  # not so for DeepSeek-V3.2
        layers = MtpModel(model, modules).layers if modules and known else []
    return {
        "name": name,
        "class": type(model).__name__,
        "config": config,
        "parameters": sum(p.numel() for p in model.parameters()),
        "balance_biases": sum(
            buffer.numel()
            for name, buffer in model.named_buffers()
            if name.endswith("correction_bias")
        ),
        "mtp_parameters": sum(p.numel() for layer in layers for p in layer.parameters())
        if known
        else None,
    }


def main() -> None:
    """Write the counts beside this file."""
    cases = [counted(name, config) for name, config in PUBLISHED.items()]
    for family in FAMILIES:
        draw = random.Random(family)
        cases += [counted(f"{family} {i}", small(family, draw)) for i in range(8)]
    versions = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__}
    lines = ",\n".join(json.dumps(case) for case in cases)
    text = f'{{"versions": {json.dumps(versions)},\n"cases": [\n{lines}\n]}}\n'
    (HERE / "architecture_counts.json").write_text(text, encoding="utf-8")
    print(len(cases), "models counted")


if __name__ == "__main__":
    main()
