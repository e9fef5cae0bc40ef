"""The commands of the CLI double that run an engine: preview, up, refresh and destroy."""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import grpc
from pulumi.runtime.proto import events_pb2, events_pb2_grpc
from pulumi_doubles.arguments import Arguments
from pulumi_doubles.backend import Backend, Refused, StackFiles, now
from pulumi_doubles.engine import EngineDouble
from pulumi_doubles.events import Events
from pulumi_doubles.local_program import local
from pulumi_doubles.marks import Json
from pulumi_doubles.monitor import ProgramFailed, client, run_program

_NO_CHANGES = "no changes were expected for update but changes were proposed"
_HEADS = {
    "up": "Updating",
    "refresh": "Refreshing",
    "destroy": "Destroying",
    "preview": "Previewing update",
}
_KINDS = {"up": "update"}
_MARKS = {
    "create": "+",
    "update": "~",
    "delete": "-",
    "replace": "+-",
    "create-replacement": "++",
    "delete-replaced": "--",
    "import": "=",
    "refresh": "~",
    "same": " ",
}
_DEBUG_PROVIDERS = "PULUMI_DEBUG_PROVIDERS"


def run(arguments: Arguments, backend: Backend) -> None:
    """One run of the engine double over a stack, its events told to whoever listens."""
    command = arguments.command
    stack = backend.stack(arguments.flags["stack"])
    dry_run = command == "preview" or "preview-only" in arguments
    if not dry_run and "yes" not in arguments:
        raise Refused(
            "--yes or --skip-preview must be passed in to proceed when running in non-interactive mode"
        )
    with ExitStack() as held:
        if not dry_run:
            held.enter_context(stack.locked())
        stream = held.enter_context(EventStream(arguments.flags.get("event-log", "")))
        events = Events(stream.put, dry_run)
        sys.stdout.write(f"{_HEADS[command]} ({stack.name}):\n\n")
        engine = _engine(stack, events)
        held.callback(engine.close)
        engine.steps.goes_on = "continue-on-error" in arguments
        _interruptible(engine)
        began = now()
        events.prelude()
        try:
            _work(command, arguments, engine, stack)
        finally:
            if engine.cancelled or engine.steps.errored:
                what = "canceled" if engine.cancelled else "failed"
                events.diagnostic("error", f"{'preview' if dry_run else 'update'} {what}")
            events.summary(engine.failed)
            events.cancel()
            if not dry_run:
                stack.remember(_KINDS.get(command, command), began, engine.failed, events.changes)
            _diagnose(events)
    if engine.failed:
        raise SystemExit(1)
    if "expect-no-changes" in arguments and set(events.changes) - {"same"}:
        raise Refused(_NO_CHANGES, 7)


def _work(command: str, arguments: Arguments, engine: EngineDouble, stack: StackFiles) -> None:
    if command == "refresh":
        engine.refresh(alone=True)
        return
    if "refresh" in arguments:
        engine.refresh(alone=False)
    if command == "destroy":
        engine.destroying = True
        if arguments.flags.get("run-program") == "true":
            _program(arguments, engine, stack)
        if not engine.failed:
            engine.destroy()
        return
    _program(arguments, engine, stack)
    engine.delete_what_is_left()


def _program(arguments: Arguments, engine: EngineDouble, stack: StackFiles) -> None:
    address = arguments.flags.get("client")
    ran = client(address) if address else local(stack.backend.work_dir)
    config = {name: str(value) for name, value in stack.configuration().get("config", {}).items()}
    try:
        run_program(engine, ran, config)
    except ProgramFailed as failed:
        engine.events.diagnostic("error", f"an unhandled error occurred: {failed}")


def _engine(stack: StackFiles, events: Events) -> EngineDouble:
    named = dict(
        one.rpartition(":")[::2] for one in os.environ.get(_DEBUG_PROVIDERS, "").split(",") if one
    )
    if "azure-native" not in named:
        raise Refused(
            f"the double has no plugins: {_DEBUG_PROVIDERS} has to name azure-native:PORT"
        )
    state = stack.state()
    port = int(named["azure-native"])
    return EngineDouble(stack.name, stack.backend.project, state, port, events, stack.save)


def _interruptible(engine: EngineDouble) -> None:
    """The first Ctrl-C begins nothing more and waits; the second ends everything at once."""

    def interrupted(_number: int, _frame: object) -> None:
        if engine.cancelled:
            os._exit(255)
        sys.stdout.write(
            "^C received; cancelling. If you would like to terminate immediately, press ^C again.\n"
            "Note that terminating immediately may lead to orphaned resources and other inconsistencies.\n"
        )
        sys.stdout.flush()
        threading.Thread(target=engine.cancel, daemon=True).start()

    signal.signal(signal.SIGINT, interrupted)


def _diagnose(events: Events) -> None:
    """What the CLI prints at the end: errors by resource, and what changed."""
    if events.errors:
        sys.stdout.write("Diagnostics:\n")
    for urn, message in events.errors:
        kind, name = (
            (urn.split("::")[2].rpartition("$")[2], urn.rpartition("::")[2]) if urn else ("", "")
        )
        text = message.replace("\n", "\n    ")
        sys.stdout.write(f"  {kind} ({name}):\n    error: {text}\n\n")
    sys.stdout.write("Resources:\n")
    for op, count in sorted(events.changes.items()):
        sys.stdout.write(f"    {_MARKS[op]} {count} {op}\n")


class EventStream:
    """Where `--event-log` points: a listener of the Automation API at tcp://, or a file, or nowhere."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._queue: queue.Queue[Json | None] = queue.Queue()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        if self._target:
            self._thread = threading.Thread(target=self._send, daemon=True)
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()

    def put(self, event: Json) -> None:
        self._queue.put(event)
        _show(event)

    def _send(self) -> None:
        if not self._target.startswith("tcp://"):
            with Path(self._target).open("a", encoding="utf-8") as file:
                for text in self._texts():
                    file.write(f"{text}\n")
                    file.flush()
            return
        with grpc.insecure_channel(self._target.removeprefix("tcp://")) as channel:
            requests = (events_pb2.EventRequest(event=text) for text in self._texts())
            events_pb2_grpc.EventsStub(channel).StreamEvents(requests)

    def _texts(self) -> Iterator[str]:
        while (event := self._queue.get()) is not None:
            yield json.dumps(event)


def _show(event: Json) -> None:
    """One line of progress for a step that began."""
    step = event.get("resourcePreEvent")
    if step and step["metadata"]["op"] != "same":
        of = step["metadata"]
        sys.stdout.write(
            f" {_MARKS[of['op']]} {of['type']} {of['urn'].rpartition('::')[2]} {of['op']}\n"
        )
