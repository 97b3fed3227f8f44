"""The best evidence for each claimed number, in the claim's unit, by the name that a reading uses.

A reading of ``claim_readings`` names what it compares a claim with: a fact by its id, or one of
these. A claim without a number is checked in words, by the finding that its reading states.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from analysis.costs.rental import gpu_hours, rental_usd
from analysis.runs import peers, training
from press.estimate import Estimate
from press.facts import Facts
from press.maths import minimum
from press.numbers import day, number

DAY = "nvda-2025-01-27"
"""The day of the fall, as a row of ``one_day_losses``."""
LIST_PRICE = "PR-099"
"""The only listed price of an H800-hour that was found, as a row of ``rental_prices``."""
LARGE = 1e24
"""FLOPs from which a run counts as large, as in the chart of training runs [FLOP]."""


def loss_rank(facts: Facts) -> float:
    """Rank of Nvidia's loss of 27 January 2025 among the one-day losses up to that day."""
    that_day = facts.row("one_day_losses", DAY)
    rows = facts.rows("one_day_losses")
    earlier = [row for row in rows if row["date"] < that_day["date"]]
    return 1.0 + len([row for row in earlier if row["loss_usd"] >= that_day["loss_usd"]])


def fall_rank(facts: Facts) -> float:
    """Rank of that day among Nvidia's falls in percent up to it, from the days found: at best."""
    then = facts.row("one_day_losses", DAY)["date"]
    falls = {row["date"]: row["after"] / row["before"] - 1 for row in facts.rows("largest_falls")}
    return 1.0 + len([on for on, fall in falls.items() if on < then and fall <= falls[then]])


def tokens_at_once(facts: Facts) -> float:
    """Tokens that a position predicts in training [token]: the next and D more."""
    return 1 + facts.v3.mtp_depth


def experts_in_model(facts: Facts) -> float:
    """Routed experts of the whole model [expert]: those of a layer times the sparse layers."""
    config = facts.config("deepseek-v3")
    sparse: float = config["num_hidden_layers"] - config["first_k_dense_replace"]
    return facts.v3.routed_experts * sparse


def run_cost(facts: Facts) -> float:
    """Rental cost of the whole official run [USD]: GPU-hours times price."""
    return rental_usd(facts.v3.gpu_hours_total, facts.v3.price_per_gpu_hour)


def run_cost_at_list_price(facts: Facts) -> float:
    """The same at the one listed price of an H800-hour [USD]."""
    price = facts.row("rental_prices", LIST_PRICE)["usd_per_gpu_hour"]
    return rental_usd(facts.v3.gpu_hours_total, price)


def pretraining_share(facts: Facts) -> float:
    """Pre-training's share of the run's GPU-hours [share]."""
    return facts.v3.gpu_hours_pretraining / facts.v3.gpu_hours_total


def pretraining_cost(facts: Facts) -> float:
    """Rental cost of pre-training alone [USD]."""
    return rental_usd(facts.v3.gpu_hours_pretraining, facts.v3.price_per_gpu_hour)


def refinement_hours(facts: Facts) -> float:
    """GPU-hours after pre-training: context extension and post-training [GPU-hour]."""
    return facts.v3.gpu_hours_context_extension + facts.v3.gpu_hours_post_training


def refinement_share(facts: Facts) -> float:
    """Their share of the run's GPU-hours [share]."""
    return refinement_hours(facts) / facts.v3.gpu_hours_total


def peak_gpus(facts: Facts) -> float:
    """H800s that DeepSeek documents in service at once [GPU]."""
    return facts.serving.nodes_peak * facts.v3.gpus_per_node


def operating_per_year(facts: Facts) -> float:
    """The claimed operating cost spread over the years of the table's row [USD/year]."""
    return facts.semianalysis.operating_cost / facts.semianalysis.table_years


def founding_year(facts: Facts) -> float:
    """Year in which DeepSeek became a company of its own."""
    return number(facts.text("deepseek.incorporation_date")[:4])


def outside_rounds_before_print(facts: Facts) -> float:
    """Rounds of outside money reported before the last copy that carries a date [round]."""
    printed = max(row["date"] for row in facts.rows("copies", examined=True) if row["date"])
    funded = facts["deepseek.funding_round_cny"].date or ""
    return float(funded <= printed[: len(funded)])


