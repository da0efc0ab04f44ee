"""Pages over several rooms: what to do next, the plan, initiatives, units, search, help, one's account, health."""
