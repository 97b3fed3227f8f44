"""The columns of a table of training runs: ours, Epoch AI's, and what each may hold."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

CHIP_WATTS = {"Google TPU v4": 373.0}
"""Design power of chips whose maker gives none [W]: what Epoch's published energy costs imply."""

INF = math.inf
NUMBERS: Mapping[str, tuple[float, float]] = {
    "server_price_per_chip_at_acquisition_usd": (0.0, INF),
    "tdp_w": (0.0, INF),
    "server_cost_overhead": (1.0, INF),
    "pue": (1.0, INF),
    "tdp_fraction": (0.0, 1.0),
    "chip_to_server_power": (1.0, INF),
    "energy_price_usd_kwh": (0.0, INF),
    "training_chip_hours_input": (0.0, INF),
    "hardware_quantity_chips": (0.0, INF),
    "training_time_hours": (0.0, INF),
    "training_compute_flop": (0.0, INF),
    "peak_flops_used": (0.0, INF),
    "hardware_utilization_fraction_input": (0.0, 1.0),
    "rental_usd_per_chip_hour": (0.0, INF),
}
"""Numeric columns with the least and greatest value that makes sense; 0 itself never does."""
LIKELY: Mapping[str, tuple[float, float, str]] = {
    "server_price_per_chip_at_acquisition_usd": (100, 1e6, "USD for a chip with its server"),
    "tdp_w": (10, 10_000, "W for one chip"),
    "server_cost_overhead": (1, 10, "times the price of the chips"),
    "pue": (1, 3, "times the power of the servers"),
    "chip_to_server_power": (1, 10, "times the power of the chips"),
    "energy_price_usd_kwh": (0.001, 2, "USD/kWh"),
    "training_time_hours": (0, 87_660, "hours, which is ten years"),
    "hardware_quantity_chips": (0, 1e7, "chips"),
    "peak_flops_used": (1e12, 1e17, "FLOP/s for one chip, such as 989e12"),
    "hardware_utilization_fraction_input": (0, 0.7, "of the peak; published runs stay below"),
    "rental_usd_per_chip_hour": (0.01, 100, "USD for an hour of one chip"),
}
"""Between which numbers nobody need ask whether the unit is right; in which unit."""
DATES = ("price_available_from", "training_start_date")
WORDS = ("system", "training_hardware", "base_model")
REQUIRED = ("system", "training_hardware", *DATES, *list(NUMBERS)[:7])
WAYS_TO_HOURS = (
    ("training_chip_hours_input",),
    ("hardware_quantity_chips", "training_time_hours"),
    ("training_compute_flop", "peak_flops_used"),
)
"""Columns from which chip-hours follow, best first; FLOP needs a utilisation or takes 0.375."""
NOT_READ = (
    "organization",
    "publication_date",
    "chip_hours_used",
    "server_value_per_chip_at_training_start_usd",
    "published_capex_energy_cost_nominal_usd",
    "published_capex_energy_cost_usd2023_12",
    "ai_accelerator_chip_cost_nominal_usd",
    "other_server_components_cost_nominal_usd",
    "cluster_interconnect_cost_nominal_usd",
    "energy_cost_nominal_usd",
    "hardware_acquisition_cost_nominal_usd",
    "cloud_cost_nominal_usd",
)
"""Columns of Epoch's table that hold results: accepted and computed anew."""
KNOWN = (*WORDS, *DATES, *NUMBERS, *NOT_READ)
PUBLIC = {
    "model": "system",
    "system": "system",
    "training_hardware": "training_hardware",
    "training_chip_hours": "training_chip_hours_input",
    "hardware_quantity": "hardware_quantity_chips",
    "training_time_hours": "training_time_hours",
    "training_compute_flop": "training_compute_flop",
    "hardware_utilization_mfu": "hardware_utilization_fraction_input",
    "hardware_utilization": "hardware_utilization_fraction_input",
    "publication_date": "publication_date",
}
"""Columns that Epoch AI publishes, as :func:`bare` writes them, by what they are called here."""


def bare(column: str) -> str:
    """A heading in small letters, its words joined.

    >>> bare("Training compute (FLOP)"), bare("Training chip-hours")
    ('training_compute_flop', 'training_chip_hours')
    """
    return "_".join(re.findall(r"[a-z0-9]+", column.lower()))


class RunError(ValueError):
    """A table of runs that cannot be priced, in plain words with file, row and column."""

    def __init__(self, name: str, row: int, column: str, problem: str) -> None:
        super().__init__(f"{name}: row {row}, column '{column}': {problem}")
        self.row, self.column = row, column
