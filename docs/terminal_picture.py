"""Draw what a terminal shows as SVG: `FORCE_COLOR=1 deployer up configs/local.yaml | python docs/terminal_picture.py OUT.svg`."""

from __future__ import annotations

import re
import sys
from html import escape
from pathlib import Path

CELL, LINE, EDGE = 8.4, 19, 18
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff"}
_SGR = re.compile(r"\x1b\[([0-9;]*)m")


def spans(line: str) -> str:
    """One line's text as tspans, with its colours."""
    out, style = [], ""
    for number, part in enumerate(_SGR.split(line)):
        if number % 2:
            codes = part.split(";")
            colour = next((COLOURS[code] for code in codes if code in COLOURS), "")
            style = f' fill="{colour}"' if colour else ""
            style += ' font-weight="bold"' if "1" in codes else ""
            style += ' fill-opacity=".6"' if "2" in codes else ""
        elif part:
            out.append(f"<tspan{style}>{escape(part)}</tspan>")
    return "".join(out)


def picture(text: str, prompt: str) -> str:
    """The whole screen, the command on top."""
    lines = [f"\x1b[2m$ \x1b[0m{prompt}", "", *text.rstrip("\n").split("\n")]
    width = max(len(_SGR.sub("", line)) for line in lines) * CELL + 2 * EDGE
    height = len(lines) * LINE + 2 * EDGE
    rows = "\n".join(
        f'<text x="{EDGE}" y="{EDGE + LINE * (number + 0.75):.0f}" xml:space="preserve">{spans(line)}</text>'
        for number, line in enumerate(lines)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">\n'
        f'<rect width="100%" height="100%" rx="8" fill="#0d1117"/>\n{rows}\n</svg>\n'
    )


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(
        picture(sys.stdin.read(), "deployer up configs/local.yaml"), encoding="utf-8"
    )
