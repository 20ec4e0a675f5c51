"""Our connectors and simulators against the vendors' specifications, where there are any."""
