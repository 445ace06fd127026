"""The nouns of mailferry: frozen types without input or output. Imports nothing else of ours."""
