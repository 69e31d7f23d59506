/* SPDX-License-Identifier: Apache-2.0 */
/* See schedule.h. */
#include "tool/sql/run/schedule.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/trace/scanner.h"
#include "tool/trace/text.h"

#define KEY_ENGINE "sql-engine"
#define KEY_LEVEL "sql-isolation"
#define KEY_ORACLE "sql-oracle"
#define KEY_FAULT "sql-fault"
#define KEY_ORDER "sql-order"
#define KEY_SERVER "sql-server"

#define PRIVATE_SERVER "private"

static const char *const oracle_names[] = { [ORACLE_STRICT] = "strict",
	[ORACLE_SERIAL] = "serial",
	[ORACLE_INVARIANT] = "invariant",
	[ORACLE_NONE] = "none" };

static const char *const fault_names[] = { [FAULT_CRASH] = "crash-after",
	[FAULT_FAIL] = "fail-step",
	[FAULT_REPEAT_STEP] = "repeat-step",
	[FAULT_REPEAT_SESSION] = "repeat-session" };

#define FAULT_NAMES (sizeof(fault_names) / sizeof(fault_names[0]))
#define ORACLE_NAMES (sizeof(oracle_names) / sizeof(oracle_names[0]))

/* ---- writing ---- */

static void write_order(
	const struct sql_campaign *campaign, const struct sql_trace *trace, FILE *stream)
{
	fputs(KEY_ORDER, stream);
	for (size_t i = 0; i < trace->action_count; i++) {
		const struct action *action = &trace->actions[i];
		bool is_victim = action->kind == ACTION_VICTIM;

		fputs(is_victim ? " (" : " ", stream);
		text_write_word(stream, campaign->spec->sessions[action->session]->name);
		fputs(is_victim ? ")" : "", stream);
	}
}

/* One header line, written by `write` or as a key and a word. */
static int add_line(
	struct schedule *schedule, const char *key, const char *first, const char *second)
{
	char *line = NULL;
	size_t size;
	FILE *stream = open_memstream(&line, &size);
	int r;

	if (!stream)
		return -ENOMEM;
	fprintf(stream, "%s ", key);
	text_write_word(stream, first);
	if (second) {
		fputc(' ', stream);
		text_write_word(stream, second);
	}
	r = fclose(stream) == 0 ? schedule_add_extra(schedule, line) : -ENOMEM;
	free(line);
	return r;
}

static int add_order(const struct sql_campaign *campaign, const struct sql_finding *finding,
	struct schedule *schedule)
{
	char *line = NULL;
	size_t size;
	FILE *stream = open_memstream(&line, &size);
	int r;

	if (!stream)
		return -ENOMEM;
	write_order(campaign, &finding->shortest, stream);
	r = fclose(stream) == 0 ? schedule_add_extra(schedule, line) : -ENOMEM;
	free(line);
	return r;
}

static int fill(const struct sql_campaign *campaign, const struct sql_finding *finding,
	struct schedule *schedule)
{
	char *comment = NULL;
	int r;

	if (asprintf(&comment, "%s at isolation level '%s'", sql_finding_title(finding),
		    spec_level_name(finding->level)) < 0)
		return -ENOMEM;
	schedule->comment = schedule_keep(schedule, comment);
	free(comment);
	schedule->program = schedule_keep(schedule, campaign->spec->name);
	schedule->strategy = NULL;
	schedule->expect_kind = schedule_keep(schedule, sql_finding_id(finding));
	schedule->expect_where = schedule_keep(schedule, campaign->spec->name);
	r = add_line(schedule, KEY_ENGINE, spec_engine_name(campaign->engine->ops->id), NULL);
	if (r == 0)
		r = add_line(schedule, KEY_LEVEL, spec_level_name(finding->level), NULL);
	if (r == 0)
		r = add_line(
			schedule, KEY_ORACLE, oracle_names[campaign->options->oracle], NULL);
	if (r == 0 && campaign->private_server)
		r = add_line(schedule, KEY_SERVER, PRIVATE_SERVER, NULL);
	if (r == 0 && finding->fault)
		r = add_line(schedule, KEY_FAULT, fault_names[finding->fault->kind],
			finding->fault->name);
	return r < 0 ? r : add_order(campaign, finding, schedule);
}

