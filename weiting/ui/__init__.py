"""How the product looks and feels: base pages, components, styles, the seal. Knows no noun of the domain."""
