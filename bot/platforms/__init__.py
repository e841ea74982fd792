"""Where staff talk to Usher: each platform receives, renders and sends, and knows nothing of the others."""
