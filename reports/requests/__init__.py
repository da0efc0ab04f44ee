"""What is asked of a unit with a day to answer by: asked, told, chased, answered, settled or withdrawn."""
