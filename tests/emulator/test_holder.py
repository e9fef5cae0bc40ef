"""One process holds a state directory, the others join it; what it wrote survives it."""

from __future__ import annotations

import datetime
import json
import os
import socket
import ssl
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from emulator.arm_client import ACCOUNT, GROUP, Arm

from deployer.emulator import Emulator, environment, serve, stop
from deployer.emulator.serving.certificates import LIFETIME_DAYS, RENEWED_BEFORE, certificates
from deployer.emulator.serving.holder import Holder, live_holder, publish, read_holder
from deployer.errors import LockedByAnotherRun, UsageError

FIRST_DAY = datetime.date(2025, 2, 6)
OPEN_AND_WAIT = """
import sys
from pathlib import Path
from deployer.emulator import Emulator
emulator = Emulator.open(Path(sys.argv[1]))
print("joined" if emulator.joined else "holds", emulator.address, flush=True)
sys.stdin.read()
emulator.close()
"""


def another_process(state):
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", OPEN_AND_WAIT, str(state)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def told(process):
    return process.stdout.readline().split()


def test_of_two_processes_one_holds_and_the_other_joins(tmp_path):
    processes = [another_process(tmp_path) for _ in range(2)]
    said = [told(one) for one in processes]
    for one in processes:
        one.stdin.close()
    for one in processes:
        one.wait(20)
        one.stdout.close()

    assert sorted(word for word, _ in said) == ["holds", "joined"]
    assert len({address for _, address in said}) == 1


def test_a_killed_holder_is_replaced_and_its_resources_are_there(tmp_path):
    process = another_process(tmp_path)
    told(process)
    with Emulator.open(tmp_path) as joined:
        assert Arm(joined).account().status == 201
        secret = joined.client_secret
    process.kill()
    process.communicate()
    dead = read_holder(tmp_path)

    with Emulator.open(tmp_path) as emulator:
        assert dead is not None
        assert (joined.joined, emulator.joined) == (True, False)
        account = Arm(emulator).get(ACCOUNT)
        assert account.status == 200
        assert account.body["properties"]["endpoint"] == f"{emulator.address}/voice/"
        assert emulator.client_secret == secret


def test_closing_ends_the_server_and_removes_the_file(tmp_path):
    with Emulator.open(tmp_path):
        assert live_holder(tmp_path) is not None

    assert read_holder(tmp_path) is None
    assert live_holder(tmp_path) is None


def test_closing_a_joined_emulator_leaves_it_to_its_holder(tmp_path):
    with Emulator.open(tmp_path) as held:
        Emulator.open(tmp_path).close()

        assert held.ask("GET", "health")["pid"] == os.getpid()


def test_joining_with_another_date_moves_the_clock_and_keeps_the_resources(tmp_path):
    with Emulator.open(tmp_path, FIRST_DAY) as held:
        Arm(held).group()
        with Emulator.open(tmp_path) as joined:
            assert joined.joined
            assert joined.date == datetime.date(2026, 4, 23)
        assert held.ask("GET", "clock") == {"date": "2026-04-23"}
        assert Arm(held).get(GROUP).status == 200


def test_joining_with_the_date_that_was_asked_for_leaves_the_clock_where_it_is(tmp_path):
    with Emulator.open(tmp_path, FIRST_DAY) as held:
        held.ask("POST", "clock", {"hours": 48})
        with Emulator.open(tmp_path, FIRST_DAY) as joined:
            assert joined.date == datetime.date(2025, 2, 8)
        assert held.ask("GET", "clock") == {"date": "2025-02-08"}


def test_a_stranger_at_the_holders_address_is_no_holder(tmp_path):
    with Emulator.open(tmp_path) as emulator:
        publish(tmp_path, Holder(1, emulator.address, "another nonce"))

        assert live_holder(tmp_path) is None


def test_a_holder_that_hangs_is_not_replaced_but_named(tmp_path):
    certificates(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        publish(tmp_path, Holder(4711, f"https://localhost:{silent.getsockname()[1]}", "nonce"))

        with pytest.raises(LockedByAnotherRun, match=r"process 4711.*does not answer"):
            live_holder(tmp_path, patience=0.1)


def test_stopping_a_served_emulator_frees_the_directory_for_the_next(tmp_path):
    with Emulator.open(tmp_path) as first:
        assert stop(tmp_path)
        with Emulator.open(tmp_path) as second:
            assert (first.joined, second.joined) == (False, False)
            assert second.ask("GET", "health")["pid"] == os.getpid()


def test_the_next_run_has_the_last_ones_port(tmp_path):
    with Emulator.open(tmp_path) as first:
        address = first.address
    with Emulator.open(tmp_path) as second:
        assert second.address == address


def test_a_port_that_is_taken_by_now_is_left_for_another(tmp_path):
    with Emulator.open(tmp_path) as first:
        address = first.address
    port = int(address.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)), Emulator.open(tmp_path) as second:
        taken = second.address
    with Emulator.open(tmp_path) as third:
        assert third.address == taken != address


