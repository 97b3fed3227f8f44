"""Tests of the training runs need PyTorch, which the book does not: they run in its environment."""

from __future__ import annotations

import importlib.util
import os

import pytest

MISSING = [name for name in ("torch", "tokenizers") if importlib.util.find_spec(name) is None]
if MISSING and os.environ.get("REQUIRE_TORCH"):
    pytest.exit(f"REQUIRE_TORCH is set, but {MISSING[0]} is missing: `make experiments-env`", 2)
collect_ignore_glob = ["test_*.py"] if MISSING else []


def pytest_report_header() -> str:
    """Say why nothing of this folder runs."""
    if MISSING:
        return f"tests/experiments: skipped, {MISSING[0]} is not installed (make experiments-test)"
    return ""
