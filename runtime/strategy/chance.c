/* SPDX-License-Identifier: Apache-2.0 */
/* Odds of the decisions that are not about threads; see chance.h. */
#include "runtime/strategy/chance.h"

#include "common/wire.h"

#define ODDS_TIMEOUT 32u      /* one in so many operations while a timer is pending */
#define ODDS_TIMEOUT_FIRST 8u /* one in so many waits that begin */
#define ODDS_SPURIOUS 64u     /* one in so many condition waits */
#define ODDS_BYTES 8u	      /* one in so many reads and writes is short */

uint32_t chance_draw(
	struct random *random, const struct thread *thread, uint32_t kind, uint32_t bound)
{
	uint32_t odds = 1;

	if (bound < 2)
		return 0;
	if (kind == WIRE_DECISION_TIMEOUT)
		odds = thread->state == THREAD_WAITING ? ODDS_TIMEOUT_FIRST : ODDS_TIMEOUT;
	else if (kind == WIRE_DECISION_SPURIOUS)
		odds = ODDS_SPURIOUS;
	else if (kind == WIRE_DECISION_BYTES)
		odds = ODDS_BYTES;
	if (odds == 1)
		return random_below(random, bound);
	if (random_below(random, odds))
		return 0;
	return 1 + random_below(random, bound - 1);
}
