/* SPDX-License-Identifier: Apache-2.0 */
/* From steps to acts, and from addresses to variables; see acts.h. */
#include "tool/explain/acts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/op.h"
#include "tool/analysis/block.h"
#include "tool/analysis/interleaving.h"

static bool cas_failed(const struct wire_event *event)
{
	uint32_t both = WIRE_KNOWN_VALUE | WIRE_KNOWN_BEFORE;

	return (event->known & both) == both && event->value == event->before;
}

static bool failed(const struct wire_event *event)
{
	return event->object != WIRE_NONE && event->result > 0;
}

static enum act_kind kind_of(const struct wire_event *event, bool waits)
{
	switch (event->op) {
	case OP_READ:
	case OP_ATOMIC_LOAD:
		return ACT_READ;
	case OP_WRITE:
	case OP_ATOMIC_STORE:
		return ACT_WRITE;
	case OP_ATOMIC_RMW:
		return ACT_UPDATE;
	case OP_ATOMIC_CAS:
		return cas_failed(event) ? ACT_READ : ACT_UPDATE;
	case OP_MUTEX_LOCK:
	case OP_MUTEX_TRYLOCK:
	case OP_RWLOCK_RDLOCK:
	case OP_RWLOCK_WRLOCK:
	case OP_RWLOCK_TRYLOCK:
	case OP_SPIN_LOCK:
	case OP_SPIN_TRYLOCK:
		return failed(event) ? ACT_OTHER : ACT_LOCK;
	case OP_MUTEX_UNLOCK:
	case OP_RWLOCK_UNLOCK:
	case OP_SPIN_UNLOCK:
		return ACT_UNLOCK;
	case OP_COND_WAIT:
	case OP_SEM_WAIT:
	case OP_BARRIER_WAIT:
	case OP_FUTEX_WAIT:
		return waits ? ACT_WAIT : ACT_WOKEN;
	case OP_COND_SIGNAL:
	case OP_COND_BROADCAST:
	case OP_SEM_POST:
	case OP_FUTEX_WAKE:
		return ACT_SIGNAL;
	case OP_THREAD_CREATE:
		return ACT_CREATE;
	case OP_THREAD_JOIN:
		return ACT_JOIN;
	case OP_THREAD_EXIT:
		return ACT_END;
	case OP_CHOOSE:
		return ACT_CHOICE;
	default:
		return ACT_OTHER;
	}
}

/* Waiting itself is worth telling only where something is let go of, or given back. */
static bool wait_is_act(const struct wire_event *event)
{
	return kind_of(event, true) == ACT_WAIT;
}

/* By thread, while the steps go by. */
struct standing {
	bool preempted;
	bool waits;
	uint32_t pending; /* event that its thread came to, or WIRE_NONE */
};

static void append(struct acts *acts, struct act act)
{
	uint32_t index = (uint32_t)acts->count;

	act.variable = WIRE_NONE;
	act.next = WIRE_NONE;
	act.previous = acts->last[act.thread];
	if (act.previous == WIRE_NONE)
		acts->first[act.thread] = index;
	else
		acts->list[act.previous].next = index;
	acts->last[act.thread] = index;
	acts->list[acts->count++] = act;
}

static void add_step(struct acts *acts, struct standing *threads, const struct step *step)
{
	const struct wire_event *event = &acts->recording->events[step->event];
	struct standing *own = &threads[step->thread];
	struct act act = { .event = step->event, .what = event, .thread = step->thread };

	switch (step->kind) {
	case STEP_PREEMPTED:
		own->preempted = true;
		own->pending = step->event;
		return;
	case STEP_WAITS:
		own->waits = true;
		own->pending = step->event;
		if (!wait_is_act(event))
			return;
		act.kind = ACT_WAIT;
		append(acts, act);
		return;
	default:
		act.kind = kind_of(event, false);
		act.preempted = own->preempted;
		act.waited = own->waits;
		*own = (struct standing){ .pending = WIRE_NONE };
		append(acts, act);
	}
}

/* What the running thread did before the step came about. */
static void add_accesses(struct acts *acts, uint32_t at, size_t *next)
{
	const struct recording *recording = acts->recording;

	for (; *next < recording->access_count; ++*next) {
		const struct wire_event *access = &recording->accesses[*next];

		if (access->chosen > at)
			return;
		if (access->thread != WIRE_NONE && access->pc)
			append(acts, (struct act){
					     .kind = kind_of(access, false),
					     .event = WIRE_NONE,
					     .what = access,
					     .thread = access->thread,
				     });
	}
}

