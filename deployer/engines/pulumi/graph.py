"""What the Pulumi program registers for a document: recorded in this process, with no CLI, no cloud and no sign-in.

The program runs against a monitor that answers every registration with its own inputs. That shows resources, options
and edges. It is not a difference to anything: nobody knows here what exists.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from google.protobuf import empty_pb2, json_format
from google.protobuf.message import Message
from pulumi.runtime.mocks import MockEngine, MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2, resource_pb2_grpc

from deployer.core.encoding import Json
from deployer.engines.pulumi import program

PROJECT = "azure-openai-voice"
STACK = "offline"
_STACK_TYPE = "pulumi:pulumi:Stack"


@dataclass(frozen=True, slots=True)
class Registration:
    """One resource as the program registers it. `parent` and `depends_on` are `<type>::<name>`, as a URN ends."""

    type: str
    name: str
    parent: str
    depends_on: tuple[str, ...]
    inputs: Mapping[str, Json]
    protect: bool
    delete_before_replace: bool
    replace_on_changes: tuple[str, ...]
    ignore_changes: tuple[str, ...]
    import_id: str
    error_hooks: tuple[str, ...]

    @property
    def key(self) -> str:
        """`<type>::<name>`, as others name it."""
        return f"{self.type}::{self.name}"


@dataclass(frozen=True, slots=True)
class Graph:
    """All registrations, in their order, and the names of what the program tells in the end."""

    registrations: tuple[Registration, ...]
    outputs: tuple[str, ...]


def graph(document: Mapping[str, Any]) -> Graph:
    """What the program registers for a desired state's document. Raises Blocked where Pulumi is not installed."""
    declare = program.load().declare
    recorder = Recorder()
    record(recorder, lambda: declare(document))
    made = [_registration(one) for one in recorder.requests if one.type != _STACK_TYPE]
    return Graph(tuple(_in_order(made)), tuple(recorder.stack_outputs))


class _NoMocks(Mocks):
    """The recorder answers for itself."""

    def call(self, args: Any) -> tuple[dict[Any, Any], None]:  # noqa: ANN401
        raise NotImplementedError("the program asks Azure nothing")

    def new_resource(self, args: MockResourceArgs) -> tuple[str, dict[Any, Any]]:
        raise NotImplementedError("the recorder answers for itself")


class Recorder(MockMonitor, resource_pb2_grpc.ResourceMonitorStub):
    """A monitor that keeps each request as it came: the mocks of Pulumi's own drop most options.

    It is a stub by type only: Pulumi registers hooks with nothing else, and its mocks know none.
    """

    def __init__(self) -> None:
        super().__init__(_NoMocks())
        self.requests: list[resource_pb2.RegisterResourceRequest] = []
        self.outputs: dict[str, dict[str, Any]] = {}

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """As the engine makes them: the types of all parents but the stack, then the name."""
        above = parent.split("::")[2] if parent else ""
        types = f"{above}${type_}" if above not in ("", _STACK_TYPE) else type_
        return f"urn:pulumi:{STACK}::{PROJECT}::{types}::{name}"

    def RegisterResource(  # noqa: N802 - Pulumi's name
        self, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceResponse:
        """Keep the request; everything that is only known once it exists stays unknown."""
        self.requests.append(request)
        urn = self.make_urn(request.parent, request.type, request.name)
        return resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)

    def RegisterResourceOutputs(  # noqa: N802 - Pulumi's name
        self, request: resource_pb2.RegisterResourceOutputsRequest
    ) -> empty_pb2.Empty:
        """Keep what a component, or the whole program, tells."""
        self.outputs[request.urn] = json_format.MessageToDict(request.outputs)
        return empty_pb2.Empty()

    def RegisterErrorHook(self, request: object) -> empty_pb2.Empty:  # noqa: ARG002, N802
        """Nothing fails here, so no hook is ever called."""
        return empty_pb2.Empty()

    @property
    def stack_outputs(self) -> Mapping[str, Any]:
        """What the program tells in the end."""
        return next((told for urn, told in self.outputs.items() if f"::{_STACK_TYPE}::" in urn), {})


def record(recorder: Recorder, program: Any) -> None:  # noqa: ANN401 - any callable
    """Run a program against the recorder, as a preview."""

    async def run() -> None:
        settings = pulumi.runtime.Settings(
            PROJECT, STACK, monitor=recorder, engine=MockEngine(None), dry_run=True
        )
        pulumi.runtime.configure(settings)
        await pulumi.runtime.run_in_stack(program)

    # Pulumi keeps its settings in context variables: in a context of our own nothing of this run stays behind.
    contextvars.copy_context().run(asyncio.run, run())


def _registration(request: resource_pb2.RegisterResourceRequest) -> Registration:
    return Registration(
        type=request.type,
        name=request.name,
        parent=_tail(request.parent),
        depends_on=_tails(request.dependencies),
        inputs={name: _plain(value) for name, value in sorted(_object(request.object).items())},
        protect=request.protect,
        delete_before_replace=request.deleteBeforeReplace,
        replace_on_changes=tuple(request.replaceOnChanges),
        ignore_changes=tuple(request.ignoreChanges),
        import_id=request.importId,
        error_hooks=tuple(request.hooks.on_error),
    )


def _in_order(made: Iterable[Registration]) -> Iterator[Registration]:
    """Account by account, each after what it depends on; what is registered side by side goes by its name."""
    rest = sorted(made, key=lambda one: (one.parent or one.key, one.type, one.name))
    rest.sort(key=lambda one: not one.type.startswith("pulumi:providers:"))
    placed = {""}
    while rest:
        ready = (one for one in rest if placed.issuperset((one.parent, *one.depends_on)))
        chosen = next(ready)
        rest.remove(chosen)
        placed.add(chosen.key)
        yield chosen


def _object(message: Message) -> dict[str, Json]:
    found: dict[str, Json] = json_format.MessageToDict(message)
    return found


def _plain(value: Json) -> Json:
    """Protobuf's numbers are all floats; its maps have no order."""
    match value:
        case dict():
            return {name: _plain(value[name]) for name in sorted(value)}
        case list():
            return [_plain(one) for one in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


def _tails(urns: Sequence[str]) -> tuple[str, ...]:
    return tuple(_tail(urn) for urn in urns)


def _tail(urn: str) -> str:
    """`<type>::<name>` of a URN; empty for none and for the stack itself."""
    if not urn:
        return ""
    types, _, name = urn.split("::", 2)[2].partition("::")
    kind = types.rpartition("$")[2]
    return "" if kind == _STACK_TYPE else f"{kind}::{name}"
