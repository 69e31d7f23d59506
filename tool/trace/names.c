/* SPDX-License-Identifier: Apache-2.0 */
/* The tables behind names.h. */
#include "tool/trace/names.h"

#include <stddef.h>
#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static const char *const carriers[] = {
	[WIRE_CARRIER_FIBER] = "fiber",
	[WIRE_CARRIER_THREAD] = "thread",
};

static const char *const models[] = {
	[WIRE_MODEL_SC] = "sc",
	[WIRE_MODEL_C11] = "c11",
};

static const char *const points_names[] = {
	[WIRE_POINTS_AUTO] = "auto",
	[WIRE_POINTS_SYNC] = "sync",
	[WIRE_POINTS_ALL] = "all",
};

static const char *const strategies[WIRE_STRATEGY_COUNT] = {
	[WIRE_STRATEGY_SEQUENTIAL] = "sequential",
	[WIRE_STRATEGY_RANDOM] = "random",
	[WIRE_STRATEGY_PCT] = "pct",
	[WIRE_STRATEGY_POS] = "pos",
	[WIRE_STRATEGY_REPLAY] = "replay",
	[WIRE_STRATEGY_LOCKSTEP] = "lockstep",
	[WIRE_STRATEGY_DELAY] = "delay",
	[WIRE_STRATEGY_SURW] = "surw",
	[WIRE_STRATEGY_DRIVEN] = "driven",
	[WIRE_STRATEGY_NONPREEMPTIVE] = "non-preemptive",
	[WIRE_STRATEGY_ENUMERATE] = "enumerate",
};

static const char *name_at(const char *const *names, size_t count, size_t value)
{
	return value < count ? names[value] : "?";
}

static int value_of(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(names[i], name) == 0)
			return (int)i;
	return -1;
}

const char *carrier_name(enum wire_carrier carrier)
{
	return name_at(carriers, COUNT_OF(carriers), (size_t)carrier);
}

const char *model_name(enum wire_model model)
{
	return name_at(models, COUNT_OF(models), (size_t)model);
}

const char *points_name(enum wire_points points)
{
	return name_at(points_names, COUNT_OF(points_names), (size_t)points);
}

const char *strategy_name(enum wire_strategy strategy)
{
	return name_at(strategies, COUNT_OF(strategies), (size_t)strategy);
}

int carrier_from_name(const char *name)
{
	return value_of(carriers, COUNT_OF(carriers), name);
}

int model_from_name(const char *name)
{
	return value_of(models, COUNT_OF(models), name);
}

int points_from_name(const char *name)
{
	return value_of(points_names, COUNT_OF(points_names), name);
}

int strategy_from_name(const char *name)
{
	return value_of(strategies, COUNT_OF(strategies), name);
}
