"""From filed entries to the lines of the consolidated report.

``facts`` reads a period in a fixed number of queries, the drafters turn facts into lines, ``document_builder`` puts
lines and annexes together. Nothing here writes.
"""
