"""The command ``cost``: the report's ladder for somebody else's model and run."""

from __future__ import annotations

import argparse
import datetime
import difflib
from pathlib import Path
from typing import Any

from analysis.commands_model import counted
from press.commands import add, print_json, print_table
from press.formats import default_spec, format_number

SCHEMA, BACKTEST_SCHEMA = "cost/1", "backtest/1"
COUNTED_AT = 4096
"""Context of the counts of ``data/known_models.csv``, in tokens."""


def add_to(subs: Any) -> None:
    """Describe the command to the parser."""
    cost = add(subs, "cost", _cost, json=True)
    cost.add_argument(
        "config",
        nargs="?",
        metavar="CONFIG",
        help="as for model; or a model of data/known_models.csv, such as gpt-oss-120b",
    )
    cost.add_argument(
        "--tokens", type=_tokens, metavar="N", help="tokens trained on, such as 15e12 or 15T"
    )
    cost.add_argument("--chip", metavar="NAME", help="a chip, such as H100-SXM5")
    for name, unit, words in (
        ("gpus", "N", "chips at once; the days follow"),
        ("days", "N", "days of training; the chips follow"),
        ("mfu", "SHARE", "utilisation of the dense 16-bit peak; else that of published runs"),
        ("gpu-hours", "N", "chip-hours, where they are known"),
        ("price", "USD", "rent of a chip-hour; else a list price"),
        ("people", "N", "people who worked on the model"),
        ("months", "N", "for how long"),
        ("pay", "USD", "what a person costs a year, all told"),
    ):
        cost.add_argument(f"--{name}", type=float, metavar=unit, help=words)
    cost.add_argument("--start", metavar="DAY", help="when the run began, such as 2026-03-01")
    cost.add_argument(
        *("--context", "-c"),
        type=int,
        default=4096,
        metavar="TOKENS",
        help="length of a training sequence, in tokens; 4096 unless given",
    )
    cost.add_argument(
        "--by", default="auto", metavar="WHAT", help="what counts the model, as for model"
    )
    cost.add_argument("--sure", action="store_true", help="take inputs that nobody has seen yet")
    cost.add_argument(
        "--backtest", action="store_true", help="predict every run whose hours are published"
    )


def _tokens(text: str) -> float:
    """Tokens, in trillions or billions with a T or a B behind.

    >>> _tokens("14.8T") == _tokens("14.8e12"), _tokens("900B")
    (True, 900000000000.0)
    """
    scale = {"T": 1e12, "B": 1e9}.get(text[-1:].upper(), 1.0)
    try:
        return float(text[:-1] if scale > 1 else text) * scale
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"found {text!r}, expected tokens such as 15e12 or 15T"
        ) from None


def _cost(options: argparse.Namespace) -> int:
    """Price a training run of any model, by every definition of the report's ladder.

    From the model's configuration, tokens and chip follow FLOPs, chip-hours, days and energy, and
    from these the costs: capital used up, rent, all development, staff, the cluster. Each has its
    median and range (the middle nine tenths of a simulation), its definition, and DeepSeek-V3's
    beside it. What is not given is taken from the report's tables; every such default is listed
    with its source. --backtest predicts each published run from the others and shows the errors
    whole.

    Examples:
      python -m analysis cost config.json --tokens 15e12 --chip H100-SXM5 --gpus 1024 --mfu 0.4
      python -m analysis cost deepseek-v3 --tokens 14.8e12 --chip H800 --people 150 --months 8
      python -m analysis cost config.json --tokens 3e12 --chip B200 --days 30 --json
      python -m analysis cost --backtest

    Exit status: 0; 2 for an input that is missing, impossible or beyond anything published
    (--sure takes the last).
    """
    from press.facts import Facts

    facts = Facts()
    if options.backtest:
        return _backtest(facts, as_json=options.json)
    for name in ("config", "tokens", "chip"):
        if getattr(options, name) is None:
            option = "CONFIG" if name == "config" else f"--{name}"
            raise ValueError(f"{option}: found none, expected one; see cost --help")
    result = cost_of(facts, options)
    if options.json:
        print_json(result)
        return 0
    _print(result)
    return 0


def cost_of(facts: Any, options: argparse.Namespace) -> dict[str, Any]:
    """What the command prints as JSON."""
    from analysis.runs.own import Run, chip, price_run

    row = chip(facts, options.chip)
    model = _described(facts, options)
    run = Run(
        flop_per_token=model["training_flops_per_token"],
        tokens=options.tokens,
        chip=row["key"],
        gpus=options.gpus,
        days=options.days,
        mfu=options.mfu,
        price=options.price,
        people=options.people,
        months=options.months,
        pay=options.pay,
        gpu_hours=options.gpu_hours,
        started=_years(options.start, str(row["available_from"])),
    )
    kept = (
        *("model_type", "counted_by", "left_out", "total_parameters", "active_parameters"),
        *("training_flops_per_token", "context"),
    )
    priced = price_run(facts, run, sure=options.sure)
    return {"schema": SCHEMA, "model": {key: model[key] for key in kept}, **priced}


