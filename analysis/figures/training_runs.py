"""Figures of other training runs: like for like, predicted hours, scores and yardsticks."""

from __future__ import annotations

from analysis.costs.rental import rental_usd
from analysis.runs import peers
from analysis.runs.comparisons import Cost, cost_fact, cost_ratio, wins
from analysis.runs.peers import LLAMA, V3
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.maths import above, maximum, median, minimum, total
from press.numbers import number

BASE = ("v3-base", "DeepSeek-V3", "Llama 3.1 405B")


SONNET_CHAT = ("v3-chat", "DeepSeek-V3", "Claude 3.5 Sonnet (1022)")


GPT4O_CHAT = ("v3-chat", "DeepSeek-V3", "GPT-4o (0513)")


def _flop_with_attention(facts: Facts, key: str) -> float:
    return peers.known(key, peers.flop_with_attention(facts, key))


@figure(unit="1", formula="rows of the table of training runs", untraced="a count of rows")
def count(facts: Facts) -> float:
    """Training runs in the table."""
    return number(len(facts.rows("training_runs")))


@figure(unit="FLOP")
def flop_v3(facts: Facts) -> float:
    """FLOPs of DeepSeek-V3’s pre-training by the common rule."""
    return peers.flop(facts, V3)


@figure(unit="FLOP")
def flop_405b(facts: Facts) -> float:
    """FLOPs of Llama 3.1 405B’s pre-training by the common rule."""
    return peers.flop(facts, LLAMA)


@figure(unit="ratio", headline=True)
def flop_ratio(facts: Facts) -> float:
    """How many times V3’s FLOPs Llama 3.1 405B took."""
    return flop_405b(facts) / flop_v3(facts)


@figure(unit="ratio")
def qwen_flop_ratio(facts: Facts) -> float:
    """How many times V3’s FLOPs Qwen2.5-72B took."""
    return peers.flop(facts, "qwen2.5-72b") / flop_v3(facts)


@figure(unit="ratio")
def parameter_ratio(facts: Facts) -> float:
    """How many times the parameters of V3 a token uses in Llama 3.1 405B."""
    llama, v3 = (number(peers.run(facts, k)["parameters_active"]) for k in (LLAMA, V3))
    return llama / v3


@figure(
    unit="FLOP/GPU-hour",
    headline=True,
)
def flop_per_hour_v3(facts: Facts) -> float:
    """FLOPs in one GPU-hour of DeepSeek-V3’s pre-training."""
    return flop_v3(facts) / peers.hours(facts, V3, further=False)


@figure(
    unit="FLOP/GPU-hour",
    headline=True,
)
def flop_per_hour_405b(facts: Facts) -> float:
    """FLOPs in one GPU-hour of Llama 3.1 405B."""
    return flop_405b(facts) / peers.hours(facts, LLAMA)


@figure(
    unit="share",
)
def attention_lead(facts: Facts) -> float:
    """How much more arithmetic V3 did in a GPU-hour than 405B when attention is counted."""
    v3 = _flop_with_attention(facts, V3) / peers.hours(facts, V3, further=False)
    return v3 / (_flop_with_attention(facts, LLAMA) / peers.hours(facts, LLAMA)) - 1


@figure(
    unit="ratio",
    headline=True,
)
def hours_ratio(facts: Facts) -> float:
    """How many times V3’s GPU-hours Llama 3.1 405B took."""
    return peers.hours(facts, LLAMA) / peers.hours(facts, V3)


@figure(unit="USD")
def rental_405b(facts: Facts) -> Estimate:
    """Llama 3.1 405B at the price that DeepSeek assumes for itself."""
    return peers.rental(facts, LLAMA).usd


@figure(unit="USD")
def rental_maverick(facts: Facts) -> Estimate:
    """Llama 4 Maverick at the price that DeepSeek assumes for itself."""
    return peers.rental(facts, "llama-4-maverick").usd


@figure(unit="USD")
def rental_gpt_oss(facts: Facts) -> Estimate:
    """gpt-oss-120b at the price that DeepSeek assumes for itself."""
    return peers.rental(facts, "gpt-oss-120b").usd


@figure(
    unit="1",
    formula="pre-training of 10²⁴ FLOPs or more on H100 or H800, published hours",
    untraced="a count of rows",
)
def hopper_count(facts: Facts) -> float:
    """Large Hopper runs with published hours in our table, V3 among them."""
    return number(len(peers.large_hopper_hours(facts)))


@figure(unit="1")
def hopper_dearer(facts: Facts) -> float:
    """Large Hopper runs with published hours in our table that took more hours than V3."""
    mine = peers.hours(facts, V3)
    return number(total(above(found, mine) for found in peers.large_hopper_hours(facts).values()))


@figure(
    unit="1",
    formula="of these, runs of other developers that were released before V3",
    untraced="a count of rows",
)
def hopper_before_count(facts: Facts) -> float:
    """Large Hopper runs of others in our table that were released before V3."""
    return number(len(peers.hopper_before(facts)))


@figure(unit="ratio")
def hopper_before(facts: Facts) -> Estimate:
    """How many times V3’s GPU-hours the large Hopper runs of others before it took."""
    found = peers.hopper_before(facts).values()
    return Estimate(median(found), minimum(*found), maximum(*found))


@figure(
    unit="ratio",
    formula="405B at cloud prices ÷ V3 at its report’s price: mixing definitions, as was done",
)
def mixed_ratio(facts: Facts) -> Estimate:
    """The ratio that the AI Index’s cost of 405B against V3’s suggests."""
    v3 = peers.rental(facts, V3)
    return cost_ratio(
        cost_fact(facts, "llama3_405b.training_cost_ai_index"),
        v3,
        mixing="the comparison as it was made",
    )


