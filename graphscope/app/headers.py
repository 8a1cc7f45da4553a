"""The security headers that every answer of the server carries."""

from __future__ import annotations

from collections.abc import Iterable

Headers = list[tuple[str, str]]


def make_headers(*, script_hashes: Iterable[str] = (), embedders: Iterable[str] = ()) -> Headers:
    """Return the security headers of every answer.

    Args:
        script_hashes: CSP sources of the page's inline scripts (`'sha256-...'`).
        embedders: origins that may show the page in a frame; none by default.
    """
    ancestors = " ".join(embedders) or "'none'"
    headers = [
        ("Content-Security-Policy", _make_policy(script_hashes, ancestors)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Embedder-Policy", "require-corp"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    ]
    if ancestors == "'none'":
        headers.append(("X-Frame-Options", "DENY"))
    return headers


def _make_policy(script_hashes: Iterable[str], ancestors: str) -> str:
    sources = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "worker-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",  # Dash and the page set inline styles
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": ancestors,
        "object-src": "'none'",
    }
    return "; ".join(f"{directive} {value}" for directive, value in sources.items())
