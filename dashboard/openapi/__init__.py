"""What the site's own interfaces take and give, said once: it routes, checks and describes requests."""
