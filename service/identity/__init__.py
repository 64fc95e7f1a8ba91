"""Who somebody is: accounts, passwords, login sessions, API tokens."""
