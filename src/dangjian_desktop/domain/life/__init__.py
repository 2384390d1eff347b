"""Organisational life (组织生活): what was due and what was held."""
