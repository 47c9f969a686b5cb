"""What may differ from one machine to the next; read from the environment when a run starts, never at import."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Settings of one run; each can be set as an environment variable `ETL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="ETL_", extra="forbid")

    data_dir: Path = ROOT / "data"
    reference_dir: Path = ROOT / "data" / "reference"
    """Tables kept by hand, in git."""
    user_agent: str = "kuusi-etl/0.1 (open data of Finland's six largest cities; contact: see README)"
    connect_timeout_seconds: float = 4.0
    read_timeout_seconds: float = 60.0
    attempts: int = 3
    pause_seconds: float = 0.2
    max_wait_seconds: float = 120.0
    """The longest `Retry-After` that is waited for within a run."""
    max_bytes: int = 4 * 1024**3
    max_seconds: float = 3600.0
    """The longest that one file may take."""
    max_unpacked_bytes: int = 2 * 1024**3
    """The most that the members of an XLSX may unpack to; a full sheet of 1,048,576 x 20 cells is about 0.5 GB."""
    run_every_hours: float = 24.0
    """How often a schedule outside runs the line; `status` tells the next run by it."""
    ckan_token: SecretStr | None = None
    """Token of the CKAN to which `push` publishes."""
    notify: SecretStr = SecretStr("")
    """Where to tell of failed runs: apprise addresses, separated by commas; they hold passwords."""
    log: Literal["console", "json"] = "console"
    """How a run tells of itself: lines for a person, or one JSON object a line on standard error."""
