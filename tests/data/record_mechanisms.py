"""Records what transformers' DeepSeek-V3 computes, for tests that need neither it nor torch.

Run from the root of the repository, in an environment of its own:

    pip install torch==2.13.0 transformers==5.23.0 numpy
    python tests/data/record_mechanisms.py

Weights are not stored: ``random_weights`` draws them again from a seed. Two sets of logits are:
``shipped``, a float64 model whose norms, softmax, rotary angles and routing transformers computes
in float32 all the same, and ``float64``, with those steps in float64 too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers
from transformers import DeepseekV3Config, DeepseekV3ForCausalLM
from transformers.modeling_layers import MtpModel

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from analysis.mechanisms import TINY, random_weights, shapes  # noqa: E402
from press.facts import DATA  # noqa: E402

YARN = TINY["rope_scaling"]
CASES: dict[str, dict[str, Any]] = {
    "v3": {},
    "no-query-compression": {"q_lora_rank": None},
    "no-groups": {"n_group": 1, "topk_group": 1},
    "no-yarn": {"rope_scaling": None, "rms_norm_eps": 1e-5},
    "beyond-the-trained-context": {
        "rope_scaling": YARN | {"original_max_position_embeddings": 8, "factor": 4},
        "qk_rope_head_dim": 16,
        "v_head_dim": 12,
    },
    "unequal-mscales": {
        "rope_scaling": YARN | {"mscale": 1.0, "mscale_all_dim": 0.707},
        "n_shared_experts": 2,
        "norm_topk_prob": False,
        "routed_scaling_factor": 1.5,
    },
    "plain-yarn-halves-tied-biased": {
        "rope_scaling": {"type": "yarn", "factor": 10, "original_max_position_embeddings": 32},
        "rope_interleave": False,
        "tie_word_embeddings": True,
        "attention_bias": True,
        "first_k_dense_replace": 0,
    },
}
TOKENS = [3, 14, 15, 9, 26, 5, 35, 8, 9, 7, 9, 32]


def transformers_model(config: dict[str, Any], weights: dict[str, Any]) -> tuple[Any, Any]:
    """The main model and the MTP module of transformers, in float64, with our weights."""
    extra = {"attn_implementation": "eager", "experts_implementation": "eager"}
    main = DeepseekV3ForCausalLM(DeepseekV3Config(**config, **extra)).double().eval()
    mtp = MtpModel(main, 1).double().eval()
    last = f"model.layers.{config['num_hidden_layers']}."
    names = {n: n for n in weights if not n.startswith(last)}
    _load(main, {names[n]: weights[n] for n in names})
    block = {}
    for name in (n.removeprefix(last) for n in weights if n.startswith(last)):
        top = name.startswith(("enorm", "hnorm", "eh_proj"))
        new = "post_norm.weight" if "shared_head" in name else name if top else f"mtp_block.{name}"
        block["layers.0." + new] = weights[last + name]
    _load(mtp, block)
    return main, mtp


def _load(module: Any, weights: dict[str, Any]) -> None:
    """Copy tensors in; transformers 5 stacks the experts of a layer into two tensors."""
    for name, target in {**dict(module.named_parameters()), **dict(module.named_buffers())}.items():
        if name.endswith("experts.gate_up_proj"):
            layer = name.removesuffix("gate_up_proj")
            value = np.stack(
                [
                    np.concatenate(
                        [weights.pop(f"{layer}{e}.{p}_proj.weight") for p in ("gate", "up")]
                    )
                    for e in range(target.shape[0])
                ]
            )
        elif name.endswith("experts.down_proj"):
            layer = name.removesuffix("down_proj")
            value = np.stack(
                [weights.pop(f"{layer}{e}.down_proj.weight") for e in range(target.shape[0])]
            )
        elif "inv_freq" in name or (
            module.__class__ is MtpModel and name.split(".")[0] != "layers"
        ):
            continue
        else:
            value = weights.pop(name)
        assert target.shape == value.shape, name
        with torch.no_grad():
            target.copy_(torch.from_numpy(value))
    assert not weights, f"not loaded: {list(weights)}"


@torch.no_grad()
def logits(config: dict[str, Any], weights: dict[str, Any]) -> tuple[Any, Any]:
    """Logits of the main model for every token, and of the MTP module for every token but one."""
    main, mtp = transformers_model(config, dict(weights))
    ids = torch.tensor([TOKENS])
    hidden = main.model(ids).last_hidden_state
    positions = torch.arange(1, len(TOKENS))[None]
    guess = mtp.forward_layer(0, hidden[:, :-1], positions, None, input_ids=ids[:, 1:])
    return main(ids).logits[0].numpy(), mtp._project_to_logits(guess)[0].numpy()


def main() -> None:
    arrays, record = {}, {}
    for seed, (case, changes) in enumerate(CASES.items()):
        config = TINY | changes
        weights = random_weights(shapes(config) | shapes(config, mtp=True), seed)
        record[case] = {"seed": seed, "config": config}
        for steps in ("shipped", "float64"):
            if steps == "float64":
                single, single_method = torch.float32, torch.Tensor.float
                torch.float32 = torch.float = torch.float64
                torch.Tensor.float = torch.Tensor.double
            try:
                found = logits(config, weights)
            finally:
                if steps == "float64":
                    torch.float32 = torch.float = single
                    torch.Tensor.float = single_method
            arrays[f"{case}/{steps}/main"], arrays[f"{case}/{steps}/mtp"] = found
    versions = {m.__name__: m.__version__ for m in (np, torch, transformers)}
    text = json.dumps({"versions": versions, "tokens": TOKENS, "cases": record}, indent=1)
    (DATA / "mechanisms.json").write_text(text + "\n")
    np.savez_compressed(DATA / "mechanisms.npz", **arrays)


if __name__ == "__main__":
    main()
