"""Records what transformers counts for published configurations and for its own defaults.

Run from the root of the repository, in an environment of its own:

    pip install torch==2.13.0 transformers==5.24.0
    python tests/data/record_models.py FOLDER

FOLDER holds published files, one ``NAME_config.json`` a model, as the wheel of
``aiconfigurator-core`` 0.12.0 ships them. Only what counting reads is kept of a file, and models
that differ in nothing else stand once. Every class is built on the meta device, which allocates
nothing. The sums of parameters are taken straight from the library, not through the package's own
reading of names.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import (
    CONFIG_MAPPING,
    AutoModelForCausalLM,
    AutoModelForImageTextToText,
)
from transformers.models.auto.modeling_auto import (
    MODEL_FOR_CAUSAL_LM_MAPPING_NAMES,
    MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES,
)

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))

from analysis.architecture import ConfigError  # noqa: E402
from analysis.architecture.counting import by_component, cache_elements  # noqa: E402
from analysis.architecture.meta import by_transformers  # noqa: E402

Fields = dict[str, Any]

UNREAD = (
    *("quantization_config", "generation_config", "id2label", "label2id", "auto_map", "dtype"),
    *("torch_dtype", "_name_or_path", "transformers_version", "image_grid_pinpoints"),
    *("rope_scaling", "rope_parameters", "rope_theta", "mtp_layers_block_type"),
)
"""Fields that no count depends on."""
UNREAD_ENDS = ("token_id", "token_ids", "dropout", "_eps", "_range", "_act", "_mean", "_std")
"""How the names of more such fields end."""


def trimmed(fields: Fields) -> Fields:
    """The fields of a file that a count may depend on."""
    return {
        key: trimmed(value) if isinstance(value, dict) else value
        for key, value in fields.items()
        if value is not None and key not in UNREAD and not key.endswith(UNREAD_ENDS)
    }


def straight(config: Fields) -> tuple[str, int, int]:
    """The library's class, its parameters and the balance biases among its buffers."""
    fields = {k: v for k, v in config.items() if k not in ("quantization_config", "auto_map")}
    made = CONFIG_MAPPING[fields["model_type"]].from_dict(fields)
    several = type(made) in AutoModelForImageTextToText._model_mapping
    auto = AutoModelForImageTextToText if several else AutoModelForCausalLM
    with torch.device("meta"):
        model = auto.from_config(made)
    biases = sum(b.numel() for n, b in model.named_buffers() if n.endswith("correction_bias"))
    return type(model).__name__, sum(p.numel() for p in model.parameters()), biases


def counted(name: str, config: Fields) -> Fields:
    """What the library and the package's fallback count for one configuration."""
    kind, parameters, biases = straight(config)
    made, _ = by_transformers(config)
    return {
        "name": name,
        "class": kind,
        "parameters": parameters,
        "balance_biases": biases,
        "components": by_component(made.weights),
        "active": sum(weight.active_parameters for weight in made.weights),
        "cache": None if made.unknown else sum(cache_elements(made).values()),
        "state": sum(core.state for layer in made.layers for core in layer.cores),
    }


def published(folder: Path) -> Iterator[Fields]:
    """The published files: counted, or refused with the reason."""
    for path in sorted(folder.glob("*_config.json")):
        config = trimmed(json.loads(path.read_text(encoding="utf-8")))
        name = path.name.removesuffix("_config.json").replace("--", "/")
        try:
            yield {**counted(name, config), "config": config}
        except (ConfigError, KeyError) as error:
            yield {"name": name, "refused": str(error)[:160], "config": config}
        print(name, flush=True)


def defaults() -> Iterator[Fields]:
    """Every class that writes text, at its default size."""
    kinds = {*MODEL_FOR_CAUSAL_LM_MAPPING_NAMES, *MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES}
    for kind in sorted(kinds):
        try:
            config = json.loads(json.dumps(CONFIG_MAPPING[kind]().to_dict(), default=str))
            yield counted(kind, config)
        except Exception as error:  # a default that builds no model is no model
            print(kind, str(error)[:120].replace("\n", " "), flush=True)


def main(folder: Path) -> None:
    """Write the counts beside this file."""
    alike: dict[str, Fields] = {}
    for case in published(folder):
        key = json.dumps(case["config"], sort_keys=True)
        first = alike.setdefault(key, {**case, "names": []})
        first["names"].append(case["name"])
    versions = {"torch": torch.__version__.split("+")[0], "transformers": transformers.__version__}
    parts = []
    for label, cases in (("published", list(alike.values())), ("defaults", list(defaults()))):
        lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
        parts.append(f'"{label}": [\n{lines}\n]')
    text = f'{{"versions": {json.dumps(versions)},\n' + ",\n".join(parts) + "}\n"
    (HERE / "model_counts.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
