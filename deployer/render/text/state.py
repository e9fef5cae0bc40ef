"""What exists: an account, its addresses (never its keys), and its deployments with their models' lifetimes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from deployer.core.report import Report
from deployer.render.inventory import SeenAccount, inventory, lifetime, whose
from deployer.render.text.layout import Block, Style, hanging, wrapped
from deployer.render.wording import description

_FIRST = ("endpoint", "OpenAI Realtime API")


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


def _addresses(endpoints: Mapping[str, str]) -> dict[str, list[str]]:
    """What each address is for; Azure names a dozen purposes, most of them at one address."""
    found: dict[str, list[str]] = {}
    for name in sorted(endpoints, key=lambda name: (name not in _FIRST, name)):
        found.setdefault(endpoints[name], []).append(name)
    return found


def _account(seen: SeenAccount, style: Style, width: int) -> Iterator[str]:
    about = (description(seen.account), seen.state, whose(seen.owner))
    yield f"{style(seen.account.name, 'strong')}  {', '.join(part for part in about if part)}"
    for address, names in _addresses(seen.endpoints).items():
        more = f" and {len(names) - 2} more" if len(names) > 2 else ""
        yield style(f"  {address}  {', '.join(names[:2])}{more}", "dim")
    column = max((len(one.deployment.name) for one in seen.deployments), default=0) + 4
    for one in seen.deployments:
        lead = f"  {one.deployment.name}".ljust(column)
        yield from hanging(lead, f"{description(one.deployment)}: {lifetime(one)}", column, width)
        aside = [whose(one.owner)] if one.owner != seen.owner else []
        aside += [one.state] if one.state not in ("", "Succeeded") else []
        for line in wrapped(", ".join(aside), column, width) if aside else ():
            yield style(line, "dim")
