"""Dialogs: each asks or shows one thing over the panes and knows nothing of them."""
