#!/usr/bin/env python3
"""Manual pages, completion for bash and docs/command_reference.md, made from what the program itself says.

Usage: help_pages.py PROGRAM OUT      writes OUT/man1/*.1, OUT/completions/hopmc, OUT/command_reference.md

Names of values in the help texts tell what they stand for: a|b|c one of these, a,b,c some of these, DIR, OUT and CASE
directories, FILE a file, KEY=VALUE a key of the input files; anything else is a number.
"""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

DIRECTORY_NAMES = ("DIR", "OUT", "CASE")
LAST_OPTION = "  -h [ --help ]"


@dataclasses.dataclass
class Entry:
    name: str
    about: str


@dataclasses.dataclass
class Section:
    title: str
    remark: str  # what stands in parentheses behind the title
    entries: list[Entry]


@dataclasses.dataclass
class Help:
    usage: list[str]
    paragraphs: list[str]
    sections: list[Section]

    def section(self, title):
        return next(section for section in self.sections if section.title == title)


@dataclasses.dataclass
class Option:
    name: str
    value: str  # name of its value; empty where it has none
    about: str


def entries_of(lines):
    """Name and description stand side by side; where the latter begins, its other lines begin too."""
    last = next((line for line in lines if line.startswith(LAST_OPTION)), None)
    column = len(last) - len(last[len(LAST_OPTION):].lstrip()) if last else 0
    entries = []
    for line in lines:
        if column and not line[:column].strip():
            entries[-1].about += " " + line.strip()
        elif column:
            entries.append(Entry(line[:column].strip(), line[column:].strip()))
        else:
            entries.append(Entry(*re.fullmatch(r"  (\S.*?)  +(\S.*)", line).groups()))
    return entries


def parse(text):
    usage, paragraphs, sections = [], [], []
    for block in text.strip().split("\n\n"):
        lines = [line.rstrip() for line in block.splitlines()]
        title = re.fullmatch(r"([A-Z][a-z ]+)(?: \((.*)\))?:", lines[0])
        if lines[0].startswith("Usage: "):
            usage = [line[len("Usage: "):] for line in lines]
        elif title:
            sections.append(Section(title[1], title[2] or "", entries_of(lines[1:])))
        else:
            paragraphs.append(" ".join(lines))
    return Help(usage, paragraphs, sections)


def options_of(help_text):
    """The long options of a help text."""
    options = []
    for entry in help_text.section("Options").entries:
        name, value = re.fullmatch(r"(?:-\w \[ )?(--[\w-]+)(?: \])?(?: (\S+))?", entry.name).groups()
        options.append(Option(name, value or "", entry.about))
    return options


# Manual pages


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def manual_entry(entry):
    name = re.sub(r"(\S+) \[ (\S+) \]", r"\1, \2", entry.name)
    parts = re.fullmatch(r"(-.*?)(?: ([^-\s]\S*))?", name)
    shown = f"\\fB{roff(name)}\\fR"
    if parts:
        shown = f"\\fB{roff(parts[1])}\\fR" + (f" \\fI{roff(parts[2])}\\fR" if parts[2] else "")
    return [".TP", shown, roff(entry.about)]


def manual_page(name, about, version, help_text, others):
    lines = [f'.TH {roff(name.upper())} 1 "" "{roff(version)}" "hopmc"', ".nh", ".ad l"]
    lines += [".SH NAME", f"{roff(name)} \\- {roff(about)}"]
    lines += [".SH SYNOPSIS", ".nf", *(roff(line) for line in help_text.usage), ".fi", ".SH DESCRIPTION"]
    for i, paragraph in enumerate(help_text.paragraphs):
        lines += [".PP"] * (i > 0) + [roff(paragraph)]
    for section in help_text.sections:
        lines.append(f".SH {section.title.upper()}")
        if section.remark:
            lines.append(roff(section.remark[0].upper() + section.remark[1:] + "."))
        for entry in section.entries:
            lines += manual_entry(entry)
    see_also = ", ".join(f"\\fB{roff(other)}\\fR(1)" for other in others)
    return "\n".join([*lines, ".SH SEE ALSO", see_also]) + "\n"


# Completion

