"""Units by pint: which unit an expression comes out in, and where it does not.

Checked are dimensions (money by currency, time, energy, FLOP, bits, tokens, ...), not scales: a
factor of 1,000 or 86,400 is a pure number. ``data/units.csv`` defines every unit in pint's
words: ``[USD]`` is a dimension of its own, ``USD / GPU / hour`` an expression, ``[]`` a count
without a dimension.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from press.graph import GraphError, Node, ordered

Dimension = Mapping[str, Fraction]
"""Exponents by base dimension; empty for a pure number."""

ANY = None
"""The dimension of what has no stated unit: it agrees with every other."""

_SAME = ("+", "-", "%", "sum", "min", "max", "median")
_KEEPS = ("with", "neg", "abs", "floor", "round", "signif", "quantile")
_PURE = ("log", "exp")


class UnitError(GraphError):
    """Two parts of an expression that do not go together, or a result in another unit."""


class Units:
    """The units of a report.

    Parameters
    ----------
    definitions
        For each unit, as facts and figures write it, its definition in pint's words.

    Examples
    --------
    >>> units = Units({"USD": "[USD]", "hour": "3600 * second", "second": "[time]",
    ...                "GPU": "[GPU]", "USD/GPU-hour": "USD / GPU / hour"})
    >>> units.name(units.dimension("USD/GPU-hour"))
    'USD / GPU / time'
    """

    def __init__(self, definitions: Mapping[str, str]) -> None:
        self.definitions = dict(definitions)
        self._dimensions: dict[str, Dimension] = {}

    @cached_property
    def registry(self) -> Any:
        """pint's registry of the units whose names are single words."""
        from pint import UnitRegistry

        simple = {
            name: text for name, text in self.definitions.items() if name.isidentifier() and text
        }
        made: Any = UnitRegistry([f"{name} = {text}" for name, text in simple.items()])
        made.define("thousand = 1000")
        return made

    def dimension(self, unit: str) -> Dimension | None:
        """The dimension of a unit; ``None`` where its definition is empty (words, dates).

        Raises
        ------
        UnitError
            If the unit has no definition, or pint cannot read it.
        """
        if unit not in self._dimensions:
            if unit not in self.definitions:
                raise UnitError(
                    f"found unit {unit!r}, expected one of data/units.csv; add it there"
                )
            text = self.definitions[unit]
            if not text:
                return ANY
            if unit.isidentifier():
                text = unit
            try:
                parts = {} if text == "[]" else self.registry.parse_units(text).dimensionality
            except Exception as error:
                raise UnitError(f"unit {unit!r}: pint cannot read {text!r}: {error}") from None
            self._dimensions[unit] = {
                str(base).strip("[]"): Fraction(power).limit_denominator(1000)
                for base, power in parts.items()
            }
        return self._dimensions[unit]

    def name(self, dimension: Dimension | None) -> str:
        """A dimension in words: ``USD / GPU / time``."""
        if dimension is None:
            return "any unit"
        above = [_raised(b, p) for b, p in sorted(dimension.items()) if p > 0]
        below = [_raised(b, -p) for b, p in sorted(dimension.items()) if p < 0]
        return " / ".join([" · ".join(above) or "1", *below]) if dimension else "a pure number"

    def of(self, root: Node) -> Dimension | None:
        """The dimension in which an expression comes out.

        Raises
        ------
        UnitError
            Where the parts of a sum disagree, or a power or a logarithm has a unit.
        """
        found: dict[Node, Dimension | None] = {}
        for at in ordered([root]):
            found[at] = self._of(at, [found[a] for a in at.args])
        return found[root]

    def check(self, root: Node, unit: str, name: str = "") -> None:
        """Refuse a result whose unit does not come out.

        Raises
        ------
        UnitError
            Names the figure, what came out and what was declared.
        """
        what = f"figure {name!r}: " if name else ""
        try:
            found = self.of(root)
        except UnitError as error:
            raise UnitError(f"{what}{error}") from None
        wanted = self.dimension(unit)
        if found != wanted and ANY not in (found, wanted) and not _zero(root):
            raise UnitError(
                f"{what}the arithmetic comes out in {self.name(found)}, declared is {unit} "
                f"({self.name(wanted)}): {_words(root, 3)}"
            )

    def _of(self, at: Node, given: Sequence[Dimension | None]) -> Dimension | None:
        if at.op == "input":
            return ANY if at.data.unit is None else self.dimension(at.data.unit)
        if at.op == "const":
            if at.data.unit is None:
                return ANY if _zero(at) else {}
            return self.dimension(at.data.unit)
        if at.op in _SAME:
            return self._agreed(at, given)
        if at.op in (">", ">="):
            self._agreed(at, given)
            return {}
        if at.op == "var":
            mixed = at.data.shape == "mixture"
            kept = [i for i in range(len(at.args)) if not mixed or i % 3 != 1]
            return self._agreed(at, given, kept)
        if at.op in _KEEPS:
            return given[0]
        if at.op in ("*", "/", "//"):
            return _product(given[0], given[1], 1 if at.op == "*" else -1)
        if at.op == "unit":
            wanted = self.dimension(at.data)
            if given[0] and given[0] != wanted:
                raise UnitError(
                    f"{_words(at.args[0], 2)} is in {self.name(given[0])}, said to be {at.data}"
                )
            return wanted
        if at.op == "^" and not given[1]:
            power = at.args[1]
            if not given[0]:
                return given[0]
            if power.op == "const":
                factor = Fraction(power.value).limit_denominator(1000)
                return {b: p * factor for b, p in given[0].items()}
        elif at.op in _PURE and not given[0]:
            return {}
        raise UnitError(
            f"{at.op} of {' and '.join(self.name(g) for g in given)}, expected pure numbers: "
            f"{_words(at, 2)}"
        )

    def _agreed(
        self, at: Node, given: Sequence[Dimension | None], which: Sequence[int] | None = None
    ) -> Dimension | None:
        """The one dimension of all parts of a sum; a bare 0 goes with any."""
        pairs = [(at.args[i], given[i]) for i in (range(len(at.args)) if which is None else which)]
        known = [(a, g) for a, g in pairs if g is not ANY and not _zero(a)]
        for part, dimension in known[1:]:
            first, wanted = known[0]
            if dimension != wanted:
                raise UnitError(
                    f"{_SUMS.get(at.op, at.op)} of {self.name(wanted)} ({_words(first, 2)}) "
                    f"and {self.name(dimension)} ({_words(part, 2)})"
                )
        return known[0][1] if known else ANY


_SUMS = {
    "+": "a sum",
    "sum": "a sum",
    "-": "a difference",
    "%": "a remainder",
    ">": "a comparison",
    ">=": "a comparison",
}


def _zero(at: Node) -> bool:
    return at.op == "const" and not at.data.name and at.value == 0


def _product(left: Dimension | None, right: Dimension | None, sign: int) -> Dimension | None:
    if left is None or right is None:
        return ANY
    merged = dict(left)
    for base, power in right.items():
        merged[base] = merged.get(base, Fraction(0)) + sign * power
    return {base: power for base, power in merged.items() if power}


def _raised(base: str, power: Fraction) -> str:
    return base if power == 1 else f"{base}^{power}"


def _words(at: Node, depth: int) -> str:
    """An expression as text, its lower parts as numbers."""
    if not at.args or at.op == "quantile":
        return repr(at) if not at.args else f"quantile = {at.value:.4g}"
    if depth == 0:
        return f"{at.value:.4g}"
    parts = [_words(a, depth - 1) for a in at.args[:4]] + ["…"] * (len(at.args) > 4)
    if len(parts) == 2 and not at.op.isalpha():
        return f"({parts[0]} {at.op} {parts[1]})"
    return f"{at.op}({', '.join(parts)})"
