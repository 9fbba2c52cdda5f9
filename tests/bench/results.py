"""What was measured, when and on which machine: one section a bench in `RESULTS.md`."""

from __future__ import annotations

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path

import psutil

RESULTS = Path(__file__).with_name("RESULTS.md")
_TITLE = "# Measurements\n\nEach section is written by its bench and replaced when it runs again.\n"


def record(name: str, title: str, command: str, table_markdown: str) -> None:
    """Put a bench's section into `RESULTS.md`, in place of its last one.

    Args:
        name: The bench; its section stands between markers of this name.
        title: Heading.
        command: What was typed.
        table_markdown: The findings.
    """
    section = (
        f"<!-- {name} -->\n## {title}\n\n`{command}`, "
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {machine()}.\n\n"
        f"{table_markdown.strip()}\n<!-- /{name} -->\n"
    )
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else _TITLE
    old = re.compile(rf"<!-- {re.escape(name)} -->\n.*?<!-- /{re.escape(name)} -->\n", re.DOTALL)
    text, replaced = old.subn(lambda _: section, text)
    if not replaced:
        text = f"{text.rstrip()}\n\n{section}"
    RESULTS.write_text(text, encoding="utf-8")


def machine() -> str:
    """Processor, cores, memory, system, Python, and how busy it was; busy machines are slow."""
    busy = f", load {os.getloadavg()[1]:.1f}" if hasattr(os, "getloadavg") else ""
    memory_gb = psutil.virtual_memory().total / 1e9
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory_gb:.0f} GB,"
        f" {platform.system()} {platform.machine()}, Python {platform.python_version()}{busy}"
    )


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
