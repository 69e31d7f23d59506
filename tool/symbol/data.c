/* SPDX-License-Identifier: Apache-2.0 */
/* Names of variables and their parts; see data.h. */
#include "tool/symbol/data.h"

#include <dwarf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "tool/symbol/data_index.h"
#include "tool/symbol/source_path.h"
#include "tool/symbol/data_type.h"
#include "tool/symbol/symbols_private.h"

/* Of types within types; deeper ones are damaged debug information. */
#define MAX_NESTING 64

struct writer {
	char *text;
	size_t size;
	size_t len;
};

/* A part of a variable: the type of it, and how far into that the address lies. */
struct part {
	Dwarf_Die type;
	uint64_t offset;
	bool opens_system; /* goes into the system's types too */
};

static void append(struct writer *writer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void append(struct writer *writer, const char *format, ...)
{
	size_t room = writer->size - writer->len;
	va_list arguments;
	int added;

	va_start(arguments, format);
	added = vsnprintf(writer->text + writer->len, room, format, arguments);
	va_end(arguments);
	if (added > 0)
		writer->len += (size_t)added < room ? (size_t)added : room - 1;
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *ret_type)
{
	Dwarf_Attribute attribute;

	return dwarf_formref_die(dwarf_attr_integrate(die, DW_AT_type, &attribute), ret_type);
}

/*
 * Not by dwarf_decl_file: in elfutils 0.188 it asserts that a unit has a file table, which
 * those in a .dwo file need not have.
 */
static bool is_declared_by_system(Dwarf_Die *type)
{
	Dwarf_Attribute attribute;
	Dwarf_Files *files;
	Dwarf_Word index;
	Dwarf_Die unit;
	const char *file;
	size_t count;

	if (dwarf_formudata(dwarf_attr(type, DW_AT_decl_file, &attribute), &index) != 0 ||
		!dwarf_diecu(type, &unit, NULL, NULL) ||
		dwarf_getsrcfiles(&unit, &files, &count) != 0)
		return false;
	file = dwarf_filesrc(files, index, NULL, NULL);
	return file && source_path_is_system(file);
}

static bool is_transparent(int tag)
{
	return tag == DW_TAG_typedef || tag == DW_TAG_const_type ||
	       tag == DW_TAG_volatile_type || tag == DW_TAG_atomic_type;
}

/* Takes off names and qualifiers. False: the type is the system's, or unknown. */
static bool open_type(Dwarf_Die *type, bool opens_system)
{
	int i;

	for (i = 0; i < MAX_NESTING; i++) {
		if (!opens_system && is_declared_by_system(type))
			return false;
		if (!is_transparent(dwarf_tag(type)))
			return true;
		if (!type_of(type, type))
			return false;
	}
	return false;
}

/* Where a member or base begins. False: it has no place in the object (static), or not a
 * byte's. */
static bool member_offset(Dwarf_Die *member, uint64_t *ret_offset)
{
	Dwarf_Attribute attribute;
	Dwarf_Word offset = 0;

	if (dwarf_hasattr(member, DW_AT_external) || dwarf_hasattr(member, DW_AT_bit_size))
		return false;
	if (dwarf_attr(member, DW_AT_data_member_location, &attribute) &&
		dwarf_formudata(&attribute, &offset) != 0)
		return false;
	*ret_offset = offset;
	return true;
}

/* Goes on into the member, or base class, that holds the offset. */
static bool enter_member(struct writer *writer, struct part *part)
{
	Dwarf_Die member;
	int more = dwarf_child(&part->type, &member);

	for (; more == 0; more = dwarf_siblingof(&member, &member)) {
		int tag = dwarf_tag(&member);
		const char *name = dwarf_diename(&member);
		Dwarf_Word size;
		Dwarf_Die type;
		uint64_t start;

		if (tag != DW_TAG_member && tag != DW_TAG_inheritance)
			continue;
		if (!member_offset(&member, &start) || !type_of(&member, &type) ||
			dwarf_aggregate_size(&type, &size) != 0)
			continue;
		if (part->offset < start || part->offset - start >= size)
			continue;
		if (tag == DW_TAG_member && name)
			append(writer, ".%s", name);
		part->type = type;
		part->offset -= start;
		return true;
	}
	return false;
}

/* The number of elements in one dimension; 0: not known, as for the first one of "int a[]". */
static uint64_t dimension(Dwarf_Die *range)
{
	Dwarf_Attribute attribute;
	Dwarf_Word value;

	if (dwarf_formudata(dwarf_attr_integrate(range, DW_AT_count, &attribute), &value) == 0)
		return value;
	if (dwarf_formudata(
		    dwarf_attr_integrate(range, DW_AT_upper_bound, &attribute), &value) == 0)
		return value + 1;
	return 0;
}

/* Goes on into the element that holds the offset. */
static bool enter_element(struct writer *writer, struct part *part)
{
	uint64_t strides[MAX_NESTING];
	Dwarf_Die element;
	Dwarf_Die range;
	Dwarf_Word size;
	size_t count = 0;
	size_t i;
	int more = dwarf_child(&part->type, &range);

	if (!type_of(&part->type, &element) || dwarf_aggregate_size(&element, &size) != 0)
		return false;
	for (; more == 0 && count < MAX_NESTING; more = dwarf_siblingof(&range, &range)) {
		if (dwarf_tag(&range) == DW_TAG_subrange_type)
			strides[count++] = dimension(&range);
	}
	for (i = count; i > 0; i--) {
		uint64_t elements = strides[i - 1];

		strides[i - 1] = size;
		size *= elements;
	}
	for (i = 0; i < count; i++) {
		if (strides[i] == 0)
			return false;
	}
	for (i = 0; i < count; i++) {
		append(writer, "[%llu]", (unsigned long long)(part->offset / strides[i]));
		part->offset %= strides[i];
	}
	part->type = element;
	return count > 0;
}

static bool enter(struct writer *writer, struct part *part)
{
	if (!open_type(&part->type, part->opens_system))
		return false;
	switch (dwarf_tag(&part->type)) {
	case DW_TAG_structure_type:
	case DW_TAG_class_type:
	case DW_TAG_union_type:
		return enter_member(writer, part);
	case DW_TAG_array_type:
		return enter_element(writer, part);
	default:
		return false;
	}
}

static struct variable *variable_at(
	struct symbols *symbols, struct module *module, uint64_t address)
{
	struct units *units = module_units(module, &symbols->arena);

	if (!module->data)
		module->data = data_index_new(units);
	return module->data ? data_index_find(module->data, address - module->dwarf_bias)
			    : NULL;
}

/* Goes down to the innermost part; false: the type of the variable is not known. */
static bool enter_all(struct writer *writer, struct part *part, struct variable *variable)
{
	int i;

	if (!type_of(&variable->die, &part->type))
		return false;
	for (i = 0; i < MAX_NESTING && enter(writer, part); i++)
		;
	return true;
}

static bool write_variable(
	struct symbols *symbols, struct module *module, uint64_t address, struct writer *writer)
{
	struct variable *variable = variable_at(symbols, module, address);
	struct part part = { 0 };
	const char *name;

	name = variable ? die_name(&symbols->names, &variable->die) : NULL;
	if (!name)
		return false;
	append(writer, "%s", name);
	part.offset = address - module->dwarf_bias - variable->start;
	enter_all(writer, &part, variable);
	if (part.offset)
		append(writer, "+%llu", (unsigned long long)part.offset);
	return true;
}

static bool write_symbol(
	struct symbols *symbols, struct module *module, uint64_t address, struct writer *writer)
{
	const struct elf_symbol *symbol = module_symbol(module, &symbols->arena, address);
	const char *name = symbol ? elf_symbol_name(&symbols->names, symbol->name) : NULL;

	if (!name)
		return false;
	append(writer, "%s", name);
	if (address > symbol->start)
		append(writer, "+%llu", (unsigned long long)(address - symbol->start));
	return true;
}

int symbols_data(struct symbols *symbols, uint64_t address, char *name, size_t size)
{
	struct module *module = symbols_module_below(symbols, address);
	struct writer writer = { .text = name, .size = size };

	if (!module || size == 0)
		return -ENOENT;
	module_open(module, &symbols->arena);
	if (address >= module->memory_end)
		return -ENOENT;
	/* The system's own variables are named well enough by their symbols. */
	if (!module->is_system && write_variable(symbols, module, address, &writer))
		return 0;
	return write_symbol(symbols, module, address, &writer) ? 0 : -ENOENT;
}

/* The user's variable that holds `address`, and how far into it that is; or NULL. */
static struct variable *users_variable(
	struct symbols *symbols, uint64_t address, uint64_t *ret_offset)
{
	struct module *module = symbols_module_below(symbols, address);
	struct variable *variable;

	if (!module)
		return NULL;
	module_open(module, &symbols->arena);
	if (address >= module->memory_end || module->is_system)
		return NULL;
	variable = variable_at(symbols, module, address);
	if (variable)
		*ret_offset = address - module->dwarf_bias - variable->start;
	return variable;
}

bool data_type_at(struct symbols *symbols, uint64_t address, Dwarf_Die *ret_type)
{
	char unused[1];
	struct writer nowhere = { .text = unused, .size = sizeof(unused) };
	struct part part = { .opens_system = true };
	struct variable *variable = users_variable(symbols, address, &part.offset);

	if (!variable || !enter_all(&nowhere, &part, variable) || part.offset)
		return false;
	*ret_type = part.type;
	return true;
}

bool data_begins_at(struct symbols *symbols, uint64_t address)
{
	uint64_t offset;

	return users_variable(symbols, address, &offset) && offset == 0;
}
