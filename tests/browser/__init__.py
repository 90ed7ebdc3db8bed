"""The pages in a real browser: headless Chromium, a real server, a real index."""
