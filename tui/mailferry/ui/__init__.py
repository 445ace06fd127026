"""The terminal interface: the same verbs as the command line, in panes."""
