"""Add and list the people who may sign in to a server."""

import argparse
import getpass
import sys
from pathlib import Path

import msgspec

from goldenhour.chain.access import GRANTS, Person, Role, Scope
from goldenhour.web.accounts import Accounts

LEAST_PASSWORD = 12
"""Characters; NIST SP 800-63B asks for at least 8 and advises longer."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Sub-verbs: add, list."""
    verbs = parser.add_subparsers(dest="user_verb", required=True, metavar="add|list")
    add = verbs.add_parser("add", help="add a person, or give one a new password")
    add.add_argument("id", metavar="USER", help="the name to sign in with")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--name", default="", help="the person's name as others see it")
    add.add_argument("--agency", default="", help="the agency they work for")
    add.add_argument("--unit", default=None, help="for a crew: the unit they staff")
    add.add_argument("--facility", default=None, help="for hospital staff: their hospital's id")
    add.add_argument("--password-file", type=Path, default=None, help="a file with the password (else it is asked)")
    listed = verbs.add_parser("list", help="list everybody who may sign in")
    for verb in (add, listed):
        verb.add_argument("--data", type=Path, required=True, metavar="DIR", help="the server's data folder")
        verb.add_argument("--json", action="store_true", help="machine-readable result")


def run(args: argparse.Namespace) -> int:
    """Exit code 0, or 2 for input that cannot be used."""
    args.data.mkdir(parents=True, exist_ok=True)
    accounts = Accounts(args.data / "accounts.sqlite")
    try:
        return _list(accounts, args) if args.user_verb == "list" else _add(accounts, args)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"goldenhour user: {error}\n")
        return 2
    finally:
        accounts.close()


def _add(accounts: Accounts, args: argparse.Namespace) -> int:
    role = Role(args.role)
    if role is Role.CREW and not args.unit:
        raise ValueError("a crew needs --unit: the unit they staff")
    if role is Role.HOSPITAL and not args.facility:
        raise ValueError("hospital staff need --facility: their hospital's id (goldenhour region show lists them)")
    if GRANTS[role].scope is Scope.AGENCY and not args.agency:
        raise ValueError(
            f"a {role.value.replace('_', ' ')} needs --agency: the agency whose units and records are theirs"
        )
    password = args.password_file.read_text("utf-8").strip() if args.password_file else _asked()
    if len(password) < LEAST_PASSWORD:
        raise ValueError(f"the password is too short; use at least {LEAST_PASSWORD} characters")
    person = Person(
        id=args.id,
        name=args.name or args.id,
        role=role,
        agency=args.agency,
        unit=args.unit,
        facility=args.facility,
    )
    accounts.add(person, password)
    sys.stdout.write(msgspec.json.encode(person).decode() + "\n" if args.json else f"{person.id} may sign in.\n")
    return 0


def _asked() -> str:
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Once more: "):
        raise ValueError("the two passwords differ")
    return first


def _list(accounts: Accounts, args: argparse.Namespace) -> int:
    for person in accounts.people():
        if args.json:
            sys.stdout.write(msgspec.json.encode(person).decode() + "\n")
        else:
            where = person.unit or person.facility or ""
            sys.stdout.write(f"{person.id:20} {person.role.value:18} {where:10} {person.name}\n")
    return 0
