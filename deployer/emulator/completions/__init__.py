"""Audio completions: the request, the answer, its forms on the wire."""
