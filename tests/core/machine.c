/* SPDX-License-Identifier: Apache-2.0 */
/* Abstract programs over the core; see machine.h. The flow is that of engine/sched.c. */
#include "machine.h"

#include <stdlib.h>
#include <string.h>

#include "common/hash.h"

#define PC_BASE UINT64_C(0x1000)
#define PC_STRIDE 16u
#define MODEL_FREE UINT32_MAX
#define CLOCK_TICK_NS 1000u

/* What an attempt at a step says. */
enum act {
	ACT_DONE,
	ACT_AGAIN, /* the whole step once more, with its scheduling point */
	ACT_WAIT,  /* in self's wait_object, until wait_deadline_ns */
	ACT_YIELD, /* done, and others go first */
	ACT_POLL,  /* others go first, then the whole step once more */
};

enum phase { PHASE_ARRIVE, PHASE_ACT, PHASE_WAITING };

struct actor {
	struct thread *thread;
	uint32_t body;
	uint32_t step;
	enum phase phase;
	uint32_t stage; /* within a step of several waits */
	enum wait_result woken;
	uint64_t started_ns;
	uint32_t generation;
	uint64_t counter;
	struct object *wait_object;
	uint64_t wait_deadline_ns;
	uint32_t children[MACHINE_STEPS_MAX];
	uint32_t child_count;
};

/* What the program would look like without weft: kept by the steps alone. */
struct model {
	uint64_t variables[MACHINE_NAMES];
	uint32_t mutex_owner[MACHINE_NAMES];
	uint32_t writer[MACHINE_NAMES];
	uint32_t readers[MACHINE_NAMES];
	uint32_t semaphores[MACHINE_NAMES];
	uint32_t sleeping[MACHINE_NAMES]; /* in the condition variable, not told to go on */
};

struct machine {
	struct fixture f;
	const struct program *program;
	struct actor actors[MACHINE_THREADS_MAX];
	uint32_t actor_count;
	struct model model;
	struct outcome *outcome;
};

uint64_t machine_pc(uint32_t body, uint32_t step)
{
	return PC_BASE + (body * (MACHINE_STEPS_MAX + 1) + step) * PC_STRIDE;
}

uint32_t machine_locations(const struct wire_location **ret_locations)
{
	static struct wire_location locations[MACHINE_LOCATIONS];

	for (uint32_t i = 0; i < MACHINE_LOCATIONS; i++) {
		locations[i].end = PC_BASE + i * PC_STRIDE;
		locations[i].start = locations[i].end - 1;
		locations[i].location = i;
	}
	*ret_locations = locations;
	return MACHINE_LOCATIONS;
}

static struct actor *actor_of(struct machine *m, const struct thread *thread)
{
	assert_true(thread->id < m->actor_count);
	return &m->actors[thread->id];
}

static bool actor_new(struct machine *m, struct thread *parent, uint32_t body)
{
	struct actor *actor;

	if (m->actor_count == MACHINE_THREADS_MAX)
		return false;
	actor = &m->actors[m->actor_count];
	actor->thread = core_thread_new(&m->f.core, parent);
	assert_non_null(actor->thread);
	assert_int_equal(actor->thread->id, m->actor_count);
	actor->body = body;
	m->actor_count++;
	return true;
}

static struct object *object_of(
	struct machine *m, const struct step *step, enum wire_object_kind kind)
{
	return object_get(&m->f.core, 0x100000 + step->name * 64, kind);
}

static uint64_t variable_address(const struct step *step)
{
	return 0x200000 + step->name * 64;
}

static uint64_t deadline_in(const struct machine *m, uint64_t duration_ns)
{
	return duration_ns ? m->f.core.now_ns + duration_ns : DEADLINE_NEVER;
}

static enum act wait_for(struct actor *a, struct object *object, uint64_t deadline_ns)
{
	a->wait_object = object;
	a->wait_deadline_ns = deadline_ns;
	return ACT_WAIT;
}

