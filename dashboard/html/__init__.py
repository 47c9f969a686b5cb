"""Pages as plain HTML: the same Dash component trees, rendered on the server.

A reader without JavaScript, a search engine and a slow telephone get the whole page at once;
Dash then renders the very same tree and takes its place. Nothing is written twice.
"""
