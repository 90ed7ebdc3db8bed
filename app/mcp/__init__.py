"""The same answers for chatbots, over the Model Context Protocol: mounted at `/mcp/`, and as a command on stdin and stdout.

`tools.py` answers with the functions the HTTP endpoints use, `results.py` says in which shape, `server.py` offers the tools and is the
door of the `mcp` package, `gateway.py` loads it when it is first asked for, `__main__.py` is the command.
"""
