"""Lots drawn by hash: alike on every machine, with every version and in any order."""

import hashlib


def drawn(seed: str, *names: str) -> int:
    """The number that a seed draws for a name."""
    text = "\n".join((seed, *names))
    return int.from_bytes(hashlib.sha256(text.encode(errors="surrogatepass")).digest()[:8])
