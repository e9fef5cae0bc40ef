"""Write what the Deploy to Azure button needs: `python docs/deploy_button.py`. Run it when the catalogue has changed."""

from __future__ import annotations

import sys
from html import escape
from pathlib import Path

from deployer.export.arm import as_file, generic_text
from deployer.export.arm_items import Object
from deployer.export.arm_parameters import parameter_file
from deployer.export.form import form

ROOT = Path(__file__).parents[1]
PARAMETERS = {"accountName": "GEN-UNIQUE", "models": ["gpt-audio@2025-08-28"], "capacity": 1}
"""What a pipeline deploys to try the template: GEN-UNIQUE is replaced by the quickstart pipelines with a free name."""

_LINE, _EDGE, _WIDTH = 22, 20, 920
_INK, _DIM, _CARD = "#1f2328", "#59636e", "#f6f8fa"


def files() -> dict[str, str]:
    """Every generated file by its path below the root."""
    return {
        "azuredeploy.json": generic_text(),
        "azuredeploy.parameters.json": as_file(parameter_file(PARAMETERS)),
        "uiFormDefinition.json": as_file(form()),
        "docs/deploy-to-azure.svg": picture(form()),
    }


def picture(document: Object) -> str:
    """The form's structure: a card for each page, a line for each question with its default."""
    cards, top = [], _EDGE
    for step in document["view"]["properties"]["steps"]:
        rows = [row for element in step["elements"] if (row := _row(element))]
        height = (len(rows) + 1) * _LINE + _EDGE
        cards.append(
            f'<rect x="{_EDGE}" y="{top}" width="{_WIDTH - 2 * _EDGE}" height="{height}" rx="6" fill="{_CARD}" stroke="#d1d9e0"/>'
        )
        cards.append(_text(_EDGE * 2, top + _LINE, step["label"], _INK, "bold"))
        for number, (label, default) in enumerate(rows):
            y = top + (number + 2) * _LINE
            cards.append(_text(_EDGE * 3, y, label, _INK))
            cards.append(_text(_WIDTH // 2, y, default, _DIM))
        top += height + _EDGE // 2
    body = "\n".join(cards)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {top + _EDGE // 2}" '
        f'font-family="-apple-system, Segoe UI, sans-serif" font-size="14">\n'
        f'<rect width="100%" height="100%" fill="#ffffff"/>\n{body}\n</svg>\n'
    )


def _row(element: Object) -> tuple[str, str] | None:
    """A question and what stands there before anybody answers."""
    if element["type"].endswith("InfoBox"):
        return None
    if element["type"].endswith("ResourceScope"):
        return "Subscription, resource group, its location", "as in every portal form"
    label = element.get("label", "Tags of the account and its deployments")
    default = element.get("defaultValue", "empty")
    if isinstance(default, list):
        default = " + ".join(one.partition(":")[0] for one in default)
    if isinstance(default, bool):
        default = "yes" if default else "no"
    generated = {
        "accountName": "oai-, and eight characters",
        "customSubDomainName": "as the account",
    }
    return label, generated.get(element["name"], str(default))


def _text(x: int, y: int, text: str, colour: str, weight: str = "normal") -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" font-weight="{weight}">{escape(text)}</text>'


if __name__ == "__main__":
    for path, text in files().items():
        (ROOT / path).write_text(text, encoding="utf-8", newline="\n")
        sys.stdout.write(f"{path}\n")
