"""The traced graph: what is computed is what the graph says, whatever the inputs."""

import copy
import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from press import graph_json
from press.derivatives import effects, gradient
from press.graph import GraphError, addresses, evaluate, evaluate_all, ordered
from press.maths import log, maximum, mean, median, minimum, significant, total
from press.numbers import Integer, Number, is_traced, losses, number, read, whole

PRICE = read(2.0, "V3-009", "USD/GPU-hour")
HOURS = read(2_788_000.0, "V3-004", "GPU-hour")

# --- random expressions: a program on three inputs ---

LEAVES = st.sampled_from(["a", "b", "c"]) | st.floats(0.5, 3).map(lambda x: round(x, 3))
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda part: (
        st.tuples(st.sampled_from("+-*/"), part, part)
        | st.tuples(st.sampled_from(["min", "max", "mean", "total", "median"]), part, part)
        | st.tuples(st.sampled_from(["neg", "abs", "log1", "square", "signif"]), part)
    ),
    max_leaves=12,
)
VALUES = st.fixed_dictionaries({name: st.floats(0.1, 50) for name in "abc"})
UNTIED = VALUES.filter(lambda v: len({*v.values(), 1.0}) == 4)


def run(expression, values):
    """The expression in Python, on traced or on plain numbers."""
    if isinstance(expression, str):
        return values[expression]
    if isinstance(expression, float):
        return expression
    op, *parts = expression
    x = [run(part, values) for part in parts]
    return {
        "+": lambda: x[0] + x[1],
        "-": lambda: x[0] - x[1],
        "*": lambda: x[0] * x[1],
        "/": lambda: x[0] / x[1],
        "min": lambda: minimum(*x),
        "max": lambda: maximum(*x),
        "mean": lambda: mean(x),
        "total": lambda: total([*x, x[0]]),
        "median": lambda: median([*x, 1.0]),
        "neg": lambda: -x[0],
        "abs": lambda: abs(x[0]),
        "log1": lambda: log(abs(x[0]) + 1),
        "square": lambda: x[0] ** 2,
        "signif": lambda: significant(x[0], 3),
    }[op]()


def inputs(values):
    return {name: read(value, name, "1") for name, value in values.items()}


def computed(expression, values):
    """The result on traced numbers, or no example where there is none."""
    try:
        found = run(expression, inputs(values))
    except (GraphError, ZeroDivisionError):
        found = None
    assume(isinstance(found, Number) and abs(found) < 1e12)
    return found


@given(EXPRESSIONS, VALUES)
@settings(max_examples=300, deadline=None)
def test_a_graph_has_the_value_that_was_computed(expression, values):
    found = computed(expression, values)
    assert found == pytest.approx(run(expression, values), rel=1e-12)
    assert evaluate(found.node, values) == found
    assert set(addresses(found.node)) <= set(values)


@given(EXPRESSIONS, VALUES, VALUES)
@settings(max_examples=300, deadline=None)
def test_other_inputs_give_what_the_program_gives_on_them(expression, values, others):
    found = computed(expression, values)
    again = computed(expression, others)
    moved = evaluate(found.node, others)
    assert moved == pytest.approx(float(again), rel=1e-9, abs=1e-12)


# Of three equal terms of a median none matters alone: a corner that differences do not show.
@given(EXPRESSIONS.filter(lambda e: "signif" not in str(e)), UNTIED)
@settings(max_examples=300, deadline=None)
def test_derivatives_are_those_of_finite_differences(expression, values):
    found = computed(expression, values)
    for name, slope in gradient(found.node).items():
        step = 1e-6 * values[name]
        at = [evaluate(found.node, {name: values[name] + d}) for d in (-step, 0.0, step)]
        rise, fall = (at[2] - at[1]) / step, (at[1] - at[0]) / step
        assume(rise == pytest.approx(fall, rel=1e-3, abs=1e-3 * abs(found)))  # no corner here
        assert slope == pytest.approx((rise + fall) / 2, rel=1e-3, abs=1e-3 * (1 + abs(found)))


@given(EXPRESSIONS, VALUES, VALUES)
@settings(max_examples=200, deadline=None)
def test_json_and_back_is_the_same_graph(expression, values, others):
    found = computed(expression, values)
    text = graph_json.dumps({"x": [found.node]})
    (back,) = graph_json.loads(text)["x"]
    assert back is found.node
    assert evaluate(back, others) == pytest.approx(evaluate(found.node, others))
    assert graph_json.dumps(graph_json.loads(text)) == text


# --- numbers that behave as numbers ---


