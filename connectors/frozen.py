"""The decorator that makes a class a value: frozen, with slots, equal by its fields.

A value is what `dataclasses.dataclass(frozen=True, slots=True)` makes, and
`replace`, `fields`, `asdict` and `match` work on it; but its class costs a small
part of the time. A program that opens a screen makes some sixty of them before
anything is painted, and uses few by then: what can be shared is shared, and a
constructor is compiled when the first value is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, FrozenInstanceError, dataclass, field
from operator import attrgetter
from types import FunctionType
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def frozen(cls: type[T], /) -> type[T]: ...


@overload
def frozen(*, kw_only: bool = False, quick: bool = False) -> Callable[[type[T]], type[T]]: ...


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[Any] | None = None, /, *, kw_only: bool = False, quick: bool = False) -> Any:
    """Return the class with its annotated names as fields, in the order written.

    It has no parents, no class variables, no `__post_init__` and no field that its
    constructor does not take; a class that asks for one of these raises TypeError.
    `quick`: its values are made in a sixth of the time, for those made by thousands.
    """
    make = _made_quickly if quick else _made
    if cls is None:
        return lambda found: make(found, kw_only=kw_only)
    return make(cls, kw_only=kw_only)


def replaced(value: T, /, **changes: Any) -> T:
    """Return a value that differs in these fields, as `dataclasses.replace` does, in less time.

    Raises TypeError for a field that it has not, or if it is no `frozen` value.
    """
    made: T = type(value).__replace__(value, **changes)  # type: ignore[attr-defined] # of `frozen` values
    return made


def _made(cls: type[Any], *, kw_only: bool) -> type[Any]:
    """Return the class made again, with slots, as `dataclass` does it too."""
    written = dict(cls.__dict__)
    names = tuple(written.get("__annotations__", ()))
    _check(cls, names)
    declared = {name: written.pop(name) for name in names if name in written}
    for name in ("__dict__", "__weakref__"):
        written.pop(name, None)
    compared = _getter(_all_but("compare", names, declared))
    return type(
        cls.__name__,
        cls.__bases__,
        {
            "__eq__": _equal_by(compared),
            "__hash__": _hash_by(compared),
            "__repr__": _shown_by(_all_but("repr", names, declared)),
            "__setattr__": _refuse_to_set,
            "__delattr__": _refuse_to_delete,
            "__getstate__": _state_by(names),
            "__setstate__": _Later(_state_setter),
            **written,
            "__slots__": names,
            "__match_args__": () if kw_only else names,
            "__init__": _Later(lambda made: _constructor(made, declared, kw_only)),
            "__replace__": _Later(_replacer),
            "__dataclass_fields__": _Later(lambda _made: _fields(cls, kw_only=kw_only)),
        },
    )


def _made_quickly(cls: type[Any], *, kw_only: bool) -> type[Any]:
    """Return the class made again, its constructor in C."""
    from msgspec import Struct  # whoever makes no such value need not wait for it

    written = dict(cls.__dict__)
    names = tuple(written.get("__annotations__", ()))
    _check(cls, names)
    declared = {name: written[name] for name in names if name in written}
    for name in ("__dict__", "__weakref__"):
        written.pop(name, None)
    compared = _all_but("compare", names, declared)
    if compared != names:
        read = _getter(compared)
        written |= {"__eq__": _equal_by(read), "__hash__": _hash_by(read)}
    # Values that never change hold each other in no circle: the collector need not look at them.
    make: Any = type(Struct)
    made: type[Any] = make(
        cls.__name__,
        (Struct,),
        {
            **written,
            **{name: _quick_field(each) for name, each in declared.items()},
            "__repr__": _shown_by(_all_but("repr", names, declared)),
            "__dataclass_fields__": _Later(lambda _made: _fields(cls, kw_only=kw_only)),
        },
        frozen=True,
        kw_only=kw_only,
        gc=False,
    )
    return made


def _quick_field(declared: Any) -> Any:
    """Return a field's default as msgspec knows it."""
    from msgspec import field as told

    default, factory = _default(declared)
    return told(default=default) if factory is MISSING else told(default_factory=factory)


def _check(cls: type[Any], names: tuple[str, ...]) -> None:
    """Refuse what a value cannot have."""
    if cls.__bases__ != (object,):
        raise TypeError(f"{cls.__name__}: a value has no parents")
    if "__post_init__" in cls.__dict__:
        raise TypeError(f"{cls.__name__}: a value has no __post_init__")
    for name in names:
        if str(cls.__annotations__[name]).startswith(("ClassVar", "typing.ClassVar", "InitVar")):
            raise TypeError(f"{cls.__name__}.{name}: a value has fields only")
        declared = cls.__dict__.get(name)
        if isinstance(declared, Field) and not declared.init:
            raise TypeError(f"{cls.__name__}.{name}: the constructor must take it")
        if type(declared).__hash__ is None:
            raise TypeError(f"{cls.__name__}.{name}: all values would share this default")


