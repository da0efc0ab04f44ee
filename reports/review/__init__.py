"""The standing agency reads what units filed: accepts it, returns it, opens it again, leaves an entry out."""
