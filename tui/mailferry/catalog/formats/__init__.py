"""The forms in which a provider's settings are published: autoconfig XML, PACC, DNS records."""
