"""The trained miniature loads, drafts with profit, and says plainly what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analysis.mechanisms.checkpoint import CheckpointError
from analysis.mechanisms.trained import FILE, trained


@pytest.mark.parametrize("kind", ["code", "prose"])
def test_drafts_save_passes_and_leave_the_text(kind: str) -> None:
    for found in trained().drafted(kind, count=24):
        assert found["passes"] <= found["plain"] == 23
        assert 0 <= found["acceptance"] <= 1


def test_weights_are_small_and_words_whole() -> None:
    mini = trained()
    assert FILE.stat().st_size < 500_000
    assert len(mini.arrays["vocabulary"]) == 1024
    assert "assert C.frame == C_frame" in mini.words(mini.prompts("code")[1])
    assert np.isfinite(mini.model.logits(mini.prompts("prose")[0])).all()


def test_a_missing_or_damaged_file(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="cannot be read.*makes them anew"):
        trained(tmp_path / "trained.npz")
    (tmp_path / "trained.npz").write_bytes(FILE.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="cannot be read"):
        trained(tmp_path / "trained.npz")
