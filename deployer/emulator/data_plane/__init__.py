"""What completions and realtime have in common: the door, the addresses, the gateway, capacity, cost."""