static void add_looks(struct acts *acts, uint32_t at, size_t *next)
{
	for (; *next < acts->looks.count; ++*next) {
		const struct look *look = &acts->looks.list[*next];

		if (look->event.chosen > at)
			return;
		append(acts, (struct act){
				     .kind = kind_of(&look->event, false),
				     .event = WIRE_NONE,
				     .what = &look->event,
				     .thread = look->event.thread,
				     .line = look->line,
			     });
	}
}

/* The failure's heap block was freed before the first event after its free. */
static void add_free(struct acts *acts, const struct step *step)
{
	const struct wire_block *block = block_of_failure(acts->recording);

	if (!block || acts->free_event.pc || !block->free_pc ||
		block->free_event == WIRE_NONE ||
		block->free_thread >= acts->recording->thread_count ||
		step->at < block->free_event)
		return;
	acts->free_event = (struct wire_event){
		.pc = block->free_pc,
		.address = block->address,
		.thread = block->free_thread,
		.object = WIRE_NONE,
		.stack = block->free_stack,
		.chosen = WIRE_NONE,
		.usual = WIRE_NONE,
	};
	append(acts, (struct act){
			     .kind = ACT_FREE,
			     .event = WIRE_NONE,
			     .what = &acts->free_event,
			     .thread = block->free_thread,
		     });
}

/* What threads stood in front of at the end. */
static void add_pending(struct acts *acts, const struct standing *threads)
{
	for (uint32_t i = 0; i < acts->recording->thread_count; i++) {
		const struct wire_event *event;
		struct act act = {
			.event = threads[i].pending,
			.thread = i,
			.preempted = threads[i].preempted,
			.waited = threads[i].waits,
			.pending = true,
		};

		if (threads[i].pending == WIRE_NONE)
			continue;
		event = &acts->recording->events[act.event];
		act.what = event;
		act.kind = kind_of(event, threads[i].waits);
		if (!(threads[i].waits && wait_is_act(event)))
			append(acts, act);
	}
}

/* ---- variables ---- */

static bool is_access(const struct act *act)
{
	return act->kind == ACT_READ || act->kind == ACT_WRITE || act->kind == ACT_UPDATE;
}

static uint64_t access_size(const struct wire_event *event)
{
	return event->result > 0 ? (uint64_t)event->result : 1;
}

static int by_address(const void *a, const void *b)
{
	const struct variable *left = a, *right = b;

	if (left->address != right->address)
		return left->address < right->address ? -1 : 1;
	return (left->size > right->size) - (left->size < right->size);
}

/* Sorted stretches that overlap become one. */
static void merge(struct acts *acts)
{
	size_t kept = 0;

	for (size_t i = 0; i < acts->variable_count; i++) {
		struct variable *last = kept ? &acts->variables[kept - 1] : NULL;
		const struct variable *next = &acts->variables[i];
		uint64_t end = next->address + next->size;

		if (last && next->address < last->address + last->size) {
			if (end > last->address + last->size)
				last->size = end - last->address;
			continue;
		}
		acts->variables[kept++] = *next;
	}
	acts->variable_count = kept;
}

static uint32_t variable_at(const struct acts *acts, uint64_t address)
{
	size_t low = 0, high = acts->variable_count;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (acts->variables[middle].address <= address)
			low = middle;
		else
			high = middle;
	}
	return (uint32_t)low;
}

static int find_variables(struct acts *acts)
{
	uint32_t *owners;

	acts->variables = calloc(acts->count + 1, sizeof(*acts->variables));
	if (!acts->variables)
		return -ENOMEM;
	for (uint32_t i = 0; i < acts->count; i++)
		if (is_access(&acts->list[i]) && act_event(acts, i)->address)
			acts->variables[acts->variable_count++] = (struct variable){
				.address = act_event(acts, i)->address,
				.size = access_size(act_event(acts, i)),
			};
	qsort(acts->variables, acts->variable_count, sizeof(*acts->variables), by_address);
	merge(acts);
	owners = calloc(acts->variable_count + 1, sizeof(*owners));
	if (!owners)
		return -ENOMEM;
	for (uint32_t i = 0; i < acts->count; i++) {
		struct act *act = &acts->list[i];
		struct variable *variable;

		if (!is_access(act) || !act_event(acts, i)->address)
			continue;
		act->variable = variable_at(acts, act_event(acts, i)->address);
		variable = &acts->variables[act->variable];
		if (owners[act->variable] && owners[act->variable] != act->thread + 1)
			variable->shared = true;
		owners[act->variable] = act->thread + 1;
		variable->written = variable->written || act->kind != ACT_READ;
	}
	free(owners);
	return 0;
}

