"""Everything the invented city of 云溪 says and is: plain data, no framework; `city(now=…)` writes it for a moment."""

from weiting.demo.content.whole import City, city

__all__ = ["City", "city"]
