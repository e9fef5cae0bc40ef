"""Accounts and what is in them: defaults filled in, names checked, `like` followed."""

from __future__ import annotations

from collections.abc import Iterable

from deployer.config.configuration import AccountConfig, RoleConfig
from deployer.config.deployments import build_deployment
from deployer.config.elements import Element, labels, text
from deployer.config.findings import Findings, did_you_mean
from deployer.config.keys import ACCOUNT_DEFAULTS
from deployer.config.shape import Checked, Fields, Leaf, Several
from deployer.core.problems import Place
from deployer.core.state import SoftDelete


def build_accounts(root: Fields, around: Element, findings: Findings) -> tuple[AccountConfig, ...]:
    """Every account that can be built; what is wrong with the others is among the findings."""
    every = [one for one in root.several("accounts") if isinstance(one, Fields)]
    builder = _Builder(every, root.fields("defaults"), around, findings)
    built = [account for one in every if (account := builder.account(one)) is not None]
    _complain_about_twins(((one.name, one.place) for one in built), "account name", findings)
    hosts = ((one.custom_sub_domain_name or "", one.place) for one in built)
    _complain_about_twins(hosts, "custom subdomain", findings)
    return tuple(built)


class _Builder:
    def __init__(
        self, every: list[Fields], defaults: Fields, around: Element, findings: Findings
    ) -> None:
        self._usual_account = defaults.fields("account")
        self._usual_deployment = defaults.fields("deployment")
        self._around = around
        self._findings = findings
        self._by_name: dict[str, Fields] = {}
        for one in every:
            name = self._name(one, Findings())
            if name is not None:
                self._by_name.setdefault(name.casefold(), one)

    def account(self, fields: Fields) -> AccountConfig | None:
        location = text(fields.leaf("location"), self._around, self._findings)
        name = self._name(fields, self._findings)
        element = self._around.within(name=name, location=location)
        said = {key: self._said(fields, key, element) for key in _STATED}
        deployments = tuple(
            one
            for written in self._deployments(fields, name)
            if (one := build_deployment(written, self._usual_deployment, element, self._findings))
        )
        names = ((one.name, one.place) for one in deployments)
        _complain_about_twins(names, "deployment name", self._findings)
        roles = tuple(self._role(one, element) for one in _all_fields(fields.several("roles")))
        if name is None or location is None:
            return None
        if said["auth"] == "entra" and "customSubDomainName" not in (
            fields.written | self._usual_account.written
        ):
            self._findings.error(
                "config.subdomain-required",
                "Tokens need a custom subdomain",
                fields.place,
                f"The account {name} has auth: entra and no customSubDomainName: Azure would refuse every token.",
                "Add `customSubDomainName: ${name}-${unique}` under defaults.account, or set auth: keys.",
            )
        return AccountConfig(
            name=name,
            location=location,
            kind=said["kind"] or "",
            sku=said["sku"] or "",
            auth=said["auth"] or "",
            place=fields.place,
            custom_sub_domain_name=said["customSubDomainName"],
            public_network_access=said["publicNetworkAccess"],
            soft_delete=SoftDelete(said["softDelete"] or SoftDelete.FAIL),
            roles=tuple(one for one in roles if one is not None),
            deployments=deployments,
            tags=labels(fields.fields("tags"), element, self._findings),
        )

    def _name(self, fields: Fields, findings: Findings) -> str | None:
        location = text(fields.leaf("location"), self._around, Findings())
        return text(fields.leaf("name"), self._around.within(location=location), findings)

    def _said(self, fields: Fields, key: str, element: Element) -> str | None:
        leaf = fields.leaf(key) or self._usual_account.leaf(key)
        value = text(leaf, element, self._findings)
        if leaf is not None:
            return value
        default = ACCOUNT_DEFAULTS[key].default
        return None if default is None else str(default)

    def _role(self, fields: Fields, element: Element) -> RoleConfig | None:
        principal = text(fields.leaf("principal"), element, self._findings)
        can = text(fields.leaf("can"), element, self._findings)
        kind = text(fields.leaf("principalType"), element, self._findings)
        if principal is None or can is None:
            return None
        return RoleConfig(principal, can, fields.place, kind)

    def _deployments(self, fields: Fields, name: str | None) -> list[Fields]:
        """The deployments written for an account, its own or those of the account that it is like."""
        return self._followed(fields, (name or "").casefold(), ())

    def _followed(self, fields: Fields, name: str, seen: tuple[str, ...]) -> list[Fields]:
        value = fields.values.get("deployments")
        if isinstance(value, Several):
            return _all_fields(value.items)
        like = value.leaf("like") if isinstance(value, Fields) else None
        wanted = text(like, self._around, self._findings)
        if like is None or wanted is None or not isinstance(value, Fields):
            return []
        other = self._by_name.get(wanted.casefold())
        if other is None:
            self._findings.error(
                "config.unknown-account",
                "No such account",
                like.place,
                f'The file has no account "{wanted}" to be like.',
                did_you_mean(wanted, self._by_name) or _there_are(self._by_name),
            )
            return []
        if wanted.casefold() in (*seen, name):
            self._findings.error(
                "config.like-cycle",
                "Accounts are like each other",
                like.place,
                f"Following `like` from here leads back to {wanted}.",
                "Write the deployments out in one of them.",
            )
            return []
        theirs = self._followed(other, wanted.casefold(), (*seen, name))
        return self._left(theirs, value)

    def _left(self, deployments: list[Fields], like: Fields) -> list[Fields]:
        names = {_written_name(one): one for one in deployments}
        out: set[str] = set()
        for leaf in like.several("except"):
            if not isinstance(leaf, Leaf):
                continue
            unwanted = str(leaf.value).casefold()
            out.add(unwanted)
            if unwanted not in names:
                self._findings.error(
                    "config.unknown-deployment",
                    "No such deployment",
                    leaf.place,
                    f'There is no deployment "{leaf.value}" to leave out.',
                    did_you_mean(unwanted, names) or _there_are(names),
                )
        return [one for one in deployments if _written_name(one) not in out]


_STATED = ("kind", "sku", "auth", "customSubDomainName", "publicNetworkAccess", "softDelete")


def _there_are(names: Iterable[str]) -> str:
    listed = ", ".join(names)
    return (
        f"There: {listed}."
        if listed
        else "There are none: the account that it is like has no deployments."
    )


def _written_name(deployment: Fields) -> str:
    name = deployment.leaf("name")
    return str(name.value).casefold() if name else ""


def _all_fields(items: Iterable[Checked]) -> list[Fields]:
    return [one for one in items if isinstance(one, Fields)]


def _complain_about_twins(
    named: Iterable[tuple[str, Place]], what: str, findings: Findings
) -> None:
    first: dict[str, Place] = {}
    for name, place in named:
        twin = first.setdefault(name.casefold(), place)
        if name and twin is not place:
            findings.error(
                "config.duplicate-name",
                f"The same {what} twice",
                place,
                f'"{name}" is at line {twin.line} already; Azure compares names without case.',
                "Give one of them another name.",
            )
