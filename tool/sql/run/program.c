/* SPDX-License-Identifier: Apache-2.0 */
/* See program.h. */
#include "tool/sql/run/program.h"

static struct entry *add_entry(struct pool *pool, struct session_program *program)
{
	program->entries =
		pool_grow(pool, program->entries, program->count, sizeof(*program->entries));
	program->entries[program->count] = (struct entry){ 0 };
	return &program->entries[program->count++];
}

static void add_setup(
	struct pool *pool, const struct spec_session *session, struct session_program *program)
{
	struct entry *entry;

	if (!session->setup)
		return;
	entry = add_entry(pool, program);
	entry->sql = session->setup;
	entry->goes_on = true;
	entry->statement.unsure = true;
}

static void add_step(struct pool *pool, const struct spec_step *step,
	const struct statement *statement, const struct spec_fault *fault,
	struct session_program *program)
{
	bool is_meant = fault->step == step;
	struct entry *entry = add_entry(pool, program);

	entry->sql = step->sql;
	entry->step = step;
	entry->statement = *statement;
	entry->goes_on = statement->begins;
	if (!is_meant)
		return;
	entry->fails = fault->kind == FAULT_FAIL;
	entry->crashes = fault->kind == FAULT_CRASH;
	if (fault->kind == FAULT_REPEAT_STEP) {
		struct entry copy = *entry;

		copy.repeated = true;
		*add_entry(pool, program) = copy;
	}
}

void program_build(struct pool *pool, const struct spec *spec, unsigned int session,
	const struct spec_fault *fault, const struct statement *statements,
	struct session_program *program)
{
	const struct spec_session *of = spec->sessions[session];
	bool twice = fault->kind == FAULT_REPEAT_SESSION && fault->session == session;

	*program = (struct session_program){ 0 };
	for (unsigned int pass = 0; pass <= twice; pass++) {
		unsigned int first = program->count;

		add_setup(pool, of, program);
		for (unsigned int i = 0; i < of->step_count; i++)
			add_step(pool, of->steps[i], &statements[of->steps[i]->id], fault,
				program);
		for (unsigned int i = first; i < program->count; i++)
			program->entries[i].repeated |= pass > 0;
	}
	/* The last one has nothing to go on with. */
	program->entries[program->count - 1].goes_on = false;
}