def _described(facts: Any, options: argparse.Namespace) -> dict[str, Any]:
    """The counts of a file, or of a model whose configuration the report has."""
    from analysis.architecture import describe

    path = Path(options.config)
    if options.config != "-" and not path.exists():
        known = sorted({row["model"] for row in facts.table("model_configs").rows})
        if options.config in known:
            return describe(facts.config(options.config), options.context)
        counts = facts.table("known_models").by_key.get(options.config)
        if counts is not None:
            return _recorded(counts, options.context)
        if path.suffix == "":
            names = sorted({*known, *facts.table("known_models").by_key})
            near = difflib.get_close_matches(options.config, names, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ValueError(
                f"{options.config}: no such file, and no model of data/model_configs.csv or "
                f"data/known_models.csv; expected a config.json or one of {', '.join(names)}{hint}"
            )
    return counted(path, options.context, options.by)


def _recorded(counts: Any, context: int) -> dict[str, Any]:
    """The counts of a model whose configuration was counted at 4,096 tokens."""
    if context != COUNTED_AT:
        raise ValueError(
            f"--context: found {context}, but data/known_models.csv counts at {COUNTED_AT} tokens; "
            "give the model's config.json"
        )
    numbers = {k: counts[k] for k in ("total_parameters", "active_parameters")}
    per_token = counts["training_flops_per_token"]
    return {
        "model_type": counts["model_type"],
        "counted_by": "own",
        "left_out": [],
        **{key: int(value) for key, value in numbers.items()},
        "training_flops_per_token": int(per_token),
        "context": context,
    }


def _years(day: str | None, since: str) -> float | None:
    """Years from the date of a price to a day."""
    if day is None:
        return None
    try:
        start = datetime.date.fromisoformat(day)
    except ValueError:
        raise ValueError(f"--start: found {day!r}, expected a day such as 2026-03-01") from None
    return (start - datetime.date.fromisoformat(since)).days / 365.25


def _print(result: dict[str, Any]) -> None:
    model = result["model"]
    active = format_number(model["active_parameters"], "~3B")
    total = format_number(model["total_parameters"], "~3B")
    print(f"{model['model_type']}: {total} parameters, {active} used by a token")
    hours = _with_range(result, "gpu_hours", ",.0")
    print(f"{hours} chip-hours on {result['chip_name']}, {result['flop']:.3g} FLOP")
    if result["gpus"] is not None:
        print(f"{_with_range(result, 'days', '~3')} days on {result['gpus']:,.0f} chips")
    if result["energy_kwh"] is not None:
        print(f"{_with_range(result, 'energy_kwh', ',.0')} kWh")
    print()
    print_table(
        ("cost", "value", "from", "to", "DeepSeek-V3", "leaves out"),
        [
            (
                rung["label"],
                *(_usd(rung[end]) for end in ("value", "low", "high")),
                _usd(rung["v3"]["value"]),
                rung["leaves_out"],
            )
            for rung in result["rungs"]
        ],
    )
    print("\nnot given, so taken from the report (median, 5th to 95th percentile):")
    for default in result["defaults"]:
        ends = default["low"], default["high"]
        span = "" if None in ends else f" ({ends[0]:.4g} to {ends[1]:.4g})"
        print(f"  {default['input']}: {default['value']:.4g}{span} {default['unit']}")
        print(f"    {default['why']} [{default['source']}]")


def _with_range(result: dict[str, Any], key: str, spec: str) -> str:
    value, low, high = (result[name] for name in (key, f"{key}_low", f"{key}_high"))
    shown = format_number(value, spec)
    if low == high:
        return shown
    return f"{shown} ({format_number(low, spec)} to {format_number(high, spec)})"


def _usd(value: float) -> str:
    return format_number(value, default_spec("USD", value))


def _backtest(facts: Any, *, as_json: bool) -> int:
    """Print predicted and published hours of every run that has them."""
    import statistics

    from analysis.runs.utilisation import backtest

    found = backtest(facts)
    if as_json:
        print_json({"schema": BACKTEST_SCHEMA, "runs": found})
        return 0
    print_table(
        ("run", "chip", "published", "predicted", "from", "to", "predicted ÷ published"),
        [
            (
                row["system"],
                row["chip"],
                *(
                    format_number(row[key], ",.0")
                    for key in ("published_gpu_hours", "predicted_gpu_hours", "low", "high")
                ),
                format_number(row["ratio"], ".2x") + ("" if row["inside"] else "  outside"),
            )
            for row in found
        ],
    )
    errors = [abs(row["ratio"] - 1) for row in found]
    inside = sum(row["inside"] for row in found)
    print(
        f"\n{len(found)} runs, each predicted from the others: median error "
        f"{statistics.median(errors):.0%}, largest {max(errors):.0%}; "
        f"{inside} of {len(found)} lie in the range"
    )
    return 0
