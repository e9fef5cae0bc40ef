"""How an emulator is served: the process, its state directory, its ports, its certificate."""
