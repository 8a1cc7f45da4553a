"""The keys of one server: tokens that open it once, and the cookie they turn into."""

from __future__ import annotations

import hmac
import secrets
import threading

_STRENGTH = 32  # bytes of randomness, as many as a SHA-256 key has


class KeyRing:
    """Hands out one-time tokens and knows the secret of the cookie that replaces them.

    Args:
        secret: of the cookie; by default a new one.
    """

    def __init__(self, secret: str = "") -> None:
        self.secret = secret or secrets.token_urlsafe(_STRENGTH)
        self._unused: list[str] = []
        self._lock = threading.Lock()

    def make_token(self) -> str:
        """Return a new token that is good for one visit."""
        token = secrets.token_urlsafe(_STRENGTH)
        with self._lock:
            self._unused.append(token)
        return token

    def spend(self, token: str) -> bool:
        """Use up a token; False when it was never handed out or is spent already."""
        with self._lock:
            for index, known in enumerate(self._unused):
                if _same(known, token):
                    del self._unused[index]
                    return True
        return False

    def opens(self, cookie: str | None) -> bool:
        """Tell whether a cookie carries the secret."""
        return cookie is not None and _same(self.secret, cookie)


def _same(known: str, offered: str) -> bool:
    # Compared as bytes, because compare_digest refuses text that is not ASCII.
    return hmac.compare_digest(known.encode(), offered.encode("utf-8", "surrogateescape"))
