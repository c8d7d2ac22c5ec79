"""From a built site to where readers find it: the site, its last releases, and a preview of every open pull request.

What strangers made is checked before any of it is taken: `artifact` for files, `forge` for who and which, `preview` for both.
"""
