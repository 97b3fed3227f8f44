"""From notebooks to the site: execution, the number role, the chart renderer, the checks.

Nothing here knows what the report is about.
"""
