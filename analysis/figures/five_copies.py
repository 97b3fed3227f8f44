"""Figures of the five copies: what they keep, change and garble."""

from __future__ import annotations

from analysis.claims import numbers_printed, state_counts
from press.facts import Facts
from press.figures import figure


# --- the copies ------------------------------------------------------------------------------
@figure(
    unit="copy", formula="copies read line by line", untraced="counted in the texts of the copies"
)
def copies(facts: Facts) -> float:
    """Copies of the article that this report examines."""
    return len(facts.rows("copies", examined=True))


@figure(unit="1", formula="claims × copies", untraced="counted in the texts of the copies")
def cells(facts: Facts) -> float:
    """Places in the ledger: every claim in every copy."""
    return len(facts.rows("claim_wordings"))


@figure(
    unit="1",
    formula="places where the claim is kept",
    untraced="counted in the texts of the copies",
)
def kept(facts: Facts) -> float:
    """How often a copy keeps a claim as the fullest copies print it."""
    return state_counts(facts)["kept"]


@figure(
    unit="claim",
    formula="claims that the Vietnamese copy keeps",
    untraced="counted in the texts of the copies",
)
def kept_vi(facts: Facts) -> float:
    """Claims that the Vietnamese copy keeps as the fullest copies print them."""
    return state_counts(facts, copy="vi")["kept"]


@figure(
    unit="claim",
    formula="claims that the Filipino copy keeps",
    untraced="counted in the texts of the copies",
)
def kept_fil(facts: Facts) -> float:
    """Claims that the Filipino copy keeps as the fullest copies print them."""
    return state_counts(facts, copy="fil")["kept"]


@figure(
    unit="claim",
    formula="claims that all copies keep",
    untraced="counted in the texts of the copies",
)
def kept_by_all(facts: Facts) -> float:
    """Claims that every copy keeps."""
    rows = facts.rows("claim_wordings")
    lost = {row["number"] for row in rows if row["state"] != "kept"}
    return len({row["number"] for row in rows} - lost)


@figure(
    unit="1",
    formula="places where the claim is changed",
    untraced="counted in the texts of the copies",
)
def changed(facts: Facts) -> float:
    """How often a copy changes a claim: drops a part of it, or says something else."""
    return state_counts(facts)["changed"]


@figure(
    unit="1",
    formula="places where the claim is garbled",
    untraced="counted in the texts of the copies",
)
def garbled(facts: Facts) -> float:
    """How often a copy garbles a claim: a name, a term or the grammar is broken."""
    return state_counts(facts)["garbled"]


@figure(
    unit="1",
    formula="places where the claim is absent",
    untraced="counted in the texts of the copies",
)
def absent(facts: Facts) -> float:
    """How often a copy does not make a claim at all."""
    return state_counts(facts)["absent"]


@figure(
    name="numbers_printed",
    unit="1",
    formula="main numbers that a copy prints",
    untraced="counted in the texts of the copies",
)
def numbers_in_print(facts: Facts) -> float:
    """How often a copy prints the main number of a claim."""
    return numbers_printed(facts)[0]


@figure(
    unit="1",
    formula="printed main numbers that equal the claim's",
    untraced="counted in the texts of the copies",
)
def numbers_same(facts: Facts) -> float:
    """How often the main number that a copy prints is the same as in the others."""
    return numbers_printed(facts)[1]
