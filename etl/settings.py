"""What may differ from one machine to the next; read from the environment when a run starts, never at import."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Bytes = Annotated[int, Field(gt=0)]


class Settings(BaseSettings):
    """Settings of one run; each can be set as an environment variable `ETL_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="ETL_", extra="forbid")

    data_dir: Path = ROOT / "data"
    reference_dir: Path = ROOT / "data" / "reference"
    """Tables kept by hand, in git."""
    user_agent: Annotated[str, Field(pattern=r"^[\x20-\x7e]+$")] = (
        "kuusi-etl/0.1 (open data of Finland's six largest cities; contact: see README)"
    )
    connect_timeout_seconds: Seconds = 4.0
    read_timeout_seconds: Seconds = 60.0
    attempts: Annotated[int, Field(ge=1)] = 3
    pause_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.2
    max_wait_seconds: Seconds = 120.0
    """The longest `Retry-After` that is waited for within a run."""
    max_bytes: Bytes = 4 * 1024**3
    max_seconds: Seconds = 3600.0
    """The longest that one file, one answer or all pages of one list may take."""
    max_unpacked_bytes: Bytes = 2 * 1024**3
    """The most that the members of an XLSX may unpack to; a full sheet of 1,048,576 x 20 cells is about 0.5 GB."""
    engine: str = ""
    """Where files are tidied: in this process, or `spark-local`, `spark://host:7077` and the like; see etl/engines."""
    run_every_hours: Annotated[float, Field(gt=0, le=24 * 366)] = 24.0
    """How often a schedule outside runs the line; `status` tells the next run by it."""
    ckan_token: SecretStr | None = None
    """Token of the CKAN to which `push` publishes."""
    notify: SecretStr = SecretStr("")
    """Where to tell of failed runs: apprise addresses, separated by commas; they hold passwords."""
    indicator_notify: SecretStr = SecretStr("")
    """Where to tell of indicators that crossed their thresholds: addresses as in `notify`."""
    log: Literal["console", "json"] = "console"
    """How a run tells of itself: lines for a person, or one JSON object a line on standard error."""
