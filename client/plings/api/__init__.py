"""What is indexed and registered, over HTTP: read-only, for anybody. See docs/api.md and docs/decisions/0018-api.md."""
