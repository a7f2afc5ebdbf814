"""Reading with a model: OpenAI's, or any compatible server's (`OPENAI_BASE_URL`)."""
