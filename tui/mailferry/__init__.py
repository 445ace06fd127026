"""mailferry keeps mail account settings in order and carries them to iPhones."""

__version__ = "0.1.0"
