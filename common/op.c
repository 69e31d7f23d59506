/* SPDX-License-Identifier: Apache-2.0 */
/* Names and effects of the visible operations, derived from the one list in op.h. */
#include "common/op.h"
#include "common/bytes.h"

static const char *const op_names[OP_KIND_COUNT] = {
#define OP(symbol, name, effect) [OP_##symbol] = name,
	WEFT_OPS(OP)
#undef OP
};

const unsigned char op_effects[OP_KIND_COUNT] = {
#define OP(symbol, name, effect) [OP_##symbol] = OP_EFFECT_##effect,
	WEFT_OPS(OP)
#undef OP
};

const char *op_name(enum op_kind kind)
{
	return (unsigned int)kind < OP_KIND_COUNT ? op_names[kind] : op_names[OP_NONE];
}

int op_from_name(const char *name)
{
	for (int i = 0; i < OP_KIND_COUNT; i++)
		if (bytes_equal_string(op_names[i], name))
			return i;
	return -1;
}
