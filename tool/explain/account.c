/* SPDX-License-Identifier: Apache-2.0 */
/* The same as the columns tell, as data; see account.h. */
#include "tool/explain/account.h"

#include "tool/explain/columns.h"
#include "tool/report/source.h"

struct account {
	struct explained *explained;
	struct inquiry *inquiry;
	const struct explanation *explanation;
	struct source_cache source;
};

/* Leaves out what is not known. */
static void set_text(json_t *object, const char *key, const char *text)
{
	if (text && text[0])
		json_object_set_new(object, key, json_string(text));
}

static void set_number(json_t *object, const char *key, uint64_t number)
{
	json_object_set_new(object, key, json_integer((json_int_t)number));
}

static json_t *location_of(struct account *account, const struct symbol_frame *frame)
{
	json_t *location = json_object();

	set_text(location, "function", frame->function);
	set_text(location, "file", frame->file);
	if (frame->line)
		set_number(location, "line", frame->line);
	set_text(location, "source", source_line(&account->source, frame->file, frame->line));
	return location;
}

static json_t *step_of(struct account *account, const struct explanation_step *step)
{
	struct inquiry *inquiry = account->inquiry;
	const struct act *act = &inquiry->acts.list[step->act];
	char words[STEP_WORDS], name[NAMING_SIZE], value[NAMING_SIZE];
	json_t *object = json_object();

	columns_step_words(inquiry, step->act, words);
	set_text(object, "thread", inquiry_thread(inquiry, act->thread));
	set_text(object, "words", words);
	if (act->variable != WIRE_NONE) {
		set_text(object, "variable", inquiry_variable(inquiry, act->variable, name));
		set_text(object, "value", inquiry_value(inquiry, step->act, value));
	}
	set_text(object, "note", step->note);
	json_object_set_new(object, "key", json_boolean(step->is_key));
	json_object_set_new(object, "done", json_boolean(!act->pending));
	json_object_set_new(
		object, "location", location_of(account, inquiry_frame(inquiry, step->act)));
	return object;
}

static json_t *variables_of(struct account *account)
{
	json_t *list = json_array();
	char name[NAMING_SIZE];

	for (size_t i = 0; i < account->explanation->variable_count; i++)
		json_array_append_new(list, json_string(inquiry_variable(account->inquiry,
						    account->explanation->variables[i], name)));
	return list;
}

static json_t *failure_of(const struct finding *finding)
{
	json_t *object = json_object();

	set_text(object, "kind", finding_kind_name(finding->kind));
	set_text(object, "summary", finding->summary);
	set_number(object, "preemptions", finding->preemptions);
	set_number(object, "execution", finding->first_execution);
	return object;
}

static json_t *suggestion_of(const struct explanation *explanation)
{
	json_t *object = json_object();

	set_text(object, "words", explanation->suggestion);
	set_number(object, "executions_passed", explanation->remedy_passed);
	set_number(object, "executions_failed_without", explanation->without_failed);
	return object;
}

json_t *account_new(struct explained *explained)
{
	struct account account = {
		.explained = explained,
		.inquiry = &explained->inquiry,
		.explanation = explained->chosen,
		.source.built = source_build_time(explained->finding->recording->maps),
	};
	const struct explanation *e = explained->chosen;
	json_t *object = json_object();
	json_t *steps = json_array();

	set_number(object, "version", ACCOUNT_VERSION);
	set_text(object, "kind", explanation_name(e->kind));
	set_text(object, "title", explanation_title(e->kind));
	set_text(object, "pattern", e->pattern);
	set_text(object, "sentence", e->sentence);
	json_object_set_new(object, "variables", variables_of(&account));
	json_object_set_new(object, "failure", failure_of(explained->finding));
	for (size_t i = 0; i < e->step_count; i++)
		json_array_append_new(steps, step_of(&account, &e->steps[i]));
	json_object_set_new(object, "steps", steps);
	if (e->suggestion)
		json_object_set_new(object, "suggestion", suggestion_of(e));
	source_cache_release(&account.source);
	return object;
}