/* Of the file of SQL, without folder and extension; "sql" for standard input. */
static int stem_len(const char *path, const char **ret_stem)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	const char *dot = strrchr(name, '.');

	*ret_stem = strcmp(name, "-") == 0 ? "sql" : name;
	return dot && dot != name && *ret_stem == name ? (int)(dot - name)
						       : (int)strlen(*ret_stem);
}

int sql_schedule_save(struct sql_campaign *campaign, struct sql_finding *finding,
	const char *folder, bool names_engine, struct diag *diag)
{
	struct schedule *schedule = schedule_new();
	const char *stem;
	int stem_size = stem_len(campaign->spec->name, &stem);
	size_t number = 1;
	char *path;
	int r;

	if (!schedule)
		return diag_set(diag, -ENOMEM, "no memory for a schedule");
	for (size_t i = 0; campaign->findings[i] != finding; i++)
		number += strcmp(sql_finding_id(campaign->findings[i]),
				  sql_finding_id(finding)) == 0;
	path = pool_format(&campaign->pool, "%s/%.*s-%s%s%s-%zu.weft", folder, stem_size, stem,
		sql_finding_id(finding), names_engine ? "-" : "",
		names_engine ? spec_engine_name(campaign->engine->ops->id) : "", number);
	r = fill(campaign, finding, schedule);
	if (r < 0)
		diag_set(diag, r, "no memory for a schedule");
	else if (mkdir(folder, 0777) < 0 && errno != EEXIST)
		r = diag_set(diag, -errno, "cannot make the folder '%s': %s", folder,
			strerror(errno));
	else
		r = schedule_save(schedule, path, diag);
	if (r == 0)
		finding->schedule_path = path;
	schedule_free(schedule);
	return r;
}

/* ---- reading ---- */

/* What follows the key in its line, or NULL. */
static const char *find_line(const struct schedule *schedule, const char *key)
{
	for (size_t i = 0; i < schedule->extra_count; i++) {
		size_t size = strlen(key);

		if (strncmp(schedule->extra[i], key, size) == 0 &&
			text_is_blank(schedule->extra[i][size]))
			return schedule->extra[i] + size;
	}
	return NULL;
}

bool sql_schedule_is(const struct schedule *schedule)
{
	return find_line(schedule, KEY_ENGINE) != NULL;
}

/* The one word of a line, in the scanner's memory. */
static int read_word(struct scanner *s, const char *what)
{
	int r;

	if (scanner_next_line(s) == 0)
		return scanner_error_at(s, 0, "%s is missing", what);
	r = scanner_word(s, what);
	return r < 0 ? r : scanner_end(s);
}

/* Reads the word and looks it up by `find`: a number, or a negative errno. */
static int read_name(const struct schedule *schedule, const char *name, const char *key,
	int (*find)(const char *word), struct diag *diag)
{
	const char *line = find_line(schedule, key);
	struct scanner s;
	int r;

	if (!line)
		return diag_set(diag, -EINVAL, "%s: the header '%s' is missing", name, key);
	scanner_init(&s, name, line, strlen(line));
	s.diag = diag;
	r = read_word(&s, key);
	if (r == 0) {
		r = find(s.word);
		if (r < 0)
			diag_set(diag, r, "%s: '%s %s' is not known", name, key, s.word);
	}
	scanner_release(&s);
	return r;
}

static int find_engine(const char *word)
{
	enum spec_engine engine;

	return spec_engine_find(word, &engine) < 0 ? -EINVAL : (int)engine;
}

static int find_level(const char *word)
{
	enum spec_level level;

	return spec_level_find(word, &level) < 0 ? -EINVAL : (int)level;
}

static int find_oracle(const char *word)
{
	for (size_t i = 0; i < ORACLE_NAMES; i++)
		if (strcmp(oracle_names[i], word) == 0)
			return (int)i;
	return -EINVAL;
}

static int find_server(const char *word)
{
	return strcmp(word, PRIVATE_SERVER) == 0 ? 1 : -EINVAL;
}

int sql_schedule_read(const struct schedule *schedule, const char *name,
	struct sql_schedule *ret_schedule, struct diag *diag)
{
	int engine = read_name(schedule, name, KEY_ENGINE, find_engine, diag);
	int level =
		engine < 0 ? engine : read_name(schedule, name, KEY_LEVEL, find_level, diag);
	int oracle =
		level < 0 ? level : read_name(schedule, name, KEY_ORACLE, find_oracle, diag);

	int server = oracle;

