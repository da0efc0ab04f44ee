"""What is drawn on pages: icons and signs of the sprite, bars and charts as SVG (docs/look.md).

Geometry stands in attributes and colour in classes, for the pages carry no style of their own.
"""
