"""Usage in both of its shapes."""

import pytest

from deployer.smoke.usage import Usage, read_usage

# The realtime numbers are those of Azure's documentation of 2024-12.
REALTIME = {
    "total_tokens": 82,
    "input_tokens": 5,
    "output_tokens": 77,
    "input_token_details": {"cached_tokens": 0, "text_tokens": 5, "audio_tokens": 0},
    "output_token_details": {"text_tokens": 21, "audio_tokens": 56},
}
COMPLETION = {
    "prompt_tokens": 17,
    "completion_tokens": 40,
    "total_tokens": 57,
    "prompt_tokens_details": {"audio_tokens": 0, "text_tokens": 17, "image_tokens": 0},
    "completion_tokens_details": {"audio_tokens": 31, "text_tokens": 9, "reasoning_tokens": 0},
}


def read(shape) -> Usage:
    usage = read_usage(shape)
    assert usage is not None
    return usage


@pytest.mark.parametrize(
    ("shape", "audio"), [(REALTIME, 56), (COMPLETION, 31)], ids=["realtime", "completion"]
)
def test_both_shapes_are_read_and_add_up(shape, audio):
    usage = read(shape)

    assert usage.output.audio == audio
    assert usage.mistake() is None


@pytest.mark.parametrize(
    "changed",
    [
        {"total_tokens": 83},
        {"output_token_details": {"text_tokens": 21, "audio_tokens": 57}},
        {"input_token_details": {"text_tokens": 5, "audio_tokens": 1}},
    ],
    ids=["total", "output", "input"],
)
def test_every_wrong_sum_is_found(changed):
    assert read(REALTIME | changed).mistake() is not None


def test_a_side_without_text_tokens_has_no_sum_to_check():
    usage = read(REALTIME | {"output_token_details": {"audio_tokens": 1}})

    assert usage.mistake() is None


@pytest.mark.parametrize(
    "shape", [None, [], {}, {"input_tokens": 1}, REALTIME | {"total_tokens": "82"}]
)
def test_what_is_no_usage_is_none(shape):
    assert read_usage(shape) is None
