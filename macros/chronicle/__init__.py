"""What changed in the facts, commit by commit, as git remembers it: by whom, when, and what each commit changed of which record.

Where git knows nothing (no git, no repository, a folder that nobody committed), there is nothing to tell, and nothing fails.
"""
