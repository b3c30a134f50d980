"""Headers by which a browser keeps the pages to this server."""

from __future__ import annotations

__all__ = ["security_headers"]


def security_headers(frame_ancestors: str = "") -> dict[str, str]:
    """Return the headers of the pages: nothing is loaded from another origin, or sent there.

    Scripts stand in the pages, and the widgets of Jupyter compile their schemas; so inline
    scripts and `eval` are allowed, and texts of visitors are escaped where they are shown.

    Args:
        frame_ancestors: origins whose pages may embed these, separated by blanks.

    Raises:
        ValueError: if they are no list of origins.

    Example:
        >>> policy = security_headers("https://lms.example.edu")["Content-Security-Policy"]
        >>> policy.partition(";")[0]
        "frame-ancestors 'self' https://lms.example.edu"
    """
    if any(mark in frame_ancestors for mark in ";,\n\r"):
        raise ValueError(
            f"expected origins such as https://lms.example.edu; got {frame_ancestors!r}: "
            "separate them by blanks"
        )
    policy = {
        "frame-ancestors": " ".join(("'self'", *frame_ancestors.split())),
        "default-src": "'self'",
        "script-src": "'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "worker-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
