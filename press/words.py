"""Words that follow numbers: a conclusion is computed from the condition that makes it true.

    costs.rental_total < ladder.v3_market@low ? below every list price : not below every list price

Before ``?`` stands a condition over figures and facts (keys, ids or names, ``@low`` and ``@high``
for the ends of a range), with ``< <= > >= == !=``, chains such as ``a < b < c``, ``and``, ``or``,
``not``, ``+ - * /``, brackets and numbers; signs stand between spaces. Then come the words if it
holds, and after ``:`` the words if not, which may be another condition. Straight quotes round a
wording are not printed; a wording that holds `` ? `` or `` : `` needs them.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from press.formats import default_spec, format_number, format_range

Tree = Any
"""A condition: a number, a key with its part, or ``[sign, operand, operand]``."""
Number = Callable[[str, str], float]
"""Gives the number of a key and its part: value, low or high."""

_KEY = re.compile(r"(?<![\w.])[A-Za-z][\w-]*(?:\.[\w-]+)*(?:@\w+)?")
_SIGNS: dict[str, Callable[..., Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "not": operator.not_,
    "and": lambda *parts: all(parts),
    "or": lambda *parts: any(parts),
}
_PYTHON = ("Lt", "LtE", "Gt", "GtE", "Eq", "NotEq", "Add", "Sub", "Mult", "Div", "Not", "And", "Or")
_SIGN_OF = dict(zip(_PYTHON, _SIGNS, strict=True))
_TRUTHS = ("<", "<=", ">", ">=", "==", "!=", "and", "or", "not")
_OTHER_SIGNS = str.maketrans({"≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/", "−": "-"})
_PARTS = ("value", "low", "high")
ROLE = re.compile(r"\{(num|word|lit)\}(?P<tick>`+)(.+?)(?<!`)(?P=tick)(?!`)", re.DOTALL)


@dataclass(frozen=True)
class Choice:
    """Wordings, each with the condition under which it is printed, and the one for the rest."""

    cases: tuple[tuple[Tree, str], ...]
    otherwise: str

    def words(self, number: Number) -> str:
        """The wording whose condition is the first that holds."""
        return next((words for tree, words in self.cases if computed(tree, number)), self.otherwise)

    def keys(self) -> Iterator[tuple[str, str]]:
        """Every key that the conditions compare, with its part."""
        for tree, _ in self.cases:
            yield from _leaves(tree)


def choice(text: str) -> Choice:
    """What a text in the language of this module says.

    Raises
    ------
    ValueError
        If it is not in that language: what was found and what was expected.

    Examples
    --------
    >>> choice("a.b < 2 * V3-009@high ? cheap : a.b < 9 ? fair : dear").cases[0]
    (['<', ('a.b', 'value'), ['*', 2, ('V3-009', 'high')]], 'cheap')
    """
    cases, rest = [], " ".join(text.split())
    while split := _split(rest, " ? "):
        condition, rest = split
        if not (parts := _split(rest, " : ")):
            raise ValueError(f"found {text!r}, expected ' : ' and the words for when it is false")
        words, rest = parts
        cases.append((_condition(condition), _unquoted(words)))
    if not cases:
        raise ValueError(f"found {text!r}, expected CONDITION ? WORDS : OTHER WORDS")
    return Choice(tuple(cases), _unquoted(rest))


def computed(tree: Tree, number: Number) -> Any:
    """The truth of a condition, or the number of one of its sides."""
    if isinstance(tree, tuple):
        return number(*tree)
    if isinstance(tree, list):
        return _SIGNS[tree[0]](*(computed(part, number) for part in tree[1:]))
    return tree


def word(text: str, facts: Any = None) -> str:
    """The words that hold, for a title, an alternative text or a cell.

    >>> word("costs.rental_total < 1e7 ? below ten million : ten million or more")
    'below ten million'

    Parameters
    ----------
    text
        ``CONDITION ? WORDS : OTHER WORDS``, as in the role of this name.
    facts
        The ``Facts`` to compute from, or a function that gives the record of a key; the published
        facts unless told.
    """
    return choice(text).words(lambda key, part: float(_ends(key, facts)[part]))


def plain(text: str, facts: Any = None) -> str:
    """A text of ours with its roles ``num``, ``word`` and ``lit`` printed: for titles and labels.

    >>> plain("{num}`costs.rental_total:$.3M`, {word}`V3-009 > 3 ? dear : cheap`")
    '$5.576M, cheap'
    """

    def printed(role: re.Match[str]) -> str:
        name, _, body = role.groups()
        if name == "word":
            return plain(word(body, facts), facts)
        return body if name == "lit" else number(body, facts)

    return ROLE.sub(printed, text)


def number(text: str, facts: Any = None) -> str:
    """A figure or a fact as the role ``num`` prints it.

    >>> number("costs.rental_total:$.1M"), number("V3-016:,.0")
    ('$5.6M', '2,048')
    """
    name, _, spec = text.partition(":")
    key, _, part = name.strip().partition("@")
    found = _ends(key, facts)
    spec = spec or default_spec(found["unit"], found["value"])
    if part == "range":
        return format_range(found["low"], found["high"], spec)
    if part and part not in _PARTS:
        raise ValueError(f"found '@{part}', expected @low, @high or @range")
    return format_number(found[part or "value"], spec)


def ends(record: Any) -> dict[str, Any]:
    """Value, low and high of a figure or fact; an exact number is its own low and high."""
    value = record["value"]
    if isinstance(value, str):
        raise ValueError(f"holds words ({record['unit']}), not a number")
    low, high = (record[end] if record[end] is not None else value for end in ("low", "high"))
    return {"value": value, "low": low, "high": high, "unit": record["unit"]}


def _ends(key: str, facts: Any) -> dict[str, Any]:
    try:
        return ends(facts(key) if callable(facts) else record(key, facts))
    except KeyError:
        raise KeyError(f"found '{key}', expected the key of a figure or a fact") from None
    except ValueError as error:
        raise ValueError(f"'{key}' {error}") from None


def record(key: str, facts: Any) -> Any:
    """What a key stands for: a figure, computed now, or a fact."""
    from press import figures
    from press.facts import Facts

    known = facts or Facts()
    try:
        figures.definition(key)
    except KeyError:
        return vars(known[key])
    return vars(figures.evaluate(key, known))


def _split(text: str, sign: str) -> tuple[str, str] | None:
    """A text before and after a sign that stands in no quotes and no role."""
    masked = re.sub(r'"[^"]*"|`[^`]*`', lambda found: "\0" * len(found[0]), f" {text} ")
    at = masked.find(sign)
    return (text[: max(at - 1, 0)], text[at + len(sign) - 1 :]) if at >= 0 else None


def _unquoted(words: str) -> str:
    found = re.fullmatch(r'"([^"]*)"', words.strip())
    return found[1] if found else words.strip()


def _condition(text: str) -> Tree:
    """A condition as a tree: Python's own syntax, in which keys are names."""
    names: list[str] = []

    def named(found: re.Match[str]) -> str:
        if found[0] in ("and", "or", "not"):
            return found[0]
        names.append(found[0])
        return f"k{len(names) - 1}_"

    source = _KEY.sub(named, text.translate(_OTHER_SIGNS))
    try:
        tree = _tree(ast.parse(source.strip(), mode="eval").body, names)
    except (SyntaxError, KeyError, RecursionError, MemoryError):
        raise ValueError(f"found the condition {text!r}, expected one such as a.b < c.d") from None
    if not isinstance(tree, list) or tree[0] not in _TRUTHS:
        raise ValueError(f"found the condition {text!r}, expected a comparison, such as a.b < c.d")
    return tree


def _tree(node: ast.expr, names: list[str]) -> Tree:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id=name):
            key, _, part = names[int(name[1:-1])].partition("@")
            if (part or "value") not in _PARTS:
                raise ValueError(f"found '@{part}', expected @low or @high")
            return key, part or "value"
        case ast.BinOp(left=left, op=op, right=right):
            return [_SIGN_OF[type(op).__name__], _tree(left, names), _tree(right, names)]
        case ast.BoolOp(op=op, values=values):
            return [_SIGN_OF[type(op).__name__], *(_tree(value, names) for value in values)]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return ["not", _tree(operand, names)]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return ["-", 0, _tree(operand, names)]
        case ast.Compare(left=left, ops=ops, comparators=others):
            sides = [_tree(side, names) for side in (left, *others)]
            pairs = [[_SIGN_OF[type(o).__name__], *sides[i : i + 2]] for i, o in enumerate(ops)]
            return pairs[0] if len(pairs) == 1 else ["and", *pairs]
    raise KeyError(type(node).__name__)


def _leaves(tree: Tree) -> Iterator[tuple[str, str]]:
    if isinstance(tree, tuple):
        yield tree
    elif isinstance(tree, list):
        for part in tree[1:]:
            yield from _leaves(part)
