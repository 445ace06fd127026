"""What the actions of the interface do."""
