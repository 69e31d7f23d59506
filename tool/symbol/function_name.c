/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of functions and variables; see function_name.h. The linkage name is best, since it
 * tells everything. Compilers leave it out for what has no external linkage (lambdas, anonymous
 * namespaces): then the name is put together from the enclosing scopes.
 */
#include "tool/symbol/function_name.h"

#include <dwarf.h>
#include <libiberty/demangle.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of references from a concrete instance to its declaration; longer ones are damaged. */
#define MAX_REFERENCES 8
#define MAX_NAME 4096

static const char *demangled_copy(struct arena *arena, const char *mangled)
{
	char *demangled = cplus_demangle(mangled, DMGL_NO_OPTS);
	const char *copy = NULL;

	if (demangled)
		copy = arena_copy(arena, demangled, strnlen(demangled, MAX_NAME));
	free(demangled);
	return copy;
}

static const char *linkage_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;

	if (!dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) &&
		!dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute))
		return NULL;
	return dwarf_formstring(&attribute);
}

static const char *plain_name(Dwarf_Die *die)
{
	Dwarf_Attribute attribute;

	return dwarf_formstring(dwarf_attr_integrate(die, DW_AT_name, &attribute));
}

/* Follows one attribute that refers to another DIE. */
static bool follow(Dwarf_Die *die, unsigned int name)
{
	Dwarf_Attribute attribute;
	Dwarf_Die target;

	if (!dwarf_formref_die(dwarf_attr(die, name, &attribute), &target))
		return false;
	*die = target;
	return true;
}

/* From an inlined or out-of-line instance to where it was declared: there the scopes are right.
 */
static Dwarf_Die declaration(const Dwarf_Die *die)
{
	Dwarf_Die at = *die;
	int i;

	for (i = 0; i < MAX_REFERENCES; i++) {
		if (!follow(&at, DW_AT_abstract_origin) && !follow(&at, DW_AT_specification))
			break;
	}
	return at;
}

static bool language_has_scopes(Dwarf_Die *die)
{
	Dwarf_Die unit;

	if (!dwarf_diecu(die, &unit, NULL, NULL))
		return false;
	switch (dwarf_srclang(&unit)) {
	case DW_LANG_C:
	case DW_LANG_C89:
	case DW_LANG_C99:
	case DW_LANG_C11:
	case DW_LANG_Mips_Assembler:
		return false;
	default:
		return true;
	}
}

/* A class that only has a way to be called. */
static bool is_lambda(Dwarf_Die *scope)
{
	Dwarf_Die member;
	int more = dwarf_child(scope, &member);

	for (; more == 0; more = dwarf_siblingof(&member, &member)) {
		const char *name = plain_name(&member);

		if (dwarf_tag(&member) == DW_TAG_subprogram && name &&
			strcmp(name, "operator()") == 0)
			return true;
	}
	return false;
}

/* What a scope adds in front of a name; NULL: nothing. */
static const char *scope_prefix(Dwarf_Die *scope)
{
	const char *name = plain_name(scope);

	switch (dwarf_tag(scope)) {
	case DW_TAG_namespace:
		return name ? name : "(anonymous namespace)";
	case DW_TAG_class_type:
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		if (name)
			return name;
		return is_lambda(scope) ? "{lambda}" : "{unnamed}";
	case DW_TAG_subprogram:
		return name;
	default:
		return NULL;
	}
}

/* Puts `text` and "::" before what starts at `at`; returns the new start, or `at` if it is
 * full. */
static char *prepend_scope(char *buffer, char *at, const char *text)
{
	size_t len = strlen(text);

	if ((size_t)(at - buffer) < len + 2)
		return at;
	at -= len + 2;
	memcpy(at, text, len);
	memcpy(at + len, "::", 2);
	return at;
}

static const char *qualified_name(struct arena *arena, Dwarf_Die *die)
{
	Dwarf_Die declared = declaration(die);
	const char *name = plain_name(&declared);
	char buffer[MAX_NAME];
	Dwarf_Die *scopes = NULL;
	char *at;
	size_t len;
	int count;
	int i;

	if (!name || !language_has_scopes(&declared))
		return name;
	len = strnlen(name, sizeof(buffer) / 2);
	at = buffer + sizeof(buffer) - len;
	memcpy(at, name, len);
	count = dwarf_getscopes_die(&declared, &scopes);
	for (i = 1; i < count; i++) {
		const char *prefix = scope_prefix(&scopes[i]);

		if (prefix)
			at = prepend_scope(buffer, at, prefix);
	}
	free(scopes);
	return arena_copy(arena, at, (size_t)(buffer + sizeof(buffer) - at));
}

static const char *name_make(struct arena *arena, Dwarf_Die *die)
{
	const char *mangled = linkage_name(die);
	const char *name = mangled ? demangled_copy(arena, mangled) : NULL;

	return name ? name : qualified_name(arena, die);
}

const char *die_name(struct name_cache *cache, Dwarf_Die *die)
{
	Dwarf_Die origin = *die;
	const char *name;
	uint64_t key;

	follow(&origin, DW_AT_abstract_origin);
	key = (uint64_t)(uintptr_t)origin.addr;
	name = pointer_map_get(&cache->names, key);
	if (name)
		return name;
	name = name_make(cache->arena, die);
	if (name)
		pointer_map_put(&cache->names, key, (void *)(uintptr_t)name);
	return name;
}

/* Does the compiler append this to the names of copies and parts, and of static locals? */
static bool is_clone_suffix(const char *text, size_t len)
{
	static const char *const suffixes[] = { ".constprop.", ".part.", ".isra.", ".cold",
		".lto_priv.", ".localalias", ".llvm." };
	size_t i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		if (strncmp(text, suffixes[i], strlen(suffixes[i])) == 0)
			return true;
	}
	return len > 1 && strspn(text + 1, "0123456789") == len - 1;
}

/* The length of the name as it was written in the source. */
static size_t written_len(const char *symbol)
{
	size_t len = strcspn(symbol, "@");
	size_t i;

	for (i = 1; i < len; i++) {
		if (symbol[i] == '.' && is_clone_suffix(symbol + i, len - i))
			return i;
	}
	return len;
}

const char *elf_symbol_name(struct name_cache *cache, const char *symbol)
{
	size_t len = written_len(symbol);
	uint64_t key = (uint64_t)(uintptr_t)symbol;
	const char *name = pointer_map_get(&cache->names, key);
	char *unversioned;

	if (name)
		return name;
	unversioned = arena_copy(cache->arena, symbol, len ? len : strlen(symbol));
	if (!unversioned)
		return NULL;
	name = demangled_copy(cache->arena, unversioned);
	if (!name)
		name = unversioned;
	pointer_map_put(&cache->names, key, (void *)(uintptr_t)name);
	return name;
}
