"""Speech of the engine: understood by a recogniser that knows nothing of marks, and in the API's form."""

import pocketsphinx
import pytest
from emulator.data.listening_checks import loudness, peak, silent_milliseconds

from deployer.emulator.realtime.listening import Listening, SpeechStopped
from deployer.emulator.realtime.turn_detection import TurnDetection
from deployer.emulator.sound.resampling import resampled
from deployer.emulator.sound.speech import can_speak
from deployer.emulator.sound.spoken import say_aloud
from deployer.emulator.sound.voice import VOICES, hear

VOICES_HEARD = ("ash", "coral", "echo")
SENTENCES = (
    "the quick brown fox jumps over the lazy dog",
    "please call me back tomorrow morning",
    "how much is the ticket to the city",
    "i would like to order a large pizza",
    "the weather will be sunny and warm",
    "can you help me find my lost keys",
    "she bought seven red apples at the market",
    "the train leaves from platform nine",
    "turn off the light in the kitchen",
    "we are going to the beach this weekend",
    "my brother works in a small hospital",
    "the meeting starts at half past ten",
    "he read the whole book in one night",
    "this door does not open from inside",
    "there are many birds in the old tree",
    "put the blue box under the table",
    "it takes about three hours to drive there",
    "the children are playing in the garden",
    "could you speak a little slower",
    "thank you for waiting so patiently",
)


@pytest.fixture(scope="module")
def aligned():
    """Whether a sentence aligns with a sound."""
    decoder = pocketsphinx.Decoder(samprate=16_000, loglevel="FATAL")

    def accept(pcm, sentence):
        decoder.set_align_text(sentence)
        decoder.start_utt()
        decoder.process_raw(resampled(pcm, 24_000, 16_000), full_utt=True)
        decoder.end_utt()
        return decoder.hyp() is not None

    return accept


def decoy(number):
    """Another sentence of about as many words."""
    return SENTENCES[(number + 7) % len(SENTENCES)]


def score(aligned, voice, numbers):
    """How many sentences were accepted where they were said, and how many where another was."""
    said = {n: say_aloud(SENTENCES[n], voice).pcm for n in numbers}
    right = sum(aligned(said[n], SENTENCES[n]) for n in numbers)
    return right, sum(aligned(said[n], decoy(n)) for n in numbers)


def test_a_sentence_is_understood_and_another_is_not(aligned):
    assert score(aligned, "echo", [0, 5]) == (2, 0)


@pytest.mark.long
@pytest.mark.timeout(300)
@pytest.mark.parametrize("voice", VOICES_HEARD)
def test_nineteen_of_twenty_are_understood_and_nineteen_of_twenty_decoys_are_not(aligned, voice):
    right, wrong = score(aligned, voice, range(20))

    assert right >= 19
    assert wrong <= 1


@pytest.mark.parametrize("voice", VOICES)
def test_speech_has_the_api_s_form(voice):
    text = "Hello there. How are you?"
    utterance = say_aloud(text, voice)
    pcm = utterance.pcm

    assert can_speak()
    assert (text, text) == (utterance.transcript, hear(pcm))
    assert len(pcm) == 2_400 * utterance.audio_tokens
    assert -26 < loudness(pcm) < -19
    assert peak(pcm) < 0.7
    assert silent_milliseconds(pcm) <= 140
    assert silent_milliseconds(pcm, from_end=True) >= 300


def test_each_voice_sounds_different():
    assert len({say_aloud("Hello there.", voice).pcm for voice in VOICES}) == len(VOICES)


def test_a_pause_between_sentences_does_not_end_the_turn():
    pcm = say_aloud("Hello there. How are you? Fine, I hope.", "sage").pcm + bytes(48_000)
    found = list(Listening().append(pcm, TurnDetection()))

    assert [type(one) for one in found].count(SpeechStopped) == 1


@pytest.mark.parametrize("text", ["...", "", "\N{CJK UNIFIED IDEOGRAPH-65E5}", "a", "x" * 300])
def test_whatever_can_be_asked_for_is_said(text):
    utterance = say_aloud(text, "alloy")

    assert (hear(utterance.pcm) or "") == utterance.transcript
