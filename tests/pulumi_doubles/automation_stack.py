"""A stack of the Automation API whose inline program is that of infra/, for tests of both commands."""

from __future__ import annotations

import azure_openai
from infra_documents import account, deployment, document
from pulumi import automation

MODEL = {"format": "OpenAI", "name": "gpt-4o-realtime-preview", "version": "2024-12-17"}
PROJECT = "voice"


class Stack:
    """A stack of the Automation API whose program declares what `names` and `capacity` say."""

    def __init__(self, command, name="dev", **options):
        self.command = command
        self.names, self.capacity, self.options = ["audio"], 1, options
        self.events = []
        self.opened = automation.create_or_select_stack(
            name,
            PROJECT,
            self.declare,
            opts=automation.LocalWorkspaceOptions(work_dir=str(command.work_dir)),
        )

    def declare(self) -> None:
        """The program."""
        azure_openai.declare(self.document, **self.options)

    @property
    def document(self):
        sku = {"name": "GlobalStandard", "capacity": self.capacity}
        inside = [deployment(name, model=MODEL, sku=sku) for name in self.names]
        stated = {"kind": "AIServices", "sku": "S0", "customSubDomainName": "voice-eus2"}
        return document(
            account("voice-eus2", *inside, **stated),
            subscription=self.command.provider.subscription,
            protect=False,
        )

    def preview(self, **options):
        return self.opened.preview(on_event=self.events.append, **options).change_summary

    def up(self, **options):
        return self.opened.up(on_event=self.events.append, **options).summary.resource_changes

    def ids(self):
        deployment = self.opened.export_stack().deployment or {}
        rows = deployment.get("resources", [])
        return {
            f"{row['type']}::{row['urn'].rpartition('::')[2]}": row["id"]
            for row in rows
            if row["type"].startswith("azure-native:")
        }
