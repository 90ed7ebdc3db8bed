"""What `--help` says of a command that takes no arguments: what it does, and every setting that changes it."""

from __future__ import annotations

import argparse

from index.settings import Settings


def only_settings(command: str, does: str) -> None:
    """Answers `--help`, and refuses arguments, which would otherwise be passed over: `--port 9000` would serve on another port."""
    settings = "\n".join(f"  VPI_{name.upper():<20} {field.description}" for name, field in Settings.model_fields.items())
    parser = argparse.ArgumentParser(
        prog=command,
        description=does,
        epilog=f"Settings, from the environment or a .env file (README has their defaults):\n{settings}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.parse_args()
