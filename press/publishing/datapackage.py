"""The data as a Frictionless data package, made from the sidecars."""

from __future__ import annotations

from typing import Any

from press.facts import Facts, tables
from press.tables import EVIDENCE, MAX_QUOTE_WORDS, Column, Table

LICENCES = {"CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/"}
FORMATS = {"date": {"type": "string", "pattern": r"\d{4}(-\d{2}(-\d{2})?)?"}}
"""Dates may be a year or a month, which Frictionless' own date type refuses."""


def datapackage(facts: Facts) -> dict[str, Any]:
    """The descriptor of all tables of ``data/``, as plain JSON types."""
    return {
        "profile": "tabular-data-package",
        "name": "cost-of-deepseek-v3",
        "title": "The cost of DeepSeek-V3: facts and tables",
        "description": "Every fact that the report rests on, with its source and evidence grade.",
        "licenses": [{"name": "CC-BY-4.0", "path": LICENCES["CC-BY-4.0"]}],
        "resources": [_resource(facts.table(name)) for name in tables(facts.folder)],
    }


def _resource(table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = [table.key]
    names = [column.name for column in table.columns]
    if "source" in names and table.name != "sources":
        reference = {"resource": "sources", "fields": ["key"]}
        schema["foreignKeys"] = [{"fields": ["source"], "reference": reference}]
    return {
        "profile": "tabular-data-resource",
        "name": table.name.replace("_", "-") if table.name != "sources" else "sources",
        "path": f"{table.name}.csv",
        "title": table.title,
        "description": table.description,
        "sources": [{"title": table.origin}],
        "licenses": [{"name": table.licence, "path": LICENCES.get(table.licence, table.licence)}],
        "encoding": "utf-8",
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    kind = FORMATS.get(column.type, {"type": column.type})
    field: dict[str, Any] = {
        "name": column.name,
        "type": kind["type"],
        "description": column.description + (f" ({column.unit})" if column.unit else ""),
    }
    limits: dict[str, Any] = {"required": column.required}
    if column.unique:
        limits["unique"] = True
    if "pattern" in kind:
        limits["pattern"] = kind["pattern"]
    choices = column.one_of or (EVIDENCE if column.name == "evidence" else ())
    if choices:
        limits["enum"] = list(choices)
    if column.minimum is not None:
        limits["minimum"] = column.minimum
    if column.maximum is not None:
        limits["maximum"] = column.maximum
    if column.name.startswith("quote"):
        limits["pattern"] = rf"\s*(\S+\s*){{0,{MAX_QUOTE_WORDS}}}"
    field["constraints"] = limits
    return field
