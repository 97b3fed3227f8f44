"""What edition 1 had wrong cannot come back: a check a row of ``data/corrections.csv``."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from analysis.claims import ledger, rating
from analysis.drawings import calculator
from press import figures
from press.facts import Facts
from press.figures import Figure
from press.publishing import wording
from tests.conftest import ROOT

FACTS = Facts()
BY_KEY = FACTS.table("facts").by_key
CORRECTIONS = {row["id"]: row for row in FACTS.rows("corrections")}
PUBLISHED = list(
    csv.DictReader(io.StringIO((ROOT / "tests/data/edition_1.csv").read_text("utf-8")))
)
"""Every figure of edition 1: its key then and now, its value then, and why it moved or went."""


def fig(key: str) -> Figure:
    return figures.evaluate(key, FACTS)


def near(key: str, value: float) -> bool:
    return fig(key).value == pytest.approx(value, rel=0.05)


def ends(key: str, low: float, high: float) -> bool:
    found = fig(key)
    return (found.low, found.high) == pytest.approx((low, high), rel=0.05)


def page(name: str) -> str:
    return (ROOT / "book" / f"{name}.md").read_text(encoding="utf-8")


def gone(words: str, *pages: str) -> bool:
    """Whether words stand on no page, or on none of these."""
    shown = pages or [p.stem for p in (ROOT / "book").glob("*.md") if p.stem != "corrections"]
    return not any(words in page(name) for name in shown)


def rated(**parts: str) -> bool:
    """Whether parts of claims are rated so; a letter in front keeps the name a name."""
    return all(rating(part[1:], FACTS) == wanted for part, wanted in parts.items())


ORDER = ["the run", "development", "with people", "machines"]
states = ledger.state_counts(FACTS)
CONTEXT, NEVER = "Supported, context missing", "Undecidable"
CHECKS: dict[str, Callable[[], bool]] = {
    "operating-years": lambda: gone("whole number of years") and "hard to say" in page("owning"),
    "v41-flash": lambda: near("after_v3.flop_v41_flash", 4.32e24),
    "standing": lambda: mild() == [],
    "typed-words": lambda: list(wording.elsewhere(wording.reviewed())) == [],
    "inputs-read": lambda: (
        len(fig("costs.market_price").facts) == fig("costs.prices_compared").value
    ),
    "hopper-count": lambda: (
        fig("training_runs.hopper_count").value == 8
        and fig("training_runs.hopper_dearer").value == 4
    ),
    "claim-ratio": lambda: near("owning.claim_ratio", 8.55),
    "days-405b": lambda: near("training_runs.years_since_405b", 0.427),
    "pue": lambda: "1.25" not in str(FACTS["C201b"].quote),
    "price-quotes": lambda: "15.86" in str(FACTS["C240"].quote),
    "days-of-fleet": lambda: (
        near("fleet.v3_days_of_claimed", 4.74) and near("fleet.v3_share_of_claimed", 0.013)
    ),
    "margin": lambda: FACTS.value("INF-012") == 5.45 and "{num}`INF-012:" in page("serving"),
    "downtime": lambda: near("training_run.downtime_ceiling_days", 7.8),
    "gpt4-cloud": lambda: fig("r1_gpt4o.ratio_gpt4_cloud").low is None,
    "fire-flyer-1": lambda: "TFLOP" in page("money-people") and gone("`FF-012a:,.0` A100"),
    "vintages": lambda: near("r1_gpt4o.gpt4_amortised", 37_334_305),
    "same-figures": lambda: not {"r1_gpt4o.cost", "r1_gpt4o.hours"} & set(figures.keys()),
    "amortised-twice": lambda: (
        near("ladder.v3_amortised", 3.29e6)
        and not {"training_runs.amortised_v3", "costs.amortised"} & set(figures.keys())
    ),
    "list-prices": lambda: gone("below every list price of the time that we found"),
    "price-words": lambda: gone("was below every price that a cloud"),
    "bought": lambda: gone("thought to have bought"),
    "gpu-hour-bold": lambda: gone("costs less than the {num}`V3-009") and gone("**An hour of the"),
    "count-not-price": lambda: gone("about the count, not the price"),
    "server-price-twice": lambda: near("owning.server_price", 37_080),
    "toms-paraphrase": lambda: "paraphrase of Tom’s Hardware" in page("money-people"),
    "only-chinese-universities": lambda: gone("only from Chinese universities", "money-people"),
    "range-on-front": lambda: page("index").count("{num}`ladder.staff@range") >= 2,
    "cluster-price": lambda: near("ladder.cluster", 84.9e6) and ends("ladder.cluster", 47e6, 161e6),
    "staff-central": lambda: near("ladder.staff", 34.3e6) and ends("ladder.staff", 16e6, 81e6),
    "ratio": lambda: near("left_out.ratio", 3.38) and near("ladder.development", 21.7e6),
    "people": lambda: near("left_out.full_time", 111) and ends("left_out.full_time", 64, 170),
    "independent-inputs": lambda: len(FACTS.rows("correlations")) > 3,
    "failed-runs": lambda: not any("failed" in name for name in calculator.ASSUMPTIONS),
    "fleet-bar": lambda: fig("ladder.claimed_fleet").low is None,
    "span": lambda: near("ladder.span", 43.6),
    "olmo": lambda: "left_out.factor_olmo" not in figures.keys(),
    "fleet-year-central": lambda: near("ladder.fleet_year", 59.8e6),
    "ladder-order": lambda: list(dict.fromkeys(boundaries())) == ORDER,
    "both-inputs": lambda: "how_sure.specifications" in page("index"),
    "claim-4": lambda: rated(_4=CONTEXT) and "OLM-01" in page("verdicts"),
    "claim-7": lambda: rated(_7a=CONTEXT, _7b="Wrong", _7c="Supported", _7d=NEVER),
    "claim-9": lambda: rated(_9a=NEVER, _9b="Misleading"),
    "claim-10": lambda: rated(_10=NEVER),
    "claim-13": lambda: rated(_13=CONTEXT),
    "claim-15": lambda: rated(_15a=NEVER, _15b="Supported"),
    "claim-16": lambda: rated(_16=NEVER),
    "claim-17": lambda: "rests on R1 alone" in page("verdicts"),
    "claim-18": lambda: rated(_18a=NEVER, _18b=CONTEXT),
    "comparators": lambda: gone("not typed", "verdicts") and len(FACTS.rows("claim_readings")) > 40,
    "one-house": lambda: gone("two witnesses: SemiAnalysis"),
    "myth": lambda: gone("Both headlines are right") and gone("shown that the fleet is small"),
    "ledger": lambda: list(map(states.__getitem__, ("kept", "changed", "garbled"))) == [30, 37, 19],
    "cache-cut-layers": lambda: near("latent_attention.cut_per_layer", 0.7188),
    "routing-random": lambda: "For these random vectors" in page("mixture-of-experts"),
    "moe-equal-compute": lambda: {"DSM-01", "OLM-01", "OLM-02"} <= BY_KEY.keys(),
    "ablation-errors": lambda: (
        fig("multi_token_prediction.gains_beyond").value == 6
        and fig("multi_token_prediction.losses_beyond").value == 0
    ),
    "absorbed-matrix": lambda: gone("output matrix $W^{UV}", "latent-attention"),
    "decode-arithmetic": lambda: (
        near("latent_attention.flop_per_cached_byte", 241.8) and gone("has arithmetic to spare")
    ),
    "mtp-speed-up-bytes": lambda: (
        near("multi_token_prediction.draft_bytes_alone", 0.068)
        and near("multi_token_prediction.draft_bytes_deployed", 0.103)
    ),
    "mtp-speed-up-load": lambda: near("multi_token_prediction.speed_up_day6", 1.2),
    "mtp-raises-limits": lambda: (
        fig("serving.network_with_draft").value < fig("serving.network_bound").value
        and fig("serving.arithmetic_with_draft").value < fig("serving.compute_bound").value
    ),
    "network-nine-copies": lambda: near("serving.network_bound", 40_089),
    "context-precision": lambda: near("training_run.context_ratio_mixed", 5.08),
    "mfu-mixed": lambda: near("training_run.mfu_mixed", 0.223),
    "hours-floor": lambda: "training_run.gpu_hours_floor" not in figures.keys(),
    "hours-three-ways": lambda: "one witness and not three" in page("training-run"),
    "mtp-may": lambda: "may enable" in page("multi-token-prediction"),
    "mtp-same-text": lambda: "leaves the *distribution*" in page("multi-token-prediction"),
}


def boundaries() -> list[str]:
    return [row["boundary"] for row in sorted(FACTS.rows("ladder"), key=lambda row: row["order"])]


def mild() -> list[str]:
    """Figures with an input from the press, not weighed against others, that are not *claimed*."""
    weighed: set[str] = set()
    found = []
    with pytest.MonkeyPatch.context() as patch:
        note = Facts.weighed
        patch.setattr(Facts, "weighed", lambda f, m: (weighed.update(m.seen), note(f, m))[1])
        for key in figures.keys():
            weighed.clear()
            made = figures.evaluate(key, FACTS)
            press = {f for f in made.facts if BY_KEY.get(f, {}).get("evidence") == "press"}
            if press - weighed and made.standing != "claimed":
                found.append(key)
    return found


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_what_was_wrong_stays_away(correction: str) -> None:
    assert CHECKS[correction](), CORRECTIONS[correction]["wrong"]


def test_every_check_is_of_a_correction() -> None:
    assert CHECKS.keys() <= CORRECTIONS.keys()


def test_values_that_were_right_still_come_out() -> None:
    """Each figure of edition 1 has the value it had, or a correction or a reason why not."""
    wrong = []
    for row in PUBLISHED:
        why = row["correction"] or row["why"]
        assert row["correction"] in {"", *CORRECTIONS}, row
        same = row["now"] and fig(row["now"]).value == pytest.approx(float(row["value"]), rel=1e-6)
        if bool(same) == bool(why):
            wrong.append(f"{row['key']} was {row['value']}: {why or 'moved, and nobody says why'}")
    assert len(PUBLISHED) == 446
    assert wrong == []