	if (server >= 0)
		server = find_line(schedule, KEY_SERVER)
				 ? read_name(schedule, name, KEY_SERVER, find_server, diag)
				 : 0;
	if (server < 0)
		return server;
	ret_schedule->private_server = server;
	ret_schedule->engine = (enum spec_engine)engine;
	ret_schedule->level = (enum spec_level)level;
	ret_schedule->oracle = oracle;
	ret_schedule->fault_line = find_line(schedule, KEY_FAULT);
	ret_schedule->action_line = find_line(schedule, KEY_ORDER);
	ret_schedule->name = name;
	if (!ret_schedule->action_line)
		return diag_set(
			diag, -EINVAL, "%s: the header '%s' is missing", name, KEY_ORDER);
	return 0;
}

/* ---- names become sessions ---- */

static int read_action(struct scanner *s, const struct spec *spec, struct action *action)
{
	bool is_victim = scanner_sign(s, '(');
	int r = scanner_word(s, "a session");

	if (r < 0)
		return r;
	action->kind = is_victim ? ACTION_VICTIM : ACTION_STEP;
	for (unsigned int i = 0; i < spec->session_count; i++)
		if (strcmp(spec->sessions[i]->name, s->word) == 0) {
			action->session = (uint8_t)i;
			return is_victim && !scanner_sign(s, ')')
				       ? scanner_error(s, "expected ')'")
				       : 0;
		}
	return diag_set(s->diag, -ESTALE, "there is no session '%s' any more", s->word);
}

static int read_actions(const struct sql_schedule *schedule, const struct spec *spec,
	struct pool *pool, struct sql_plan *plan, struct diag *diag)
{
	struct scanner s;
	int r = 0;

	scanner_init(&s, schedule->name, schedule->action_line, strlen(schedule->action_line));
	s.diag = diag;
	scanner_next_line(&s);
	while (r == 0 && !scanner_at_end(&s)) {
		plan->actions = pool_grow(
			pool, plan->actions, plan->action_count, sizeof(*plan->actions));
		r = read_action(&s, spec, &plan->actions[plan->action_count++]);
	}
	scanner_release(&s);
	return r;
}

/* What the name in a fault's line stands for. */
static int link_fault(const struct spec *spec, struct spec_fault *fault, struct diag *diag)
{
	struct spec_session *session = spec_find_session(spec, fault->name);
	bool is_session = fault->kind == FAULT_REPEAT_SESSION;

	fault->step = is_session ? NULL : spec_find_step(spec, fault->name);
	if (is_session ? !session : !fault->step)
		return diag_set(diag, -ESTALE, "there is no '%s' any more", fault->name);
	for (unsigned int i = 0; i < spec->session_count; i++)
		if (is_session ? spec->sessions[i] == session : fault->step->session == i)
			fault->session = i;
	return 0;
}

static int read_fault(const struct sql_schedule *schedule, const struct spec *spec,
	struct pool *pool, const struct spec_fault **ret_fault, struct diag *diag)
{
	struct spec_fault *fault = pool_alloc(pool, sizeof(*fault));
	struct scanner s;
	int r;

	if (!schedule->fault_line)
		return 0;
	scanner_init(&s, schedule->name, schedule->fault_line, strlen(schedule->fault_line));
	s.diag = diag;
	scanner_next_line(&s);
	r = scanner_word(&s, "a kind of fault");
	for (size_t i = 1; r == 0 && i < FAULT_NAMES; i++)
		if (strcmp(fault_names[i], s.word) == 0)
			fault->kind = (enum spec_fault_kind)i;
	if (r == 0 && fault->kind == FAULT_NONE)
		r = scanner_error(&s, "'%s' is no kind of fault", s.word);
	if (r == 0)
		r = scanner_word(&s, "a name");
	if (r == 0) {
		fault->name = pool_string(pool, s.word);
		r = link_fault(spec, fault, diag);
	}
	scanner_release(&s);
	*ret_fault = fault;
	return r;
}

int sql_schedule_resolve(const struct sql_schedule *schedule, const struct spec *spec,
	struct pool *pool, struct sql_plan *plan, struct diag *diag)
{
	int r;

	memset(plan, 0, sizeof(*plan));
	plan->level = schedule->level;
	r = read_fault(schedule, spec, pool, &plan->fault, diag);
	return r < 0 ? r : read_actions(schedule, spec, pool, plan, diag);
}
