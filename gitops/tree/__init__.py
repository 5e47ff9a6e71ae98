"""The rendered tree: written all or nothing, compared, remembered."""
