"""How an import is planned, kind by kind; `services.importing` is the way in."""
