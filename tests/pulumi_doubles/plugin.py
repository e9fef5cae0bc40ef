"""The engine double's side of the provider protocol: the same RPCs in the same order as the real engine's."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc, status_pb2
from pulumi_doubles.marks import Json, as_secret_as, bare
from pulumi_doubles.state import Resource
from pulumi_doubles.wire import decoded, encoded

_DETAILS = "grpc-status-details-bin"


class StepFailed(Exception):
    """The plugin refused. `partial` is what there may be all the same, to be recorded."""

    def __init__(self, message: str, partial: Json | None = None) -> None:
        super().__init__(message)
        self.partial = partial


@dataclass(frozen=True)
class Diff:
    """What an update would change: kinds by path, and whether it takes a replacement, deleting first."""

    kinds: dict[str, str] = field(default_factory=dict)
    replaces: bool = False
    deletes_first: bool = False

    def replaced_on(self, patterns: list[str]) -> Diff:
        """The same, replacing where a changed path is one of these or below it."""
        hit = {
            path
            for path in self.kinds
            for pattern in patterns
            if path == pattern or path.startswith((f"{pattern}.", f"{pattern}["))
        }
        marked = {
            path: f"{kind}-replace" if path in hit and not kind.endswith("-replace") else kind
            for path, kind in self.kinds.items()
        }
        return replace(self, kinds=marked, replaces=self.replaces or bool(hit))


class Plugin:
    """One attached provider; secrets are taken off before it sees them and put on again afterwards."""

    def __init__(self, port: int) -> None:
        self._channel = grpc.insecure_channel(f"127.0.0.1:{port}")
        self._stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        self._configured = False

    def close(self) -> None:
        self._channel.close()

    def cancel(self) -> None:
        self._stub.Cancel(Empty())

    def check_config(self, urn: str, news: Json) -> tuple[Json, list[str]]:
        with _failing():
            answer = self._stub.CheckConfig(
                provider_pb2.CheckRequest(urn=urn, news=encoded(bare(news)))
            )
        return decoded(answer.inputs), [one.reason for one in answer.failures]

    def configure(self, inputs: Json) -> str:
        """Configure it, once; the id of a provider resource."""
        if not self._configured:
            with _failing():
                self._stub.Configure(
                    provider_pb2.ConfigureRequest(args=encoded(bare(inputs)), acceptSecrets=True)
                )
            self._configured = True
        return str(uuid.uuid4())

    def invoke(self, token: str, arguments: Json) -> Any:
        with _failing():
            return self._stub.Invoke(
                provider_pb2.InvokeRequest(tok=token, args=encoded(bare(arguments)))
            )

    def check(self, urn: str, olds: Json, news: Json) -> tuple[Json, list[str]]:
        request = provider_pb2.CheckRequest(
            urn=urn, olds=encoded(bare(olds)), news=encoded(bare(news))
        )
        with _failing():
            answer = self._stub.Check(request)
        inputs = as_secret_as(news, decoded(answer.inputs))
        return inputs, [one.reason for one in answer.failures]

    def diff(self, old: Resource, news: Json, ignored: list[str] | None = None) -> Diff:
        request = provider_pb2.DiffRequest(
            id=old.id,
            urn=old.urn,
            olds=encoded(bare(old.outputs)),
            news=encoded(bare(news)),
            old_inputs=encoded(bare(old.inputs)),
            ignoreChanges=ignored or [],
        )
        with _failing():
            answer = self._stub.Diff(request)
        name = provider_pb2.PropertyDiff.Kind.Name
        kinds = {
            path: name(one.kind).lower().replace("_", "-")
            for path, one in answer.detailedDiff.items()
        }
        return Diff(kinds, bool(answer.replaces), answer.deleteBeforeReplace)

    def create(self, new: Resource, preview: bool) -> tuple[str, Json]:
        request = provider_pb2.CreateRequest(
            urn=new.urn, properties=encoded(bare(new.inputs)), preview=preview
        )
        with _failing():
            answer = self._stub.Create(request)
        return answer.id, as_secret_as(new.inputs, decoded(answer.properties))

    def update(self, old: Resource, news: Json, preview: bool) -> Json:
        request = provider_pb2.UpdateRequest(
            id=old.id,
            urn=old.urn,
            olds=encoded(bare(old.outputs)),
            news=encoded(bare(news)),
            old_inputs=encoded(bare(old.inputs)),
            preview=preview,
        )
        with _failing():
            answer = self._stub.Update(request)
        return as_secret_as(news, decoded(answer.properties))

    def read(self, urn: str, identity: str, old: Resource | None) -> tuple[Json, Json] | None:
        """Inputs and outputs as they are; None: gone."""
        request = provider_pb2.ReadRequest(id=identity, urn=urn)
        if old is not None:
            request.inputs.CopyFrom(encoded(bare(old.inputs)))
            request.properties.CopyFrom(encoded(bare(old.outputs)))
        with _failing():
            answer = self._stub.Read(request)
        if not answer.id:
            return None
        before = old.inputs if old else {}
        inputs = as_secret_as(before, decoded(answer.inputs))
        return inputs, as_secret_as(before, decoded(answer.properties))

    def delete(self, old: Resource) -> None:
        request = provider_pb2.DeleteRequest(
            id=old.id,
            urn=old.urn,
            properties=encoded(bare(old.outputs)),
            old_inputs=encoded(bare(old.inputs)),
        )
        with _failing():
            self._stub.Delete(request)


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except grpc.RpcError as error:
        raise StepFailed(error.details(), _partial(error)) from None


def _partial(error: grpc.RpcError) -> Json | None:
    """The state that came with a failure, if one did."""
    for name, value in error.trailing_metadata() or ():
        if name == _DETAILS:
            for detail in status_pb2.Status.FromString(value).details:
                failed = provider_pb2.ErrorResourceInitFailed()
                if detail.Unpack(failed):
                    return {"id": failed.id, "outputs": decoded(failed.properties)}
    return None
