"""What ``import analysis`` offers: models, runs, figures and facts, in plain Python types.

Each function imports what it needs when it is called, so that importing the package is light.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from press.facts import Facts

Source = Mapping[str, Any] | str | Path
"""A configuration as a mapping, or the path of a config.json, a .safetensors file or its index."""


def model(config: Source, context: int = 4096, *, by: str = "auto") -> dict[str, Any]:
    """The parameters, KV cache and FLOPs of any model, as ``python -m analysis model`` counts them.

    Parameters
    ----------
    config
        The fields of a ``config.json``, or the path of one, of a ``.safetensors`` file or of its
        index, of which only names and shapes are read.
    context
        Length of the sequence for cache and FLOPs [token].
    by
        "own" for this package's counting, "transformers" for the library's classes, "auto" for
        the first where it counts the whole model.

    Returns
    -------
    dict
        The keys of the schema ``model/1``, without ``schema``.

    Raises
    ------
    ValueError
        If the model cannot be counted: the field, what was found, what is needed.

    Examples
    --------
    >>> import analysis
    >>> tiny = {"model_type": "llama", "hidden_size": 8, "num_hidden_layers": 1,
    ...         "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 10}
    >>> analysis.model(tiny)["total_parameters"], analysis.model(tiny)["counted_by"]
    (824, 'own')
    """
    if isinstance(config, Mapping):
        from analysis.architecture.anything import describe_anything

        return describe_anything(config, context, by=by)
    from analysis.commands_model import counted

    return counted(Path(config), context, by)


def cost(
    config: Source,
    *,
    tokens: float,
    chip: str,
    context: int = 4096,
    by: str = "auto",
    sure: bool = False,
    **known: float,
) -> dict[str, Any]:
    """The report's ladder for somebody else's run, as ``python -m analysis cost`` prices it.

    Parameters
    ----------
    config, context, by
        As for :func:`model`.
    tokens
        Tokens trained on [token].
    chip
        A chip of ``data/training_chips.csv``, such as "H100-SXM5".
    sure
        Whether inputs that nobody has seen yet pass.
    known
        What else is known, as :class:`analysis.runs.own.Run` names it: ``gpus`` or ``days``,
        ``mfu``, ``price``, ``people`` and ``months``, ``pay``, ``gpu_hours``, ``started``.

    Returns
    -------
    dict
        ``gpu_hours``, ``days``, ``energy_kwh``, ``rungs`` and ``defaults``, each with its range.

    Raises
    ------
    ValueError
        If an input is missing, impossible or beyond anything published.

    Examples
    --------
    >>> import analysis
    >>> tiny = {"model_type": "llama", "hidden_size": 2048, "num_hidden_layers": 16,
    ...         "num_attention_heads": 32, "intermediate_size": 8192, "vocab_size": 128256}
    >>> made = analysis.cost(tiny, tokens=1e12, chip="H100", mfu=0.4, price=2.0)
    >>> [rung["key"] for rung in made["rungs"]]
    ['run.amortised', 'run.report_price', 'run.rental', 'run.development']
    """
    from analysis.runs.own import Run, price_run
    from press.facts import Facts

    counts = model(config, context, by=by)
    run = Run(counts["training_flops_per_token"], tokens, chip, **known)
    return price_run(Facts(), run, sure=sure)


def facts() -> Facts:
    """The facts that the report rests on, by name and by id, and every other table.

    Examples
    --------
    >>> import analysis
    >>> analysis.facts().v3.price_per_gpu_hour, analysis.facts().value("V3-009")
    (2.0, 2.0)
    """
    from press.facts import Facts

    return Facts()
