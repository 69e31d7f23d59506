/* SPDX-License-Identifier: Apache-2.0 */
/* Values by their types; see value.h. */
#include "tool/symbol/value.h"

#include <dwarf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "tool/symbol/data.h"
#include "tool/symbol/data_type.h"

/* What is larger and of unknown type may be anything: an address, a part of a text. */
#define PLAIN_NUMBER_MAX INT32_MAX
/* Nearly all bits set: no address, no floating point number, and seldom so large a count. */
#define PLAIN_NEGATIVE_MIN (-65536)

struct value {
	uint64_t bits;
	uint32_t bytes;
	char *text;
	size_t size;
};

static int64_t as_signed(const struct value *value)
{
	unsigned int shift = 64 - 8 * value->bytes;

	return (int64_t)(value->bits << shift) >> shift;
}

static int write_pointer(struct symbols *symbols, const struct value *value)
{
	char name[128];

	if (value->bits == 0)
		return snprintf(value->text, value->size, "NULL"), 0;
	if (symbols_data(symbols, value->bits, name, sizeof(name)) < 0)
		return -ENOENT;
	if (data_begins_at(symbols, value->bits))
		name[strcspn(name, ".[")] = '\0';
	snprintf(value->text, value->size, "&%s", name);
	return 0;
}

static int write_character(const struct value *value)
{
	if (value->bits >= ' ' && value->bits < 0x7f)
		snprintf(value->text, value->size, "'%c'", (int)value->bits);
	else
		snprintf(value->text, value->size, "%" PRId64, as_signed(value));
	return 0;
}

static int write_float(const struct value *value)
{
	uint32_t low = (uint32_t)value->bits;
	float single;
	double number;

	if (value->bytes == sizeof(single)) {
		memcpy(&single, &low, sizeof(single));
		number = (double)single;
	} else if (value->bytes == sizeof(number)) {
		memcpy(&number, &value->bits, sizeof(number));
	} else {
		return -ENOENT;
	}
	snprintf(value->text, value->size, "%.9g", number);
	return 0;
}

static int write_base(Dwarf_Die *type, const struct value *value)
{
	Dwarf_Attribute attribute;
	Dwarf_Word encoding;

	if (dwarf_formudata(dwarf_attr(type, DW_AT_encoding, &attribute), &encoding) != 0)
		return -ENOENT;
	switch (encoding) {
	case DW_ATE_boolean:
		if (value->bits > 1)
			break;
		snprintf(value->text, value->size, value->bits ? "true" : "false");
		return 0;
	case DW_ATE_float:
		return write_float(value);
	case DW_ATE_signed:
		snprintf(value->text, value->size, "%" PRId64, as_signed(value));
		return 0;
	case DW_ATE_signed_char:
	case DW_ATE_unsigned_char:
		return write_character(value);
	default:
		break;
	}
	snprintf(value->text, value->size, "%" PRIu64, value->bits);
	return 0;
}

static int write_enumerator(Dwarf_Die *type, const struct value *value)
{
	Dwarf_Die child;
	Dwarf_Attribute attribute;
	Dwarf_Sword number;

	for (int more = dwarf_child(type, &child); more == 0;
		more = dwarf_siblingof(&child, &child)) {
		if (dwarf_tag(&child) != DW_TAG_enumerator || !dwarf_diename(&child) ||
			dwarf_formsdata(dwarf_attr(&child, DW_AT_const_value, &attribute),
				&number) != 0 ||
			(number != as_signed(value) && (uint64_t)number != value->bits))
			continue;
		snprintf(value->text, value->size, "%s", dwarf_diename(&child));
		return 0;
	}
	snprintf(value->text, value->size, "%" PRId64, as_signed(value));
	return 0;
}

static int write_typed(struct symbols *symbols, Dwarf_Die *type, const struct value *value)
{
	switch (dwarf_tag(type)) {
	case DW_TAG_base_type:
		return write_base(type, value);
	case DW_TAG_enumeration_type:
		return write_enumerator(type, value);
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		return write_pointer(symbols, value);
	default:
		return -ENOENT;
	}
}

uint32_t symbols_data_size(struct symbols *symbols, uint64_t address)
{
	Dwarf_Word size;
	Dwarf_Die type;

	if (!data_type_at(symbols, address, &type) || dwarf_aggregate_size(&type, &size) != 0 ||
		size > sizeof(uint64_t))
		return 0;
	switch (dwarf_tag(&type)) {
	case DW_TAG_base_type:
	case DW_TAG_enumeration_type:
	case DW_TAG_pointer_type:
	case DW_TAG_reference_type:
	case DW_TAG_rvalue_reference_type:
		return (uint32_t)size;
	default:
		return 0;
	}
}

int symbols_value(struct symbols *symbols, uint64_t address, uint64_t bits, uint32_t bytes,
	char *text, size_t size)
{
	struct value value = { .bits = bits, .bytes = bytes, .text = text, .size = size };
	Dwarf_Word type_size;
	Dwarf_Die type;

	if (bytes == 0 || bytes > sizeof(bits))
		return -ENOENT;
	if (data_type_at(symbols, address, &type) &&
		dwarf_aggregate_size(&type, &type_size) == 0 && type_size == bytes)
		return write_typed(symbols, &type, &value);
	if (bytes >= sizeof(int32_t) && as_signed(&value) < 0 &&
		as_signed(&value) >= PLAIN_NEGATIVE_MIN) {
		snprintf(text, size, "%" PRId64, as_signed(&value));
		return 0;
	}
	if (bits > UINT32_MAX && bytes == sizeof(bits))
		return write_pointer(symbols, &value);
	if (bits > PLAIN_NUMBER_MAX)
		return -ENOENT;
	snprintf(text, size, "%" PRIu64, bits);
	return 0;
}
