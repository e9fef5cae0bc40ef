"""What exists: an account, its addresses (never its keys), and its deployments with their models' lifetimes."""

from __future__ import annotations

from collections.abc import Iterator

from deployer.core.report import Report
from deployer.render.inventory import SeenAccount, inventory, lifetime, whose
from deployer.render.text.layout import Block, Style, hanging, wrapped
from deployer.render.wording import description


def state_lines(report: Report, style: Style, width: int) -> Iterator[Block]:
    """A block per account, and one for what lies in soft deletion."""
    for seen in inventory(report):
        yield list(_account(seen, style, width))
    deleted = report.state.deleted.values() if report.state else ()
    if deleted:
        lines = [style("Soft-deleted", "strong")]
        for one in deleted:
            until = f", purged on {one.purged_by:%Y-%m-%d %H:%M} UTC" if one.purged_by else ""
            lines.append(f"  {one.name} in {one.account.location}{until}")
        yield lines


def _account(seen: SeenAccount, style: Style, width: int) -> Iterator[str]:
    about = (description(seen.account), seen.state, whose(seen.owner))
    yield f"{style(seen.account.name, 'strong')}  {', '.join(part for part in about if part)}"
    names = max((len(name) for name in seen.endpoints), default=0)
    for name, address in seen.endpoints.items():
        yield style(f"  {name.ljust(names)}  {address}", "dim")
    column = max((len(one.deployment.name) for one in seen.deployments), default=0) + 4
    for one in seen.deployments:
        lead = f"  {one.deployment.name}".ljust(column)
        yield from hanging(lead, f"{description(one.deployment)}: {lifetime(one)}", column, width)
        aside = [whose(one.owner)] if one.owner != seen.owner else []
        aside += [one.state] if one.state not in ("", "Succeeded") else []
        for line in wrapped(", ".join(aside), column, width) if aside else ():
            yield style(line, "dim")