/* ---- the list ---- */

static int allocate(struct acts *acts, size_t steps)
{
	size_t threads = acts->recording->thread_count + 1;

	acts->list =
		calloc(steps + acts->recording->access_count + acts->looks.count + threads + 1,
			sizeof(*acts->list));
	acts->first = calloc(threads, sizeof(*acts->first));
	acts->last = calloc(threads, sizeof(*acts->last));
	if (!acts->list || !acts->first || !acts->last)
		return -ENOMEM;
	for (size_t i = 0; i < threads; i++)
		acts->first[i] = acts->last[i] = WIRE_NONE;
	return 0;
}

int acts_new(const struct recording *recording, const struct recording *other,
	struct symbols *symbols, struct acts *ret_acts)
{
	struct standing *threads = calloc(recording->thread_count + 1, sizeof(*threads));
	struct step *steps = NULL;
	size_t count = 0, access = 0, look = 0;
	int r;

	*ret_acts = (struct acts){ .recording = recording };
	r = threads ? interleaving_all(recording, &steps, &count) : -ENOMEM;
	if (r == 0)
		r = looks_find(recording, other, symbols, &ret_acts->looks);
	if (r == 0)
		r = allocate(ret_acts, count);
	for (size_t i = 0; r == 0 && i < recording->thread_count; i++)
		threads[i].pending = WIRE_NONE;
	for (size_t i = 0; r == 0 && i < count; i++) {
		add_free(ret_acts, &steps[i]);
		add_accesses(ret_acts, steps[i].at, &access);
		add_looks(ret_acts, steps[i].at, &look);
		if (steps[i].event != WIRE_NONE && steps[i].thread < recording->thread_count)
			add_step(ret_acts, threads, &steps[i]);
	}
	if (r == 0) {
		add_accesses(ret_acts, UINT32_MAX, &access);
		add_looks(ret_acts, UINT32_MAX, &look);
		add_pending(ret_acts, threads);
		r = find_variables(ret_acts);
	}
	free(threads);
	free(steps);
	return r;
}

void acts_release(struct acts *acts)
{
	free(acts->list);
	free(acts->variables);
	free(acts->first);
	free(acts->last);
	looks_release(&acts->looks);
	*acts = (struct acts){ 0 };
}

/* ---- what an act did ---- */

bool act_reads(const struct act *act)
{
	return !act->pending && (act->kind == ACT_READ || act->kind == ACT_UPDATE);
}

bool act_writes(const struct act *act)
{
	return !act->pending && (act->kind == ACT_WRITE || act->kind == ACT_UPDATE);
}

bool act_value_read(const struct acts *acts, uint32_t act, uint64_t *ret_value)
{
	const struct wire_event *event = act_event(acts, act);

	if (!act_reads(&acts->list[act]) || !(event->known & WIRE_KNOWN_BEFORE))
		return false;
	*ret_value = event->before;
	return true;
}

bool act_value_left(const struct acts *acts, uint32_t act, uint64_t *ret_value)
{
	const struct wire_event *event = act_event(acts, act);

	if (!act_writes(&acts->list[act]) || !(event->known & WIRE_KNOWN_VALUE))
		return false;
	*ret_value = event->value;
	return true;
}

uint32_t acts_writer_before(const struct acts *acts, uint32_t act)
{
	uint32_t variable = acts->list[act].variable;

	for (uint32_t i = act; variable != WIRE_NONE && i-- > 0;)
		if (acts->list[i].variable == variable && act_writes(&acts->list[i]))
			return i;
	return WIRE_NONE;
}

uint32_t acts_of_event(const struct acts *acts, uint32_t event)
{
	uint32_t found = WIRE_NONE;

	for (uint32_t i = 0; i < acts->count && event != WIRE_NONE; i++)
		if (acts->list[i].event == event)
			found = i;
	return found;
}

bool acts_interrupted(const struct acts *acts, uint32_t from, uint32_t to)
{
	for (uint32_t i = from + 1; i < to; i++)
		if (acts->list[i].thread != acts->list[from].thread)
			return true;
	return false;
}
