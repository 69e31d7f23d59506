/* SPDX-License-Identifier: Apache-2.0 */
/* Names and look-ups; see spec.h. */
#include "tool/sql/spec/spec.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const engine_names[SPEC_ENGINES] = {
	[SPEC_SQLITE] = "sqlite",
	[SPEC_POSTGRES] = "postgres",
	[SPEC_MARIADB] = "mariadb",
};

static const char *const level_names[SPEC_LEVELS] = {
	[LEVEL_DEFAULT] = "default",
	[LEVEL_READ_UNCOMMITTED] = "read uncommitted",
	[LEVEL_READ_COMMITTED] = "read committed",
	[LEVEL_REPEATABLE_READ] = "repeatable read",
	[LEVEL_SNAPSHOT] = "snapshot",
	[LEVEL_SERIALIZABLE] = "serializable",
};

void spec_free(struct spec *spec)
{
	struct pool pool;

	if (!spec)
		return;
	pool = spec->pool;
	free(spec);
	pool_release(&pool);
}

const char *spec_engine_name(enum spec_engine engine)
{
	return engine_names[engine];
}

const char *spec_level_name(enum spec_level level)
{
	return level_names[level];
}

int spec_engine_find(const char *name, enum spec_engine *ret_engine)
{
	for (int i = 0; i < SPEC_ENGINES; i++)
		if (strcasecmp(engine_names[i], name) == 0) {
			*ret_engine = (enum spec_engine)i;
			return 0;
		}
	if (strcasecmp(name, "postgresql") == 0 || strcasecmp(name, "mysql") == 0) {
		*ret_engine = name[0] == 'p' || name[0] == 'P' ? SPEC_POSTGRES : SPEC_MARIADB;
		return 0;
	}
	return -EINVAL;
}

int spec_level_find(const char *name, enum spec_level *ret_level)
{
	for (int i = 0; i < SPEC_LEVELS; i++)
		if (strcasecmp(level_names[i], name) == 0) {
			*ret_level = (enum spec_level)i;
			return 0;
		}
	return -EINVAL;
}

struct spec_step *spec_find_step(const struct spec *spec, const char *name)
{
	for (unsigned int i = 0; i < spec->step_count; i++)
		if (strcmp(spec->steps[i]->name, name) == 0)
			return spec->steps[i];
	return NULL;
}

struct spec_session *spec_find_session(const struct spec *spec, const char *name)
{
	for (unsigned int i = 0; i < spec->session_count; i++)
		if (strcmp(spec->sessions[i]->name, name) == 0)
			return spec->sessions[i];
	return NULL;
}

/* As numbers if both are, else as texts. */
static int compare_values(const char *a, const char *b)
{
	char *a_end, *b_end;
	double x = strtod(a, &a_end);
	double y = strtod(b, &b_end);

	if (*a && *b && !*a_end && !*b_end)
		return (x > y) - (x < y);
	return strcmp(a, b);
}

bool spec_condition_holds(const struct spec_condition *condition, const char *value)
{
	int order;

	/* NULL equals NULL here, and is otherwise neither more nor less. */
	if (!value || !condition->value) {
		bool equal = !value && !condition->value;

		return condition->comparison == COMPARE_EQ   ? equal
		       : condition->comparison == COMPARE_NE ? !equal
							     : false;
	}
	order = compare_values(value, condition->value);
	switch (condition->comparison) {
	case COMPARE_EQ:
		return order == 0;
	case COMPARE_NE:
		return order != 0;
	case COMPARE_LT:
		return order < 0;
	case COMPARE_LE:
		return order <= 0;
	case COMPARE_GT:
		return order > 0;
	case COMPARE_GE:
		return order >= 0;
	}
	return false;
}
