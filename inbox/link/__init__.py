"""The link between the engine and its screens: ids and states, never a buyer's words."""