class _Later:
    """An attribute of a class that is made when it is first asked for, and then replaces this."""

    def __init__(self, make: Callable[[type[Any]], Any]) -> None:
        self._make = make

    def __set_name__(self, home: type[Any], name: str) -> None:
        self._home, self._name = home, name

    def __get__(self, instance: object | None, owner: type[Any]) -> Any:
        # Two threads may both come here: what they make is alike.
        made = self._make(self._home)
        setattr(self._home, self._name, made)
        return made.__get__(instance, owner) if isinstance(made, FunctionType) else made


def _constructor(cls: type[Any], declared: dict[str, Any], kw_only: bool) -> FunctionType:  # noqa: FBT001 - passed on
    """Return `__init__`: each field through its slot's own setter, which is the fastest way."""
    known: dict[str, Any] = {"_absent": MISSING}
    takes, sets = [], []
    for name in cls.__slots__:
        default, factory = _default(declared.get(name, MISSING))
        given, wanted = name, name
        if factory is not MISSING:
            known[f"_make_{name}"] = factory
            given, wanted = f"{name}=_absent", f"_make_{name}() if {name} is _absent else {name}"
        elif default is not MISSING:
            known[f"_default_{name}"] = default
            given = f"{name}=_default_{name}"
        takes.append(given)
        sets.append(f"  _set_{name}(self, {wanted})")
    known |= _setters(cls)
    star = ["*"] if kw_only and takes else []
    head = f"def __init__({', '.join(['self', *star, *takes])}):"
    made = _compiled(cls, "__init__", [head, *(sets or ["  pass"])], known)
    made.__annotations__ = {**cls.__annotations__, "return": None}
    return made


def _setters(cls: type[Any]) -> dict[str, Any]:
    """Return what fills each slot of a new value, by the name it has in what is compiled."""
    return {f"_set_{name}": cls.__dict__[name].__set__ for name in cls.__slots__}


def _compiled(
    cls: type[Any], name: str, lines: Iterable[str], known: dict[str, Any]
) -> FunctionType:
    """Return the method of a class that these lines define."""
    exec("\n".join(lines), known)  # noqa: S102 - names of fields only
    made: FunctionType = known[name]
    made.__qualname__ = f"{cls.__qualname__}.{name}"
    made.__module__ = cls.__module__
    return made


def _replacer(cls: type[Any]) -> FunctionType:
    """Return `__replace__`: a copy, slot by slot, with those fields that are told."""
    known = {
        "_new": cls.__new__,
        "_class": cls,
        "_names": frozenset(cls.__slots__),
        **_setters(cls),
    }
    lines = [
        "def __replace__(self, /, **changes):",
        "  if not _names >= changes.keys():",
        "    raise TypeError(f'{_class.__name__} has no such field: {changes.keys() - _names}')",
        "  new = _new(_class)",
    ]
    for name in cls.__slots__:
        kept = f"changes['{name}'] if '{name}' in changes else self.{name}"
        lines.append(f"  _set_{name}(new, {kept})")
    return _compiled(cls, "__replace__", [*lines, "  return new"], known)


def _default(declared: Any) -> tuple[Any, Any]:
    """Return a field's default and what makes one, each MISSING where there is none."""
    if isinstance(declared, Field):
        return declared.default, declared.default_factory
    return declared, MISSING


def _fields(cls: type[Any], *, kw_only: bool) -> dict[str, Field[Any]]:
    """Return the fields as `dataclasses` describes them, from the class as it was written."""
    described = dataclass(init=False, repr=False, eq=False, kw_only=kw_only)(cls)
    found: dict[str, Field[Any]] = described.__dataclass_fields__
    return found


def _all_but(what: str, names: tuple[str, ...], declared: dict[str, Any]) -> tuple[str, ...]:
    """Return the fields whose declaration does not say `repr=False` or `compare=False`."""
    return tuple(name for name in names if getattr(declared.get(name), what, True) is not False)


def _getter(names: tuple[str, ...]) -> Callable[[Any], Any]:
    """Return what reads these fields of a value, at once."""
    return attrgetter(*names) if names else lambda _one: ()


def _equal_by(compared: Callable[[Any], Any]) -> Callable[[Any, object], Any]:
    def equal(self: Any, other: object) -> Any:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return compared(self) == compared(other)

    return equal


def _hash_by(compared: Callable[[Any], Any]) -> Callable[[Any], int]:
    def hashed(self: Any) -> int:
        return hash(compared(self))

    return hashed


def _shown_by(names: tuple[str, ...]) -> Callable[[Any], str]:
    def shown(self: Any) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{self.__class__.__qualname__}({fields})"

    return shown


def _refuse_to_set(_self: object, name: str, _new: object) -> None:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> None:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state_by(names: tuple[str, ...]) -> Callable[[Any], tuple[Any, ...]]:
    """Return `__getstate__`: every field, also one that is neither shown nor compared."""
    read = _getter(names)

    def state(self: Any) -> tuple[Any, ...]:
        found = read(self)
        return (found,) if len(names) == 1 else found

    return state


def _state_setter(cls: type[Any]) -> FunctionType:
    """Return `__setstate__`: what was read of another value, put slot by slot into a new one."""
    lines = ["def __setstate__(self, state):", f"  [{', '.join(cls.__slots__)}] = state"]
    lines += [f"  _set_{name}(self, {name})" for name in cls.__slots__]
    return _compiled(cls, "__setstate__", lines, _setters(cls))
