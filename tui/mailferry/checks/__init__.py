"""Live tests of mail servers: a ladder of stages for IMAP, POP3 and SMTP, many accounts at once."""
