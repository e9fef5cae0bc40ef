"""A small Azure on loopback: ARM, Entra tokens, audio completions, realtime."""
