"""Development: experiments, failed runs and staff around a final training run."""

from __future__ import annotations

from typing import Any

from analysis.costs.amortised import Amortised
from press.maths import total


def ablation_gpu_hours(
    runs: Any,
    tokens: Any,
    parameters_active: Any,
    reference_gpu_hours_per_trillion: Any,
    reference_parameters_active: Any,
) -> Any:
    r"""The GPU-hours of experiments, from the published rate of a model trained alike.

    .. math:: H = n \frac{D}{10^{12}}\,h_\mathrm{ref} \frac{N}{N_\mathrm{ref}}

    The GPU-hours for a token are taken to grow with the activated parameters, as FLOPs do.

    Parameters
    ----------
    runs
        n, number of runs of this size.
    tokens
        D, training tokens of one run [token].
    parameters_active
        N, activated parameters of the model in the experiment [parameter].
    reference_gpu_hours_per_trillion
        Published rate of the reference model [GPU-hour/trillion tokens].
    reference_parameters_active
        Activated parameters of the reference model [parameter].

    Returns
    -------
    float
        GPU-hours [GPU-hour].

    Examples
    --------
    Two runs of V3's large test model on 540 billion tokens, at V2's rate:

    >>> round(ablation_gpu_hours(2, 540e9, 20.9e9, 172_800, 21e9))
    185735
    """
    rate = reference_gpu_hours_per_trillion * parameters_active / reference_parameters_active
    return runs * tokens / 1e12 * rate


def development_gpu_hours(final_run_gpu_hours: Any, development_factor: Any) -> Any:
    """All GPU-hours of a development [GPU-hour]: the final run times the ratio of all to it.

    Experiments and failed runs are in the ratio, as Epoch AI and Olmo 3 define it.

    Examples
    --------
    >>> round(development_gpu_hours(2_788_000, 2.2))
    6133600
    """
    return final_run_gpu_hours * development_factor


def development_cost(
    final_run: Amortised, staff_usd: float, development_factor: float
) -> dict[str, float]:
    """Epoch's development cost by component [USD]: the final run's capital and energy, and staff.

    Parameters
    ----------
    final_run
        Amortised cost of the final run [USD].
    staff_usd
        Pay and equity of the people who worked on it [USD].
    development_factor
        All compute over the compute of the final run [ratio].

    Examples
    --------
    >>> parts = development_cost(Amortised(10.0, 6.0, 4.0, 1.0), 20.0, 2.2)
    >>> round(parts["total"], 1), round(parts["staff"] / parts["total"], 2)
    (66.2, 0.3)
    """
    parts = {
        "staff": staff_usd,
        "chip": final_run.chip_usd * development_factor,
        "other_server": final_run.other_server_usd * development_factor,
        "interconnect": final_run.interconnect_usd * development_factor,
        "energy": final_run.energy_usd * development_factor,
    }
    return {**parts, "total": total(parts.values())}


def staff_usd(people: Any, cny_per_person_year: Any, cny_per_usd: Any, project_years: Any) -> Any:
    """What people paid in yuan cost for some years [USD].

    >>> staff_usd(150, 1e6, 7.5, 0.5)
    10000000.0
    """
    return people * cny_per_person_year / cny_per_usd * project_years
