"""The pure heart: frozen values and functions of them. Standard library only, no I/O."""
