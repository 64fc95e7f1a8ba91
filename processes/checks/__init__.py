"""Is this diagram fit to be published?"""
