"""The panes of the interface, and the lines each of them shows."""
