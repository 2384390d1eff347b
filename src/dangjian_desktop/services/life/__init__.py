"""Organisational life (组织生活): meetings and their attendance."""
