"""The web service: pages, API, command line, background work, and the one door to every change."""
