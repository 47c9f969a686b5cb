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
    base_url: str = ""
    """The site's public address without a slash at its end; where it is empty the request's own is used."""
    contact: str = ""
    """An e-mail address or web address of whoever answers for the site; the accessibility statement and the privacy
    notice name it, or say that none is set."""
    start: Literal["load", "idle", "touch"] = "touch"
    """When the browser starts Dash: `load`, `idle` or `touch` (the first movement or key)."""
    cache_type: Literal["SimpleCache", "NullCache"] = "SimpleCache"
    """Those caches of flask-caching that need no further settings; `NullCache` keeps nothing."""
    cache_entries: int = Field(default=500, ge=0)
