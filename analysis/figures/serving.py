"""Figures of serving: Day 6's margin and its conditions, API prices, what the hardware allows."""

from __future__ import annotations

from analysis import serving
from analysis.runs import peers
from press.estimate import Estimate
from press.facts import Facts
from press.figures import figure
from press.numbers import number

R1, R1_NIGHT = "page/deepseek-r1/list", "night/deepseek-r1/off-peak"


V3, V3_NIGHT = "page/deepseek-v3/list", "night/deepseek-v3/off-peak"


NIGHT_HOURS = 8.0
"""The off-peak tariff holds from 16:30 to 00:30 UTC, wholly within the 24 hours counted."""


ROUNDING_TOKENS = 0.5e9
"""Day 6 prints whole billions of tokens."""


@figure(unit="USD/day", headline=True)
def cost_day(facts: Facts) -> float:
    """Rent for the nodes that served V3 and R1 for a day, at DeepSeek’s price."""
    return serving.daily_cost_usd(facts.serving.nodes_average, facts.serving.price_per_gpu_hour)


def revenue(facts: Facts, tariff: str, night: str = "", rounding: float = 0.0) -> float:
    """A day's tokens, all billed at a tariff, a third of them at night if one is given [USD]."""
    traffic = peers.day6_traffic(facts)
    rounded = serving.Traffic(
        *(n + rounding for n in (traffic.cached, traffic.uncached, traffic.output))
    )
    prices = peers.tariff(facts, tariff)
    if night:
        share = NIGHT_HOURS / serving.HOURS_PER_DAY
        prices = prices.blend(peers.tariff(facts, night), share)
    return serving.revenue_usd(rounded, prices) / serving.DAY


@figure(unit="USD/day", headline=True)
def revenue_day(facts: Facts) -> Estimate:
    """A day’s revenue if every token were billed at R1’s list price."""
    ends = (revenue(facts, R1, rounding=r) for r in (0.0, -ROUNDING_TOKENS, ROUNDING_TOKENS))
    return Estimate(*ends)


@figure(unit="share", headline=True)
def margin(facts: Facts) -> Estimate:
    """Day 6’s theoretical profit over cost, rebuilt."""
    cost = cost_day(facts)
    return revenue_day(facts).map(lambda usd: serving.margin_over_cost(usd, cost))


@figure(unit="share")
def margin_published_inputs(facts: Facts) -> float:
    """Profit over cost from the two dollar amounts that Day 6 prints."""
    return serving.margin_over_cost(facts.serving.revenue_per_day, facts.serving.cost_per_day)


@figure(unit="share")
def share_of_revenue(facts: Facts) -> float:
    """The same profit as a share of revenue, the usual gross margin."""
    return 1 - cost_day(facts) / revenue_day(facts).value


@figure(unit="share")
def margin_v3(facts: Facts) -> float:
    """Profit over cost if every token were billed at V3’s list price."""
    return serving.margin_over_cost(revenue(facts, V3), cost_day(facts))


@figure(unit="share")
def margin_r1_night(facts: Facts) -> float:
    """Profit over cost at R1’s prices with the night discount on a third of the tokens."""
    return serving.margin_over_cost(revenue(facts, R1, R1_NIGHT), cost_day(facts))


@figure(unit="share")
def margin_conditions(facts: Facts) -> Estimate:
    """Profit over cost if every token were paid for, over models and hours of the day."""
    cost = cost_day(facts)
    low, r1 = revenue(facts, V3, V3_NIGHT), revenue(facts, R1, R1_NIGHT)
    ends = ((low + r1) / 2, low, revenue(facts, R1))
    return Estimate(*(serving.margin_over_cost(usd, cost) for usd in ends))


@figure(unit="share")
def break_even(facts: Facts) -> Estimate:
    """The share of tokens that must be paid for to cover the rent."""
    return margin_conditions(facts).map(lambda m: 1 / (1 + m))


@figure(unit="share")
def break_even_r1(facts: Facts) -> float:
    """The share of tokens to be paid at R1’s list price for the rent to be covered."""
    return cost_day(facts) / revenue_day(facts).value


