"""What tests stand on: databases, servers, a browser. Builders of records live beside the tests that use them."""
