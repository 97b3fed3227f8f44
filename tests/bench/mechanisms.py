"""How fast the miniature is, as a ratio against transformers on the same weights and tokens.

Run from the root of the repository: ``python -m tests.bench.mechanisms``. The ratio needs torch and
transformers (``tests/data/record_mechanisms.py`` says which); without them only our times appear.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "data"))

from analysis.mechanisms import TINY, DeepSeekV3, random_weights, shapes  # noqa: E402
from tests.bench.result import quickest  # noqa: E402

SIZES: dict[str, dict[str, Any]] = {
    "tiny": {},
    "small": {
        "hidden_size": 256,
        "intermediate_size": 512,
        "moe_intermediate_size": 64,
        "vocab_size": 1024,
        "num_hidden_layers": 4,
    },
}
TOKENS = [(7 * n) % 64 for n in range(128)]


def reference(config: dict[str, Any], weights: dict[str, Any]) -> Callable[[], object] | None:
    """The same forward pass in transformers, or nothing if it is not installed."""
    try:
        import record_mechanisms
        import torch
    except ImportError:
        return None
    model, _ = record_mechanisms.transformers_model(config, weights)
    ids = torch.tensor([TOKENS])
    return torch.no_grad()(lambda: model(ids).logits)


def main() -> None:
    """Print one line a size of model."""
    for name, changes in SIZES.items():
        config = TINY | changes
        weights = random_weights(shapes(config), seed=0)
        model = DeepSeekV3(config, weights)
        forms = {"expanded": False, "absorbed": True}
        ours = {
            form: quickest(partial(model.logits, TOKENS, absorbed=absorbed))
            for form, absorbed in forms.items()
        }
        extra = random_weights(shapes(config, mtp=True), seed=0)
        theirs = reference(config, weights | extra)
        base = quickest(theirs) if theirs else None
        for form, taken in ours.items():
            ratio = f"{taken / base:.2f} x transformers" if base else "transformers not installed"
            print(f"forward pass, {name}, {form}: {taken * 1000:.1f} ms, {ratio}")


if __name__ == "__main__":
    main()
