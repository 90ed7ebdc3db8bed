"""The same answers for chatbots, over the Model Context Protocol: mounted at `/mcp/`, and as a command on stdin and stdout.

`tools.py` answers with the functions the HTTP endpoints use, narrowed by `topics.py`; `results.py` says in which shape, `quoting.py` hands
the policies' words over as quotes, `wording.py` says in ours what an answer comes to. `server.py` offers the tools and is the door of the
`mcp` package, `gateway.py` loads it when it is first asked for, `__main__.py` is the command.
"""
