"""The report that goes upward: the list of periods, the drafting page, issuing, files, the outline."""
