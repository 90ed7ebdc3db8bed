"""All that differs between two machines, read once and handed in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, PositiveFloat, PositiveInt, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingRefused


class Settings(BaseSettings):
    """Read from the environment (`VPI_DATA_DIR=/srv/vpi`) or a `.env` file."""

    model_config = SettingsConfigDict(env_prefix="VPI_", env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore")

    data_dir: Path = Field(Path("data"), description="Where snapshots are kept.")
    database_url: SecretStr = Field(
        SecretStr(""), description="`postgresql://…`: snapshots are kept in that database instead, for many writers and many services."
    )
    embedding_model: str = Field("", description="Path or name for SentenceTransformer; empty: the model that ships with the package.")
    fetch_limit_mb: PositiveInt = Field(10, description="A source larger than this is refused, counted after decompression.")
    fetch_timeout_s: PositiveFloat = Field(30.0, description="Seconds one fetch may take in all, redirects included.")
    fetch_redirects: int = Field(5, ge=0, description="How many redirects a fetch follows.")
    parse_memory_mb: PositiveInt = Field(1024, description="Memory a PDF or DOCX parser may use in its child process.")
    parse_timeout_s: PositiveFloat = Field(60.0, description="Seconds a PDF or DOCX parser may take.")
    pdf_pages: PositiveInt = Field(500, description="A PDF with more pages is refused.")
    keep_snapshots: PositiveInt = Field(3, description="How many snapshots stay for a rollback, the current one included.")
    reload_seconds: PositiveFloat = Field(2.0, description="How often the service looks for a newer snapshot.")
    host: str = Field("127.0.0.1", description="Address the service listens on.")
    port: PositiveInt = Field(8000, le=65535, description="Port the service listens on.")
    keys_file: Path | None = Field(None, description="TOML file of API keys (`python -m app.keys`); without one nobody is asked for a key.")
    without_keys: bool = Field(False, description="Lets the service listen beyond this machine without keys.")
    rate_per_minute: int | None = Field(
        None,
        ge=0,
        description="Requests a minute of one key, or of one address without keys. 0: any number; empty: 1200 with keys, else any.",
    )
    at_once: PositiveInt = Field(200, description="Requests under way at once; one more is answered 503.")
    answers_mb: int = Field(64, ge=0, description="Memory for answers that were given before and are given again as they are; 0: none.")
    public_url: str = Field("", description="Where readers reach the service, for links handed to bots; empty: `http://HOST:PORT`.")
    trusted_hosts: str = Field(
        "",
        description="Hosts that requests may name, separated by commas (`vpi.example`, `vpi.example:8443`, `*.example`; `*`: any), beside "
        "this machine's own names, what `host` binds and that of `public_url`.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Level of the structured log on stderr.")


def from_environment() -> Settings:
    """The settings; raises SettingRefused, in one line that names each variable that is wrong, its value and what it may be."""
    try:
        return Settings()
    except ValidationError as error:
        raise SettingRefused(" ".join(_refused(**wrong) for wrong in error.errors())) from None


def _refused(loc: tuple[int | str, ...], msg: str, input: object, **_: object) -> str:
    # The validator tells why it failed after what it wants.
    wanted = re.sub(r", unable to .*", "", msg).replace("Input", "It", 1)
    return f"VPI_{str(loc[0]).upper()}={input!s:.80} is refused. {wanted}: {Settings.model_fields[str(loc[0])].description}"
