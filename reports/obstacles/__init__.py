"""Difficulties from the moment an entry raises them to the answer that ends them (KH III.2)."""
