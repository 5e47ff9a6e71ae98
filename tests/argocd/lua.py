"""Health checks run as Argo CD runs them: in Lua 5.1, without the libraries that it leaves out."""

from __future__ import annotations

from typing import Any

from lupa.lua51 import LuaRuntime

SANDBOX = """
getmetatable("").__index = nil
string, math, io, debug, coroutine, os = nil, nil, nil, nil, nil, nil
"""
"""Argo CD opens package, base and table, and of os only what tells the time.

Source: argo-cd util/lua, runLua.
"""


def health(script: str, document: dict[str, Any]) -> tuple[str, str]:
    """An object's status and message."""
    runtime = LuaRuntime(register_eval=False, register_builtins=False)
    runtime.execute(SANDBOX)
    runtime.globals()["obj"] = _table(runtime, document)
    result = runtime.execute(script)
    return result["status"], result["message"]


def _table(runtime: Any, value: Any) -> Any:
    if isinstance(value, dict):
        return runtime.table_from({key: _table(runtime, item) for key, item in value.items()})
    if isinstance(value, list):
        return runtime.table_from([_table(runtime, item) for item in value])
    return value
