"""Where passwords come from: the desktop's password store, a command, or the user."""
