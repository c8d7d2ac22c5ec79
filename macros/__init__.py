"""The inventory engine: from YAML in `data/` to findings, views, drawings and a site.

Data flows one way: source, model, inventory, graph, then rules, views, diagrams and export. Only `main`,
`plugin`, `serving` and `build` know MkDocs.
"""
