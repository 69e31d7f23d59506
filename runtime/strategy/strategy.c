/* SPDX-License-Identifier: Apache-2.0 */
/* The table of strategies, by their number in the protocol. */
#include "runtime/strategy/strategy.h"

static const struct strategy_ops *const strategies[WIRE_STRATEGY_COUNT] = {
	[WIRE_STRATEGY_SEQUENTIAL] = &strategy_sequential,
	[WIRE_STRATEGY_RANDOM] = &strategy_random,
	[WIRE_STRATEGY_PCT] = &strategy_pct,
	[WIRE_STRATEGY_POS] = &strategy_pos,
	[WIRE_STRATEGY_REPLAY] = &strategy_replay,
	[WIRE_STRATEGY_LOCKSTEP] = &strategy_lockstep,
	[WIRE_STRATEGY_DELAY] = &strategy_delay,
	[WIRE_STRATEGY_SURW] = &strategy_surw,
	[WIRE_STRATEGY_DRIVEN] = &strategy_driven,
	[WIRE_STRATEGY_NONPREEMPTIVE] = &strategy_nonpreemptive,
	[WIRE_STRATEGY_ENUMERATE] = &strategy_enumerate,
};

const struct strategy_ops *strategy_get(uint32_t number)
{
	return number < WIRE_STRATEGY_COUNT ? strategies[number] : 0;
}