COMPLETION = """# Completion of hopmc for bash. Made from the help texts of the program; do not edit.
# For zsh as well, after `autoload -U compinit bashcompinit && compinit && bashcompinit`.
# shellcheck shell=bash

# What comes from stdin, a line each (in zsh, too).
_hopmc_reply() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("${line}")
  done
}

_hopmc_directories() {
  compopt -o filenames 2>/dev/null
  _hopmc_reply < <(compgen -d -- "$1")
}

_hopmc_files() {
  compopt -o filenames 2>/dev/null
  _hopmc_reply < <(compgen -f -- "$1")
}

_hopmc_directories_and_hdf5() {
  compopt -o filenames 2>/dev/null
  _hopmc_reply < <(compgen -d -- "$1"; compgen -f -X '!*.h5' -- "$1")
}

_hopmc_words() {
  _hopmc_reply < <(compgen -W "$2" -- "$1")
}

# Words with commas between.
_hopmc_list() {
  local before=
  [[ "$1" == *,* ]] && before="${1%,*},"
  _hopmc_reply < <(compgen -P "${before}" -W "$2" -- "${1##*,}")
}

_hopmc_keys() {
  compopt -o nospace 2>/dev/null
  _hopmc_reply < <(compgen -S = -W "$2" -- "$1")
}

_hopmc() {
  local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD - 1]}" command="${COMP_WORDS[1]}"
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _hopmc_words "${current}" "@COMMANDS@"
    return
  fi
  # --option=value is three words.
  if [[ "${current}" == "=" ]]; then
    current=
  elif [[ "${previous}" == "=" ]]; then
    previous="${COMP_WORDS[COMP_CWORD - 2]}"
  fi
  case "${command} ${previous}" in
@VALUED@
  esac
  if [[ "${current}" == -* ]]; then
    case "${command}" in
@OPTIONS@
    esac
  else
    case "${command}" in
@ARGUMENTS@
    esac
  fi
}

complete -F _hopmc hopmc
"""


def completion_of_value(option, keys):
    """What completes the value of an option, as a line of the shell; nothing for a number."""
    if option.value in DIRECTORY_NAMES:
        return '_hopmc_directories "${current}"'
    if option.value == "FILE":
        return '_hopmc_files "${current}"'
    if option.value == "KEY=VALUE":
        any_key = option.about.startswith("override any key")
        words = [key for key in keys if any_key or re.search(rf"\b{key}\b", option.about)]
        return f'_hopmc_keys "${{current}}" "{" ".join(words)}"'
    if not option.value[0].islower():
        return ":"
    kind = "list" if "," in option.value else "words"
    return f'_hopmc_{kind} "${{current}}" "{re.sub("[,|]", " ", option.value)}"'


def completion_of_argument(command, help_text):
    """The same for what is no option."""
    if command == "bench":
        return '((COMP_CWORD > 2)) || _hopmc_words "${current}" "io"'
    if any("FILE.h5" in line for line in help_text.usage):
        return '_hopmc_directories_and_hdf5 "${current}"'
    return '_hopmc_directories "${current}"'


def completion(top, helps, keys):
    """helps: {command: Help}."""
    values, options, arguments = {}, [], []
    for command, help_text in helps.items():
        for option in options_of(help_text):
            if option.value:
                values.setdefault(completion_of_value(option, keys), []).append(f'"{command} {option.name}"')
        names = " ".join(option.name for option in options_of(help_text))
        options.append(f'      {command}) _hopmc_words "${{current}}" "{names}" ;;')
        arguments.append(f"      {command}) {completion_of_argument(command, help_text)} ;;")
    parts = {
        "COMMANDS": " ".join([*helps, *(option.name for option in options_of(top))]),
        "VALUED": "\n".join(f"    {' | '.join(names)})\n      {line}\n      return\n      ;;"
                            for line, names in values.items()),
        "OPTIONS": "\n".join(options),
        "ARGUMENTS": "\n".join(arguments),
    }
    return re.sub("@([A-Z]+)@", lambda found: parts[found[1]], COMPLETION)


# docs/command_reference.md

REFERENCE = """# Command reference

What `hopmc --help` and `hopmc COMMAND --help` print; the manual pages (`man hopmc-run`) say the same. The
[user guide](user_guide.md) tells how to use them.
"""


def reference(texts):
    """texts: {command line: help text}."""
    parts = [REFERENCE]
    for command, text in texts.items():
        shown = "\n".join(line.rstrip() for line in text.rstrip().splitlines())
        parts.append(f"## {command}\n\n```text\n{shown}\n```\n")
    return "\n".join(parts)


def main(program, out):
    def ask(*arguments):
        return subprocess.run([program, *arguments], check=True, capture_output=True, text=True).stdout

    version = ask("--version").splitlines()[0].split(" (")[0]
    top_text = ask("--help")
    top = parse(top_text)
    about = top.paragraphs.pop(0).removeprefix("hopmc: ")
    abouts = {entry.name: entry.about for entry in top.section("Commands").entries}
    # The only benchmark there is speaks for `hopmc bench`.
    words = {command: [command, "io"] if command == "bench" else [command] for command in abouts}
    texts = {command: ask(*words[command], "--help") for command in abouts}
    helps = {command: parse(text) for command, text in texts.items()}
    keys = re.findall(r"^\| `([\w.]+)` \|.*\|.*\|.*\|$", ask("info", "--keys"), re.MULTILINE)

    pages = {"hopmc": about, **{f"hopmc-{command}": abouts[command] for command in abouts}}
    files = {}
    for name, page_about in pages.items():
        help_text = helps.get(name.removeprefix("hopmc-"), top)
        others = [other for other in pages if other != name]
        files[f"man1/{name}.1"] = manual_page(name, page_about, version, help_text, others)
    files["completions/hopmc"] = completion(top, helps, keys)
    lines = {"hopmc": top_text, **{" ".join(["hopmc", *words[command]]): texts[command] for command in texts}}
    files["command_reference.md"] = reference(lines)
    for name, text in files.items():
        path = Path(out) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
