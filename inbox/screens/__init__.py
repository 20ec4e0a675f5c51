"""The pages of the terminal: each turns keys into triage, and what view reads into widgets."""
