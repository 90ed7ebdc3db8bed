"""What the service answers with. A field is always there, null when unknown; facts are the models of `index.facts`."""
