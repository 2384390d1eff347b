"""Values: how they are typed, checked, compared and masked."""