/* ---- memory, time ---- */

static void note_value(struct machine *m, uint64_t value)
{
	m->outcome->values = hash_fold(m->outcome->values, value);
}

static enum act do_read(struct machine *m, struct actor *a, const struct step *step)
{
	(void)a;
	note_value(m, m->model.variables[step->name]);
	return ACT_DONE;
}

static enum act do_write(struct machine *m, struct actor *a, const struct step *step)
{
	(void)a;
	m->model.variables[step->name] = step->value;
	return ACT_DONE;
}

static enum act do_cas(struct machine *m, struct actor *a, const struct step *step)
{
	if (m->model.variables[step->name])
		core_unchanged(a->thread);
	else
		m->model.variables[step->name] = step->value;
	note_value(m, m->model.variables[step->name]);
	return ACT_DONE;
}

static enum act do_spin(struct machine *m, struct actor *a, const struct step *step)
{
	(void)a;
	return m->model.variables[step->name] ? ACT_DONE : ACT_AGAIN;
}

static enum act do_poll_write(struct machine *m, struct actor *a, const struct step *step)
{
	(void)a;
	return m->model.variables[step->name] ? ACT_DONE : ACT_AGAIN;
}

static enum act do_count(struct machine *m, struct actor *a, const struct step *step)
{
	(void)m;
	if (++a->counter < step->value)
		return ACT_AGAIN;
	a->counter = 0;
	return ACT_DONE;
}

static enum act do_poll_yield(struct machine *m, struct actor *a, const struct step *step)
{
	(void)a;
	return m->model.variables[step->name] ? ACT_DONE : ACT_POLL;
}

static enum act do_sleep(struct machine *m, struct actor *a, const struct step *step)
{
	if (a->stage == 1) {
		assert_int_equal(a->woken, WAIT_TIMED_OUT);
		return ACT_DONE;
	}
	a->stage = 1;
	return wait_for(a, NULL, m->f.core.now_ns + step->value);
}

static enum act do_count_sleeps(struct machine *m, struct actor *a, const struct step *step)
{
	if (a->stage == 0)
		return do_sleep(m, a, &(struct step){ STEP_SLEEP, 0, 1000000 });
	return do_count(m, a, step);
}

static enum act do_poll_sleep(struct machine *m, struct actor *a, const struct step *step)
{
	if (a->stage == 0)
		return do_sleep(m, a, step);
	return m->model.variables[step->name] ? ACT_DONE : ACT_AGAIN;
}

static enum act do_poll_clock(struct machine *m, struct actor *a, const struct step *step)
{
	if (!a->started_ns)
		a->started_ns = m->f.core.now_ns + 1;
	m->f.core.now_ns += CLOCK_TICK_NS;
	if (m->f.core.now_ns - a->started_ns < step->value)
		return ACT_AGAIN;
	a->started_ns = 0;
	return ACT_DONE;
}

static enum act do_yield(struct machine *m, struct actor *a, const struct step *step)
{
	(void)m;
	(void)a;
	(void)step;
	return ACT_YIELD;
}

/* ---- locks ---- */

static enum act lock(struct machine *m, struct actor *a, const struct step *step)
{
	struct object *object = object_of(m, step, WIRE_OBJECT_MUTEX);

	if (object->holder_count)
		return wait_for(a, object, DEADLINE_NEVER);
	assert_int_equal(m->model.mutex_owner[step->name], MODEL_FREE);
	m->model.mutex_owner[step->name] = a->thread->id;
	object_hold(&m->f.core, object, a->thread);
	object_update(&m->f.core, object);
	return ACT_DONE;
}

static enum act unlock(struct machine *m, struct actor *a, const struct step *step)
{
	struct object *object = object_of(m, step, WIRE_OBJECT_MUTEX);

