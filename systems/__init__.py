"""Clients for ChartHop and Ashby, and the translation of their terms into ours."""

from core.optional import without

# httpx has a command line, which brings rich and pygments along; tenacity knows tornado.
with without("httpx._main", "tornado"):
    import httpx  # noqa: F401
    import tenacity  # noqa: F401
