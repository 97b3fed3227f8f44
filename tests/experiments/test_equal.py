"""The trained models are the mechanisms of ``analysis.mechanisms``, and as large as counted."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from analysis import architecture
from analysis.mechanisms import DeepSeekV3, MTPModule
from analysis.mechanisms import rope as reference_rope
from analysis.mechanisms.checkpoint import Config
from experiments.arms import ARMS, CONTEXT, Arm, drafter_parameters, published, training_flops
from experiments.miniature import published_names
from experiments.model import Drafter, Model, Shape, initialise, rotate
from experiments.runs import Both

torch.set_num_threads(1)
MINI = ARMS["mini"]["mini"].shape
NAMED = [(e, name) for e, arms in ARMS.items() for name in arms]


def arm(experiment: str, name: str) -> Arm:
    return ARMS[experiment][name]


def randomised(shape: Shape) -> tuple[Model, Drafter]:
    """Modules with every number random, norms and biases too, in double precision."""
    torch.manual_seed(0)
    model, drafter = Model(shape).double(), Drafter(shape).double()
    with torch.no_grad():
        for module in (model, drafter):
            initialise(module, 5, shape.layers)
            for name, tensor in module.state_dict().items():
                if tensor.ndim == 1 and "load" not in name:
                    noise = 0.1 * torch.randn(tensor.shape, dtype=tensor.dtype)
                    tensor.copy_(noise if name.endswith("bias") else 1 + noise)
    return model.eval(), drafter.eval()


@pytest.mark.parametrize("shape", [MINI, dataclasses.replace(MINI, layers=3, shared=2, top=3)])
def test_model_and_module_equal_the_numpy_mechanisms(shape: Shape) -> None:
    model, drafter = randomised(shape)
    tensors = published_names(model, drafter)
    reference = DeepSeekV3(published(shape), tensors)
    ids = np.random.RandomState(1).randint(shape.vocabulary, size=40)
    with torch.no_grad():
        given = torch.from_numpy(ids)[None]
        hidden = model(given)
        scores = model.head(hidden)[0].numpy()
        drafts = drafter(model, hidden[:, :-1], given[:, 1:])[0].numpy()
    np.testing.assert_allclose(scores, reference.logits(ids), atol=1e-5)
    module = MTPModule(reference, tensors)
    np.testing.assert_allclose(
        drafts, module.logits(reference.hidden(ids)[:-1], ids[1:]), atol=1e-5
    )


def test_rotation_equals_the_numpy_rotation() -> None:
    config = Config.read(published(MINI))
    x = np.random.RandomState(0).standard_normal((20, MINI.rope))
    turned = rotate(torch.from_numpy(x)[None, None])[0, 0].numpy()
    expected = reference_rope.rotate(x, np.arange(20), config)  # all first halves, then all second
    turned = np.concatenate([turned[:, 0::2], turned[:, 1::2]], axis=1)
    np.testing.assert_allclose(turned, expected, atol=1e-6)


def test_one_key_value_head_is_full_attention_with_equal_heads() -> None:
    one = Shape(vocabulary=50, width=32, layers=1, heads=4, head=8, groups=1, rope=8, ffn=16)
    few, full = Model(one), Model(dataclasses.replace(one, groups=4))
    initialise(few, 1, 1)
    initialise(full, 1, 1)
    with torch.no_grad():
        for name in ("k_proj", "v_proj"):
            shared = getattr(few.layers[0].self_attn, name).weight
            getattr(full.layers[0].self_attn, name).weight.copy_(shared.repeat(4, 1))
        ids = torch.arange(10)[None]
        torch.testing.assert_close(few(ids), full(ids))


@pytest.mark.parametrize(("experiment", "name"), NAMED)
def test_parameters_and_cache_are_those_counted(experiment: str, name: str) -> None:
    found = arm(experiment, name)
    config = published(found.shape)
    both = Both(found.shape, found.drafter)
    counted = sum(p.numel() for p in both.model.parameters())
    biases = sum(b.numel() for n, b in both.model.named_buffers() if n.endswith("bias"))
    assert counted + biases == architecture.parameters(config)
    if both.drafter is not None and not found.shape.experts:
        added = sum(p.numel() for p in both.drafter.parameters())
        assert added == drafter_parameters(found.shape, found.drafter)
    cached = architecture.kv_cache_bytes_per_token(config, 1) / found.shape.layers
    assert cached == found.shape.cached


@pytest.mark.parametrize(("experiment", "name"), [n for n in NAMED if n[0] != "mini"])
def test_flops_are_those_that_pytorch_counts(experiment: str, name: str) -> None:
    """Forward products counted while they run; attention to later tokens is counted by both."""
    found = arm(experiment, name)
    both = Both(found.shape, found.drafter).eval()
    initialise(both, 0, found.shape.layers)
    ids = torch.arange(CONTEXT)[None] % found.shape.vocabulary

    def forward() -> Any:
        hidden = both.model(ids)
        both.model.head(hidden)
        if both.drafter is not None:
            both.drafter(both.model, hidden, ids)

    with torch.no_grad(), sdpa_kernel(SDPBackend.MATH), FlopCounterMode(display=False) as counter:
        forward()
    full = training_flops(found, CONTEXT, causal=False) * CONTEXT / 3
    assert counter.get_total_flops() == pytest.approx(full, rel=1e-9)
    assert training_flops(found, CONTEXT) < training_flops(found, CONTEXT, causal=False)
