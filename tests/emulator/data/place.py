"""An account of the whole emulator and calls of its data plane over TLS, with defaults for what a test does not care about."""

from __future__ import annotations

from typing import Any

from emulator.arm_client import ACCOUNT, Arm, Response, deployment_path

CLASSIC = "/voice/openai/deployments/{}/chat/completions?api-version=2025-01-01-preview"
USER = "Cognitive Services OpenAI User"
DATA_SCOPE = "https://cognitiveservices.azure.com/.default"
REALTIME = "gpt-4o-realtime-preview@2024-12-17"
PREVIEW = "realtime?api-version=2024-10-01-preview&deployment=realtime"


class Place:
    """An account with an audio and a realtime deployment, and calls of them."""

    def __init__(self, arm: Arm) -> None:
        self.arm = arm
        self.key = arm.ask("POST", f"{ACCOUNT}/listKeys").body["key1"]

    def fault(self, kind: str, **rest: Any) -> Place:
        self.arm.emulator.ask("POST", "faults", {"kind": kind, **rest})
        return self

    def change(self, **properties: Any) -> None:
        assert self.arm.ask("PATCH", ACCOUNT, {"properties": properties}).status in (200, 202)

    def chat(
        self,
        path: str = CLASSIC.format("audio"),
        headers: dict[str, str] | None = None,
        **changes: Any,
    ) -> Response:
        body = {
            "model": "audio",
            "messages": [{"role": "user", "content": "say exactly: Hello there."}],
            "modalities": ["text", "audio"],
            "audio": {"voice": "alloy", "format": "wav"},
        } | changes
        asked = {name: value for name, value in body.items() if value is not None}
        kind = {"Content-Type": "application/json"}
        given = {"api-key": self.key} if headers is None else headers
        return self.arm.send("POST", path, asked, headers={**kind, **given})

    def without_role(self) -> Response:
        self.arm.emulator.ask("PUT", "principals/deployer", {"roles": ["Owner"]})
        return self.chat(headers={"Authorization": f"Bearer {self.arm.token(DATA_SCOPE)}"})

    def handshake(self, query: str = PREVIEW, headers: dict[str, str] | None = None) -> Response:
        """A handshake that is refused: an open socket would be waited for."""
        upgrade = {
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        }
        given = {"api-key": self.key} if headers is None else headers
        return self.arm.send("GET", f"/voice/openai/{query}", headers=upgrade | given)

    def exhausted(self, **changes: Any) -> Response:
        """The answer to the first call beyond the deployment's tokens of a minute."""
        self.fault("realCapacity", **changes)
        told = [
            {"role": "system", "content": "word " * 8000},
            {"role": "user", "content": "Hello."},
        ]
        assert self.chat(messages=told).status == 200
        return self.chat()


def prepared(arm: Arm, kind: str = "OpenAI") -> Place:
    """An account that the signed-in principal may call, with a deployment of each kind."""
    arm.emulator.ask("PUT", "principals/deployer", {"roles": ["Owner", USER]})
    arm.account(kind=kind)
    assert arm.deployment(capacity=3).status == 201
    assert arm.deployment(deployment_path("realtime"), REALTIME).status == 201
    return Place(arm)
