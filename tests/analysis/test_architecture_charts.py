"""The architecture charts say in their titles what their data say."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from analysis.architecture.records import component_records, flops_records
from analysis.charts import architecture as architecture_charts
from analysis.drawings.experts import experts_field
from press.facts import Facts

FACTS = Facts()
V3 = FACTS.config("deepseek-v3")


def meta(chart: Any) -> dict[str, Any]:
    found = chart.to_dict()["usermeta"]
    assert isinstance(found, dict)
    return found


def test_field_of_experts() -> None:
    made = experts_field(V3)
    assert made.title == "A token lights 8 of 256 experts in each of 58 layers: 464 of 14,848"
    wide = made.body.split("<path d=")[1].split('"')[1]
    assert wide.count("M") == 464


def test_stored_and_used() -> None:
    made = meta(architecture_charts.stored_and_used(pd.DataFrame(component_records(V3))))
    assert "Of 671 billion parameters a token uses 37.6 billion" in made["title"]
    assert ["Routed experts", 653_908_770_816, 20_434_649_088] in made["rows"]


def test_flops_by_model() -> None:
    models = {"DeepSeek-V3": "deepseek-v3", "Llama 3.1 405B": "llama-3.1-405b"}
    records = pd.DataFrame(
        {"model": label, **record}
        for label, name in models.items()
        for record in flops_records(FACTS.config(name))
    )
    made = meta(architecture_charts.flops_by_model(records, "test"))
    assert made["title"] == "Llama 3.1 405B needs 9.9 times DeepSeek-V3’s arithmetic for a token"
    assert sum(made["rows"][0][1:]) == pytest.approx(250.46, abs=0.01)


def test_every_component_has_a_label() -> None:
    """Every component of a model that the report speaks of; other families have more."""
    from analysis.architecture import components
    from analysis.architecture.layout import COMPONENTS

    models = {row["model"] for row in FACTS.table("model_configs").rows}
    drawn = {name for model in models for name in components(FACTS.config(model))}
    assert drawn <= set(architecture_charts.LABELS) <= set(COMPONENTS)
