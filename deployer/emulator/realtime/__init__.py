"""Realtime sessions: one conversation, spoken in two dialects of the protocol (preview and GA)."""
