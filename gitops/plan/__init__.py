"""Planning: from the estate to what stands in each workspace. Pure functions only."""
