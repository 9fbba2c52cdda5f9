"""Teaching the network from the window: data, the training itself, what came of it, what next."""