def top_salary(facts: Facts) -> Estimate:
    """The highest yearly salary that DeepSeek advertised, in dollars [USD]."""
    pay = facts.deepseek
    yuan = pay.advertised_salary_cny_per_month * pay.monthly_salaries_per_year
    return facts.estimate("exchange.cny_per_usd_2025_h1").map(lambda rate: yuan / rate)


def only_china_share(facts: Facts) -> float:
    """Share of DeepSeek's authors who studied and worked only in China."""
    return facts.authors.china_only_educated / facts.authors.with_known_affiliations


def r1_cost(facts: Facts) -> float:
    """What R1's own stage cost at the report's price [USD]: two RL runs and the data."""
    hours = gpu_hours(facts.r1_zero.rl_gpus, facts.r1_zero.rl_wall_hours + facts.r1.rl_wall_hours)
    return rental_usd(hours + facts.r1.gpu_hours_sft_data, facts.r1.price_per_gpu_hour)


def r1_with_base(facts: Facts) -> float:
    """R1's own stage and the base model that it starts from, at the same price [USD]."""
    base = facts.v3.gpu_hours_pretraining + facts.v3.gpu_hours_context_extension
    return r1_cost(facts) + rental_usd(base, facts.r1.price_per_gpu_hour)


def gpt4o_interval(facts: Facts) -> Estimate:
    """Epoch AI's estimate for GPT-4o with the interval that it gives its method [USD]."""
    return facts.estimate("epoch.amortised_cost_factor").scaled(facts.gpt4o.cost_amortised)


def gpt4o_least_over_r1(facts: Facts) -> float:
    """The low end of that interval over R1 with its base, amortised by the same method [ratio]."""
    v3 = peers.amortised(facts, peers.V3).usd.value / facts.v3.gpu_hours_total
    return gpt4o_interval(facts).bounds[0] / (
        v3 * r1_with_base(facts) / facts.r1.price_per_gpu_hour
    )


def large_hopper_runs(facts: Facts) -> dict[str, float]:
    """GPU-hours over V3's of each large run by others on Hopper chips with published hours."""
    mine = peers.hours(facts, peers.V3)
    return {
        key: hours / mine
        for key, hours in peers.hopper_hours(facts).items()
        if peers.run(facts, key)["developer"] != peers.run(facts, peers.V3)["developer"]
        and (training.best_flop(peers.run(facts, key)) or 0.0) >= LARGE
    }


def rivals_before(facts: Facts) -> list[float]:
    """Those that were released before V3, in V3's GPU-hours."""
    ours = day(peers.run(facts, peers.V3)["released"])
    found = large_hopper_runs(facts).items()
    return [hours for key, hours in found if day(peers.run(facts, key)["released"]) < ours]


def rival_least(facts: Facts) -> float:
    """The cheapest of them [ratio]."""
    return minimum(*rivals_before(facts))


def share_dearer(facts: Facts) -> float:
    """Share of all large runs by others on Hopper chips that took more hours than V3 [share]."""
    found = large_hopper_runs(facts).values()
    return sum(hours > 1 for hours in found) / len(found)


Measure = Callable[[Facts], "Estimate | float"]
MEASURES: Mapping[str, Measure] = {
    measure.__name__: measure
    for measure in (
        loss_rank, fall_rank, tokens_at_once, experts_in_model, run_cost, run_cost_at_list_price,
        pretraining_share, pretraining_cost, refinement_share, peak_gpus, operating_per_year,
        founding_year, outside_rounds_before_print, top_salary, only_china_share, r1_cost,
        r1_with_base, gpt4o_interval, gpt4o_least_over_r1, rival_least, share_dearer,
    )
}  # fmt: skip


def evidence(name: str, facts: Facts) -> Estimate:
    """The number that a reading names: a measure, or a fact by its id; ``KeyError`` for neither."""
    found = MEASURES[name](facts) if name in MEASURES else facts.estimate(name)
    return found if isinstance(found, Estimate) else Estimate(number(found))
