"""What is known of somebody's run, and what of it must be asked about before it is priced."""

from __future__ import annotations

from dataclasses import dataclass

ASKED = {
    "mfu": (0.02, 0.7, "published runs reach 0.14 to 0.52 over all their hours"),
    "price": (0.1, 100.0, "list prices found run from half a dollar to 14 dollars an hour"),
    "tokens": (1e6, 1e15, "the largest published run took 40 trillion"),
    "gpus": (1, 1e7, "the largest known cluster has some hundred thousand"),
    "people": (1, 100_000, "a laboratory has some thousands"),
    "months": (0.1, 240, "a model takes some months"),
    "pay": (1_000, 1e8, "pay and all else for one person and a year, in dollars"),
    "days": (0.01, 3_650, "runs take weeks or months"),
    "gpu_hours": (1, 1e11, "the largest known runs take some hundred million"),
}
"""Between which numbers an input needs no question, and why; others need to be confirmed."""


@dataclass(frozen=True)
class Run:
    """What is known of a run; ``None`` is taken from the report's tables.

    Attributes
    ----------
    flop_per_token
        Training arithmetic for one token, forward and backward [FLOP/token].
    tokens
        Tokens trained on [token].
    chip
        Key or name of a row of ``data/training_chips.csv``.
    gpus, days
        Chips at once [GPU] and days of training [day]; one follows from the other.
    mfu
        Model FLOPs utilisation against the dense 16-bit peak [share].
    price
        Rental price of a chip [USD/GPU-hour].
    people, months, pay
        People [person], for how long [month], and what one costs [USD/year].
    gpu_hours
        Chip-hours, where they are known [GPU-hour]: then nothing is predicted.
    started
        Years from the date of the server's price to the start of the run [year].
    """

    flop_per_token: float
    tokens: float
    chip: str
    gpus: float | None = None
    days: float | None = None
    mfu: float | None = None
    price: float | None = None
    people: float | None = None
    months: float | None = None
    pay: float | None = None
    gpu_hours: float | None = None
    started: float | None = None


class UnlikelyError(ValueError):
    """An input that is possible but that nobody has seen: to be confirmed, not refused."""


def check(run: Run, *, sure: bool = False) -> None:
    """Question what is out of all proportion.

    Raises
    ------
    ValueError
        If an input is impossible, or if two belong together and one is missing.
    UnlikelyError
        If an input is beyond anything published; ``sure`` lets it pass.
    """
    for name, (least, most, why) in ASKED.items():
        value = getattr(run, name)
        if value is None:
            continue
        option = "--" + name.replace("_", "-")
        if not 0 < value < float("inf"):
            raise ValueError(f"{option}: found {value:g}, expected a number above 0")
        if name == "mfu" and value > 1:
            raise ValueError(
                f"{option}: found {value:g}, expected a share of at most 1, such as 0.4"
            )
        if not (least <= value <= most or sure):
            raise UnlikelyError(
                f"{option}: found {value:g}, expected {least:g} to {most:g} ({why}); "
                "add --sure if it is meant"
            )
    if run.gpus is not None and run.days is not None:
        raise ValueError("--gpus and --days: found both, expected one; the other follows")
    if run.gpu_hours is not None and run.mfu is not None:
        raise ValueError("--gpu-hours and --mfu: found both, expected one; the other follows")
    for one, other in (("people", "months"), ("months", "people"), ("pay", "people")):
        if getattr(run, one) is not None and getattr(run, other) is None:
            raise ValueError(f"--{one}: found without --{other}, expected both or neither")