	if (m->model.mutex_owner[step->name] != a->thread->id) {
		assert_false(object_release(&m->f.core, object, a->thread->id));
		core_unchanged(a->thread);
		return ACT_DONE;
	}
	m->model.mutex_owner[step->name] = MODEL_FREE;
	assert_true(object_release(&m->f.core, object, a->thread->id));
	object_update(&m->f.core, object);
	return ACT_DONE;
}

static void rwlock_take(
	struct machine *m, struct actor *a, const struct step *step, struct object *object)
{
	assert_int_equal(m->model.writer[step->name], MODEL_FREE);
	if (a->thread->wait.mode == RWLOCK_WRITE) {
		assert_int_equal(m->model.readers[step->name], 0);
		m->model.writer[step->name] = a->thread->id;
		object->value = 1;
	} else if (!object_holder(object, a->thread->id)) {
		m->model.readers[step->name]++;
	}
	object_hold(&m->f.core, object, a->thread);
	object_update(&m->f.core, object);
}

static enum act rwlock(struct machine *m, struct actor *a, const struct step *step)
{
	struct object *object = object_of(m, step, WIRE_OBJECT_RWLOCK);
	bool write = step->kind == STEP_WRLOCK;

	object->flags = m->program->rwlock_preference;
	a->thread->wait.mode = write ? RWLOCK_WRITE : RWLOCK_READ;
	if (object_admits(object, a->thread))
		rwlock_take(m, a, step, object);
	else if (a->stage == 0 || a->woken != WAIT_TIMED_OUT) {
		a->stage = 1;
		return wait_for(
			a, object, write ? deadline_in(m, step->value) : DEADLINE_NEVER);
	}
	return ACT_DONE;
}

static enum act rwunlock(struct machine *m, struct actor *a, const struct step *step)
{
	struct object *object = object_of(m, step, WIRE_OBJECT_RWLOCK);

	if (!object_holder(object, a->thread->id)) {
		core_unchanged(a->thread);
		return ACT_DONE;
	}
	if (!object_release(&m->f.core, object, a->thread->id))
		return ACT_DONE;
	if (m->model.writer[step->name] == a->thread->id) {
		m->model.writer[step->name] = MODEL_FREE;
		object->value = 0;
	} else {
		m->model.readers[step->name]--;
	}
	object_update(&m->f.core, object);
	return ACT_DONE;
}

/* ---- semaphores, condition variables, barriers ---- */

static enum act sem_wait(struct machine *m, struct actor *a, const struct step *step)
{
	struct object *object = object_of(m, step, WIRE_OBJECT_SEM);

	if (object->value) {
		assert_int_equal(object->value, m->model.semaphores[step->name]);
		m->model.semaphores[step->name]--;
		object->value--;
		object_update(&m->f.core, object);
		core_result(&m->f.core, a->thread, 0);
		return ACT_DONE;
	}
	if (a->stage == 1 && a->woken == WAIT_TIMED_OUT) {
		core_result(&m->f.core, a->thread, 110);
		return ACT_DONE;
	}
	a->stage = 1;
	return wait_for(a, object, deadline_in(m, step->value));
}

static enum act sem_post(struct machine *m, struct actor *a, const struct step *step)
{
	struct object *object = object_of(m, step, WIRE_OBJECT_SEM);

	(void)a;
	m->model.semaphores[step->name]++;
	object->value++;
	object_update(&m->f.core, object);
	return ACT_DONE;
}

static enum act cond_wait(struct machine *m, struct actor *a, const struct step *step)
{
	if (a->stage == 0) {
		if (m->model.mutex_owner[step->name] != a->thread->id)
			return ACT_DONE;
		unlock(m, a, step);
		a->stage = 1;
		if (core_draw(&m->f.core, a->thread, WIRE_DECISION_SPURIOUS, 2) == 0) {
			m->model.sleeping[step->name]++;
			return wait_for(
				a, object_of(m, step, WIRE_OBJECT_COND), DEADLINE_NEVER);
		}
	}
	return lock(m, a, step);
}

