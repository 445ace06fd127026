"""What goes to an iPhone: configuration profiles and sheets with set-up instructions."""
