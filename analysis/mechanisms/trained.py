"""A trained miniature: small enough to keep, so that what its drafts are worth is measured.

Trained by ``python -m experiments mini`` on Python code (SymPy) and English prose (GCIDE); the
prompts are short stretches of text that it was not trained on.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from analysis.mechanisms.checkpoint import CheckpointError
from analysis.mechanisms.model import DeepSeekV3
from analysis.mechanisms.mtp import MTPModule, decode, speculate

FILE = Path(__file__).parent / "trained.npz"
TRAINED: dict[str, Any] = {
    "model_type": "deepseek_v3", "vocab_size": 1024, "hidden_size": 64, "intermediate_size": 192,
    "moe_intermediate_size": 32, "num_hidden_layers": 2, "first_k_dense_replace": 1,
    "num_attention_heads": 4, "num_key_value_heads": 4, "q_lora_rank": None, "kv_lora_rank": 24,
    "qk_nope_head_dim": 16, "qk_rope_head_dim": 8, "v_head_dim": 16, "n_routed_experts": 8,
    "n_shared_experts": 1, "num_experts_per_tok": 2, "n_group": 1, "topk_group": 1,
    "norm_topk_prob": True, "routed_scaling_factor": 2.5, "rms_norm_eps": 1e-6,
    "rope_theta": 10000, "rope_scaling": None, "tie_word_embeddings": True,
}  # fmt: skip
"""DeepSeek-V3's configuration with two layers, the second of them with experts."""


@dataclass(frozen=True)
class Trained:
    """The trained model, its drafting module, the words of its tokens and held-out prompts."""

    arrays: dict[str, Any]

    @cached_property
    def model(self) -> DeepSeekV3:
        return DeepSeekV3(TRAINED, self.arrays)

    @cached_property
    def module(self) -> MTPModule:
        return MTPModule(self.model, self.arrays)

    def prompts(self, kind: str) -> list[list[int]]:
        """Held-out beginnings, of ``code`` or ``prose``."""
        return [[int(i) for i in row] for row in self.arrays[f"prompts_{kind}"]]

    def words(self, tokens: Any) -> str:
        """The text that tokens stand for."""
        return b"".join(self.arrays["vocabulary"][list(tokens)]).decode("utf-8", "replace")

    def drafted(self, kind: str, count: int) -> list[dict[str, float]]:
        """Each prompt continued by ``count`` tokens with and without drafts.

        Returns
        -------
        list of dict
            ``passes`` with drafts and ``plain`` without, ``accepted`` drafts; the text is checked
            to be the same.
        """
        found = []
        for prompt in self.prompts(kind):
            plain = decode(self.model, prompt, count)
            drafts = speculate(self.model, self.module, prompt, count)
            assert drafts.tokens[:count] == plain.tokens
            found.append(
                {
                    "plain": plain.passes,
                    "passes": drafts.passes,
                    "accepted": drafts.accepted,
                    "acceptance": drafts.accepted / drafts.passes,
                    "tokens_per_pass": drafts.tokens_per_pass,
                }
            )
        return found


def trained(path: Path = FILE) -> Trained:
    """The trained miniature that is kept beside this module.

    Raises
    ------
    CheckpointError
        If the file is missing or damaged.

    Examples
    --------
    >>> mini = trained()
    >>> mini.model.logits(mini.prompts("code")[0]).shape
    (32, 1024)
    """
    try:
        with path.open("rb") as file, np.load(file) as arrays:
            return Trained({name: arrays[name] for name in arrays})
    except (OSError, ValueError, EOFError, BadZipFile) as error:
        raise CheckpointError(
            f"{path.name}: cannot be read ({error}), expected the weights of the trained "
            "miniature; `python -m experiments mini` makes them anew"
        ) from None
