"""Who works on what: projects, their members and roles, and the figures a project is judged by.

Doors for the apps above: `projects.ids`, `projects.access`, `projects.events`, `projects.commands` and
`projects.queries`. What a project reconciles is not known here; its figures are reported by command.
"""