static void cond_wake(
	struct machine *m, struct actor *a, const struct step *step, struct object *object)
{
	uint32_t count = core_waiter_count(object);
	struct thread *chosen;

	chosen = core_waiter(
		object, core_draw(&m->f.core, a->thread, WIRE_DECISION_WAKE, count));
	assert_non_null(chosen);
	core_wake(&m->f.core, chosen, WAIT_WOKEN);
	m->model.sleeping[step->name]--;
}

static enum act cond_tell(struct machine *m, struct actor *a, const struct step *step)
{
	struct object *object = object_of(m, step, WIRE_OBJECT_COND);

	assert_int_equal(core_waiter_count(object), m->model.sleeping[step->name]);
	while (m->model.sleeping[step->name]) {
		cond_wake(m, a, step, object);
		if (step->kind == STEP_COND_SIGNAL)
			break;
	}
	return ACT_DONE;
}

static enum act barrier(struct machine *m, struct actor *a, const struct step *step)
{
	struct object *object = object_of(m, step, WIRE_OBJECT_BARRIER);

	if (a->stage == 1) {
		assert_int_not_equal(object->generation, a->generation);
		return ACT_DONE;
	}
	a->stage = 1;
	if (++object->value < step->value) {
		a->generation = object->generation;
		a->thread->wait.key = object->generation;
		return wait_for(a, object, DEADLINE_NEVER);
	}
	object->value = 0;
	object->generation++;
	object_update(&m->f.core, object);
	return ACT_DONE;
}

/* ---- threads ---- */

static enum act spawn(struct machine *m, struct actor *a, const struct step *step)
{
	uint32_t child = m->actor_count;

	if (actor_new(m, a->thread, (uint32_t)step->value))
		a->children[a->child_count++] = child;
	return ACT_DONE;
}

static enum act join(struct machine *m, struct actor *a, const struct step *step)
{
	struct thread *target;

	if (step->value >= a->child_count)
		return ACT_DONE;
	target = m->f.core.threads[a->children[step->value]];
	if (target->state == THREAD_FINISHED)
		return ACT_DONE;
	assert_int_equal(a->stage, 0);
	a->stage = 1;
	return wait_for(a, target->self_object, DEADLINE_NEVER);
}