@figure(unit="USD/GPU-hour")
def cloud_rate(facts: Facts) -> float:
    """The cloud price of an H100-hour behind the AI Index’s cost of Llama 3.1 405B."""
    return peers.cloud_rate(facts)


@figure(unit="USD")
def cloud_v3(facts: Facts) -> float:
    """DeepSeek-V3 at the cloud price behind the AI Index’s cost of Llama."""
    return rental_usd(peers.hours(facts, V3), peers.cloud_rate(facts))


@figure(unit="ratio")
def cloud_ratio(facts: Facts) -> Estimate:
    """The ratio on the cloud definition, with Epoch’s own hours for Llama."""
    v3 = Cost("DeepSeek-V3", Estimate(cloud_v3(facts)), "market_rental")
    return cost_ratio(cost_fact(facts, "llama3_405b.cost_cloud"), v3)


@figure(unit="share")
def epoch_hours_gap(facts: Facts) -> float:
    """By how much Epoch’s hours for Llama 3.1 405B exceed Meta’s own."""
    assumed = facts.llama3_405b.training_hours_epoch * number(peers.run(facts, LLAMA)["chips"])
    return assumed / peers.hours(facts, LLAMA) - 1


@figure(unit="ratio")
def amortised_ratio(facts: Facts) -> float:
    """The ratio on the amortised definition; the price of the hardware all but cancels."""
    return peers.method(facts, LLAMA).total_usd / peers.method(facts, V3).total_usd


@figure(unit="USD")
def amortised_405b(facts: Facts) -> Estimate:
    """Llama 3.1 405B’s hardware used up and energy, from Meta’s hours, priced as V3 is."""
    return peers.amortised(facts, V3).usd.scaled(amortised_ratio(facts))


@figure(
    unit="1", formula="runs with parameters, tokens, chip and hours", untraced="a count of rows"
)
def predicted_count(facts: Facts) -> float:
    """Runs whose GPU-hours can be predicted and checked."""
    return number(len(peers.predictions(facts)))


@figure(unit="1")
def predicted_within_two(facts: Facts) -> float:
    """Runs whose hours are predicted to within a factor of two."""
    return number(
        total(
            above(p.ratio, 0.5, at_least=True) * above(2, p.ratio, at_least=True)
            for p in peers.predictions(facts)
        )
    )


@figure(unit="share")
def predicted_error(facts: Facts) -> float:
    """The typical error of the predicted hours."""
    return median(abs(p.ratio - 1) for p in peers.predictions(facts))


@figure(unit="share")
def mfu_implied(facts: Facts) -> Estimate:
    """Utilisation that published hours imply over all runs."""
    found = [p.mfu_implied for p in peers.predictions(facts)]
    return Estimate(median(found), minimum(*found), maximum(*found))


@figure(unit="GPU-hour")
def v3_predicted(facts: Facts) -> float:
    """V3’s pre-training hours as an outsider predicts them."""
    return next(p.predicted for p in peers.predictions(facts) if p.run["run"] == V3)


@figure(unit="1")
def base_wins(facts: Facts) -> float:
    """Benchmarks of the base table on which V3 is better than Llama 3.1 405B."""
    return number(wins(facts, *BASE)[0])


@figure(unit="1", formula="rows of DeepSeek’s base-model table", untraced="a count of rows")
def base_benchmarks(facts: Facts) -> float:
    """Benchmarks of the base table."""
    return number(wins(facts, *BASE)[1])


@figure(unit="1")
def chat_wins_sonnet(facts: Facts) -> float:
    """Benchmarks of the chat table on which V3 is better than Claude 3.5 Sonnet."""
    return number(wins(facts, *SONNET_CHAT)[0])


@figure(unit="1")
def chat_wins_gpt4o(facts: Facts) -> float:
    """Benchmarks of the chat table on which V3 is better than GPT-4o of May 2024."""
    return number(wins(facts, *GPT4O_CHAT)[0])


@figure(unit="1", formula="rows of DeepSeek’s chat-model table", untraced="a count of rows")
def chat_benchmarks(facts: Facts) -> float:
    """Benchmarks of the chat table."""
    return number(wins(facts, *GPT4O_CHAT)[1])


@figure(unit="ratio")
def sonnet_ratio(facts: Facts) -> Estimate:
    """How many times V3’s amortised cost that of Claude 3.5 Sonnet is estimated to be."""
    return peers.sonnet_ratio(facts)


@figure(
    unit="ratio",
    formula="Amodei’s words on Sonnet as we read them ÷ V3 at its price: mixing definitions",
)
def sonnet_ratio_stated(facts: Facts) -> Estimate:
    """How many times V3’s reported cost Anthropic’s statement about Sonnet makes."""
    reason = "Anthropic does not say what its number counts"
    return cost_ratio(
        cost_fact(facts, "claude3_5_sonnet.training_cost_amodei"),
        peers.rental(facts, V3),
        mixing=reason,
    )


@figure(unit="year")
def years_since_405b(facts: Facts) -> float:
    """Years from the release of Llama 3.1 405B to that of V3."""
    return peers.years_between(facts, LLAMA, V3)


@figure(unit="ratio")
def trend_compute(facts: Facts) -> Estimate:
    """The saving of compute since Llama 3.1 405B that the trend predicts."""
    return peers.compute_test(facts).expected


@figure(unit="ratio")
def price_ratio(facts: Facts) -> Estimate:
    """How many times V3’s API price GPT-4o’s is, at one mix of tokens."""
    return peers.price_tests(facts)[0].observed


@figure(unit="ratio")
def trend_price(facts: Facts) -> Estimate:
    """The fall in price since GPT-4o that Epoch’s fit for GPT-4’s MMLU predicts."""
    return peers.price_tests(facts)[1].expected
