"""What may differ from one machine to the next; read when the site starts, never at import."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import DirectoryPath, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of the site; each can be set as an environment variable `DASHBOARD_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="DASHBOARD_", extra="forbid")

    data_dir: Path = ROOT / "data"
    assets_dir: DirectoryPath = ROOT / "assets"
    host: str = "127.0.0.1"
    port: int = Field(default=8050, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    """Processes that serve; each holds the release in memory."""
    threads: int = Field(default=8, ge=1, le=256)
    """Requests that a process answers at a time; one that sends a large file takes a thread as long as it lasts."""
    query_engine: str = "duckdb"
    """What answers queries: `duckdb`, in this process, or what `load` has filled: `postgresql://user@host/database`,
    `spark-local`, `spark://host:7077?tables=s3a://bucket/kuusi`. It may hold a password, and is shown nowhere."""
    release_poll: float = Field(default=10, ge=0)
    """Seconds between two looks for another live release; 0 never looks."""
    logs: Literal["plain", "json"] = "plain"
    """`json` writes a line for each request; `plain` only what goes wrong, for a terminal."""
    base_url: str = ""
    """The site's public address without a slash at its end; where it is empty the request's own is used."""
    contact: str = ""
    """An e-mail address or web address of whoever answers for the site; the accessibility statement and the privacy
    notice name it, or say that none is set."""
    start: Literal["load", "idle", "touch"] = "touch"
    """When the browser starts Dash: `load`, `idle` or `touch` (the first movement or key)."""
    cache_type: Literal["SimpleCache", "NullCache"] = "SimpleCache"
    """Those caches of flask-caching that need no further settings; `NullCache` keeps nothing."""
    cache_entries: int = Field(default=5000, ge=0)
    """How many pages and answers a process keeps for itself."""
    cache_url: str = Field(default="", pattern=r"^$|^(redis|rediss|unix)://")
    """A Redis in which all processes keep pages and answers, and count requests, together, such as
    `redis://127.0.0.1:6379/0`. Whoever can write to it can run code in the site: it must be the site's own."""
    cache_seconds: int = Field(default=86_400, ge=1)
    """How long that Redis keeps what nobody has asked for since."""
    rate_limit: str = "1200 per minute"
    """Requests of one client in a time, as flask-limiter writes it; empty counts nothing. SQL counts as 20 and an XLSX
    as 10."""
    trusted_proxies: int = Field(default=0, ge=0, le=8)
    """Proxies in front of the site whose word on the client's address, host and scheme is believed."""
    store_url: str = ""
    """A store from which releases are brought into the data folder, such as `s3://bucket/kuusi`, and looked at every
    `release_poll` seconds; empty where `data_dir` holds them."""
    largest_body: int = Field(default=1_000_000, ge=1000)
    """Bytes that a request may carry, unless its address takes less."""