/* How each kind of step shows itself to the core, and what it does. */
static const struct step_rule {
	enum act (*act)(struct machine *m, struct actor *a, const struct step *step);
	enum op_kind op;
	int object; /* enum wire_object_kind, or one of the following */
} rules[STEP_KIND_COUNT] = {
#define NOTHING (-1)
#define VARIABLE (-2)
#define PRIVATE (-3)
	[STEP_READ] = { do_read, OP_ATOMIC_LOAD, VARIABLE },
	[STEP_WRITE] = { do_write, OP_ATOMIC_STORE, VARIABLE },
	[STEP_CAS] = { do_cas, OP_ATOMIC_CAS, VARIABLE },
	[STEP_SPIN] = { do_spin, OP_ATOMIC_LOAD, VARIABLE },
	[STEP_POLL_WRITE] = { do_poll_write, OP_ATOMIC_STORE, PRIVATE },
	[STEP_COUNT] = { do_count, OP_ATOMIC_LOAD, VARIABLE },
	[STEP_COUNT_SLEEPS] = { do_count_sleeps, OP_SLEEP, NOTHING },
	[STEP_POLL_YIELD] = { do_poll_yield, OP_YIELD, NOTHING },
	[STEP_POLL_SLEEP] = { do_poll_sleep, OP_SLEEP, NOTHING },
	[STEP_POLL_CLOCK] = { do_poll_clock, OP_CLOCK, NOTHING },
	[STEP_YIELD] = { do_yield, OP_YIELD, NOTHING },
	[STEP_SLEEP] = { do_sleep, OP_SLEEP, NOTHING },
	[STEP_LOCK] = { lock, OP_MUTEX_LOCK, WIRE_OBJECT_MUTEX },
	[STEP_UNLOCK] = { unlock, OP_MUTEX_UNLOCK, WIRE_OBJECT_MUTEX },
	[STEP_RDLOCK] = { rwlock, OP_RWLOCK_RDLOCK, WIRE_OBJECT_RWLOCK },
	[STEP_WRLOCK] = { rwlock, OP_RWLOCK_WRLOCK, WIRE_OBJECT_RWLOCK },
	[STEP_RWUNLOCK] = { rwunlock, OP_RWLOCK_UNLOCK, WIRE_OBJECT_RWLOCK },
	[STEP_SEM_WAIT] = { sem_wait, OP_SEM_WAIT, WIRE_OBJECT_SEM },
	[STEP_SEM_POST] = { sem_post, OP_SEM_POST, WIRE_OBJECT_SEM },
	[STEP_COND_WAIT] = { cond_wait, OP_COND_WAIT, WIRE_OBJECT_COND },
	[STEP_COND_SIGNAL] = { cond_tell, OP_COND_SIGNAL, WIRE_OBJECT_COND },
	[STEP_COND_BROADCAST] = { cond_tell, OP_COND_BROADCAST, WIRE_OBJECT_COND },
	[STEP_BARRIER] = { barrier, OP_BARRIER_WAIT, WIRE_OBJECT_BARRIER },
	[STEP_SPAWN] = { spawn, OP_THREAD_CREATE, NOTHING },
	[STEP_JOIN] = { join, OP_THREAD_JOIN, NOTHING },
};

/* ---- the engine's part ---- */

/* Each wait ends for a reason: when nobody goes on, nobody could have. */
static void check_end(struct machine *m)
{
	for (uint32_t i = 0; i < m->actor_count; i++) {
		const struct actor *a = &m->actors[i];

		if (a->thread->state != THREAD_WAITING)
			continue;
		assert_true(
			a->thread->wait.object || m->f.result.verdict == WIRE_VERDICT_LIVELOCK);
		if (a->thread->wait.object && a->thread->wait.object->kind == WIRE_OBJECT_MUTEX)
			assert_int_not_equal(a->thread->wait.object->holder_count, 0);
	}
}

/* As the engine hashes stacks: where the spinners stand and what they count. */
static uint64_t private_state(const struct machine *m)
{
	uint64_t hash = 0;

	for (uint32_t i = 0; i < m->actor_count; i++) {
		const struct actor *a = &m->actors[i];

		if (a->thread->state != THREAD_SPINNING)
			continue;
		hash = hash_fold(hash, ((uint64_t)i << 32) | a->step);
		hash = hash_fold(hash, a->counter);
	}
	return hash;
}

/* Who runs when the core found nobody among the runnable; NULL when the execution is over. */
static struct thread *find_next(struct machine *m, struct thread *self)
{
	struct core *core = &m->f.core;
	struct thread *next = NULL;

	while (!next) {
		if (m->f.result.verdict != WIRE_VERDICT_NONE)
			return NULL;
		if (!core_pass_time(core, private_state(m))) {
			bool livelock = core->spinning_count || core->timed_count;

			core_fail(core,
				livelock ? WIRE_VERDICT_LIVELOCK : WIRE_VERDICT_DEADLOCK,
				livelock ? self : NULL);
			check_end(m);
			return NULL;
		}
		next = core_next(core, self);
	}
	return next;
}

static struct thread *go_on(struct machine *m, struct thread *self, struct thread *next)
{
	if (!next)
		next = find_next(m, self);
	fixture_check(&m->f);
	if (!next)
		return NULL;
	assert_ptr_equal(m->f.core.current, next);
	assert_int_equal(next->state, THREAD_RUNNABLE);
	return next;
}