@figure(unit="share")
def margin_list_rent(facts: Facts) -> float:
    """Profit over cost at R1’s prices if the GPUs were rented at the listed H800 price."""
    price = number(facts.row("rental_prices", "PR-134")["usd_per_gpu_hour"])
    rent = serving.daily_cost_usd(facts.serving.nodes_average, price)
    return serving.margin_over_cost(revenue_day(facts).value, rent)


@figure(unit="node")
def nodes_prefill(facts: Facts) -> float:
    """Nodes that the day’s input needs at the stated rate."""
    return serving.nodes_for(
        facts.serving.input_tokens_per_day / serving.DAY,
        facts.serving.prefill_tokens_per_s_per_node,
    )


@figure(unit="node")
def nodes_decode(facts: Facts) -> float:
    """Nodes that the day’s output needs at the stated rate."""
    return serving.nodes_for(
        facts.serving.output_tokens_per_day / serving.DAY,
        facts.serving.decode_tokens_per_s_per_node,
    )


@figure(unit="node")
def nodes(facts: Facts) -> float:
    """Nodes that the stated rates imply for the day’s tokens."""
    return nodes_prefill(facts) + nodes_decode(facts)


@figure(unit="USD/million tokens")
def cost_per_million(facts: Facts) -> float:
    """Rent for a million tokens, input and output together."""
    return cost_day(facts) * serving.DAY / peers.day6_traffic(facts).total * serving.MILLION


def _h800(facts: Facts, column: str) -> float:
    return number(facts.row("accelerators", "h800-sxm5")[column])


def load(facts: Facts) -> serving.DecodeLoad:
    """What each GPU of Day 6's decode units holds and moves."""
    return serving.decode_load(
        facts.config("deepseek-v3"),
        facts.serving.context_per_output_token,
        facts.serving.routed_experts_per_gpu,
        facts.v3.kv_cache_bytes_per_token,
    )


@figure(unit="sequence")
def sequences(facts: Facts) -> Estimate:
    """Conversations that one decode GPU serves at once, from the two published speeds."""
    per_gpu = facts.serving.decode_tokens_per_s_per_node / serving.GPUS_PER_NODE
    return facts.estimate("serving.output_tokens_per_s_per_user").map(lambda speed: per_gpu / speed)


@figure(unit="token/s")
def memory_bound(facts: Facts) -> Estimate:
    """Output tokens per second of a node if reading memory were its only limit."""
    found, rate = load(facts), _h800(facts, "memory_gb_per_s") * 1e9
    return sequences(facts).map(
        lambda many: serving.GPUS_PER_NODE * serving.memory_bound(found, many, rate)
    )


@figure(unit="token/s")
def memory_full(facts: Facts) -> float:
    """Output tokens per second of a node whose memory is full of caches."""
    found, rate = load(facts), _h800(facts, "memory_gb_per_s") * 1e9
    most = serving.largest_batch(found, _h800(facts, "memory_gb") * 1e9)
    return serving.GPUS_PER_NODE * serving.memory_bound(found, most, rate)


@figure(unit="sequence")
def sequences_most(facts: Facts) -> float:
    """Conversations whose caches fit beside the weights of one decode GPU."""
    return serving.largest_batch(load(facts), _h800(facts, "memory_gb") * 1e9)


@figure(unit="token/s")
def compute_bound(facts: Facts) -> float:
    """Output tokens per second of a node if arithmetic at peak were its only limit."""
    peaks = (_h800(facts, f"{kind}_flop_per_s") for kind in ("fp8", "bf16"))
    return serving.GPUS_PER_NODE * serving.compute_bound(load(facts), *peaks)


@figure(unit="token/s")
def network_bound(facts: Facts) -> float:
    """Output tokens per second of a node if its InfiniBand links were its only limit."""
    return serving.GPUS_PER_NODE * serving.network_bound(
        load(facts), facts.h800.infiniband_bytes_per_s
    )


@figure(unit="share")
def share_of_memory_bound(facts: Facts) -> Estimate:
    """The stated output of a decode node as a share of what memory allows."""
    stated = facts.serving.decode_tokens_per_s_per_node
    return memory_bound(facts).map(lambda most: stated / most)


@figure(unit="share")
def share_of_network_bound(facts: Facts) -> float:
    """The stated output of a decode node as a share of what the network allows."""
    return facts.serving.decode_tokens_per_s_per_node / network_bound(facts)


