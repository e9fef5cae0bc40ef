"""Sound: the voices, what they say, files and formats, and the ear that understands it."""
