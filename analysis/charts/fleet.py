"""Pictures of the fleet: counts, sources, capacity."""

from __future__ import annotations

from typing import Any

import pandas as pd

from analysis.charts.training_run import labelled, ranges_chart
from press.formats import format_number


def capacity_chart(frame: pd.DataFrame, v3_gpu_hours: float) -> Any:
    """What each version of the fleet can do in a year beside what the published work used."""
    labels = {
        "fleet.capacity_claimed": "Claimed Hopper, in H800s",
        "fleet.capacity_documented": "Documented H800, a year",
        "fleet.serving_gpu_hours": "Serving, a year",
        "fleet.v2_gpu_hours": "V2",
        "left_out.r1_gpu_hours": "R1",
    }
    v3 = {"label": "V3", "value": v3_gpu_hours, "standing": "documented"}
    rows = labelled(frame, labels)
    rows = pd.concat([rows[:3], pd.DataFrame([v3]), rows[3:]], ignore_index=True)
    share = frame.set_index("key")["value"]
    documented, claimed = (
        format_number(share[f"fleet.v3_share_of_{fleet}"], spec)
        for fleet, spec in (("documented", ".0%"), ("claimed", ".1%"))
    )
    return ranges_chart(
        rows,
        x="GPU-hours (logarithmic scale)",
        spec=",.1M",
        title=f"V3 took {documented} of a year of the documented H800s, {claimed} of the claimed "
        "fleet’s, counted in H800s",
        lead="Dot plot of GPU-hours on a logarithmic scale",
        source="DeepSeek, V2, V3 and R1 reports and Day 6; SemiAnalysis; our arithmetic",
        log=True,
    )