def draft(facts: Facts) -> serving.DecodeLoad:
    """What a draft by the prediction module adds to a step of such a GPU."""
    return serving.draft_load(
        facts.config("deepseek-v3"),
        facts.serving.context_per_output_token,
        facts.serving.routed_experts_per_gpu,
        facts.v3.kv_cache_bytes_per_token,
    )


def _yield(facts: Facts) -> float:
    """Tokens that a step with a draft yields for each sequence."""
    return 1 + facts.v3.mtp_acceptance_rate


@figure(unit="token/s")
def memory_with_draft(facts: Facts) -> float:
    """Output tokens per second of a node by memory alone if every step checks a draft."""
    found, extra, many = load(facts), draft(facts), sequences(facts).value
    step = found.weight_bytes + many * found.cache_bytes
    more = extra.weight_bytes + many * extra.cache_bytes
    return memory_bound(facts).value * _yield(facts) / (1 + more / step)


@figure(unit="token/s")
def arithmetic_with_draft(facts: Facts) -> float:
    """Output tokens per second of a node by arithmetic alone if every step checks a draft."""
    peaks = [_h800(facts, f"{kind}_flop_per_s") for kind in ("fp8", "bf16")]
    plain, more = (
        1 / serving.compute_bound(found, *peaks) for found in (load(facts), draft(facts))
    )
    return serving.GPUS_PER_NODE * _yield(facts) / (2 * plain + more)


@figure(unit="token/s")
def network_with_draft(facts: Facts) -> float:
    """Output tokens per second of a node by its network alone if every step checks a draft."""
    sent = 2 * load(facts).network_bytes + draft(facts).network_bytes
    return serving.GPUS_PER_NODE * facts.h800.infiniband_bytes_per_s * _yield(facts) / sent


KERNEL, THROTTLED, PEAK = "flashmla.flop_per_s", "h800.practical_peak_flop_per_s", ""
"""What attention may compute at: the kernel's best, the throttled clock, or the H800's peak."""


def rates(facts: Facts, bf16: str = THROTTLED) -> dict[str, float]:
    """Rates of an H800 for a decoding step, BF16 at one of the three."""
    return {
        "bytes_per_s": _h800(facts, "memory_gb_per_s") * 1e9,
        "fp8_flop_per_s": _h800(facts, "fp8_flop_per_s"),
        "bf16_flop_per_s": facts.value(bf16) if bf16 else _h800(facts, "bf16_flop_per_s"),
    }


def speed_up_at(facts: Facts, many: float) -> Estimate:
    """Speed-up by a draft at a batch: throttled rate; from the kernel's own rate to the peak."""
    p, found, extra = facts.v3.mtp_acceptance_rate, load(facts), draft(facts)
    ends = [
        serving.speed_up_from_step(found, extra, many, p, **rates(facts, kind))
        for kind in (THROTTLED, KERNEL, PEAK)
    ]
    return Estimate(*ends)


@figure(unit="USD/million tokens")
def price_v3(facts: Facts) -> float:
    """DeepSeek-V3’s list price for a million tokens."""
    return peers.blended_price(facts, V3)


@figure(unit="USD/million tokens")
def price_r1(facts: Facts) -> float:
    """DeepSeek-R1’s list price for a million tokens."""
    return peers.blended_price(facts, R1)


@figure(unit="USD/million tokens")
def price_gpt4o(facts: Facts) -> float:
    """GPT-4o’s price for a million tokens (version of August 2024)."""
    return peers.blended_price(facts, "after-r1/gpt-4o-0806/openai")


@figure(unit="USD/million tokens")
def price_o1(facts: Facts) -> float:
    """o1’s price for a million tokens."""
    return peers.blended_price(facts, "after-r1/o1/openai")


@figure(unit="ratio")
def o1_over_r1(facts: Facts) -> float:
    """How many times R1’s price that of o1 was in January 2025."""
    return price_o1(facts) / price_r1(facts)


@figure(unit="ratio")
def gpt4o_over_v3(facts: Facts) -> float:
    """How many times V3’s list price that of GPT-4o was in January 2025."""
    return price_gpt4o(facts) / price_v3(facts)


@figure(unit="share")
def promotion(facts: Facts) -> float:
    """How far V3’s introductory price, to 8 February 2025, lay below its list price."""
    return 1 - peers.blended_price(facts, "page/deepseek-v3/promotion") / price_v3(facts)