@pytest.mark.parametrize("kept", ["", "no number", "99999999"])
def test_a_port_that_nobody_can_read_is_forgotten(tmp_path, kept):
    (tmp_path / "port").write_text(kept)

    with Emulator.open(tmp_path) as emulator:
        assert (tmp_path / "port").read_text() == emulator.address.rpartition(":")[2]


def test_a_broken_holder_file_is_as_good_as_none(tmp_path):
    (tmp_path / "holder.json").write_text("{")

    with Emulator.open(tmp_path) as emulator:
        assert not emulator.joined


def test_the_secret_is_in_no_repr(tmp_path):
    with Emulator.open(tmp_path) as emulator:
        assert emulator.client_secret not in repr(emulator)


def test_a_date_before_the_first_snapshot_starts_nothing(tmp_path):
    with pytest.raises(UsageError):
        Emulator.open(tmp_path / "new", datetime.date(2024, 1, 1))

    assert not (tmp_path / "new").exists()


def test_serving_tells_when_it_listens_and_ends_when_stopped(tmp_path):
    listening = threading.Event()
    thread = threading.Thread(
        target=serve, args=(tmp_path, None, 0, lambda _: listening.set()), daemon=True
    )
    thread.start()
    assert listening.wait(20)
    variables = environment(tmp_path)
    with pytest.raises(LockedByAnotherRun, match="already running"):
        serve(tmp_path, None, 0, print)
    stopped = stop(tmp_path)
    thread.join(20)

    assert stopped
    assert not thread.is_alive()
    assert not stop(tmp_path)
    assert variables["AZURE_TENANT_ID"] == "adfs"
    assert variables["AZURE_AUTHORITY_HOST"].startswith("https://localhost:")
    assert (tmp_path / "ca.pem").read_text() in Path(variables["SSL_CERT_FILE"]).read_text()
    with pytest.raises(UsageError, match="No emulator is running"):
        environment(tmp_path)


def test_the_environment_keeps_what_asks_no_proxy_already(emulator, monkeypatch):
    monkeypatch.setenv("NO_PROXY", "corp.example,localhost")
    monkeypatch.setenv("no_proxy", "old.example, ::1")
    variables = environment(emulator.ca.parent)
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy")
    alone = environment(emulator.ca.parent)

    merged = "corp.example,localhost,old.example,::1,127.0.0.1"
    assert (variables["NO_PROXY"], variables["no_proxy"]) == (merged, merged)
    assert alone["NO_PROXY"] == alone["no_proxy"] == "localhost,127.0.0.1,::1"


def test_certificates_are_made_once_and_renewed_before_their_end(tmp_path):
    first = certificates(tmp_path, 1_800_000_000).ca.read_bytes()
    kept = certificates(tmp_path, 1_800_000_000 + 86400).ca.read_bytes()
    late = 1_800_000_000 + LIFETIME_DAYS * 86400 - RENEWED_BEFORE
    renewed = certificates(tmp_path, late).ca.read_bytes()

    assert first == kept != renewed


def test_the_leaf_verifies_strictly_under_every_name_of_loopback(emulator):
    import http.client

    context = ssl.create_default_context(cafile=str(emulator.ca))
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    port = int(emulator.address.rsplit(":", 1)[1])

    for host in ("localhost", "127.0.0.1"):
        connection = http.client.HTTPSConnection(host, port, context=context)
        connection.request("GET", "/_emulator/health")
        assert connection.getresponse().status == 200
        connection.close()


def test_private_files_are_their_owners_alone(emulator):
    state = emulator.ca.parent
    Arm(emulator).token()
    private = ("server.pem", "signing-key.pem", "state.db", "holder.json")

    if os.name == "posix":
        assert {stat.S_IMODE((state / name).stat().st_mode) for name in private} == {0o600}


def test_whoever_serves_waits_for_its_guests(tmp_path):
    holder = Emulator.open(tmp_path)
    guest = Emulator.open(tmp_path)
    leaving = threading.Thread(target=holder.close)
    leaving.start()

    assert holder.has_guests
    assert guest.ask("GET", "health")["pid"] == os.getpid()
    guest.close()
    leaving.join(20)
    assert (False, False) == (leaving.is_alive(), holder.has_guests)


def test_a_guest_that_died_is_not_waited_for(tmp_path):
    with Emulator.open(tmp_path) as holder:
        program = (
            "import os,sys; from deployer.emulator import Emulator; from pathlib import Path; "
        )
        program += "Emulator.open(Path(sys.argv[1])); os._exit(9)"
        died = subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=False)  # noqa: S603

        assert (9, False) == (died.returncode, holder.has_guests)


def test_a_holder_that_answers_nonsense_is_not_taken_for_dead(tmp_path, monkeypatch):
    (tmp_path / "ca.pem").touch()
    publish(tmp_path, Holder(1, "https://localhost:1", "nonce"))

    def nonsense(*_arguments, **_options):
        return json.loads("500 Internal Server Error")

    monkeypatch.setattr("deployer.emulator.serving.holder.ask", nonsense)
    with pytest.raises(LockedByAnotherRun, match="health"):
        live_holder(tmp_path)
