import argparse
from datetime import date


def day(text: str) -> date:
    """Read `2026-11-23` from the command line."""
    try:
        return date.fromisoformat(text)
    except ValueError as unreadable:
        raise argparse.ArgumentTypeError("ghi ngày dạng 2026-11-23") from unreadable
