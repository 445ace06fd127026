"""Configuration profiles of any maker, read and explained."""
