"""Nothing that was sent as a secret, or looks like one, is shown."""

import pytest

from deployer.smoke.redaction import MASK, redact, secrets_of


def test_header_values_and_their_tokens_are_secrets():
    secrets = secrets_of({"Authorization": "Bearer 0a1b2c3d", "api-key": "0123456789"})

    assert secrets == {"Bearer 0a1b2c3d", "0a1b2c3d", "0123456789"}


@pytest.mark.parametrize(
    "text",
    [
        "the key canary-secret-1 is wrong",
        "the key CANARY: canary-secret-1",
        "/v1/realtime?api-key=other-secret-2&x=1",
        "Authorization: Bearer abcdefgh12345678",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
        "Incorrect API key provided: sk-proj-abcdefgh",
        "a" * 790 + " canary-secret-1",
    ],
)
def test_secrets_are_masked(text):
    shown = redact(text, {"canary-secret-1"})

    for secret in ("canary-secret", "other-secret", "abcdefgh", "eyJhbGci", "c2lnbmF0"):
        assert secret not in shown
    assert MASK[:5] in shown


def test_plain_words_stay():
    text = "The service says: \"Unknown parameter: 'session.type'.\" It is a key field, ask-first."

    assert redact(text, set()) == text


def test_endless_words_are_cut():
    assert len(redact("word " * 10_000, set())) < 1000
