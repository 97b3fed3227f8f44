"""Text to train on: Python code and English prose, both free, both pinned by their SHA-256.

Code is SymPy 1.14.0 (BSD-3-Clause), which PyTorch itself depends on, so the lock fixes it. Prose
is the GNU Collaborative International Dictionary of English, 0.48.5 (GPL-2.0-or-later), in
Debian's package ``dict-gcide``; ``README.md`` says how to get it anywhere.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import os
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).parent
CACHE = HERE / ".cache"
KINDS = ("code", "prose")
CHARACTERS = 9_000_000
"""Of each kind; the last tenth is held out."""
VOCABULARY = 1024
PROSE_FILES = (Path("/usr/share/dictd/gcide.dict.dz"), HERE / ".text" / "gcide.dict.dz")
SHA256 = {
    "code": "a2fea410e7b53a30e70caf3debb4163eb512cc29fdb5166ec8c210e6967d817f",
    "prose": "c728dc551fdd77d5b55f6a7897ff1144de861553779c13ec74ac951115fca488",
}


SETUP = "run `make experiments-env`, or see experiments/README.md"


class TextError(Exception):
    """Text that is missing or not the recorded one: what was found and what to do."""


@dataclass(frozen=True)
class Text:
    """Tokens of one kind of text, to train on and held out."""

    train: NDArray[np.int64]
    held_out: NDArray[np.int64]


def code() -> str:
    """SymPy's modules in the order of their paths' hashes, so that subjects are mixed."""
    spec = importlib.util.find_spec("sympy")
    if spec is None or spec.origin is None:
        raise TextError(f"SymPy is not installed; {SETUP}")
    root = Path(spec.origin).parent
    paths = {p.relative_to(root).as_posix(): p for p in root.rglob("*.py")}
    parts, length = [], 0
    for name in sorted(paths, key=lambda n: hashlib.sha256(n.encode()).digest()):
        if length >= CHARACTERS:
            break
        part = paths[name].read_text(encoding="utf-8")[:60_000]
        parts.append(part)
        length += len(part) + 1
    return "\n".join(parts)[:CHARACTERS]


def prose() -> str:
    """The dictionary from its tenth megabyte on, without source tags and line breaks."""
    named = [Path(os.environ["GCIDE"])] if "GCIDE" in os.environ else list(PROSE_FILES)
    path = next((p for p in named if p.is_file()), None)
    if path is None:
        raise TextError(f"the dictionary is at none of {', '.join(map(str, named))}; {SETUP}")
    try:
        text = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")[10_000_000:]
    except (OSError, EOFError) as error:
        raise TextError(f"{path} cannot be unpacked ({error}); {SETUP}") from None
    text = re.sub(r"\[(?:1913 Webster|PJC|Century Dict[^\]]*|WordNet[^\]]*)[^\]]*\]", "", text)
    return re.sub(r" ?\n+ ?", "\n", re.sub(r"[ \t]+", " ", text))[:CHARACTERS]


def load(kind: str, quick: bool = False) -> Text:
    """The tokens of a kind of text, from the cache or made anew.

    ``quick`` takes a little code for both kinds, whatever its hash: enough to see that all runs.

    Raises
    ------
    TextError
        If the text is missing or is not the recorded one.
    """
    if quick:
        ids = encode(code()[:50_000])
        return Text(ids, ids)
    path = CACHE / f"{kind}-{SHA256[kind][:12]}-{tokenizer_hash()[:12]}.npy"
    if path.is_file():
        ids = np.load(path)
    else:
        text = {"code": code, "prose": prose}[kind]()
        found = hashlib.sha256(text.encode()).hexdigest()
        if found != SHA256[kind]:
            raise TextError(
                f"the {kind} on this machine has SHA-256 {found}, the recorded runs' has "
                f"{SHA256[kind]}; {SETUP}"
            )
        ids = encode(text)
        CACHE.mkdir(exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.npy")
        np.save(partial, ids.astype(np.uint16))
        partial.replace(path)
    cut = len(ids) * 9 // 10
    return Text(ids[:cut].astype(np.int64), ids[cut:].astype(np.int64))


TOKENIZER = HERE / "tokenizer.json"


def tokenizer_hash() -> str:
    return hashlib.sha256(TOKENIZER.read_bytes()).hexdigest()


def encode(text: str) -> NDArray[np.int64]:
    """Byte-pair tokens of a text, by the recorded tokeniser."""
    from tokenizers import Tokenizer

    pieces = [text[at : at + 100_000] for at in range(0, len(text), 100_000)]
    made = Tokenizer.from_file(str(TOKENIZER)).encode_batch(pieces)
    return np.concatenate([np.asarray(piece.ids, dtype=np.int64) for piece in made])


def train_tokenizer() -> None:
    """Make ``tokenizer.json`` from the training part of both texts; recorded, so not repeated."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, initial_alphabet=alphabet, show_progress=False
    )
    texts = [read()[: CHARACTERS * 9 // 10] for read in (code, prose)]
    made.train_from_iterator((t[:3_000_000] for t in texts), trainer)
    made.save(str(TOKENIZER))
