"""Who may do what: roles, sessions, tokens, signatures of persons. Opens no socket."""