static struct thread *arrive(struct machine *m, struct actor *a)
{
	const struct body *body = &m->program->bodies[a->body];
	const struct step_rule *rule = &rules[body->steps[a->step].kind];
	const struct step *step = &body->steps[a->step];
	uint64_t pc = machine_pc(a->body, a->step);

	a->phase = PHASE_ACT;
	a->stage = 0;
	if (a->step == body->count)
		return fixture_arrive_at(
			&m->f, a->thread, OP_THREAD_EXIT, a->thread->self_object, pc);
	if (rule->object == VARIABLE)
		return fixture_arrive(&m->f, a->thread, rule->op, variable_address(step), pc);
	if (rule->object == PRIVATE)
		return fixture_arrive(
			&m->f, a->thread, rule->op, 0x300000 + a->thread->id * 64, pc);
	if (rule->object == NOTHING)
		return fixture_arrive(&m->f, a->thread, rule->op, 0, pc);
	return fixture_arrive_at(&m->f, a->thread, rule->op,
		object_of(m, step, (enum wire_object_kind)rule->object), pc);
}

static struct thread *finish(struct machine *m, struct actor *a)
{
	core_finish(&m->f.core, a->thread);
	if (m->f.core.live_count)
		return go_on(m, a->thread, core_next(&m->f.core, a->thread));
	m->f.result.verdict = WIRE_VERDICT_EXIT;
	return NULL;
}

static struct thread *after(struct machine *m, struct actor *a, enum act what)
{
	struct core *core = &m->f.core;

	a->phase = PHASE_ARRIVE;
	if (what == ACT_WAIT) {
		a->phase = PHASE_WAITING;
		core_wait(core, a->thread, a->wait_object, a->wait_deadline_ns);
		return go_on(m, a->thread, core_next(core, a->thread));
	}
	if (what == ACT_DONE || what == ACT_YIELD)
		a->step++;
	if (what == ACT_YIELD || what == ACT_POLL)
		return go_on(m, a->thread, core_yield(core, a->thread));
	return a->thread;
}

static struct thread *turn(struct machine *m, struct actor *a)
{
	const struct body *body = &m->program->bodies[a->body];
	const struct step *step = &body->steps[a->step];
	struct outcome *outcome = m->outcome;

	if (a->phase == PHASE_ARRIVE)
		return go_on(m, a->thread, arrive(m, a));
	if (a->step == body->count)
		return finish(m, a);
	if (a->phase == PHASE_WAITING)
		a->woken = core_wait_end(&m->f.core, a->thread);
	outcome->trace = hash_fold(outcome->trace, ((uint64_t)a->thread->id << 32) | a->step);
	return after(m, a, rules[step->kind].act(m, a, step));
}

void machine_run(const struct program *program, const struct fixture_args *args,
	struct outcome *ret_outcome, struct event_log *ret_log)
{
	struct fixture_args fixture_args = *args;
	struct machine *m = calloc(1, sizeof(*m));
	struct thread *current;

	assert_non_null(m);
	memset(ret_outcome, 0, sizeof(*ret_outcome));
	fixture_args.record = ret_log != NULL;
	fixture_init(&m->f, &fixture_args);
	m->program = program;
	m->outcome = ret_outcome;
	memset(m->model.mutex_owner, 0xff, sizeof(m->model.mutex_owner));
	memset(m->model.writer, 0xff, sizeof(m->model.writer));
	actor_new(m, NULL, 0);
	current = m->actors[0].thread;
	while (current)
		current = turn(m, actor_of(m, current));
	ret_outcome->result = m->f.result;
	for (uint32_t i = 0; i < m->actor_count; i++)
		ret_outcome->paths[i] = m->actors[i].thread->path_hash;
	if (ret_log) {
		*ret_log = m->f.log;
		m->f.log.events = NULL;
	}
	fixture_release(&m->f);
	free(m);
}
