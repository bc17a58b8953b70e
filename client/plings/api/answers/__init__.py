"""The shapes of all answers: what JSON a route gives, and what is said of it in the OpenAPI document."""