def test_a_number_is_a_float_and_an_integer_an_int():
    layers = read(61, "config.layers", "1")
    assert isinstance(PRICE, float)
    assert isinstance(layers, int)
    assert isinstance(layers, Integer)
    assert json.dumps([PRICE, layers]) == "[2.0, 61]"
    assert [1, 2][read(1, "i")] == 2
    assert list(range(read(2, "i"))) == [0, 1]
    assert isinstance(layers // 2, Integer)
    assert isinstance(layers / 2, Number)
    assert isinstance(layers * 1.0, Number)
    assert isinstance(layers * 1, Integer)
    assert layers % 2 == 1
    assert (layers > 3) is True
    assert {layers: 1}[61] == 1
    assert math.ceil(read(2.5, "x")) == 3
    assert isinstance(math.ceil(read(2.5, "x")), Integer)


def test_sums_leave_no_trace_of_their_zero():
    assert sum([PRICE]).node is PRICE.node
    assert total([0, PRICE, 0.0]).node is PRICE.node
    assert total([]) == 0


def test_equal_terms_are_counted():
    layer = read(7, "layer", "1")
    found = total([layer] * 58 + [read(5, "dense", "1")] * 3)
    assert found == 58 * 7 + 15
    assert isinstance(found, Integer)
    assert len(ordered([found.node])) == 7


def test_copies_and_pickles_are_plain():
    assert type(copy.deepcopy(PRICE)) is float
    assert type(pickle.loads(pickle.dumps(PRICE))) is float
    assert type(copy.copy(read(3, "n"))) is int


def test_what_leaves_the_graph_is_noted():
    with losses() as lost:
        assert number(PRICE) is PRICE
        assert is_traced(np.log(PRICE))
        assert is_traced(np.float64(2) * PRICE)
        assert is_traced(np.minimum(PRICE, 3))
        assert whole(read(8.0, "n")) == 8
    assert not lost
    with losses() as lost:
        assert not is_traced(float(PRICE))
        assert isinstance(np.ones(2) * HOURS, np.ndarray)
    assert lost == {"V3-009", "V3-004"}


def test_whole_numbers_stay_whole():
    assert whole(read(4096.0, "n")) == 4096
    assert isinstance(whole(read(4096.0, "n")), Integer)
    with pytest.raises(GraphError, match="expected a whole number"):
        whole(read(0.5, "n"))


def test_a_value_that_is_assumed_has_no_range():
    low = read(1.5, "V3-009", "USD/GPU-hour", "low") * HOURS
    assert evaluate(low.node, {"V3-009": 3.0}) == 3 * HOURS


def test_results_that_are_not_finite_are_refused_with_their_inputs():
    with pytest.raises(GraphError, match="division by zero, with b = 0"):
        read(1.0, "a") / read(0.0, "b")
    found = PRICE / HOURS
    with pytest.raises(GraphError, match="figure 'cost.x': division by zero, with V3-004 = 0"):
        evaluate(found.node, {"V3-004": 0}, "cost.x")
    with pytest.raises(GraphError, match="with V3-009 = 1e"):
        evaluate((10.0**PRICE).node, {"V3-009": 1e6}, "cost.x")
    with pytest.raises(GraphError, match="no real number"):
        evaluate((PRICE**0.5).node, {"V3-009": -1})


def test_a_chain_of_thousands_is_evaluated_without_recursion():
    result = PRICE
    for i in range(10_000):
        result = result * 1.0001 + (i % 7)
    assert evaluate(result.node, {"V3-009": float(PRICE)}) == float(result)


def test_inputs_stand_in_the_order_of_their_effect():
    found = (HOURS * PRICE + read(10.0, "C", "USD")).node
    rows = effects(found, {"V3-009": (1.9, 2.1)})
    assert [row[0] for row in rows] == ["V3-004", "V3-009", "C"]
    assert rows[1][1:] == (HOURS * 1.9 + 10, HOURS * 2.1 + 10)


# --- JSON ---


def test_shared_parts_are_written_once_and_duplicates_found():
    a, b = HOURS * PRICE, PRICE * HOURS
    keys = {"a": [a.node], "b": [b.node], "c": [(a + 1).node]}
    assert graph_json.duplicates(keys) == [("a", "b")]
    assert len(json.loads(graph_json.dumps(keys))["inputs"]) == 2


def test_a_cycle_is_refused():
    text = '{"inputs":[],"constants":[1],"nodes":[["+",0,1]],"sampling":[],"units":[],"roots":{}}'
    with pytest.raises(GraphError, match="does not stand before it: a cycle"):
        graph_json.loads(text)


@pytest.mark.parametrize("text", ["", "[]", '{"inputs": 1}', '{"inputs":[["a",1]]}'])
def test_other_json_is_refused(text):
    with pytest.raises(GraphError, match="no graph as dumps"):
        graph_json.loads(text)


def test_an_unknown_operation_is_refused():
    text = '{"inputs":[],"constants":[1],"nodes":[["sin",0]],"sampling":[],"units":[],"roots":{}}'
    with pytest.raises(GraphError, match="found operation 'sin'"):
        graph_json.loads(text)


def test_many_results_share_what_they_share():
    a = HOURS * PRICE
    roots = {f"k{i}": (a * i + 1).node for i in range(2, 50)}
    found = evaluate_all(roots, {"V3-009": 4})
    assert found["k3"] == HOURS * 4 * 3 + 1
