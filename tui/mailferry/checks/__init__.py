"""Live tests of mail servers: a ladder of stages for IMAP and SMTP, many accounts at once."""
