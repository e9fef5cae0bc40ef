"""Dated facts about Azure's audio and realtime models, and what its error codes mean; each row names its source."""
