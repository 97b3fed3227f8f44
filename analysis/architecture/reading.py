"""Reading a published ``config.json``: each field is checked when it is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LARGEST = 10**9
"""No size of a model is larger; a larger number is a slip, and too large to count with."""


class ConfigError(ValueError):
    """A configuration that cannot be counted: the key, what was found and what is needed."""

    def __init__(self, key: str, found: str, needed: str) -> None:
        super().__init__(f"config key '{key}': found {found}; needed {needed}")
        self.key, self.found, self.needed = key, found, needed

    @classmethod
    def of(cls, error: ConfigError, hint: str) -> ConfigError:
        """The same refusal with a hint what to do."""
        return cls(error.key, error.found, error.needed + hint)


class Config:
    """A configuration with typed access to its fields.

    Examples
    --------
    >>> Config({"num_hidden_layers": 61}).count("num_hidden_layers")
    61
    >>> Config({"num_hidden_layers": -1}).count("num_hidden_layers")
    Traceback (most recent call last):
    ...
    analysis.architecture.reading.ConfigError: config key 'num_hidden_layers': found -1; \
needed a whole number of at least 1
    """

    def __init__(self, fields: Mapping[str, Any]) -> None:
        if not isinstance(fields, Mapping):
            kind = type(fields).__name__
            raise ConfigError("(whole file)", f"a {kind}", "an object with the model's fields")
        self.fields = fields

    def __contains__(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self.fields.get(key) is not None

    def count(self, key: str, default: int | None = None, minimum: int = 1) -> int:
        """A whole number; ``default`` stands in for a field that is absent or null."""
        value = self.fields.get(key)
        if value is None:
            if default is not None:
                return default
            raise ConfigError(key, self._absence(key), f"a whole number of at least {minimum}")
        if isinstance(value, bool) or not isinstance(value, int) or value < minimum:
            raise ConfigError(key, repr(value), f"a whole number of at least {minimum}")
        if value > LARGEST:
            raise ConfigError(key, "a larger one", f"at most {LARGEST:,}")
        return value

    def flag(self, key: str, default: bool) -> bool:
        """A yes or no."""
        value = self.fields.get(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ConfigError(key, repr(value), "true or false")
        return value

    def optional(self, key: str) -> int | None:
        """A whole number, or ``None`` where the field is null; the field itself must be there."""
        if key not in self.fields:
            raise ConfigError(key, "no such key", "a whole number of at least 1, or null")
        return None if self.fields[key] is None else self.count(key)

    def names(self, key: str, allowed: tuple[str, ...], length: int) -> tuple[str, ...]:
        """A list of ``length`` words out of ``allowed``."""
        value = self.fields.get(key)
        needed = f"a list of {length} of the words {', '.join(allowed)}"
        if not isinstance(value, list):
            raise ConfigError(key, repr(value), needed)
        wrong = [item for item in value if item not in allowed]
        if wrong:
            raise ConfigError(key, repr(wrong[0]), needed)
        if len(value) != length:
            raise ConfigError(key, f"{len(value)} entries", needed + " (one a layer)")
        return tuple(value)

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers, empty if the field is absent or null."""
        value = self.fields.get(key) or []
        if not isinstance(value, list) or any(type(item) is not int for item in value):
            raise ConfigError(key, repr(value), "a list of whole numbers")
        return tuple(value)

    def at_most(self, key: str, value: int, limit: int, meaning: str) -> int:
        """``value`` itself, refused if it is above a limit that another field sets."""
        if value > limit:
            raise ConfigError(key, str(value), f"at most {limit}, {meaning}")
        return value

    def _absence(self, key: str) -> str:
        return "null" if key in self.fields else "no such key"
