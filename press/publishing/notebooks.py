"""Notebooks as the site gives them away: their numbers printed, their pictures free of the page.

A chapter's own notebook holds roles and directives that only the site understands. The copy in
``_sources`` says the same in plain Markdown, and its first cell fetches the report's package where
it is not installed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from press import words
from press.formats import LANGUAGES
from press.publishing.pdf import LEFT_OUT
from press.tokens import in_light

SETUP = """# Where the report is not installed (Colab, a download): fetch its package first
import importlib.util

if importlib.util.find_spec("analysis") is None:
    {fetch}"""
"""The first cell; ``fetch`` depends on whether the site knows its repository."""
FETCH = '%pip install --quiet "cost-of-deepseek-v3[charts] @ git+{}"'
ASK = "raise SystemExit(\"In the report's folder: pip install '.[charts]'\")"
OUTSIDE = re.compile(r'<nav class="locator".*?</nav>|<button.*?</button>', re.DOTALL)
"""What leads to other pages or needs the page's scripts."""
DIRECTIVE = re.compile(
    r"^(?P<mark>`{3,}|:{3,})\{(?P<name>[\w-]+)\}.*\n(?P<options>(?::[\w-]+:.*\n)*)"
    r"(?P<body>(?:.*\n)*?)(?P=mark) *$",
    re.MULTILINE,
)
ROLE = re.compile(r"\{(rating|source|term)\}`([^`]+)`")
OURS = re.compile(r"^(?:\([\w-]+\)=|% .*)\n", re.MULTILINE)
"""Labels and comments."""


def give_away(folder: Path, data: Mapping[str, Any], url: str, repository: str) -> None:
    """Rewrite every executed notebook of a folder, once; editions are pages to read alone."""
    for path in folder.glob("*.ipynb"):
        if path.stem in LANGUAGES:
            path.unlink()
            continue
        notebook = json.loads(path.read_text(encoding="utf-8"))
        if notebook["cells"][0]["id"] == "setup":
            continue
        for cell in notebook["cells"]:
            if cell["cell_type"] == "markdown":
                cell["source"] = readable("".join(cell["source"]), data, path.stem, url)
            for output in cell.get("outputs", ()):
                if "text/html" in (shown := output.get("data", {})):
                    shown["text/html"] = _alone("".join(shown["text/html"]))
        fetch = FETCH.format(repository) if repository else ASK
        first: dict[str, Any] = {"cell_type": "code", "id": "setup", "metadata": {}}
        first |= {"source": SETUP.format(fetch=fetch), "outputs": [], "execution_count": None}
        notebook["cells"].insert(0, first)
        path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False), encoding="utf-8")


def readable(text: str, data: Mapping[str, Any], page: str = "", url: str = "") -> str:
    """The text of a cell with its numbers printed and its directives in plain Markdown.

    Parameters
    ----------
    text
        MyST Markdown.
    data
        What the site prints from: ``site.json``.
    page, url
        The chapter, and where it is with the others; beside the notebook unless told.

    Examples
    --------
    >>> data = {"figures": {}, "facts": {"V3-016": {"name": "v3.gpus", "value": 2048.0,
    ...     "low": None, "high": None, "unit": "GPU"}}, "sources": {"s": {"label": "S", "url": ""}}}
    >>> print(readable(":::{answer}\\n{num}`v3.gpus:,.0` GPUs, {source}`s`.\\n:::\\n", data))
    > 2,048 GPUs, S.
    """
    names = {fact.get("name", key): key for key, fact in data["facts"].items()}

    def record(key: str) -> Any:
        found = data["figures"].get(key) or data["facts"].get(names.get(key, key))
        if found is None:
            raise KeyError(key)
        return found

    def role(match: re.Match[str]) -> str:
        name, said = match.groups()
        if name == "rating":
            return str(data["claims"][said]["rating"])
        if name == "term":
            return said.partition("<")[0].strip()
        source = data["sources"][said]
        return f"[{source['label']}]({source['url']})" if source["url"] else str(source["label"])

    text = OURS.sub("", DIRECTIVE.sub(lambda found: _plain(found, data, page, url), text))
    text = re.sub(r"\]\(([\w-]+)\.md(?=[#)])", rf"]({url}\1.html", text)
    text = words.plain(ROLE.sub(role, text), record)
    return text.strip()


def _plain(found: re.Match[str], data: Mapping[str, Any], page: str, url: str) -> str:
    """A directive in Markdown that every notebook shows."""
    name, body = found["name"], found["body"].strip("\n")
    inner = DIRECTIVE.sub(lambda each: _plain(each, data, page, url), body)
    if name in ("answer", "margin"):
        return "\n".join(f"> {line}".rstrip() for line in inner.splitlines())
    if name == "math":
        return f"$$\n{body}\n$$"
    if name == "container":
        return inner
    if name == "glossary":
        return re.sub(r"^(\S.*)\n  (?=\S)", r"**\1**: ", inner, flags=re.MULTILINE)
    return f"*[{name.replace('-', ' ').capitalize()}]({url}{page}.html)*"


def _alone(output: str) -> str:
    """What a cell shows, in light colours, without what only the page can use."""
    return in_light(OUTSIDE.sub("", LEFT_OUT.sub("", output)))
